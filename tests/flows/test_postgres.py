"""The same bot on PostgreSQL: a week, a booking, a crash and a start, and what a stranger's numbers do to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.taps.bookings import MoveBooking
from tests.flows.conftest import NOW
from tests.phone import press, save, say, tap, type_week
from tests.postgres import Server
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def database_url(postgres: Server) -> Iterator[str]:
    with postgres.database(migrated=False) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def kept(database_url: str, tmp_path: Path) -> AsyncIterator[Rota]:
    """A process on a database of its own."""
    async with running(tmp_path, {"DATABASE_URL": database_url}, NOW) as started:
        yield started
    assert not started.database.exists()
    assert "ERROR" not in started.log
    assert "Traceback" not in started.log


async def test_a_week_and_a_booking_outlive_the_process(kept: Rota) -> None:
    """Set by typing, booked, killed, started again: all of it is there, and the slot is still taken."""
    doctor, rosa = await kept.doctor(), await kept.receptionist()
    await save(doctor, "mon-fri 9-12")
    await tap(rosa, "Save", form=await type_week(rosa, "book ruiz tue 10:30 P-1042"))

    await kept.kill_and_start()

    assert kept.week(doctor) == dict.fromkeys(("Mon", "Tue", "Wed", "Thu", "Fri"), "09:00-12:00")
    assert "P-1042" in (await say(rosa, "/bookings tue")).text
    assert "P-1042 has that time" in (await type_week(rosa, "book ruiz tue 10:30 P-7")).text
    assert kept.rows("SELECT reference FROM bookings WHERE doctor_id = ?", kept.doctor_id(doctor)) == [("P-1042",)]


async def test_ids_that_no_table_has_room_for(kept: Rota) -> None:
    """A tap that names what would not even fit into a column is answered as any other of what is not there."""
    rosa = await kept.receptionist()
    form = await say(rosa, "/bookings")
    await press(rosa, form, MoveBooking(booking=2**53, version=1, doctor=2**53, start=29_540_000))

    assert "Traceback" not in kept.log
