"""Tell people what they are owed to hear: claimed, sent, and only then forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinic import policy
from clinic.booking import Booking
from clinic.dates import DateChange
from clinic.history import HoursChange
from clinic.people import Actor, Doctor
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.notices import About, AnyNotice, BookingNotice, HoursNotice, Notice, PersonalNotice, RevertNotice
from clinic.proposal import ProposalStatus
from clinic.use_cases.people import with_settings
from clinic.use_cases.proposals import proposed_hours, ProposedHours

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


@dataclass(frozen=True, slots=True)
class OwedHours:
    """A notice of a watched doctor's hours: whom it goes to, and which dates have other hours than before."""

    notice: HoursNotice
    person: Actor
    doctor: Doctor


@dataclass(frozen=True, slots=True)
class OwedRevert:
    """A notice of hours that were brought back: the doctor's account, and the change that did so."""

    notice: RevertNotice
    person: Actor
    change: HoursChange


@dataclass(frozen=True, slots=True)
class OwedPersonal:
    """A notice that concerns its reader alone, with the doctor whom it is about, or the proposal as it now stands."""

    notice: PersonalNotice
    person: Actor
    subject: Doctor | ProposedHours


Owed = OwedNotice | OwedBookings | OwedHours | OwedRevert | OwedPersonal


async def claim_notice(clinic: Clinic) -> Owed | None:
    """Take a notice that nobody is sending, the oldest of its kind; none where nothing is owed.

    What can no longer be told is forgotten: to somebody who is gone, suspended, or no longer who it is for, or about
    what has been dealt with or taken back.
    """
    now = clinic.clock()
    async with clinic.storage.write() as work:
        while notice := await _claim(work, now):
            person = with_settings(await work.people.get(notice.user_id) or Actor(notice.user_id), clinic)
            owed = (
                await _owed(clinic, work, notice, person) if _is_for(notice, person) and not person.suspended else None
            )
            if owed:
                await work.commit()
                return owed
            await work.notices.done(notice)
        await work.commit()
    return None


def _is_for(notice: AnyNotice, person: Actor) -> bool:
    match notice:
        case RevertNotice(doctor_id=doctor_id):
            return person.doctor_id == doctor_id
        case PersonalNotice():
            return bool(person.roles)
    return policy.is_desk(person)


async def _claim(work: UnitOfWork, now: datetime) -> AnyNotice | None:
    until = now + LEASE
    return (
        await work.notices.claim(now, until)
        or await work.notices.claim_bookings(now, until)
        or await work.notices.claim_hours(now, until)
        or await work.notices.claim_revert(now, until)
        or await work.notices.claim_personal(now, until)
    )


async def _owed(clinic: Clinic, work: UnitOfWork, notice: AnyNotice, person: Actor) -> Owed | None:
    """Return what there is to be told; none where that is nothing any more."""
    match notice:
        case Notice():
            change = await work.dates.change(notice.change_id)
            doctor = await work.doctors.get(change.doctor_id) if change and change.doctor_id else None
            return OwedNotice(notice, person, doctor, change) if change and doctor else None
        case BookingNotice():
            flagged = [booking for booking in await work.bookings.of_ids(notice.booking_ids) if booking.flagged]
            doctors = {doctor.doctor_id: doctor for doctor in await work.doctors.everybody()} if flagged else {}
            return (
                OwedBookings(notice, person, [(doctors[each.doctor_id], each) for each in flagged]) if flagged else None
            )
        case RevertNotice(doctor_id=doctor_id, number=number):
            made: HoursChange | None = await work.dates.change(number)
            if notice.weekly:
                made = await work.weeks.change(doctor_id, number)
            return OwedRevert(notice, person, made) if made else None
        case HoursNotice():
            changes = tuple(change for change in notice.changes if change.changes)
            doctor = await work.doctors.get(notice.doctor_id) if changes else None
            return OwedHours(replace(notice, changes=changes), person, doctor) if doctor else None
        case PersonalNotice():
            subject = await _subject(clinic, work, notice)
            return OwedPersonal(notice, person, subject) if subject else None


async def _subject(clinic: Clinic, work: UnitOfWork, notice: PersonalNotice) -> Doctor | ProposedHours | None:
    """Return what a notice is about; a proposal that no longer waits is not put to the doctor."""
    if notice.about in {About.DELEGATE_NAMED, About.DELEGATE_DROPPED}:
        return await work.doctors.get(notice.subject)
    found = await proposed_hours(clinic, work, notice.subject)
    waiting = found.status is ProposalStatus.WAITING
    return found if waiting or notice.about is About.ANSWERED else None


async def finish_notice(clinic: Clinic, owed: Owed) -> None:
    """Forget a notice that was sent, or that can never be."""
    async with clinic.storage.write() as work:
        await work.notices.done(owed.notice)
        await work.commit()


async def until_due(clinic: Clinic) -> timedelta | None:
    """Return how long it is until a notice falls due that is not due yet; none where none waits."""
    now = clinic.clock()
    async with clinic.storage.read() as work:
        due_at = await work.notices.next_due(now)
    return due_at - now if due_at else None
