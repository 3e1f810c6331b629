"""``/book``: of whom, which day, which slot; for a new booking, and for one that is moved."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from bot.booking_draft import BookingDraft
from bot.bookings import (
    clock_of,
    day_of,
    form_screen,
    minute_of,
    moment_of,
    move_screen,
)
from bot.find import find
from bot.free import everybody, find_whom, key_of, Whom, whom_found
from bot.front import Front, Handler
from bot.handlers.booking_form import put_aside
from bot.handlers.find import found_text, MOST_FOUND, show_nobody
from bot.handlers.forms import settled
from bot.handlers.patient import begin, doctor_of, REFUSED, refused_screen, show_form
from bot.month import month_rows, next_month
from bot.paging import page_row
from bot.screen import bold, button, in_rows, menu_button, page_buttons, Row, Screen
from bot.taps.bookings import BookAt, BookDay, BookSlot, BookWhom, ShowBooking
from bot.taps.tap import Inert, Open, Place, Tap
from bot.turn import Turn
from bot.typed_booking import booking_grammar_for, TypedBooking
from clinic import policy
from clinic.booking import checked_note, checked_reference
from clinic.calendar import instant, today
from clinic.dates import DateSpan, ensure_plausible
from clinic.errors import BadDates, DateIsPast
from clinic.people import Doctor
from clinic.plan import ONE_DAY
from clinic.use_cases.desk import read_booking
from clinic.use_cases.free_slots import ensure_free, find_free, Offer
from clinic.use_cases.hours import find_doctors

WHOM_PAGE = 8
SLOTS_PAGE = 24
MOST_SLOTS = 2_000
FEW = 5
"""Of so many doctors the calendar says on which dates something is free: of more it would take too long."""
NO_ROOM = "✕"


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("book", book),
        front.on_place(Place.BOOK, list_whom),
        front.on_tap(BookWhom, list_whom),
        front.on_tap(BookDay, ask_day),
        front.on_tap(BookSlot, ask_slot),
        front.on_tap(BookAt, pick_slot),
    ]


async def book(turn: Turn, text: str) -> None:
    """Answer ``/book``, ``/book ruiz``, ``/book ruiz tue 10:30 P-1042 first visit``: as far as was typed."""
    policy.ensure_can_book(turn.actor)
    if not text:
        await list_whom(turn, BookWhom(page=0, moves=0))
        return
    typed = _read(turn, text)
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    found = find(typed.who, doctors)
    if not found.doctors:
        await show_nobody(turn, typed.who)
    elif len(found.doctors) == 1:
        await _go_on(turn, found.doctors[0], typed)
    else:
        whom = whom_found(found.doctors, doctors)
        taps = [(f"{doctor.name} · {doctor.specialization}", _next(turn, doctor, typed)) for doctor in found.doctors]
        if whom and typed.minutes is None:
            anybody = BookDay(whom=whom.key, month=typed.day or _today(turn), moves=0)
            taps = [(turn.words.say("Any of {specialization}", specialization=whom.label), anybody), *taps]
        rows: list[Row] = [[button(label, tap)] for label, tap in taps[:MOST_FOUND]]
        screen = Screen(found_text(turn, typed.who, found), [*rows, [menu_button(turn.words)]])
        await begin(turn, _with_patient(BookingDraft(), typed), screen)


def _read(turn: Turn, text: str) -> TypedBooking:
    """Read a typed booking.

    Raises:
        NotUnderstood.
        DateIsPast, BadDates: nobody is booked then.
    """
    now = _today(turn)
    typed = booking_grammar_for(turn.words).read(text, now)
    if typed.day and typed.day < now:
        raise DateIsPast(typed.day)
    if typed.day:
        ensure_plausible(DateSpan(now, typed.day))
    return typed


def _with_patient(draft: BookingDraft, typed: TypedBooking) -> BookingDraft:
    """Return a form with the patient who was typed, if one was.

    Raises:
        BadReference, BadReason.
    """
    if not typed.reference:
        return draft
    return draft.model_copy(update={"reference": checked_reference(typed.reference), "note": checked_note(typed.note)})


def _next(turn: Turn, doctor: Doctor, typed: TypedBooking) -> Tap:
    """Return the tap that goes on where a text has ended."""
    if typed.day is None:
        return BookDay(whom=key_of(doctor), month=_today(turn), moves=0)
    if typed.minutes is None:
        return BookSlot(whom=key_of(doctor), day=typed.day, page=0, moves=0)
    start = instant(typed.day, typed.minutes, turn.clinic.zone)
    return BookAt(doctor=doctor.doctor_id, start=minute_of(start), moves=0)


async def _go_on(turn: Turn, doctor: Doctor, typed: TypedBooking) -> None:
    tap = _next(turn, doctor, typed)
    if isinstance(tap, BookAt):
        start = moment_of(tap.start)
        draft = _with_patient(BookingDraft(), typed).with_slot(doctor.doctor_id, start)
        screen = form_screen(draft, doctor, turn.clinic, turn.words)
        try:
            await ensure_free(turn.clinic, turn.actor, doctor.doctor_id, start)
        except REFUSED as refused:
            screen = refused_screen(turn, refused, doctor, start)
        await begin(turn, draft, screen)
    elif isinstance(tap, BookSlot):
        await turn.show(await _slots_screen(turn, tap))
    elif isinstance(tap, BookDay):
        await turn.show(await _day_screen(turn, tap))


def _today(turn: Turn) -> date:
    return today(turn.clinic.clock(), turn.clinic.zone)


@settled
async def list_whom(turn: Turn, tap: BookWhom | Open) -> None:
    """Ask of whom: any of a specialization, or one doctor."""
    policy.ensure_can_book(turn.actor)
    await put_aside(turn)
    words, moves = turn.words, tap.moves if isinstance(tap, BookWhom) else 0
    every = everybody(await find_doctors(turn.clinic, turn.actor, ""))
    last = max(0, len(every) - 1) // WHOM_PAGE
    page = min(tap.page, last) if isinstance(tap, BookWhom) else 0
    month = _today(turn)
    rows: list[Row] = []
    for whom in every[page * WHOM_PAGE : (page + 1) * WHOM_PAGE]:
        one = whom.key.startswith("d")
        label = whom.label if one else words.say("Any of {specialization}", specialization=whom.label)
        rows.append([button(label, BookDay(whom=whom.key, month=month, moves=moves))])
    before = BookWhom(page=page - 1, moves=moves) if page else None
    after = BookWhom(page=page + 1, moves=moves) if page < last else None
    text = words.rich(
        "<b>Book with whom?</b>\nTap a specialization or a doctor, or type it all: "
        "<code>book ruiz tue 10:30 P-1042</code>."
    )
    if not every:
        text = words.rich("There are no doctors yet. The administrator invites them.")
    await turn.show(Screen(text, [*rows, *page_buttons(before, after), [menu_button(words)]]))


async def _free(turn: Turn, whom: Whom, span: DateSpan, moves: int) -> list[Offer]:
    """Return the free slots of dates; as long as the booking that is moved, if one is."""
    minutes = None
    if moves:
        _, history = await read_booking(turn.clinic, turn.actor, moves)
        minutes = history[-1].after.slot.length // timedelta(minutes=1)
    one = whom.key.startswith("d")
    return await find_free(
        turn.clinic,
        turn.actor,
        span,
        doctor_id=whom.doctor_ids[0] if one else None,
        doctor_ids=None if one else whom.doctor_ids,
        minutes=minutes,
        most=MOST_SLOTS,
    )


async def _known(turn: Turn, key: str) -> Whom:
    """Return whom a tap means.

    Raises:
        NotAllowed.
        UnknownDoctor: nobody is it any more.
    """
    policy.ensure_can_book(turn.actor)
    return await find_whom(turn.clinic, turn.actor, key)


@settled
async def ask_day(turn: Turn, tap: BookDay) -> None:
    """Ask for the date."""
    screen = await _day_screen(turn, tap)
    await put_aside(turn)
    await turn.show(screen)


async def _day_screen(turn: Turn, tap: BookDay) -> Screen:
    """Show a month; where it is cheap to say, the dates without a free slot do nothing."""
    words, now = turn.words, _today(turn)
    whom = await _known(turn, tap.whom)
    first = max(tap.month.replace(day=1), now)
    free: set[date] | None = None
    if len(whom.doctors) <= FEW:
        free = set()
        with suppress(BadDates):  # further ahead than anybody plans
            offers = await _free(turn, whom, DateSpan(first, next_month(first) - ONE_DAY), tap.moves)
            free = {day_of(offer.slot.start, turn.clinic) for offer in offers}

    def pick(day: date) -> Tap:
        open_day = free is None or day in free
        return BookSlot(whom=tap.whom, day=day, page=0, moves=tap.moves) if open_day else Inert()

    def mark(day: date) -> str:
        return "" if free is None or day in free else NO_ROOM

    def turn_to(month: date) -> Tap:
        return BookDay(whom=tap.whom, month=month, moves=tap.moves)

    rows = month_rows(first, now, words, pick, mark, turn_to)
    text = f"{bold(whom.label)}\n" + words.rich("Which day? <i>✕ has no free slot.</i>")
    return Screen(text, [*rows, _way_out(turn, tap.moves)])


def _way_out(turn: Turn, moves: int) -> Row:
    other = button(turn.words.say("Somebody else"), BookWhom(page=0, moves=moves))
    if moves:
        return [other, button(turn.words.say("Back"), ShowBooking(booking=moves))]
    return [other, menu_button(turn.words)]


@settled
async def ask_slot(turn: Turn, tap: BookSlot) -> None:
    """Ask for one of a date's free slots."""
    screen = await _slots_screen(turn, tap)
    await put_aside(turn)
    await turn.show(screen)


async def _slots_screen(turn: Turn, tap: BookSlot) -> Screen:
    words, clinic = turn.words, turn.clinic
    whom = await _known(turn, tap.whom)
    offers = await _free(turn, whom, DateSpan(tap.day, tap.day), tap.moves)
    pages = max(1, -(-len(offers) // SLOTS_PAGE))
    page = min(tap.page, pages - 1)
    named = len(whom.doctors) > 1
    buttons = [
        button(
            clock_of(offer.slot.start, clinic, words) + (f" {offer.doctor.name}" if named else ""),
            BookAt(doctor=offer.doctor.doctor_id, start=minute_of(offer.slot.start), moves=tap.moves),
        )
        for offer in offers[page * SLOTS_PAGE : (page + 1) * SLOTS_PAGE]
    ]
    lines = [bold(f"{whom.label} · {words.full_date(tap.day)}")]
    if offers:
        lines.append(words.rich("Which time? It is on the clock of {zone}.", zone=clinic.zone.key))
    else:
        lines.append(words.rich("Nothing is free on that day."))
    turned = (tap.model_copy(update={"page": max(0, page + step)}) for step in (-1, 1))
    other = button(words.say("Other day"), BookDay(whom=tap.whom, month=max(tap.day, _today(turn)), moves=tap.moves))
    rows = [*in_rows(buttons, 1 if named else 4), *page_row(page, pages, *turned)]
    return Screen("\n".join(lines), [*rows, [other], _way_out(turn, tap.moves)])


@settled
async def pick_slot(turn: Turn, tap: BookAt) -> None:
    """Take a slot: for the patient whom the form has already, or after asking for one; or for the booking moved."""
    policy.ensure_can_book(turn.actor)
    doctor, start = await doctor_of(turn, tap.doctor), moment_of(tap.start)
    if tap.moves:
        own, history = await read_booking(turn.clinic, turn.actor, tap.moves)
        await turn.show(move_screen(history[-1].after, own, doctor, start, turn.clinic, turn.words))
        return
    found = turn.draft
    draft = found if isinstance(found, BookingDraft) and found.goes_on else BookingDraft()
    await show_form(turn, draft.with_slot(doctor.doctor_id, start), doctor, turn.tapped)


async def type_booking(turn: Turn, text: str) -> bool:
    """Take a text that begins with ``book`` from whoever may book; return whether it was one."""
    rest = booking_grammar_for(turn.words).of(text)
    if rest is None or not policy.is_desk(turn.actor):
        return False
    await book(turn, rest)
    return True
