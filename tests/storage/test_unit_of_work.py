"""No commit, no change; and how little a tap costs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import exc

from clinic.dates import DateChange, DateSpan
from clinic.errors import StorageBusy
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp
from clinic.ports import Clinic, Storage
from clinic.ports.conversation import Draft
from clinic.ports.notices import Notice
from clinic.time_range import TimeRange
from clinic.use_cases import hours, people
from clinic.use_cases.drafts import keep_week_draft
from clinic.week import DayAvailability, Weekday
from storage import SqlStorage
from storage.database import Database
from storage.sqlite_connection import Connection
from storage.unit_of_work import SqlStorage as Sql

BEN = Actor(8, "Ben", frozenset({Role.RECEPTIONIST}))


@pytest.fixture
async def said(storage: SqlStorage, file: Path) -> AsyncIterator[list[str]]:
    """Every statement that SQLite itself hears, BEGIN and COMMIT among them, by its first word.

    How long it may wait for a lock, said around each trip to the thread, is left out.
    """
    heard: list[str] = []

    def hear(sql: str) -> None:
        if not sql.startswith("PRAGMA busy_timeout"):
            heard.append(sql.split(maxsplit=1)[0])

    async with storage._database.reading() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.set_trace_callback(hear)
    yield heard
    await driver.set_trace_callback(None)


@pytest.fixture
def hops(on_hop: list[Callable[[], object]]) -> list[None]:
    """One entry for every trip to the connection's thread."""
    made: list[None] = []
    on_hop.append(lambda: made.append(None))
    return made


async def keep(clinic: Clinic, draft: Draft) -> None:
    async with clinic.storage.write() as work:
        assert await work.drafts.put(draft)
        await work.commit()


async def everybody(storage: SqlStorage) -> list[Actor]:
    async with storage.read() as work:
        return list(await work.people.everybody())


def test_the_storage_keeps_the_contract(storage: SqlStorage) -> None:
    """Mypy holds the class to the protocol that the rules ask for."""
    asked: Storage = storage

    assert asked is storage


async def test_committed_is_kept(storage: SqlStorage) -> None:
    """What was committed is there for the next unit."""
    async with storage.write() as work:
        await work.people.put(BEN)
        await work.commit()

    assert await everybody(storage) == [BEN]


async def test_left_without_commit_is_nothing(storage: SqlStorage) -> None:
    """Leaving a unit without a commit rolls it back."""
    async with storage.write() as work:
        await work.people.put(BEN)
        assert await work.people.get(8) == BEN

    assert await everybody(storage) == []


async def test_left_by_an_error_is_nothing(storage: SqlStorage) -> None:
    """An error that leaves the unit rolls it back and goes on its way."""

    async def fail() -> None:
        async with storage.write() as work:
            await work.people.put(BEN)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await everybody(storage) == []


async def test_reading_does_not_commit(storage: SqlStorage) -> None:
    """A unit for reading refuses to commit."""
    async with storage.read() as work:
        with pytest.raises(RuntimeError, match="for reading"):
            await work.commit()


async def test_reading_does_not_change(storage: SqlStorage, now: datetime) -> None:
    """A unit for reading refuses every change; without a transaction it would be kept at once."""
    async with storage.read() as work:
        for change in (
            work.people.put(BEN),
            work.doctors.add("Ada", "Cardiology"),
            work.invitations.withdraw_claims(),
            work.drafts.forget_expired(now),
            work.drafts.put(Draft(1, 1, "{}", now)),
            work.dates.save(DateChange(None, (), (), Stamp(8, "Ben", now))),
            work.notices.owe(1, [8]),
            work.notices.claim(now, now),
            work.notices.done(Notice(8, 1)),
        ):
            with pytest.raises(RuntimeError, match="for reading"):
                await change

    assert await everybody(storage) == []


async def test_nothing_changes_after_the_commit(storage: SqlStorage) -> None:
    """A committed unit is spent: neither a change nor a second commit is taken."""
    async with storage.write() as work:
        await work.people.put(BEN)
        await work.commit()
        with pytest.raises(RuntimeError, match="over"):
            await work.people.put(replace(BEN, name="Benjamin"))
        with pytest.raises(RuntimeError, match="over"):
            await work.commit()

    assert await everybody(storage) == [BEN]


async def test_nothing_is_asked_once_it_is_left(storage: SqlStorage) -> None:
    """The connection is the next one's then, and what that has not committed is nobody else's to see."""
    async with storage.read() as read:
        pass
    async with storage.write() as written:
        await written.people.put(BEN)
        with pytest.raises(RuntimeError, match="over"):
            await read.people.everybody()
    for left in (read, written):
        with pytest.raises(RuntimeError, match="over"):
            await left.people.everybody()


async def test_what_is_read_in_a_write_stays(storage: SqlStorage, url: str) -> None:
    """The write lock is taken before the first statement: nobody writes between a read and the change."""
    other = Database(url, patience=0.05)
    async with storage.write() as work:
        await work.people.everybody()
        with pytest.raises(StorageBusy):
            async with other.writing():
                pass
        async with other.reading() as connection:
            assert (await connection.exec_driver_sql("SELECT 1")).scalar_one() == 1
    async with other.writing():
        pass  # the connection that was refused goes on
    await other.close()


async def test_waiting_too_long_for_a_turn(url: str, storage: SqlStorage) -> None:
    """Who does not get the connection in time hears so by a type of its own."""
    database = Database(url, queue=0.05)
    impatient = Sql(database)
    async with AsyncExitStack() as stack:

        async def take_all() -> None:
            while True:
                await stack.enter_async_context(impatient.read())

        with pytest.raises(StorageBusy):
            await take_all()
    assert await everybody(impatient) == []
    await impatient.close()


async def test_a_read_is_no_transaction(storage: SqlStorage, said: list[str], now: datetime) -> None:
    """A read sends its SELECT and nothing else, neither BEGIN nor ROLLBACK."""
    async with storage.read() as work:
        await work.people.caller(1, 1, 1, now)

    assert said == ["SELECT"]


async def test_a_write_is_one_transaction(storage: SqlStorage, said: list[str]) -> None:
    """A write sends one BEGIN, its changes, and one COMMIT; one that is given up, a ROLLBACK."""
    async with storage.write() as work:
        await work.people.put(BEN)
        await work.commit()
    async with storage.write() as work:
        await work.people.get(8)

    assert said == ["BEGIN", "INSERT", "COMMIT", "BEGIN", "SELECT", "ROLLBACK"]


async def test_who_calls_is_one_statement(clinic: Clinic, ada: Actor, statements: list[str], hops: list[str]) -> None:
    """The account and the draft of an update cost one statement, and no trip to the thread."""
    for message_id in (3, None):
        statements.clear()
        hops.clear()
        await people.identify(clinic, 7, "Ada", 70, message_id)
        assert len(statements) == 1
        assert not hops


async def test_a_schedule_is_two_statements(clinic: Clinic, ada: Actor, statements: list[str], hops: list[str]) -> None:
    """All that decides a doctor's hours costs two statements, and no trip to the thread."""
    assert ada.doctor_id
    await hours.read_schedule(clinic, ada, ada.doctor_id, DateSpan(date(2026, 7, 6), date(2026, 7, 12)))

    assert len(statements) == 2
    assert not hops


async def test_a_tap_is_two_statements(
    clinic: Clinic, ada: Actor, now: datetime, statements: list[str], hops: list[str]
) -> None:
    """A tap on a draft costs two statements, who calls and the draft, and no trip to the thread: nothing is flushed."""
    draft = Draft(70, 3, "{}", now + timedelta(hours=1))
    await keep(clinic, draft)
    statements.clear()
    hops.clear()

    _, kept = await people.identify(clinic, 7, "Ada", 70, 3)
    assert kept
    assert ada.doctor_id
    await keep_week_draft(clinic, ada, replace(kept, body="[]"), ada.doctor_id)

    assert len(statements) == 2
    assert not hops


async def test_what_has_to_wait_goes_to_the_thread(
    clinic: Clinic, said: list[str], hops: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the event loop cannot run a statement at once, every step is a trip to the thread, with the same result."""
    hops.clear()
    monkeypatch.setattr(Connection, "is_idle", property(lambda _: False, lambda *_: None))
    async with clinic.storage.write() as work:
        await work.people.put(BEN)
        assert await work.people.get(8) == BEN
    async with clinic.storage.read() as work:
        assert await work.people.get(8) is None

    assert said == ["BEGIN", "INSERT", "SELECT", "ROLLBACK", "SELECT"]
    assert len(hops) == len(said)


async def test_a_refused_change_leaves_the_loop_its_reads(
    storage: SqlStorage, file: Path, now: datetime, hops: list[None]
) -> None:
    """A statement that has failed in the thread is over: what comes after it runs on the loop again."""
    async with storage._database.reading() as connection:
        with pytest.raises(exc.IntegrityError):
            await connection.exec_driver_sql("INSERT INTO doctors (doctor_id) VALUES (1)")
    hops.clear()
    assert await everybody(storage) == []

    assert not hops


async def test_a_draft_is_put_by_itself(clinic: Clinic, now: datetime, said: list[str], url: str) -> None:
    """It is there for another process at once."""
    draft = Draft(70, 3, "{}", now + timedelta(hours=1))
    assert await clinic.storage.put_draft(draft)
    said.clear()

    assert await clinic.storage.put_draft(replace(draft, body="[]", revision=1))

    assert said == ["BEGIN", "UPDATE", "COMMIT"]
    other = Sql(Database(url))
    async with other.read() as work:
        assert (await work.people.caller(1, 70, 3, now))[1] == replace(draft, body="[]", revision=2)
    await other.close()


async def test_a_draft_waits_in_vain_for_another_process(
    storage: SqlStorage, file: Path, url: str, now: datetime
) -> None:
    """Where another process keeps the write lock for too long, a draft is not put, and the next one is."""
    draft = Draft(70, 3, "{}", now + timedelta(hours=1))
    await storage.put_draft(draft)
    impatient = Sql(Database(url, patience=0.05))
    async with storage.write():
        with pytest.raises(StorageBusy):
            await impatient.put_draft(replace(draft, body="[]", revision=1))

    assert await impatient.put_draft(replace(draft, body="[]", revision=1))
    await impatient.close()


async def test_another_failure_is_not_a_busy_database(storage: SqlStorage, file: Path, now: datetime) -> None:
    """Only a lock that is held is called busy: what else SQLite says goes on its way."""
    async with storage._database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE drafts")
        await connection.commit()

    with pytest.raises(exc.OperationalError, match="no such table"):
        await storage.put_draft(Draft(70, 3, "{}", now, revision=1))


async def test_a_database_that_turns_read_only_is_used_again(storage: SqlStorage, file: Path, now: datetime) -> None:
    """Drafts, claims and writes fail and leave nothing; on the same connection they work when it can be written."""
    draft = Draft(70, 3, "{}", now)

    async def turn(read_only: str) -> None:
        async with storage._database.reading() as connection:
            await connection.exec_driver_sql(f"PRAGMA query_only = {read_only}")

    async def write() -> None:
        async with storage.write() as work:
            await work.drafts.put(draft)

    await turn("ON")
    for change in (storage.put_draft(draft), storage.claim_update(7, 70, now), write()):
        with pytest.raises(
            (exc.OperationalError, sqlite3.OperationalError), match="attempt to write a readonly database"
        ):
            await change
    await turn("OFF")

    assert await storage.put_draft(draft)
    assert await storage.claim_update(7, 70, now)
    await write()


async def test_a_save_costs_the_same_for_one_day_and_for_seven(
    clinic: Clinic, ada: Actor, now: datetime, statements: list[str], hops: list[str]
) -> None:
    """A save costs eleven statements, one less where nothing was there, and one trip, for however many days.

    One of them looks at the account again, one for bookings that would lose their hours, and one for who watches.
    """
    assert ada.doctor_id
    every_week = Recurrence(Repeat.EVERY_WEEK, now.date())
    for version, days in enumerate([1, 1, 7]):
        draft = Draft(70, version, "{}", now + timedelta(days=14))
        await keep_week_draft(clinic, ada, draft, ada.doctor_id)
        statements.clear()
        hops.clear()
        day = DayAvailability.of(Weekday.MON, [TimeRange(540, 780 + version), TimeRange(900, 1140)])
        closing = replace(draft, revision=1)
        await hours.set_days(
            clinic,
            ada,
            ada.doctor_id,
            dict.fromkeys(list(Weekday)[:days], day),
            every_week,
            drawn_from=version,
            closing=closing,
        )
        assert len(statements) == (11 if version else 10)
        assert len(hops) == 1


@pytest.mark.parametrize("message_id", [3, None])
async def test_who_calls_scans_no_table(
    clinic: Clinic, file: Path, ada: Actor, statements: list[str], message_id: int | None
) -> None:
    """The question that every update asks is answered from indexes alone, however many drafts there are."""
    await people.identify(clinic, 7, "Ada", 70, message_id)
    count = statements[-1].count("?")
    async with clinic.storage.read() as work:
        connection = work._transaction._connection  # type: ignore[attr-defined]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[-1]}", (7,) * count)
        steps = [row[-1] for row in plan]

    assert not [step for step in steps if step.startswith("SCAN") and step not in {"SCAN one", "SCAN CONSTANT ROW"}]


async def test_readers_do_not_wait_for_another_process(storage: SqlStorage, url: str) -> None:
    """WAL: while another process writes, a read is answered."""
    other = Database(url)
    async with other.writing():
        assert await asyncio.wait_for(everybody(storage), 1) == []
    await other.close()


async def test_the_file_is_safe(storage: SqlStorage, file: Path) -> None:
    """The pragmas that durability and the foreign keys stand on are on; what waits for a lock, waits in the thread."""
    async with storage._database.reading() as connection:
        for pragma, value in {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 0,
        }.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value
