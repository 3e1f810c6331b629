"""Delegates, proposals and their notices as a database keeps them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import DateSpan
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp, WeekChange, WeekPlan
from clinic.ports.notices import About, PersonalNotice
from clinic.proposal import Proposal, ProposalStatus
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, NO_HOURS, Weekday
from storage import SqlStorage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MORNING = DayAvailability((TimeRange(540, 720),), on=True)
ALWAYS = DateSpan(date.min, date.max)


async def filled(storage: SqlStorage) -> None:
    """Keep doctors 1 and 2 with the accounts 11 and 12, and a receptionist, 21."""
    async with storage.write() as work:
        for name, user_id in (("Ana", 11), ("Bo", 12)):
            doctor = await work.doctors.add(name, "GP")
            await work.people.put(Actor(user_id, name, frozenset({Role.DOCTOR}), doctor.doctor_id))
        await work.people.put(Actor(21, "Rosa", frozenset({Role.RECEPTIONIST})))
        await work.commit()


def proposal(doctor_id: int = 1, user_id: int = 21, at: datetime = NOW) -> Proposal:
    recurrence = Recurrence(Repeat.ONE_WEEK, date(2026, 3, 9))
    return Proposal(doctor_id, {Weekday.MON: MORNING}, recurrence, Stamp(user_id, "Rosa", at))


async def test_a_delegate_is_read_with_the_account(storage: SqlStorage) -> None:
    """By every way that an account is read; of several doctors all, and of none the empty set."""
    await filled(storage)
    async with storage.write() as work:
        await work.delegates.put(1, 21)
        await work.delegates.put(2, 21)
        await work.commit()
    async with storage.read() as work:
        (caller, draft), got = await work.people.caller(21, 21, None, NOW), await work.people.get(21)
        everybody = {person.user_id: person.delegate_of for person in await work.people.everybody()}
        named = await work.delegates.of_doctor(2)
    assert caller == got == named == Actor(21, "Rosa", frozenset({Role.RECEPTIONIST}), delegate_of=frozenset({1, 2}))
    assert draft is None
    assert everybody == {11: frozenset(), 12: frozenset(), 21: {1, 2}}


async def test_a_suspended_doctor_is_stood_in_for_by_nobody(storage: SqlStorage) -> None:
    """The doctor's delegate is still known as one, for when the doctor is back."""
    await filled(storage)
    async with storage.write() as work:
        await work.delegates.put(1, 21)
        await work.people.put(Actor(11, "Ana", frozenset({Role.DOCTOR}), 1, suspended=True))
        delegate = await work.delegates.of_doctor(1)
        assert delegate
        assert (delegate.user_id, delegate.delegate_of) == (21, frozenset())


async def test_naming_takes_the_place_of_whoever_was_named(storage: SqlStorage) -> None:
    """One a doctor, or nobody."""
    await filled(storage)
    async with storage.write() as work:
        for named in (21, 12, None):
            await work.delegates.put(1, named)
            delegate = await work.delegates.of_doctor(1)
            assert (delegate.user_id if delegate else None) == named


async def test_a_proposal_comes_back_as_it_was_kept(storage: SqlStorage) -> None:
    """With the id that it was given."""
    await filled(storage)
    async with storage.write() as work:
        made = await work.proposals.add(proposal())
        await work.commit()
    async with storage.read() as work:
        assert await work.proposals.get(made.proposal_id) == made
        assert await work.proposals.get(99) is None


async def test_what_waits_is_found_by_either_side(storage: SqlStorage) -> None:
    """Not what is answered, too old, or others'."""
    await filled(storage)
    async with storage.write() as work:
        old = await work.proposals.add(proposal(at=NOW - timedelta(days=14)))
        mine = await work.proposals.add(proposal(doctor_id=2))
        hers = await work.proposals.add(proposal(user_id=31))
        answered = await work.proposals.add(proposal())
        await work.proposals.answer(answered.proposal_id, ProposalStatus.REFUSED)
        since = old.stamp.at
        assert await work.proposals.waiting(since, user_id=21, doctor_id=None) == [mine]
        assert await work.proposals.waiting(since, user_id=11, doctor_id=1) == [hers]
        assert await work.proposals.waiting(since, user_id=12, doctor_id=2) == [mine]
        assert await work.proposals.waiting(since, user_id=99, doctor_id=None) == []


async def test_an_answer_is_noted_once(storage: SqlStorage) -> None:
    """A database that let two answer at once would show it here."""
    await filled(storage)
    async with storage.write() as work:
        made = await work.proposals.add(proposal())
        await work.proposals.answer(made.proposal_id, ProposalStatus.ACCEPTED)
        with pytest.raises(RuntimeError, match="answered once"):
            await work.proposals.answer(made.proposal_id, ProposalStatus.REFUSED)


async def test_a_personal_notice_is_claimed_until_its_lease_ends(storage: SqlStorage) -> None:
    """The oldest first, each by one alone, until it is done."""
    until = NOW + timedelta(minutes=2)
    async with storage.write() as work:
        await work.notices.owe_person(21, About.ANSWERED, 5)
        await work.notices.owe_person(12, About.DELEGATE_NAMED, 1)
        first = await work.notices.claim_personal(NOW, until)
        second = await work.notices.claim_personal(NOW, until)
        assert first == PersonalNotice(21, About.ANSWERED, 5, 1)
        assert second == PersonalNotice(12, About.DELEGATE_NAMED, 1, 2)
        assert await work.notices.claim_personal(NOW, until) is None
        assert await work.notices.claim_personal(until, until + timedelta(minutes=2)) == first
        await work.notices.done(first)
        await work.notices.done(second)
        assert await work.notices.claim_personal(until + timedelta(minutes=2), until) is None


async def test_both_names_come_back(storage: SqlStorage) -> None:
    """From the plan, from the record, and from the history."""
    await filled(storage)
    stamp = Stamp(21, "Rosa", NOW, "Ana")
    plan = WeekPlan((NO_HOURS.with_days({Weekday.MON: MORNING}),), stamp=stamp)
    async with storage.write() as work:
        await work.weeks.save(WeekChange(1, 1, (), (plan,), stamp))
        await work.commit()
    async with storage.read() as work:
        found = await work.weeks.find(1, ALWAYS)
        change = await work.weeks.change(1, 1)
    assert found
    assert change
    assert (found[1].changed_by, found[1].on_behalf, found[1].hours.plans[0].stamp) == ("Rosa", "Ana", stamp)
    assert (change.stamp, change.after[0].stamp) == (stamp, stamp)
