"""``/bookings`` and ``/attention``: lists of bookings, and what can be done about one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Any

from bot.booking_draft import BookingDraft, BookingStep
from bot.bookings import booking_rows, booking_screen, cancel_screen, day_of, line
from bot.errors import explain
from bot.find import find
from bot.front import Front, Handler
from bot.handlers.booking_form import close, keep, put_aside
from bot.handlers.find import found_text, MOST_FOUND, show_nobody
from bot.handlers.forms import settled
from bot.paging import page_row
from bot.screen import bold, button, menu_button, page_buttons, Row, Screen
from bot.taps.bookings import (
    AskCancel,
    CancelBooking,
    KeepBooking,
    ListAttention,
    ListBookings,
    MarkNoShow,
    ShowBooking,
)
from bot.taps.tap import Open, Place
from bot.turn import Turn
from bot.typed import NotUnderstood
from bot.typed_dates import date_grammar_for
from clinic import policy
from clinic.calendar import today
from clinic.dates import DateSpan
from clinic.errors import Action, BadDates, BookingHasChanged, BookingIsSettled, DateIsPast, NotAllowed
from clinic.people import Doctor
from clinic.plan import ONE_DAY
from clinic.use_cases import bookings
from clinic.use_cases.desk import attention, bookings_of_day, bookings_of_doctor, DoctorBooking, read_booking
from clinic.use_cases.hours import find_doctors

PAGE = 12
DAYS_OF_DOCTOR = 7
"""So many dates of one doctor stand in one list,"""
FIRST_DAY, LAST_DAY = date(2000, 1, 8), date(2199, 12, 24)
"""and so far its arrows lead: a tap takes no date beyond."""

Deed = Callable[[Turn, Any], Awaitable[None]]


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("bookings", list_typed),
        front.on_command("attention", list_attention),
        front.on_place(Place.BOOKINGS, list_todays),
        front.on_place(Place.ATTENTION, list_attention),
        front.on_tap(ListBookings, list_bookings),
        front.on_tap(ListAttention, list_attention),
        front.on_tap(ShowBooking, show_tapped),
        front.on_tap(AskCancel, ask_cancel),
        front.on_tap(CancelBooking, cancel),
        front.on_tap(MarkNoShow, mark_no_show),
        front.on_tap(KeepBooking, keep_booking),
    ]


async def list_todays(turn: Turn, _given: object) -> None:
    """Show the desk today's bookings, and a doctor the own ones from today on."""
    await list_bookings(turn, ListBookings(doctor=_own(turn), day=_today(turn), page=0))


def _own(turn: Turn) -> int:
    """Return whose bookings a list is of where nobody is named: 0 is everybody.

    Raises:
        NotAllowed: the person has no bookings to see.
    """
    if policy.is_desk(turn.actor):
        return 0
    if turn.actor.doctor_id is None:
        raise NotAllowed(Action.READ_BOOKINGS)
    return turn.actor.doctor_id


def _today(turn: Turn) -> date:
    return today(turn.clinic.clock(), turn.clinic.zone)


async def list_typed(turn: Turn, text: str) -> None:
    """Answer ``/bookings``, ``/bookings fri``, ``/bookings ruiz``."""
    doctor_id, day = _own(turn), _typed_day(turn, text)
    if day or not text or doctor_id:
        await list_bookings(turn, ListBookings(doctor=doctor_id, day=day or _today(turn), page=0))
        return
    found = find(text, await find_doctors(turn.clinic, turn.actor, ""))
    if len(found.doctors) == 1:
        await list_bookings(turn, _of(turn, found.doctors[0]))
    elif found.doctors:
        rows = [
            [button(f"{each.name} · {each.specialization}", _of(turn, each))] for each in found.doctors[:MOST_FOUND]
        ]
        await turn.show(Screen(found_text(turn, text, found), [*rows, [menu_button(turn.words)]]))
    else:
        await show_nobody(turn, text)


def _of(turn: Turn, doctor: Doctor) -> ListBookings:
    return ListBookings(doctor=doctor.doctor_id, day=_today(turn), page=0)


def _typed_day(turn: Turn, text: str) -> date | None:
    """Return the one date that a text is, if it is one; one that is over may be looked at too."""
    with suppress(ValueError):
        return min(max(date.fromisoformat(text.strip()), FIRST_DAY), LAST_DAY)
    try:
        typed = date_grammar_for(turn.words).read(text, _today(turn))
    except DateIsPast as past:
        return past.day if past.day >= FIRST_DAY else None
    except (NotUnderstood, BadDates):
        return None
    return typed.span.first if typed and not typed.hours and not typed.rest and len(typed.span) == 1 else None


async def list_bookings(turn: Turn, tap: ListBookings) -> None:
    """Show a date's bookings of everybody, or a doctor's of a week from the date on."""
    words = turn.words
    day = min(max(tap.day, FIRST_DAY), LAST_DAY)
    step = ONE_DAY * (DAYS_OF_DOCTOR if tap.doctor else 1)
    if tap.doctor:
        span = DateSpan(day, day + step - ONE_DAY)
        doctor, own = await bookings_of_doctor(turn.clinic, turn.actor, tap.doctor, span)
        found: Sequence[DoctorBooking] = [(doctor, booking) for booking in own]
        heading = words.rich("<b>Bookings of {name}</b>", name=doctor.name) + "\n" + words.span(span)
    else:
        found = await bookings_of_day(turn.clinic, turn.actor, day)
        heading = words.rich("<b>Bookings</b>") + "\n" + words.full_date(day)
    before = tap.model_copy(update={"day": day - step, "page": 0}) if day - step >= FIRST_DAY else None
    after = tap.model_copy(update={"day": day + step, "page": 0}) if day + step <= LAST_DAY else None
    screen = _list_screen(turn, heading, found, tap, named=not tap.doctor)
    foot: Row = [menu_button(words)]
    if policy.is_desk(turn.actor):
        foot = [button(words.say("Book"), Open(place=Place.BOOK)), *foot]
    await turn.show(replace(screen, rows=[*screen.rows, *page_buttons(before, after), foot]))


async def list_attention(turn: Turn, tap: object) -> None:
    """Show the bookings that were left without hours."""
    words = turn.words
    found = await attention(turn.clinic, turn.actor)
    page = tap if isinstance(tap, ListAttention) else ListAttention(page=0)
    screen = _list_screen(turn, words.rich("<b>Bookings without hours</b>"), found, page, named=True)
    if found:
        text = screen.text + "\n\n" + words.rich("Tap one to move it, cancel it, or keep it as it is.")
        screen = replace(screen, text=text)
    everybody = button(words.say("Today's bookings"), Open(place=Place.BOOKINGS))
    await turn.show(replace(screen, rows=[*screen.rows, [everybody, menu_button(words)]]))


def _list_screen(
    turn: Turn, heading: str, found: Sequence[DoctorBooking], tap: ListBookings | ListAttention, *, named: bool
) -> Screen:
    """Return a page of bookings by date, each with a button."""
    words, clinic = turn.words, turn.clinic
    pages = max(1, -(-len(found) // PAGE))
    page = min(tap.page, pages - 1)
    parts, last = [heading], None
    here = found[page * PAGE : (page + 1) * PAGE]
    for doctor, booking in here:
        day = day_of(booking.slot.start, clinic)
        shown = line(booking, doctor if named else None, doctor, clinic, words)
        parts.append(shown if day == last else f"\n{bold(words.short_date(day))}\n{shown}")
        last = day
    if not found:
        parts.append("\n" + words.rich("There are none."))
    turned = (tap.model_copy(update={"page": max(0, page + step)}) for step in (-1, 1))
    rows = booking_rows((booking for _, booking in here), clinic, words)
    return Screen("\n".join(parts), [*rows, *page_row(page, pages, *turned)])


@settled
async def show_tapped(turn: Turn, tap: ShowBooking) -> None:
    """Show one booking; a form in its message is left."""
    await put_aside(turn)
    await show_booking(turn, tap.booking)


async def show_booking(turn: Turn, booking_id: int, notice: str = "", toast: str = "") -> None:
    """Show one booking as it now is."""
    doctor, history = await read_booking(turn.clinic, turn.actor, booking_id)
    screen = booking_screen(turn.actor, doctor, history, turn.clinic, turn.words, notice)
    await turn.show(screen, toast, alert=bool(toast))


def shown_anew(deed: Deed) -> Deed:
    """Where a booking is no longer what the person saw, say so and show what it is."""

    @wraps(deed)
    async def run(turn: Turn, tap: Any) -> None:
        try:
            await deed(turn, tap)
        except (BookingHasChanged, BookingIsSettled) as error:
            await show_booking(turn, tap.booking, toast=explain(error, turn.clinic, turn.words))

    return run


@settled
@shown_anew
async def ask_cancel(turn: Turn, tap: AskCancel) -> None:
    """Ask why: tapped, or typed into the form that is kept for this message."""
    doctor, history = await read_booking(turn.clinic, turn.actor, tap.booking)
    booking = history[-1].after
    if not booking.stands:
        raise BookingIsSettled(booking)
    draft = BookingDraft(
        step=BookingStep.REASON, doctor_id=doctor.doctor_id, booking_id=tap.booking, version=booking.version
    )
    await keep(turn, draft, turn.tapped)
    await turn.show(cancel_screen(booking, doctor, turn.clinic, turn.words))


@settled
@shown_anew
async def cancel(turn: Turn, tap: CancelBooking) -> None:
    """Cancel a booking for a reason that was tapped; also the way back from one that was just made."""
    await bookings.cancel(turn.clinic, turn.actor, tap.booking, tap.reason, drawn_from=tap.version)
    await put_aside(turn)
    await show_booking(turn, tap.booking)


async def type_reason(turn: Turn, draft: BookingDraft, text: str) -> None:
    """Cancel a booking for a reason that was typed."""
    form = turn.waiting
    try:
        await bookings.cancel(turn.clinic, turn.actor, draft.booking_id, text, drawn_from=draft.version)
    except (BookingHasChanged, BookingIsSettled) as error:
        await turn.say(explain(error, turn.clinic, turn.words))
    await close(turn, draft)
    doctor, history = await read_booking(turn.clinic, turn.actor, draft.booking_id)
    await turn.show(booking_screen(turn.actor, doctor, history, turn.clinic, turn.words), over=form)


@shown_anew
async def mark_no_show(turn: Turn, tap: MarkNoShow) -> None:
    """Say that a patient has not come, or has after all."""
    clinic, actor = turn.clinic, turn.actor
    await bookings.mark_no_show(clinic, actor, tap.booking, missed=tap.missed, drawn_from=tap.version)
    await show_booking(turn, tap.booking)


@shown_anew
async def keep_booking(turn: Turn, tap: KeepBooking) -> None:
    """Let a booking stand without hours; the list of the others is what comes next."""
    await bookings.keep(turn.clinic, turn.actor, tap.booking, drawn_from=tap.version)
    await list_attention(turn, None)
