"""Both histories of hours, read as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from typing import Any

from sqlalchemy import event

from clinic.dates import ClinicClosure, DateChange, DateSpan, TimeOff
from clinic.history import HoursChange
from clinic.people import Actor
from clinic.plan import Stamp, WeekChange, WeekPlan
from clinic.week import NO_HOURS
from storage import SqlStorage

AT = datetime(2026, 7, 6, 18, 30, 15, 250, tzinfo=UTC)
DAY = date(2026, 8, 3)
PLAN = WeekPlan((NO_HOURS,), stamp=Stamp(7, "Ada", AT))


def stamp(minutes: int) -> Stamp:
    return Stamp(7, "Ada", AT + timedelta(minutes=minutes))


async def keep(storage: SqlStorage, *changes: HoursChange) -> list[HoursChange]:
    """Save changes in their order and return them as they were kept."""
    kept: list[HoursChange] = []
    async with storage.write() as work:
        for change in changes:
            if isinstance(change, WeekChange):
                await work.weeks.save(change)
                kept.append(change)
            else:
                kept.append(await work.dates.save(change))
        await work.commit()
    return kept


def time_off(doctor_id: int, minutes: int) -> DateChange:
    return DateChange(doctor_id, (), (TimeOff(doctor_id, DateSpan(DAY, DAY), stamp=stamp(minutes)),), stamp(minutes))


async def newest(storage: SqlStorage, doctor_id: int | None, skipped: int = 0, most: int = 10) -> list[HoursChange]:
    async with storage.read() as work:
        return list(await work.history.newest(doctor_id, skipped, most))


async def test_changes_come_by_time_and_page_by_page(
    storage: SqlStorage, ada: Actor, make_doctor: Callable[[str, int], Awaitable[Actor]]
) -> None:
    """A doctor's weekly hours, dates and the clinic's closures, the newest first; nothing of another doctor's."""
    await make_doctor("Eva", 8)
    closure = DateChange(None, (), (ClinicClosure(DateSpan(DAY, DAY), "Summer", stamp(2)),), stamp(2))
    kept = await keep(
        storage,
        WeekChange(1, 1, (), (PLAN,), stamp(1)),
        closure,
        time_off(1, 3),
        time_off(2, 4),
        WeekChange(1, 2, (PLAN,), (), stamp(5)),
    )
    own = [kept[4], kept[2], kept[1], kept[0]]
    assert await newest(storage, 1) == own
    assert await newest(storage, 1, 1, 2) == own[1:3]
    assert await newest(storage, None) == [kept[1]]


async def test_later_changes_are_of_the_same_kind(storage: SqlStorage, ada: Actor) -> None:
    """After a week's the doctor's weeks, after a date's the doctor's dates and the closures, after a closure those."""
    closure = DateChange(None, (), (ClinicClosure(DateSpan(DAY, DAY), "Summer", stamp(3)),), stamp(3))
    first, off, second, closed, more = await keep(
        storage,
        WeekChange(1, 1, (), (PLAN,), stamp(1)),
        time_off(1, 2),
        WeekChange(1, 2, (PLAN,), (), stamp(2)),
        closure,
        time_off(1, 4),
    )
    async with storage.read() as work:
        assert await work.history.later(first, 10) == [second]
        assert await work.history.later(off, 10) == [more, closed]
        assert await work.history.later(off, 1) == [more]
        assert await work.history.later(closed, 10) == []


async def test_a_history_is_found_by_indexes(storage: SqlStorage, file: Path) -> None:
    """In one statement, and not by reading everybody's."""
    sent: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(storage._database.engine.sync_engine, "before_cursor_execute", hear)
    await newest(storage, 1)
    ((statement, parameters),) = sent
    async with storage._database.reading() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[-1] for row in plan]
    assert [step for step in steps if "SCAN" in step and "_changes" in step] == []
    assert any("ix_date_changes_doctor_id" in step for step in steps)
