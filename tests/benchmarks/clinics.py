"""Clinics to measure on: Rota's storage in a file, with as many doctors and bookings as are asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from datetime import datetime, time, UTC
from pathlib import Path

from clinic.calendar import Slot
from clinic.people import Actor, Role
from clinic.plan import Stamp, WeekChange, WeekPlan
from clinic.ports import Clinic
from clinic.search import sort_key
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, monday_of, NO_HOURS, Weekday, WeeklyAvailability
from storage import open_storage, SqlStorage
from tests.benchmarks.kept import clinic_of, url_of

DESK = Actor(1, "Desk", frozenset({Role.RECEPTIONIST}))
FIELDS = ("cardiology", "dermatology", "neurology", "paediatrics")
FIRST_NAMES = ("Ana", "Ben", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas")
LAST_NAMES = ("Ruiz", "Müller", "Keller", "Ivanov", "Santos", "Haddad", "Novak", "Silva", "Björk", "Lindt")
THIS_WEEK = 100
"""So many bookings of ``fill`` lie in the present week, however many there are."""

_BOOKINGS = "INSERT INTO bookings (doctor_id, start, end, reference, note, status, flagged, reason, version)"
_ALL = f"""{_BOOKINGS}
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :bookings),
starts(n, start) AS (
    SELECT n, :monday + 1800 * (n / :doctors + CASE
        WHEN n < {THIS_WEEK} THEN 0 WHEN n % 2 THEN 7 * 48 ELSE -1 - 2 * (n / :doctors) END) FROM numbers)
SELECT n % :doctors + 1, strftime('%Y-%m-%d %H:%M:%S.000000', start, 'unixepoch'),
    strftime('%Y-%m-%d %H:%M:%S.000000', start + 1800, 'unixepoch'), 'P-' || n, '', 'booked', 0, '', 1 FROM starts
"""  # noqa: S608 - its parts stand above

_OTHERS = """
CREATE TEMP TABLE numbers AS
    WITH RECURSIVE counted(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM counted WHERE n < {last})
    SELECT n FROM counted;
INSERT INTO doctors (doctor_id, name, specialization, week_version, sort_key)
    SELECT n, 'Doctor ' || n, 'field ' || (n % 1000), 1, sort_key('field ' || (n % 1000), 'Doctor ' || n) FROM numbers;
INSERT INTO week_changes (doctor_id, version, at, by_user_id, by_name, before, after)
    SELECT n, version, at, by_user_id, by_name, before, after FROM numbers, week_changes WHERE doctor_id = 1;
INSERT INTO week_plans (plan_id, doctor_id, once, starts, ends, anchor, week_count, set_by_id, set_by, set_at)
    SELECT n, n, once, starts, ends, anchor, week_count, set_by_id, set_by, set_at
    FROM numbers, week_plans WHERE doctor_id = 1;
INSERT INTO day_availability (plan_id, week, weekday, is_on)
    SELECT n, week, weekday, is_on FROM numbers, day_availability WHERE plan_id = 1;
INSERT INTO time_ranges (plan_id, week, weekday, start, end)
    SELECT n, week, weekday, start, end FROM numbers, time_ranges WHERE plan_id = 1;
"""
"""Others, each with the week of the first doctor; the numbers of doctors and of their plans are the same."""


def name_of(number: int) -> tuple[str, str]:
    """Return a doctor's name, no two alike, and a specialization."""
    first, last = FIRST_NAMES[number % 10], LAST_NAMES[number // 10 % 10]
    return f"{first} {last} {number:05}", FIELDS[number % len(FIELDS)]


def week_of(number: int) -> WeeklyAvailability:
    """Return a working week of two ranges a day, a little different for each doctor; some work a night too."""
    late = number % 7 * 15
    day = DayAvailability((TimeRange(8 * 60 + late, 12 * 60), TimeRange(14 * 60, 18 * 60 + late)), on=True)
    week = NO_HOURS.with_days(dict.fromkeys(list(Weekday)[:5], day))
    night = DayAvailability((TimeRange(22 * 60, 30 * 60),), on=True)
    return week.with_days({Weekday.SAT: night}) if number % 10 == 0 else week


def account_of(number: int) -> Actor:
    """Return the account of a doctor of ``clinic_with``."""
    return Actor(1000 + number, name_of(number)[0], frozenset({Role.DOCTOR}), number)


@asynccontextmanager
async def clinic_with(file: Path, doctors: int) -> AsyncIterator[Clinic]:
    """Open a new clinic of so many doctors, numbered from 1 as their ids are, each with the ``week_of`` the number."""
    async with clinic_in(file) as clinic:
        async with clinic.storage.write() as work:
            for number in range(1, doctors + 1):
                await work.doctors.add(*name_of(number))
                account = account_of(number)
                await work.people.put(account)
                stamp = Stamp(account.user_id, account.name, datetime.now(UTC))
                plan = WeekPlan((week_of(number),), stamp=stamp)
                await work.weeks.save(WeekChange(number, 1, (), (plan,), stamp))
            await work.commit()
        yield clinic


@asynccontextmanager
async def clinic_in(file: Path) -> AsyncIterator[Clinic]:
    """Open a clinic as it stands in a file; a new one has nobody."""
    storage: SqlStorage = await open_storage(url_of(file))
    try:
        yield clinic_of(storage)
    finally:
        await storage.close()


def add_names(file: Path, count: int) -> None:
    """Add so many doctors who have neither hours nor accounts."""
    with closing(sqlite3.connect(file)) as driver, driver:
        _teach_sort_key(driver)
        added = "INSERT INTO doctors (name, specialization, sort_key) VALUES (?1, ?2, sort_key(?2, ?1))"
        driver.executemany(added, map(name_of, range(1, count + 1)))


def fill(file: Path, doctors: int, bookings: int) -> None:
    """Add so many bookings of half an hour: the first of the present week, the others from it into both directions."""
    monday = datetime.combine(monday_of(datetime.now(UTC).date()), time(), UTC)
    asked = {"bookings": bookings, "doctors": doctors, "monday": int(monday.timestamp())}
    with closing(sqlite3.connect(file)) as driver, driver:
        driver.execute("PRAGMA synchronous = OFF")
        driver.execute(_ALL, asked)


def take(file: Path, doctor_id: int, slots: Iterable[Slot]) -> None:
    """Book all of these."""
    rows = [(doctor_id, *(f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in (slot.start, slot.end))) for slot in slots]
    with closing(sqlite3.connect(file)) as driver, driver:
        driver.executemany(f"{_BOOKINGS} VALUES (?, ?, ?, 'P', '', 'booked', 0, '', 1)", rows)


def _teach_sort_key(driver: sqlite3.Connection) -> None:
    def key(specialization: str, name: str) -> bytes:
        return sort_key(specialization, name).encode()

    driver.create_function("sort_key", 2, key, deterministic=True)


def add_others(file: Path, doctors: int, whole: int, field: str) -> None:
    """Let all doctors of a ``clinic_with`` be of one field, and add others of a thousand, so many that the whole is."""
    with closing(sqlite3.connect(file)) as driver, driver:
        driver.execute("PRAGMA synchronous = OFF")
        _teach_sort_key(driver)
        driver.execute("UPDATE doctors SET specialization = ?1, sort_key = sort_key(?1, name)", (field,))
        driver.commit()
        if whole > doctors:
            driver.executescript(_OTHERS.format(first=doctors + 1, last=whole))
