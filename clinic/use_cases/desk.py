"""Read bookings: a day's, a doctor's, those that wait for somebody, one with its history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from clinic import policy
from clinic.booking import Booking, BookingChange
from clinic.calendar import instant, Slot
from clinic.dates import DateSpan, ensure_plausible
from clinic.errors import UnknownBooking, UnknownDoctor
from clinic.people import Actor, Doctor
from clinic.plan import ONE_DAY
from clinic.ports import Clinic, UnitOfWork

DoctorBooking = tuple[Doctor, Booking]


async def bookings_of_day(clinic: Clinic, actor: Actor, day: date) -> list[DoctorBooking]:
    """Return every doctor's standing bookings that begin on a date on the clinic's clocks, by time.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_book(actor)
    async with clinic.storage.read() as work:
        found = await _beginning(clinic, work, DateSpan(day, day))
        return await _with_doctors(work, found)


async def bookings_of_doctor(
    clinic: Clinic, actor: Actor, doctor_id: int, span: DateSpan
) -> tuple[Doctor, list[Booking]]:
    """Return a doctor's standing bookings that begin on the dates of a span on the clinic's clocks, by time.

    Raises:
        NotAllowed, UnknownDoctor, BadDates.
    """
    policy.ensure_can_read_bookings(actor, doctor_id)
    ensure_plausible(span)
    async with clinic.storage.read() as work:
        doctor = await work.doctors.get(doctor_id)
        if not doctor:
            raise UnknownDoctor(doctor_id)
        return doctor, await _beginning(clinic, work, span, [doctor_id])


async def times_booked(
    clinic: Clinic, actor: Actor, day: date, doctor_ids: Collection[int]
) -> Mapping[int, Sequence[Slot]]:
    """Return by doctor when those of some doctors are booked that begin on a date on the clinic's clocks, by time.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_book(actor)
    booked: dict[int, list[Slot]] = {}
    async with clinic.storage.read() as work:
        for booking in await _beginning(clinic, work, DateSpan(day, day), doctor_ids):
            booked.setdefault(booking.doctor_id, []).append(booking.slot)
    return booked


async def attention(clinic: Clinic, actor: Actor) -> list[DoctorBooking]:
    """Return the bookings that were left without hours and that nobody has moved, cancelled or kept, by time.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_book(actor)
    async with clinic.storage.read() as work:
        return await _with_doctors(work, await work.bookings.flagged())


async def read_booking(clinic: Clinic, actor: Actor, booking_id: int) -> tuple[Doctor, Sequence[BookingChange]]:
    """Return a booking's doctor and its history, the oldest first: the last line has it as it now is.

    Raises:
        NotAllowed, UnknownBooking.
    """
    policy.ensure_known(actor)
    async with clinic.storage.read() as work:
        history = await work.bookings.history(booking_id)
        doctor = await work.doctors.get(history[-1].after.doctor_id) if history else None
    if not doctor:
        raise UnknownBooking(booking_id)
    policy.ensure_can_read_bookings(actor, doctor.doctor_id)
    return doctor, history


async def _beginning(
    clinic: Clinic, work: UnitOfWork, span: DateSpan, doctor_ids: Collection[int] | None = None
) -> list[Booking]:
    """Return the bookings that begin on dates: one that goes on past midnight is the day's before."""
    since, until = instant(span.first, 0, clinic.zone), instant(span.last + ONE_DAY, 0, clinic.zone)
    found = await work.bookings.standing(since, until, doctor_ids)
    return [booking for booking in found if booking.slot.start >= since]


async def _with_doctors(work: UnitOfWork, bookings: Iterable[Booking]) -> list[DoctorBooking]:
    doctors = {doctor.doctor_id: doctor for doctor in await work.doctors.everybody()}
    return [(doctors[booking.doctor_id], booking) for booking in bookings]


async def find_doctor(clinic: Clinic, actor: Actor, doctor_id: int) -> Doctor | None:
    """Return a doctor, if there is one.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        return await work.doctors.get(doctor_id)


async def find_specialists(clinic: Clinic, actor: Actor, is_meant: Callable[[str], bool]) -> Sequence[Doctor]:
    """Return the doctors of the specializations that are meant, by name, in two statements; others are not read.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        meant = [each for each in await work.doctors.specializations() if is_meant(each)]
        return await work.doctors.of_specializations(meant)
