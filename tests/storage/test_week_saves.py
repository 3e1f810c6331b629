"""Weekly hours set through the use cases. The named ones are faults of the design that this one replaces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta

import pytest

from clinic.dates import DateSpan
from clinic.errors import DraftHasMoved, RangesOverlap, WeekHasChanged
from clinic.people import Actor
from clinic.plan import Recurrence, Repeat, WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.time_range import TimeRange
from clinic.use_cases import hours
from clinic.week import DayAvailability, Weekday, WeeklyAvailability
from storage import SqlStorage

MakeDoctor = Callable[[str, int], Awaitable[Actor]]

MONDAY = date(2026, 7, 6)
MORNING, EVENING, NIGHT = TimeRange(540, 780), TimeRange(900, 1140), TimeRange(1320, 1800)


def a_day(*ranges: TimeRange) -> DayAvailability:
    return DayAvailability.of(Weekday.MON, ranges)


def doctor_id(actor: Actor) -> int:
    assert actor.doctor_id is not None
    return actor.doctor_id


async def stored(storage: SqlStorage, actor: Actor) -> WeekRecord:
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id(actor), DateSpan(date.min, date.max))
    assert found
    return found[1]


def week_in(record: WeekRecord) -> WeeklyAvailability:
    """Return the week that the tests' clock stands in."""
    return record.hours.week_of(MONDAY)


async def set_days(
    clinic: Clinic, actor: Actor, days: Mapping[Weekday, DayAvailability], drawn_from: int
) -> WeekRecord:
    closing = Draft(1, 1 + drawn_from, "{}", clinic.clock() + timedelta(days=14))
    every_week = Recurrence(Repeat.EVERY_WEEK, MONDAY)
    return await hours.set_days(
        clinic, actor, doctor_id(actor), days, every_week, drawn_from=drawn_from, closing=closing
    )


async def test_the_first_set_of_a_week_works(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Nothing needs to be there before the first set; the old bot failed on a doctor without rows."""
    record = await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0)

    assert record == await stored(storage, ada)
    assert week_in(record)[Weekday.TUE] == a_day(MORNING)


async def test_a_day_is_set_again(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Set twice, a day has the second hours alone; the old bot doubled them, or failed."""
    await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING, EVENING)}, drawn_from=0)
    await set_days(clinic, ada, {Weekday.TUE: a_day(TimeRange(540, 600))}, drawn_from=1)

    assert week_in(await stored(storage, ada))[Weekday.TUE].ranges == (TimeRange(540, 600),)


async def test_one_bad_day_leaves_none_saved(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Where one of several days cannot be, none is saved; the old bot kept those before it."""
    await set_days(clinic, ada, {Weekday.FRI: a_day(TimeRange(60, 540))}, drawn_from=0)
    before = await stored(storage, ada)

    with pytest.raises(RangesOverlap):
        await set_days(clinic, ada, {Weekday.MON: a_day(MORNING), Weekday.THU: a_day(NIGHT)}, drawn_from=1)

    assert await stored(storage, ada) == before


async def test_days_come_out_monday_first(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """In whatever order days are set, the week is read from Monday; the old bot sorted them by name."""
    for version, day in enumerate(reversed(Weekday)):
        await set_days(clinic, ada, {day: a_day(TimeRange(540, 600 + day))}, drawn_from=version)

    week = week_in(await stored(storage, ada))
    assert [(day, there.ranges[0].end) for day, there in week] == [(day, 600 + day) for day in Weekday]


async def test_two_hundred_toggles_at_once_all_count(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Switching days both ways at once loses no update: each target that was not met is one change in the history."""
    await set_days(clinic, ada, dict.fromkeys(Weekday, a_day(MORNING)), drawn_from=0)

    outcomes = await asyncio.gather(
        *(
            hours.switch_day(clinic, ada, doctor_id(ada), MONDAY + timedelta(days=number % 7), on=bool(number // 7 % 2))
            for number in range(200)
        )
    )

    record = await stored(storage, ada)
    versions = {outcome.version for outcome in outcomes}
    assert versions == set(range(min(versions), record.version + 1))
    async with storage.read() as work:
        changes = [await work.weeks.change(record.doctor_id, version) for version in range(1, record.version + 1)]
    plans: tuple[WeekPlan, ...] = ()
    for change in changes:
        assert change
        assert change.before == plans
        plans = change.after
    assert plans == record.hours.plans
    final = {Weekday(number % 7): bool(number // 7 % 2) for number in range(200)}
    assert {day: there.on for day, there in week_in(record)} == final


async def test_undone_once_a_save(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Asked ten times at once, an undo is one change."""
    await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0)

    outcomes = await asyncio.gather(*(hours.undo(clinic, ada, doctor_id(ada), 1) for _ in range(10)))

    record = await stored(storage, ada)
    assert (record.version, record.hours) == (2, WeeklyHours())
    assert all(outcome == record for outcome in outcomes)


async def test_not_undone_after_another_change(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """An undo does not take somebody else's later change with it."""
    await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0)
    record = await set_days(clinic, ada, {Weekday.FRI: a_day(MORNING)}, drawn_from=1)

    with pytest.raises(WeekHasChanged):
        await hours.undo(clinic, ada, doctor_id(ada), 1)

    assert await stored(storage, ada) == record


async def test_one_of_many_saves_of_a_draft_counts(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """A hammered Save button saves once; the others hear that the draft was closed."""
    outcomes = await asyncio.gather(
        *(set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0) for _ in range(10)),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [DraftHasMoved.__name__] * 9 + ["WeekRecord"]
    assert (await stored(storage, ada)).version == 1


async def test_a_refused_save_leaves_the_draft_open(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Where the week has changed, the closing of the draft is rolled back with the rest."""
    await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0)

    with pytest.raises(WeekHasChanged):
        await set_days(clinic, ada, {Weekday.TUE: a_day(EVENING)}, drawn_from=5)

    async with storage.read() as work:
        _, draft = await work.people.caller(7, 1, 6, clinic.clock().replace(year=2000))
    assert draft is None
