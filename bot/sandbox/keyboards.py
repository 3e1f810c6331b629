"""The keyboards that a call may carry, and what Telegram refuses about them."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from bot.sandbox.errors import bad_request
from bot.sandbox.markup import is_link
from bot.sandbox.parts import Part

BUTTONS = 100
DATA_BYTES = 64
COPY_LENGTH = 256
_CANNOT_PARSE = "can't parse inline keyboard button: "
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_USER_LINK = re.compile(r"tg://user\?id=\d+")

Style = Literal["danger", "success", "primary"]


class CopyTextButton(Part):
    text: str


class InlineKeyboardButton(Part):
    text: str
    icon_custom_emoji_id: str | None = None
    style: Style | None = None
    url: str | None = None
    callback_data: str | None = None
    web_app: dict[str, Any] | None = None
    login_url: dict[str, Any] | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    switch_inline_query_chosen_chat: dict[str, Any] | None = None
    copy_text: CopyTextButton | None = None
    callback_game: dict[str, Any] | None = None
    pay: bool | None = None


class InlineKeyboardMarkup(Part):
    inline_keyboard: list[list[InlineKeyboardButton]]


class KeyboardButton(Part):
    text: str
    icon_custom_emoji_id: str | None = None
    style: Style | None = None
    request_users: dict[str, Any] | None = None
    request_chat: dict[str, Any] | None = None
    request_managed_bot: dict[str, Any] | None = None
    request_contact: bool | None = None
    request_location: bool | None = None
    request_poll: dict[str, Any] | None = None
    web_app: dict[str, Any] | None = None


def _as_button(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class ReplyKeyboardMarkup(Part):
    keyboard: list[list[Annotated[KeyboardButton, BeforeValidator(_as_button)]]]
    is_persistent: bool | None = None
    resize_keyboard: bool | None = None
    one_time_keyboard: bool | None = None
    input_field_placeholder: str | None = Field(default=None, min_length=1, max_length=64)
    selective: bool | None = None


class ReplyKeyboardRemove(Part):
    remove_keyboard: Literal[True]
    selective: bool | None = None


class ForceReply(Part):
    force_reply: Literal[True]
    input_field_placeholder: str | None = Field(default=None, min_length=1, max_length=64)
    selective: bool | None = None


AnyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply

_MARKUPS: dict[str, TypeAdapter[Any]] = {
    "inline_keyboard": TypeAdapter(InlineKeyboardMarkup),
    "keyboard": TypeAdapter(ReplyKeyboardMarkup),
    "remove_keyboard": TypeAdapter(ReplyKeyboardRemove),
    "force_reply": TypeAdapter(ForceReply),
}


def chosen_markup(value: object) -> object:
    """The one of the four kinds of markup that the value is, so that a refusal speaks of that kind alone."""
    if not isinstance(value, dict):
        return value
    for key, adapter in _MARKUPS.items():
        if key in value:
            return adapter.validate_python(value)
    return value


def inline_rows(markup: InlineKeyboardMarkup | None) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard as they go over the wire; empty for none.

    Raises:
        ApiError: in Telegram's words where Telegram refuses the keyboard. Telegram itself takes the first of several
            actions of a button; here that is refused, since the Bot API says that exactly one must be used.
    """
    if markup is None:
        return []
    rows: list[list[dict[str, Any]]] = [row for row in markup.model_dump(exclude_none=True)["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check(button)
    return rows


def _check(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = button.keys() - _LOOKS
    if not actions:
        raise bad_request(f"{_CANNOT_PARSE}Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{_CANNOT_PARSE}Exactly one action must be used, found {', '.join(sorted(actions))}")
    if "callback_data" in actions:
        if not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "copy_text" in actions:
        if not 1 <= len(button["copy_text"]["text"]) <= COPY_LENGTH:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif "url" in actions and not (is_link(button["url"]) or _USER_LINK.fullmatch(button["url"])):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
