"""One update of one person: who it is, what they speak, what they were doing, and how to answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import ValidationError
from telegram import Bot, InlineQueryResult, InlineQueryResultsButton, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.draft import AnyDraft, FORGOTTEN, LIFE, read_draft
from bot.network import call
from bot.screen import Row, Screen
from bot.words import Words, words_of
from clinic.booking import Affected
from clinic.errors import ClinicError, StorageBusy
from clinic.people import Actor, LONGEST_LANGUAGE, LONGEST_NAME
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.people import identify, see

log = logging.getLogger(__name__)

OFFER_SECONDS = 5
"""How long Telegram may give an inline query's results again: longer, and a changed week would be posted as it was."""

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NO_ERRORS = ("message is not modified", "query is too old", "query id is invalid")


@dataclass(frozen=True, slots=True)
class Turn:
    """A person's update, answered through ``show`` or ``answer``; made anew for every update.

    ``bookings`` is what the person has said becomes of bookings that a change of hours leaves without hours.
    """

    clinic: Clinic
    bot: Bot
    update: Update
    actor: Actor
    words: Words
    stored: Draft | None
    bookings: Affected | None = None

    @property
    def chat_id(self) -> int:
        return self.actor.user_id

    @property
    def draft(self) -> AnyDraft | None:
        """The draft that the update speaks to; none where an older or a newer program wrote it."""
        try:
            return read_draft(self.stored.body) if self.stored else None
        except (ValidationError, ClinicError):  # what it holds may break a rule that is newer than it
            return None

    @property
    def untouched(self) -> timedelta:
        """How long ago the draft was last kept."""
        return self.clinic.clock() - (self.stored.expires_at - LIFE) if self.stored else timedelta()

    @property
    def forgotten(self) -> bool:
        """Whether what was typed may be meant for something else than the draft."""
        return self.untouched > FORGOTTEN

    @property
    def waiting(self) -> int:
        """The id of the message whose draft waits for the text; only a text that answers one has it."""
        if self.stored is None:
            raise ValueError("no draft waits for this text")
        return self.stored.message_id

    @property
    def tapped(self) -> int:
        """The id of the message whose button was tapped; only a tap has one."""
        message_id = _message_of(self.update)
        if message_id is None:
            raise ValueError("only a tap is on a message")
        return message_id

    def draft_row(self, draft: AnyDraft, message_id: int) -> Draft:
        """Return the draft as it is to be stored for a message, over the revision that this turn read."""
        revision = self.stored.revision if self.stored and self.stored.message_id == message_id else 0
        expires_at = self.clinic.clock() + LIFE
        return Draft(self.chat_id, message_id, draft.model_dump_json(), expires_at, draft.waits_for_text, revision)

    def spoken_to(self, actor: Actor) -> Turn:
        """Return the turn of the same update with the account as it now is."""
        return replace(self, actor=actor, words=words_of(actor))

    async def again(self) -> Turn:
        """Return the turn with the account and the draft read anew."""
        return replace(await take_turn(self.clinic, self.bot, self.update), bookings=self.bookings)

    async def show(self, screen: Screen, toast: str = "", *, alert: bool = False, over: int | None = None) -> int:
        """Show a screen and return its message id: edited in place for a tap (or ``over`` a message), else sent.

        The tap's spinner is stopped at the same time, with a ``toast`` where there is one. A message that is gone is
        sent anew.
        """
        query = self.update.callback_query
        message_id = over or (_message_of(self.update) if query else None)
        if message_id is None:
            return await self._send(screen)
        both = (self.answer(toast, alert=alert), self._edit(screen, message_id))
        answered, shown = await asyncio.gather(*both, return_exceptions=True)
        if isinstance(shown, BaseException):
            raise shown
        if isinstance(answered, TelegramError) and not isinstance(answered, BadRequest):
            log.warning("a tap's spinner was not stopped (%s)", type(answered).__name__)
        elif isinstance(answered, BaseException):
            raise answered
        return message_id if shown else await self._send(screen)

    async def show_buttons(self, rows: Sequence[Row], toast: str = "") -> None:
        """Put other buttons under the message that was tapped, whose text stays; stop the spinner at the same time."""
        edit = self.bot.edit_message_reply_markup(self.chat_id, self.tapped, reply_markup=Screen("", rows).markup)
        _, shown = await asyncio.gather(self.answer(toast), edit, return_exceptions=True)
        if isinstance(shown, BaseException) and not (isinstance(shown, BadRequest) and _is(shown, _GONE + _NO_ERRORS)):
            raise shown

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """Stop the tap's spinner, with a short notice (at most 200 characters; Bot API, answerCallbackQuery)."""
        if self.update.callback_query:
            try:
                await self.bot.answer_callback_query(self.update.callback_query.id, text[:200] or None, alert or None)
            except BadRequest as error:
                if not _is(error, _NO_ERRORS):
                    raise

    async def say(self, text: str) -> None:
        """Answer a tap with an alert, and a message with a message; ``text`` is plain."""
        if self.update.callback_query:
            await self.answer(text, alert=True)
        else:
            await self.bot.send_message(self.chat_id, text)

    async def offer(
        self,
        results: Sequence[InlineQueryResult],
        next_offset: str = "",
        *,
        button: InlineQueryResultsButton | None = None,
    ) -> None:
        """Answer an inline query: for this person alone, and soon asked again. A later key may have overtaken it."""
        query = self.update.inline_query
        if query is None:
            raise ValueError("only an inline query is offered results")
        try:
            await self.bot.answer_inline_query(
                query.id, results, OFFER_SECONDS, is_personal=True, next_offset=next_offset, button=button
            )
        except BadRequest as error:
            if not _is(error, _NO_ERRORS):
                raise

    async def _send(self, screen: Screen) -> int:
        sent = await self.bot.send_message(self.chat_id, screen.text, ParseMode.HTML, reply_markup=screen.markup)
        return sent.message_id

    async def _edit(self, screen: Screen, message_id: int) -> bool:
        """Return whether the message was there to be edited."""
        try:
            await call(self.bot, "editMessageText", chat_id=self.chat_id, message_id=message_id, **screen.as_json())
        except BadRequest as error:
            if _is(error, _GONE):
                return False
            if not _is(error, _NO_ERRORS):
                raise
        return True


def _is(error: TelegramError, known: tuple[str, ...]) -> bool:
    return any(text in error.message.lower() for text in known)


def _message_of(update: Update) -> int | None:
    query = update.callback_query
    return query.message.message_id if query and query.message else None


def _telegram_language(update: Update) -> str | None:
    return (update.effective_user.language_code or "")[:LONGEST_LANGUAGE] or None if update.effective_user else None


async def take_turn(clinic: Clinic, bot: Bot, update: Update) -> Turn:
    """Recognise the sender of an update; the account is read anew for each, never remembered."""
    turn = unrecognised(clinic, bot, update)
    user_id, name = turn.actor.user_id, turn.actor.name
    language = turn.actor.telegram_language
    actor, stored = await identify(clinic, user_id, name, user_id, _message_of(update), language)
    is_news = actor.blocked or actor.telegram_language != language
    if is_news and not update.inline_query:  # an inline query is no sign: it comes through a block too
        with suppress(StorageBusy):  # it is news until it is kept, and what the person asks for is more urgent
            await see(clinic, actor, language)
    return replace(turn.spoken_to(replace(actor, telegram_language=language)), stored=stored)


def unrecognised(clinic: Clinic, bot: Bot, update: Update) -> Turn:
    """Return the turn as far as Telegram alone tells it: nothing is read, so nothing can fail yet."""
    user = update.effective_user
    if user is None:
        raise ValueError("an update of nobody is nobody's turn")
    name = " ".join(user.full_name.split())[:LONGEST_NAME]
    actor = Actor(user.id, name, telegram_language=_telegram_language(update))
    return Turn(clinic, bot, update, actor, words_of(actor), None)
