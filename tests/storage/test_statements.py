"""How much it costs to read hours: one statement each, whatever is there, and of the past nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from clinic.broadcast import LEASE
from clinic.dates import DateSpan
from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.use_cases.board import MOST_COUNTED, read_stretch
from storage import SqlStorage
from storage.unit_of_work import SqlUnitOfWork

TODAY = date(2026, 7, 6)
WEEK = DateSpan(TODAY, TODAY + timedelta(days=6))
DESK = Actor(1, "Desk", frozenset({Role.RECEPTIONIST}))
UNSET = (None, None, None, None)


def fill(file: Path, doctors: int, rows: int, *, until: date) -> None:
    """Give each of the doctors ``rows`` plans, overrides and times off, and the clinic closures, a week apart."""
    with closing(sqlite3.connect(file)) as driver, driver:
        driver.execute("PRAGMA foreign_keys = ON")
        for number in range(1, doctors + 1):
            named = "INSERT INTO doctors (doctor_id, name, specialization, sort_key) VALUES (?, ?, '', x'')"
            driver.execute(named, (number, f"Ada {number}"))
        days = [until - timedelta(weeks=number) for number in range(rows)]
        spans = [(day.isoformat(), (day + timedelta(days=6)).isoformat()) for day in days]
        own = [(number, *span) for number in range(1, doctors + 1) for span in spans]
        plan = "INSERT INTO week_plans VALUES (NULL, ?, 1, ?, ?, '2001-01-01', 1, ?, ?, ?, ?)"
        driver.executemany(plan, [(*row, *UNSET) for row in own])
        driver.execute("INSERT INTO day_availability SELECT plan_id, 0, 2, 1 FROM week_plans")
        driver.execute("INSERT INTO time_ranges SELECT plan_id, 0, 2, 540, 780 FROM week_plans")
        off = "INSERT INTO time_off VALUES (NULL, ?, ?, ?, NULL, NULL, '', 'planned', ?, ?, ?, ?)"
        driver.executemany(off, [(*row, *UNSET) for row in own])
        driver.executemany(
            "INSERT INTO date_overrides VALUES (?, ?, 1, ?, ?, ?, ?)", [(*row[:2], *UNSET) for row in own]
        )
        driver.execute("INSERT INTO override_ranges SELECT doctor_id, day, 540, 780 FROM date_overrides")
        driver.executemany(
            "INSERT INTO closures VALUES (NULL, ?, ?, '', ?, ?, ?, ?)", [(*span, *UNSET) for span in spans]
        )
        answer = (
            "INSERT INTO confirmations VALUES (?, ?, 'same', 'c0ffee', 1, 'Ada', '2026-01-01 00:00:00.000000', NULL)"
        )
        driver.executemany(answer, [row[:2] for row in own])


READS: dict[str, Callable[[SqlUnitOfWork, DateSpan], Awaitable[Any]]] = {
    "weeks.find": lambda work, span: work.weeks.find(1, span),
    "weeks.everybody": lambda work, span: work.weeks.everybody(span),
    "weeks.everybody of some": lambda work, span: work.weeks.everybody(span, [1, 2]),
    "dates.of_doctor": lambda work, span: work.dates.of_doctor(1, span),
    "dates.of_everybody": lambda work, span: work.dates.of_everybody(span),
    "dates.of_everybody of some": lambda work, span: work.dates.of_everybody(span, [1, 2]),
}


@pytest.mark.parametrize(("doctors", "rows"), [(1, 10), (1, 1000), (100, 10), (100, 100)])
async def test_each_read_is_one_statement(
    storage: SqlStorage, file: Path, statements: list[str], doctors: int, rows: int
) -> None:
    """However many doctors there are, and however many plans and rules speak of the span."""
    fill(file, doctors, rows, until=TODAY + timedelta(weeks=rows))
    future = DateSpan(TODAY, date.max)
    async with storage.read() as work:
        for read in READS.values():
            statements.clear()
            found = await read(work, future)
            assert len(statements) == 1
            assert found
        everybody = await work.weeks.everybody(future)
    assert len(everybody) == doctors
    assert {len(record.hours.plans) for _, record in everybody} == {rows}


@pytest.fixture
def sent(storage: SqlStorage) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that SQLAlchemy sends, with what it is sent with."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        heard.append((statement, parameters))

    engine = storage._database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


STEPS = {
    "weeks.find": {"week_plans USING INDEX ix_week_plans_doctor_id_ends (doctor_id=? AND ends>?)"},
    "weeks.everybody": {"week_plans USING INDEX ix_week_plans_doctor_id_ends (doctor_id=? AND ends>?)"},
    "weeks.everybody of some": {"week_plans USING INDEX ix_week_plans_doctor_id_ends (doctor_id=? AND ends>?)"},
    "dates.of_doctor": {
        "closures USING INDEX ix_closures_last (last>?)",
        "confirmations USING INDEX sqlite_autoindex_confirmations_1 (doctor_id=? AND monday>? AND monday<?)",
        "date_overrides USING INDEX sqlite_autoindex_date_overrides_1 (doctor_id=? AND day>? AND day<?)",
        "time_off USING INDEX ix_time_off_doctor_id_last (doctor_id=? AND last>?)",
    },
    "dates.of_everybody": {
        "closures USING INDEX ix_closures_last (last>?)",
        "confirmations USING INDEX ix_confirmations_monday (monday>? AND monday<?)",
        "date_overrides USING INDEX ix_date_overrides_day (day>? AND day<?)",
        "time_off USING INDEX ix_time_off_last (last>?)",
    },
    "dates.of_everybody of some": {
        "closures USING INDEX ix_closures_last (last>?)",
        "confirmations USING INDEX sqlite_autoindex_confirmations_1 (doctor_id=? AND monday>? AND monday<?)",
        "date_overrides USING INDEX sqlite_autoindex_date_overrides_1 (doctor_id=? AND day>? AND day<?)",
        "time_off USING INDEX ix_time_off_doctor_id_last (doctor_id=? AND last>?)",
    },
}
"""How SQLite finds the rows that reach into a span: by an index that passes over those that ended before it."""


@pytest.mark.parametrize("read", READS)
async def test_the_past_is_not_read(storage: SqlStorage, file: Path, sent: list[tuple[str, Any]], read: str) -> None:
    """Ten years of plans and rules that are over are passed over by an index, and no table is read whole."""
    fill(file, 3, 520, until=TODAY - timedelta(weeks=2))
    async with storage.read() as work:
        await READS[read](work, WEEK)
    steps = await steps_of(storage, sent)

    searches = {step.removeprefix("SEARCH ").removesuffix(" LEFT-JOIN") for step in steps if step.startswith("SEARCH")}
    dated = ("week_plans", "time_off", "date_overrides", "closures", "confirmations")
    assert {step for step in searches if step.startswith(dated)} == STEPS[read]
    scans = {step for step in steps if step.startswith("SCAN")}
    assert scans == ({"SCAN doctors"} if read == "weeks.everybody" else set())


@pytest.mark.usefixtures("file")
async def test_a_claim_reads_no_more_than_it_takes(storage: SqlStorage, sent: list[tuple[str, Any]]) -> None:
    """However many deliveries wait, those that are due first stand in an index in that order."""
    now = datetime.now(UTC)
    async with storage.write() as work:
        sent.clear()
        await work.deliveries.claim(10, now, now + LEASE)
    steps = await steps_of(storage, sent)
    assert "SEARCH deliveries USING INDEX ix_deliveries_waiting (due<?)" in steps
    assert not [step for step in steps if "TEMP" in step or "SCAN" in step]


@pytest.mark.parametrize("doctors", [1, MOST_COUNTED, MOST_COUNTED + 1, 300])
async def test_a_page_of_the_board_is_three_statements(
    clinic: Clinic, file: Path, statements: list[str], doctors: int
) -> None:
    """However many doctors there are; of very many it reads those whom it shows."""
    fill(file, doctors, 2, until=TODAY)
    for first in (0, doctors // 2):
        statements.clear()
        read = await read_stretch(clinic, DESK, WEEK, first, 40)
        assert len(statements) == 3
        assert len(read.rows[read.asked]) == min(40, doctors - first)
        assert len(read.rows) <= MOST_COUNTED


async def test_a_page_of_the_board_steps_through_an_index(
    storage: SqlStorage, file: Path, sent: list[tuple[str, Any]]
) -> None:
    """No table is read whole, and nothing is sorted but the page."""
    fill(file, 3, 1, until=TODAY)
    async with storage.read() as work:
        await work.doctors.on_board(1, 2)
    scans = {step for step in await steps_of(storage, sent) if step.startswith("SCAN doctors")}
    assert "SCAN doctors USING COVERING INDEX ix_doctors_sort_key_doctor_id" in scans
    assert "SCAN doctors" not in scans


async def steps_of(storage: SqlStorage, sent: list[tuple[str, Any]]) -> list[str]:
    """Return how SQLite goes about the one statement that was sent."""
    ((statement, parameters),) = sent
    async with storage._database.reading() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[-1] for row in plan]
