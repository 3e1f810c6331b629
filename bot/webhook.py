"""Updates as Telegram posts them. A post is answered when its update is handled, and not before.

Three things follow. A process that is killed has answered for nothing that it has not done: Telegram posts it again,
here or to another process. Telegram posts a person's next tap after the one before is answered, and a chat's next
message likewise, so that their order holds across processes; that a tap and a message are not handled at once, nor one
before what a killed process had begun, is held by the claims. And the tap's answer goes back in the reply, its toast
with it, when what it says is kept.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Update
from telegram.error import BadRequest, TelegramError

from bot.app import Bot, insist, UPDATES
from bot.metrics import note, Outcome
from bot.reply import REPLY, Reply
from bot.settings import Hook
from bot.updates import read_update
from clinic.ports import Clinic
from clinic.use_cases.updates import Claim, claim_update, forget_updates, LEASE

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_BYTES = 1 << 20
MAX_CONNECTIONS = 100
"""Telegram's most (Bot API, setWebhook)."""
HOLD_SECONDS = 1.0
"""For so long a tap's answer waits for the reply; where handling takes longer, it goes ahead as a call of its own."""
ASK_AGAIN_SECONDS = 0.02
PATIENCE_SECONDS = LEASE.total_seconds() + 5.0
FORGET_SECONDS = 3600.0


class HookRefused(Exception):
    """Telegram does not post to the address; the message says why."""


class Webhook:
    """Takes the posts of one bot, from whoever shows the secret."""

    def __init__(self, application: Bot, clinic: Clinic, hook: Hook) -> None:
        self._application = application
        self._clinic = clinic
        self._secret = hook.secret.get_secret_value().encode()

    async def take(self, request: web.Request) -> web.Response:
        """Answer a post with 200 once its update is handled, here or elsewhere; else Telegram posts it again."""
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, self._secret):
            return web.Response(status=403)
        try:
            given: Any = json.loads(await request.read())
            update_id = given["update_id"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return web.Response(status=400)
        if type(update_id) is not int or not 0 <= update_id < 2**63:
            return web.Response(status=400)
        update = read_update(given, self._application.bot)
        return await self._answered(update) if update else web.Response()

    async def _answered(self, update: Update) -> web.Response:
        """Handle an update in its person's turn, and return the response, with the answer where it is there in time."""
        query = update.callback_query
        reply = Reply(query.id if query else "")
        handling = asyncio.create_task(self._handle(update, reply))
        await asyncio.wait((handling,), timeout=HOLD_SECONDS if query else None)
        answer = reply.close()
        if answer and not handling.done():
            with suppress(TelegramError):  # the spinner stops late; the screen is what counts
                await self._application.bot.answer_callback_query(**answer)
            answer = None
        if not await handling:
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.json_response({"method": "answerCallbackQuery", **answer}) if answer else web.Response()

    async def _handle(self, update: Update, reply: Reply) -> bool:
        """Return whether the update is handled, by this process or by another."""
        claim = Claim.OTHERS

        async def once() -> None:
            nonlocal claim
            claim = await self._claim(update)
            if claim is Claim.OURS:
                await self._application.process_update(update)
                await self._clinic.storage.finish_update(update.update_id)
                return
            note(Outcome.REPEATED if claim is Claim.HANDLED else Outcome.PUT_OFF)
            if claim is Claim.HANDLED and update.callback_query:
                with suppress(TelegramError):  # its first reply may have been lost, or may not
                    await self._application.bot.answer_callback_query(update.callback_query.id)

        REPLY.set(reply)
        await self._application.update_processor.process_update(update, once())
        return claim is not Claim.OTHERS

    async def _claim(self, update: Update) -> Claim:
        """Take the update as soon as no other process is at it; for as long, at most, as a killed one keeps it.

        Where the storage cannot say whose it is, the person is told what is wrong, as under polling.
        """
        person = update.effective_user
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                claim = await claim_update(self._clinic, update.update_id, person.id if person else None)
            except Exception as error:  # noqa: BLE001 - whatever it is, handled twice is better than never
                log.warning("an update is handled unclaimed (%s)", type(error).__name__)
                return Claim.OURS
            if claim is not Claim.OTHERS or time.monotonic() > until:
                return claim
            await asyncio.sleep(ASK_AGAIN_SECONDS)


@asynccontextmanager
async def receiving(application: Bot, clinic: Clinic, hook: Hook) -> AsyncIterator[web.RouteDef]:
    """Lend the route of the posts, and forget old updates, while the context lasts."""
    forgetting = asyncio.create_task(_forget(clinic))
    try:
        yield web.post(urlsplit(hook.url).path or "/", Webhook(application, clinic, hook).take)
    finally:
        forgetting.cancel()
        await asyncio.wait((forgetting,))


async def _forget(clinic: Clinic) -> None:
    while True:
        try:
            await forget_updates(clinic)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("old updates are kept for now (%s)", type(error).__name__)
        await asyncio.sleep(FORGET_SECONDS)


async def point(application: Bot, hook: Hook) -> None:
    """Tell Telegram where to post to, however long it is away; each process may, for they say the same.

    Raises:
        HookRefused: Telegram does not take the address.
    """
    secret = hook.secret.get_secret_value()
    try:
        await insist(
            lambda: application.bot.set_webhook(
                hook.url, max_connections=MAX_CONNECTIONS, allowed_updates=UPDATES, secret_token=secret
            )
        )
    except BadRequest as error:
        raise HookRefused(f"WEBHOOK_URL: Telegram does not take it ({error.message}).") from None
