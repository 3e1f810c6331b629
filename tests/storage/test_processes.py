"""Several processes on one file, and one that is killed."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

import storage as package
from clinic.dates import DateSpan
from clinic.people import Actor
from storage import open_storage, SqlStorage

ROOT = Path(package.__file__).parents[1]
"""Where the packages stand, for the processes that the tests start."""

WRITER = """
import asyncio, sys
from datetime import date, datetime, UTC
from clinic.dates import DateSpan
from clinic.plan import NO_PLAN, Stamp, WeekChange
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, Weekday
from storage import open_storage

MONDAY = date(2026, 7, 6)
DAY = DayAvailability.of(Weekday.MON, [TimeRange(540, 780)])

async def toggle(storage):
    async with storage.write() as work:
        _, record = await work.weeks.find(int(sys.argv[2]), DateSpan(MONDAY, MONDAY))
        before = record.hours.plans
        week = record.hours.week_of(MONDAY)
        day = DAY.switched(on=not week[Weekday.MON].on)
        after = (before or (NO_PLAN,))[0].with_week(MONDAY, week.with_days({Weekday.MON: day}))
        stamp = Stamp(7, "Ada", datetime.now(UTC))
        await work.weeks.save(WeekChange(record.doctor_id, record.version + 1, before, (after,), stamp))
        await work.commit()

async def main():
    storage = await open_storage(sys.argv[1])
    await asyncio.gather(*(toggle(storage) for _ in range(200)))
    await storage.close()

asyncio.run(main())
"""

CONFIRMER = """
import asyncio, sys
from datetime import datetime, UTC
from clinic.ports import Draft
from storage import open_storage

async def main():
    storage = await open_storage(sys.argv[1])
    for number in range(1_000_000):
        async with storage.write() as work:
            await work.drafts.put(Draft(1, 2 * number, "{}", datetime.max.replace(tzinfo=UTC)))
            await work.drafts.put(Draft(1, 2 * number + 1, "{}", datetime.max.replace(tzinfo=UTC)))
            await work.commit()
        print(number, flush=True)

asyncio.run(main())
"""


async def started(script: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_six_hundred_writes_from_three_processes(storage: SqlStorage, ada: Actor, url: str) -> None:
    """Two hundred writes at once in each of three processes all count, and nobody hears "database is locked"."""
    processes = [await started(WRITER, url, str(ada.doctor_id)) for _ in range(3)]
    outcomes = await asyncio.gather(*(process.communicate() for process in processes))

    assert [errors.decode() for _, errors in outcomes] == ["", "", ""]
    assert ada.doctor_id
    async with storage.read() as work:
        found = await work.weeks.find(ada.doctor_id, DateSpan(date.min, date.max))
        changes = [await work.weeks.change(ada.doctor_id, version) for version in range(1, 601)]
    assert found
    assert found[1].version == 600
    assert all(first and second and first.after == second.before for first, second in pairwise(changes))


@pytest.mark.parametrize("confirmations", [1, 120])
async def test_a_killed_process_loses_nothing_that_it_confirmed(url: str, now: datetime, confirmations: int) -> None:
    """Killed in the middle of its commits, a process has kept each that it spoke of, and no half of the next."""
    process = await started(CONFIRMER, url)
    assert process.stdout
    for _ in range(confirmations):
        await process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    rest, _ = await process.communicate()
    confirmed = confirmations + len(rest.splitlines())

    storage = await open_storage(url)
    async with storage.read() as work:
        found = [(await work.people.caller(1, 1, number, now))[1] for number in range(2 * confirmed + 4)]
    await storage.close()
    assert all(found[: 2 * confirmed])
    assert (found[2 * confirmed] is None) == (found[2 * confirmed + 1] is None)
    assert found[2 * confirmed + 2 :] == [None, None]
