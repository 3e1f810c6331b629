"""The faults that the replaced design had, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, UTC
from typing import Any

import pytest

from clinic.calendar import slots_of_week
from clinic.dates import week_span
from clinic.errors import BadTimeRange, NotAllowed, RangesOverlap
from clinic.people import Actor
from clinic.plan import Recurrence, Repeat
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.time_range import TimeRange
from clinic.use_cases.hours import read_schedule, set_days, switch_day, undo
from clinic.week import DAY_OFF, DayAvailability, NO_HOURS, Weekday, WeeklyAvailability

TODAY = date(2026, 3, 2)
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
OFFICE = DayAvailability((TimeRange(540, 1020),), on=True)
LATE = DayAvailability((TimeRange(720, 1200),), on=True)


async def saved(
    clinic: Clinic, actor: Actor, version: int, days: dict[Weekday, DayAvailability], doctor_id: int = 1
) -> WeeklyAvailability:
    """The week after a save that makes ``version``."""
    closing = Draft(5, version, "{}", datetime(2026, 3, 3, tzinfo=UTC))
    record = await set_days(clinic, actor, doctor_id, days, EVERY_WEEK, drawn_from=version - 1, closing=closing)
    return record.hours.week_of(TODAY)


async def read(clinic: Clinic, actor: Actor) -> WeeklyAvailability:
    """The week of doctor 1 as it is kept."""
    return (await read_schedule(clinic, actor, 1, week_span(TODAY))).record.hours.week_of(TODAY)


async def test_the_first_set_of_a_week(clinic: Clinic, doctor: Actor) -> None:
    """A doctor who has never set anything sets a week."""
    days = dict.fromkeys(list(Weekday)[:5], OFFICE)
    assert await saved(clinic, doctor, 1, days) == NO_HOURS.with_days(days)


async def test_a_day_can_be_set_again(clinic: Clinic, doctor: Actor) -> None:
    """The second set of a day replaces the first, and the other days stay."""
    await saved(clinic, doctor, 1, {MON: OFFICE, TUE: OFFICE})
    assert await saved(clinic, doctor, 2, {MON: LATE}) == NO_HOURS.with_days({MON: LATE, TUE: OFFICE})


async def test_one_bad_day_of_several_changes_nothing_and_the_error_names_the_day(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int]
) -> None:
    """Of a week with one overlap not one day is kept, and both days of the overlap are named."""
    before = await saved(clinic, doctor, 1, {MON: OFFICE})
    night, morning = TimeRange(1320, 1800), TimeRange(300, 600)
    days = {MON: LATE, WED: DayAvailability((night,), on=True), THU: DayAvailability((morning,), on=True)}
    with pytest.raises(RangesOverlap) as refused:
        await saved(clinic, doctor, 2, days)
    assert (refused.value.first_day, refused.value.second_day) == (WED, THU)
    assert (await read(clinic, doctor), commits()) == (before, 1)


async def test_the_week_is_monday_first(clinic: Clinic, doctor: Actor) -> None:
    """Monday's hours fall on a Monday of the calendar, and Sunday's on a Sunday."""
    week = await saved(clinic, doctor, 1, {SUN: OFFICE, MON: OFFICE})
    starts = [slot.start.date() for slot in slots_of_week(week, date(2026, 3, 2), clinic.zone)]
    assert [day for day, found in week if found.on] == [MON, SUN]
    assert [(start, start.strftime("%a")) for start in starts] == [
        (date(2026, 3, 2), "Mon"),
        (date(2026, 3, 8), "Sun"),
    ]


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(DayAvailability((TimeRange.from_clock(1320, 360),), on=True), id="night hours"),
        pytest.param(DayAvailability((TimeRange.from_clock(900, 1440),), on=True), id="24:00"),
        pytest.param(DayAvailability((TimeRange(540, 780), TimeRange(900, 1140)), on=True), id="two shifts a day"),
        pytest.param(DAY_OFF, id="a day off without hours"),
    ],
)
async def test_night_hours_24_00_two_shifts_a_day_and_a_day_off_without_hours_are_accepted(
    clinic: Clinic, doctor: Actor, day: DayAvailability
) -> None:
    """What clinics work is what can be saved."""
    assert (await saved(clinic, doctor, 1, {MON: day, FRI: OFFICE}))[MON] == day


def test_reversed_hours_cannot_be_built() -> None:
    """17:00-09:00 on one day is no range."""
    with pytest.raises(BadTimeRange):
        TimeRange(1020, 540)


@pytest.mark.parametrize("day", [7, -1, "Funday"])
def test_unknown_days_cannot_be_built(day: Any) -> None:
    """There are seven weekdays and no others."""
    with pytest.raises(ValueError, match="not a valid Weekday"):
        Weekday(day)


async def test_anyone_edits_anyone(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """Nobody but the doctor sets, switches or undoes a doctor's hours."""
    before = await saved(clinic, doctor, 1, {MON: OFFICE})
    for actor in (other_doctor, receptionist, admin):
        with pytest.raises(NotAllowed):
            await saved(clinic, actor, 2, {MON: LATE})
        with pytest.raises(NotAllowed):
            await switch_day(clinic, actor, 1, TODAY, on=False)
        with pytest.raises(NotAllowed):
            await undo(clinic, actor, 1, 1)
    assert (await read(clinic, doctor), commits()) == (before, 1)


@pytest.mark.parametrize("on", [True, False])
async def test_a_toggle_sent_twice_does_not_undo_itself(clinic: Clinic, doctor: Actor, *, on: bool) -> None:
    """A switch asked for twice stands where it was asked to, in one version."""
    await saved(clinic, doctor, 1, {MON: OFFICE.switched(on=not on)})
    records = [await switch_day(clinic, doctor, 1, TODAY, on=on) for _ in range(2)]
    assert records[0] == records[1]
    assert (records[1].hours.on(TODAY).on, records[1].version) == (on, 2)


async def test_a_day_can_be_cleared(clinic: Clinic, doctor: Actor) -> None:
    """Set to nothing, a day is off and keeps no hours."""
    await saved(clinic, doctor, 1, {MON: OFFICE, TUE: OFFICE})
    assert await saved(clinic, doctor, 2, {MON: DAY_OFF}) == NO_HOURS.with_days({TUE: OFFICE})
