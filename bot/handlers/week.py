"""Look at a doctor's week, switch its days, undo, and find doctors."""

from __future__ import annotations

from datetime import date, timedelta

from bot.handlers.own import own_doctor_id
from bot.screen import button, GO, menu_button, page_buttons, Row, Screen
from bot.summary import shown_monday, this_monday, week_screen, why_screen
from bot.taps import DropPlan, Open, Place, ShowDoctors, ShowWeek, ShowWhy, SwitchDay, Undo
from bot.turn import Front, Handler, Turn
from clinic.dates import week_span
from clinic.people import Doctor, LONGEST_NAME, Role
from clinic.use_cases.hours import drop_plan, find_doctors, read_schedule, switch_day, undo
from clinic.week import monday_of

PAGE = 8
MOST_FOUND = 20


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("week", week),
        front.on_command("toggle", toggle),
        front.on_place(Place.WEEK, own_week),
        front.on_place(Place.DOCTORS, list_doctors),
        front.on_tap(ShowDoctors, list_doctors),
        front.on_tap(ShowWeek, show_week),
        front.on_tap(SwitchDay, switch),
        front.on_tap(Undo, take_back),
        front.on_tap(ShowWhy, why),
        front.on_tap(DropPlan, drop),
    ]


async def week(turn: Turn, name: str) -> None:
    """Answer ``/week``: one's own, or with a part of a name the doctors whom it fits."""
    if name:
        await search(turn, name)
    elif turn.actor.doctor_id is not None:
        await own_week(turn, None)
    else:
        await list_doctors(turn, ShowDoctors(page=0))


async def own_week(turn: Turn, _given: object) -> None:
    await show_own_week(turn, own_doctor_id(turn), this_monday(turn.clinic))


async def toggle(turn: Turn, _given: str) -> None:
    """Answer ``/toggle``: the week with a switch a day."""
    notice = turn.words.rich("Tap a day to switch it off or on again. Its hours are kept.")
    await show_own_week(turn, own_doctor_id(turn), this_monday(turn.clinic), notice=notice)


async def show_own_week(turn: Turn, doctor_id: int, monday: date, *, notice: str = "", toast: str = "") -> None:
    """Show a week to its doctor, with what only the doctor may do."""
    read = await read_schedule(turn.clinic, turn.actor, doctor_id, week_span(monday))
    await turn.show(week_screen(turn.clinic, read, monday, turn.words, own=True, notice=notice), toast)


async def show_week(turn: Turn, tap: ShowWeek) -> None:
    monday = shown_monday(turn.clinic, tap.monday)
    read = await read_schedule(turn.clinic, turn.actor, tap.doctor, week_span(monday))
    own = turn.actor.doctor_id == tap.doctor
    await turn.show(week_screen(turn.clinic, read, monday, turn.words, own=own))


async def why(turn: Turn, tap: ShowWhy) -> None:
    """Show which rule decides each date of a week."""
    monday = shown_monday(turn.clinic, tap.monday)
    read = await read_schedule(turn.clinic, turn.actor, tap.doctor, week_span(monday))
    await turn.show(why_screen(turn.clinic, read, monday, turn.actor, turn.words))


async def switch(turn: Turn, tap: SwitchDay) -> None:
    """Switch a day of the shown week; of a week that is over, the same day of this one."""
    monday = max(shown_monday(turn.clinic, tap.monday), this_monday(turn.clinic))
    await switch_day(turn.clinic, turn.actor, tap.doctor, monday + timedelta(days=tap.day), on=tap.on)
    day = turn.words.weekday_in_full(tap.day)
    toast = turn.words.say("{day} is on", day=day) if tap.on else turn.words.say("{day} is off", day=day)
    await show_own_week(turn, tap.doctor, monday, toast=toast)


async def take_back(turn: Turn, tap: Undo) -> None:
    await undo(turn.clinic, turn.actor, tap.doctor, tap.version)
    notice = turn.words.rich("↩ <b>Undone.</b> This is your week as before.")
    await show_own_week(turn, tap.doctor, this_monday(turn.clinic), notice=notice)


async def drop(turn: Turn, tap: DropPlan) -> None:
    """Give up the hours of one week, or those from a date on."""
    doctor_id = own_doctor_id(turn)
    await drop_plan(turn.clinic, turn.actor, doctor_id, tap.starts, once=tap.once)
    notice = turn.words.rich("✓ <b>Saved.</b> The usual hours hold again.")
    await show_own_week(turn, doctor_id, monday_of(tap.starts), notice=notice)


async def search(turn: Turn, name: str) -> None:
    """Show the doctor whose name has the text in it, or a list to pick from."""
    name = name[:LONGEST_NAME]
    doctors = await find_doctors(turn.clinic, turn.actor, name)
    if len(doctors) == 1:
        await show_week(turn, ShowWeek(doctor=doctors[0].doctor_id, monday=this_monday(turn.clinic)))
    elif doctors:
        found = turn.words.rich("Doctors with “{name}” in their name:", name=name)
        more = len(doctors) - MOST_FOUND
        if more > 0:
            found += "\n" + turn.words.rich("… and {n} more. Type more of the name.", n=more)
        rows = [_doctor_row(turn, doctor) for doctor in doctors[:MOST_FOUND]]
        await turn.show(Screen(found, [*rows, [menu_button(turn.words)]]))
    else:
        text = turn.words.rich("No doctor has “{name}” in the name.", name=name)
        everybody = button(turn.words.say("All doctors"), Open(place=Place.DOCTORS), GO)
        await turn.show(Screen(text, [[everybody, menu_button(turn.words)]]))


async def list_doctors(turn: Turn, tap: ShowDoctors | Open) -> None:
    """Show every doctor, a page at a time."""
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    page = min(tap.page, max(0, len(doctors) - 1) // PAGE) if isinstance(tap, ShowDoctors) else 0
    rows: list[Row] = [_doctor_row(turn, doctor) for doctor in doctors[page * PAGE : (page + 1) * PAGE]]
    before = ShowDoctors(page=page - 1) if page else None
    after = ShowDoctors(page=page + 1) if (page + 1) * PAGE < len(doctors) else None
    if doctors:
        text = turn.words.rich("<b>Whose week?</b>\nTap a doctor, or type <code>/week</code> and a part of the name.")
    elif Role.ADMIN in turn.actor.roles:
        text = turn.words.rich("There are no doctors yet. Invite the first with /invite.")
    else:
        text = turn.words.rich("There are no doctors yet. The administrator invites them.")
    await turn.show(Screen(text, [*rows, *page_buttons(before, after), [menu_button(turn.words)]]))


def _doctor_row(turn: Turn, doctor: Doctor) -> Row:
    tap = ShowWeek(doctor=doctor.doctor_id, monday=this_monday(turn.clinic))
    return [button(f"{doctor.name} · {doctor.specialization}", tap)]
