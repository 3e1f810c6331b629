"""What the post of a tap is answered with: the tap's own answer, which saves a call to the Bot API."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from telegram.error import BadRequest


class Reply:
    """The reply to one tap's post, open for its answer for as long as it waits.

    Telegram takes one answer a tap, and of what a reply carries nobody learns how it went. So an answer without words
    gives way to one that has some, and whoever comes after that one hears what Telegram would say.
    """

    def __init__(self, query_id: str) -> None:
        self._query_id = query_id
        self._open = True
        self._answer: dict[str, Any] | None = None

    def takes(self, query_id: str, text: str | None, show_alert: bool | None) -> bool:
        """Return whether the reply carries this answer; else it is a call of its own.

        Raises:
            BadRequest: the reply carries words already.
        """
        if not self._open or query_id != self._query_id:
            return False
        if self._answer and "text" in self._answer:
            raise BadRequest("Query is too old: it is answered already")
        words = {"text": text, "show_alert": show_alert}
        self._answer = {"callback_query_id": query_id} | {key: value for key, value in words.items() if value}
        return True

    def close(self) -> dict[str, Any] | None:
        """Return the answer as the parameters of ``answerCallbackQuery``, and take no other."""
        self._open = False
        answer, self._answer = self._answer, None
        return answer


REPLY: ContextVar[Reply | None] = ContextVar("REPLY", default=None)
"""The reply to the post whose update is being handled; none under polling, and for what is no tap."""
