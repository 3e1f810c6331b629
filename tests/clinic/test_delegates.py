"""Who stands in for a doctor: named, told, and refused once that is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, UTC

import pytest

from clinic.dates import DateSpan, TimeOff
from clinic.errors import AccessSuspended, CannotDelegate, ClinicError, NotAllowed, UnknownPerson
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp, WeekChange
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.ports.notices import About
from clinic.time_range import TimeRange
from clinic.use_cases.dates import set_zone, take_time_off, undo_dates
from clinic.use_cases.delegates import drop_delegate, name_delegate, read_delegation, represented
from clinic.use_cases.hours import set_days, switch_day, undo
from clinic.use_cases.notices import claim_notice, finish_notice, OwedPersonal
from clinic.use_cases.people import identify
from clinic.week import DayAvailability, Weekday
from tests.clinic.conftest import Join
from tests.clinic.memory import Memory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
OFFICE = {Weekday.MON: DayAvailability((TimeRange(540, 1020),), on=True)}
IN_ANAS_NAME = Stamp(21, "Rita", NOW, "Ana Müller")


async def now_known(clinic: Clinic, actor: Actor) -> Actor:
    """The account as the next update finds it."""
    return (await identify(clinic, actor.user_id, actor.name, actor.user_id, None))[0]


async def set_hours(clinic: Clinic, actor: Actor, *, drawn_from: int = 0) -> object:
    closing = Draft(actor.user_id, 1, "{}", NOW + timedelta(days=1))
    return await set_days(clinic, actor, 1, OFFICE, EVERY_WEEK, drawn_from=drawn_from, closing=closing)


@pytest.fixture
async def delegate(clinic: Clinic, doctor: Actor, receptionist: Actor, memory: Memory) -> Actor:
    """The receptionist, whom doctor 1 has named."""
    await name_delegate(clinic, doctor, receptionist.user_id)
    memory.commits = 0
    return await now_known(clinic, receptionist)


async def test_a_delegate_is_known_for_whom(clinic: Clinic, delegate: Actor, other_doctor: Actor) -> None:
    """The next update of the person carries the doctor, and nobody else's does."""
    assert delegate.delegate_of == {1}
    assert (await now_known(clinic, other_doctor)).delegate_of == frozenset()
    assert [doctor.name for doctor in await represented(clinic, delegate)] == ["Ana Müller"]


async def test_what_a_delegate_sets_has_both_names(
    clinic: Clinic, delegate: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """In the history, in the plan, and below the week."""
    await set_hours(clinic, delegate)
    await switch_day(clinic, delegate, 1, TODAY, on=False)
    await undo(clinic, delegate, 1, 2)
    assert {change.stamp for change in history(1)} == {IN_ANAS_NAME}
    change = await take_time_off(clinic, delegate, TimeOff(1, DateSpan(TODAY, TODAY)))
    assert [change.stamp, *(rule.stamp for rule in change.after if isinstance(rule, TimeOff))] == [IN_ANAS_NAME] * 2
    assert (await undo_dates(clinic, delegate, change.change_id)).stamp == IN_ANAS_NAME


async def test_a_doctors_own_change_names_the_doctor_alone(
    clinic: Clinic, doctor: Actor, delegate: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """Having a delegate changes nothing of that."""
    assert delegate.delegate_of
    await set_hours(clinic, doctor)
    assert [change.stamp for change in history(1)] == [Stamp(11, "Ana Müller", NOW)]


async def over(clinic: Clinic, how: str, doctor: Actor, delegate: Actor, join: Join) -> type[ClinicError]:
    """End the delegation, behind the back of an update that is on its way; return what it is refused with."""
    match how:
        case "dropped":
            await drop_delegate(clinic, doctor, delegate.user_id)
        case "another is named":
            await join(Actor(22, "Rob", frozenset({Role.RECEPTIONIST})))
            await name_delegate(clinic, doctor, 22)
        case "the doctor is suspended":
            await join(replace(doctor, suspended=True))
        case _:
            await join(replace(delegate, suspended=True))
            return AccessSuspended
    return NotAllowed


@pytest.mark.parametrize("how", ["dropped", "another is named", "the doctor is suspended", "the delegate is suspended"])
async def test_what_is_over_is_refused_inside_the_transaction(
    clinic: Clinic, doctor: Actor, delegate: Actor, join: Join, everything_kept: Callable[[], str], how: str
) -> None:
    """Though the actor was recognised before it was: week, time off, and zone."""
    error = await over(clinic, how, doctor, delegate, join)
    before = everything_kept()
    uses = (
        set_hours(clinic, delegate),
        take_time_off(clinic, delegate, TimeOff(1, DateSpan(TODAY, TODAY))),
        set_zone(clinic, delegate, 1, "Asia/Tokyo"),
    )
    for use in uses:
        with pytest.raises(error):
            await use
    assert everything_kept() == before


async def test_a_suspended_doctor_is_refused_inside_the_transaction(clinic: Clinic, doctor: Actor, join: Join) -> None:
    """The own hours too."""
    await join(replace(doctor, suspended=True))
    with pytest.raises(AccessSuspended):
        await set_hours(clinic, doctor)


async def test_everybody_else_with_a_role_can_be_named(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, admin: Actor, join: Join
) -> None:
    """Not the doctor, nobody who is suspended or has lost every role."""
    await join(Actor(50, "Sue", frozenset({Role.RECEPTIONIST}), suspended=True))
    await join(Actor(51, "Old", frozenset()))
    found = await read_delegation(clinic, doctor)
    assert found.delegate is None
    assert [person.user_id for person in found.candidates] == [
        other_doctor.user_id,
        receptionist.user_id,
        admin.user_id,
    ]
    for user_id in (50, 51, doctor.user_id):
        with pytest.raises(CannotDelegate):
            await name_delegate(clinic, doctor, user_id)
    with pytest.raises(UnknownPerson):
        await name_delegate(clinic, doctor, 99)


async def test_only_a_doctor_names_and_drops(clinic: Clinic, receptionist: Actor, admin: Actor) -> None:
    """Neither the desk nor an admin does it for one."""
    for actor in (receptionist, admin):
        for use in (
            read_delegation(clinic, actor),
            name_delegate(clinic, actor, 21),
            drop_delegate(clinic, actor, 21),
        ):
            with pytest.raises(NotAllowed):
                await use


async def told(clinic: Clinic) -> list[tuple[int, About]]:
    """Whom the notices go to, each finished as sent."""
    found = []
    while owed := await claim_notice(clinic):
        assert isinstance(owed, OwedPersonal)
        found.append((owed.person.user_id, owed.notice.about))
        await finish_notice(clinic, owed)
    return found


async def test_both_are_told_once(clinic: Clinic, doctor: Actor, delegate: Actor, admin: Actor) -> None:
    """Who is named, who was before, and who is dropped; the same twice is told once."""
    assert await told(clinic) == [(delegate.user_id, About.DELEGATE_NAMED)]
    for _ in range(2):
        await name_delegate(clinic, doctor, admin.user_id)
    assert await told(clinic) == [
        (delegate.user_id, About.DELEGATE_DROPPED),
        (admin.user_id, About.DELEGATE_NAMED),
    ]
    for _ in range(2):
        await drop_delegate(clinic, doctor, admin.user_id)
    assert await told(clinic) == [(admin.user_id, About.DELEGATE_DROPPED)]


async def test_an_old_button_drops_nobody_else(
    clinic: Clinic, doctor: Actor, delegate: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """It names whom to drop."""
    await name_delegate(clinic, doctor, admin.user_id)
    before = commits()
    await drop_delegate(clinic, doctor, delegate.user_id)
    assert commits() == before
    assert (await now_known(clinic, admin)).delegate_of == {1}
