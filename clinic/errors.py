"""What can be wrong, as typed facts; the words for a person are chosen in ``bot/errors.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic.booking import Booking
    from clinic.calendar import Slot
    from clinic.plan import WeekRecord
    from clinic.reminder import Reminder
    from clinic.time_range import TimeRange
    from clinic.week import Weekday


class ClinicError(Exception):
    """Something that a person asked for and that cannot be; nothing has changed."""


@dataclass(eq=False)
class BadTimeRange(ClinicError):
    """Minutes that make no range: out of the day, of no length, or of more than 24 hours."""

    start: int
    end: int


@dataclass(eq=False)
class RangesOverlap(ClinicError):
    """Two ranges share a minute, tails after midnight and the week's wrap included."""

    first_day: Weekday
    first: TimeRange
    second_day: Weekday
    second: TimeRange


@dataclass(eq=False)
class TooManyRanges(ClinicError):
    """More ranges on one day than ``week.MOST_RANGES_A_DAY``."""

    count: int


@dataclass(eq=False)
class NoHours(ClinicError):
    """A day cannot be switched on: it has no hours to bring back."""

    day: Weekday


class Action(StrEnum):
    """What policy decides about."""

    SET_HOURS = "set hours"
    READ_HOURS = "read hours"
    MANAGE_PEOPLE = "manage people"
    CLOSE_CLINIC = "close the clinic"
    BOOK = "book"
    READ_BOOKINGS = "read bookings"
    CANCEL_BOOKING = "cancel a booking"
    SET_SLOTS = "set slots"
    REVERT = "revert"
    BROADCAST = "broadcast"
    NAME_DELEGATE = "name a delegate"
    PROPOSE_HOURS = "propose hours"
    ANSWER_PROPOSAL = "answer a proposal"
    WITHDRAW_PROPOSAL = "withdraw a proposal"


@dataclass(eq=False)
class NotAllowed(ClinicError):
    """Policy refuses this to this actor."""

    action: Action


@dataclass(eq=False)
class NotInvited(ClinicError):
    """The person has no role here."""


@dataclass(eq=False)
class AccessSuspended(ClinicError):
    """The person has a role, and an admin has suspended it."""


@dataclass(eq=False)
class UnknownDoctor(ClinicError):
    """No doctor has this id."""

    doctor_id: int


@dataclass(eq=False)
class UnknownPerson(ClinicError):
    """No known person has this Telegram user id."""

    user_id: int


@dataclass(eq=False)
class WeekHasChanged(ClinicError):
    """The week is no longer the one that the change was drawn from."""

    current: WeekRecord


@dataclass(eq=False)
class DraftHasMoved(ClinicError):
    """Another tap on the same message was kept first; what it left is what counts."""


@dataclass(eq=False)
class StorageBusy(ClinicError):
    """The storage was not to be had in time."""


@dataclass(eq=False)
class NothingToUndo(ClinicError):
    """The week has never been saved, or its last change was an undo."""


@dataclass(eq=False)
class InvitationUnknown(ClinicError):
    """No invitation has this token, or it was withdrawn."""


@dataclass(eq=False)
class InvitationUsed(ClinicError):
    """Somebody else has opened the link before."""


@dataclass(eq=False)
class InvitationExpired(ClinicError):
    """The link is older than ``people.INVITATION_LIFE``."""


@dataclass(eq=False)
class AlreadyDoctor(ClinicError):
    """The person's account is another doctor's already."""

    doctor_name: str


@dataclass(eq=False)
class BadName(ClinicError):
    """A name or a specialization is empty, too long, or has characters that cannot be shown."""

    text: str


@dataclass(eq=False)
class CannotSuspend(ClinicError):
    """Admins named in the settings, and oneself, cannot be suspended by chat."""


@dataclass(eq=False)
class BadDates(ClinicError):
    """The last date is before the first, or more than ``dates.LONGEST_SPAN`` after it."""

    first: date
    last: date


@dataclass(eq=False)
class BadReason(ClinicError):
    """A reason or a closure's name is too long, or has characters that cannot be shown."""

    text: str


@dataclass(eq=False)
class DateIsPast(ClinicError):
    """The date is over in the doctor's own time zone."""

    day: date


@dataclass(eq=False)
class UnknownDateRule(ClinicError):
    """The time off, the other hours or the closure is no longer there."""


@dataclass(eq=False)
class DatesHaveChanged(ClinicError):
    """What a change put into the calendar is no longer there as it was, so that it cannot be taken back."""


@dataclass(eq=False)
class CannotRevert(ClinicError):
    """What a change put no longer stands, or something was changed after the person looked."""


@dataclass(eq=False)
class UnknownZone(ClinicError):
    """No IANA time zone has this name."""

    name: str


@dataclass(eq=False)
class NotWorkingThen(ClinicError):
    """The doctor has no hours on the date that the change would take some from."""

    day: date


@dataclass(eq=False)
class BadReference(ClinicError):
    """A patient's reference is empty, too long, or has characters that cannot be shown."""

    text: str


@dataclass(eq=False)
class BadSlotLength(ClinicError):
    """Bookings of that length, or with that pause after them, cannot be."""

    minutes: int
    buffer: int


@dataclass(eq=False)
class SlotTaken(ClinicError):
    """A standing booking has some of that time, or of the pause beside it; ``free`` are the next slots."""

    booking: Booking
    free: Sequence[Slot]


@dataclass(eq=False)
class OutsideHours(ClinicError):
    """The slot does not lie wholly inside the doctor's hours; ``free`` are the next slots."""

    slot: Slot
    free: Sequence[Slot]


@dataclass(eq=False)
class SlotIsPast(ClinicError):
    """A booking would begin before now."""

    start: datetime


@dataclass(eq=False)
class UnknownBooking(ClinicError):
    """No booking has this id, or it was erased for its age."""

    booking_id: int


@dataclass(eq=False)
class BookingHasChanged(ClinicError):
    """The booking is no longer the one that the person saw."""

    current: Booking


@dataclass(eq=False)
class BookingIsSettled(ClinicError):
    """The booking was cancelled or missed, so that there is nothing left to do that to."""

    booking: Booking


@dataclass(eq=False)
class BookingNotDue(ClinicError):
    """Nobody can have missed a booking that has not begun."""

    booking: Booking


@dataclass(eq=False)
class BookingsAffected(ClinicError):
    """A change of hours would leave bookings without hours, and the caller has not said what becomes of them.

    ``bookings`` come by time, ``gone`` are the hours around them that would go, joined, those of all doctors together.
    """

    bookings: Sequence[Booking]
    gone: Sequence[Slot]


@dataclass(eq=False)
class NobodyToReach(ClinicError):
    """The audience has nobody in it whom the bot can write to."""


@dataclass(eq=False)
class UnknownBroadcast(ClinicError):
    """No broadcast has this id."""

    broadcast_id: int


@dataclass(eq=False)
class BroadcastIsPast(ClinicError):
    """A broadcast would begin before now."""

    due: datetime


@dataclass(eq=False)
class UnknownReminder(ClinicError):
    """No reminder has this id, or it was deleted."""

    reminder_id: int


@dataclass(eq=False)
class ReminderHasChanged(ClinicError):
    """The reminder is no longer the one that the person saw, or what they ask for was done by their first tap."""

    current: Reminder


@dataclass(eq=False)
class CannotDelegate(ClinicError):
    """The person is the doctor, is suspended, or has no role, and so cannot set hours in the doctor's name."""


@dataclass(eq=False)
class UnknownProposal(ClinicError):
    """No proposal has this id."""


@dataclass(eq=False)
class NobodyToAnswer(ClinicError):
    """The doctor has no account that could answer a proposal, or it is suspended."""

    doctor_name: str
