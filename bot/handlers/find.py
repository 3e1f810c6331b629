"""Find a doctor: by the command, or by a name or a specialization that is simply typed."""

from __future__ import annotations

from collections.abc import Callable

from bot.find import By, find, Found, typed_words
from bot.front import Front, Handler
from bot.handlers.week import own_week, show_week
from bot.screen import button, GO, menu_button, page_buttons, Row, Screen
from bot.summary import this_monday
from bot.taps.tap import Open, Place, Tap
from bot.taps.week import ShowDoctors, ShowWeek
from bot.turn import Turn
from clinic.errors import NotAllowed
from clinic.people import Doctor, LONGEST_NAME, Role
from clinic.use_cases.hours import find_doctors

PAGE = 8
MOST_FOUND = 20
SHORTEST_TYPED = 3
"""Fewer letters than these, typed out of nowhere, are an answer to something else: ``ok``, ``no``."""


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("week", week),
        front.on_place(Place.DOCTORS, list_doctors),
        front.on_tap(ShowDoctors, list_doctors),
    ]


async def week(turn: Turn, name: str) -> None:
    """Answer ``/week``: one's own, or with a name or a specialization the doctors whom it fits."""
    if name:
        await search(turn, name)
    elif turn.actor.doctor_id is not None:
        await own_week(turn, None)
    else:
        await list_doctors(turn, ShowDoctors(page=0))


async def search(turn: Turn, text: str) -> None:
    """Show the doctor whom a text means, or a list to pick from."""
    text = text[:LONGEST_NAME]
    found = find(text, await find_doctors(turn.clinic, turn.actor, ""))
    if found.doctors:
        await _show_found(turn, text, found)
    else:
        await show_nobody(turn, text)


async def type_name(turn: Turn, text: str) -> bool:
    """Take a typed text for a name or a specialization; return whether it was one, and the person may look it up."""
    if len(text) > LONGEST_NAME or max(map(len, typed_words(text)), default=0) < SHORTEST_TYPED:
        return False
    try:
        doctors = await find_doctors(turn.clinic, turn.actor, "")
    except NotAllowed:
        return False
    found = find(text, doctors)
    if found.doctors:
        await _show_found(turn, text, found)
    return bool(found.doctors)


async def _show_found(turn: Turn, text: str, found: Found) -> None:
    doctors = found.doctors
    taps = [ShowWeek(doctor=doctor.doctor_id, monday=this_monday(turn.clinic)) for doctor in doctors[:MOST_FOUND]]
    if len(taps) == 1:
        await show_week(turn, taps[0])
        return
    rows = [[button(_label(doctor), tap)] for doctor, tap in zip(doctors, taps, strict=False)]
    await turn.show(Screen(found_text(turn, text, found), [*rows, [menu_button(turn.words)]]))


def found_text(turn: Turn, text: str, found: Found) -> str:
    """Return as HTML what was found by what, and whether there is more than a list holds."""
    words = turn.words
    headings = {
        By.NAME: words.rich("Doctors with “{name}” in their name:", name=text),
        By.SPECIALIZATION: words.rich("Doctors of “{specialization}”:", specialization=text),
        By.LIKENESS: words.rich("No doctor has “{name}” in the name. Did you mean one of these?", name=text),
    }
    shown = headings[found.by]
    more = len(found.doctors) - MOST_FOUND
    if more > 0:
        shown += "\n" + words.rich("… and {n} more. Type more of the name.", n=more)
    return shown


async def show_nobody(turn: Turn, text: str) -> None:
    """Say that a text means no doctor, with a way on."""
    shown = turn.words.rich("No doctor has “{name}” in the name.", name=text)
    everybody = button(turn.words.say("All doctors"), Open(place=Place.DOCTORS), GO)
    await turn.show(Screen(shown, [[everybody, menu_button(turn.words)]]))


async def ask_whom(turn: Turn, name: str, tap: Callable[[Doctor], Tap], question: str = "") -> Doctor | None:
    """Return the one doctor whom a name means; else ask which, each with a tap, or say that there is nobody.

    ``question`` is HTML, for where no name is given.
    """
    found = find(name[:LONGEST_NAME], await find_doctors(turn.clinic, turn.actor, ""))
    if len(found.doctors) == 1:
        return found.doctors[0]
    if name and not found.doctors:
        await show_nobody(turn, name)
        return None
    rows = [[button(_label(doctor), tap(doctor))] for doctor in found.doctors[:MOST_FOUND]]
    text = found_text(turn, name, found) if name else question
    await turn.show(Screen(text, [*rows, [menu_button(turn.words)]]))
    return None


async def list_doctors(turn: Turn, tap: ShowDoctors | Open) -> None:
    """Show every doctor, a page at a time."""

    def week_of(doctor: Doctor) -> Tap:
        return ShowWeek(doctor=doctor.doctor_id, monday=this_monday(turn.clinic))

    page = tap.page if isinstance(tap, ShowDoctors) else 0
    rows = await doctor_pages(turn, page, week_of, lambda page: ShowDoctors(page=page))
    if rows:
        text = turn.words.rich("<b>Whose week?</b>\nTap a doctor, or type a name or a specialization.")
    elif Role.ADMIN in turn.actor.roles:
        text = turn.words.rich("There are no doctors yet. Invite the first with /invite.")
    else:
        text = turn.words.rich("There are no doctors yet. The administrator invites them.")
    await turn.show(Screen(text, [*rows, [menu_button(turn.words)]]))


async def doctor_pages(turn: Turn, page: int, tap: Callable[[Doctor], Tap], turned: Callable[[int], Tap]) -> list[Row]:
    """Return a page of all doctors, a button each, with the buttons that turn it; the last page where it is beyond."""
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    page = min(page, max(0, len(doctors) - 1) // PAGE)
    rows: list[Row] = [[button(_label(doctor), tap(doctor))] for doctor in doctors[page * PAGE : (page + 1) * PAGE]]
    after = turned(page + 1) if (page + 1) * PAGE < len(doctors) else None
    return [*rows, *page_buttons(turned(page - 1) if page else None, after)]


def _label(doctor: Doctor) -> str:
    return f"{doctor.name} · {doctor.specialization}"
