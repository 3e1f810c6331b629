"""What a person can do and see."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.sandbox import Person, StandIn, Toast

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


def row(*labels: str, **more: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"do:{label}", **more} for label in labels]]}


async def tapped(call: Call) -> str:
    return str((await call("getUpdates"))["result"][-1]["callback_query"]["data"])


async def test_a_command_is_marked(call: Call, ada: Person) -> None:
    """So that the bot's command handlers see it."""
    message = (await call("getUpdates"))["result"][0]["message"]
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"]["language_code"] == "en"
    assert message["chat"] == {"id": 1001, "first_name": "Ada", "last_name": "Lovelace", "type": "private"}


@pytest.mark.parametrize("link", ["https://t.me/rota_sandbox_bot?start=abc", "t.me/Rota_Sandbox_Bot?start=abc", "abc"])
def test_a_deep_link_says_start(ada: Person, link: str) -> None:
    """With the token, from the whole link or from the token alone."""
    ada.open(link)
    assert ada.messages[-1].text == "/start abc"


def test_a_link_to_elsewhere_is_not_opened(ada: Person) -> None:
    """Another bot's link is a mistake of the test's."""
    with pytest.raises(ValueError, match="No deep link"):
        ada.open("https://t.me/other_bot?start=abc")


async def test_a_tap_finds_the_newest_button(call: Call, ada: Person) -> None:
    """The exact label first, in the newest message that has it."""
    await call("sendMessage", chat_id=1001, text="old", reply_markup=row("Save"))
    await call("sendMessage", chat_id=1001, text="new", reply_markup=row("Save all", "Clear"))
    ada.tap("Save")
    assert await tapped(call) == "do:Save"
    ada.tap("clear")
    assert await tapped(call) == "do:Clear"


async def test_an_unknown_label_names_those_there_are(call: Call, ada: Person) -> None:
    """And one that fits several buttons names them."""
    await call("sendMessage", chat_id=1001, text="x", reply_markup=row("Mon am", "Mon pm"))
    with pytest.raises(LookupError, match=r"Mon am.*Mon pm"):
        ada.tap("Save")
    with pytest.raises(LookupError, match="several buttons"):
        ada.tap("Mon")


async def test_a_message_is_seen_by_text_or_button(call: Call, ada: Person) -> None:
    """Waiting ends when it is there, and a timeout shows the chat."""
    waiting = asyncio.create_task(ada.sees("Save"))
    await asyncio.sleep(0)
    await call(
        "sendMessage", chat_id=1001, text="<b>x</b>", parse_mode="HTML", reply_markup=row("Save", style="success")
    )
    message = await waiting
    assert (message.text, message.html, message.from_bot) == ("x", "<b>x</b>", True)
    assert message.keyboard[0][0].style == "success"
    with pytest.raises(TimeoutError, match=r"'Discard' was not seen.*\n.*/start"):
        await ada.sees("Discard", timeout=0.01)


async def test_an_older_message_can_be_left_out(call: Call, ada: Person) -> None:
    """`after` waits for a message that is newer than one that reads the same."""
    await call("sendMessage", chat_id=1001, text="Your week")
    old = await ada.sees("Your week")
    waiting = asyncio.create_task(ada.sees("Your week", after=old.id))
    await asyncio.sleep(0)
    await call("sendMessage", chat_id=1001, text="Your week")
    assert (await waiting).id > old.id


async def test_what_is_gone_can_be_waited_for(call: Call, ada: Person) -> None:
    """An edit or a deletion ends the waiting."""
    await call("sendMessage", chat_id=1001, text="x", reply_markup=row("Save"))
    waiting = asyncio.create_task(ada.gone("Save"))
    await asyncio.sleep(0)
    await call("editMessageText", chat_id=1001, message_id=ada.last.id, text="y")
    await waiting
    assert ada.last.edited == 1


async def test_an_answer_to_a_tap_is_a_toast(call: Call, ada: Person) -> None:
    """It can be waited for."""
    query = ada.press(ada.messages[0].id, "x")
    waiting = asyncio.create_task(ada.toast("Saved"))
    await call("answerCallbackQuery", callback_query_id=query, text="Saved.")
    assert await waiting == Toast("Saved.", alert=False)


def test_the_same_id_is_the_same_person(stand_in: StandIn, ada: Person) -> None:
    """Asking again gives who is there."""
    assert stand_in.person(1001, "Somebody") is ada


def test_the_bots_last_message_is_asked_for_too_early(ada: Person) -> None:
    """A bot that has not written has no last message."""
    with pytest.raises(LookupError):
        _ = ada.last


async def test_only_loopback_is_listened_on() -> None:
    """Nobody else on the network gets at the chats."""
    with pytest.raises(ValueError, match="this machine"):
        await StandIn().start(host="0.0.0.0")  # noqa: S104 - that this is refused is the point
