"""Tell people what they are owed to hear: claimed, sent, and only then forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinic.booking import Booking
from clinic.dates import DateChange
from clinic.people import Actor, Doctor
from clinic.ports import BookingNotice, Clinic, Notice

LEASE = timedelta(minutes=2)
"""For so long one process alone tries to send a notice; killed meanwhile, another does after it."""


@dataclass(frozen=True, slots=True)
class OwedNotice:
    """A notice with all that its words need: whom it goes to, which doctor and which change it is about."""

    notice: Notice
    person: Actor
    doctor: Doctor
    change: DateChange


@dataclass(frozen=True, slots=True)
class OwedBookings:
    """A notice of bookings that have lost their hours: whom it goes to, and those that still wait, with their doctors.

    They come by time.
    """

    notice: BookingNotice
    person: Actor
    bookings: Sequence[tuple[Doctor, Booking]]


async def claim_notice(clinic: Clinic) -> OwedNotice | None:
    """Take the oldest notice that nobody is sending; none where nothing is owed."""
    now = clinic.clock()
    async with clinic.storage.write() as work:
        while notice := await work.notices.claim(now, now + LEASE):
            person = await work.people.get(notice.user_id)
            change = await work.dates.change(notice.change_id)
            doctor = await work.doctors.get(change.doctor_id) if change and change.doctor_id else None
            if person and not person.suspended and doctor and change:
                await work.commit()
                return OwedNotice(notice, person, doctor, change)
            await work.notices.done(notice)
        await work.commit()
    return None


async def claim_bookings_notice(clinic: Clinic) -> OwedBookings | None:
    """Take the oldest notice of bookings that nobody is sending; none where nothing is owed.

    What the desk has dealt with meanwhile is no longer spoken of.
    """
    now = clinic.clock()
    async with clinic.storage.write() as work:
        while notice := await work.notices.claim_bookings(now, now + LEASE):
            person = await work.people.get(notice.user_id)
            flagged = [booking for booking in await work.bookings.of_ids(notice.booking_ids) if booking.flagged]
            if person and not person.suspended and flagged:
                doctors = {doctor.doctor_id: doctor for doctor in await work.doctors.everybody()}
                await work.commit()
                return OwedBookings(notice, person, [(doctors[each.doctor_id], each) for each in flagged])
            await work.notices.done(notice)
        await work.commit()
    return None


async def finish_notice(clinic: Clinic, owed: OwedNotice | OwedBookings) -> None:
    """Forget a notice that was sent, or that can never be."""
    async with clinic.storage.write() as work:
        await work.notices.done(owed.notice)
        await work.commit()
