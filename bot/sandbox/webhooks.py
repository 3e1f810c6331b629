"""Delivery of updates to the bot's webhook, as Telegram does it: many at once, but each person's taps one by one."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.errors import bad_request
from bot.sandbox.parameters import SetWebhook
from bot.sandbox.updates import Update, Updates

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_RETRY_SECONDS = 0.5
_TIMEOUT_SECONDS = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

Apply = Callable[[str, dict[str, Any]], Awaitable[object]]


class Webhook:
    """Where updates are posted to, and the task that posts them. A method in the reply is applied, as Telegram does."""

    def __init__(self, updates: Updates, apply: Apply) -> None:
        self._updates = updates
        self._apply = apply
        self._task: asyncio.Task[None] | None = None
        self._posts: set[asyncio.Task[None]] = set()
        self._tails: dict[object, asyncio.Task[None]] = {}
        self._undelivered: dict[int, Update] = {}
        self.call: SetWebhook | None = None
        self.last_error = ""

    @property
    def active(self) -> bool:
        return self.call is not None

    async def set(self, call: SetWebhook) -> None:
        """Deliver to the call's address from now on; an empty one ends delivery.

        Raises:
            ApiError: 400; the secret has other characters than Telegram takes, or the address is neither HTTPS nor, as
                with a local Bot API server, HTTP to this machine.
        """
        if call.secret_token and not _SECRET.fullmatch(call.secret_token):
            raise bad_request("secret token contains unallowed characters")
        parts = urlsplit(call.url)
        if call.url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if call == self.call and not call.drop_pending_updates:
            return  # as Telegram does: what is under way goes on
        await self.stop()
        self._updates.allow(call.allowed_updates)
        if call.drop_pending_updates:
            self._updates.clear()
        if call.url:
            self.call = call
            self._task = asyncio.create_task(self._deliver(call))

    async def stop(self) -> None:
        """End delivery; what was not delivered waits for the next way to get updates."""
        tasks = [*self._posts, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.call, self._task = None, None
        self._tails.clear()
        undelivered, self._undelivered = self._undelivered, {}
        for update in undelivered.values():
            self._updates.push(update)

    def info(self) -> dict[str, Any]:
        info: dict[str, Any] = {
            "url": self.call.url if self.call else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates) + len(self._undelivered),
        }
        if self.call:
            info["max_connections"] = self.call.max_connections
        if self._updates.allowed is not None:
            info["allowed_updates"] = sorted(self._updates.allowed)
        if self.last_error:
            info["last_error_message"] = self.last_error
        return info

    async def _deliver(self, call: SetWebhook) -> None:
        connector = aiohttp.TCPConnector(limit=call.max_connections, ssl=False)
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            while True:
                for update in await self._updates.take():
                    key = _queue(update)
                    task = asyncio.create_task(self._post(session, call, update, self._tails.get(key)))
                    self._tails[key] = task
                    self._posts.add(task)
                    task.add_done_callback(self._done(key))

    def _done(self, key: object) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            self._posts.discard(task)
            if self._tails.get(key) is task:
                del self._tails[key]

        return forget

    async def _post(
        self,
        session: aiohttp.ClientSession,
        call: SetWebhook,
        update: Update,
        before: asyncio.Task[None] | None,
    ) -> None:
        self._undelivered[update["update_id"]] = update
        if before is not None:
            await asyncio.wait([before])
        while (reply := await self._posted(session, call, update)) is None:  # noqa: ASYNC110 - only the bot knows when it is up
            await asyncio.sleep(_RETRY_SECONDS)
        self._undelivered.pop(update["update_id"], None)
        await self._reply(reply)

    async def _posted(self, session: aiohttp.ClientSession, call: SetWebhook, update: Update) -> bytes | None:
        """The webhook's reply; None where it has not taken the update."""
        headers = {SECRET_HEADER: call.secret_token} if call.secret_token else {}
        try:
            async with session.post(call.url, json=update, headers=headers, allow_redirects=False) as response:
                if 200 <= response.status < 300:  # noqa: PLR2004 - what counts as taken, and a redirect does not
                    return await response.read()
                self.last_error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = str(error) or type(error).__name__
        return None

    async def _reply(self, reply: bytes) -> None:
        try:
            call = json.loads(reply)
            method = call.pop("method")
        except (ValueError, AttributeError, KeyError, TypeError):
            return
        await self._apply(method, call)


def _queue(update: Update) -> object:
    """What an update stands in line behind: a person's taps wait for each other and so do their messages.

    A tap does not wait for a message, as with the Bot API server's queues.
    """
    for kind, value in update.items():
        if isinstance(value, dict) and isinstance(value.get("from"), dict):
            return kind, value["from"].get("id")
    return None
