"""A clinic kept in memory, and people to ask things of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta, UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinic.dates import DateChange
from clinic.people import Actor, Doctor, Role
from clinic.plan import Recurrence, Repeat, WeekChange
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.ports.notices import Notice
from clinic.time_range import TimeRange
from clinic.use_cases.hours import set_days
from clinic.week import DayAvailability, Weekday
from tests.clinic.memory import FakePeople, Memory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS_ADMIN = 900
Join = Callable[[Actor], Coroutine[Any, Any, Actor]]


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def clinic(memory: Memory, watch: Watch) -> Clinic:
    """A clinic in Berlin whose settings name user 900 as an admin; it is 2026-03-02 09:00 UTC."""
    return Clinic("Rota", ZoneInfo("Europe/Berlin"), frozenset({SETTINGS_ADMIN}), memory, watch)


@pytest.fixture
def later(watch: Watch) -> Callable[[timedelta], None]:
    """Move the clinic's clock on."""
    return watch.move


@pytest.fixture
def commits(memory: Memory) -> Callable[[], int]:
    """How many commits there were so far."""
    return lambda: memory.commits


@pytest.fixture
def everything_kept(memory: Memory) -> Callable[[], str]:
    """All that is stored, as one text."""
    return lambda: repr(memory.tables)


@pytest.fixture
def stored(memory: Memory) -> Callable[[int], Actor]:
    """An account as it is kept, without what the settings add; a KeyError where none is."""
    return lambda user_id: memory.tables.people[user_id]


@pytest.fixture
def kept_draft(memory: Memory) -> Callable[[int, int], Draft | None]:
    """The draft of a chat's message, if there is one."""
    return lambda chat_id, message_id: memory.tables.drafts.get((chat_id, message_id))


@pytest.fixture
def history(memory: Memory) -> Callable[[int], list[WeekChange]]:
    """All changes of a doctor's week, oldest first."""
    return lambda doctor_id: [change for change in memory.tables.changes.values() if change.doctor_id == doctor_id]


@pytest.fixture
def date_changes(memory: Memory) -> Callable[[], list[DateChange]]:
    """All changes of the calendar, oldest first."""
    return lambda: list(memory.tables.date_changes.values())


@pytest.fixture
def owed(memory: Memory) -> Callable[[], list[Notice]]:
    """All notices that are owed, oldest first."""
    return lambda: list(memory.tables.notices)


@pytest.fixture
def join(memory: Memory) -> Join:
    """Put a person into the clinic as they stand, outside of any use case and of the count of commits."""

    async def joined(person: Actor) -> Actor:
        if person.doctor_id is not None and person.doctor_id not in memory.tables.doctors:
            memory.tables.doctors[person.doctor_id] = Doctor(person.doctor_id, person.name, "GP")
        await FakePeople(memory.tables).put(person)
        return person

    return joined


@pytest.fixture
async def doctor(join: Join) -> Actor:
    """Doctor 1 with the account 11."""
    return await join(Actor(11, "Ana Müller", frozenset({Role.DOCTOR}), doctor_id=1))


@pytest.fixture
async def working(clinic: Clinic, doctor: Actor, memory: Memory) -> Actor:
    """Doctor 1, who works from nine to twelve on every day of Berlin: from eight to eleven of UTC in winter."""
    days = dict.fromkeys(Weekday, DayAvailability((TimeRange(540, 720),), on=True))
    every_week = Recurrence(Repeat.EVERY_WEEK, NOW.date())
    await set_days(clinic, doctor, 1, days, every_week, drawn_from=0, closing=Draft(11, 1, "{}", NOW))
    memory.commits = 0
    return doctor


@pytest.fixture
async def other_doctor(join: Join) -> Actor:
    """Doctor 2 with the account 12."""
    return await join(Actor(12, "Bo Ek", frozenset({Role.DOCTOR}), doctor_id=2))


@pytest.fixture
async def receptionist(join: Join) -> Actor:
    """A receptionist with the account 21."""
    return await join(Actor(21, "Rita", frozenset({Role.RECEPTIONIST})))


@pytest.fixture
async def admin(join: Join) -> Actor:
    """An admin with the account 31, let in by link."""
    return await join(Actor(31, "Zoe", frozenset({Role.ADMIN})))


@pytest.fixture
def settings_admin() -> Actor:
    """The admin whom the settings name, as ``identify`` makes them; nothing of them is stored."""
    return Actor(SETTINGS_ADMIN, "Owner", frozenset({Role.ADMIN}), fixed=True)
