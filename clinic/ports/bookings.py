"""Patients' bookings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from clinic.booking import Booking, BookingChange
from clinic.calendar import Slot
from clinic.plan import Stamp


class Bookings(Protocol):
    """Bookings with their history; every one that stands has its time for itself."""

    async def get(self, booking_id: int) -> Booking | None: ...

    async def of_ids(self, booking_ids: Collection[int]) -> Sequence[Booking]:
        """Return those that are there, by time."""

    async def standing(
        self, since: datetime, until: datetime, doctor_ids: Collection[int] | None = None
    ) -> Sequence[Booking]:
        """Return what stands and shares a moment with ``[since, until)``, of some doctors or of all, by time.

        In a write nobody else changes them until the end.
        """

    async def taken(
        self, since: datetime, until: datetime, doctor_ids: Collection[int], but: int = 0
    ) -> Mapping[int, Sequence[Slot]]:
        """Return by doctor the time of what ``standing`` finds, without the booking whose id is ``but``.

        They come in order; those that touch may be one.
        """

    async def flagged(self) -> Sequence[Booking]:
        """Return those that wait for somebody to act, by time."""

    async def add(self, booking: Booking, stamp: Stamp) -> Booking:
        """Keep a new one and its first line of history; return it with its ``booking_id``."""

    async def save(self, changes: Sequence[BookingChange]) -> None:
        """Write bookings over the version before theirs, all of them or none, each with its line of history.

        Raises:
            RuntimeError: one is not stored in the version before; nothing must be committed then.
        """

    async def history(self, booking_id: int) -> Sequence[BookingChange]:
        """Return a booking's changes, the oldest first."""

    async def erase(self, before: datetime, most: int) -> int:
        """Delete what was over before an instant, notes and history with it, the oldest ``most``; return how many."""
