"""``/free``: of whom, how long, and the next free slots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.bookings import minute_of
from bot.find import find
from bot.free import (
    everybody,
    find_whom,
    key_of,
    offer_label,
    offers_text,
    own_clock_note,
    reason_text,
    reasons,
    Whom,
    whom_found,
)
from bot.front import Front, Handler
from bot.handlers.find import found_text, MOST_FOUND, show_nobody
from bot.screen import Button, button, GO, in_rows, menu_button, page_buttons, Row, Screen
from bot.taps.bookings import BookAt
from bot.taps.desk import FreeLength, FreeWhom, ShowFree, WhyNoneFree
from bot.taps.tap import Open, Place, Tap
from bot.turn import Turn
from bot.words import Words
from clinic import policy
from clinic.booking import LONGEST, SHORTEST
from clinic.calendar import today
from clinic.dates import DateSpan
from clinic.people import Doctor, LONGEST_NAME
from clinic.use_cases.free_slots import find_free, Offer, SEARCHED
from clinic.use_cases.hours import find_doctors, read_board

LENGTHS = (15, 20, 30, 45, 60)
PAGE = 12
WHOM_PAGE = 8
MOST_PAGES = 200
"""As far as a tap goes: sixty days of many doctors, which nobody reads to the end."""
MOST_REASONS = 30
_TYPED = re.compile(r"(?P<who>.*?)(?:(?:^|\s)(?P<minutes>\d{1,4})\s*(?:m|min|minutes?|minutos?|мин|минут\w?)?\.?)?")


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("free", free),
        front.on_place(Place.FREE, list_whom),
        front.on_tap(FreeWhom, list_whom),
        front.on_tap(FreeLength, ask_length),
        front.on_tap(ShowFree, show_free),
        front.on_tap(WhyNoneFree, why_none),
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed behind ``/free``; either part may be missing."""

    who: str
    minutes: int | None

    @property
    def impossible(self) -> bool:
        """Whether no booking can be that long."""
        return self.minutes is not None and not SHORTEST <= self.minutes <= LONGEST


def read_asked(text: str) -> Asked:
    """Read ``WHO [MINUTES]``: the number at the end is the length."""
    match = _TYPED.fullmatch(" ".join(text.split())[: LONGEST_NAME + 16])
    assert match is not None  # noqa: S101 - every part may be empty, and any text is a name
    return Asked(match["who"].strip()[:LONGEST_NAME], int(match["minutes"]) if match["minutes"] else None)


async def free(turn: Turn, text: str) -> None:
    """Answer ``/free``, ``/free ruiz``, ``/free cardiology 30``: as far as was typed."""
    asked = read_asked(text)
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    if not asked.who:
        await list_whom(turn, FreeWhom(page=0))
        return
    found = find(asked.who, doctors)
    whom = whom_found(found.doctors, doctors)
    if not found.doctors:
        await show_nobody(turn, asked.who)
    elif not whom:
        rows = [[_whom_button(doctor, asked)] for doctor in found.doctors[:MOST_FOUND]]
        await turn.show(Screen(found_text(turn, asked.who, found), [*rows, [menu_button(turn.words)]]))
    elif asked.minutes is None or asked.impossible:
        await turn.show(_length_screen(turn.words, whom, impossible=asked.impossible))
    else:
        await show_free(turn, ShowFree(whom=whom.key, minutes=asked.minutes, page=0))


def _whom_button(doctor: Doctor, asked: Asked) -> Button:
    key = key_of(doctor)
    known = asked.minutes if asked.minutes is not None and not asked.impossible else None
    tap: Tap = ShowFree(whom=key, minutes=known, page=0) if known else FreeLength(whom=key)
    return button(f"{doctor.name} · {doctor.specialization}", tap)


async def list_whom(turn: Turn, tap: FreeWhom | Open) -> None:
    """Ask of whom: the specializations first, then the doctors, a page at a time."""
    words = turn.words
    every = everybody(await find_doctors(turn.clinic, turn.actor, ""))
    page = min(tap.page, max(0, len(every) - 1) // WHOM_PAGE) if isinstance(tap, FreeWhom) else 0
    here = every[page * WHOM_PAGE : (page + 1) * WHOM_PAGE]
    rows: list[Row] = [[button(_whom_label(whom, words), FreeLength(whom=whom.key))] for whom in here]
    before = FreeWhom(page=page - 1) if page else None
    after = FreeWhom(page=page + 1) if (page + 1) * WHOM_PAGE < len(every) else None
    text = words.rich(
        "<b>Who should be free?</b>\nTap a specialization or a doctor, or type <code>/free</code>, a name and minutes: "
        "<code>/free ruiz 30</code>."
    )
    if not every:
        text = words.rich("There are no doctors yet. The administrator invites them.")
    await turn.show(Screen(text, [*rows, *page_buttons(before, after), [menu_button(words)]]))


def _whom_label(whom: Whom, words: Words) -> str:
    if whom.key.startswith("d"):
        return whom.label
    many = words.count("{n} doctor", "{n} doctors", len(whom.doctors))
    return f"{whom.label} · {many}"


async def ask_length(turn: Turn, tap: FreeLength) -> None:
    whom = await find_whom(turn.clinic, turn.actor, tap.whom)
    await turn.show(_length_screen(turn.words, whom))


def _length_screen(words: Words, whom: Whom, *, impossible: bool = False) -> Screen:
    text = words.rich("<b>{whom}</b>: how long a slot?", whom=whom.label)
    typed = words.rich("Other lengths from 5 to 240 minutes can be typed: <code>/free ruiz 25</code>.")
    if impossible:
        typed = words.rich("A slot takes 5 to 240 minutes.") + "\n" + typed
    other = button(words.say("Somebody else"), Open(place=Place.FREE))
    return Screen(f"{text}\n{typed}", [*_lengths(whom.key, None, words), [other, menu_button(words)]])


def _lengths(key: str, chosen: int | None, words: Words) -> list[Row]:
    """Return the usual lengths to tap, in rows that a narrow phone has room for."""
    labels = ((minutes, words.say("{minutes} min", minutes=minutes)) for minutes in LENGTHS)
    buttons = (
        button(f"✓ {label}" if minutes == chosen else label, ShowFree(whom=key, minutes=minutes, page=0))
        for minutes, label in labels
    )
    return in_rows(buttons, 3)


async def show_free(turn: Turn, tap: ShowFree) -> None:
    """Show a page of free slots, or that there are none with the way to why."""
    words, begin = turn.words, tap.page * PAGE
    whom = await find_whom(turn.clinic, turn.actor, tap.whom)
    found = await _next_free(turn, whom, tap.minutes, begin + PAGE + 1)
    shown = found[begin : begin + PAGE]
    length = words.length(timedelta(minutes=tap.minutes))
    heading = words.rich("<b>{whom}</b> · free for {length}", whom=whom.label, length=length)
    rows: list[Row] = []
    if shown and _can_be_booked(turn, shown, tap.minutes):
        said = words.rich("On the clock of {zone}. Tap a time to book it.", zone=turn.clinic.zone.key)
        said += own_clock_note(shown, turn.clinic, words)
        rows += _slot_rows(turn, shown, named=len(whom.doctors) > 1)
        rows += _paging(tap, words, more=len(found) > begin + PAGE)
    elif shown:
        clock = words.rich("On the clock of {zone}", zone=turn.clinic.zone.key)
        said = f"{clock}\n\n{offers_text(shown, turn.clinic, words, named=len(whom.doctors) > 1)}"
        rows += _paging(tap, words, more=len(found) > begin + PAGE)
    elif begin:
        said = words.rich("No more in the coming 60 days.")
        rows += _paging(tap, words, more=False)
    else:
        said = words.rich("Nothing is free in the coming 60 days.")
        rows.append([button(words.say("Why none?"), WhyNoneFree(whom=tap.whom, minutes=tap.minutes), GO)])
    other = button(words.say("Somebody else"), Open(place=Place.FREE))
    lengths = _lengths(tap.whom, tap.minutes, words)
    await turn.show(Screen(f"{heading}\n{said}", [*rows, *lengths, [other, menu_button(words)]]))


def _can_be_booked(turn: Turn, offers: Sequence[Offer], minutes: int) -> bool:
    """Whether the person books, and a booking of each of the doctors is as long as usual."""
    return policy.is_desk(turn.actor) and all(offer.doctor.slots.minutes == minutes for offer in offers)


def _slot_rows(turn: Turn, offers: Sequence[Offer], *, named: bool) -> list[Row]:
    """Return a button a slot that leads to the question for the patient's reference."""
    buttons = (
        button(
            offer_label(offer, turn.clinic, turn.words, named=named),
            BookAt(doctor=offer.doctor.doctor_id, start=minute_of(offer.slot.start), moves=0),
        )
        for offer in offers
    )
    return in_rows(buttons, 1 if named else 2)


def _paging(tap: ShowFree, words: Words, *, more: bool) -> Iterator[Row]:
    row = []
    if tap.page:
        row.append(button("◀", ShowFree(whom=tap.whom, minutes=tap.minutes, page=tap.page - 1)))
    if more and tap.page < MOST_PAGES:
        row.append(button(words.say("More"), ShowFree(whom=tap.whom, minutes=tap.minutes, page=tap.page + 1)))
    if row:
        yield row


async def why_none(turn: Turn, tap: WhyNoneFree) -> None:
    """Say for each doctor why nothing is free."""
    words, length, span = turn.words, timedelta(minutes=tap.minutes), _searched(turn)
    whom = await find_whom(turn.clinic, turn.actor, tap.whom)
    board = await read_board(turn.clinic, turn.actor, span, whom.doctor_ids[:MOST_REASONS])
    schedules = {doctor.doctor_id: schedule for doctor, schedule in board}
    lines = []
    for doctor in whom.doctors[:MOST_REASONS]:
        why = reasons(schedules[doctor.doctor_id], length, span, turn.clinic.clock())
        lines.append(words.rich("{name}: {reason}", name=doctor.name, reason=reason_text(*why, words)))
    if len(whom.doctors) > MOST_REASONS:
        lines.append(words.rich("… and {n} more.", n=len(whom.doctors) - MOST_REASONS))
    heading = words.rich("<b>{whom}</b> · why not for {length}?", whom=whom.label, length=words.length(length))
    back = button(words.say("Back"), ShowFree(whom=tap.whom, minutes=tap.minutes, page=0))
    await turn.show(Screen("\n".join([heading, *lines]), [[back, menu_button(words)]]))


async def _next_free(turn: Turn, whom: Whom, minutes: int, most: int) -> list[Offer]:
    """Return the next free slots of a doctor, or of all of a specialization, bookings taken out."""
    span = _searched(turn)
    if whom.key == key_of(whom.doctors[0]):
        doctor_id = whom.doctors[0].doctor_id
        return await find_free(turn.clinic, turn.actor, span, doctor_id=doctor_id, minutes=minutes, most=most)
    return await find_free(turn.clinic, turn.actor, span, doctor_ids=whom.doctor_ids, minutes=minutes, most=most)


def _searched(turn: Turn) -> DateSpan:
    now = today(turn.clinic.clock(), turn.clinic.zone)
    return DateSpan(now, now + SEARCHED)
