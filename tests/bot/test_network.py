"""The wire over real HTTP: what is tried again, what is not, and what an error may say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import network
from bot.app import QuietBot
from bot.network import AiohttpRequest, LONGEST_WAIT, TRIES
from bot.sandbox import Person, StandIn

ANA = 5001


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    started = StandIn(per_chat=None, overall=None)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
def ana(stand_in: StandIn) -> Person:
    """Somebody who has begun to talk to the bot."""
    person = stand_in.person(ANA, "Ana")
    person.say("/start")
    return person


@asynccontextmanager
async def bot_over(stand_in: StandIn, request: AiohttpRequest) -> AsyncIterator[Bot]:
    made = QuietBot(
        stand_in.token, base_url=f"{stand_in.url}/bot", request=request, get_updates_request=AiohttpRequest()
    )
    await made.initialize()
    yield made
    await made.shutdown()


@pytest.fixture
async def bot(stand_in: StandIn, ana: Person) -> AsyncIterator[Bot]:
    async with bot_over(stand_in, AiohttpRequest()) as made:
        yield made


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited before each new try; no time passes."""
    asked: list[float] = []

    async def sleep(seconds: float) -> None:
        asked.append(seconds)

    class Clock:
        def __getattr__(self, name: str) -> Any:
            return sleep if name == "sleep" else getattr(asyncio, name)

    monkeypatch.setattr(network, "asyncio", Clock())
    return asked


def tries(stand_in: StandIn) -> int:
    return sum(method == "sendMessage" for method, _ in stand_in.calls)


async def test_a_429_waits_as_long_as_it_is_told(bot: Bot, stand_in: StandIn, ana: Person, waits: list[float]) -> None:
    """Telegram says when to come back, and then it works."""
    stand_in.fail("sendMessage", status=429, retry_after=7)
    await bot.send_message(ANA, "hello")
    assert (waits, ana.last.text) == ([7.0], "hello")


async def test_a_429_really_waits(bot: Bot, stand_in: StandIn) -> None:
    """A second is a second."""
    stand_in.fail("sendMessage", status=429, retry_after=1)
    began = perf_counter()
    await bot.send_message(ANA, "hello")
    assert perf_counter() - began >= 1.0


async def test_a_429_without_a_time_waits_a_second(bot: Bot, stand_in: StandIn, waits: list[float]) -> None:
    """A proxy's 429 names no time and may be no JSON at all."""
    stand_in.fail("sendMessage", status=429, body="<html>slow down</html>")
    await bot.send_message(ANA, "hello")
    assert waits == [1.0]


async def test_a_long_429_is_the_callers(bot: Bot, stand_in: StandIn, waits: list[float]) -> None:
    """Nobody's turn sleeps for an hour."""
    stand_in.fail("sendMessage", status=429, retry_after=int(LONGEST_WAIT) + 1)
    with pytest.raises(RetryAfter):
        await bot.send_message(ANA, "hello")
    assert waits == []


async def test_a_429_is_not_tried_for_ever(bot: Bot, stand_in: StandIn, waits: list[float]) -> None:
    """After the last try the caller hears of it."""
    stand_in.fail("sendMessage", status=429, retry_after=1, times=TRIES)
    with pytest.raises(RetryAfter):
        await bot.send_message(ANA, "hello")
    assert len(waits) == TRIES - 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_5xx_is_tried_again(bot: Bot, stand_in: StandIn, ana: Person, waits: list[float], status: int) -> None:
    """A server that failed is asked again, a little later each time."""
    stand_in.fail("sendMessage", status=status, times=TRIES - 1)
    await bot.send_message(ANA, "hello")
    assert ana.last.text == "hello"
    assert waits == sorted(set(waits))
    assert len(waits) == TRIES - 1


async def test_a_5xx_is_given_up(bot: Bot, stand_in: StandIn, waits: list[float]) -> None:
    """A server that keeps failing is an error, after exactly so many tries."""
    stand_in.fail("sendMessage", status=502, times=TRIES, body="<html>Bad Gateway</html>")
    with pytest.raises(NetworkError):
        await bot.send_message(ANA, "hello")
    assert tries(stand_in) == TRIES


@pytest.mark.parametrize(("status", "kind"), [(400, BadRequest), (403, Forbidden)])
async def test_a_refusal_is_not_tried_again(
    bot: Bot, stand_in: StandIn, status: int, kind: type[TelegramError]
) -> None:
    """What Telegram refuses once it refuses again."""
    stand_in.fail("sendMessage", status=status)
    with pytest.raises(kind):
        await bot.send_message(ANA, "hello")
    assert tries(stand_in) == 1


async def test_a_time_out_is_not_tried_again(ana: Person, stand_in: StandIn) -> None:
    """The message may have been sent: a second try would be a second message."""
    stand_in.stall("sendMessage", asyncio.Event())
    async with bot_over(stand_in, AiohttpRequest(read_seconds=0.5)) as impatient:
        with pytest.raises(TimedOut):
            await impatient.send_message(ana.user_id, "hello")
    assert tries(stand_in) == 1


async def test_a_lost_answer_is_not_tried_again(bot: Bot, stand_in: StandIn, ana: Person) -> None:
    """A connection that is reset after the call leaves one message, not two."""
    stand_in.fail("sendMessage", status=None, after_applying=True)
    with pytest.raises(NetworkError):
        await bot.send_message(ANA, "hello")
    assert [message.text for message in ana.messages if message.from_bot] == ["hello"]


async def test_no_connection_is_tried_again(waits: list[float]) -> None:
    """Where nothing listens nothing was sent: all tries are made, then it is a NetworkError."""
    request = AiohttpRequest()
    await request.initialize()
    with pytest.raises(NetworkError, match="No connection"):
        await request.do_request("http://127.0.0.1:9/botTOKEN/getMe", "POST")
    await request.shutdown()
    assert len(waits) == TRIES - 1


FAULTS: list[dict[str, Any]] = [
    {"status": None},
    {"status": 500, "times": TRIES},
    {"status": 502, "times": TRIES, "body": "<html></html>"},
    {"status": 429, "retry_after": 3600},
    {"status": 400},
    {"status": 200, "body": "no JSON"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=[str(fault) for fault in FAULTS])
async def test_no_error_shows_the_url(bot: Bot, stand_in: StandIn, waits: list[float], fault: dict[str, Any]) -> None:
    """URLs hold the token: neither an error nor what caused it repeats one."""
    stand_in.fail("sendMessage", **fault)
    with pytest.raises(TelegramError) as failed:
        await bot.send_message(ANA, "hello")
    chain: BaseException | None = failed.value
    while chain is not None:
        assert stand_in.token not in f"{chain!r}{chain}"
        assert stand_in.url not in f"{chain!r}{chain}"
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)


async def test_no_refused_connection_shows_the_url(waits: list[float]) -> None:
    """Nor does the error where nothing listens."""
    request = AiohttpRequest()
    await request.initialize()
    with pytest.raises(NetworkError) as failed:
        await request.do_request("http://127.0.0.1:9/botSECRET/getMe", "POST")
    await request.shutdown()
    assert "SECRET" not in f"{failed.value!r}"
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


async def test_a_file_is_uploaded(bot: Bot, ana: Person) -> None:
    """A document arrives with its name and every byte of it."""
    content = bytes(range(256)) * 64
    await bot.send_document(ANA, InputFile(content, filename="woche.csv"), caption="Ü <&>")
    document = ana.last.document
    assert document is not None
    assert (document.name, document.content, ana.last.text) == ("woche.csv", content, "Ü <&>")


async def test_an_upload_is_tried_again_whole(bot: Bot, stand_in: StandIn, ana: Person, waits: list[float]) -> None:
    """A second try sends the file once more from its beginning."""
    stand_in.fail("sendDocument", status=500)
    await bot.send_document(ANA, InputFile(b"hours" * 1000, filename="a.txt"))
    document = ana.last.document
    assert document is not None
    assert document.content == b"hours" * 1000


async def test_texts_arrive_as_they_are(bot: Bot, ana: Person) -> None:
    """Any script, quotes and line breaks survive the wire."""
    text = "Ünï “код” 🙂 \\ \" ' \n\t{name} שלום"
    await bot.send_message(ANA, text)
    assert ana.last.text == text


async def test_calls_go_side_by_side(bot: Bot, stand_in: StandIn) -> None:
    """Of fifty calls, each is answered only when all have come."""
    answers = asyncio.Event()
    stand_in.stall("sendMessage", answers, times=50)
    calls = asyncio.gather(*(bot.send_message(ANA, str(number)) for number in range(50)))
    async with asyncio.timeout(20):
        while tries(stand_in) < 50:  # noqa: ASYNC110 - the stand-in is a plain server and tells nobody
            await asyncio.sleep(0.01)
    answers.set()
    await calls


async def test_initializing_twice_keeps_the_session() -> None:
    """PTB may initialize what it shares more than once."""
    request = AiohttpRequest()
    await request.initialize()
    first = request._session
    await request.initialize()
    assert request._session is first
    assert isinstance(first, aiohttp.ClientSession)
    await request.shutdown()
    await request.shutdown()
    assert first.closed


async def test_nothing_is_sent_before_the_start() -> None:
    """A call without a session is a mistake of the program's."""
    with pytest.raises(RuntimeError, match="initialize"):
        await AiohttpRequest().do_request("http://127.0.0.1:9/", "POST")
