"""Look at a doctor's week, switch its days, undo."""

from __future__ import annotations

from datetime import date, timedelta

from bot.front import Front, Handler
from bot.handlers.own import name_unless_own, own_doctor_id
from bot.protection import protected
from bot.screen import of_doctor
from bot.summary import shown_monday, this_monday, week_screen, why_screen
from bot.taps.tap import Place
from bot.taps.week import DropPlan, ShowWeek, ShowWhy, SwitchDay, Undo
from bot.turn import Turn
from clinic import policy
from clinic.dates import week_span
from clinic.use_cases.hours import drop_plan, read_schedule, switch_day, undo
from clinic.use_cases.watching import is_watching
from clinic.week import monday_of


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("toggle", toggle),
        front.on_place(Place.WEEK, own_week),
        front.on_tap(ShowWeek, show_week),
        protected(front, SwitchDay, switch),
        protected(front, Undo, take_back),
        front.on_tap(ShowWhy, why),
        protected(front, DropPlan, drop),
    ]


async def own_week(turn: Turn, _given: object) -> None:
    await show_week_of(turn, own_doctor_id(turn), this_monday(turn.clinic))


async def toggle(turn: Turn, _given: str) -> None:
    """Answer ``/toggle``: the week with a switch a day."""
    notice = turn.words.rich("Tap a day to switch it off or on again. Its hours are kept.")
    await show_week_of(turn, own_doctor_id(turn), this_monday(turn.clinic), notice=notice)


async def show_week_of(turn: Turn, doctor_id: int, monday: date, *, notice: str = "", toast: str = "") -> None:
    """Show a doctor's week, with what the person may do with it."""
    read = await read_schedule(turn.clinic, turn.actor, doctor_id, week_span(monday))
    watched = None
    if turn.actor.doctor_id != doctor_id and policy.is_desk(turn.actor):
        watched = await is_watching(turn.clinic, turn.actor, doctor_id)
    screen = week_screen(turn.clinic, read, monday, turn.actor, turn.words, watched=watched, notice=notice)
    await turn.show(screen, toast)


async def show_week(turn: Turn, tap: ShowWeek, toast: str = "") -> None:
    await show_week_of(turn, tap.doctor, shown_monday(turn.clinic, tap.monday), toast=toast)


async def why(turn: Turn, tap: ShowWhy) -> None:
    """Show which rule decides each date of a week."""
    monday = shown_monday(turn.clinic, tap.monday)
    read = await read_schedule(turn.clinic, turn.actor, tap.doctor, week_span(monday))
    screen = why_screen(turn.clinic, read, monday, turn.actor, turn.words)
    await turn.show(of_doctor(screen, name_unless_own(turn, read.doctor), turn.words))


async def switch(turn: Turn, tap: SwitchDay) -> None:
    """Switch a day of the shown week; of a week that is over, the same day of this one."""
    monday = max(shown_monday(turn.clinic, tap.monday), this_monday(turn.clinic))
    date_of_day = monday + timedelta(days=tap.day)
    await switch_day(turn.clinic, turn.actor, tap.doctor, date_of_day, on=tap.on, bookings=turn.bookings)
    day = turn.words.weekday_in_full(tap.day)
    toast = turn.words.say("{day} is on", day=day) if tap.on else turn.words.say("{day} is off", day=day)
    await show_week_of(turn, tap.doctor, monday, toast=toast)


async def take_back(turn: Turn, tap: Undo) -> None:
    await undo(turn.clinic, turn.actor, tap.doctor, tap.version, bookings=turn.bookings)
    notice = turn.words.rich("↩ <b>Undone.</b> This is the week as before.")
    await show_week_of(turn, tap.doctor, this_monday(turn.clinic), notice=notice)


async def drop(turn: Turn, tap: DropPlan) -> None:
    """Give up the hours of one week, or those from a date on."""
    await drop_plan(turn.clinic, turn.actor, tap.doctor, tap.starts, once=tap.once, bookings=turn.bookings)
    notice = turn.words.rich("✓ <b>Saved.</b> The usual hours hold again.")
    await show_week_of(turn, tap.doctor, monday_of(tap.starts), notice=notice)
