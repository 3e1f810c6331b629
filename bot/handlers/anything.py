"""What nobody else took: typed text finds what it answers, and old buttons get a kind word."""

from __future__ import annotations

from telegram import Message
from telegram.ext import filters

from bot.draft import InviteDraft, WeekDraft
from bot.handlers.availability import settled, type_time, type_week
from bot.handlers.people import type_doctor
from bot.handlers.start import show_menu
from bot.screen import menu_button, Screen
from bot.taps import Step
from bot.turn import Front, Handler, Turn
from bot.typed import grammar_for, read_time, week_example
from clinic.people import Role


def typed_text(front: Front) -> Handler:
    return front.on_message(filters.TEXT & ~filters.COMMAND, typed)


def handlers(front: Front) -> list[Handler]:
    return [front.on_message(filters.ALL, not_understood), front.on_old_tap(old_button)]


@settled
async def typed(turn: Turn, message: Message) -> Step | int | None:
    """Take a text for what it answers: a form that waits for it, or a whole week."""
    text = message.text or ""
    draft = turn.draft
    week = Role.DOCTOR in turn.actor.roles and grammar_for(turn.words).starts_like_a_week(text)
    if isinstance(draft, InviteDraft) and not (week and turn.forgotten):
        await type_doctor(turn, draft, text)
        return None
    minutes = read_time(text)
    if isinstance(draft, WeekDraft) and minutes is not None and draft.takes(minutes):
        return await type_time(turn, draft, minutes)
    if week:
        return await type_week(turn, text)
    await not_understood(turn, message)
    return None


async def not_understood(turn: Turn, _message: Message) -> None:
    words = turn.words
    if isinstance(turn.draft, InviteDraft) and not turn.forgotten:
        text = words.rich("I need the doctor's name as a text, for example <code>Ana Ruiz, cardiology</code>.")
    elif isinstance(turn.draft, WeekDraft) and not turn.forgotten:
        text = words.rich("I need a time of day here: 9, 9:15, 0915, 9am or 21.30.")
    elif Role.DOCTOR in turn.actor.roles:
        text = words.rich(
            "I did not understand that. You can type your week, for example:\n<code>{example}</code>",
            example=week_example(words),
        )
    else:
        text = words.rich("I did not understand that. See /help for what you can do.")
    await turn.show(Screen(text, [[menu_button(words)]]))


async def old_button(turn: Turn, _given: object) -> None:
    """Answer a button that this version does not know, with a fresh menu in its place."""
    await show_menu(turn, None, turn.words.say("That button is from an older version. Here is a fresh menu."))
