"""The methods about the bot itself: its name, commands and descriptions, webhooks and files."""

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.inline import offers
from bot.sandbox.ledger import Ledger
from bot.sandbox.methods import Uploads
from bot.sandbox.parameters import (
    AnswerInlineQuery,
    GetFile,
    Nothing,
    OfCommands,
    OfLanguage,
    Parameters,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
)
from bot.sandbox.parts import BotCommandScope
from bot.sandbox.people import Person


class ProfileMethods:
    """The methods that no chat shows directly."""

    def __init__(self, ledger: Ledger, people: dict[int, Person]) -> None:
        self._ledger = ledger
        self._people = people

    def get_me(self, _: Nothing, __: Uploads) -> dict[str, Any]:
        return {
            **self._ledger.bot,
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def set_my_commands(self, call: SetMyCommands, _: Uploads) -> bool:
        self._ensure_scope(call.scope)
        self._ledger.commands.set(call.scope, call.language_code, call.commands)
        return self._changed()

    def get_my_commands(self, call: OfCommands, _: Uploads) -> list[dict[str, str]]:
        self._ensure_scope(call.scope)
        return [dict(one) for one in self._ledger.commands.get(call.scope, call.language_code)]

    def delete_my_commands(self, call: OfCommands, _: Uploads) -> bool:
        self._ensure_scope(call.scope)
        self._ledger.commands.delete(call.scope, call.language_code)
        return self._changed()

    def set_my_description(self, call: SetMyDescription, _: Uploads) -> bool:
        self._ledger.descriptions["description", call.language_code] = call.description
        return self._changed()

    def get_my_description(self, call: OfLanguage, _: Uploads) -> dict[str, str]:
        return {"description": self._ledger.description("description", call.language_code)}

    def set_my_short_description(self, call: SetMyShortDescription, _: Uploads) -> bool:
        self._ledger.descriptions["short_description", call.language_code] = call.short_description
        return self._changed()

    def get_my_short_description(self, call: OfLanguage, _: Uploads) -> dict[str, str]:
        return {"short_description": self._ledger.description("short_description", call.language_code)}

    def set_chat_menu_button(self, _: Parameters, __: Uploads) -> bool:
        return True  # the page shows commands, whatever the button

    def answer_inline_query(self, call: AnswerInlineQuery, _: Uploads) -> bool:
        answer = offers(
            call.results,
            call.button,
            cache_time=call.cache_time,
            is_personal=bool(call.is_personal),
            next_offset=call.next_offset or "",
        )
        person = self._people[self._ledger.inline.close(call.inline_query_id)]
        person.offered(call.inline_query_id, answer)
        return True

    def get_file(self, call: GetFile, _: Uploads) -> dict[str, Any]:
        file = self._ledger.files.get(call.file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return {**file.wire(), "file_path": file.path}

    def _ensure_scope(self, scope: BotCommandScope | None) -> None:
        if scope is None or not scope.type.startswith("chat"):
            return
        if scope.chat_id is None:
            raise bad_request("chat_id is empty")
        if scope.chat_id not in self._people:
            raise bad_request("chat not found")

    def _changed(self) -> bool:
        for person in self._people.values():
            person.changed({"type": "person", "person": person.user_id})
        return True
