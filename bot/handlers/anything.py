"""What nobody else took: typed text finds what it answers, and old buttons get a kind word."""

from __future__ import annotations

from functools import partial

from telegram import Message
from telegram.ext import filters

from bot.booking_draft import BookingDraft
from bot.broadcast_draft import BroadcastDraft
from bot.dates_draft import DatesDraft
from bot.draft import AnyWeekDraft, InviteDraft
from bot.front import Front, Handler
from bot.handlers.availability import type_into_week, type_time, type_week
from bot.handlers.book import type_booking
from bot.handlers.broadcast import take as take_broadcast
from bot.handlers.dates import type_dates, type_into_dates
from bot.handlers.find import type_name
from bot.handlers.forms import settled
from bot.handlers.patient import type_into as type_into_booking
from bot.handlers.people import type_doctor
from bot.handlers.reminder import take as take_reminder
from bot.handlers.start import show_menu
from bot.picking import HoursDraft
from bot.reminder_draft import ReminderDraft
from bot.screen import menu_button, Screen
from bot.taps.dates import Form
from bot.taps.form import Step
from bot.taps.tap import Inert
from bot.turn import Turn
from bot.typed import grammar_for, read_time, week_example
from bot.typed_dates import date_grammar_for
from clinic.people import Role

CALENDARS = (Step.DATES, Step.LAST)
"""The steps for which a date is typed: with hours after it, it is time off there, and not other hours."""


def typed_text(front: Front) -> Handler:
    return front.on_message(filters.TEXT & ~filters.COMMAND & ~filters.VIA_BOT, typed)


def handlers(front: Front) -> list[Handler]:
    """Handle the rest. What an inline query has posted into this chat is an answer, and wants none."""
    return [
        front.on_tap(Inert, rest),
        front.on_message(~filters.VIA_BOT, not_understood),
        front.on_old_tap(old_button),
    ]


@settled
async def typed(turn: Turn, message: Message) -> Step | int | None:
    """Take a text for what it answers: a form that waits for it, a whole week, or a doctor whom it names."""
    text = message.text or ""
    draft = turn.draft
    week = Role.DOCTOR in turn.actor.roles and grammar_for(turn.words).starts_like_a_week(text)
    if await _taken_to_send(turn, message):
        return None
    if isinstance(draft, InviteDraft) and not (week and turn.forgotten):
        await type_doctor(turn, draft, text)
        return None
    if await type_booking(turn, text):
        return None
    if isinstance(draft, BookingDraft) and not (week and turn.forgotten):
        await type_into_booking(turn, draft, text)
        return None
    step = await _typed_into_hours(turn, draft, text) if isinstance(draft, HoursDraft) else None
    if step is not None:
        return step
    dates = draft if isinstance(draft, DatesDraft) else None
    with_hours = week and any(map(str.isdigit, text)) and not (dates and dates.whose)
    if dates and dates.step in CALENDARS and not (with_hours or turn.forgotten):
        step = await type_into_dates(turn, dates, text)
    if step is None and Role.DOCTOR in turn.actor.roles:
        step = await _typed_hours(turn, text)
    if step is None and dates:
        step = await type_into_dates(turn, dates, text)
    if step is None and not await type_name(turn, text):
        await not_understood(turn, message)
    return step


async def _taken_to_send(turn: Turn, message: Message) -> bool:
    """Take what an admin sends for the form that makes a message to others of it; return whether there is one."""
    draft = turn.draft
    if isinstance(draft, ReminderDraft):
        return await take_reminder(turn, draft, message)
    return isinstance(draft, BroadcastDraft) and await take_broadcast(turn, draft, message)


async def _typed_into_hours(turn: Turn, draft: HoursDraft, text: str) -> Step | None:
    """Take a text for the time that a form asks for, or for the week of another whose form is open."""
    minutes = read_time(text)
    if minutes is not None and draft.takes(minutes):
        return await type_time(turn, draft, minutes)
    if not isinstance(draft, AnyWeekDraft) or not draft.whose:
        return None
    own = Role.DOCTOR in turn.actor.roles and turn.forgotten  # a doctor has rather begun something else by now
    week = not own and grammar_for(turn.words).starts_like_a_week(text)
    return await type_into_week(turn, draft, text) if week else None


async def _typed_hours(turn: Turn, text: str) -> Step | None:
    """Take a text for days off, other hours on dates, or a week; none where it is none of them."""
    grammar = date_grammar_for(turn.words)
    for form, read in ((Form.OFF, grammar.off), (Form.DATE, grammar.other_hours)):
        step = await type_dates(turn, form, partial(read, text))
        if step is not None:
            return step
    return await type_week(turn, text) if grammar_for(turn.words).starts_like_a_week(text) else None


async def not_understood(turn: Turn, message: Message) -> None:
    words, draft = turn.words, turn.draft
    if message.text is None and await _taken_to_send(turn, message):
        return
    if isinstance(draft, InviteDraft) and not turn.forgotten:
        text = words.rich("I need the doctor's name as a text, for example <code>Ana Ruiz, cardiology</code>.")
    elif isinstance(draft, AnyWeekDraft) and not turn.forgotten:
        text = words.rich("I need a time of day here: 9, 9:15, 0915, 9am or 21.30.")
    elif Role.DOCTOR in turn.actor.roles:
        text = words.rich(
            "I did not understand that. You can type your week, for example:\n<code>{example}</code>",
            example=week_example(words),
        )
    else:
        text = words.rich("I did not understand that. See /help for what you can do.")
    await turn.show(Screen(text, [[menu_button(words)]]))


async def rest(turn: Turn, _tap: Inert) -> None:
    """Stop the spinner of a calendar's cell that is no date to pick."""
    await turn.answer()


async def old_button(turn: Turn, _given: object) -> None:
    """Answer a button that this version does not know, with a fresh menu in its place."""
    await show_menu(turn, None, turn.words.say("That button is from an older version. Here is a fresh menu."))
