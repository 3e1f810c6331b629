"""Watch a doctor: who is owed what after which changes, and until when they are gathered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from zoneinfo import ZoneInfo

import pytest

from clinic.calendar import Schedule
from clinic.dates import ClinicClosure, DateOverride, DateSpan, TimeOff, TimeOffKind
from clinic.errors import AccessSuspended, BookingsAffected, NotAllowed, UnknownDoctor
from clinic.people import Actor, Role
from clinic.plan import WeeklyHours, WeekPlan
from clinic.ports import Clinic
from clinic.use_cases.bookings import book
from clinic.use_cases.closures import close_clinic
from clinic.use_cases.dates import set_dates, set_zone, take_time_off, undo_dates
from clinic.use_cases.hours import switch_day, undo
from clinic.use_cases.notices import claim_notice, finish_notice, OwedHours, until_due
from clinic.use_cases.watching import is_watching, stop_watching, watch, watched_doctors
from clinic.watching import day_changes, DayChange, DayHours, GATHERED, gathered
from tests.clinic.conftest import Join, SETTINGS_ADMIN
from tests.clinic.hours_of import every_day, hours
from tests.clinic.memory import Memory

TODAY = date(2026, 3, 2)
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2026, 3, 6)
ONE_SECOND = timedelta(seconds=1)
Later = Callable[[timedelta], None]


def found(day: date, *ranges: str, zone: ZoneInfo = BERLIN) -> DayHours:
    return DayHours(day, tuple(map(hours, ranges)), zone)


def change(day: int, before: str, after: str) -> DayChange:
    """Return a change of a date of March; ``""`` is off."""
    at = date(2026, 3, day)
    return DayChange(*(found(at, *([text] if text else [])) for text in (before, after)))


def text(changes: tuple[DayChange, ...]) -> list[str]:
    """Return each changed date with its hours before and after, in minutes."""
    both = ((each.day, each.before.hours, each.after.hours) for each in changes)
    return [f"{day:%d} {_ranges(was)}>{_ranges(will)}" for day, was, will in both]


def _ranges(ranges: tuple[object, ...]) -> str:
    return ",".join(f"{each.start}-{each.end}" for each in ranges)  # type: ignore[attr-defined]


@pytest.fixture
async def watcher(clinic: Clinic, receptionist: Actor, working: Actor) -> Actor:
    """The receptionist, who watches doctor 1."""
    assert working.doctor_id == 1
    await watch(clinic, receptionist, 1)
    return receptionist


async def told(clinic: Clinic) -> list[OwedHours]:
    """Send all that is due now."""
    sent = []
    while owed := await claim_notice(clinic):
        if isinstance(owed, OwedHours):
            sent.append(owed)
        await finish_notice(clinic, owed)
    return sent


async def off_on_friday(clinic: Clinic, doctor: Actor) -> int:
    made = await take_time_off(clinic, doctor, TimeOff(1, DateSpan(FRIDAY, FRIDAY)))
    return made.change_id


def test_hours_that_came_out_the_same_are_no_change() -> None:
    """Hours that a day off has anyway, or another zone with the same clocks, alter nothing that is worked."""
    plan = WeekPlan((every_day("09:00-12:00"),))
    before = Schedule(BERLIN, WeeklyHours((plan,)))
    same = replace(before, zone=ZoneInfo("Europe/Madrid"))
    other = replace(before, zone=ZoneInfo("Europe/London"))
    span = DateSpan(TODAY, FRIDAY)
    assert day_changes(before, same, span) == ()
    assert [each.day for each in day_changes(before, other, span)] == list(span)


def test_a_change_of_a_day_is_of_one_day() -> None:
    """Two dates make none."""
    with pytest.raises(ValueError, match="one day"):
        DayChange(found(TODAY), found(FRIDAY))


def test_gathered_changes_have_the_first_before_and_the_last_after() -> None:
    """By date, in order."""
    first = [change(6, "09:00-12:00", ""), change(4, "09:00-12:00", "10:00-12:00")]
    then = [change(6, "", "09:00-11:00"), change(3, "", "09:00-10:00")]
    assert text(gathered(first, then, own=False)) == ["03 >540-600", "04 540-720>600-720", "06 540-720>540-660"]


def test_own_changes_are_no_news() -> None:
    """But a date that is told has the hours that they left it."""
    first, own = [change(6, "09:00-12:00", "")], [change(6, "", "10:00-12:00"), change(7, "", "10:00-12:00")]
    assert text(gathered(first, own, own=True)) == ["06 540-720>600-720"]
    assert gathered((), own, own=True) == ()


async def test_who_watches_whom(clinic: Clinic, watcher: Actor, join: Join, admin: Actor) -> None:
    """Asked twice it is once, and others do not watch with them."""
    await join(Actor(12, "Bo Ek", frozenset({Role.DOCTOR}), doctor_id=2))
    await watch(clinic, watcher, 1)
    assert [doctor.doctor_id for doctor in await watched_doctors(clinic, watcher)] == [1]
    assert [await is_watching(clinic, watcher, doctor_id) for doctor_id in (1, 2)] == [True, False]
    assert not await watched_doctors(clinic, admin)


async def test_nobody_is_watched_who_is_not_there(clinic: Clinic, receptionist: Actor) -> None:
    """A forged button names nobody."""
    with pytest.raises(UnknownDoctor):
        await watch(clinic, receptionist, 99)


async def test_only_the_desk_watches(clinic: Clinic, working: Actor) -> None:
    """A doctor does not."""
    for ask in (watch(clinic, working, 1), is_watching(clinic, working, 1), watched_doctors(clinic, working)):
        with pytest.raises(NotAllowed):
            await ask


async def test_stopping_takes_what_is_owed(clinic: Clinic, watcher: Actor, working: Actor, later: Later) -> None:
    """Nothing more comes, and whoever has no role any more may stop too; the suspended may not."""
    await off_on_friday(clinic, working)
    with pytest.raises(AccessSuspended):
        await stop_watching(clinic, replace(watcher, suspended=True), 1)
    await stop_watching(clinic, replace(watcher, roles=frozenset()), 1)
    later(GATHERED)
    assert await told(clinic) == []
    assert not await watched_doctors(clinic, watcher)


async def test_a_change_is_told_after_a_minute(clinic: Clinic, watcher: Actor, working: Actor, later: Later) -> None:
    """Once, to the second, with who made it and the date's hours before and after."""
    assert await until_due(clinic) is None
    await off_on_friday(clinic, working)
    assert await until_due(clinic) == GATHERED
    later(GATHERED - ONE_SECOND)
    assert await until_due(clinic) == ONE_SECOND
    assert await told(clinic) == []
    later(ONE_SECOND)
    (owed,) = await told(clinic)
    assert (owed.person, owed.doctor.doctor_id, owed.notice.names) == (watcher, 1, ("Ana Müller",))
    assert text(owed.notice.changes) == ["06 540-720>"]
    assert await told(clinic) == []


Change = Callable[[Clinic, Actor, Actor], Awaitable[object]]
SICK = TimeOff(1, DateSpan(TODAY, TODAY), kind=TimeOffKind.SICK)
CLOSED = ClinicClosure(DateSpan(FRIDAY, FRIDAY), "Fiesta")
EVENING = DateOverride.of(1, FRIDAY, [hours("18:00-20:00")])
WAYS: dict[str, tuple[Change, list[str]]] = {
    "a switched day": (
        lambda clinic, doctor, _: switch_day(clinic, doctor, 1, FRIDAY, on=False),
        ["06 540-720>", "13 540-720>"],
    ),
    "time off": (lambda clinic, doctor, _: off_on_friday(clinic, doctor), ["06 540-720>"]),
    "off sick": (lambda clinic, doctor, _: take_time_off(clinic, doctor, SICK), ["02 540-720>"]),
    "other hours": (
        lambda clinic, doctor, _: set_dates(clinic, doctor, 1, [EVENING]),
        ["06 540-720>1080-1200"],
    ),
    "a closure": (lambda clinic, _, admin: close_clinic(clinic, admin, [CLOSED]), ["06 540-720>"]),
    "a zone": (
        lambda clinic, doctor, _: set_zone(clinic, doctor, 1, "Asia/Tokyo"),
        [f"{day:02} 540-720>540-720" for day in range(2, 16)],
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_every_change_of_hours_is_told(
    clinic: Clinic, watcher: Actor, working: Actor, admin: Actor, later: Later, way: str
) -> None:
    """Whatever makes the hours of the next fourteen days others."""
    make, changed = WAYS[way]
    await make(clinic, working, admin)
    later(GATHERED)
    (owed,) = await told(clinic)
    assert owed.person == watcher
    assert text(owed.notice.changes) == changed


@pytest.mark.usefixtures("watcher")
async def test_what_is_further_off_is_not_told(clinic: Clinic, working: Actor, later: Later) -> None:
    """The fourteenth date from today is the last."""
    for ahead in (13, 14):
        day = TODAY + timedelta(days=ahead)
        await take_time_off(clinic, working, TimeOff(1, DateSpan(day, day)))
    later(GATHERED)
    (owed,) = await told(clinic)
    assert [each.day for each in owed.notice.changes] == [TODAY + timedelta(days=13)]


@pytest.mark.usefixtures("watcher")
async def test_changes_within_a_minute_are_one_message(
    clinic: Clinic, working: Actor, admin: Actor, later: Later
) -> None:
    """From the first on; it names everybody who made them, and one that comes when it is due begins another."""
    await switch_day(clinic, working, 1, FRIDAY, on=False)
    later(GATHERED - ONE_SECOND)
    thursday = FRIDAY - timedelta(days=1)
    await close_clinic(clinic, admin, [replace(CLOSED, span=DateSpan(thursday, thursday))])
    later(ONE_SECOND)
    await set_dates(clinic, working, 1, [EVENING])
    first, *others = await told(clinic)
    assert first.notice.names == ("Ana Müller", "Zoe")
    assert text(first.notice.changes) == ["05 540-720>", "06 540-720>", "13 540-720>"]
    assert others == []
    later(GATHERED)
    (second,) = await told(clinic)
    assert text(second.notice.changes) == ["06 >1080-1200"]


@pytest.mark.usefixtures("watcher")
async def test_what_is_taken_back_within_the_minute_is_not_told(clinic: Clinic, working: Actor, later: Later) -> None:
    """Be it undone in the calendar or in the week; taken back later, it is told of both times."""
    change_id = await off_on_friday(clinic, working)
    later(30 * ONE_SECOND)
    await undo_dates(clinic, working, change_id)
    record = await switch_day(clinic, working, 1, FRIDAY, on=False)
    await undo(clinic, working, 1, record.version)
    later(GATHERED)
    assert await told(clinic) == []
    change_id = await off_on_friday(clinic, working)
    later(GATHERED)
    assert len(await told(clinic)) == 1
    await undo_dates(clinic, working, change_id)
    later(GATHERED)
    assert [text(owed.notice.changes) for owed in await told(clinic)] == [["06 >540-720"]]


async def test_nobody_is_told_of_their_own(clinic: Clinic, watcher: Actor, admin: Actor, later: Later) -> None:
    """The admin who closes the clinic knows it; the receptionist does not."""
    await watch(clinic, admin, 1)
    await close_clinic(clinic, admin, [CLOSED])
    later(GATHERED)
    assert [owed.person for owed in await told(clinic)] == [watcher]


@pytest.mark.parametrize("becomes", [{"suspended": True}, {"roles": frozenset({Role.DOCTOR}), "doctor_id": 2}])
async def test_who_may_not_know_is_not_told(
    clinic: Clinic, watcher: Actor, working: Actor, join: Join, later: Later, becomes: dict[str, object]
) -> None:
    """Suspended, or no longer at the desk, within the minute."""
    await off_on_friday(clinic, working)
    await join(replace(watcher, **becomes))  # type: ignore[arg-type]
    later(GATHERED)
    assert await told(clinic) == []


async def test_an_admin_of_the_settings_is_told(
    clinic: Clinic, settings_admin: Actor, working: Actor, later: Later
) -> None:
    """Though nothing else of them is stored."""
    await watch(clinic, settings_admin, 1)
    await off_on_friday(clinic, working)
    later(GATHERED)
    assert [owed.person.user_id for owed in await told(clinic)] == [SETTINGS_ADMIN]


async def test_a_change_that_is_refused_owes_nothing(
    clinic: Clinic, watcher: Actor, working: Actor, memory: Memory
) -> None:
    """Where bookings are in the way nothing has changed yet."""
    await book(clinic, watcher, 1, datetime(2026, 3, 6, 9, 0, tzinfo=UTC), "P-1")
    with pytest.raises(BookingsAffected):
        await off_on_friday(clinic, working)
    assert memory.tables.hours_notices == {}
