"""The bot put together: the wire, the order of updates, and who handles what."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, cast

from telegram import Bot as Telegram
from telegram import BotCommand, Update
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.errors import on_error
from bot.front import Front
from bot.handlers import (
    anything,
    board,
    book,
    bookings,
    broadcast,
    broadcasts,
    closures,
    confirmations,
    dates,
    delegate,
    find,
    free,
    history,
    inline,
    patient,
    people,
    proposals,
    reminder,
    reminders,
    share,
    slots,
    start,
    today,
    watching,
    week,
    zone,
)
from bot.handlers.availability import conversation
from bot.network import AiohttpRequest, call, PersonalOrder
from bot.notices import pause, PAUSE_SECONDS, send_notices
from bot.reply import REPLY
from bot.updates import read_update
from bot.words import MENU_LANGUAGES, words_for
from clinic.ports import Clinic

log = logging.getLogger(__name__)

UPDATES = ["message", "callback_query", "inline_query"]
"""All that Rota asks Telegram for (Bot API, getUpdates: allowed_updates)."""
POLL_SECONDS = 30
RECONNECT_SECONDS = 3.0

Bot = Application[Any, Any, Any, Any, Any, Any]


class TokenRefused(Exception):
    """The Bot API does not know the token; the message says what to do."""


class QuietBot(ExtBot[None]):
    """PTB's bot, except that its ``repr`` keeps the token to itself, and that an unreadable update stops nothing.

    More is fetched when few of ``order`` are left to begin.
    """

    def __init__(self, token: str, order: PersonalOrder | None = None, **wire: Any) -> None:
        super().__init__(token, **wire)
        self._order = order

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: float | timedelta | None = None,  # noqa: ASYNC109 - Telegram's, which keeps the call open for so long
        allowed_updates: Sequence[str] | None = None,
        *_: Any,
        **__: Any,
    ) -> tuple[Update, ...]:
        """Return what came in; of an update that cannot be read the id alone, or it would be fetched for ever."""
        held = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout or 0
        asked = {"offset": offset, "limit": limit, "timeout": int(held), "allowed_updates": allowed_updates}
        if self._order:
            await self._order.few_left()
        polling = cast(AiohttpRequest, self._request[0])
        payload = await polling.ask(f"{self.base_url}/getUpdates", asked, held=held)
        found: list[dict[str, Any]] = polling.parse_json_payload(payload)["result"]
        return tuple(read_update(each, self) or Update(each["update_id"]) for each in found)

    async def answer_callback_query(
        self,
        callback_query_id: str,
        text: str | None = None,
        show_alert: bool | None = None,
        *args: Any,  # noqa: ARG002 - PTB hands over time-outs, which Rota leaves to the wire
        **kwargs: Any,  # noqa: ARG002 - as above
    ) -> bool:
        reply = REPLY.get()
        if reply and reply.takes(callback_query_id, text, show_alert):
            return True
        await call(self, "answerCallbackQuery", callback_query_id=callback_query_id, text=text, show_alert=show_alert)
        return True

    def __repr__(self) -> str:
        return "QuietBot"


def build_application(clinic: Clinic, token: str, api_url: str) -> Bot:
    """Return the application, yet to be initialized and started."""
    order = PersonalOrder()
    bot = QuietBot(
        token,
        order,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(1),
    )
    application = ApplicationBuilder().bot(bot).concurrent_updates(order).build()
    front = Front(clinic)
    application.add_handler(conversation(front, anything.typed_text(front)))
    own = (
        week,
        find,
        free,
        book,
        patient,
        bookings,
        slots,
        inline,
        start,
        people,
        delegate,
        proposals,
        dates,
        closures,
        broadcast,
        broadcasts,
        history,
        confirmations,
        reminder,
        reminders,
        today,
        board,
        share,
        zone,
        watching,
    )
    for module in (*own, anything):
        application.add_handlers(module.handlers(front))
    application.add_error_handler(on_error)
    return application


@asynccontextmanager
async def started(application: Bot) -> AsyncIterator[None]:
    """Handle what comes in while the context lasts, then finish what was begun; it is connected already."""
    try:
        await application.start()
        try:
            yield
        finally:
            await application.stop()
    finally:
        await application.shutdown()


@asynccontextmanager
async def polling(application: Bot) -> AsyncIterator[None]:
    """Fetch updates by long polling while the context lasts."""
    assert application.updater is not None  # noqa: S101 - built with one
    await application.updater.start_polling(
        timeout=POLL_SECONDS, allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=_note_outage
    )
    try:
        yield
    finally:
        await application.updater.stop()


@asynccontextmanager
async def noticing(clinic: Clinic, bot: Telegram) -> AsyncIterator[None]:
    """Send what people are owed to hear while the context lasts: at once, and again and again what did not get through.

    That is also what a killed process had taken upon itself.
    """
    stopping = asyncio.Event()
    sending = asyncio.create_task(_send_notices(clinic, bot, stopping))
    try:
        yield
    finally:
        stopping.set()
        await sending


async def _send_notices(clinic: Clinic, bot: Telegram, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        seconds = PAUSE_SECONDS
        try:
            await send_notices(clinic, bot)
            seconds = await pause(clinic)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("notices wait (%s)", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), seconds)


def _note_outage(error: TelegramError) -> None:
    """Say in a line why no updates come; PTB, which tries again by itself, would add a traceback each time."""
    log.warning("updates cannot be fetched (%s); trying again", error.message)


async def connect(application: Bot) -> None:
    """Reach the Bot API, however long it is away; once reached, it is not asked again.

    Raises:
        TokenRefused: Telegram does not know the token.
    """
    try:
        await insist(application.initialize)
    except InvalidToken:
        raise TokenRefused("BOT_TOKEN: the Bot API does not know it. @BotFather shows the right one.") from None


async def insist(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call until Telegram answers it.

    Raises:
        TelegramError: the answer is a refusal.
    """
    while True:
        try:
            await call()
        except BadRequest:  # to PTB it is a kind of NetworkError
            raise
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
            log.warning("the Bot API asks to be left alone for %d s; trying again then", seconds)
            await asyncio.sleep(seconds)
        except NetworkError as error:
            log.warning("the Bot API is not to be reached (%s); trying again", error.message)
            await asyncio.sleep(RECONNECT_SECONDS)
        else:
            return


async def describe(application: Bot) -> None:
    """Tell Telegram what a stranger sees in the menu of commands, in every language; that reads the catalogues."""
    for code, tag in MENU_LANGUAGES.items():
        command = BotCommand("start", words_for(tag).say("Begin"))
        try:
            await application.bot.set_my_commands([command], language_code=code)
        except TelegramError as error:
            log.warning("the menu of commands was not set (%s)", type(error).__name__)
