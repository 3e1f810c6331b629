"""A clinic kept in memory: the ports of ``clinic.ports`` without a database, and people to ask things of it.

Fixtures hand out functions and values of ``clinic`` alone, so that a test needs nothing of this module by name.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinic.people import Actor, Doctor, Invitation, Role
from clinic.ports import Clinic, Draft, UnitOfWork
from clinic.week import WeekChange, WeekRecord

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS_ADMIN = 900
Join = Callable[[Actor], Coroutine[Any, Any, Actor]]


@dataclass
class Tables:
    """What is kept; every value is frozen, so that copied dicts are a snapshot."""

    people: dict[int, Actor] = field(default_factory=dict)
    doctors: dict[int, Doctor] = field(default_factory=dict)
    invitations: dict[int, Invitation] = field(default_factory=dict)
    weeks: dict[int, WeekRecord] = field(default_factory=dict)
    changes: dict[tuple[int, int], WeekChange] = field(default_factory=dict)
    drafts: dict[tuple[int, int], Draft] = field(default_factory=dict)

    def copy(self) -> Tables:
        return Tables(**{name: dict(table) for name, table in vars(self).items()})


@dataclass
class FakePeople:
    tables: Tables

    async def caller(
        self, user_id: int, chat_id: int, message_id: int | None, now: datetime
    ) -> tuple[Actor | None, Draft | None]:
        alive = [d for d in self.tables.drafts.values() if d.chat_id == chat_id and d.expires_at > now]
        if message_id is None:
            spoken_to = [d for d in alive if d.waits_for_text]
        else:
            spoken_to = [d for d in alive if d.message_id == message_id]
        return self.tables.people.get(user_id), max(spoken_to, key=lambda d: d.message_id, default=None)

    async def get(self, user_id: int) -> Actor | None:
        return self.tables.people.get(user_id)

    async def everybody(self) -> Sequence[Actor]:
        return sorted(self.tables.people.values(), key=lambda person: person.name)

    async def has_admin(self) -> bool:
        return any(Role.ADMIN in person.roles for person in self.tables.people.values())

    async def put(self, actor: Actor) -> None:
        for other in list(self.tables.people.values()):
            if actor.doctor_id is not None and other.doctor_id == actor.doctor_id and other.user_id != actor.user_id:
                bare = replace(other, roles=other.roles - {Role.DOCTOR}, doctor_id=None)
                self.tables.people[other.user_id] = bare
        if actor.doctor_id is not None:
            doctor = self.tables.doctors[actor.doctor_id]
            self.tables.doctors[actor.doctor_id] = replace(doctor, user_id=actor.user_id)
        self.tables.people[actor.user_id] = actor


@dataclass
class FakeDoctors:
    tables: Tables

    async def add(self, name: str, specialization: str) -> Doctor:
        doctor = Doctor(len(self.tables.doctors) + 1, name, specialization)
        self.tables.doctors[doctor.doctor_id] = doctor
        return doctor

    async def get(self, doctor_id: int) -> Doctor | None:
        return self.tables.doctors.get(doctor_id)

    async def everybody(self) -> Sequence[Doctor]:
        return sorted(self.tables.doctors.values(), key=lambda doctor: doctor.name)


@dataclass
class FakeInvitations:
    tables: Tables

    async def add(self, invitation: Invitation) -> Invitation:
        kept = replace(invitation, invitation_id=max(self.tables.invitations, default=0) + 1)
        self.tables.invitations[kept.invitation_id] = kept
        return kept

    async def find(self, token_hash: str) -> Invitation | None:
        return next((i for i in self.tables.invitations.values() if i.token_hash == token_hash), None)

    async def get(self, invitation_id: int) -> Invitation | None:
        return self.tables.invitations.get(invitation_id)

    async def pending(self, now: datetime) -> Sequence[Invitation]:
        waiting = [i for i in self.tables.invitations.values() if i.created_by and i.used_by is None]
        return [i for i in reversed(waiting) if i.expires_at > now]

    async def use(self, invitation_id: int, user_id: int, at: datetime) -> None:
        assert at.utcoffset() == timedelta(), "instants are UTC"
        self.tables.invitations[invitation_id] = replace(self.tables.invitations[invitation_id], used_by=user_id)

    async def withdraw(self, invitation_id: int) -> None:
        self.tables.invitations.pop(invitation_id, None)

    async def withdraw_claims(self) -> None:
        for claim in [i for i in self.tables.invitations.values() if i.created_by is None and i.used_by is None]:
            del self.tables.invitations[claim.invitation_id]


@dataclass
class FakeWeeks:
    tables: Tables

    async def find(self, doctor_id: int) -> tuple[Doctor, WeekRecord] | None:
        doctor = self.tables.doctors.get(doctor_id)
        return (doctor, self.tables.weeks.get(doctor_id, WeekRecord(doctor_id))) if doctor else None

    async def save(self, change: WeekChange) -> None:
        record = WeekRecord(
            change.doctor_id, change.after, change.version, change.at, change.by_name, undoable=change.undoes is None
        )
        self.tables.weeks[change.doctor_id] = record
        self.tables.changes[change.doctor_id, change.version] = change

    async def change(self, doctor_id: int, version: int) -> WeekChange | None:
        return self.tables.changes.get((doctor_id, version))


@dataclass
class FakeDrafts:
    tables: Tables

    async def put(self, draft: Draft) -> bool:
        key = (draft.chat_id, draft.message_id)
        present = self.tables.drafts.get(key)
        if (present.revision if present else 0) != draft.revision:
            return False
        self.tables.drafts[key] = replace(draft, revision=draft.revision + 1)
        return True

    async def forget_expired(self, now: datetime) -> None:
        for key in [key for key, draft in self.tables.drafts.items() if draft.expires_at <= now]:
            del self.tables.drafts[key]


class FakeWork:
    """One transaction over a copy of the tables; the copy is thrown away unless it is committed."""

    def __init__(self, memory: Memory, *, writes: bool) -> None:
        self._memory, self._writes = memory, writes
        self._tables = tables = memory.tables.copy()
        self.people, self.doctors, self.invitations = FakePeople(tables), FakeDoctors(tables), FakeInvitations(tables)
        self.weeks, self.drafts = FakeWeeks(tables), FakeDrafts(tables)

    async def commit(self) -> None:
        assert self._writes, "a unit of work that was opened for reading has nothing to commit"
        self._memory.tables = self._tables.copy()
        self._memory.commits += 1


class Memory:
    """A ``Storage`` in dicts, one write at a time."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.commits = 0
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        yield FakeWork(self, writes=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with self._lock:
            yield FakeWork(self, writes=True)

    async def put_draft(self, draft: Draft) -> bool:
        async with self.write() as work:
            kept = await work.drafts.put(draft)
            if kept:
                await work.commit()
        return kept


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
