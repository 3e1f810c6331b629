"""The reminders' part of the clinic in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from clinic.reminder import Occurrence, Reminder
from tests.clinic.memory_broadcasts import BroadcastTables


@dataclass
class ReminderTables(BroadcastTables):
    """What is kept of reminders."""

    reminders: dict[int, Reminder] = field(default_factory=dict)
    occurrences: dict[int, Occurrence] = field(default_factory=dict)


@dataclass
class FakeReminders:
    tables: ReminderTables

    async def everything(self) -> Sequence[Reminder]:
        return list(self.tables.reminders.values())

    async def get(self, reminder_id: int) -> Reminder | None:
        return self.tables.reminders.get(reminder_id)

    async def put(self, reminder: Reminder) -> Reminder:
        kept = replace(reminder, reminder_id=reminder.reminder_id or self.tables.next_id())
        self.tables.reminders[kept.reminder_id] = kept
        return kept

    async def delete(self, reminder_id: int) -> None:
        del self.tables.reminders[reminder_id]
        await self.drop_occurrences(reminder_id)

    async def have_due(self, now: datetime) -> bool:
        return bool(await self.due(now) or await self.due_occurrence(now))

    async def due(self, now: datetime) -> Reminder | None:
        found = [(one.due, one) for one in self.tables.reminders.values() if one.due and one.due <= now]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    async def due_occurrence(self, now: datetime) -> Occurrence | None:
        found = [one for one in self.tables.occurrences.values() if one.due <= now]
        return min(found, key=lambda one: one.due, default=None)

    async def put_occurrence(self, occurrence: Occurrence) -> None:
        kept = replace(occurrence, occurrence_id=occurrence.occurrence_id or self.tables.next_id())
        self.tables.occurrences[kept.occurrence_id] = kept

    async def drop_occurrence(self, occurrence_id: int) -> None:
        del self.tables.occurrences[occurrence_id]

    async def drop_occurrences(self, reminder_id: int) -> None:
        for one in list(self.tables.occurrences.values()):
            if one.reminder_id == reminder_id:
                del self.tables.occurrences[one.occurrence_id]
