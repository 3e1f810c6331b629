"""Hours that are proposed: kept, put to the doctor, answered once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.errors import (
    ClinicError,
    DateIsPast,
    DraftHasMoved,
    NobodyToAnswer,
    NotAllowed,
    RangesOverlap,
    UnknownProposal,
    WeekHasChanged,
)
from clinic.people import Actor
from clinic.plan import Recurrence, Repeat, Stamp, WeekChange
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.ports.notices import About
from clinic.proposal import LIFE, Proposal, ProposalStatus
from clinic.time_range import TimeRange
from clinic.use_cases.delegates import name_delegate
from clinic.use_cases.hours import set_days
from clinic.use_cases.notices import claim_notice, finish_notice, OwedPersonal
from clinic.use_cases.people import identify
from clinic.use_cases.proposals import (
    accept_proposal,
    proposable,
    propose_hours,
    read_proposal,
    refuse_proposal,
    waiting_proposals,
    withdraw_proposal,
)
from clinic.week import DayAvailability, Weekday
from tests.clinic.conftest import Join
from tests.clinic.memory import Memory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, NOW.date())
AFTERNOON = DayAvailability((TimeRange(840, 1020),), on=True)
MON, TUE = Weekday.MON, Weekday.TUE
MORNING = DayAvailability((TimeRange(300, 600),), on=True)
NIGHT = DayAvailability((TimeRange(1320, 1800),), on=True)


def draft(message_id: int = 7) -> Draft:
    return Draft(21, message_id, "{}", NOW + timedelta(days=1))


async def propose(
    clinic: Clinic,
    actor: Actor,
    days: Mapping[Weekday, DayAvailability] | None = None,
    recurrence: Recurrence = EVERY_WEEK,
    message_id: int = 7,
) -> Proposal:
    days = days or {MON: AFTERNOON}
    return await propose_hours(clinic, actor, 1, days, recurrence, closing=draft(message_id))


async def told(clinic: Clinic) -> list[tuple[int, About]]:
    """Whom the notices go to, each finished as sent."""
    found = []
    while owed := await claim_notice(clinic):
        assert isinstance(owed, OwedPersonal)
        found.append((owed.person.user_id, owed.notice.about))
        await finish_notice(clinic, owed)
    return found


async def test_a_proposal_changes_no_hours_and_is_owed_to_the_doctor(
    clinic: Clinic, working: Actor, receptionist: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """It is kept with who made it, in one transaction with the notice and the draft that is closed."""
    made = await propose(clinic, receptionist)
    assert made == Proposal(1, {MON: AFTERNOON}, EVERY_WEEK, Stamp(21, "Rita", NOW), proposal_id=1)
    assert len(history(1)) == 1
    assert await told(clinic) == [(working.user_id, About.PROPOSED)]


async def test_one_draft_proposes_once(clinic: Clinic, working: Actor, receptionist: Actor, memory: Memory) -> None:
    """A second tap on the last button finds the draft closed."""
    await propose(clinic, receptionist)
    with pytest.raises(DraftHasMoved):
        await propose(clinic, receptionist)
    assert (len(memory.tables.proposals), working.doctor_id) == (1, 1)


async def test_accepting_saves_as_the_doctor(
    clinic: Clinic, working: Actor, receptionist: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """The days are set, the others stay, and whoever proposed is owed the answer."""
    made = await propose(clinic, receptionist)
    await told(clinic)
    found = await accept_proposal(clinic, working, made.proposal_id, drawn_from=1)
    assert (found.status, found.record.version) == (ProposalStatus.ACCEPTED, 2)
    week = found.record.hours.week_of(NOW.date())
    assert (week[MON], week[TUE]) == (AFTERNOON, DayAvailability((TimeRange(540, 720),), on=True))
    assert history(1)[-1].stamp == Stamp(11, "Ana Müller", NOW)
    assert await told(clinic) == [(receptionist.user_id, About.ANSWERED)]


async def test_an_answer_is_given_once(
    clinic: Clinic, working: Actor, receptionist: Actor, commits: Callable[[], int]
) -> None:
    """Whatever comes after the first finds it answered, and changes nothing."""
    made = await propose(clinic, receptionist)
    await refuse_proposal(clinic, working, made.proposal_id)
    before = commits()
    for answer in (
        accept_proposal(clinic, working, made.proposal_id, drawn_from=1),
        refuse_proposal(clinic, working, made.proposal_id),
        withdraw_proposal(clinic, receptionist, made.proposal_id),
    ):
        assert (await answer).status is ProposalStatus.REFUSED
    assert commits() == before


async def test_a_week_that_changed_is_not_overwritten(
    clinic: Clinic, working: Actor, receptionist: Actor, commits: Callable[[], int]
) -> None:
    """The doctor accepts what was seen; it stays to be answered."""
    made = await propose(clinic, receptionist)
    await set_days(clinic, working, 1, {MON: MORNING}, EVERY_WEEK, drawn_from=1, closing=draft(9))
    before = commits()
    with pytest.raises(WeekHasChanged):
        await accept_proposal(clinic, working, made.proposal_id, drawn_from=1)
    assert commits() == before
    assert (await accept_proposal(clinic, working, made.proposal_id, drawn_from=2)).status is ProposalStatus.ACCEPTED


async def test_it_expires(
    clinic: Clinic, working: Actor, receptionist: Actor, later: Callable[[timedelta], None]
) -> None:
    """On the last moment it is answered no more, nor listed, nor put to the doctor."""
    made = await propose(clinic, receptionist)
    later(LIFE - timedelta(seconds=1))
    assert len(await waiting_proposals(clinic, working)) == 1
    later(timedelta(seconds=1))
    found = await accept_proposal(clinic, working, made.proposal_id, drawn_from=1)
    assert (found.status, found.record.version) == (ProposalStatus.EXPIRED, 1)
    assert (await waiting_proposals(clinic, working), await told(clinic)) == ([], [])


async def test_every_week_is_counted_from_the_day_of_the_answer(
    clinic: Clinic, working: Actor, receptionist: Actor, later: Callable[[timedelta], None]
) -> None:
    """It is made on the hours that hold then, which may have begun after it was proposed."""
    starting = Recurrence(Repeat.FROM_DATE, date(2026, 3, 9))
    await set_days(clinic, working, 1, {TUE: AFTERNOON}, starting, drawn_from=1, closing=draft(9))
    made = await propose(clinic, receptionist)
    later(timedelta(days=10))
    found = await accept_proposal(clinic, working, made.proposal_id, drawn_from=2)
    week = found.record.hours.week_of(date(2026, 3, 16))
    assert (week[MON], week[TUE]) == (AFTERNOON, AFTERNOON)


async def test_withdrawn_is_not_put_to_the_doctor(clinic: Clinic, working: Actor, receptionist: Actor) -> None:
    """What has not been sent by then is not sent."""
    made = await propose(clinic, receptionist)
    assert (await withdraw_proposal(clinic, receptionist, made.proposal_id)).status is ProposalStatus.WITHDRAWN
    assert await told(clinic) == []
    assert (await waiting_proposals(clinic, working)) == []


async def test_both_sides_see_what_waits(
    clinic: Clinic, working: Actor, receptionist: Actor, other_doctor: Actor, admin: Actor
) -> None:
    """The doctor what asks her, the receptionist what she has asked; others nothing."""
    made = await propose(clinic, receptionist)
    seen = {
        actor.name: await waiting_proposals(clinic, actor) for actor in (working, receptionist, other_doctor, admin)
    }
    assert {name: [each.proposal_id for _, each in found] for name, found in seen.items()} == {
        "Ana Müller": [1],
        "Rita": [1],
        "Bo Ek": [],
        "Zoe": [],
    }
    for actor in (working, receptionist):
        assert (await read_proposal(clinic, actor, made.proposal_id)).proposal == made
    for actor in (other_doctor, admin):
        with pytest.raises(NotAllowed):
            await read_proposal(clinic, actor, made.proposal_id)


async def test_the_doctor_alone_answers(
    clinic: Clinic, working: Actor, receptionist: Actor, other_doctor: Actor, admin: Actor
) -> None:
    """Neither a colleague nor the desk, and not the delegate, who was not asked."""
    made = await propose(clinic, receptionist)
    await name_delegate(clinic, working, admin.user_id)
    delegate = (await identify(clinic, admin.user_id, admin.name, 1, None))[0]
    assert delegate.delegate_of == {1}
    for actor in (other_doctor, receptionist, delegate):
        for answer in (
            accept_proposal(clinic, actor, made.proposal_id, drawn_from=1),
            refuse_proposal(clinic, actor, made.proposal_id),
        ):
            with pytest.raises(NotAllowed):
                await answer
    with pytest.raises(NotAllowed):
        await withdraw_proposal(clinic, working, made.proposal_id)


async def test_doctors_propose_nothing(clinic: Clinic, working: Actor, other_doctor: Actor) -> None:
    """The desk does."""
    for actor in (working, other_doctor):
        with pytest.raises(NotAllowed):
            await propose(clinic, actor)
        with pytest.raises(NotAllowed):
            await proposable(clinic, actor, 1)


@pytest.mark.parametrize("how", ["no account", "suspended"])
async def test_a_doctor_who_cannot_answer_gets_none(
    clinic: Clinic, working: Actor, receptionist: Actor, memory: Memory, join: Join, how: str
) -> None:
    """It is said before anything is picked, and again at the end."""
    if how == "suspended":
        await join(replace(working, suspended=True))
    else:
        memory.tables.doctors[1] = replace(memory.tables.doctors[1], user_id=None)
    for use in (proposable(clinic, receptionist, 1), propose(clinic, receptionist)):
        with pytest.raises(NobodyToAnswer) as refused:
            await use
        assert refused.value.doctor_name == "Ana Müller"


@pytest.mark.parametrize(
    ("days", "recurrence", "error"),
    [
        ({MON: NIGHT, TUE: MORNING}, EVERY_WEEK, RangesOverlap),
        ({MON: AFTERNOON}, Recurrence(Repeat.FROM_DATE, date(2026, 3, 1)), DateIsPast),
    ],
)
async def test_what_cannot_stand_is_not_proposed(
    clinic: Clinic,
    working: Actor,
    receptionist: Actor,
    days: Mapping[Weekday, DayAvailability],
    recurrence: Recurrence,
    error: type[ClinicError],
) -> None:
    """The doctor is asked nothing that could only be refused."""
    with pytest.raises(error):
        await propose(clinic, receptionist, days, recurrence)
    assert (await told(clinic), working.doctor_id) == ([], 1)


async def test_an_unknown_proposal_is_named_so(clinic: Clinic, working: Actor) -> None:
    """A forged id."""
    for use in (
        read_proposal(clinic, working, 99),
        accept_proposal(clinic, working, 99, drawn_from=1),
        refuse_proposal(clinic, working, 99),
        withdraw_proposal(clinic, working, 99),
    ):
        with pytest.raises(UnknownProposal):
            await use
