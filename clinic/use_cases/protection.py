"""Hours protect bookings: no change of hours leaves one without them unless somebody has said what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, UTC

from clinic.booking import Affected, Booking, BookingChange, hours_lost, left_without_hours
from clinic.calendar import joined, Slot
from clinic.dates import DateChange, DateSpan, LONGEST_SPAN
from clinic.errors import BookingsAffected
from clinic.history import dates_of, HoursChange
from clinic.people import Role
from clinic.plan import ONE_DAY, Stamp, WeekChange
from clinic.ports import Clinic, UnitOfWork
from clinic.use_cases.effect import after_change, before_change
from clinic.use_cases.watching import owe_watchers

_NIGHT = 2 * ONE_DAY
"""So far behind the first minute of a date its hours end at the latest: with the night that begins on it."""


async def save_weeks(clinic: Clinic, work: UnitOfWork, change: WeekChange, bookings: Affected | None) -> None:
    """Save a change of weekly hours once it is clear what becomes of bookings, and owe it to those who watch.

    Raises:
        BookingsAffected: some would lose their hours, and ``bookings`` is none; nothing must be committed then.
    """
    await work.weeks.save(change)
    await _protect(clinic, work, change, bookings)
    await owe_watchers(clinic, work, change)


async def save_dates(clinic: Clinic, work: UnitOfWork, change: DateChange, bookings: Affected | None) -> DateChange:
    """Save a change of the calendar, return it with its ids, once it is clear what becomes of bookings.

    It is owed to those who watch.

    Raises:
        DatesHaveChanged.
        BookingsAffected: some would lose their hours, and ``bookings`` is none; nothing must be committed then.
    """
    saved = await work.dates.save(change)
    await _protect(clinic, work, saved, bookings)
    await owe_watchers(clinic, work, saved)
    return saved


async def _protect(clinic: Clinic, work: UnitOfWork, change: HoursChange, answer: Affected | None) -> None:
    """Flag what the change, saved but not committed, has left without hours, or refuse it.

    It costs one statement where no booking is near, and two more for the hours after the change, however many doctors
    it is about; those before it are worked out from them.
    """
    bookings = await _coming(clinic, work, change)
    if not bookings:
        return
    affected: list[Booking] = []
    gone: list[Slot] = []
    days = _days_of(bookings)
    for found in await after_change(clinic, work, change, DateSpan(days[0], days[-1])):
        own = [booking for booking in bookings if booking.doctor_id == found.doctor.doctor_id]
        days = _days_of(own)
        will = joined(found.schedule.slots(days))
        was = joined(before_change(clinic, found, change).slots(days))
        left = left_without_hours(own, was, will)
        affected += left
        gone += hours_lost(left, was, will)
    if not affected:
        return
    affected.sort(key=lambda booking: booking.slot)
    if answer is None:
        raise BookingsAffected(affected, joined(gone))
    await _flag(work, affected, change.stamp)
    if answer is Affected.TELL:
        desk = await receptionists(work)
        await work.notices.owe_bookings([booking.booking_id for booking in affected], desk)


async def receptionists(work: UnitOfWork) -> list[int]:
    """Return the accounts of the receptionists who are not suspended."""
    people = await work.people.everybody()
    return [person.user_id for person in people if Role.RECEPTIONIST in person.roles and not person.suspended]


async def _coming(clinic: Clinic, work: UnitOfWork, change: HoursChange) -> Sequence[Booking]:
    """Return the bookings that are not over, on the dates whose hours the change can touch."""
    now = clinic.clock()
    coming = DateSpan(now.date() - _NIGHT, now.date() + LONGEST_SPAN + _NIGHT)
    dates = dates_of(change)
    if not dates.overlaps(coming):
        return ()
    since = _midnight(max(dates.first, coming.first) - ONE_DAY)
    until = _midnight(min(dates.last, coming.last) + _NIGHT + ONE_DAY)
    doctors = None if change.doctor_id is None else [change.doctor_id]
    return await work.bookings.standing(max(now, since), until, doctors)


def _days_of(bookings: Iterable[Booking]) -> list[date]:
    """Return the dates on which hours around a booking may begin, whatever clocks they are on, in order."""
    ahead = [ONE_DAY * days for days in (-2, -1, 0, 1, 2)]
    return sorted({booking.slot.start.date() + days for booking in bookings for days in ahead})


async def _flag(work: UnitOfWork, affected: Iterable[Booking], stamp: Stamp) -> None:
    """Mark those that are not marked yet."""
    changes = [
        BookingChange(booking, replace(booking, flagged=True, version=booking.version + 1), stamp)
        for booking in affected
        if not booking.flagged
    ]
    if changes:
        await work.bookings.save(changes)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
