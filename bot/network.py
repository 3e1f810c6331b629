"""The wire to the Bot API on aiohttp, and the order in which updates are handled.

Why not PTB's own httpx transport: it takes three quarters of an update's CPU and its pool slows down quadratically
under parallel calls, so that handling people side by side would be slower than one after the other.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast
from weakref import WeakValueDictionary

import aiohttp
from telegram import Bot, Update
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.ext import BaseUpdateProcessor
from telegram.request import BaseRequest, RequestData

from bot.metrics import count_call, counted

log = logging.getLogger(__name__)

os.environ.setdefault("PTB_TIMEDELTA", "1")  # PTB's coming way to give periods; without it each RetryAfter warns

READ_SECONDS = 15.0
CONNECT_SECONDS = 10.0
TRIES = 4
LONGEST_WAIT = 60.0
"""A longer ``retry_after`` is the caller's to hear of, not one person's turn to sleep through."""
MOST_WAITING = 65_536
ROUNDS_APART = 4
"""So many rounds of the event loop lie between the beginnings of two updates: about those that a tap takes."""
FEW = 10
"""More is fetched when so many are left to begin: what comes meanwhile comes with one call, and none is waited for."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode
Plain = int | bool | str | Sequence[str] | dict[str, Any]
Asked = RequestData | Mapping[str, Plain] | None
Timeout = float | DefaultValue[float] | DefaultValue[None] | None


class AiohttpRequest(BaseRequest):
    """PTB's transport on one aiohttp session.

    A call is tried again where Telegram says when (429), where it was never sent (no connection) and where the server
    says that it failed (5xx); never after a time-out, which may have been applied, nor more than ``tries`` times. URLs
    hold the token: no error of this class repeats one.
    """

    def __init__(self, connections: int = 256, *, read_seconds: float = READ_SECONDS, tries: int = TRIES) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self._tries = tries
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_seconds

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        limits = _limits(_seconds(connect_timeout, CONNECT_SECONDS), _seconds(read_timeout, self._read_seconds))
        return await self._tried(url, method, request_data, limits)

    async def ask(self, url: str, parameters: Mapping[str, Plain | None], held: float = 0.0) -> bytes:
        """Make a call whose parameters are as plain as that, and return the whole answer.

        Telegram may keep it open for ``held`` seconds.

        Raises:
            TelegramError: what PTB makes of an answer that is no success.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        status, payload = await self._tried(url, "POST", given, _limits(CONNECT_SECONDS, self._read_seconds + held))
        if status != HTTPStatus.OK:
            await _Answered(status, payload).post(url)
        return payload

    async def _tried(self, url: str, method: str, asked: Asked, limits: aiohttp.ClientTimeout) -> tuple[int, bytes]:
        for attempt in range(1, self._tries + 1):
            wait = 0.25 * 2**attempt
            try:
                status, payload = await self._send(url, method, asked, limits)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                count_call(url, "no connection")
                if attempt == self._tries:
                    raise NetworkError(f"No connection to the Bot API ({type(error).__name__})") from None
            except TimeoutError:
                count_call(url, "timeout")
                raise TimedOut from None
            except (aiohttp.ClientError, OSError) as error:
                count_call(url, "lost")
                raise NetworkError(f"The Bot API's answer was lost ({type(error).__name__})") from None
            else:
                count_call(url, str(status))
                if status == HTTPStatus.TOO_MANY_REQUESTS:
                    wait = _retry_after(payload)
                elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return status, payload
                if attempt == self._tries or wait > LONGEST_WAIT:
                    return status, payload
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _send(self, url: str, method: str, asked: Asked, limits: aiohttp.ClientTimeout) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("initialize() comes first")
        async with self._session.request(method, url, data=_encoded(asked), timeout=limits) as answer:
            return answer.status, await answer.read()


async def call(bot: Bot, method: str, **parameters: Plain | None) -> None:
    """Make a call whose parameters are as plain as that, and whose answer nobody reads.

    PTB looks into each parameter for files, dates and defaults, and makes objects of the answer, though it be a whole
    screen: the most frequent calls do without, which saves a tenth of a delivery's CPU and more of a tap's.

    Raises:
        TelegramError: what PTB makes of an answer that is no success.
    """
    await cast(AiohttpRequest, bot.request).ask(f"{bot.base_url}/{method}", parameters)


class _Answered(BaseRequest):
    """An answer that is there already, for PTB to say what it means."""

    def __init__(self, status: int, payload: bytes) -> None:
        self._answer = status, payload

    @property
    def read_timeout(self) -> None:
        """Nothing is waited for."""

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return self._answer


def _encoded(asked: Asked) -> aiohttp.BytesPayload | aiohttp.FormData | None:
    if asked is None:
        return None
    if isinstance(asked, RequestData) and asked.contains_files:
        return _form(asked)
    parameters = asked.parameters if isinstance(asked, RequestData) else asked
    return aiohttp.BytesPayload(_as_json(parameters).encode(), content_type="application/json")


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form


@lru_cache
def _limits(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=connect, sock_read=read)


def _seconds(given: Timeout, otherwise: float) -> float | None:
    return otherwise if isinstance(given, DefaultValue) else given


def _retry_after(payload: bytes) -> float:
    """Return the seconds that a 429 asks for (Bot API, ResponseParameters); 1 where it names none."""
    try:
        answer: Any = json.loads(payload)
        return float(answer["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0


class PersonalOrder(BaseUpdateProcessor):
    """One person's updates in the order in which they came, different people's at the same time.

    Those that come at once begin one after the other: side by side step for step, a hundred would all be shown when the
    last is done, and the Bot API would hear nothing until then and everything after it.
    """

    def __init__(self) -> None:
        super().__init__(MOST_WAITING)
        self._door = asyncio.Lock()
        self._to_begin = 0
        self._few = asyncio.Event()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to close: the application waits for what is under way."""

    async def few_left(self) -> None:
        """Wait until no more than ``FEW`` updates are yet to begin."""
        while self._to_begin > FEW:
            self._few.clear()
            await self._few.wait()

    async def _begin(self) -> None:
        self._to_begin += 1
        try:
            async with self._door:  # asyncio.Lock lets waiters in first come, first served
                for _ in range(ROUNDS_APART):
                    await asyncio.sleep(0)
        finally:
            self._to_begin -= 1
            if self._to_begin <= FEW:
                self._few.set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        person = update.effective_user if isinstance(update, Update) else None
        with counted(update):
            await self._begin()
            if person is None:
                await coroutine
                return
            turn = self._turns.setdefault(person.id, asyncio.Lock())
            async with turn:
                await coroutine
