"""A doctor's week and its history. The named ones are faults of the design that this one replaces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clinic.errors import DraftHasMoved, RangesOverlap, WeekHasChanged
from clinic.people import Actor, Doctor
from clinic.ports import Clinic, Draft
from clinic.time_range import TimeRange
from clinic.use_cases import hours
from clinic.week import DAY_OFF, DayAvailability, NO_HOURS, WeekChange, Weekday, WeekRecord
from storage import SqlStorage

MakeDoctor = Callable[[str, int], Awaitable[Actor]]

MORNING, EVENING, NIGHT = TimeRange(540, 780), TimeRange(900, 1140), TimeRange(1320, 1800)


def a_day(*ranges: TimeRange) -> DayAvailability:
    return DayAvailability.of(Weekday.MON, ranges)


def doctor_id(actor: Actor) -> int:
    assert actor.doctor_id is not None
    return actor.doctor_id


async def stored(storage: SqlStorage, actor: Actor) -> WeekRecord:
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id(actor))
    assert found
    return found[1]


async def set_days(
    clinic: Clinic, actor: Actor, days: Mapping[Weekday, DayAvailability], drawn_from: int
) -> WeekRecord:
    closing = Draft(1, 1 + drawn_from, "{}", clinic.clock() + timedelta(days=14))
    _, record = await hours.set_days(clinic, actor, doctor_id(actor), days, drawn_from=drawn_from, closing=closing)
    return record


@pytest.fixture
def saved(ada: Actor, now: datetime) -> WeekChange:
    week = NO_HOURS.with_days(
        {
            Weekday.SUN: a_day(NIGHT),
            Weekday.MON: a_day(EVENING, MORNING).switched(on=False),
            Weekday.WED: a_day(TimeRange(0, 1440)),
        }
    )
    return WeekChange(doctor_id(ada), 1, NO_HOURS, week, now, 7, "Ada")


async def save(storage: SqlStorage, *changes: WeekChange) -> None:
    async with storage.write() as work:
        for change in changes:
            await work.weeks.save(change)
        await work.commit()


async def test_a_week_that_was_never_saved(storage: SqlStorage, ada: Actor) -> None:
    """A new doctor has a week without hours, of version 0, which nobody made."""
    async with storage.read() as work:
        assert await work.weeks.find(doctor_id(ada)) == (
            Doctor(doctor_id(ada), "Ada", "Cardiology", 7),
            WeekRecord(doctor_id(ada)),
        )
        assert await work.weeks.find(99) is None


async def test_a_week_comes_back_as_it_was_saved(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """Nights, whole days, and the hours of a day that is off come back, with who made it so and when."""
    await save(storage, saved)

    assert await stored(storage, ada) == WeekRecord(doctor_id(ada), saved.after, 1, saved.at, "Ada", undoable=True)


async def test_the_history_comes_back(storage: SqlStorage, saved: WeekChange) -> None:
    """Each change is found by its version, the week before and after in it, and what it took back."""
    back = replace(saved, version=2, before=saved.after, after=saved.before, undoes=1)
    await save(storage, saved, back)

    async with storage.read() as work:
        assert await work.weeks.change(saved.doctor_id, 1) == saved
        assert await work.weeks.change(saved.doctor_id, 2) == back
        assert await work.weeks.change(saved.doctor_id, 3) is None


async def test_an_undo_is_not_undoable(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """A week that an undo made says so, and is empty again."""
    await save(storage, saved, replace(saved, version=2, before=saved.after, after=NO_HOURS, undoes=1))

    record = await stored(storage, ada)
    assert record.week == NO_HOURS
    assert not record.undoable


async def test_a_day_without_hours_has_no_row(storage: SqlStorage, saved: WeekChange) -> None:
    """What equals a day off is not stored, and a day that becomes one is deleted with its ranges."""
    emptied = replace(saved, version=2, before=saved.after, after=saved.after.with_days({Weekday.SUN: DAY_OFF}))
    await save(storage, saved, emptied)

    async with storage._database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT weekday FROM day_availability ORDER BY weekday")
        assert [weekday for (weekday,) in rows] == [Weekday.MON, Weekday.WED]
        rows = await connection.exec_driver_sql("SELECT DISTINCT weekday FROM time_ranges ORDER BY weekday")
        assert [weekday for (weekday,) in rows] == [Weekday.MON, Weekday.WED]


async def test_doctors_do_not_share_a_week(storage: SqlStorage, make_doctor: MakeDoctor, saved: WeekChange) -> None:
    """Saving one doctor's week leaves another's alone."""
    eva = await make_doctor("Eva", 8)
    theirs = replace(saved, doctor_id=doctor_id(eva), after=NO_HOURS.with_days({Weekday.MON: a_day(MORNING)}))
    await save(storage, theirs, saved)
    await save(storage, replace(saved, version=2, before=saved.after, after=NO_HOURS))

    assert (await stored(storage, eva)).week == theirs.after


@pytest.mark.parametrize("version", [1, 3])
async def test_a_change_of_another_week_is_refused(storage: SqlStorage, saved: WeekChange, version: int) -> None:
    """A change whose version does not follow the stored one cannot be saved."""
    await save(storage, saved)

    with pytest.raises(RuntimeError, match="not the one before"):
        await save(storage, replace(saved, version=version))


async def test_the_first_set_of_a_week_works(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Nothing needs to be there before the first set; the old bot failed on a doctor without rows."""
    record = await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0)

    assert record == await stored(storage, ada)
    assert record.week[Weekday.TUE] == a_day(MORNING)


async def test_a_day_is_set_again(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Set twice, a day has the second hours alone; the old bot doubled them, or failed."""
    await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING, EVENING)}, drawn_from=0)
    await set_days(clinic, ada, {Weekday.TUE: a_day(TimeRange(540, 600))}, drawn_from=1)

    assert (await stored(storage, ada)).week[Weekday.TUE].ranges == (TimeRange(540, 600),)


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

    week = (await stored(storage, ada)).week
    assert [(day, there.ranges[0].end) for day, there in week] == [(day, 600 + day) for day in Weekday]


async def test_the_order_is_asked_for(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """The order of days and ranges is not left to how a database happens to find them."""
    await save(storage, saved)
    async with storage._database.reading() as connection:
        await connection.exec_driver_sql("PRAGMA reverse_unordered_selects = ON")

    assert (await stored(storage, ada)).week == saved.after


async def test_two_hundred_toggles_at_once_all_count(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Switching days both ways at once loses no update: each target that was not met is one change in the history."""
    await set_days(clinic, ada, dict.fromkeys(Weekday, a_day(MORNING)), drawn_from=0)

    outcomes = await asyncio.gather(
        *(
            hours.switch_day(clinic, ada, doctor_id(ada), Weekday(number % 7), on=bool(number // 7 % 2))
            for number in range(200)
        )
    )

    record = await stored(storage, ada)
    versions = {record.version for _, record in outcomes}
    assert versions == set(range(min(versions), record.version + 1))
    async with storage.read() as work:
        changes = [await work.weeks.change(record.doctor_id, version) for version in range(1, record.version + 1)]
    week = NO_HOURS
    for change in changes:
        assert change
        assert change.before == week
        week = change.after
    assert week == record.week
    final = {Weekday(number % 7): bool(number // 7 % 2) for number in range(200)}
    assert {day: there.on for day, there in record.week} == final


async def test_undone_once_a_save(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """Asked ten times at once, an undo is one change."""
    await set_days(clinic, ada, {Weekday.TUE: a_day(MORNING)}, drawn_from=0)

    outcomes = await asyncio.gather(*(hours.undo(clinic, ada, doctor_id(ada), 1) for _ in range(10)))

    record = await stored(storage, ada)
    assert (record.version, record.week) == (2, NO_HOURS)
    assert all(outcome[1] == record for outcome in outcomes)


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
