"""What is PostgreSQL's own: how it locks, what it refuses by itself, a wire that breaks, and sentences at the start."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import exc, make_url

from clinic.booking import Booking, BookingChange, BookingStatus
from clinic.calendar import Slot
from clinic.dates import DateChange, DateSpan
from clinic.errors import SlotTaken, StorageBusy
from clinic.people import Actor, Role
from clinic.plan import Stamp, WeekChange
from clinic.ports.conversation import Draft
from storage import DatabaseUnusable, open_storage, SqlStorage
from storage.database import Database
from storage.schema import migrate
from tests.postgres import Server
from tests.storage.plain import Plain

HOUR = timedelta(hours=1)
MakeDoctor = Callable[[str, int], Coroutine[Any, Any, Actor]]
ENGINES = ["postgresql"]


@pytest.fixture
async def impatient(storage: SqlStorage, url: str) -> AsyncIterator[SqlStorage]:
    """Another process, which waits for nobody."""
    database = Database(url, patience=0.05)
    yield SqlStorage(database)
    await database.close()


@pytest.fixture
def stamp(now: datetime) -> Stamp:
    return Stamp(21, "Rita", now)


@pytest.fixture
def booking(ada: Actor, now: datetime, stamp: Stamp) -> Booking:
    return Booking(1, Slot(now, now + HOUR), "P-1", "a secret", stamp=stamp)


async def add(storage: SqlStorage, booking: Booking, stamp: Stamp) -> Booking:
    async with storage.write(booking.doctor_id) as work:
        added = await work.bookings.add(booking, stamp)
        await work.commit()
    return added


async def terminate_all(url: str) -> None:
    """End every session of a database but the one that says so."""
    database = Database(url)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    await Plain(database).execute(f"{ended} AND pid <> pg_backend_pid()")
    await database.close()


@pytest.mark.parametrize(
    ("held", "wanted", "waits"),
    [(None, None, True), (None, 1, True), (1, None, True), (1, 1, True), (1, 2, False)],
)
async def test_who_waits_for_whom(
    storage: SqlStorage, impatient: SqlStorage, held: int | None, wanted: int | None, waits: bool
) -> None:
    """A write for all is alone; those for one doctor come one after the other, and beside those for another."""
    async with storage.write(held):
        if waits:
            with pytest.raises(StorageBusy):
                async with impatient.write(wanted):
                    pass
        else:
            async with impatient.write(wanted):
                pass
    async with impatient.write(wanted):
        pass


async def test_what_was_waited_for_is_seen(storage: SqlStorage, ada: Actor, url: str, stamp: Stamp) -> None:
    """Whoever gets the lock reads what the one before has committed, however early the write was begun."""
    other = await open_storage(url)
    async with storage.write(1) as work:
        waiting = asyncio.create_task(add_week(other, stamp))
        await asyncio.sleep(0.05)
        await work.weeks.save(WeekChange(1, 1, (), (), stamp))
        await work.commit()

    assert await waiting == 2
    await other.close()


async def add_week(storage: SqlStorage, stamp: Stamp) -> int:
    async with storage.write(1) as work:
        doctor = await work.doctors.get(1)
        assert doctor
        lines = [await work.weeks.change(1, version) for version in (1, 2)]
        version = 1 + sum(line is not None for line in lines)
        await work.weeks.save(WeekChange(1, version, (), (), stamp))
        await work.commit()
    return version


async def test_a_write_for_a_doctor_changes_nothing_else(
    storage: SqlStorage, make_doctor: MakeDoctor, booking: Booking, stamp: Stamp
) -> None:
    """What the lock is not for is refused, so that no use case can take one that is too small."""
    await make_doctor("Eva", 8)
    added = await add(storage, booking, stamp)
    async with storage.write(2) as work:
        for change in (
            work.people.put(Actor(9, "Ben", frozenset({Role.ADMIN}))),
            work.doctors.add("Ben", ""),
            work.weeks.save(WeekChange(1, 1, (), (), stamp)),
            work.dates.save(DateChange(None, (), (), stamp)),
            work.bookings.add(booking, stamp),
            work.bookings.save([BookingChange(added, replace(added, doctor_id=2, version=2), stamp)]),
            work.invitations.withdraw_claims(),
        ):
            with pytest.raises(RuntimeError, match="for doctor 2 must change nothing else"):
                await change


async def test_a_draft_waits_for_its_row_alone(storage: SqlStorage, impatient: SqlStorage, now: datetime) -> None:
    """A draft is put while others write, and refused where somebody holds its row for too long."""
    draft = Draft(70, 3, "{}", now + HOUR)
    assert await storage.put_draft(draft)
    async with storage.write() as work:
        assert await impatient.put_draft(replace(draft, revision=1))
        assert await work.drafts.put(replace(draft, revision=2))
        with pytest.raises(StorageBusy):
            await impatient.put_draft(replace(draft, revision=2))
        await work.commit()

    assert not await impatient.put_draft(replace(draft, revision=2))
    assert await impatient.put_draft(replace(draft, revision=3))


async def test_no_two_bookings_overlap(storage: SqlStorage, booking: Booking, stamp: Stamp) -> None:
    """Nobody looked, and the table itself refuses: it is the error that the look would have been, and nothing stays."""
    added = await add(storage, booking, stamp)
    with pytest.raises(SlotTaken) as taken:
        await add(storage, replace(booking, slot=Slot(added.slot.start + HOUR / 2, added.slot.end + HOUR)), stamp)

    assert taken.value.booking == added
    async with storage.read() as work:
        assert await work.bookings.standing(added.slot.start, added.slot.end + HOUR) == [added]


async def test_no_booking_is_moved_onto_another(storage: SqlStorage, booking: Booking, stamp: Stamp) -> None:
    """An overlap that a change would make is refused in the same way."""
    first = await add(storage, booking, stamp)
    second = await add(storage, replace(booking, slot=Slot(first.slot.end, first.slot.end + HOUR)), stamp)
    moved = replace(second, slot=first.slot, version=2)
    with pytest.raises(SlotTaken) as taken:
        async with storage.write() as work:
            await work.bookings.save([BookingChange(second, moved, stamp)])

    assert taken.value.booking == first


async def test_what_may_stand_beside_a_booking(
    storage: SqlStorage, make_doctor: MakeDoctor, booking: Booking, stamp: Stamp
) -> None:
    """The time right behind it, the same time of another doctor, and what was cancelled."""
    await make_doctor("Eva", 8)
    await add(storage, booking, stamp)
    await add(storage, replace(booking, slot=Slot(booking.slot.end, booking.slot.end + HOUR)), stamp)
    await add(storage, replace(booking, doctor_id=2), stamp)
    await add(storage, replace(booking, status=BookingStatus.CANCELLED), stamp)


async def test_an_error_quotes_no_row(storage: SqlStorage, booking: Booking, stamp: Stamp) -> None:
    """What is logged of a violated constraint names it, and not what was written."""
    noted = replace(booking, note=201 * "§")
    with pytest.raises(exc.IntegrityError) as refused:
        await add(storage, noted, stamp)

    written = "".join(traceback.format_exception(refused.value))
    assert "ck_bookings_note" in written
    assert "§§" not in written


async def test_an_idle_connection_that_was_lost(storage: SqlStorage, ada: Actor, url: str) -> None:
    """What the server has closed meanwhile, and this process has heard of, is replaced before anybody notices."""
    async with storage._database.reading() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
    await terminate_all(url)
    async with asyncio.timeout(5):
        while not driver.is_closed():  # noqa: ASYNC110 - it is the server that closes it
            await asyncio.sleep(0.01)

    async with storage.read() as work:
        assert await work.doctors.get(1)


async def test_a_connection_that_is_lost_in_use(storage: SqlStorage, ada: Actor, url: str) -> None:
    """A write whose connection breaks has changed nothing and may be asked again, without a restart."""

    async def cut_off() -> None:
        async with storage.write() as work:
            await work.doctors.add("Eva", "")
            await terminate_all(url)
            await work.commit()

    with pytest.raises(StorageBusy):
        await cut_off()

    async with storage.write() as work:
        assert [doctor.name for doctor in await work.doctors.everybody()] == ["Ada"]
        await work.doctors.add("Eva", "")
        await work.commit()


async def test_tables_that_changed_under_a_running_process(bare_url: str) -> None:
    """A newer version's migration costs an older process one refusal, and it goes on."""
    database = Database(bare_url)
    await migrate(database, "0001")
    plain = Plain(database)
    await plain.execute("SELECT * FROM doctors")
    newer = Database(bare_url)
    await migrate(newer, "0002")

    with pytest.raises(StorageBusy):
        await plain.execute("SELECT * FROM doctors")

    assert await plain.execute("SELECT * FROM doctors") == []
    await newer.close()
    await database.close()


async def test_cancelled_while_the_server_works(storage: SqlStorage, ada: Actor) -> None:
    """Cancelled in the middle of a statement, a write leaves a connection that goes on working, or none."""
    for _ in range(7):
        task = asyncio.create_task(sleepy(storage))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async with AsyncExitStack() as stack:
        for doctor_id in range(1, 6):
            await stack.enter_async_context(storage.write(doctor_id))


async def sleepy(storage: SqlStorage) -> None:
    async with storage._database.writing() as connection:
        await connection.exec_driver_sql("SELECT pg_sleep(30)")


async def test_ids_that_no_column_has_room_for(storage: SqlStorage, ada: Actor) -> None:
    """Asked for by a forged tap, they name nothing, in a read and in a write that goes on."""
    async with storage.write() as work:
        assert await work.bookings.get(2**53) is None
        assert await work.weeks.find(2**53, DateSpan(date.min, date.max)) is None
        assert await work.doctors.get(1)


async def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnusable) as refused:
        await open_storage(url)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "secret" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host": "127.0.0.1", "port": 1, "query": {}}, "nowhere on 127.0.0.1:1 cannot be reached: "),
        ({"username": "stranger"}, " refuses the user or the password of the database URL."),
        ({}, " does not exist; create it (CREATE DATABASE), or name another in the database URL."),
    ],
)
async def test_a_server_that_does_not_let_in(bare_url: str, changed: dict[str, Any], said: str) -> None:
    """Away, or with another user or database: the sentence says which, and where."""
    url = make_url(bare_url).set(**({"database": "nowhere", "password": "secret"} | changed))

    assert said in await refusal(url.render_as_string(hide_password=False))


async def test_a_database_that_can_only_be_read(bare_url: str) -> None:
    """A standby, or what was set so, is found out before anything is to be written."""
    database = Database(bare_url)
    name = make_url(bare_url).database
    await Plain(database).execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await database.close()

    assert "can only be read" in await refusal(bare_url)


async def test_a_user_who_may_make_no_tables(bare_url: str) -> None:
    """A user without the right to create is told so, with what the server says."""
    database, role = Database(bare_url), f"reader_{make_url(bare_url).database}"
    await Plain(database).execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
    url = make_url(bare_url).set(username=role, password="secret")  # noqa: S106  a role of one test

    sentence = await refusal(url.render_as_string(hide_password=False))

    assert "may not make or change tables there (permission denied for schema public)" in sentence
    await Plain(database).execute(f"DROP ROLE {role}")
    await database.close()


def test_a_database_of_another_encoding(postgres: Server) -> None:
    """What could not keep every name is refused."""
    with postgres.database(migrated=False, options="ENCODING 'SQL_ASCII' LOCALE 'C'") as url:
        assert "is encoded in SQL_ASCII" in asyncio.run(refusal(url))


async def test_a_start_without_asyncpg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wants PostgreSQL and has not installed its driver is told what to install."""
    monkeypatch.setitem(sys.modules, "asyncpg", None)

    assert await refusal("postgresql+asyncpg://rota:secret@db/rota") == (
        'PostgreSQL needs asyncpg, which is not installed: pip install -e ".[postgres]".'
    )


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            "/rota?sslmode=secret",
            "The database URL has an option that is not known; known are host, passfile, port, ssl",
        ),
        (":secret/rota", "The database URL cannot be read"),
        ("", "The database URL names no database"),
    ],
)
async def test_a_url_that_makes_no_sense(end: str, said: str) -> None:
    """What cannot be read is not repeated: it may hold a password."""
    assert (await refusal(f"postgresql+asyncpg://rota:secret@db{end}")).startswith(said)
