"""How updates reach the bot: polling as Telegram does it, and webhooks."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox import Person, StandIn

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


async def texts(call: Call, **parameters: object) -> list[str]:
    updates = (await call("getUpdates", **parameters))["result"]
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_they_are_confirmed(call: Call, ada: Person) -> None:
    """An offset above an update's id confirms it; without one everything comes again."""
    ada.say("two")
    first, second = (await call("getUpdates"))["result"]
    assert await texts(call) == ["/start", "two"]
    assert second["update_id"] == first["update_id"] + 1
    assert await texts(call, offset=second["update_id"]) == ["two"]
    assert await texts(call) == ["two"]


async def test_a_negative_offset_keeps_the_last_ones(call: Call, ada: Person) -> None:
    """Earlier updates are forgotten."""
    ada.say("two")
    assert await texts(call, offset=-1) == ["two"]
    assert await texts(call) == ["two"]


async def test_the_limit_bounds_a_batch(call: Call, ada: Person) -> None:
    """The rest comes with the next call."""
    ada.say("two")
    assert await texts(call, limit=1) == ["/start"]


async def test_a_poll_waits_for_the_first_update(call: Call, ada: Person) -> None:
    """Long polling answers as soon as something happens."""
    await call("getUpdates", offset=2**40)
    poll = asyncio.create_task(texts(call, timeout=50))
    await asyncio.sleep(0.05)
    ada.say("now")
    async with asyncio.timeout(20):
        assert await poll == ["now"]


async def test_a_poll_ends_empty_at_its_timeout(call: Call) -> None:
    """No news is an empty list."""
    assert await call("getUpdates", timeout=1) == {"ok": True, "result": []}


async def test_a_second_poll_ends_the_first(call: Call) -> None:
    """The earlier one is told of the conflict, the later one goes on."""
    first = asyncio.create_task(call("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call("getUpdates", timeout=1))
    assert (await first)["error_code"] == 409
    assert (await first)["description"].startswith("Conflict: terminated by other getUpdates request")
    assert (await second)["ok"]


async def test_only_the_kinds_that_were_asked_for_come(call: Call, ada: Person) -> None:
    """`allowed_updates` is remembered; what was not asked for is lost."""
    await call("getUpdates", offset=2**40, allowed_updates=["callback_query"])
    ada.say("not this")
    ada.press(1, "x")
    (update,) = (await call("getUpdates"))["result"]
    assert update["callback_query"]["data"] == "x"


async def test_a_raw_update_comes_as_it_is(call: Call, stand_in: StandIn) -> None:
    """Whatever it holds, and with an id where it had none."""
    number = stand_in.push({"from_the_future": {"a": None}})
    assert (await call("getUpdates"))["result"] == [{"update_id": number, "from_the_future": {"a": None}}]


async def test_an_update_can_be_redelivered(call: Call, stand_in: StandIn) -> None:
    """A confirmed one comes again with its own id, and an unknown one cannot."""
    number = stand_in.push({"message": {}})
    await call("getUpdates", offset=number + 1)
    stand_in.redeliver(number)
    assert [one["update_id"] for one in (await call("getUpdates", offset=number + 1))["result"]] == [number]
    assert (await call("getUpdates", offset=number + 1))["result"] == []
    with pytest.raises(KeyError):
        stand_in.redeliver(1)


async def test_a_killed_bot_takes_nothing_away(call: Call, stand_in: StandIn) -> None:
    """A poll whose connection is gone does not swallow what is redelivered while the bot is down."""
    number = stand_in.push({"message": {}})
    await call("getUpdates", offset=number + 1)
    async with aiohttp.ClientSession() as killed:
        poll = asyncio.create_task(killed.get(f"{stand_in.url}/bot{stand_in.token}/getUpdates?timeout=5"))
        await asyncio.sleep(0.05)
        poll.cancel()
        await asyncio.wait([poll])
    await asyncio.sleep(0.05)
    stand_in.redeliver(number)
    await asyncio.sleep(0.05)
    assert [one["update_id"] for one in (await call("getUpdates"))["result"]] == [number]


async def test_a_forged_tap_tells_of_a_message_that_is_not_there(call: Call, ada: Person) -> None:
    """As Telegram tells it: no date, no text."""
    ada.press(5, "x")
    query = (await call("getUpdates"))["result"][-1]["callback_query"]
    assert query["message"]["message_id"] == 5
    assert query["message"]["date"] == 0


async def test_ids_start_at_the_time(call: Call, ada: Person) -> None:
    """A stand-in that is started anew gives out no id that an older database knows."""
    now = time.time()
    assert now - 60 < ada.messages[0].id <= now + 60
    assert now - 60 < (await call("getUpdates"))["result"][0]["update_id"] <= now + 60


async def test_a_webhook_gets_the_updates_in_order(call: Call, ada: Person, stand_in: StandIn) -> None:
    """With the secret in its header; a method in the reply is applied; polling is refused meanwhile."""
    heard: list[tuple[str | None, str]] = []

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        text = update["message"]["text"]
        heard.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), text))
        return web.json_response({"method": "sendMessage", "chat_id": ada.user_id, "text": f"re: {text}"})

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        ada.say("two")
        url = str(server.make_url("/hook"))
        assert (await call("setWebhook", url=url, secret_token="s3"))["ok"]  # noqa: S106 - a test's own
        await ada.sees("re: two")
        assert heard == [("s3", "/start"), ("s3", "two")]
        assert (await call("getUpdates"))["error_code"] == 409
        assert (await call("getWebhookInfo"))["result"]["url"] == url
        assert (await call("deleteWebhook"))["ok"]
    ada.say("three")
    assert await texts(call) == ["three"]


async def test_a_webhook_must_be_https(call: Call) -> None:
    """But for this machine, as with a local Bot API server."""
    answer = await call("setWebhook", url="http://example.org/")
    assert answer["description"] == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"


async def test_a_webhooks_secret_is_of_few_characters(call: Call) -> None:
    """Letters, digits, underscores and hyphens (Bot API, setWebhook)."""
    answer = await call("setWebhook", url="https://example.org/", secret_token="s 3")  # noqa: S106 - a test's own
    assert answer["description"] == "Bad Request: secret token contains unallowed characters"


async def test_what_a_webhook_has_not_taken_comes_again(call: Call, ada: Person) -> None:
    """Everything but a 2xx is a refusal, a redirect too; a webhook that is set as it is goes on undisturbed."""
    statuses, heard = [500, 403, 302, 200], []

    async def hook(request: web.Request) -> web.Response:
        heard.append((await request.json())["update_id"])
        if len(heard) == 1:
            await call("setWebhook", url=str(request.url))
        return web.Response(status=statuses[len(heard) - 1], headers={"Location": str(request.url)})

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        await call("setWebhook", url=str(server.make_url("/hook")))
        async with asyncio.timeout(10):
            while (await call("getWebhookInfo"))["result"]["pending_update_count"]:  # noqa: ASYNC110 - it is asked over HTTP
                await asyncio.sleep(0.05)
        await call("deleteWebhook")
    assert len(heard) == 4
    assert len(set(heard)) == 1


async def test_a_persons_tap_does_not_wait_for_their_message(call: Call, ada: Person) -> None:
    """To a webhook they come in lines of their own; two taps stand in one."""
    tapped = asyncio.Event()
    heard: list[str] = []

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        if "message" in update:
            await tapped.wait()
        else:
            heard.append(update["callback_query"]["data"])
        if len(heard) == 2:
            tapped.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        ada.press(1, "first")
        ada.press(1, "second")
        await call("setWebhook", url=str(server.make_url("/hook")))
        async with asyncio.timeout(10):
            await tapped.wait()
        await call("deleteWebhook")
    assert heard == ["first", "second"]
