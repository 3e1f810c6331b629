"""Rota beside Django's ORM in the design that it replaces: set a week, get it, everybody's day, book what is free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta, UTC
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from clinic.dates import DateSpan, week_span
from clinic.plan import Recurrence, Repeat
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.time_range import TimeRange
from clinic.use_cases.bookings import book
from clinic.use_cases.desk import bookings_of_doctor
from clinic.use_cases.hours import read_day, read_schedule, set_days
from clinic.week import monday_of, WeeklyAvailability
from tests.benchmarks.clinics import account_of, clinic_with, DESK, name_of, week_of
from tests.benchmarks.figures import row, spread
from tests.benchmarks.interleaved import clocked, medians, running, timed
from tests.benchmarks.run import Run

BOARDS = (100, 500)
ABSENT = "Django is not installed, so that Rota is compared with nothing: pip install -e '.[bench]'"
SETTER, BARE_SETTER, BOOKED = 1, 2, 3
"""The doctors whose week is set, is set without anything else being kept by Django, and who are booked."""

SAID = {
    "board": "everybody's day, {size} doctors",
    "set_week": "set a week, history and looks on both sides",
    "set_bare_week": "set a week, Django keeps nothing else",
    "get_week": "get a week",
    "book": "book a half-hour if it is free",
}

ACTS = tuple(SAID)

Ranges = list[tuple[int, int]]


class _Rota:
    """Rota's side: its use cases as the bot calls them, history, versions and drafts included."""

    def __init__(self, clinic: Clinic, now: date) -> None:
        self._clinic = clinic
        self._now = now
        self._versions, self._slots = {doctor_id: count(1) for doctor_id in (SETTER, BARE_SETTER)}, _slots(now)

    async def set_week(self) -> None:
        await self._set_week(SETTER)

    async def set_bare_week(self) -> None:
        await self._set_week(BARE_SETTER)

    async def _set_week(self, doctor_id: int) -> None:
        version = next(self._versions[doctor_id])
        expires_at = self._clinic.clock() + timedelta(days=1)
        account = account_of(doctor_id)
        closing = Draft(account.user_id, 1, "{}", expires_at, revision=version - 1)
        every_week = Recurrence(Repeat.EVERY_WEEK, self._now)
        days = dict(_turn(version))
        await set_days(self._clinic, account, doctor_id, days, every_week, drawn_from=version, closing=closing)

    async def get_week(self) -> list[Ranges]:
        week = week_span(monday_of(self._now) + timedelta(days=7))
        read = await read_schedule(self._clinic, DESK, SETTER, week)
        return [_pairs(day.hours) for day in read.schedule.days(week)]

    async def board(self) -> list[tuple[str, Ranges, Ranges]]:
        everybody = await read_day(self._clinic, DESK, self._now)
        return [(doctor.name, _pairs(day.hours), _pairs(day.tails)) for doctor, day in everybody]

    async def book(self) -> None:
        await book(self._clinic, DESK, BOOKED, next(self._slots), "P-1042", minutes=30)

    async def booked(self) -> list[datetime]:
        year = DateSpan(self._now, self._now + timedelta(days=399))
        return [booking.slot.start for booking in (await bookings_of_doctor(self._clinic, DESK, BOOKED, year))[1]]


class _Django:
    """The other side, in ``replaced``."""

    def __init__(self, file: Path, doctors: int, now: date) -> None:
        self._orm = import_module("tests.benchmarks.replaced")
        self._orm.connect(file)
        self.close = self._orm.connection.close
        self._now = now
        self._versions, self._slots = {doctor_id: count(1) for doctor_id in (SETTER, BARE_SETTER)}, _slots(now)
        for number, doctor_id in enumerate(self._orm.add_doctors(map(name_of, range(1, doctors + 1))), 1):
            self._orm.set_week(doctor_id, _plain(week_of(number)))

    def set_week(self) -> None:
        version = next(self._versions[SETTER])
        self._orm.set_week_as_rota(SETTER, _plain(_turn(version)), version)

    def set_bare_week(self) -> None:
        self._orm.set_week(BARE_SETTER, _plain(_turn(next(self._versions[BARE_SETTER]))))

    def get_week(self) -> list[Ranges]:
        found: list[Ranges] = self._orm.get_week(SETTER)
        return found

    def board(self) -> list[tuple[str, Ranges, Ranges]]:
        found: list[tuple[str, Ranges, Ranges]] = self._orm.board(self._now)
        return found

    def book(self) -> None:
        self._orm.book(BOOKED, next(self._slots), 30, "P-1042")

    def booked(self) -> list[datetime]:
        found: list[datetime] = self._orm.booked(BOOKED)
        return found


def _turn(version: int) -> WeeklyAvailability:
    """Return two weeks in turn, so that each set changes something."""
    return week_of(3 + version % 2)


def _slots(now: date) -> Iterator[datetime]:
    """Yield half-hours in which every doctor works, from next week on."""
    monday = monday_of(now) + timedelta(days=7)
    for number in count():
        days, part = divmod(number, 4)
        day = monday + timedelta(weeks=days // 5, days=days % 5)
        yield datetime.combine(day, time(10 + part // 2, part % 2 * 30), UTC)


def _pairs(hours: Sequence[TimeRange]) -> Ranges:
    return [(each.start, each.end) for each in hours]


def _plain(week: WeeklyAvailability) -> dict[int, Ranges]:
    return {int(weekday): _pairs(day.open_ranges) for weekday, day in week}


def table(run: Run) -> str:
    if find_spec("django") is None:
        return ABSENT
    lines = [
        f"Rota's use cases and Django {version('django')}, each on its own SQLite file (WAL, synchronous=FULL).",
        f"Medians of {run.rounds} rounds (least–most); what came of it is the same on both sides.",
        "",
        row("", "Rota", "Django", "Django takes"),
    ]
    for size in BOARDS:
        found = _measured(run, size, ("board",) if size == BOARDS[0] else ACTS)
        for act in found["Rota"]:
            ours, theirs = found["Rota"][act], found["Django"][act]
            times = [spread([1000 * one for one in each], " ms", 2) for each in (ours, theirs)]
            longer = spread([slow / fast for fast, slow in zip(ours, theirs, strict=True)], " x", 2)
            lines.append(row(f"  {SAID[act].format(size=size)}", *times, longer))
    return "\n".join(lines)


def _measured(run: Run, size: int, acts: Sequence[str]) -> dict[str, dict[str, list[float]]]:
    """Return the seconds of each act by side and act, in a clinic of so many doctors."""
    doctors, now = run.scaled(size), datetime.now(UTC).date()
    with running() as runner, ExitStack() as stack:
        opened = clinic_with(run.folder / f"rota-{size}.db", doctors)
        rota = _Rota(runner.run(opened.__aenter__()), now)
        stack.callback(lambda: runner.run(opened.__aexit__(None, None, None)))
        django = _Django(run.folder / f"django-{size}.db", doctors, now)
        stack.callback(django.close)
        ways = {("Rota", act): timed(runner, getattr(rota, act)) for act in acts}
        ways |= {("Django", act): clocked(getattr(django, act)) for act in acts}
        found = medians(ways, run.rounds)
        for same in ("board", "get_week", "booked") if "book" in acts else ("board",):
            ours, theirs = runner.run(getattr(rota, same)()), getattr(django, same)()
            assert ours == theirs, f"{same} differs"
    return {side: {act: found[side, act] for act in acts} for side in ("Rota", "Django")}
