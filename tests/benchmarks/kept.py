"""What of a tap is the database's: the same taps through the use cases alone, with neither Telegram nor a bot.

``python -m tests.benchmarks.kept DATABASE TAPS`` prints it as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta, UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases.drafts import keep_week_draft
from clinic.use_cases.people import identify
from clinic.week import DayAvailability, NO_HOURS, WeekChange, Weekday
from storage import open_storage, SqlStorage
from tests.benchmarks.crowd import FIRST_PERSON

WORKING_DAY = (TimeRange(9 * 60, 13 * 60), TimeRange(15 * 60, 19 * 60))


def url_of(database: Path) -> str:
    return f"sqlite+aiosqlite:///{database}"


def clinic_of(storage: SqlStorage) -> Clinic:
    return Clinic("the clinic", ZoneInfo("UTC"), frozenset(), storage, lambda: datetime.now(UTC))


async def furnish(database: Path, people: int) -> None:
    """Make a clinic of so many doctors, each with a week of five days with two ranges of hours."""
    storage = await open_storage(url_of(database))
    week = NO_HOURS.with_days({day: DayAvailability(WORKING_DAY) for day in list(Weekday)[:5]})
    async with storage.write() as work:
        for user_id in range(FIRST_PERSON, FIRST_PERSON + people):
            doctor = await work.doctors.add(f"Doctor {user_id}", "cardiology")
            await work.people.put(Actor(user_id, doctor.name, frozenset({Role.DOCTOR}), doctor.doctor_id))
            change = WeekChange(doctor.doctor_id, 1, NO_HOURS, week, datetime.now(UTC), user_id, doctor.name)
            await work.weeks.save(change)
        await work.commit()
    await storage.close()


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


async def _statements(storage: SqlStorage, clinic: Clinic, user_id: int, form: int) -> list[str]:
    """Return what one tap says to SQLite, each statement by its first word."""
    said: list[str] = []
    async with storage._database.reading() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
    assert raw
    await raw.run(lambda driver: driver.set_trace_callback(lambda sql: said.append(sql.split()[0])))
    await _tap(clinic, user_id, form, 1)
    await raw.run(lambda driver: driver.set_trace_callback(None))
    return said


async def main(database: Path, taps: int) -> None:
    storage = await open_storage(url_of(database))
    clinic = clinic_of(storage)
    forms = await _forms(storage)
    said = await _statements(storage, clinic, *forms[0])
    await asyncio.gather(*(_tap(clinic, *form, 1) for form in forms))
    cpu, begun = time.process_time(), time.perf_counter()
    await asyncio.gather(*(_tap(clinic, *form, taps) for form in forms))
    done = taps * len(forms)
    spent = {"cpu": (time.process_time() - cpu) / done, "seconds": (time.perf_counter() - begun) / done}
    await storage.close()
    sys.stdout.write(json.dumps({**spent, "said": said}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
