"""From Telegram's JSON to PTB's updates: a tap is cut to where it stands, and what cannot be read stops nothing."""

from __future__ import annotations

from typing import Any, cast

import pytest
from telegram import InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup

from bot.app import build_application, QuietBot
from bot.network import AiohttpRequest
from bot.sandbox import StandIn
from bot.updates import read_update

ANA = 5001
BOT = QuietBot("1:a", request=AiohttpRequest(), get_updates_request=AiohttpRequest())
CHAT = {"id": ANA, "type": "private"}
SENDER = {"id": ANA, "is_bot": False, "first_name": "Ana", "language_code": "es"}
BUTTON = {"text": "Menu", "callback_data": "op:m"}
SCREEN = {"message_id": 7, "date": 1, "chat": CHAT, "text": "hello", "reply_markup": {"inline_keyboard": [[BUTTON]]}}
TAP = {"id": "1", "from": SENDER, "chat_instance": "9", "data": "op:m", "message": SCREEN}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in TAP.items() if key != name}


def test_a_tap_is_cut_to_where_its_message_stands() -> None:
    """Neither the text nor the buttons of the old screen are made objects of; the tap itself is whole."""
    update = read_update({"update_id": 1, "callback_query": TAP}, BOT)
    assert update
    query = update.callback_query
    assert query
    assert isinstance(query.message, InaccessibleMessage)
    assert (update.update_id, query.id, query.data, query.chat_instance) == (1, "1", "op:m", "9")
    assert (query.message.message_id, query.message.chat.id, query.message.chat.type) == (7, ANA, "private")
    assert (query.from_user.id, query.from_user.first_name, query.from_user.language_code) == (ANA, "Ana", "es")
    assert update.effective_chat == query.message.chat
    assert update.effective_user == query.from_user


@pytest.mark.parametrize(
    "query",
    [without("message") | {"inline_message_id": "x"}, without("data") | {"game_short_name": "chess"}],
    ids=["of an inline message", "of a game"],
)
def test_another_tap_is_read_as_it_is(query: dict[str, Any]) -> None:
    """PTB knows those; nobody here answers them."""
    update = read_update({"update_id": 1, "callback_query": query}, BOT)
    assert update
    assert update.callback_query
    assert (update.callback_query.inline_message_id, update.callback_query.game_short_name) == (
        query.get("inline_message_id"),
        query.get("game_short_name"),
    )


def test_no_handler_minds_a_tap_that_is_cut() -> None:
    """PTB warns of it where somebody asks for its message, and here a warning is an error."""
    update = read_update({"update_id": 1, "callback_query": TAP}, BOT)
    application = build_application(cast("Any", None), "1:a", "http://127.0.0.1:9")
    assert any(handler.check_update(update) for handler in application.handlers[0])
    for handler in application.handlers[0]:
        handler.check_update(update)


def test_a_message_is_read_whole() -> None:
    """It is what somebody wrote."""
    update = read_update({"update_id": 1, "message": SCREEN | {"from": SENDER}}, BOT)
    assert update
    assert update.message
    assert update.message.text == "hello"


@pytest.mark.parametrize(
    "given",
    [
        {"update_id": 1, "callback_query": TAP | {"message": {"message_id": 7}}},
        {"update_id": 1, "callback_query": TAP | {"message": SCREEN | {"chat": {}}}},
        {"update_id": 1, "callback_query": TAP | {"from": {"first_name": "Ana"}}},
        {"update_id": 1, "callback_query": [SCREEN]},
        {"update_id": 1, "message": {"text": "hello"}},
        {"message": SCREEN},
    ],
    ids=["no chat", "an empty chat", "no id", "no tap", "no message", "no update"],
)
def test_what_makes_no_sense_is_none(given: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """The log names the kind of error, and quotes nothing."""
    assert read_update(given, BOT) is None
    assert "is passed over" in caplog.text
    assert "hello" not in caplog.text
    assert "Ana" not in caplog.text


async def test_one_that_cannot_be_read_is_confirmed_with_the_others() -> None:
    """Over HTTP: its id alone is returned, in its place."""
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    try:
        polling = QuietBot(
            stand_in.token,
            base_url=f"{stand_in.url}/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(1),
        )
        ana = stand_in.person(ANA, "Ana")
        ana.say("/start")
        broken = stand_in.push({"poll_answer": {"poll_id": "1", "user": SENDER, "option_ids": []}})
        async with polling:
            sent = await polling.send_message(
                ANA, "hello", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="op:m")]])
            )
            ana.tap("Go", sent.message_id)
            said, unreadable, tapped = await polling.get_updates(allowed_updates=["message", "callback_query"])
            assert await polling.get_updates(tapped.update_id + 1, timeout=0) == ()
        assert said.message
        assert said.message.text == "/start"
        assert unreadable.to_dict() == {"update_id": broken}
        assert tapped.callback_query
        assert (tapped.callback_query.data, tapped.callback_query.message) == (
            "op:m",
            InaccessibleMessage(tapped.callback_query.message.chat, sent.message_id),  # type: ignore[union-attr]
        )
    finally:
        await stand_in.stop()
