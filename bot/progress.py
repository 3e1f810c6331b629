"""How far a broadcast is: one message with a bar while it runs, its report at the end, shown by any process."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.network import call
from bot.report import progress_screen
from bot.screen import Screen
from bot.words import words_of
from clinic.broadcast import Broadcast, PROGRESS_PAUSE
from clinic.ports import Clinic
from clinic.use_cases import deliveries
from clinic.use_cases.deliveries import Shown

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5


async def show_progress(clinic: Clinic, bot: Bot, stopping: asyncio.Event) -> None:
    """Begin scheduled broadcasts and show how far the running ones are, until ``stopping`` is set."""
    while not stopping.is_set():
        try:
            if await deliveries.have_work(clinic):
                while await deliveries.begin_due(clinic):
                    pass
                while shown := await deliveries.claim_progress(clinic):
                    await _show(clinic, bot, shown)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("the progress of broadcasts waits (%s)", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)


async def _show(clinic: Clinic, bot: Bot, shown: Shown) -> None:
    """Show it where it stands; in a new message where it stands nowhere yet."""
    broadcast = shown.broadcast
    if broadcast.chat_id is None:
        await deliveries.keep_progress(clinic, shown)
        return
    words = words_of(shown.person)
    screen = progress_screen(clinic, broadcast, shown.progress, shown.undelivered, words)
    try:
        broadcast = await _shown(bot, broadcast, broadcast.chat_id, screen)
    except RetryAfter as error:
        wait = error.retry_after
        seconds = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
        await deliveries.keep_progress(clinic, replace(shown, last=False), seconds)
        return
    except Forbidden:
        log.info("the progress of a broadcast has nobody to be shown to")
    except TelegramError as error:
        log.warning("the progress of a broadcast was not shown (%s)", type(error).__name__)
        await deliveries.keep_progress(clinic, replace(shown, last=False), 2 * PROGRESS_PAUSE)
        return
    await deliveries.keep_progress(clinic, replace(shown, broadcast=broadcast))


async def _shown(bot: Bot, broadcast: Broadcast, chat_id: int, screen: Screen) -> Broadcast:
    if broadcast.message_id is not None:
        try:
            await call(bot, "editMessageText", chat_id=chat_id, message_id=broadcast.message_id, **screen.as_json())
        except BadRequest as error:
            if "message is not modified" in error.message.lower():
                return broadcast
        else:
            return broadcast
    sent = await bot.send_message(chat_id, screen.text, ParseMode.HTML, reply_markup=screen.markup)
    return replace(broadcast, message_id=sent.message_id)
