"""Rows <-> patients' bookings and their history."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, delete, exc, insert, Row, select, text, update

from clinic.booking import Booking, BookingChange, BookingStatus, LONGEST
from clinic.calendar import Slot
from clinic.errors import SlotTaken, StorageBusy
from clinic.plan import Stamp
from storage.history import booking_of, plain_booking
from storage.postgres import overlaps
from storage.stamps import signed, signer_of, stamp_of, stamped
from storage.tables import BookingChangeRow, BookingRow
from storage.transaction import Transaction

_LONGEST = timedelta(minutes=LONGEST)
"""No booking that began longer ago reaches into a span: what lets an index find those that do."""

_ANY = select(*BookingRow.__table__.c).order_by(BookingRow.start, BookingRow.booking_id)
_STANDING = _ANY.where(
    BookingRow.status != BookingStatus.CANCELLED.value,
    BookingRow.start > bindparam("earliest"),
    BookingRow.start < bindparam("until"),
    BookingRow.end > bindparam("since"),
)
_OF_DOCTOR = _STANDING.where(BookingRow.doctor_id == bindparam("doctor"))  # half the cost of an IN of one
_OF_DOCTORS = _STANDING.where(BookingRow.doctor_id.in_(bindparam("doctors", expanding=True)))
_TAKEN = (
    _OF_DOCTORS.where(BookingRow.booking_id != bindparam("but"))
    .with_only_columns(BookingRow.doctor_id, BookingRow.start, BookingRow.end)
    .order_by(None)
    .order_by(BookingRow.doctor_id, BookingRow.start)
)
_OF_IDS = _ANY.where(BookingRow.booking_id.in_(bindparam("ids", expanding=True)))
_FLAGGED = _ANY.where(text("flagged"))  # as the partial index has it
_HISTORY = (
    select(*BookingChangeRow.__table__.c)
    .where(BookingChangeRow.booking_id == bindparam("booking"))
    .order_by(BookingChangeRow.version)
)
_ADD = insert(BookingRow).returning(BookingRow.booking_id)
_REMEMBER = insert(BookingChangeRow)


class Bookings:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, booking_id: int) -> Booking | None:
        found = await self.of_ids([booking_id])
        return found[0] if found else None

    async def of_ids(self, booking_ids: Collection[int]) -> Sequence[Booking]:
        """Return those that are there, by time."""
        return [_booking(row) for row in await self._transaction.read(_OF_IDS, {"ids": list(booking_ids)})]

    async def standing(
        self, since: datetime, until: datetime, doctor_ids: Collection[int] | None = None
    ) -> Sequence[Booking]:
        """Return what stands and shares a moment with ``[since, until)`` (aware), of some doctors or of all, by time.

        It is one statement, answered from an index whatever else is stored.
        """
        asked = {"earliest": since - _LONGEST, "since": since, "until": until}
        if doctor_ids is None:
            rows = await self._transaction.read(_STANDING, asked)
        elif len(doctor_ids) == 1:
            rows = await self._transaction.read(_OF_DOCTOR, asked | {"doctor": next(iter(doctor_ids))})
        else:
            rows = await self._transaction.read(_OF_DOCTORS, asked | {"doctors": list(doctor_ids)})
        return [_booking(row) for row in rows]

    async def taken(
        self, since: datetime, until: datetime, doctor_ids: Collection[int], but: int = 0
    ) -> Mapping[int, Sequence[Slot]]:
        """Return by doctor, in order, the time of what ``standing`` finds, without the booking whose id is ``but``.

        Those that touch are one: a search looks through two months of bookings, and a full day is a few stretches.
        """
        asked = {"earliest": since - _LONGEST, "since": since, "until": until, "doctors": list(doctor_ids), "but": but}
        rows = await self._transaction.read(_TAKEN, asked)
        return {doctor_id: list(_joined(own)) for doctor_id, own in groupby(rows, key=itemgetter(0))}

    async def flagged(self) -> Sequence[Booking]:
        """Return those that wait for somebody to act, by time."""
        return [_booking(row) for row in await self._transaction.read(_FLAGGED)]

    async def add(self, booking: Booking, stamp: Stamp) -> Booking:
        """Keep a new one and its first line of history; return it with its ``booking_id``.

        Raises:
            SlotTaken: another has the time; only PostgreSQL says so, and only if it was not looked for under the lock.
        """
        self._transaction.ensure_covers(booking.doctor_id)
        async with self._alone([booking]):
            kept = replace(booking, booking_id=(await self._transaction.change(_ADD, _row(booking))).scalar_one())
        await self._remember([BookingChange(None, kept, stamp)])
        return kept

    async def save(self, changes: Sequence[BookingChange]) -> None:
        """Write bookings over the version before theirs, each with its line of history, in two statements.

        Raises:
            RuntimeError: one is not stored in the version before; nothing must be committed then.
            SlotTaken: as for ``add``.
        """
        sides = (side for change in changes for side in (change.before, change.after) if side)
        self._transaction.ensure_covers(*(side.doctor_id for side in sides))
        present = update(BookingRow).where(
            BookingRow.booking_id == bindparam("booking"), BookingRow.version == bindparam("seen")
        )
        rows = [
            {**_row(change.after), "booking": change.after.booking_id, "seen": change.after.version - 1}
            for change in changes
        ]
        written = present.values({name: bindparam(name) for name in _row(changes[0].after)})
        async with self._alone([change.after for change in changes]):
            met = await self._transaction.change_each(written, rows)
        if met != len(changes):
            raise RuntimeError("a booking is not the one that it was changed from")
        await self._remember(changes)

    @asynccontextmanager
    async def _alone(self, bookings: Sequence[Booking]) -> AsyncIterator[None]:
        """Turn an overlap that the database has refused into what the check under the lock says of it."""
        try:
            yield
        except exc.IntegrityError as error:
            if not overlaps(error):
                raise
            await self._transaction.give_up()
            for booking in bookings:
                near = await self.standing(booking.slot.start, booking.slot.end, [booking.doctor_id])
                for other in near:
                    if other.booking_id != booking.booking_id:
                        raise SlotTaken(other, ()) from error
            raise StorageBusy from error  # whoever had it has left it

    async def _remember(self, changes: Iterable[BookingChange]) -> None:
        lines = [
            {
                "booking_id": change.after.booking_id,
                "version": change.after.version,
                **signed(change.stamp),
                "before": plain_booking(change.before) if change.before else None,
                "after": plain_booking(change.after),
            }
            for change in changes
        ]
        await self._transaction.change(_REMEMBER, lines)

    async def history(self, booking_id: int) -> Sequence[BookingChange]:
        """Return a booking's changes, the oldest first."""
        rows = await self._transaction.read(_HISTORY, {"booking": booking_id})
        return [
            BookingChange(
                booking_of(row.before) if row.before else None,
                booking_of(row.after),
                signer_of(row),
            )
            for row in rows
        ]

    async def erase(self, before: datetime, most: int) -> int:
        """Delete what was over before an instant (aware), history with it, the oldest ``most``; return how many."""
        self._transaction.ensure_covers(None)
        over = select(BookingRow.booking_id).where(BookingRow.start < before, BookingRow.end < before)
        oldest = over.order_by(BookingRow.start).limit(most)
        return (await self._transaction.change(delete(BookingRow).where(BookingRow.booking_id.in_(oldest)))).rowcount


def _joined(rows: Iterable[Row[Any]]) -> Iterator[Slot]:
    """Yield the stretches that one doctor's bookings make, which come in order and do not overlap."""
    begun = ended = None
    for row in rows:
        start, end = row.start, row.end
        if start != ended:
            if begun and ended:
                yield Slot(begun, ended)
            begun = start
        ended = end
    if begun and ended:
        yield Slot(begun, ended)


def _row(booking: Booking) -> Mapping[str, Any]:
    return {
        "doctor_id": booking.doctor_id,
        "start": booking.slot.start,
        "end": booking.slot.end,
        "reference": booking.reference,
        "note": booking.note,
        "status": booking.status.value,
        "flagged": booking.flagged,
        "reason": booking.reason,
        "version": booking.version,
        **stamped(booking.stamp),
    }


def _booking(row: Row[Any]) -> Booking:
    return Booking(
        row.doctor_id,
        Slot(row.start, row.end),
        row.reference,
        row.note,
        BookingStatus(row.status),
        row.flagged,
        row.reason,
        stamp_of(row),
        row.booking_id,
        row.version,
    )
