"""The bookings' part of the clinic in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations

from clinic.booking import Booking, BookingChange
from clinic.calendar import Slot
from clinic.plan import Stamp
from tests.clinic.memory_dates import DateTables


@dataclass
class BookingTables(DateTables):
    """What is kept of bookings."""

    bookings: dict[int, Booking] = field(default_factory=dict)
    booking_changes: dict[tuple[int, int], BookingChange] = field(default_factory=dict)


@dataclass
class FakeBookings:
    tables: BookingTables

    async def get(self, booking_id: int) -> Booking | None:
        return self.tables.bookings.get(booking_id)

    async def of_ids(self, booking_ids: Collection[int]) -> Sequence[Booking]:
        return self._by_time(
            [booking for booking in self.tables.bookings.values() if booking.booking_id in booking_ids]
        )

    async def standing(
        self, since: datetime, until: datetime, doctor_ids: Collection[int] | None = None
    ) -> Sequence[Booking]:
        standing = [booking for booking in self.tables.bookings.values() if booking.stands]
        near = [booking for booking in standing if booking.slot.start < until and booking.slot.end > since]
        return self._by_time([b for b in near if doctor_ids is None or b.doctor_id in doctor_ids])

    async def taken(
        self, since: datetime, until: datetime, doctor_ids: Collection[int], but: int = 0
    ) -> Mapping[int, Sequence[Slot]]:
        standing = [booking for booking in await self.standing(since, until, doctor_ids) if booking.booking_id != but]
        return {of: [booking.slot for booking in standing if booking.doctor_id == of] for of in doctor_ids}

    async def flagged(self) -> Sequence[Booking]:
        return self._by_time([booking for booking in self.tables.bookings.values() if booking.flagged])

    def _by_time(self, found: list[Booking]) -> list[Booking]:
        return sorted(found, key=lambda booking: (booking.slot.start, booking.booking_id))

    async def add(self, booking: Booking, stamp: Stamp) -> Booking:
        kept = replace(booking, booking_id=self.tables.next_id())
        self._put(BookingChange(None, kept, stamp))
        return kept

    async def save(self, changes: Sequence[BookingChange]) -> None:
        for change in changes:
            assert change.before == self.tables.bookings[change.after.booking_id], "what is changed is stored"
            self._put(change)

    def _put(self, change: BookingChange) -> None:
        after = change.after
        assert after.version == (change.before.version + 1 if change.before else 1), "versions are counted"
        assert all(moment.utcoffset() == timedelta() for moment in (after.slot.start, after.slot.end)), "UTC"
        self.tables.bookings[after.booking_id] = after
        self.tables.booking_changes[after.booking_id, after.version] = change
        standing = [booking for booking in self.tables.bookings.values() if booking.stands]
        own = [booking.slot for booking in standing if booking.doctor_id == after.doctor_id]
        assert not any(one.start < two.end and two.start < one.end for one, two in combinations(own, 2)), "they overlap"

    async def history(self, booking_id: int) -> Sequence[BookingChange]:
        return [change for (of, _), change in sorted(self.tables.booking_changes.items()) if of == booking_id]

    async def erase(self, before: datetime, most: int) -> int:
        over = [booking for booking in self.tables.bookings.values() if booking.slot.end < before]
        old = [booking.booking_id for booking in sorted(over, key=lambda booking: booking.slot)[:most]]
        for booking_id in old:
            del self.tables.bookings[booking_id]
        for key in [key for key in self.tables.booking_changes if key[0] in old]:
            del self.tables.booking_changes[key]
        return len(old)
