"""Bookings as a person sees them: lists, one with what can be done about it, the form, and what it came to."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, UTC

from bot.booking_draft import BookingDraft, BookingStep
from bot.free import key_of
from bot.screen import bold, Button, button, clocked, DANGER, DONE, GO, in_rows, menu_button, Row, Screen
from bot.taps.bookings import (
    AskCancel,
    AskReference,
    BookAt,
    BookDay,
    BookSlot,
    BookWhom,
    CancelBooking,
    CancelReason,
    DropBooking,
    KeepBooking,
    ListBookings,
    MarkNoShow,
    MoveBooking,
    SaveBooking,
    ShowBooking,
)
from bot.taps.tap import Open, Place
from bot.times import seen
from bot.words import Words
from clinic import policy
from clinic.booking import Booking, BookingChange, BookingStatus
from clinic.calendar import Slot
from clinic.people import Actor, Doctor
from clinic.ports import Clinic

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NARROW = 18
"""Labels up to so many characters stand two in a row."""


def minute_of(moment: datetime) -> int:
    """Return an instant as a tap says it."""
    return (moment - _EPOCH) // _MINUTE


def moment_of(minute: int) -> datetime:
    return _EPOCH + minute * _MINUTE


def day_of(moment: datetime, clinic: Clinic) -> date:
    """Return the date that the clinic's calendar shows."""
    return moment.astimezone(clinic.zone).date()


def clock_of(moment: datetime, clinic: Clinic, words: Words) -> str:
    local = moment.astimezone(clinic.zone)
    return words.clock(local.hour * 60 + local.minute)


def hours_of(slot: Slot, doctor: Doctor, clinic: Clinic, words: Words) -> str:
    """Return ``10:30–11:00`` on the clinic's clock, the doctor's beside it where that is another."""
    day, zone = day_of(slot.start, clinic), clinic.zone_of(doctor)
    shown = seen(slot, day, clinic.zone, words)
    if zone.key == clinic.zone.key:
        return shown
    theirs = words.say("{hours} for the doctor", hours=seen(slot, day, zone, words))
    return f"{shown} ({theirs})"


def when(slot: Slot, doctor: Doctor, clinic: Clinic, words: Words) -> str:
    """Return ``Tue 3 Mar, 10:30–11:00``."""
    return f"{words.short_date(day_of(slot.start, clinic))}, {hours_of(slot, doctor, clinic, words)}"


def line(booking: Booking, doctor: Doctor | None, whose: Doctor, clinic: Clinic, words: Words) -> str:
    """Return a booking in a list as HTML; with its ``doctor`` where there are several."""
    parts = [f"{_plain(hours_of(booking.slot, whose, clinic, words))} {bold(booking.reference)}"]
    if doctor:
        parts.append(_plain(doctor.name))
    if booking.status is BookingStatus.NO_SHOW:
        parts.append(words.rich("did not come"))
    if booking.flagged:
        parts.append(words.rich("⚠ no hours"))
    return " · ".join(parts)


def booking_rows(bookings: Iterable[Booking], clinic: Clinic, words: Words) -> list[Row]:
    """Return a button for each booking, by its time and reference."""
    buttons = [
        button(f"{clock_of(one.slot.start, clinic, words)} {one.reference}", ShowBooking(booking=one.booking_id))
        for one in bookings
    ]
    return in_rows(buttons, 2 if all(len(one.text) <= _NARROW for one in buttons) else 1)


def _plain(text: str) -> str:
    return html.escape(text, quote=False)


def _about(doctor: Doctor, slot: Slot, clinic: Clinic, words: Words) -> list[str]:
    moment = clocked(bold(when(slot, doctor, clinic, words)), slot.start)
    return [moment, _plain(f"{doctor.name}, {doctor.specialization}")]


def _patient(reference: str, note: str, words: Words) -> list[str]:
    lines = [words.rich("Patient: <b>{reference}</b>", reference=reference)]
    return [*lines, words.rich("Note: {note}", note=note)] if note else lines


def reference_screen(doctor: Doctor, slot: Slot, clinic: Clinic, words: Words) -> Screen:
    """Ask who the patient is, in the desk's own words."""
    asked = words.rich(
        "<b>Which patient?</b>\nType the desk's own reference, such as <code>P-1042</code>. No names, please.\n"
        "A note can follow after a comma: <code>P-1042, first visit</code>."
    )
    rows = [[other_time(doctor, slot.start, clinic, words), button(words.say("Cancel"), DropBooking())]]
    return Screen("\n".join([*_about(doctor, slot, clinic, words), "", asked]), rows)


def review_screen(draft: BookingDraft, doctor: Doctor, slot: Slot, clinic: Clinic, words: Words) -> Screen:
    """Show what would be booked."""
    lines = [words.rich("<b>Is this right?</b> Nothing is saved yet."), "", *_about(doctor, slot, clinic, words)]
    lines += _patient(draft.reference, draft.note, words)
    lines += ["", words.rich("<i>To add a note or change it, type it.</i>")]
    other = button(words.say("Other patient"), AskReference())
    rows: list[Row] = [
        [button(words.say("Save"), SaveBooking(), DONE)],
        [other_time(doctor, slot.start, clinic, words), other],
        [button(words.say("Cancel"), DropBooking())],
    ]
    return Screen("\n".join(lines), rows)


def form_screen(draft: BookingDraft, doctor: Doctor, clinic: Clinic, words: Words) -> Screen:
    """Return the screen of the step where a booking in the making stands, its slot picked."""
    if draft.start is None:
        raise ValueError("a form without a slot has no screen of its own")
    slot = Slot(draft.start, draft.start + doctor.slots.length)
    if draft.step is BookingStep.REVIEW:
        return review_screen(draft, doctor, slot, clinic, words)
    return reference_screen(doctor, slot, clinic, words)


def other_time(doctor: Doctor, start: datetime, clinic: Clinic, words: Words, moves: int = 0) -> Button:
    day = day_of(start, clinic)
    return button(words.say("Other time"), BookSlot(whom=key_of(doctor), day=day, page=0, moves=moves))


def saved_screen(booking: Booking, doctor: Doctor, clinic: Clinic, words: Words) -> Screen:
    """Show what was booked, with the way back."""
    lines = [words.rich("✓ <b>Booked.</b>"), *_about(doctor, booking.slot, clinic, words)]
    lines += _patient(booking.reference, booking.note, words)
    undo = CancelBooking(booking=booking.booking_id, version=booking.version, reason=CancelReason.MISTAKE)
    day = ListBookings(doctor=doctor.doctor_id, day=day_of(booking.slot.start, clinic), page=0)
    rows: list[Row] = [
        [button(words.say("↩ Undo"), undo), button(words.say("Book another"), BookWhom(page=0, moves=0))],
        [button(words.say("{name}'s bookings", name=doctor.name), day)],
        [menu_button(words)],
    ]
    return Screen("\n".join(lines), rows)


def offers_screen(
    said: str, free: Sequence[Slot], doctor: Doctor, near: datetime, clinic: Clinic, words: Words, *, moves: int
) -> Screen:
    """Say why a slot is not to be had, with the next ones to tap."""
    text = f"{_plain(said)}\n" + words.rich("Nothing was saved.")
    if free:
        text += "\n\n" + words.rich("The next free slots of {name}:", name=doctor.name)
    rows: list[Row] = [
        [
            button(
                f"{words.short_date(day_of(slot.start, clinic))}, {clock_of(slot.start, clinic, words)}",
                BookAt(doctor=doctor.doctor_id, start=minute_of(slot.start), moves=moves),
                GO,
            )
        ]
        for slot in free
    ]
    return Screen(text, [*rows, [other_time(doctor, near, clinic, words, moves)], [menu_button(words)]])


def move_screen(booking: Booking, doctor: Doctor, to: Doctor, start: datetime, clinic: Clinic, words: Words) -> Screen:
    """Ask whether a booking is to be moved."""
    slot = Slot(start, start + booking.slot.length)
    lines = [
        words.rich("<b>Move {reference}?</b> Nothing is saved yet.", reference=booking.reference),
        _plain(f"{when(booking.slot, doctor, clinic, words)}, {doctor.name}"),
        f"→ {bold(when(slot, to, clinic, words))}, {_plain(to.name)}",
    ]
    tap = MoveBooking(booking=booking.booking_id, version=booking.version, doctor=to.doctor_id, start=minute_of(start))
    back = button(words.say("Back"), ShowBooking(booking=booking.booking_id))
    rows: list[Row] = [
        [button(words.say("Move"), tap, DONE)],
        [other_time(to, start, clinic, words, booking.booking_id), back],
    ]
    return Screen("\n".join(lines), rows)


def reason_text(reason: str, words: Words) -> str:
    """Return why a booking was cancelled, in the reader's words where it was tapped."""
    known = {
        CancelReason.PATIENT: words.say("the patient cannot come"),
        CancelReason.CLINIC: words.say("the clinic had to cancel"),
        CancelReason.MISTAKE: words.say("booked by mistake"),
    }
    return next((text for key, text in known.items() if key == reason), reason)


def cancel_screen(booking: Booking, doctor: Doctor, clinic: Clinic, words: Words) -> Screen:
    """Ask why a booking is cancelled."""
    lines = [words.rich("<b>Cancel this booking?</b>"), *_about(doctor, booking.slot, clinic, words)]
    lines += [*_patient(booking.reference, booking.note, words), "", words.rich("Tap the reason, or type it.")]
    rows: list[Row] = [
        [
            button(
                reason_text(reason, words).capitalize(),
                CancelBooking(booking=booking.booking_id, version=booking.version, reason=reason),
                DANGER,
            )
        ]
        for reason in CancelReason
    ]
    return Screen("\n".join(lines), [*rows, [button(words.say("Back"), ShowBooking(booking=booking.booking_id))]])


def booking_screen(
    actor: Actor, doctor: Doctor, history: Sequence[BookingChange], clinic: Clinic, words: Words, notice: str = ""
) -> Screen:
    """Show one booking, with what the person may do about it."""
    booking = history[-1].after
    lines = [*_about(doctor, booking.slot, clinic, words), *_patient(booking.reference, booking.note, words)]
    lines += _standing(booking, words)
    lines += ["", *_made(history, clinic, words)]
    return Screen("\n".join([notice, "", *lines] if notice else lines), _deeds(actor, doctor, booking, clinic, words))


def _standing(booking: Booking, words: Words) -> list[str]:
    if booking.status is BookingStatus.CANCELLED:
        reason = reason_text(booking.reason, words)
        return [words.rich("<b>Cancelled</b>: {reason}", reason=reason) if reason else words.rich("<b>Cancelled</b>")]
    if booking.status is BookingStatus.NO_SHOW:
        return [words.rich("<b>Did not come</b>")]
    return [words.rich("⚠ The doctor no longer has hours then.")] if booking.flagged else []


def _made(history: Sequence[BookingChange], clinic: Clinic, words: Words) -> list[str]:
    first, last = history[0].stamp, history[-1].stamp
    lines = [words.rich("<i>Booked by {name}, {when}</i>", name=first.name, when=words.moment(first.at, clinic.zone))]
    if len(history) > 1:
        at = words.moment(last.at, clinic.zone)
        lines.append(words.rich("<i>Last changed by {name}, {when}</i>", name=last.name, when=at))
    return lines


def _deeds(actor: Actor, doctor: Doctor, booking: Booking, clinic: Clinic, words: Words) -> list[Row]:
    key, desk = {"booking": booking.booking_id, "version": booking.version}, policy.is_desk(actor)
    day = day_of(booking.slot.start, clinic)
    rows: list[list[Button]] = [[]]
    if booking.status is BookingStatus.BOOKED:
        if desk:
            month = max(day, day_of(clinic.clock(), clinic)).replace(day=1)
            rows[0].append(
                button(words.say("Move"), BookDay(whom=key_of(doctor), month=month, moves=booking.booking_id))
            )
        rows[0].append(button(words.say("Cancel the booking"), AskCancel(booking=booking.booking_id), DANGER))
    if desk and booking.flagged:
        rows.append([button(words.say("Keep it"), KeepBooking(**key))])
    if desk and booking.status is BookingStatus.BOOKED and booking.slot.start <= clinic.clock():
        rows.append([button(words.say("Did not come"), MarkNoShow(**key, missed=True))])
    if desk and booking.status is BookingStatus.NO_SHOW:
        rows.append([button(words.say("Came after all"), MarkNoShow(**key, missed=False))])
    back: Button = button(words.say("Back"), ListBookings(doctor=0 if desk else doctor.doctor_id, day=day, page=0))
    if booking.flagged and desk:
        back = button(words.say("Back"), Open(place=Place.ATTENTION))
    return [*filter(None, rows), [back, menu_button(words)]]
