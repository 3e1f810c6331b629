from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Person, StandIn

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(stand_in: StandIn, session: aiohttp.ClientSession) -> Call:
    """Calls a method with a JSON body, and gives the whole answer."""

    async def call(method: str, **parameters: Any) -> dict[str, Any]:
        async with session.post(f"{stand_in.url}/bot{stand_in.token}/{method}", json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    return call


@pytest.fixture
def ada(stand_in: StandIn) -> Person:
    """Somebody who has started the bot."""
    ada = stand_in.person(1001, "Ada", "Lovelace")
    ada.say("/start")
    return ada
