"""What of a tap is the database's: the same taps through the use cases alone, with neither Telegram nor a bot.

``python -m tests.benchmarks.kept DATABASE TAPS`` prints it as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from clinic.people import Actor, Doctor, Role
from clinic.plan import Stamp, WeekChange, WeekPlan
from clinic.ports import Clinic, UnitOfWork
from clinic.time_range import TimeRange
from clinic.use_cases.drafts import keep_week_draft
from clinic.use_cases.people import identify
from clinic.week import DayAvailability, NO_HOURS, Weekday
from storage import open_storage, SqlStorage
from tests.benchmarks.crowd import FIRST_PERSON

WORKING_DAY = DayAvailability((TimeRange(9 * 60, 13 * 60), TimeRange(15 * 60, 19 * 60)))
WORKING_WEEK = NO_HOURS.with_days(dict.fromkeys(list(Weekday)[:5], WORKING_DAY))


def url_of(database: Path) -> str:
    return f"sqlite+aiosqlite:///{database}"


def clinic_of(storage: SqlStorage) -> Clinic:
    return Clinic("the clinic", ZoneInfo("UTC"), frozenset(), storage, lambda: datetime.now(UTC))


async def furnish(url: str, people: int) -> None:
    """Make a clinic of so many doctors in a database, each with a week of five days with two ranges of hours."""
    storage = await open_storage(url)
    async with storage.write() as work:
        for user_id in range(FIRST_PERSON, FIRST_PERSON + people):
            await add_doctor(work, user_id)
        await work.commit()
    await storage.close()


async def add_doctor(work: UnitOfWork, user_id: int) -> Doctor:
    """Add a doctor with a working week."""
    doctor = await work.doctors.add(f"Doctor {user_id}", "cardiology")
    await work.people.put(Actor(user_id, doctor.name, frozenset({Role.DOCTOR}), doctor.doctor_id))
    stamp = Stamp(user_id, doctor.name, datetime.now(UTC))
    await work.weeks.save(WeekChange(doctor.doctor_id, 1, (), (WeekPlan((WORKING_WEEK,), stamp=stamp),), stamp))
    return doctor


async def _tap(clinic: Clinic, user_id: int, form: int, times: int) -> None:
    for _ in range(times):
        actor, draft = await identify(clinic, user_id, "", user_id, form)
        assert draft
        assert actor.doctor_id
        moved = replace(draft, expires_at=clinic.clock() + timedelta(days=14))
        await keep_week_draft(clinic, actor, moved, actor.doctor_id)


async def _forms(storage: SqlStorage) -> list[tuple[int, int]]:
    async with storage._database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT chat_id, max(message_id) AS form FROM drafts GROUP BY chat_id")
        return [(row.chat_id, row.form) for row in rows]


async def statements_of(storage: SqlStorage, act: Callable[[], Awaitable[object]]) -> list[str]:
    """Return what an act says to SQLite, each statement by its first word."""
    said: list[str] = []
    async with storage._database.reading() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
    assert raw
    await raw.run(lambda driver: driver.set_trace_callback(lambda sql: said.append(sql.split()[0])))
    await act()
    await raw.run(lambda driver: driver.set_trace_callback(None))
    return [word for word in said if word != "PRAGMA"]  # how long to wait is no question to the data


async def main(database: Path, taps: int) -> None:
    storage = await open_storage(url_of(database))
    clinic = clinic_of(storage)
    forms = await _forms(storage)
    said = await statements_of(storage, lambda: _tap(clinic, *forms[0], 1))
    await asyncio.gather(*(_tap(clinic, *form, 1) for form in forms))
    cpu, begun = time.process_time(), time.perf_counter()
    await asyncio.gather(*(_tap(clinic, *form, taps) for form in forms))
    done = taps * len(forms)
    spent = {"cpu": (time.process_time() - cpu) / done, "seconds": (time.perf_counter() - begun) / done}
    await storage.close()
    sys.stdout.write(json.dumps({**spent, "said": said}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
