"""The stand-in for Telegram: a Bot API server on this machine, and the people who talk to the bot."""

import asyncio
import ipaddress
import json
import socket
import struct
from collections import deque
from typing import Any

from aiohttp import web

from bot.sandbox.dispatch import as_values, Dispatch
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.faults import Fault, Faults, Stall
from bot.sandbox.ledger import Ledger, TAP_SECONDS
from bot.sandbox.limits import Limits
from bot.sandbox.methods import Uploads
from bot.sandbox.page import Page
from bot.sandbox.parameters import Parameters
from bot.sandbox.people import Person
from bot.sandbox.requests import read_parameters

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"  # noqa: S105 - opens nothing but a sandbox
_BODY_BYTES = 64 << 20
_CALLS = 10_000
_LINGER_NOT = struct.pack("ii", 1, 0)  # closing resets the connection instead of ending it


class StandIn:
    """Telegram's side of the wire, on the loopback interface.

    `delay` is in seconds and is added to every call but getUpdates. `per_chat` and `overall` are messages a second,
    None is no limit. `tap_seconds` is for how long a tap takes its answer.

    Attributes:
        calls: the last (method, parameters) that arrived, oldest first, as plain Python values; bounded.
        limits: `limits.set(per_chat=..., overall=...)` chooses other limits at any time.
        people: everybody by user id.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "rota_sandbox_bot",
        delay: float = 0.0,
        per_chat: float | None = 1.0,
        overall: float | None = 30.0,
        tap_seconds: float = TAP_SECONDS,
    ) -> None:
        self.token = token
        self.username = username
        self.delay = delay
        self.url = ""
        self.calls: deque[tuple[str, dict[str, Any]]] = deque(maxlen=_CALLS)
        self.limits = Limits(per_chat=per_chat, overall=overall)
        self.people: dict[int, Person] = {}
        self._ledger = Ledger(username=username, bot_id=int(token.partition(":")[0]), tap_seconds=tap_seconds)
        self._dispatch = Dispatch(self._ledger, self.people, self.limits)
        self._page = Page(self._ledger, self.people, self.person)
        self._faults = Faults()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; `url` is known afterwards. Port 0 takes a free one.

        Raises:
            ValueError: The host is not this machine's loopback interface.
        """
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"The sandbox listens on this machine alone, not on {host}")
        app = web.Application(client_max_size=_BODY_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._page.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        self.url = f"http://{f'[{bound[0]}]' if ':' in bound[0] else bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        self._page.close()
        await self._dispatch.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def person(
        self,
        user_id: int,
        first_name: str,
        last_name: str | None = None,
        language_code: str | None = "en",
        *,
        hint: str | None = None,
    ) -> Person:
        """The person with this id: the one that there is, else a new one, who has not started the bot yet."""
        known = self.people.get(user_id)
        if known is None:
            known = self.people[user_id] = Person(self._ledger, user_id, first_name, last_name, language_code, hint)
            known.changed({"type": "person", "person": user_id})
        return known

    def push(self, update: dict[str, Any]) -> int:
        """Queue a raw update, whatever it holds and whatever the bot allows. Returns its id, put in where missing."""
        return self._ledger.updates.push(update)

    def redeliver(self, update_id: int) -> None:
        """Queue a recent update once more, with its id, confirmed or not.

        Raises:
            KeyError: It is none of the recent ones.
        """
        self._ledger.updates.redeliver(update_id)

    def fail(
        self,
        method: str,
        *,
        status: int | None = 500,
        times: int = 1,
        description: str | None = None,
        retry_after: int | None = None,
        body: str | None = None,
        after_applying: bool = False,
    ) -> None:
        """Let the next `times` calls of a method fail; `*` is any method.

        `status` None resets the connection. `body` replaces the whole answer, as a proxy's HTML page does.
        `retry_after` is in seconds. `after_applying` makes the call first and then loses its answer.
        """
        self._faults.add(method, Fault(status, times, description, retry_after, body, after_applying))

    def stall(self, method: str, stall: Stall, times: int = 1) -> None:
        """Hold the next `times` calls of a method, for seconds or until an event, before they are made; `*` is any."""
        self._faults.stall(method, stall, times)

    def clear_faults(self) -> None:
        """Forget all faults and stalls that have not struck yet."""
        self._faults.clear()

    async def _call(self, request: web.Request) -> web.Response:
        try:
            self._ensure_bot(request)
            name = self._dispatch.name(request.match_info["method"])
            raw, uploads, typed = await read_parameters(request)
            call = self._parsed(name, raw, uploads, typed)
            return await self._made(request, name, call, uploads)
        except ApiError as error:
            return _answer(error.body(), error.status)
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON's escapes let through
            return _answer(bad_request("strings must be encoded in UTF-8").body(), 400)

    def _parsed(self, name: str, raw: dict[str, Any], uploads: Uploads, typed: bool) -> Parameters:
        try:
            call = self._dispatch.parse(name, raw, uploads, strict=typed)
        except ApiError:
            self.calls.append((name, raw))
            raise
        self.calls.append((name, as_values(call, raw)))
        return call

    async def _made(
        self,
        request: web.Request,
        name: str,
        call: Parameters,
        uploads: Uploads,
    ) -> web.Response:
        if self.delay and name != "getUpdates":
            await asyncio.sleep(self.delay)
        await self._faults.hold(name)
        fault = self._faults.next(name)
        if fault is not None and not fault.after_applying:
            return _struck(request, fault)
        result = await self._dispatch.run(
            name,
            call,
            uploads,
            alive=lambda: request.transport is not None and not request.transport.is_closing(),
        )
        if fault is not None:
            return _struck(request, fault)
        return _answer({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._ensure_bot(request)
        except ApiError as error:
            return _answer(error.body(), error.status)
        file = self._ledger.files.get(request.match_info["path"].removeprefix("files/").partition("/")[0])
        if file is None:
            return _answer(ApiError(404, "Not Found").body(), 404)
        return web.Response(body=file.content, content_type="application/octet-stream")

    def _ensure_bot(self, request: web.Request) -> None:
        if request.match_info["token"] != self.token:
            raise ApiError(401, "Unauthorized")
        if "Origin" in request.headers:  # browsers send it, bots do not
            raise ApiError(403, "Forbidden: the Bot API is not for web pages")


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


def _struck(request: web.Request, fault: Fault) -> web.Response:
    if fault.status is None:
        if request.transport is not None:
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(text=fault.body, status=fault.status, content_type="text/html")
    error = fault.error()
    return _answer(error.body(), error.status)
