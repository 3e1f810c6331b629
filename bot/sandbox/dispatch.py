"""From a method's name and raw parameters to the call that is made, and its result."""

import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.ledger import Ledger
from bot.sandbox.limits import Limits
from bot.sandbox.methods import ChatMethods, Uploads
from bot.sandbox.parameters import (
    DeleteWebhook,
    GetUpdates,
    METHODS,
    Nothing,
    Parameters,
    SetWebhook,
)
from bot.sandbox.people import Person
from bot.sandbox.profile import ProfileMethods
from bot.sandbox.webhooks import Webhook

Raw = dict[str, Any]
Method = Callable[[Any, Uploads], Any]

_NAMES = {name.lower(): name for name in METHODS}
_MISSING = {"chat_id": "chat_id is empty", "text": "message text is empty"}
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Dispatch:
    """Every method by its name. The names are Telegram's, in any case of letters, as there."""

    def __init__(self, ledger: Ledger, people: dict[int, Person], limits: Limits) -> None:
        self._ledger = ledger
        self._chats = ChatMethods(ledger, people, limits)
        self._profile = ProfileMethods(ledger, people)
        self.webhook = Webhook(ledger.updates, self._reply)
        self._methods: dict[str, Method] = {
            "sendMessage": self._chats.send_message,
            "sendPhoto": self._chats.send_photo,
            "sendDocument": self._chats.send_document,
            "copyMessage": self._chats.copy_message,
            "sendChatAction": self._chats.send_chat_action,
            "editMessageText": self._chats.edit_message_text,
            "editMessageReplyMarkup": self._chats.edit_message_reply_markup,
            "deleteMessage": self._chats.delete_message,
            "answerCallbackQuery": self._chats.answer_callback_query,
            "answerInlineQuery": self._profile.answer_inline_query,
            "getMe": self._profile.get_me,
            "setMyCommands": self._profile.set_my_commands,
            "getMyCommands": self._profile.get_my_commands,
            "deleteMyCommands": self._profile.delete_my_commands,
            "setMyDescription": self._profile.set_my_description,
            "getMyDescription": self._profile.get_my_description,
            "setMyShortDescription": self._profile.set_my_short_description,
            "getMyShortDescription": self._profile.get_my_short_description,
            "setChatMenuButton": self._profile.set_chat_menu_button,
            "getFile": self._profile.get_file,
            "getWebhookInfo": self._webhook_info,
        }

    def name(self, written: str) -> str:
        """The method's name as Telegram spells it.

        Raises:
            ApiError: 404, no such method.
        """
        try:
            return _NAMES[written.lower()]
        except KeyError:
            raise ApiError(404, "Not Found") from None

    def parse(self, name: str, raw: Raw, uploads: Uploads, *, strict: bool) -> Parameters:
        """The method's parameters, checked. `strict` takes scalars as they are; else a string may hold one.

        Raises:
            ApiError: 400; unknown, missing or of the wrong type.
        """
        model = METHODS[name]
        given = {key: value for key, value in raw.items() if value is not None}
        for part in uploads.keys() & model.files:
            given[part] = f"attach://{part}"
        try:
            return model.model_validate(given, strict=strict)
        except ValidationError as error:
            raise bad_request(_reason(error)) from None

    async def run(
        self,
        name: str,
        call: Parameters,
        uploads: Uploads,
        alive: Callable[[], bool] = lambda: True,
    ) -> object:
        """Apply a call. Returns the method's result as it goes over the wire. `alive`: is the bot there to take it?

        Raises:
            ApiError: Telegram would refuse it.
        """
        if isinstance(call, GetUpdates):
            if self.webhook.active:
                raise ApiError(409, _WEBHOOK_ACTIVE)
            self._ledger.updates.allow(call.allowed_updates)
            return await self._ledger.updates.poll(call, alive)
        if isinstance(call, SetWebhook):
            await self.webhook.set(call)
            return True
        if isinstance(call, DeleteWebhook):
            await self.webhook.set(SetWebhook(url="", drop_pending_updates=call.drop_pending_updates))
            return True
        return self._methods[name](call, uploads)

    async def _reply(self, method: str, raw: Raw) -> object:
        """A call that came as the reply to a webhook's post; nobody learns how it went, as with Telegram."""
        try:
            name = self.name(method)
            return await self.run(name, self.parse(name, raw, {}, strict=True), {})
        except ApiError:
            return None

    def _webhook_info(self, _: Nothing, __: Uploads) -> dict[str, Any]:
        return self.webhook.info()


def as_values(call: Parameters, raw: Raw) -> dict[str, Any]:
    """The parameters that were given, as plain Python values: numbers are numbers, JSON is read."""
    return {key: _plain(getattr(call, key), raw.get(key)) for key in call.model_fields_set}


def _plain(value: object, given: object) -> object:
    if isinstance(value, BaseModel | list):
        return json.loads(given) if isinstance(given, str) else given
    return value


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name, *where = (str(part) for part in first["loc"])
    if first["type"] == "missing" and not where:
        return _MISSING.get(name, f'parameter "{name}" is required')
    if first["type"] == "extra_forbidden" and not where:
        return f'unknown parameter "{name}"'
    inside = f" in {'.'.join(where)}" if where else ""
    return f'can\'t parse parameter "{name}"{inside}: {first["msg"]}'
