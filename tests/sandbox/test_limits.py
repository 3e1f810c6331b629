"""Telegram's limits, and what goes wrong on request."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Person, StandIn
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import Limits

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_chat_takes_a_burst_and_then_one_a_second() -> None:
    """After the burst each message waits for its second."""
    clock = Clock()
    limits = Limits(per_chat=1.0, overall=None, burst=3, clock=clock)
    for _ in range(3):
        limits.take(1)
    with pytest.raises(ApiError) as refused:
        limits.take(1)
    assert refused.value.retry_after == 1
    limits.take(2)
    clock.now = 1.0
    limits.take(1)


def test_everybody_together_takes_thirty_a_second() -> None:
    """The overall limit counts all chats."""
    clock = Clock()
    limits = Limits(per_chat=None, overall=30.0, clock=clock)
    for chat in range(30):
        limits.take(chat)
    with pytest.raises(ApiError):
        limits.take(99)
    clock.now = 0.1
    for chat in range(3):
        limits.take(chat)


async def test_too_many_messages_are_a_429(call: Call, ada: Person, stand_in: StandIn) -> None:
    """With the seconds to wait, in Telegram's shape; edits are not counted."""
    stand_in.limits.set(per_chat=0.5, overall=None)
    answers = [await call("sendMessage", chat_id=ada.user_id, text=str(number)) for number in range(21)]
    assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
    assert answers[-1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 2",
        "parameters": {"retry_after": 2},
    }
    assert (await call("editMessageText", chat_id=ada.user_id, message_id=ada.last.id, text="new"))["ok"]


async def test_a_method_fails_as_often_as_asked(call: Call, ada: Person, stand_in: StandIn) -> None:
    """And then works again; other methods never noticed."""
    stand_in.fail("sendMessage", status=429, retry_after=7)
    stand_in.fail("sendMessage", status=500)
    answers = [await call("sendMessage", chat_id=ada.user_id, text="x") for _ in range(3)]
    assert [answer.get("error_code") for answer in answers] == [429, 500, None]
    assert answers[0]["parameters"] == {"retry_after": 7}
    assert answers[0]["description"] == "Too Many Requests: retry after 7"
    assert len(ada.messages) == 2


async def test_a_proxy_may_answer_with_html(session: aiohttp.ClientSession, stand_in: StandIn) -> None:
    """A body of its own replaces the whole answer."""
    stand_in.fail("getMe", status=502, body="<html>Bad Gateway</html>")
    async with session.get(f"{stand_in.url}/bot{stand_in.token}/getMe") as response:
        assert response.status == 502
        assert await response.text() == "<html>Bad Gateway</html>"


@pytest.mark.parametrize("after_applying", [False, True])
async def test_a_connection_may_break(call: Call, ada: Person, stand_in: StandIn, after_applying: bool) -> None:
    """Before the call was made or after it: the bot cannot tell, the person can."""
    stand_in.fail("sendMessage", status=None, after_applying=after_applying)
    with pytest.raises((aiohttp.ClientConnectionError, ConnectionResetError)):
        await call("sendMessage", chat_id=ada.user_id, text="x")
    assert len(ada.messages) == (2 if after_applying else 1)


async def test_an_answer_may_be_lost_after_applying(call: Call, ada: Person, stand_in: StandIn) -> None:
    """A 5xx that came too late: the message is there."""
    stand_in.fail("*", status=504, after_applying=True)
    assert (await call("sendMessage", chat_id=ada.user_id, text="x"))["error_code"] == 504
    assert ada.last.text == "x"


async def test_calls_can_be_slow(call: Call, stand_in: StandIn) -> None:
    """`delay` slows every call but getUpdates, `stall` the next ones of a method."""
    stand_in.delay = 60.0
    async with asyncio.timeout(20):
        await call("getUpdates")
    stand_in.delay = 0.1
    since = time.monotonic()
    await call("getMe")
    assert time.monotonic() - since >= 0.1
    stand_in.delay = 0.0
    stand_in.stall("getMe", 0.2)
    since = time.monotonic()
    await call("getMe")
    assert time.monotonic() - since >= 0.2


async def test_the_memory_of_calls_is_bounded(stand_in: StandIn) -> None:
    """A long benchmark does not grow it."""
    assert stand_in.calls.maxlen is not None


async def test_what_is_paid_for_has_a_limit_of_its_own(call: Call, ada: Person, stand_in: StandIn) -> None:
    """A thousand a second, whatever the limit of what is free."""
    stand_in.limits.set(per_chat=None, overall=1.0)
    assert (await call("sendMessage", chat_id=ada.user_id, text="free"))["ok"]
    assert (await call("sendMessage", chat_id=ada.user_id, text="free"))["error_code"] == 429
    assert (await call("sendMessage", chat_id=ada.user_id, text="paid", allow_paid_broadcast=True))["ok"]


async def test_a_voice_is_copied(call: Call, ada: Person) -> None:
    """With its caption, as a picture is."""
    voice = ada.send_voice("hello.ogg", b"hello", "Listen")
    assert (await call("copyMessage", chat_id=ada.user_id, from_chat_id=ada.user_id, message_id=voice))["ok"]
    assert ada.last.voice
    assert (ada.last.voice.content, ada.last.text) == (b"hello", "Listen")
    assert "voice" in ada.last.wire()
