"""Old bookings are erased at the start and daily, in portions, and the log has a count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, UTC
from zoneinfo import ZoneInfo

import pytest

from bot.erasure import erasing, PORTION
from clinic.booking import Booking
from clinic.calendar import Slot
from clinic.errors import StorageBusy
from clinic.people import Doctor
from clinic.plan import Stamp
from clinic.ports import Clinic, UnitOfWork
from tests.clinic.memory import Memory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = "P-4711"  # noqa: S105  a patient's


class Busy(Memory):
    """A storage that is busy the first time, or fails with what is nobody's to read."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.errors = [error]

    @asynccontextmanager
    async def write(self, doctor_id: int | None = None) -> AsyncIterator[UnitOfWork]:
        if self.errors:
            raise self.errors.pop()
        async with super().write(doctor_id) as work:
            yield work


async def keep(memory: Memory, *ages: timedelta) -> None:
    """Keep a booking that was over so long ago, for each."""
    memory.tables.doctors[1] = Doctor(1, "Ana Ruiz", "GP")
    for number, age in enumerate(ages, 1):
        end = NOW - age
        booking = Booking(
            1, Slot(end - timedelta(seconds=1), end), SECRET, stamp=Stamp(1, "Rosa", NOW), booking_id=number
        )
        memory.tables.bookings[number] = booking


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not fact():  # noqa: ASYNC110  a log and a dict tell nobody
            await asyncio.sleep(0)


class Job:
    """The job on a clock that stands until it is moved."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.now = memory, NOW
        self.clinic = Clinic("Rota", ZoneInfo("UTC"), frozenset(), memory, lambda: self.now)

    def left(self) -> int:
        return len(self.memory.tables.bookings)


def counts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.erasure"]


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


async def test_what_is_old_goes_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    """The log has how many that were, and no patient."""
    job = Job(Memory())
    await keep(job.memory, 366 * DAY, 365 * DAY + DAY / 2, 364 * DAY)
    async with erasing(job.clinic, 365):
        await until(lambda: bool(counts(caplog)))
    assert (job.left(), counts(caplog)) == (1, ["old bookings erased: 2"])
    assert SECRET not in caplog.text


async def test_it_is_done_again_a_day_later(caplog: pytest.LogCaptureFixture) -> None:
    """By the clock that it was given, however the bot's own runs."""
    job = Job(Memory())
    await keep(job.memory, 364 * DAY + DAY / 2)
    async with erasing(job.clinic, 365, look_seconds=0):
        await until(lambda: len(counts(caplog)) == 1)
        job.now += DAY - timedelta(seconds=1)
        for _ in range(100):
            await asyncio.sleep(0)
        assert (job.left(), len(counts(caplog))) == (1, 1)
        job.now += timedelta(seconds=1)
        await until(lambda: len(counts(caplog)) == 2)
    assert (job.left(), counts(caplog)[1]) == (0, "old bookings erased: 1")


async def test_many_go_in_portions(caplog: pytest.LogCaptureFixture) -> None:
    """Each is a transaction of its own, and the count is of all."""
    job = Job(Memory())
    await keep(job.memory, *[400 * DAY + number * timedelta(seconds=2) for number in range(PORTION + 1)])
    async with erasing(job.clinic, 365):
        await until(lambda: bool(counts(caplog)))
    assert (job.left(), job.memory.commits, counts(caplog)) == (0, 2, [f"old bookings erased: {PORTION + 1}"])


async def test_two_processes_do_each_other_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    """What one has erased, the other does not find."""
    job = Job(Memory())
    await keep(job.memory, *[400 * DAY + number * timedelta(seconds=2) for number in range(3)])
    async with erasing(job.clinic, 365), erasing(job.clinic, 365):
        await until(lambda: len(counts(caplog)) == 2)
    assert sorted(counts(caplog)) == ["old bookings erased: 0", "old bookings erased: 3"]


async def test_a_busy_storage_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    """Soon, and not tomorrow."""
    job = Job(Busy(StorageBusy()))
    await keep(job.memory, 400 * DAY)
    async with erasing(job.clinic, 365, look_seconds=0):
        await until(lambda: len(counts(caplog)) == 2)
    assert job.left() == 0


async def test_a_failure_stops_nothing_and_says_nothing_of_anybody(caplog: pytest.LogCaptureFixture) -> None:
    """The log has its kind alone, and the next day has another try."""
    job = Job(Busy(RuntimeError(SECRET)))
    await keep(job.memory, 400 * DAY)
    async with erasing(job.clinic, 365, look_seconds=0):
        await until(lambda: len(counts(caplog)) == 1)
        job.now += DAY
        await until(lambda: len(counts(caplog)) == 2)
    assert job.left() == 0
    assert counts(caplog)[0] == "old bookings were not erased (RuntimeError)"
    assert SECRET not in caplog.text
