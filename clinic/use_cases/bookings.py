"""Make, move, cancel and settle patients' bookings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from clinic import policy
from clinic.booking import Booking, BookingChange, BookingStatus, checked_note, checked_reference
from clinic.dates import checked_text
from clinic.errors import (
    Action,
    BookingHasChanged,
    BookingIsSettled,
    BookingNotDue,
    NotAllowed,
    UnknownBooking,
)
from clinic.people import Actor
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.free_slots import slot_at
from clinic.use_cases.hours import stamp_of


async def book(  # noqa: PLR0913  which slot, for whom, and the draft that asked
    clinic: Clinic,
    actor: Actor,
    doctor_id: int,
    start: datetime,
    reference: str,
    note: str = "",
    *,
    minutes: int | None = None,
    closing: Draft | None = None,
) -> Booking:
    """Book a patient from ``start`` (aware) on, for as long as the doctor's bookings are or for ``minutes``.

    Raises:
        NotAllowed, UnknownDoctor, BadReference, BadReason, BadSlotLength.
        SlotIsPast: it would begin before now.
        BadDates: it is further ahead than anybody plans.
        OutsideHours: it does not lie wholly inside the doctor's hours; it carries the next free slots.
        SlotTaken: it carries the booking that has the time, and the next free slots.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_book(actor)
    reference, note = checked_reference(reference), checked_note(note)
    async with clinic.storage.write(doctor_id) as work:
        if closing:
            await write_draft(clinic, work, closing)
        slot = await slot_at(clinic, work, doctor_id, start, minutes)
        stamp = stamp_of(clinic, actor)
        booking = await work.bookings.add(Booking(doctor_id, slot, reference, note, stamp=stamp), stamp)
        await work.commit()
        return booking


async def move(
    clinic: Clinic,
    actor: Actor,
    booking_id: int,
    start: datetime,
    *,
    doctor_id: int | None = None,
    drawn_from: int | None = None,
    closing: Draft | None = None,
) -> Booking:
    """Move a booking to ``start`` (aware), or to another doctor; it stays as long as it is, and loses its flag.

    ``drawn_from`` is the version that the person saw, if that matters. ``start`` is a target: asked twice, it is done
    once.

    Raises:
        NotAllowed, UnknownBooking, UnknownDoctor, SlotIsPast, BadDates, OutsideHours, SlotTaken: as for ``book``.
        BookingIsSettled: it was cancelled or missed.
        BookingHasChanged: another change came between; it carries the booking as it now is.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_book(actor)
    async with clinic.storage.write() as work:
        if closing:
            await write_draft(clinic, work, closing)
        booking = await _found(work, booking_id)
        wanted = doctor_id or booking.doctor_id
        there = (wanted, start) == (booking.doctor_id, booking.slot.start)
        if there and booking.status is BookingStatus.BOOKED and not booking.flagged:
            await work.commit()
            return booking
        _ensure_seen(booking, drawn_from)
        if booking.status is not BookingStatus.BOOKED:
            raise BookingIsSettled(booking)
        minutes = booking.slot.length // timedelta(minutes=1)
        slot = await slot_at(clinic, work, wanted, start, minutes, moved=booking)
        return await _change(clinic, work, actor, booking, replace(booking, doctor_id=wanted, slot=slot, flagged=False))


async def cancel(
    clinic: Clinic, actor: Actor, booking_id: int, reason: str, *, drawn_from: int | None = None
) -> Booking:
    """Cancel a booking: its time is free again. Asked twice, it is done once, and the first reason stays.

    Raises:
        NotAllowed, UnknownBooking, BadReason.
        BookingIsSettled: it was missed.
        BookingHasChanged: another change came between; it carries the booking as it now is.
    """
    policy.ensure_known(actor)
    reason = checked_text(reason)
    async with clinic.storage.write() as work:
        booking = await _found(work, booking_id)
        policy.ensure_can_cancel_booking(actor, booking.doctor_id)
        if not policy.is_desk(actor):
            await _ensure_still_own(work, actor, booking.doctor_id)
        if booking.status is BookingStatus.CANCELLED:
            return booking
        _ensure_seen(booking, drawn_from)
        if booking.status is BookingStatus.NO_SHOW:
            raise BookingIsSettled(booking)
        cancelled = replace(booking, status=BookingStatus.CANCELLED, reason=reason, flagged=False)
        return await _change(clinic, work, actor, booking, cancelled)


async def mark_no_show(
    clinic: Clinic, actor: Actor, booking_id: int, *, missed: bool, drawn_from: int | None = None
) -> Booking:
    """Say that a patient has not come, or has after all. ``missed`` is a target: asked twice, it is done once.

    Raises:
        NotAllowed, UnknownBooking.
        BookingNotDue: it has not begun.
        BookingIsSettled: it was cancelled.
        BookingHasChanged: another change came between; it carries the booking as it now is.
    """
    policy.ensure_can_book(actor)
    status = BookingStatus.NO_SHOW if missed else BookingStatus.BOOKED
    async with clinic.storage.write() as work:
        booking = await _found(work, booking_id)
        if booking.status is status:
            return booking
        _ensure_seen(booking, drawn_from)
        if booking.status is BookingStatus.CANCELLED:
            raise BookingIsSettled(booking)
        if booking.slot.start > clinic.clock():
            raise BookingNotDue(booking)
        return await _change(clinic, work, actor, booking, replace(booking, status=status, flagged=False))


async def keep(clinic: Clinic, actor: Actor, booking_id: int, *, drawn_from: int | None = None) -> Booking:
    """Let a booking stand where it is without hours: its flag goes. Asked twice, it is done once.

    Raises:
        NotAllowed, UnknownBooking.
        BookingHasChanged: another change came between; it carries the booking as it now is.
    """
    policy.ensure_can_book(actor)
    async with clinic.storage.write() as work:
        booking = await _found(work, booking_id)
        if not booking.flagged:
            return booking
        _ensure_seen(booking, drawn_from)
        return await _change(clinic, work, actor, booking, replace(booking, flagged=False))


async def erase_old(clinic: Clinic, days: int, most: int) -> int:
    """Delete ``most`` of the bookings that were over ``days`` days ago, with notes and history; return how many.

    The oldest go first; fewer than ``most`` are the last.

    The daily job asks for it, not a person.

    Raises:
        ValueError: fewer days than none, which would delete what is to come.
    """
    if days < 0:
        raise ValueError(f"bookings cannot be {days} days old")
    async with clinic.storage.write() as work:
        count = await work.bookings.erase(clinic.clock() - timedelta(days=days), most)
        await work.commit()
        return count


async def _found(work: UnitOfWork, booking_id: int) -> Booking:
    booking = await work.bookings.get(booking_id)
    if not booking:
        raise UnknownBooking(booking_id)
    return booking


async def _ensure_still_own(work: UnitOfWork, actor: Actor, doctor_id: int) -> None:
    """Refuse an account that is no longer the doctor's: it may have moved phones."""
    doctor = await work.doctors.get(doctor_id)
    if not doctor or doctor.user_id != actor.user_id:
        raise NotAllowed(Action.CANCEL_BOOKING)


def _ensure_seen(booking: Booking, drawn_from: int | None) -> None:
    if drawn_from is not None and drawn_from != booking.version:
        raise BookingHasChanged(booking)


async def _change(clinic: Clinic, work: UnitOfWork, actor: Actor, booking: Booking, became: Booking) -> Booking:
    """Save what a booking became, with its line of history, and commit."""
    after = replace(became, version=booking.version + 1)
    await work.bookings.save([BookingChange(booking, after, stamp_of(clinic, actor))])
    await work.commit()
    return after
