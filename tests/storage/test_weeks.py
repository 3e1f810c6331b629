"""A doctor's weekly hours and their history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from clinic.dates import DateSpan
from clinic.people import Actor, Doctor
from clinic.plan import Stamp, WeekChange, WeeklyHours, WeekPlan, WeekRecord
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, NO_HOURS, Weekday
from storage import SqlStorage

MakeDoctor = Callable[[str, int], Awaitable[Actor]]

ALWAYS = DateSpan(date.min, date.max)
MONDAY = date(2026, 7, 6)
MORNING, EVENING, NIGHT = TimeRange(540, 780), TimeRange(900, 1140), TimeRange(1320, 1800)


def a_day(*ranges: TimeRange) -> DayAvailability:
    return DayAvailability.of(Weekday.MON, ranges)


def doctor_id(actor: Actor) -> int:
    assert actor.doctor_id is not None
    return actor.doctor_id


async def stored(storage: SqlStorage, actor: Actor, span: DateSpan = ALWAYS) -> WeekRecord:
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id(actor), span)
    assert found
    return found[1]


@pytest.fixture
def saved(ada: Actor, now: datetime) -> WeekChange:
    week = NO_HOURS.with_days(
        {
            Weekday.SUN: a_day(NIGHT),
            Weekday.MON: a_day(EVENING, MORNING).switched(on=False),
            Weekday.WED: a_day(TimeRange(0, 1440)),
        }
    )
    stamp = Stamp(7, "Ada", now)
    return WeekChange(doctor_id(ada), 1, (), (WeekPlan((week,), stamp=stamp),), stamp)


async def save(storage: SqlStorage, *changes: WeekChange) -> None:
    async with storage.write() as work:
        for change in changes:
            await work.weeks.save(change)
        await work.commit()


async def test_a_week_that_was_never_saved(storage: SqlStorage, ada: Actor) -> None:
    """A new doctor has a week without hours, of version 0, which nobody made."""
    async with storage.read() as work:
        assert await work.weeks.find(doctor_id(ada), ALWAYS) == (
            Doctor(doctor_id(ada), "Ada", "Cardiology", 7),
            WeekRecord(doctor_id(ada)),
        )
        assert await work.weeks.find(99, ALWAYS) is None


async def test_a_week_comes_back_as_it_was_saved(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """Nights, whole days, and the hours of a day that is off come back, with who made it so and when."""
    await save(storage, saved)

    record = await stored(storage, ada)
    hours = WeeklyHours(saved.after)
    assert record == WeekRecord(doctor_id(ada), hours, 1, saved.stamp.at, "Ada", undoable=True)
    assert record.hours.plans[0].stamp == saved.stamp


async def test_the_history_comes_back(storage: SqlStorage, saved: WeekChange) -> None:
    """Each change is found by its version, the plans before and after in it, and what it took back."""
    back = replace(saved, version=2, before=saved.after, after=saved.before, undoes=1)
    await save(storage, saved, back)

    async with storage.read() as work:
        assert await work.weeks.change(saved.doctor_id, 1) == saved
        assert await work.weeks.change(saved.doctor_id, 2) == back
        assert await work.weeks.change(saved.doctor_id, 3) is None


async def test_an_undo_is_not_undoable(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """A week that an undo made says so, and is empty again."""
    await save(storage, saved, replace(saved, version=2, before=saved.after, after=(), undoes=1))

    record = await stored(storage, ada)
    assert record.hours == WeeklyHours()
    assert not record.undoable


async def test_a_day_without_hours_has_no_row(storage: SqlStorage, saved: WeekChange) -> None:
    """What equals a day off is not stored, and a day that becomes one is deleted with its ranges."""
    (plan,) = saved.after
    emptied = plan.with_week(MONDAY, plan.weeks[0].with_days({Weekday.SUN: DAY_OFF}))
    await save(storage, saved, replace(saved, version=2, before=saved.after, after=(emptied,)))

    async with storage._database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT weekday FROM day_availability ORDER BY weekday")
        assert [weekday for (weekday,) in rows] == [Weekday.MON, Weekday.WED]
        rows = await connection.exec_driver_sql("SELECT DISTINCT weekday FROM time_ranges ORDER BY weekday")
        assert [weekday for (weekday,) in rows] == [Weekday.MON, Weekday.WED]


async def test_doctors_do_not_share_a_week(storage: SqlStorage, make_doctor: MakeDoctor, saved: WeekChange) -> None:
    """Saving one doctor's week leaves another's alone."""
    eva = await make_doctor("Eva", 8)
    plan = WeekPlan((NO_HOURS.with_days({Weekday.MON: a_day(MORNING)}),))
    await save(storage, replace(saved, doctor_id=doctor_id(eva), after=(plan,)), saved)
    await save(storage, replace(saved, version=2, before=saved.after, after=()))

    assert (await stored(storage, eva)).hours.plans == (plan,)


@pytest.mark.parametrize("version", [1, 3])
async def test_a_change_of_another_week_is_refused(storage: SqlStorage, saved: WeekChange, version: int) -> None:
    """A change whose version does not follow the stored one cannot be saved."""
    await save(storage, saved)

    with pytest.raises(RuntimeError, match="not the ones before"):
        await save(storage, replace(saved, version=version, before=saved.after))


async def test_a_change_of_other_plans_is_refused(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """A change that takes a plan that is not stored cannot be saved, and nothing of it is."""
    await save(storage, saved)
    other = WeekPlan((NO_HOURS,), MONDAY)

    with pytest.raises(RuntimeError, match="not the ones before"):
        await save(storage, replace(saved, version=2, before=(*saved.after, other), after=()))

    assert (await stored(storage, ada)).hours.plans == saved.after


async def test_plans_come_in_their_order(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """Those that repeat come first, each kind by its dates, whatever order they were saved in; two weeks in theirs."""
    (plan,) = saved.after
    early = replace(plan, ends=MONDAY - timedelta(days=1))
    late = replace(plan, weeks=(NO_HOURS, plan.weeks[0]), starts=MONDAY, anchor=MONDAY)
    off = replace(plan, weeks=(NO_HOURS, NO_HOURS), starts=early.starts, ends=early.ends)
    once = WeekPlan(plan.weeks, MONDAY, MONDAY + timedelta(days=6), once=True)
    await save(storage, replace(saved, after=(once, late, early)))

    assert (await stored(storage, ada)).hours.plans == (early, late, once)
    await save(storage, replace(saved, version=2, before=(early,), after=(off,)))
    assert (await stored(storage, ada)).hours.plans == (off, late, once)


async def test_plans_of_other_dates_are_not_read(storage: SqlStorage, ada: Actor, saved: WeekChange) -> None:
    """What ends before the span, or starts after it, is left out; what touches its first or last date is not."""
    (plan,) = saved.after
    day = timedelta(days=1)
    early = replace(plan, ends=MONDAY - day)
    present = replace(plan, starts=MONDAY, ends=MONDAY + day)
    late = replace(plan, starts=MONDAY + 2 * day)
    await save(storage, replace(saved, after=(early, present, late)))

    for span, plans in (
        (DateSpan(MONDAY, MONDAY + day), (present,)),
        (DateSpan(MONDAY - day, MONDAY), (early, present)),
        (DateSpan(MONDAY + day, MONDAY + 2 * day), (present, late)),
        (DateSpan(date.min, MONDAY - day), (early,)),
    ):
        record = await stored(storage, ada, span)
        assert (record.hours.plans, record.version) == (plans, 1)


async def test_everybody_comes_by_name(storage: SqlStorage, make_doctor: MakeDoctor, saved: WeekChange) -> None:
    """Every doctor comes once, as a reader looks for the name, with what ``find`` returns."""
    for number, name in enumerate(["Zoe", "Änne", "bert"]):
        await make_doctor(name, 10 + number)
    two = WeekPlan((NO_HOURS, saved.after[0].weeks[0]))
    await save(storage, saved, replace(saved, doctor_id=3, after=(two,)))

    async with storage.read() as work:
        everybody = await work.weeks.everybody(ALWAYS)
        each = [await work.weeks.find(doctor.doctor_id, ALWAYS) for doctor, _ in everybody]
        later = await work.weeks.everybody(DateSpan(MONDAY, MONDAY))
    assert [doctor.name for doctor, _ in everybody] == ["Ada", "Änne", "bert", "Zoe"]
    assert list(everybody) == each == list(later)


async def test_the_order_is_asked_for(storage: SqlStorage, file: Path, ada: Actor, saved: WeekChange) -> None:
    """The order of days and ranges is not left to how a database happens to find them."""
    await save(storage, saved)
    async with storage._database.reading() as connection:
        await connection.exec_driver_sql("PRAGMA reverse_unordered_selects = ON")

    assert (await stored(storage, ada)).hours.plans == saved.after
