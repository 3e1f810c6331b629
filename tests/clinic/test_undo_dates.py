"""Take a change of the calendar back, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import ClinicClosure, DateChange, DateOverride, DateSpan, TimeOff, TimeOffKind
from clinic.errors import AccessSuspended, DatesHaveChanged, NotAllowed, NotInvited, UnknownDateRule
from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.ports.notices import Notice
from clinic.use_cases.closures import close_clinic, remove_closure
from clinic.use_cases.dates import (
    coming,
    NO_CHANGE,
    remove_date,
    remove_time_off,
    set_dates,
    set_zone,
    take_time_off,
    undo_dates,
)
from tests.clinic.conftest import Join
from tests.clinic.hours_of import day

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUE, WED = date(2026, 3, 3), date(2026, 3, 4)
Change = Callable[[], Awaitable[DateChange]]


def off(first: int, last: int) -> TimeOff:
    return TimeOff(1, DateSpan(date(2026, 3, first), date(2026, 3, last)))


def override(on: date, *ranges: str) -> DateOverride:
    return DateOverride(1, on, day(*ranges))


SICK = replace(off(2, 2), kind=TimeOffKind.SICK)
HOLIDAY = ClinicClosure(DateSpan(TUE, WED), "Holiday")


async def rules(clinic: Clinic, doctor: Actor) -> object:
    """All that can be changed: time off, overrides, closures, the zone; stamps and ids do not count."""
    found = (await coming(clinic, doctor, 1)).schedule
    return found.rules.time_off, set(found.rules.overrides), found.rules.closures, found.zone


@pytest.fixture(
    params=[
        "off",
        "joined",
        "changed off",
        "no off",
        "date",
        "other date",
        "moved",
        "no date",
        "zone",
        "closed",
        "open",
    ]
)
async def change(request: pytest.FixtureRequest, clinic: Clinic, doctor: Actor, admin: Actor) -> Change:
    """Each kind of change, about to be made on a calendar that has one rule of each kind."""
    taken = await take_time_off(clinic, doctor, off(24, 26))
    closed = await close_clinic(clinic, admin, [replace(HOLIDAY, name="Easter")])
    await set_dates(clinic, doctor, 1, [override(TUE, "10:00-14:00")])
    (kept,), (closure,) = taken.after, closed.after
    assert isinstance(kept, TimeOff)
    assert isinstance(closure, ClinicClosure)
    changes: dict[str, Change] = {
        "off": lambda: take_time_off(clinic, doctor, off(10, 11)),
        "joined": lambda: take_time_off(clinic, doctor, off(26, 28)),
        "changed off": lambda: take_time_off(clinic, doctor, replace(off(10, 11), time_off_id=kept.time_off_id)),
        "no off": lambda: remove_time_off(clinic, doctor, 1, kept.time_off_id),
        "date": lambda: set_dates(clinic, doctor, 1, [override(WED, "10:00-14:00")]),
        "other date": lambda: set_dates(clinic, doctor, 1, [override(TUE)]),
        "moved": lambda: set_dates(clinic, doctor, 1, [override(WED, "10:00-14:00")], moved_from=TUE),
        "no date": lambda: remove_date(clinic, doctor, 1, TUE),
        "zone": lambda: set_zone(clinic, doctor, 1, "America/New_York"),
        "closed": lambda: close_clinic(clinic, admin, [HOLIDAY]),
        "open": lambda: remove_closure(clinic, admin, closure.closure_id),
    }
    return changes[request.param]


def whose(change: DateChange, doctor: Actor, admin: Actor) -> Actor:
    return admin if change.doctor_id is None else doctor


async def test_undo_brings_back_exactly_what_was(clinic: Clinic, doctor: Actor, admin: Actor, change: Change) -> None:
    """Every kind of change is taken back whole, and was one."""
    before = await rules(clinic, doctor)
    made = await change()
    assert await rules(clinic, doctor) != before
    back = await undo_dates(clinic, whose(made, doctor, admin), made.change_id)
    assert await rules(clinic, doctor) == before
    assert (back.before, back.after, back.undoes) == (made.after, made.before, made.change_id)


async def test_an_undo_asked_twice_is_done_once(
    clinic: Clinic, doctor: Actor, admin: Actor, change: Change, date_changes: Callable[[], list[DateChange]]
) -> None:
    """The same tap again finds it done."""
    made = await change()
    actor = whose(made, doctor, admin)
    await undo_dates(clinic, actor, made.change_id)
    stood, count = await rules(clinic, doctor), len(date_changes())
    again = await undo_dates(clinic, actor, made.change_id)
    assert (again.change_id, again.undone) == (made.change_id, True)
    assert (await rules(clinic, doctor), len(date_changes())) == (stood, count)


async def test_an_undo_is_not_undone(clinic: Clinic, doctor: Actor) -> None:
    """There is one step back."""
    made = await take_time_off(clinic, doctor, off(10, 11))
    back = await undo_dates(clinic, doctor, made.change_id)
    with pytest.raises(UnknownDateRule):
        await undo_dates(clinic, doctor, back.change_id)


@pytest.mark.parametrize("change_id", [NO_CHANGE, 99])
async def test_what_was_no_change_is_not_undone(clinic: Clinic, doctor: Actor, change_id: int) -> None:
    """There is nothing under that id."""
    with pytest.raises(UnknownDateRule):
        await undo_dates(clinic, doctor, change_id)


async def test_undo_is_refused_when_what_it_put_was_joined_since(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int]
) -> None:
    """The longer time off on top is not lost."""
    made = await take_time_off(clinic, doctor, off(10, 11))
    await take_time_off(clinic, doctor, off(11, 14))
    with pytest.raises(DatesHaveChanged):
        await undo_dates(clinic, doctor, made.change_id)
    assert ((await coming(clinic, doctor, 1)).schedule.rules.time_off, commits()) == ((off(10, 14),), 2)


async def test_undo_is_refused_when_the_date_was_set_again(clinic: Clinic, doctor: Actor) -> None:
    """Other hours that came after stay."""
    made = await set_dates(clinic, doctor, 1, [override(TUE, "10:00-14:00")])
    await set_dates(clinic, doctor, 1, [override(TUE, "11:00-15:00")])
    with pytest.raises(DatesHaveChanged):
        await undo_dates(clinic, doctor, made.change_id)
    assert (await coming(clinic, doctor, 1)).schedule.rules.overrides == (override(TUE, "11:00-15:00"),)


async def test_a_change_beneath_an_undone_one_can_be_undone_too(clinic: Clinic, doctor: Actor) -> None:
    """What an undo put back is what the change before had put there."""
    first = await take_time_off(clinic, doctor, off(10, 11))
    second = await take_time_off(clinic, doctor, off(11, 14))
    await undo_dates(clinic, doctor, second.change_id)
    await undo_dates(clinic, doctor, first.change_id)
    assert (await coming(clinic, doctor, 1)).schedule.rules.time_off == ()


async def test_undoing_what_was_said_on_the_day_is_told_to_the_desk_once(
    clinic: Clinic, doctor: Actor, receptionist: Actor, owed: Callable[[], list[Notice]]
) -> None:
    """The receptionist hears that the doctor comes after all, under the undo's own id."""
    made = await take_time_off(clinic, doctor, SICK)
    back = await undo_dates(clinic, doctor, made.change_id)
    await undo_dates(clinic, doctor, made.change_id)
    assert owed() == [Notice(21, made.change_id), Notice(21, back.change_id)]


async def test_undoing_a_closure_or_a_holiday_is_told_to_nobody(
    clinic: Clinic, doctor: Actor, admin: Actor, receptionist: Actor, owed: Callable[[], list[Notice]]
) -> None:
    """What was not said on the day is not taken back by a message either."""
    for made in (await take_time_off(clinic, doctor, off(10, 11)), await close_clinic(clinic, admin, [HOLIDAY])):
        await undo_dates(clinic, whose(made, doctor, admin), made.change_id)
    assert owed() == []


async def test_nobody_undoes_a_doctors_change_for_them(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """Not a colleague, not the desk, not an admin."""
    made = await take_time_off(clinic, doctor, off(10, 11))
    for actor in (other_doctor, receptionist, admin):
        with pytest.raises(NotAllowed):
            await undo_dates(clinic, actor, made.change_id)
    assert commits() == 1


async def test_only_admins_undo_a_closure(clinic: Clinic, doctor: Actor, receptionist: Actor, admin: Actor) -> None:
    """The clinic's own changes are theirs, whoever of them made it."""
    made = await close_clinic(clinic, admin, [HOLIDAY])
    for actor in (doctor, receptionist):
        with pytest.raises(NotAllowed):
            await undo_dates(clinic, actor, made.change_id)
    assert (await undo_dates(clinic, replace(admin, user_id=32), made.change_id)).undoes == made.change_id


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        pytest.param(Actor(1), NotInvited, id="a stranger"),
        pytest.param(Actor(11, "A", frozenset({Role.DOCTOR}), 1, suspended=True), AccessSuspended, id="the suspended"),
    ],
)
async def test_whoever_stands_outside_undoes_nothing(
    clinic: Clinic, doctor: Actor, actor: Actor, error: type[Exception]
) -> None:
    """They do not even learn whether there is such a change."""
    made = await take_time_off(clinic, doctor, off(10, 11))
    for change_id in (made.change_id, 99):
        with pytest.raises(error):
            await undo_dates(clinic, actor, change_id)


async def test_an_account_that_is_the_doctors_no_longer_undoes_nothing(
    clinic: Clinic, doctor: Actor, join: Join
) -> None:
    """On a new phone the old one takes nothing back."""
    made = await take_time_off(clinic, doctor, off(10, 11))
    await join(replace(doctor, user_id=13))
    with pytest.raises(NotInvited):
        await undo_dates(clinic, doctor, made.change_id)


async def test_whoever_is_a_doctor_no_longer_undoes_nothing(clinic: Clinic, doctor: Actor) -> None:
    """An account without the role is not enough."""
    made = await take_time_off(clinic, doctor, off(10, 11))
    with pytest.raises(NotAllowed):
        await undo_dates(clinic, replace(doctor, roles=frozenset({Role.ADMIN})), made.change_id)


async def test_a_change_that_is_past_can_be_undone(
    clinic: Clinic, doctor: Actor, later: Callable[[timedelta], None], date_changes: Callable[[], list[DateChange]]
) -> None:
    """Yesterday's `Undo` still says what it says."""
    made = await take_time_off(clinic, doctor, SICK)
    later(timedelta(days=1))
    await undo_dates(clinic, doctor, made.change_id)
    assert date_changes()[-1].undoes == made.change_id
