"""Raw updates as Telegram might send them, and as it never would; each is made for its sender."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox import Person

Update = dict[str, Any]


def message_of(person: Person, **body: Any) -> Update:
    return {"message": {"message_id": 1, "date": 1, "chat": person.chat, "from": person.account, **body}}


def tap_of(person: Person, data: str, **body: Any) -> Update:
    chat = {"chat": person.chat, "message_id": 1, "date": 0}
    return {
        "callback_query": {
            "id": "1",
            "from": person.account,
            "chat_instance": "1",
            "message": chat,
            "data": data,
            **body,
        }
    }


GROUP = {"id": -100123, "type": "supergroup", "title": "Staff"}
CHANNEL = {"id": -100456, "type": "channel", "title": "News"}
BOT_MESSAGE = {"message_id": 7, "date": 1, "chat": GROUP, "text": "hello"}
COMMAND = [{"type": "bot_command", "offset": 0, "length": 6}]

STRANGE: dict[str, Callable[[Person], Update]] = {
    "a tap of an inline message": lambda p: {
        "callback_query": {
            "id": "1",
            "from": p.account,
            "chat_instance": "1",
            "inline_message_id": "x",
            "data": "pd:0:1",
        }
    },
    "a game": lambda p: {
        "callback_query": {"id": "1", "from": p.account, "chat_instance": "1", "game_short_name": "chess"}
    },
    "a tap without data": lambda p: {"callback_query": {"id": "1", "from": p.account, "chat_instance": "1"}},
    "a tap in a group": lambda p: tap_of(p, "op:m", message=BOT_MESSAGE),
    "a tap with an empty message": lambda p: tap_of(p, "op:m", message={"message_id": 7, "date": 0, "chat": p.chat}),
    "a tap too old to be answered": lambda p: tap_of(p, "op:h"),
    "an unknown tap too old to be answered": lambda p: tap_of(p, "zz:1"),
    "a message in a group": lambda p: message_of(p, chat=GROUP, text="/week", entities=COMMAND),
    "a message of nobody in a group": lambda _: {"message": BOT_MESSAGE},
    "a private message of nobody": lambda p: {"message": {"message_id": 1, "date": 1, "chat": p.chat, "text": "hello"}},
    "a private command of nobody": lambda p: {
        "message": {"message_id": 1, "date": 1, "chat": p.chat, "text": "/start", "entities": COMMAND}
    },
    "a message of a channel in a group": lambda p: message_of(p, chat=GROUP, sender_chat=CHANNEL, text="mon 9-13"),
    "a channel's post": lambda _: {"channel_post": {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "mon 9-13"}},
    "a channel's edited post": lambda _: {
        "edited_channel_post": {"message_id": 1, "date": 1, "edit_date": 2, "chat": CHANNEL, "text": "/start"}
    },
    "an edited message": lambda p: {"edited_message": message_of(p, text="mon 9-13", edit_date=2)["message"]},
    "an edited command": lambda p: {"edited_message": message_of(p, text="/start", entities=COMMAND)["message"]},
    "a poll": lambda _: {
        "poll": {
            "id": "1",
            "question": "?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    },
    "a poll's answer": lambda p: {
        "poll_answer": {"poll_id": "1", "user": p.account, "option_ids": [], "option_persistent_ids": []}
    },
    "an inline query": lambda p: {"inline_query": {"id": "1", "from": p.account, "query": "mon", "offset": ""}},
    "being blocked": lambda p: {
        "my_chat_member": {
            "chat": p.chat,
            "from": p.account,
            "date": 1,
            "old_chat_member": {"user": p.account, "status": "member"},
            "new_chat_member": {"user": p.account, "status": "left"},
        }
    },
    "an unknown kind": lambda _: {"telepathy": {"thought": "mon 9-13"}},
    "nothing": lambda _: {},
    "a sticker": lambda p: message_of(
        p,
        sticker={
            "file_id": "1",
            "file_unique_id": "1",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        },
    ),
    "a place": lambda p: message_of(p, location={"latitude": 0.0, "longitude": 0.0}),
    "a contact": lambda p: message_of(p, contact={"phone_number": "1", "first_name": "Ana"}),
    "a dice": lambda p: message_of(p, dice={"emoji": "🎲", "value": 6}),
    "a message of nothing": message_of,
    "an empty text": lambda p: message_of(p, text=""),
    "entities out of place": lambda p: message_of(
        p, text="/start", entities=[{"type": "bot_command", "offset": 90, "length": 99}]
    ),
    "a negative entity": lambda p: message_of(
        p, text="/week", entities=[{"type": "bot_command", "offset": 0, "length": -1}]
    ),
    "a command for another bot": lambda p: message_of(
        p, text="/start@other_bot", entities=[{"type": "bot_command", "offset": 0, "length": 16}]
    ),
    "a command without its entity": lambda p: message_of(p, text="/start abc"),
    "an unknown language": lambda p: message_of(
        p, text="hi", **{"from": {**p.account, "language_code": "xx-Zzzz-999"}}
    ),
    "an empty language": lambda p: message_of(p, text="hi", **{"from": {**p.account, "language_code": ""}}),
    "a language of dots": lambda p: message_of(p, text="hi", **{"from": {**p.account, "language_code": "en-../../x"}}),
    "a name of tags": lambda p: message_of(
        p, text="/start", entities=COMMAND, **{"from": {**p.account, "first_name": "<b>&" * 999}}
    ),
    "a name of blanks": lambda p: message_of(
        p, text="/start", entities=COMMAND, **{"from": {**p.account, "first_name": " \u3164\n"}}
    ),
    "a date before all dates": lambda p: message_of(p, text="hi", date=-1),
    "unknown fields": lambda p: message_of(p, text="hi", brain={"waves": [1, None]}, forward_origin=None),
}
