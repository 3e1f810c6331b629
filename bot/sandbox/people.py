"""The people who talk to the bot: one Telegram account each, and its private chat."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.chats import Chat
from bot.sandbox.entities import Entity, with_found
from bot.sandbox.errors import forbidden
from bot.sandbox.inline import QUERY_LENGTH
from bot.sandbox.ledger import Ledger
from bot.sandbox.messages import Button, File, Message, Rows


class Person(Chat):
    """One Telegram account and its private chat with the bot, whose id is the account's.

    `hint` is a word about the person's part for the chat page.
    """

    def __init__(
        self,
        ledger: Ledger,
        user_id: int,
        first_name: str,
        last_name: str | None = None,
        language_code: str | None = "en",
        hint: str | None = None,
    ) -> None:
        super().__init__(ledger, user_id, first_name, last_name)
        self.hint = hint
        self.started = False
        self.blocked = False
        self.language_code = language_code

    @property
    def language_code(self) -> str | None:
        return self._language_code

    @language_code.setter
    def language_code(self, code: str | None) -> None:
        self._language_code = code
        names: dict[str, Any] = {"id": self.user_id, "first_name": self.first_name}
        if self.last_name:
            names["last_name"] = self.last_name
        self.chat = {**names, "type": "private"}
        self.account = {**names, "is_bot": False}
        if code:
            self.account["language_code"] = code
        self.changed({"type": "person", "person": self.user_id})

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The (command, description) pairs of this person's `/` menu."""
        return self._ledger.commands.seen(self.user_id, self.language_code or "")

    # What the person does

    def say(self, text: str, entities: list[Entity] | None = None) -> int:
        """Send a text to the bot. Returns the message's id. A first message starts the chat, and unblocks the bot."""
        return self._send(text=text, entities=entities)

    def open(self, link: str) -> int:
        """Follow a deep link, `https://t.me/<bot>?start=TOKEN` or the bare token. Returns the id of the `/start`.

        Raises:
            ValueError: The link leads to another bot, or has no `start`.
        """
        token = link
        if "/" in link or "?" in link:
            parts = urlsplit(link)
            path = parts.path if parts.netloc else "/" + parts.path.partition("/")[2]
            token = parse_qs(parts.query).get("start", [""])[0]
            if path.strip("/").casefold() != self._ledger.bot["username"].casefold() or not token:
                raise ValueError(f"No deep link to @{self._ledger.bot['username']}: {link}")
        return self.say(f"/start {token}")

    def tap(self, label: str, message_id: int | None = None) -> str:
        """Tap a button by its label, in the newest message that has it. Returns the callback query's id.

        The label itself is looked for first, then the one button of a message whose label contains it.

        Raises:
            LookupError: No such button, several, or none that calls the bot back; it names the labels that there are.
        """
        message, button = self._find(label, message_id)
        if button.data is None:
            raise LookupError(f"{button.text!r} does not call the bot back: {button}")
        return self.press(message.id, button.data)

    def press(self, message_id: int, data: str) -> str:
        """Send callback data for a message, whether it has such a button or not. Returns the callback query's id."""
        query_id = self._ledger.open_tap(self.user_id)
        self.unanswered.add(query_id)
        query: dict[str, Any] = {
            "id": query_id,
            "from": self.account,
            "chat_instance": str(self.user_id * 7),
            "data": data,
        }
        message = self._messages.get(message_id)
        # Telegram sends date 0 for a message that it can no longer show to the bot (InaccessibleMessage).
        query["message"] = message.wire() if message else {"chat": self.chat, "message_id": message_id, "date": 0}
        self._ledger.updates.put("callback_query", query)
        return query_id

    def inline(self, query: str, offset: str = "", *, chat_type: str = "sender") -> str:
        """Ask the bot inline, as one does by its @name in any chat. Returns the inline query's id.

        Nothing is asked a second time, however long an answer may be kept: the bot is asked by every key.
        """
        query_id = self._ledger.next_query_id()
        self._ledger.inline.open(query_id, self.user_id)
        asked = {"query": query[:QUERY_LENGTH], "offset": offset, "chat_type": chat_type}
        self._ledger.updates.put("inline_query", {"id": query_id, "from": self.account, **asked})
        return query_id

    def pick(self, query_id: str, title: str) -> int:
        """Post a result, found by its id or its title, into the chat with the bot. Returns the message's id.

        Raises:
            LookupError: No such result; it names those that there are.
        """
        there = self.offers[query_id].results if query_id in self.offers else []
        for one in there:
            if title in {one.id, one.title}:
                return self._send(text=one.text, entities=one.entities, rows=one.rows, via_bot=self._ledger.bot)
        raise LookupError(f"No result {title!r}; there are: {[one.title for one in there]}")

    def send_document(self, name: str, content: bytes, caption: str | None = None) -> int:
        return self._send(text=caption or "", document=self._ledger.keep(name, content))

    def send_photo(self, name: str, content: bytes, caption: str | None = None) -> int:
        return self._send(text=caption or "", photo=self._ledger.keep(name, content))

    def send_voice(self, name: str, content: bytes, caption: str | None = None) -> int:
        return self._send(text=caption or "", voice=self._ledger.keep(name, content))

    def block(self) -> None:
        self._membership(blocked=True)

    def unblock(self) -> None:
        self._membership(blocked=False)

    # What the bot does to the chat

    def ensure_reachable(self) -> None:
        """Raises ApiError, 403, where the bot may not write."""
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")
        if self.blocked:
            raise forbidden("bot was blocked by the user")

    def _send(
        self,
        *,
        text: str,
        photo: File | None = None,
        document: File | None = None,
        voice: File | None = None,
        entities: list[Entity] | None = None,
        rows: Rows | None = None,
        via_bot: dict[str, Any] | None = None,
    ) -> int:
        if self.blocked:
            self.unblock()
        self.started = True
        message = Message(
            id=self._ledger.next_message_id(),
            from_bot=False,
            date=int(time.time()),
            chat=self.chat,
            sender=self.account,
            text=text,
            entities=with_found(text, []) if entities is None else entities,
            rows=rows or [],
            photo=photo,
            document=document,
            voice=voice,
            via_bot=via_bot,
        )
        self.add(message)
        self._ledger.updates.put("message", message.wire())
        return message.id

    def _membership(self, *, blocked: bool) -> None:
        if blocked == self.blocked:
            return
        self.blocked = blocked
        states = ("member", "kicked") if blocked else ("kicked", "member")
        old, new = ({"user": self._ledger.bot, "status": one, "until_date": 0} for one in states)
        body = {"chat": self.chat, "from": self.account, "date": int(time.time())}
        self._ledger.updates.put("my_chat_member", {**body, "old_chat_member": old, "new_chat_member": new})
        self.changed({"type": "person", "person": self.user_id})

    def _find(self, label: str, message_id: int | None) -> tuple[Message, Button]:
        newest_first = [one for one in reversed(self.messages) if one.rows and message_id in (None, one.id)]
        for message in newest_first:
            for button in (one for row in message.keyboard for one in row):
                if button.text == label:
                    return message, button
        for message in newest_first:
            near = [one for row in message.keyboard for one in row if label.casefold() in one.text.casefold()]
            if len(near) > 1:
                raise LookupError(f"{label!r} is several buttons: {[one.text for one in near]}")
            if near:
                return message, near[0]
        there = [message.labels for message in newest_first[:3]]
        raise LookupError(f"No button {label!r}; there are, newest message first: {there}")
