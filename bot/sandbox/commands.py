"""The bot's commands and descriptions, each by scope and language (Bot API, BotCommandScope)."""

import re

from bot.sandbox.errors import bad_request
from bot.sandbox.parts import BotCommand, BotCommandScope

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_DESCRIPTION_LENGTH = 256
_MOST = 100

ScopeKey = tuple[str, int | None]


class Commands:
    """The command lists, each under its scope and language ("" for all languages without a list of their own)."""

    def __init__(self) -> None:
        self._lists: dict[tuple[ScopeKey, str], list[BotCommand]] = {}

    def set(self, scope: BotCommandScope | None, language: str, commands: list[BotCommand]) -> None:
        """Replace one list.

        Raises:
            ApiError: 400 for a name or a description that Telegram does not take.
        """
        if len(commands) > _MOST:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not _NAME.fullmatch(one.command.removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(one.description) <= _DESCRIPTION_LENGTH:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._lists[_key(scope), language] = commands

    def get(self, scope: BotCommandScope | None, language: str) -> list[BotCommand]:
        return self._lists.get((_key(scope), language), [])

    def delete(self, scope: BotCommandScope | None, language: str) -> None:
        self._lists.pop((_key(scope), language), None)

    def seen(self, chat_id: int, language: str) -> list[tuple[str, str]]:
        """What the menu of one private chat lists: the narrowest scope that has a list, in its language first."""
        scopes: list[ScopeKey] = [("chat", chat_id), ("all_private_chats", None), ("default", None)]
        for scope in scopes:
            for code in (language, ""):
                if (scope, code) in self._lists:
                    return [(one.command.removeprefix("/"), one.description) for one in self._lists[scope, code]]
        return []


def _key(scope: BotCommandScope | None) -> ScopeKey:
    if scope is None:
        return "default", None
    return scope.type, scope.chat_id if isinstance(scope.chat_id, int) else None
