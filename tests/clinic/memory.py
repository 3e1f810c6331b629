"""A clinic kept in memory: the ports of ``clinic.ports`` without a database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from clinic.booking import SlotLength
from clinic.broadcast import Delivery, Result
from clinic.dates import DateSpan
from clinic.history import HoursChange
from clinic.people import Actor, Doctor, Invitation, Role
from clinic.plan import WeekChange, WeeklyHours, WeekRecord
from clinic.ports import UnitOfWork
from clinic.ports.conversation import Draft, UpdateClaim
from clinic.ports.people import MOST_AHEAD
from clinic.search import board_order
from tests.clinic.memory_bookings import FakeBookings
from tests.clinic.memory_broadcasts import FakeBroadcasts, FakeDeliveries
from tests.clinic.memory_dates import FakeConfirmations, FakeDates, FakeNotices, FakeWatches
from tests.clinic.memory_reminders import FakeReminders, ReminderTables
from tests.clinic.memory_roles import FakeDelegates, FakeProposals, RoleTables


@dataclass
class Tables(RoleTables, ReminderTables):
    """What is kept; every value is frozen, so that copied dicts are a snapshot."""

    invitations: dict[int, Invitation] = field(default_factory=dict)
    weeks: dict[int, WeekRecord] = field(default_factory=dict)
    changes: dict[tuple[int, int], WeekChange] = field(default_factory=dict)
    drafts: dict[tuple[int, int], Draft] = field(default_factory=dict)
    updates: dict[tuple[int, int | None], UpdateClaim] = field(default_factory=dict)

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
        return self.tables.actor(user_id), max(spoken_to, key=lambda d: d.message_id, default=None)

    async def get(self, user_id: int) -> Actor | None:
        return self.tables.actor(user_id)

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

    async def of_ids(self, user_ids: Collection[int]) -> Mapping[int, Actor]:
        return {user_id: self.tables.people[user_id] for user_id in user_ids if user_id in self.tables.people}

    async def seen(self, user_id: int, language: str | None) -> None:
        person = self.tables.people[user_id]
        self.tables.people[user_id] = replace(person, blocked=False, telegram_language=language)


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

    async def on_board(self, first: int, most: int) -> tuple[Sequence[int], int]:
        in_order = sorted(self.tables.doctors.values(), key=board_order)
        found = [doctor.doctor_id for doctor in in_order[first : first + most]]
        return found, min(len(in_order[first + most :]), MOST_AHEAD + 1)

    async def count(self) -> int:
        return len(self.tables.doctors)

    async def specializations(self) -> Sequence[str]:
        return sorted({doctor.specialization for doctor in self.tables.doctors.values()})

    async def of_specializations(self, spellings: Collection[str]) -> Sequence[Doctor]:
        return [doctor for doctor in await self.everybody() if doctor.specialization in spellings]

    async def set_slots(self, doctor_id: int, slots: SlotLength) -> None:
        self.tables.doctors[doctor_id] = replace(self.tables.doctors[doctor_id], slots=slots)


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

    def _record(self, doctor_id: int, span: DateSpan) -> WeekRecord:
        record = self.tables.weeks.get(doctor_id, WeekRecord(doctor_id))
        plans = tuple(plan for plan in record.hours.plans if plan.starts <= span.last and plan.ends >= span.first)
        return replace(record, hours=WeeklyHours(plans))

    async def find(self, doctor_id: int, span: DateSpan) -> tuple[Doctor, WeekRecord] | None:
        doctor = self.tables.doctors.get(doctor_id)
        return (doctor, self._record(doctor_id, span)) if doctor else None

    async def everybody(
        self, span: DateSpan, doctor_ids: Collection[int] | None = None
    ) -> Sequence[tuple[Doctor, WeekRecord]]:
        doctors = sorted(self.tables.doctors.values(), key=lambda doctor: doctor.name)
        asked = [doctor for doctor in doctors if doctor_ids is None or doctor.doctor_id in doctor_ids]
        return [(doctor, self._record(doctor.doctor_id, span)) for doctor in asked]

    async def save(self, change: WeekChange) -> None:
        present = self.tables.weeks.get(change.doctor_id, WeekRecord(change.doctor_id))
        assert change.version == present.version + 1, "versions are counted"
        assert all(plan in present.hours.plans for plan in change.before), "what is taken is stored"
        kept = [plan for plan in present.hours.plans if plan not in change.before]
        plans = tuple(sorted([*kept, *change.after], key=lambda plan: (plan.once, plan.starts)))
        self.tables.weeks[change.doctor_id] = WeekRecord(
            change.doctor_id,
            WeeklyHours(plans),
            change.version,
            change.stamp.at,
            change.stamp.name,
            undoable=change.undoes is None,
            on_behalf=change.stamp.on_behalf,
        )
        self.tables.changes[change.doctor_id, change.version] = change

    async def change(self, doctor_id: int, version: int) -> WeekChange | None:
        return self.tables.changes.get((doctor_id, version))


@dataclass
class FakeHistory:
    tables: Tables

    async def newest(self, doctor_id: int | None, skipped: int, most: int) -> Sequence[HoursChange]:
        found = [change for change in self._all() if change.doctor_id in {doctor_id, None}]
        return sorted(found, key=lambda change: change.stamp.at, reverse=True)[skipped : skipped + most]

    async def later(self, change: HoursChange, most: int) -> Sequence[HoursChange]:
        theirs = [each for each in self._all() if each.doctor_id in {change.doctor_id, None}]
        alike = [each for each in theirs if type(each) is type(change)]
        return alike[: alike.index(change)][:most]

    def _all(self) -> list[HoursChange]:
        """Return both histories, each with its newest first."""
        return [*reversed(self.tables.changes.values()), *reversed(self.tables.date_changes.values())]


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


@dataclass
class FakeUpdates:
    tables: Tables

    def _in_the_way(self, update_id: int, person_id: int | None) -> list[UpdateClaim]:
        claims = self.tables.updates.items()
        return [
            claim
            for (number, person), claim in claims
            if number == update_id or (person is not None and person == person_id and not claim.handled)
        ]

    async def claim(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        if self._in_the_way(update_id, person_id):
            return False
        self.tables.updates[update_id, person_id] = UpdateClaim(update_id, until, handled=False)
        return True

    async def claims(self, update_id: int, person_id: int | None) -> Sequence[UpdateClaim]:
        return self._in_the_way(update_id, person_id)

    async def release(self, update_id: int, person_id: int | None, now: datetime) -> None:
        over = [one for one in self._in_the_way(update_id, person_id) if not one.handled and one.until <= now]
        self._keep(lambda one: one not in over)

    async def forget(self, before: datetime) -> None:
        self._keep(lambda one: one.until >= before)

    def _keep(self, wanted: Callable[[UpdateClaim], bool]) -> None:
        self.tables.updates = {key: claim for key, claim in self.tables.updates.items() if wanted(claim)}


class FakeWork:
    """One transaction over a copy of the tables; the copy is thrown away unless it is committed."""

    def __init__(self, memory: Memory, *, writes: bool) -> None:
        self._memory, self._writes = memory, writes
        self._tables = tables = memory.tables.copy()
        self.people, self.doctors, self.invitations = FakePeople(tables), FakeDoctors(tables), FakeInvitations(tables)
        self.delegates, self.proposals = FakeDelegates(tables), FakeProposals(tables)
        self.weeks, self.drafts = FakeWeeks(tables), FakeDrafts(tables)
        self.bookings, self.history = FakeBookings(tables), FakeHistory(tables)
        self.updates = FakeUpdates(tables)
        self.broadcasts, self.deliveries = FakeBroadcasts(tables), FakeDeliveries(tables)
        self.confirmations, self.reminders = FakeConfirmations(tables), FakeReminders(tables)
        self.dates, self.notices, self.watches = FakeDates(tables), FakeNotices(tables), FakeWatches(tables)

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
    async def write(self, doctor_id: int | None = None) -> AsyncIterator[UnitOfWork]:  # noqa: ARG002  alone anyway
        async with self._lock:
            yield FakeWork(self, writes=True)

    async def put_draft(self, draft: Draft) -> bool:
        """Write a draft as a change of its own."""
        async with self.write() as work:
            if not await work.drafts.put(draft):
                return False
            await work.commit()
            return True

    async def claim_update(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        async with self.write() as work:
            claimed = await work.updates.claim(update_id, person_id, until)
            await work.commit()
            return claimed

    async def finish_update(self, update_id: int) -> None:
        async with self._lock:
            for key, claim in self.tables.updates.items():
                if claim.update_id == update_id:
                    self.tables.updates[key] = replace(claim, handled=True)

    async def put_sent(self, deliveries: Sequence[Delivery], at: datetime) -> None:
        """Note deliveries as sent, as a change of its own."""
        async with self.write() as work:
            await work.deliveries.settle([Result.sent(one) for one in deliveries], at)
            await work.commit()
