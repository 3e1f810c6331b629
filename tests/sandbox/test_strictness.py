"""What Telegram refuses, the stand-in refuses in the same words."""

from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Person, StandIn

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


def key(**more: object) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Go", **more}]]}


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "👩" * 2049}, "message is too long"),
        ({"text": "<x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        ({"text": "x", "parse_mode": "Markdown"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": key(callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": key(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": key(callback_data="")}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": key()},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": key(callback_data="x", url="https://example.org")},
            "can't parse inline keyboard button: Exactly one action must be used, found callback_data, url",
        ),
        (
            {"text": "x", "reply_markup": key(url="localhost")},
            "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}] * 101]}},
            "reply markup is too long",
        ),
        ({"text": "x", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
        ({"text": "x", "chat_id": 5}, "chat not found"),
        ({"text": "x", "colour": "red"}, 'unknown parameter "colour"'),
    ],
)
async def test_a_message_that_telegram_refuses(
    call: Call, ada: Person, parameters: dict[str, Any], reason: str
) -> None:
    """Each refusal is a 400 with Telegram's reason, and leaves the chat as it was."""
    answer = await call("sendMessage", **{"chat_id": ada.user_id, **parameters})
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert len(ada.messages) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"text": 5},
        {"text": "x", "disable_notification": "perhaps"},
        {"text": "x", "reply_markup": key(callback_data=5)},
        {"text": "x", "reply_markup": key(callback_data="x", style="purple")},
        {"text": "x", "reply_markup": key(callback_data="x", colour="red")},
        {"text": "x", "reply_markup": "{"},
    ],
)
async def test_wrong_types_are_refused(call: Call, ada: Person, parameters: dict[str, Any]) -> None:
    """A value of another type than the Bot API names is a 400 that names the parameter."""
    answer = await call("sendMessage", chat_id=ada.user_id, **parameters)
    assert answer["error_code"] == 400
    assert answer["description"].startswith("Bad Request: can't parse parameter \"")


async def test_the_length_is_counted_after_parsing(call: Call, ada: Person) -> None:
    """Tags do not count towards the 4,096 units."""
    answer = await call("sendMessage", chat_id=ada.user_id, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert answer["ok"]


async def test_a_hundred_buttons_are_taken(call: Call, ada: Person) -> None:
    """The limit itself is allowed, and so is data of 64 bytes."""
    rows = [[{"text": "x", "callback_data": "x" * 64}] * 10] * 10
    answer = await call("sendMessage", chat_id=ada.user_id, text="x", reply_markup={"inline_keyboard": rows})
    assert answer["ok"]


async def test_a_chat_that_never_started_cannot_be_written_to(call: Call, stand_in: StandIn) -> None:
    """The bot may not speak first."""
    stand_in.person(7, "Grace")
    answer = await call("sendMessage", chat_id=7, text="x")
    assert answer == {
        "ok": False,
        "error_code": 403,
        "description": "Forbidden: bot can't initiate conversation with a user",
    }


async def test_a_person_who_blocked_the_bot_cannot_be_written_to(call: Call, ada: Person) -> None:
    """Blocking is a 403 and a my_chat_member update; a new message lifts it."""
    ada.block()
    answer = await call("sendMessage", chat_id=ada.user_id, text="x")
    assert answer["description"] == "Forbidden: bot was blocked by the user"
    updates = (await call("getUpdates"))["result"]
    assert updates[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    ada.say("/start")
    assert (await call("sendMessage", chat_id=ada.user_id, text="x"))["ok"]


async def test_an_edit_that_changes_nothing_is_refused(call: Call, ada: Person) -> None:
    """The same text, entities and keyboard again is a 400, by either method."""
    markup = key(callback_data="x")
    sent = (await call("sendMessage", chat_id=ada.user_id, text="<b>x</b>", parse_mode="HTML", reply_markup=markup))[
        "result"
    ]
    where = {"chat_id": ada.user_id, "message_id": sent["message_id"]}
    same = [
        await call("editMessageText", **where, text="<strong>x</strong>", parse_mode="HTML", reply_markup=markup),
        await call("editMessageReplyMarkup", **where, reply_markup=markup),
    ]
    reason = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    )
    assert [answer["description"] for answer in same] == [reason, reason]
    assert ada.last.edited == 0


async def test_an_edit_without_a_keyboard_takes_it_away(call: Call, ada: Person) -> None:
    """As in Telegram, what is not sent again is gone."""
    sent = (await call("sendMessage", chat_id=ada.user_id, text="x", reply_markup=key(callback_data="x")))["result"]
    edited = (await call("editMessageText", chat_id=ada.user_id, message_id=sent["message_id"], text="x"))["result"]
    assert "reply_markup" not in edited
    assert ada.last.keyboard == []


async def test_only_the_bots_own_messages_can_be_edited(call: Call, ada: Person) -> None:
    """A missing message, a person's and a picture's text each have their own refusal."""
    missing = await call("editMessageText", chat_id=ada.user_id, message_id=1, text="x")
    theirs = await call("editMessageText", chat_id=ada.user_id, message_id=ada.messages[0].id, text="x")
    assert missing["description"] == "Bad Request: message to edit not found"
    assert theirs["description"] == "Bad Request: message can't be edited"


async def test_a_deleted_message_is_gone(call: Call, ada: Person) -> None:
    """Deleting twice is refused the second time."""
    sent = (await call("sendMessage", chat_id=ada.user_id, text="x"))["result"]
    where = {"chat_id": ada.user_id, "message_id": sent["message_id"]}
    assert (await call("deleteMessage", **where))["ok"]
    assert [message.text for message in ada.messages] == ["/start"]
    assert (await call("deleteMessage", **where))["description"] == "Bad Request: message to delete not found"


async def test_a_tap_is_answered_once(call: Call, ada: Person) -> None:
    """A second answer, and an answer to nothing, are refused as too old."""
    query = ada.press(1, "x")
    assert ada.unanswered == {query}
    answers = [await call("answerCallbackQuery", callback_query_id=one, text="Saved") for one in (query, query, "5")]
    assert [answer["ok"] for answer in answers] == [True, False, False]
    assert (
        answers[1]["description"]
        == answers[2]["description"]
        == "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    assert [toast.text for toast in ada.toasts] == ["Saved"]
    assert ada.unanswered == set()


async def test_a_tap_grows_too_old(session: aiohttp.ClientSession) -> None:
    """After `tap_seconds` an answer is refused."""
    stand_in = StandIn(tap_seconds=-1)
    await stand_in.start()
    query = stand_in.person(1, "Ada").press(1, "x")
    async with session.post(
        f"{stand_in.url}/bot{stand_in.token}/answerCallbackQuery",
        json={"callback_query_id": query},
    ) as response:
        assert response.status == 400
    await stand_in.stop()


async def test_an_answer_has_at_most_200_characters(call: Call, ada: Person) -> None:
    """A longer one is refused and the tap still waits."""
    query = ada.press(1, "x")
    long = await call("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert long["description"] == "Bad Request: MESSAGE_TOO_LONG"
    assert (await call("answerCallbackQuery", callback_query_id=query, text="x" * 200, show_alert=True))["ok"]
    assert ada.toasts[0].alert


@pytest.mark.parametrize("command", ["Week", "my-week", "", "x" * 33])
async def test_command_names_are_checked(call: Call, command: str) -> None:
    """Names are small letters, digits and underscores, up to 32."""
    answer = await call("setMyCommands", commands=[{"command": command, "description": "x"}])
    assert answer["description"] == "Bad Request: BOT_COMMAND_INVALID"


async def test_the_menu_takes_the_narrowest_scope_in_the_persons_language(call: Call, ada: Person) -> None:
    """Chat before all_private_chats before default, each in the person's language first."""

    async def put(name: str, **where: Any) -> None:
        assert (await call("setMyCommands", commands=[{"command": name, "description": name}], **where))["ok"]

    await put("everywhere")
    await put("spanish", language_code="es")
    assert ada.commands == [("everywhere", "everywhere")]
    ada.language_code = "es"
    assert ada.commands == [("spanish", "spanish")]
    await put("private", scope={"type": "all_private_chats"})
    assert ada.commands == [("private", "private")]
    await put("hers", scope={"type": "chat", "chat_id": ada.user_id})
    assert ada.commands == [("hers", "hers")]
    assert (await call("deleteMyCommands", scope={"type": "chat", "chat_id": ada.user_id}))["ok"]
    assert ada.commands == [("private", "private")]


async def test_a_wrong_token_and_an_unknown_method(
    session: aiohttp.ClientSession, stand_in: StandIn, call: Call
) -> None:
    """401 and 404 in Telegram's shape."""
    async with session.get(f"{stand_in.url}/bot1:x/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await call("makeCoffee") == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_the_bot_api_is_not_for_web_pages(session: aiohttp.ClientSession, stand_in: StandIn) -> None:
    """A page on another site, which would send its Origin, gets nowhere."""
    url = f"{stand_in.url}/bot{stand_in.token}/getMe"
    async with session.post(url, headers={"Origin": "https://example.org"}) as response:
        assert response.status == 403


async def test_forms_carry_json_in_strings(session: aiohttp.ClientSession, stand_in: StandIn, ada: Person) -> None:
    """A form's scalars are strings and its objects JSON, and `calls` shows both as values."""
    form = {"chat_id": "1001", "text": "x", "disable_notification": "true", "reply_markup": '{"inline_keyboard": []}'}
    async with session.post(f"{stand_in.url}/bot{stand_in.token}/sendMessage", data=form) as response:
        assert response.status == 200
    expected = {"chat_id": 1001, "text": "x", "disable_notification": True, "reply_markup": {"inline_keyboard": []}}
    assert stand_in.calls[-1] == ("sendMessage", expected)


async def test_a_get_request_may_carry_parameters(
    session: aiohttp.ClientSession, stand_in: StandIn, ada: Person
) -> None:
    """A query string is as good as a form."""
    url = f"{stand_in.url}/bot{stand_in.token}/SENDMESSAGE"
    async with session.get(url, params={"chat_id": "1001", "text": "x"}) as response:
        assert response.status == 200
    assert ada.last.text == "x"


async def test_half_a_surrogate_pair_is_refused(call: Call, ada: Person) -> None:
    """JSON's escapes can write what UTF-8 cannot."""
    answer = await call("sendMessage", chat_id=ada.user_id, text="x", reply_markup=key(callback_data="\ud800"))
    assert answer["error_code"] == 400
