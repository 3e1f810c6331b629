"""A doctor answers for a week; the desk sees who has."""

from __future__ import annotations

from bot.confirmation import question_screen
from bot.confirmed import confirmed_screen, MOST_LINES
from bot.dates_editor import after_rows
from bot.front import Front, Handler
from bot.handlers.own import own_doctor_id
from bot.handlers.week import show_week_of
from bot.protection import protected
from bot.screen import Screen
from bot.summary import shown_monday, week_text
from bot.taps.confirmations import AskWeek, ConfirmWeek, ShowConfirmed, ShowConfirmedBefore, TakeWeekOff
from bot.taps.dates import Form
from bot.taps.tap import Place
from bot.turn import Turn
from clinic.dates import week_span
from clinic.errors import WeekHasChanged
from clinic.use_cases.broadcasts import coming_monday
from clinic.use_cases.confirmations import confirm_week, read_answers, take_week_off
from clinic.use_cases.hours import read_schedule


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("confirmed", show_coming),
        front.on_place(Place.CONFIRMED, show_coming),
        front.on_tap(ShowConfirmed, show_confirmed),
        front.on_tap(ShowConfirmedBefore, show_confirmed_before),
        front.on_tap(AskWeek, ask),
        front.on_tap(ConfirmWeek, confirm),
        protected(front, TakeWeekOff, take_off),
    ]


async def ask(turn: Turn, tap: AskWeek, *, moved: bool = False) -> None:
    """Show a week of one's own as it now is, with the question whether it is right."""
    read = await read_schedule(turn.clinic, turn.actor, own_doctor_id(turn), week_span(tap.monday))
    week = week_text(turn.clinic, read, tap.monday, turn.words, read.schedule.zone)
    await turn.show(question_screen(read, tap.monday, week, turn.words, moved=moved))


async def confirm(turn: Turn, tap: ConfirmWeek) -> None:
    doctor_id = own_doctor_id(turn)
    try:
        await confirm_week(turn.clinic, turn.actor, doctor_id, tap.monday, tap.seen)
    except WeekHasChanged:
        await ask(turn, AskWeek(monday=tap.monday), moved=True)
    else:
        notice = turn.words.rich("✓ <b>Confirmed.</b> The desk sees it.")
        await show_week_of(turn, doctor_id, tap.monday, notice=notice)


async def take_off(turn: Turn, tap: TakeWeekOff) -> None:
    """Take the week off at once; the undo beside it brings it back."""
    words = turn.words
    change = await take_week_off(turn.clinic, turn.actor, own_doctor_id(turn), tap.monday, bookings=turn.bookings)
    text = words.rich(
        "✓ <b>You are off {dates}.</b>\nThe desk sees it: you need not confirm that week.",
        dates=words.span(week_span(tap.monday)),
    )
    await turn.show(Screen(text, after_rows(Form.OFF, change, words)))


async def show_coming(turn: Turn, _given: object) -> None:
    await show_confirmed(turn, ShowConfirmed(monday=coming_monday(turn.clinic), first=0))


async def show_confirmed(turn: Turn, tap: ShowConfirmed) -> None:
    monday = shown_monday(turn.clinic, tap.monday)
    answers = await read_answers(turn.clinic, turn.actor, monday, tap.first, MOST_LINES)
    await turn.show(confirmed_screen(turn.clinic, answers, monday, turn.words))


async def show_confirmed_before(turn: Turn, tap: ShowConfirmedBefore) -> None:
    monday, first = shown_monday(turn.clinic, tap.monday), max(tap.end - MOST_LINES, 0)
    answers = await read_answers(turn.clinic, turn.actor, monday, first, tap.end - first)
    await turn.show(confirmed_screen(turn.clinic, answers, monday, turn.words, backwards=True))
