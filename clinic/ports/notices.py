"""What people are owed to hear, and who watches whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from clinic.watching import DayChange


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about a change of the calendar that is owed to a person."""

    user_id: int
    change_id: int


@dataclass(frozen=True, slots=True)
class BookingNotice:
    """A message about bookings that were left without hours, owed to a person."""

    user_id: int
    booking_ids: tuple[int, ...]
    notice_id: int


class About(StrEnum):
    """What a personal notice is about: a proposal in the first two, and which doctor in the others."""

    PROPOSED = "proposed"
    ANSWERED = "answered"
    DELEGATE_NAMED = "delegate named"
    DELEGATE_DROPPED = "delegate dropped"


@dataclass(frozen=True, slots=True)
class PersonalNotice:
    """A message owed to one person, for it concerns that one alone; ``subject`` is an id of what ``about`` names."""

    user_id: int
    about: About
    subject: int
    notice_id: int


@dataclass(frozen=True, slots=True)
class HoursNotice:
    """A message about changes of a doctor's hours, owed to a person who watches, from ``due_at`` (UTC) on.

    ``names`` are those who made the changes. ``notice_id`` is 0 until it is stored.
    """

    user_id: int
    doctor_id: int
    due_at: datetime
    changes: tuple[DayChange, ...] = ()
    names: tuple[str, ...] = ()
    notice_id: int = 0


@dataclass(frozen=True, slots=True)
class RevertNotice:
    """A message that an admin has brought earlier hours back, owed to the doctor.

    ``number`` is the version of the weekly hours that this made, or else the id of the change of the calendar.
    """

    user_id: int
    doctor_id: int
    weekly: bool
    number: int
    notice_id: int = 0


AnyNotice = Notice | BookingNotice | HoursNotice | RevertNotice | PersonalNotice


class Watches(Protocol):
    """Who watches whom."""

    async def of_doctor(self, doctor_id: int | None) -> Mapping[int, Collection[int]]:
        """Return the accounts that watch a doctor (none: any) by the doctor's id, in one statement."""

    async def of_user(self, user_id: int) -> Collection[int]:
        """Return the ids of the doctors whom an account watches."""

    async def start(self, user_id: int, doctor_id: int) -> None:
        """Keep it; once more changes nothing."""

    async def stop(self, user_id: int, doctor_id: int) -> None:
        """Forget it, and what the person is still owed of the doctor."""


class Notices(Protocol):
    """Messages about a change that are owed to people: written with the change, sent after it, once."""

    async def owe(self, change_id: int, user_ids: Sequence[int]) -> None: ...

    async def owe_bookings(self, booking_ids: Sequence[int], user_ids: Sequence[int]) -> None: ...

    async def gathering(self, doctor_ids: Collection[int], now: datetime) -> Sequence[HoursNotice]:
        """Return those about doctors' hours that are not due at ``now``; nobody claims them until the end."""

    async def owe_hours(self, notices: Sequence[HoursNotice]) -> None:
        """Keep new ones, and write those that are stored over what they were."""

    async def claim(self, now: datetime, until: datetime) -> Notice | None:
        """Return one that nobody is sending at ``now``, and keep it from others until ``until``; the oldest first."""

    async def claim_bookings(self, now: datetime, until: datetime) -> BookingNotice | None:
        """Claim one about bookings, in the same way."""

    async def owe_person(self, user_id: int, about: About, subject: int) -> None: ...

    async def claim_personal(self, now: datetime, until: datetime) -> PersonalNotice | None:
        """Claim one that concerns its reader alone, in the same way."""

    async def claim_hours(self, now: datetime, until: datetime) -> HoursNotice | None:
        """Claim one about a doctor's hours that is due, in the same way."""

    async def owe_revert(self, notice: RevertNotice) -> None: ...

    async def claim_revert(self, now: datetime, until: datetime) -> RevertNotice | None:
        """Claim one about hours that were brought back, in the same way."""

    async def next_due(self, now: datetime) -> datetime | None:
        """Return when the next one falls due that is not due at ``now``."""

    async def done(self, notice: AnyNotice) -> None:
        """Forget one that was sent, or can never be."""
