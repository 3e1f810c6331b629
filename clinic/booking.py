"""Patients' bookings: what one is, where there is room for another, and what a change of hours does to them."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from clinic.calendar import joined, joined_in_order, Slot, without
from clinic.dates import checked_text
from clinic.errors import BadReference, BadSlotLength
from clinic.plan import Stamp

SHORTEST, LONGEST = 5, 240
LONGEST_BUFFER = 120
LONGEST_REFERENCE = 32
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class SlotLength:
    """How long a doctor's bookings are, and for how long nobody is booked after one, in minutes.

    Raises:
        BadSlotLength: not 5 to 240 minutes, or a buffer that is not 0 to 120.
    """

    minutes: int = 30
    buffer: int = 0

    def __post_init__(self) -> None:
        if not (SHORTEST <= self.minutes <= LONGEST and 0 <= self.buffer <= LONGEST_BUFFER):
            raise BadSlotLength(self.minutes, self.buffer)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def pause(self) -> timedelta:
        return timedelta(minutes=self.buffer)

    def lasting(self, minutes: int | None) -> SlotLength:
        """Return it for one booking of another length; none is the doctor's own.

        Raises:
            BadSlotLength.
        """
        return self if minutes is None else replace(self, minutes=minutes)


USUAL_LENGTH = SlotLength()
"""What holds until a doctor says otherwise."""


class BookingStatus(StrEnum):
    """Where a booking stands (FHIR R4, Appointment.status, in the desk's words)."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"


class Affected(StrEnum):
    """What becomes of the bookings that a change of hours leaves without hours: either way they stand, flagged."""

    FLAG = "flag"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Booking:
    """A patient's place with a doctor: instants in UTC, and the least that tells the desk who it is.

    ``reference`` is the desk's own word for the patient, never a name. ``flagged`` marks one whose hours have gone
    since it was made, until somebody acts. ``reason`` says why it was cancelled. ``stamp`` is who made it and when,
    ``version`` counts its changes from 1.
    """

    doctor_id: int
    slot: Slot
    reference: str
    note: str = ""
    status: BookingStatus = BookingStatus.BOOKED
    flagged: bool = False
    reason: str = ""
    stamp: Stamp | None = field(default=None, compare=False)
    booking_id: int = 0
    version: int = 1

    @property
    def stands(self) -> bool:
        """Whether it takes its time: one that was cancelled does not, one that was missed did."""
        return self.status is not BookingStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class BookingChange:
    """One line of a booking's history: what it was, none where it was made, and what it became."""

    before: Booking | None
    after: Booking
    stamp: Stamp


def checked_reference(text: str) -> str:
    """Return a patient's reference with its blanks folded.

    Raises:
        BadReference: it is empty, longer than ``LONGEST_REFERENCE``, or has characters that cannot be printed.
    """
    reference = " ".join(text.split())
    if not reference or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise BadReference(text)
    return reference


def checked_note(text: str) -> str:
    """Return a note with its blanks folded; it may be empty.

    Raises:
        BadReason: it is longer than ``LONGEST_NOTE``, or has characters that cannot be printed.
    """
    return checked_text(text, LONGEST_NOTE)


def free_slots(hours: Iterable[Slot], taken: Iterable[Slot], size: SlotLength, since: datetime) -> Iterator[Slot]:
    """Yield where a booking fits, the earliest first: one behind the other from where hours begin or a booking ends.

    ``hours`` are what the doctor works, in order, touching ranges counting as one; they are asked for no further than
    slots are. ``taken`` are the bookings that stand. Nothing is yielded that begins before ``since`` (UTC). Each slot
    is free by itself: across a gap in the hours that is shorter than the pause, one of two can be had.
    """
    waiting, length, pause = deque(sorted(taken)), size.length, size.pause
    for open_hours in joined_in_order(hours):
        start = open_hours.start
        while start + length <= open_hours.end:
            while waiting and waiting[0].end + pause <= start:
                waiting.popleft()
            if waiting and waiting[0].start < start + length + pause:
                start = waiting[0].end + pause  # it stays in sight: it may reach into the next hours too
            else:
                if start >= since:
                    yield Slot(start, start + length)
                start += length + pause


def fits(slot: Slot, hours: Sequence[Slot]) -> bool:
    """Whether a slot lies wholly inside hours that are joined (``calendar.joined``)."""
    begun = bisect_right(hours, slot.start, key=lambda each: each.start)
    return begun > 0 and slot.end <= hours[begun - 1].end


def clashing(slot: Slot, taken: Iterable[Booking], size: SlotLength) -> Booking | None:
    """Return the first standing booking that a slot would overlap, its pause after it and the slot's own included."""
    for booking in sorted(taken, key=lambda booking: booking.slot):
        ends, begins = booking.slot.end + size.pause, booking.slot.start
        if booking.stands and slot.start < ends and begins < slot.end + size.pause:
            return booking
    return None


def left_without_hours(bookings: Iterable[Booking], before: Iterable[Slot], after: Iterable[Slot]) -> list[Booking]:
    """Return the bookings that lie inside the hours before a change and not after it, the earliest first.

    Those that were cancelled or missed wait for nobody, and those without hours before have lost none.
    """
    was, will = joined(before), joined(after)
    waiting = (booking for booking in bookings if booking.status is BookingStatus.BOOKED)
    going = (booking for booking in waiting if fits(booking.slot, was) and not fits(booking.slot, will))
    return sorted(going, key=lambda booking: booking.slot)


def hours_lost(left: Iterable[Booking], before: Iterable[Slot], after: Iterable[Slot]) -> list[Slot]:
    """Return the hours that went with a change under the bookings that it left without hours, in order."""
    slots = [booking.slot for booking in left]
    touched = [hours for hours in joined(before) if any(_meet(hours, slot) for slot in slots)]
    return [gone for gone in without(touched, joined(after)) if any(_meet(gone, slot) for slot in slots)]


def _meet(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end
