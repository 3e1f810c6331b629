"""A private chat as it is seen: its messages, the answers to taps, and waiting for them."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Self

from bot.sandbox.inline import Offers
from bot.sandbox.ledger import Ledger
from bot.sandbox.messages import Message, Toast

PATIENCE = 20.0
"""Seconds that are waited for what the bot should do, on a busy machine too."""


class Chat:
    """The chat of one person with the bot.

    `toasts` are the answers to taps, oldest first; `unanswered` the ids of taps that wait for one; `offers` the answers
    to inline queries by the query's id; `reply_keyboard` the labels of the keyboard that stands in the phone's place.
    Waiting is for the event loop that the stand-in runs on.
    """

    def __init__(self, ledger: Ledger, user_id: int, first_name: str, last_name: str | None) -> None:
        self._ledger = ledger
        self._messages: dict[int, Message] = {}
        self._waiters: list[asyncio.Future[None]] = []
        self.user_id = user_id
        self.first_name = first_name
        self.last_name = last_name
        self.toasts: list[Toast] = []
        self.unanswered: set[str] = set()
        self.offers: dict[str, Offers] = {}
        self.reply_keyboard: list[list[str]] = []

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    @property
    def messages(self) -> list[Message]:
        """The chat as the person sees it, oldest first; deleted messages are gone."""
        return list(self._messages.values())

    @property
    def last(self) -> Message:
        """The bot's newest message.

        Raises:
            LookupError: The bot has not written yet.
        """
        for message in reversed(self._messages.values()):
            if message.from_bot:
                return message
        raise LookupError(f"The bot has not written to {self.name} yet")

    def message(self, message_id: int) -> Message | None:
        return self._messages.get(message_id)

    async def until(self, predicate: Callable[[Self], bool], timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 - a bound of seconds, as tests write it
        """Wait until the predicate holds; it is asked after everything that happens in the chat.

        Raises:
            TimeoutError: It shows the chat as text.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not predicate(self):
            waiter = loop.create_future()
            self._waiters.append(waiter)
            done, _ = await asyncio.wait([waiter], timeout=deadline - loop.time())
            if not done and not predicate(self):
                raise TimeoutError(f"Not within {timeout} s in the chat of {self.name}:\n{self}")

    async def sees(self, text: str, *, after: int = 0, timeout: float = PATIENCE) -> Message:  # noqa: ASYNC109
        """Wait until a message of the bot's, or a button, contains the text. Returns the newest one that does.

        `after` is a message's id: only newer ones count.
        """
        found: list[Message] = []

        def look(chat: Self) -> bool:
            found.extend(
                one for one in reversed(chat.messages) if one.id > after and one.from_bot and one.contains(text)
            )
            return bool(found)

        await self._expect(look, f"{text!r} was not seen", timeout)
        return found[0]

    async def gone(self, text: str, *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until no message of the bot's and no button contains the text."""
        await self._expect(
            lambda chat: not any(one.from_bot and one.contains(text) for one in chat.messages),
            f"{text!r} is still there",
            timeout,
        )

    async def toast(self, text: str, *, timeout: float = PATIENCE) -> Toast:  # noqa: ASYNC109
        """Wait for an answer to a tap that contains the text. Returns the newest one that does."""
        await self._expect(lambda chat: any(text in one.text for one in chat.toasts), f"No toast {text!r}", timeout)
        return next(one for one in reversed(self.toasts) if text in one.text)

    def __str__(self) -> str:
        who = {True: "bot", False: self.first_name}
        lines = [f"{who[message.from_bot]}: {message}" for message in self._messages.values()]
        lines += [f"({'alert' if toast.alert else 'toast'}: {toast.text})" for toast in self.toasts[-3:]]
        return "\n".join(lines) or "(an empty chat)"

    def add(self, message: Message) -> None:
        self._messages[message.id] = message
        self.changed({"type": "message", "person": self.user_id, "message": message})

    def edited(self, message: Message) -> None:
        message.edited += 1
        message.edit_date = int(time.time())
        self.changed({"type": "message", "person": self.user_id, "message": message})

    def remove(self, message_id: int) -> None:
        del self._messages[message_id]
        self.changed({"type": "deleted", "person": self.user_id, "id": message_id})

    def answered(self, query_id: str, toast: Toast | None, url: str | None) -> None:
        self.unanswered.discard(query_id)
        if toast is not None:
            self.toasts.append(toast)
        self.changed({"type": "answered", "person": self.user_id, "query": query_id, "toast": toast, "url": url})

    def offered(self, query_id: str, answer: Offers) -> None:
        self.offers[query_id] = answer
        self.changed({"type": "offered", "person": self.user_id, "query": query_id, "offers": answer})

    def changed(self, event: dict[str, Any]) -> None:
        """Let those who wait look again, and the open pages know."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        if self._ledger.listeners:
            self._ledger.tell(event)

    async def _expect(self, predicate: Callable[[Self], bool], otherwise: str, timeout: float) -> None:  # noqa: ASYNC109
        try:
            await self.until(predicate, timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{otherwise}. {error}") from None
