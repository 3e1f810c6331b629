"""What both sides of every chat write into: ids, updates, files, open queries, commands and who listens."""

import asyncio
import mimetypes
import time
from dataclasses import dataclass
from typing import Any

from bot.sandbox.commands import Commands
from bot.sandbox.errors import bad_request
from bot.sandbox.inline import InlineQueries
from bot.sandbox.messages import File
from bot.sandbox.updates import Updates

TAP_SECONDS = 15.0
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap that waits for its answer; `at` is on the monotonic clock, in seconds."""

    person_id: int
    at: float


class Ledger:
    """The memory that a bot's chats share.

    Message and update ids start at the Unix time in seconds: a stand-in that is started anew never gives out an id that
    an older database knows.
    """

    def __init__(self, *, username: str, bot_id: int, tap_seconds: float = TAP_SECONDS) -> None:
        started = int(time.time())
        self.bot: dict[str, Any] = {
            "id": bot_id,
            "is_bot": True,
            "first_name": username.replace("_", " ").title().removesuffix(" Bot"),
            "username": username,
        }
        self.tap_seconds = tap_seconds
        self.updates = Updates(started)
        self.commands = Commands()
        self.descriptions: dict[tuple[str, str], str] = {}
        self.files: dict[str, File] = {}
        self.inline = InlineQueries(tap_seconds)
        self.listeners: set[asyncio.Queue[dict[str, Any]]] = set()
        self._taps: dict[str, Tap] = {}
        self._message_id = started
        self._query_id = started * 1_000_000

    def next_message_id(self) -> int:
        self._message_id += 1
        return self._message_id

    def next_query_id(self) -> str:
        self._query_id += 1
        return str(self._query_id)

    def keep(self, name: str, content: bytes) -> File:
        """Store an uploaded file under a new id."""
        number = len(self.files) + 1
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(f"file{number:06d}", name.replace("/", "_").replace("\\", "_") or "file", mime_type, content)
        self.files[file.id] = file
        return file

    def open_tap(self, person_id: int) -> str:
        """The id of a new callback query. Those that are too old to be answered are let go."""
        now = time.monotonic()
        while self._taps:
            oldest = next(iter(self._taps))
            if now - self._taps[oldest].at <= self.tap_seconds:
                break
            del self._taps[oldest]
        query_id = self.next_query_id()
        self._taps[query_id] = Tap(person_id, now)
        return query_id

    def close_tap(self, query_id: str) -> int:
        """Take a callback query as answered. Returns who tapped.

        Telegram does not document for how long it takes an answer; 15 seconds is what bots meet in the field.

        Raises:
            ApiError: It is unknown, answered already or too old.
        """
        tap = self._taps.pop(query_id, None)
        if tap is None or time.monotonic() - tap.at > self.tap_seconds:
            raise bad_request(_TOO_OLD)
        return tap.person_id

    def description(self, kind: str, language: str) -> str:
        return self.descriptions.get((kind, language)) or self.descriptions.get((kind, ""), "")

    def tell(self, event: dict[str, Any]) -> None:
        """Let every open page know."""
        for queue in self.listeners:
            queue.put_nowait(event)
