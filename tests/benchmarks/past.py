"""Whether the exceptions of the past cost a week anything: the same week read by its use case, after ever more of them.

``python -m tests.benchmarks.past FOLDER READS`` prints the seconds of each read as JSON, by how many exceptions there
are. Half of them are time off, half are other hours, each on one date of the past.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta, UTC
from itertools import islice
from pathlib import Path

from clinic.dates import DateChange, DateOverride, DateRule, DateSpan, TimeOff, week_span
from clinic.people import Actor, Role
from clinic.plan import Stamp
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases.hours import read_schedule
from clinic.week import monday_of
from storage import open_storage
from tests.benchmarks.crowd import FIRST_PERSON
from tests.benchmarks.kept import add_doctor, clinic_of, url_of

SIZES = (10, 1_000, 10_000)
AT_ONCE = 500
MORNING = (TimeRange(10 * 60, 12 * 60),)


@dataclass(frozen=True, slots=True)
class Reader:
    """A doctor who reads the own week."""

    clinic: Clinic
    actor: Actor
    doctor_id: int

    async def read(self, week: DateSpan) -> float:
        """Return the seconds that it took."""
        begun = time.perf_counter()
        await read_schedule(self.clinic, self.actor, self.doctor_id, week)
        return time.perf_counter() - begun


def _exceptions(doctor_id: int, count: int, today: date) -> Iterator[DateRule]:
    for number in range(count):
        day = today - timedelta(days=30 + number)
        if number % 2:
            yield TimeOff(doctor_id, DateSpan(day, day), reason="holiday")
        else:
            yield DateOverride.of(doctor_id, day, MORNING)


async def _reader(stack: AsyncExitStack, database: Path, count: int, today: date) -> Reader:
    """Open a database of one doctor with so many exceptions, made where it is not there yet."""
    storage = await open_storage(url_of(database))
    stack.push_async_callback(storage.close)
    stamp = Stamp(FIRST_PERSON, "Doctor", datetime.now(UTC))
    async with storage.write() as work:
        if not await work.doctors.everybody():
            doctor = await add_doctor(work, FIRST_PERSON)
            rules = _exceptions(doctor.doctor_id, count, today)
            while some := tuple(islice(rules, AT_ONCE)):
                await work.dates.save(DateChange(doctor.doctor_id, (), some, stamp))
            await work.commit()
    return Reader(clinic_of(storage), Actor(FIRST_PERSON, "Doctor", frozenset({Role.DOCTOR}), 1), 1)


async def main(folder: Path, reads: int) -> None:
    today = datetime.now(UTC).date()
    week = week_span(monday_of(today))
    async with AsyncExitStack() as stack:
        readers = {size: await _reader(stack, folder / f"past-{size}.db", size, today) for size in SIZES}
        for reader in readers.values():
            await reader.read(week)  # compiles the statements
        seconds: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(reads):
            for size, reader in readers.items():
                seconds[size].append(await reader.read(week))
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
