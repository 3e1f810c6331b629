"""A calendar file of public holidays, sent by an admin: shown, then saved as closures, all of it or nothing."""

from __future__ import annotations

import asyncio

from telegram import Message
from telegram.error import TelegramError
from telegram.ext import filters

from bot.broadcast_draft import BroadcastDraft
from bot.closure_file import BadFile, MOST_BYTES, read_closures
from bot.dates_draft import DatesDraft
from bot.front import Front, Handler
from bot.handlers import forms
from bot.handlers.broadcast import take as take_broadcast
from bot.handlers.dates import known_of
from bot.screen import button, menu_button, Screen
from bot.taps.dates import Form, OpenForm
from bot.taps.form import Step
from bot.turn import Turn


def handlers(front: Front) -> list[Handler]:
    return [front.on_message(filters.Document.ALL, take_file)]


@forms.settled
async def take_file(turn: Turn, message: Message) -> None:
    """Show a calendar file's days for review; what is too large is refused before it is fetched."""
    draft = turn.draft
    if isinstance(draft, BroadcastDraft) and await take_broadcast(turn, draft, message):
        return
    known = await known_of(turn, Form.CLOSED, 0)
    document = message.document
    if document is None or document.file_size is None or document.file_size > MOST_BYTES:
        await _refuse(turn, turn.words.rich("That file is larger than 1 MB. Nothing was changed."))
        return
    try:
        content = bytes(await (await document.get_file()).download_as_bytearray())
    except TelegramError:
        await _refuse(turn, turn.words.rich("Telegram did not give me the file. Please send it again."))
        return
    try:
        found = await asyncio.to_thread(read_closures, content, known.today, turn.clinic.zone)
    except BadFile as bad:
        text = turn.words.rich(
            "Line {line} of the file: {reason}. Nothing was changed.", line=bad.line, reason=turn.words.say(bad.reason)
        )
        await _refuse(turn, text)
        return
    if not found:
        await _refuse(turn, turn.words.rich("The file has no day from today on. Nothing was changed."))
        return
    spans = (found[0].first, max(closure.last for closure in found))
    draft = DatesDraft(form=Form.CLOSED, month=known.today.replace(day=1), dates=spans, imported=found)
    await forms.begin(turn, draft.at(Step.REVIEW))


async def _refuse(turn: Turn, text: str) -> None:
    again = button(turn.words.say("Closed days"), OpenForm(form=Form.CLOSED, doctor=0))
    await turn.show(Screen(text, [[again, menu_button(turn.words)]]))
