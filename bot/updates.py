"""From what Telegram sends to PTB's updates, by polling and by webhook alike."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Update, User

from bot.metrics import count_unreadable

log = logging.getLogger(__name__)


def read_update(given: dict[str, Any], bot: Bot) -> Update | None:
    """Return an update (Bot API, Update); none where PTB cannot read it, which is logged and counted."""
    try:
        return _tapped(given, bot) or Update.de_json(given, bot)
    except Exception as error:  # noqa: BLE001 - whatever a malformed part makes PTB raise
        log.warning("an update cannot be read (%s) and is passed over", type(error).__name__)
        count_unreadable()
        return None


def _tapped(given: dict[str, Any], bot: Bot) -> Update | None:
    """Return a tap on a message; none where the update is something else.

    Of the message nobody reads more than where it stands. To make objects of a whole screen and its buttons is an
    eighth of a tap's CPU, and an empty ``Message`` of PTB's alone a fifteenth.
    """
    match given:
        case {
            "update_id": int(update_id),
            "callback_query": {
                "id": str(query_id),
                "from": dict(sender),
                "message": {"message_id": int(message_id), "chat": dict(chat)},
                "chat_instance": str(chat_instance),
                "data": str(data),
            },
        }:
            message = InaccessibleMessage(Chat.de_json(chat, bot), message_id)
            query = CallbackQuery(query_id, User.de_json(sender, bot), chat_instance, message, data)
            return Update(update_id, callback_query=query)
    return None
