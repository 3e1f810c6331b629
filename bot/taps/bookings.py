"""Taps about bookings, and the question what becomes of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from bot.taps.desk import SlotMinutes, Whom
from bot.taps.tap import Day, Id, Page, Tap, Version
from clinic.booking import Affected, LONGEST_BUFFER


class Despite(Tap, prefix="bf"):
    """What becomes of the bookings in the way of a change of hours, and the tap that asks for the change."""

    choice: Affected
    data: Annotated[str, Field(pattern=r"^[a-z]{1,2}(\|[A-Za-z0-9_+/-]{1,40})*$", max_length=56)]
    """The packed tap, its colons as bars."""

    @classmethod
    def of(cls, choice: Affected, tap: Tap) -> Self:
        return cls(choice=choice, data=tap.pack().replace(":", "|"))

    def around(self, kind: type[Tap]) -> Tap | None:
        """Return the tap that it is around, or none where that is not of this kind."""
        return kind.unpack(self.data.replace("|", ":"))


Moved = Annotated[int, Field(ge=0, le=2**53)]
"""The booking that gets another slot; 0 where a new one is made."""
Moment = Annotated[int, Field(ge=15_780_000, le=120_900_000)]
"""An instant, in minutes from 1970: one that has a ``Day`` in every zone."""


class BookWhom(Tap, prefix="bw"):
    """Everybody who can be booked."""

    page: Page
    moves: Moved


class BookDay(Tap, prefix="by"):
    whom: Whom
    month: Day
    moves: Moved


class BookSlot(Tap, prefix="bs"):
    """The free slots of a date."""

    whom: Whom
    day: Day
    page: Page
    moves: Moved


class BookAt(Tap, prefix="ba"):
    doctor: Id
    start: Moment
    moves: Moved


class AskReference(Tap, prefix="br"):
    """Ask for the patient's reference again."""


class SaveBooking(Tap, prefix="bv"):
    pass


class DropBooking(Tap, prefix="bx"):
    """Close the form: nothing is booked."""


class MoveBooking(Tap, prefix="bm"):
    """Yes, move it: in that version and no later one."""

    booking: Id
    version: Version
    doctor: Id
    start: Moment


class ListBookings(Tap, prefix="bl"):
    """Everybody's bookings of a date, or a doctor's from it on; doctor 0 is everybody."""

    doctor: Annotated[int, Field(ge=0, le=2**53)]
    day: Day
    page: Page


class ListAttention(Tap, prefix="at"):
    page: Page


class ShowBooking(Tap, prefix="bi"):
    booking: Id


class AskCancel(Tap, prefix="bq"):
    booking: Id


class CancelReason(StrEnum):
    """Why a booking is cancelled, where it is not typed; kept as it stands here, and said in the reader's language."""

    PATIENT = "patient"
    CLINIC = "clinic"
    MISTAKE = "mistake"


class CancelBooking(Tap, prefix="bz"):
    booking: Id
    version: Version
    reason: CancelReason


class MarkNoShow(Tap, prefix="bn"):
    booking: Id
    version: Version
    missed: bool


class KeepBooking(Tap, prefix="kb"):
    """It stands, though its hours have gone."""

    booking: Id
    version: Version


class ShowSlots(Tap, prefix="ss"):
    """How long a doctor's bookings are."""

    doctor: Id


class SetSlots(Tap, prefix="st"):
    doctor: Id
    minutes: SlotMinutes
    buffer: Annotated[int, Field(ge=0, le=LONGEST_BUFFER)]
