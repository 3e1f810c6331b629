"""What revision 0004 makes of the weekly hours of 0003: the same hours, their history, and an Undo that still works."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, UTC
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from clinic.dates import DateSpan
from clinic.errors import NothingToUndo
from clinic.people import Actor, Role
from clinic.plan import Stamp, WeekChange, WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases import hours
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability
from storage import open_storage, SqlStorage
from storage.database import Database
from storage.schema import migrate
from tests.storage.plain import literal, Plain, Row

Kept = dict[str, list[Row]]

ALWAYS = DateSpan(date.min, date.max)
TABLES = ("doctors", "people", "week_changes", "day_availability", "time_ranges", "drafts")

FIRST = NO_HOURS.with_days({Weekday.WED: DayAvailability((TimeRange(540, 780),), on=True)})
SECOND = FIRST.with_days(
    {
        Weekday.MON: DayAvailability((TimeRange(540, 780), TimeRange(900, 1140))),
        Weekday.SUN: DayAvailability((TimeRange(1320, 1800),), on=True),
    }
)


def at(version: int) -> datetime:
    return datetime(2026, 7, version, 18, 30, 15, 250, tzinfo=UTC)


def json_of(week: WeeklyAvailability) -> str:
    return json.dumps([[day.on, [[hours.start, hours.end] for hours in day.ranges]] for day in week.days])


def doctor_rows(
    doctor_id: int, *changes: tuple[WeeklyAvailability, WeeklyAvailability, int | None]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield a doctor with an account, and each change with the week before and after it and what it undoes."""
    yield "doctors", (doctor_id, "Ada", "Cardiology", len(changes))
    yield "people", (doctor_id + 10, "Ada", False, False, doctor_id, None, False)
    for version, (before, after, undoes) in enumerate(changes, start=1):
        when = at(version).replace(tzinfo=None).isoformat(" ", "microseconds")
        line = (doctor_id, version, when, doctor_id + 10, f"Ada {version}", json_of(before), json_of(after), undoes)
        yield "week_changes", line
    for weekday, day in changes[-1][1] if changes else ():
        if day.ranges:
            yield "day_availability", (doctor_id, int(weekday), day.on)
        for each in day.ranges:
            yield "time_ranges", (doctor_id, int(weekday), each.start, each.end)


@pytest.fixture
async def older(bare_url: str) -> Kept:
    """What 0003 keeps: 1 changed the week twice, 2 took the first back, 3 never had one, 4 emptied it."""
    database = Database(bare_url)
    await migrate(database, "0003")
    inserted = (
        *doctor_rows(1, (NO_HOURS, FIRST, None), (FIRST, SECOND, None)),
        *doctor_rows(2, (NO_HOURS, FIRST, None), (FIRST, NO_HOURS, 1)),
        *doctor_rows(3),
        *doctor_rows(4, (NO_HOURS, FIRST, None), (FIRST, NO_HOURS, None)),
        ("drafts", (70, 2, "{}", 3, False, "2036-07-06 18:30:15.000000")),
    )
    plain = Plain(database)
    await plain.execute(*(f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))})" for table, row in inserted))  # noqa: S608  own rows
    kept = await rows(database)
    await database.close()
    return kept


async def rows(database: Database) -> Kept:
    kept = await Plain(database).rows()
    return {table: kept[table] for table in TABLES}


@pytest.fixture
async def upgraded(older: object, bare_url: str) -> AsyncIterator[SqlStorage]:
    opened = await open_storage(bare_url)
    yield opened
    await opened.close()


def clinic_of(storage: SqlStorage) -> Clinic:
    return Clinic("Hill Street", ZoneInfo("Europe/Berlin"), frozenset(), storage, lambda: at(20))


def actor_of(doctor_id: int) -> Actor:
    return Actor(doctor_id + 10, "Ada", frozenset({Role.DOCTOR}), doctor_id)


async def record_of(storage: SqlStorage, doctor_id: int) -> WeekRecord:
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id, ALWAYS)
    assert found
    return found[1]


async def test_the_hours_become_one_plan(upgraded: SqlStorage) -> None:
    """A doctor's week holds on every date, as set by whoever changed it last."""
    record = await record_of(upgraded, 1)

    assert record == WeekRecord(1, WeeklyHours((WeekPlan((SECOND,)),)), 2, at(2), "Ada 2", undoable=True)
    assert record.hours.plans[0].stamp == Stamp(11, "Ada 2", at(2))


@pytest.mark.parametrize("doctor_id", [2, 3, 4])
async def test_no_hours_become_no_plan(upgraded: SqlStorage, doctor_id: int) -> None:
    """Where no day has hours there is nothing to hold on any date."""
    assert (await record_of(upgraded, doctor_id)).hours == WeeklyHours()


async def test_the_history_becomes_plans(upgraded: SqlStorage) -> None:
    """Each line has the plans before and after it: none before the first, each as set by the line that put it."""
    first, second = WeekPlan((FIRST,)), WeekPlan((SECOND,))
    async with upgraded.read() as work:
        lines = [await work.weeks.change(1, version) for version in (1, 2)]
        undo = await work.weeks.change(2, 2)

    stamps = [Stamp(11, f"Ada {version}", at(version)) for version in (1, 2)]
    assert lines == [WeekChange(1, 1, (), (first,), stamps[0]), WeekChange(1, 2, (first,), (second,), stamps[1])]
    assert [plan.stamp for line in lines if line for plan in (*line.before, *line.after)] == [stamps[0], *stamps]
    assert undo == WeekChange(2, 2, (first,), (), Stamp(12, "Ada 2", at(2)), undoes=1)


async def test_the_last_change_can_still_be_undone(upgraded: SqlStorage) -> None:
    """Undo after the upgrade brings back the week before it, in the rows as well."""
    undone = await hours.undo(clinic_of(upgraded), actor_of(1), 1, 2)

    assert undone.hours == WeeklyHours((WeekPlan((FIRST,)),))
    assert await record_of(upgraded, 1) == undone


async def test_an_emptied_week_can_still_be_undone(upgraded: SqlStorage) -> None:
    """Undo brings hours back to a doctor who took all of them away."""
    undone = await hours.undo(clinic_of(upgraded), actor_of(4), 4, 2)

    assert undone.hours == WeeklyHours((WeekPlan((FIRST,)),))
    assert await record_of(upgraded, 4) == undone


async def test_an_undo_is_still_none_to_undo(upgraded: SqlStorage) -> None:
    """An undo of before the upgrade is asked for again without an effect, and is not undone itself."""
    before = await record_of(upgraded, 2)

    assert await hours.undo(clinic_of(upgraded), actor_of(2), 2, 1) == before
    with pytest.raises(NothingToUndo):
        await hours.undo(clinic_of(upgraded), actor_of(2), 2, 2)


async def test_drafts_go_on(upgraded: SqlStorage) -> None:
    """What a person had picked before the upgrade is there after it."""
    async with upgraded.read() as work:
        _, draft = await work.people.caller(11, 70, 2, at(20))

    assert draft
    assert draft.revision == 3


async def test_there_and_back(older: Kept, bare_url: str) -> None:
    """Up and down again is every row as it was, the history's JSON to the letter."""
    database = Database(bare_url)
    await migrate(database, "0004")
    await migrate(database, "0003", down=True)
    kept = await rows(database)
    await database.close()

    assert kept == older


async def test_down_keeps_the_plan_that_goes_on(upgraded: SqlStorage, bare_url: str) -> None:
    """Of several plans the first week of the last one is left, and the history says how it came to be."""
    stamp = Stamp(13, "Ada", at(3))
    early = WeekPlan((SECOND,), ends=date(2026, 7, 31))
    late = WeekPlan((FIRST, SECOND), date(2026, 8, 1))
    once = WeekPlan((SECOND,), date(2026, 7, 6), date(2026, 7, 12), once=True)
    async with upgraded.write() as work:
        await work.weeks.save(WeekChange(3, 1, (), (WeekPlan((SECOND,)),), stamp))
        await work.weeks.save(WeekChange(3, 2, (WeekPlan((SECOND,)),), (early, late, once), stamp))
        await work.weeks.save(WeekChange(3, 3, (once,), (), stamp))
        await work.commit()
    database = Database(bare_url)
    await migrate(database, "0003", down=True)
    left = await rows(database)
    await database.close()

    assert [row[1:] for row in left["time_ranges"] if row[0] == 3] == [(2, 540, 780)]
    history = [(before, after) for owner, *_, before, after, _ in left["week_changes"] if owner == 3]
    weeks = [json_of(week) for week in (NO_HOURS, SECOND, FIRST, FIRST)]
    if not isinstance(history[0][0], str):  # PostgreSQL's driver has read the JSON
        weeks = [json.loads(week) for week in weeks]
    assert history == list(pairwise(weeks))
