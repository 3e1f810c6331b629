"""Rows <-> reminders, and what follows each time that one has asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, or_, Row, select, update

from clinic.broadcast import Audience, AudienceKind
from clinic.reminder import Occurrence, Reminder
from clinic.week import Weekday
from storage.tables import OccurrenceRow, ReminderRow
from storage.transaction import Transaction

_EVERY = select(*ReminderRow.__table__.c)
_NOW = bindparam("now", type_=ReminderRow.__table__.c.due.type)
_DUE = _EVERY.where(ReminderRow.due <= _NOW).order_by(ReminderRow.due).limit(1)
_TO_FOLLOW = select(*OccurrenceRow.__table__.c).where(OccurrenceRow.due <= _NOW).order_by(OccurrenceRow.due).limit(1)
_HAVE_DUE = select(or_(exists().where(ReminderRow.due <= _NOW), exists().where(OccurrenceRow.due <= _NOW)))


class Reminders:
    """Whoever asks for what is due does so in a write, whose lock keeps it from others (``Storage.write``)."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def everything(self) -> Sequence[Reminder]:
        return [_reminder(row) for row in await self._transaction.read(_EVERY)]

    async def get(self, reminder_id: int) -> Reminder | None:
        rows = await self._transaction.read(_EVERY.where(ReminderRow.reminder_id == reminder_id))
        return _reminder(rows[0]) if rows else None

    async def put(self, reminder: Reminder) -> Reminder:
        """Keep it, in the place of the one with its id; return it with its ``reminder_id``."""
        kept = _row(reminder)
        if reminder.reminder_id:
            there = update(ReminderRow).where(ReminderRow.reminder_id == reminder.reminder_id)
            await self._transaction.change(there.values(kept))
            return reminder
        added = insert(ReminderRow).values(kept).returning(ReminderRow.reminder_id)
        return replace(reminder, reminder_id=(await self._transaction.change(added)).scalar_one())

    async def delete(self, reminder_id: int) -> None:
        """Delete it; its occurrences go with it."""
        await self._transaction.change(delete(ReminderRow).where(ReminderRow.reminder_id == reminder_id))

    async def have_due(self, now: datetime) -> bool:
        """Return whether there is anything to do at ``now`` (aware), in one statement."""
        return bool((await self._transaction.read(_HAVE_DUE, {"now": now}))[0][0])

    async def due(self, now: datetime) -> Reminder | None:
        rows = await self._transaction.read(_DUE, {"now": now})
        return _reminder(rows[0]) if rows else None

    async def due_occurrence(self, now: datetime) -> Occurrence | None:
        rows = await self._transaction.read(_TO_FOLLOW, {"now": now})
        return _occurrence(rows[0]) if rows else None

    async def put_occurrence(self, occurrence: Occurrence) -> None:
        kept = {
            "reminder_id": occurrence.reminder_id,
            "day": occurrence.day,
            "minutes": occurrence.minutes,
            "monday": occurrence.monday,
            "nags": list(occurrence.nags),
            "due": occurrence.due,
            "asked": occurrence.asked,
        }
        if occurrence.occurrence_id:
            one = update(OccurrenceRow).where(OccurrenceRow.occurrence_id == occurrence.occurrence_id)
            await self._transaction.change(one.values(kept))
        else:
            await self._transaction.change(insert(OccurrenceRow).values(kept))

    async def drop_occurrence(self, occurrence_id: int) -> None:
        await self._transaction.change(delete(OccurrenceRow).where(OccurrenceRow.occurrence_id == occurrence_id))

    async def drop_occurrences(self, reminder_id: int) -> None:
        await self._transaction.change(delete(OccurrenceRow).where(OccurrenceRow.reminder_id == reminder_id))


def _row(reminder: Reminder) -> dict[str, Any]:
    return {
        "days": sum(1 << day for day in reminder.days),
        "minutes": reminder.minutes,
        "own_zone": reminder.own_zone,
        "audience": reminder.audience.kind.value,
        "specialization": reminder.audience.specialization,
        "user_ids": list(reminder.audience.user_ids),
        "body": reminder.body,
        "nags": list(reminder.nags),
        "by_user_id": reminder.by_user_id,
        "by_name": reminder.by_name,
        "due": reminder.due,
        "day": reminder.day,
        "broadcast_id": reminder.broadcast_id,
        "version": reminder.version,
    }


def _reminder(row: Row[Any]) -> Reminder:
    return Reminder(
        frozenset(day for day in Weekday if row.days >> day & 1),
        row.minutes,
        Audience(AudienceKind(row.audience), row.specialization, tuple(row.user_ids)),
        row.body,
        row.own_zone,
        tuple(row.nags),
        row.by_user_id,
        row.by_name,
        row.due,
        row.day,
        row.broadcast_id,
        row.version,
        row.reminder_id,
    )


def _occurrence(row: Row[Any]) -> Occurrence:
    return Occurrence(
        row.reminder_id,
        row.day,
        row.minutes,
        row.monday,
        tuple(row.nags),
        row.due,
        row.asked,
        row.occurrence_id,
    )
