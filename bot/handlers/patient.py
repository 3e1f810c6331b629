"""For which patient a slot is booked: the reference, the review, and what comes of it; and of a move."""

from __future__ import annotations

from datetime import datetime

from bot.booking_draft import BookingDraft, BookingStep
from bot.bookings import (
    day_of,
    form_screen,
    moment_of,
    offers_screen,
    saved_screen,
)
from bot.draft import FORGOTTEN
from bot.errors import explain
from bot.front import Front, Handler
from bot.handlers.booking_form import close, keep
from bot.handlers.bookings import list_bookings, show_booking, shown_anew, type_reason
from bot.handlers.forms import IN_SIGHT, settled
from bot.screen import button, menu_button, Screen, too_old_screen
from bot.taps.bookings import AskReference, BookWhom, DropBooking, ListBookings, MoveBooking, SaveBooking
from bot.turn import Turn
from clinic import policy
from clinic.booking import Booking, checked_note, checked_reference
from clinic.dates import DateSpan
from clinic.errors import BadReason, OutsideHours, SlotIsPast, SlotTaken, UnknownDoctor
from clinic.people import Doctor
from clinic.use_cases import bookings
from clinic.use_cases.desk import bookings_of_doctor
from clinic.use_cases.hours import find_doctors

Refused = SlotTaken | OutsideHours | SlotIsPast
REFUSED = (SlotTaken, OutsideHours, SlotIsPast)


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_tap(AskReference, ask_reference),
        front.on_tap(SaveBooking, save),
        front.on_tap(DropBooking, drop),
        front.on_tap(MoveBooking, move),
    ]


async def begin(turn: Turn, draft: BookingDraft, screen: Screen) -> None:
    """Begin a form in a new message: its buttons come once it is kept, so that what can be tapped survives a kill."""
    sent = await turn.show(Screen(screen.text))
    await keep(turn, draft, sent)
    await turn.show(screen, over=sent)


async def doctor_of(turn: Turn, doctor_id: int) -> Doctor:
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    doctor = next((each for each in doctors if each.doctor_id == doctor_id), None)
    if not doctor:
        raise UnknownDoctor(doctor_id)
    return doctor


async def show_form(turn: Turn, draft: BookingDraft, doctor: Doctor, message_id: int) -> None:
    await keep(turn, draft, message_id)
    shown = await turn.show(form_screen(draft, doctor, turn.clinic, turn.words), over=message_id)
    if shown != message_id:
        await keep(turn, draft, shown)


@settled
async def ask_reference(turn: Turn, _tap: AskReference) -> None:
    """Ask for another patient's reference; the one that was typed goes with its note."""
    draft = turn.draft
    if not isinstance(draft, BookingDraft) or not draft.goes_on or draft.start is None:
        await _too_old(turn)
        return
    doctor = await doctor_of(turn, draft.doctor_id)
    anew = draft.at(BookingStep.REFERENCE).model_copy(update={"reference": "", "note": ""})
    await show_form(turn, anew, doctor, turn.tapped)


async def type_into(turn: Turn, draft: BookingDraft, text: str) -> None:
    """Take a text for the form that waits for it; one that may be forgotten is first shown again."""
    if turn.untouched > FORGOTTEN:
        await _bring_down(turn, draft, draft)
        return
    if draft.booking_id:
        await type_reason(turn, draft, text)
        return
    try:
        moved = _filled(draft, text)
    except BadReason:
        await turn.say(turn.words.say("A note takes at most 200 characters in one line. Please type it again."))
        return
    if turn.untouched > IN_SIGHT:
        await _bring_down(turn, draft, moved)
    else:
        await show_form(turn, moved, await doctor_of(turn, draft.doctor_id), turn.waiting)


def _filled(draft: BookingDraft, text: str) -> BookingDraft:
    """Return a form with what was typed: ``REFERENCE[, NOTE]``, then a note.

    The reference once more is no note: Telegram sends a text again whose answer was lost.

    Raises:
        BadReference, BadReason: what was typed cannot be; the draft stays.
    """
    reference, _, note = text.partition(",")
    if draft.step is BookingStep.REVIEW and " ".join(reference.split()) != draft.reference:
        return draft.with_note(checked_note(text))
    return draft.with_patient(checked_reference(reference), checked_note(note))


async def _bring_down(turn: Turn, draft: BookingDraft, moved: BookingDraft) -> None:
    """Go on with a form in a new message; the old one waits no longer."""
    if draft.booking_id:
        await close(turn, draft)
        await show_booking(turn, draft.booking_id)
        return
    doctor = await doctor_of(turn, draft.doctor_id)
    await close(turn, draft)
    await begin(turn, moved, form_screen(moved, doctor, turn.clinic, turn.words))


@settled
async def save(turn: Turn, _tap: SaveBooking) -> None:
    """Book what is reviewed; a second tap shows what the first has done."""
    draft = turn.draft
    if not isinstance(draft, BookingDraft) or draft.start is None or draft.step is BookingStep.CLOSED:
        await _too_old(turn)
        return
    doctor = await doctor_of(turn, draft.doctor_id)
    if draft.step is BookingStep.SAVED:
        await _show_saved(turn, draft, draft.start)
        return
    if draft.step is not BookingStep.REVIEW:
        await show_form(turn, draft.with_slot(doctor.doctor_id, draft.start), doctor, turn.tapped)
        return
    closing = turn.draft_row(draft.at(BookingStep.SAVED), turn.tapped)
    try:
        booking = await bookings.book(
            turn.clinic, turn.actor, draft.doctor_id, draft.start, draft.reference, draft.note, closing=closing
        )
    except REFUSED as refused:
        await turn.show(refused_screen(turn, refused, doctor, draft.start))
        return
    await turn.show(saved_screen(booking, doctor, turn.clinic, turn.words))


async def _show_saved(turn: Turn, draft: BookingDraft, start: datetime) -> None:
    """Show what a closed form has booked; where that has gone on since, the doctor's bookings."""
    day = day_of(start, turn.clinic)
    doctor, found = await bookings_of_doctor(turn.clinic, turn.actor, draft.doctor_id, DateSpan(day, day))
    saved = next((one for one in found if (one.slot.start, one.reference) == (start, draft.reference)), None)
    if saved:
        await turn.show(saved_screen(saved, doctor, turn.clinic, turn.words))
    else:
        await list_bookings(turn, ListBookings(doctor=draft.doctor_id, day=day, page=0))


def refused_screen(turn: Turn, refused: Refused, doctor: Doctor, start: datetime, moves: int = 0) -> Screen:
    """Say why a slot is not to be had and, where it is taken, by whom; offer the next ones."""
    words, free = turn.words, () if isinstance(refused, SlotIsPast) else refused.free
    said = explain(refused, turn.clinic, words)
    if isinstance(refused, SlotTaken) and refused.booking.stamp:
        said += " " + words.say("{name} has booked it.", name=refused.booking.stamp.name)
    near = max(start, turn.clinic.clock())
    return offers_screen(said, free, doctor, near, turn.clinic, words, moves=moves)


@shown_anew
async def move(turn: Turn, tap: MoveBooking) -> None:
    """Move a booking; the same tap twice moves it once."""
    start = moment_of(tap.start)
    try:
        moved: Booking = await bookings.move(
            turn.clinic, turn.actor, tap.booking, start, doctor_id=tap.doctor, drawn_from=tap.version
        )
    except REFUSED as refused:
        await turn.show(refused_screen(turn, refused, await doctor_of(turn, tap.doctor), start, moves=tap.booking))
        return
    await show_booking(turn, moved.booking_id, turn.words.rich("✓ <b>Moved.</b>"))


@settled
async def drop(turn: Turn, _tap: DropBooking) -> None:
    """Close the form: nothing is booked."""
    draft = turn.draft
    if isinstance(draft, BookingDraft) and draft.step is BookingStep.SAVED:
        await save(turn, SaveBooking())
        return
    if isinstance(draft, BookingDraft):
        await close(turn, draft)
        if draft.booking_id:
            await show_booking(turn, draft.booking_id)
            return
    text = turn.words.rich("Closed. Nothing was booked.")
    again = button(turn.words.say("Book another"), BookWhom(page=0, moves=0))
    await turn.show(Screen(text, [[again, menu_button(turn.words)]]), over=turn.waiting if draft else None)


async def _too_old(turn: Turn) -> None:
    """Answer a tap on a form that has expired."""
    policy.ensure_can_book(turn.actor)
    await turn.show(too_old_screen(turn.words))
