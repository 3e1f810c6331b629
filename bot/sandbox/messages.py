"""Messages as both sides of a chat see them, and as they go over the wire (Bot API, Message)."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.entities import Entity, to_html

Rows = list[list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Button:
    """One button of an inline keyboard; `data` is its callback data, `copy` the text that it copies."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    copy: str | None = None
    inline_query: str | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a tap that a person sees: a line that passes, or (`alert`) a dialog with OK."""

    text: str
    alert: bool


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file; `id` is what the Bot API calls `file_id`."""

    id: str
    name: str
    mime_type: str
    content: bytes

    @property
    def path(self) -> str:
        """Where the file is fetched from, below `/file/bot<token>/`."""
        return f"files/{self.id}/{self.name}"

    def wire(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": len(self.content)}


@dataclass(slots=True, kw_only=True)
class Message:
    """One message of a chat.

    `text` is plain (of a picture or a file: its caption), `entities` say what is bold and so on, with offsets in UTF-16
    code units. `date` is in Unix seconds, `edited` counts the bot's edits. `via_bot` is whose inline result it is.
    """

    id: int
    from_bot: bool
    date: int
    chat: dict[str, Any]
    sender: dict[str, Any]
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    rows: Rows = field(default_factory=list)
    photo: File | None = None
    document: File | None = None
    voice: File | None = None
    reply_to: "Message | None" = None
    via_bot: dict[str, Any] | None = None
    edited: int = 0
    edit_date: int | None = None

    @property
    def html(self) -> str:
        """The text in Telegram's HTML."""
        return to_html(self.text, self.entities)

    @property
    def keyboard(self) -> list[list[Button]]:
        return [[_button(one) for one in row] for row in self.rows]

    @property
    def labels(self) -> list[str]:
        """The texts of all buttons, row by row."""
        return [one["text"] for row in self.rows for one in row]

    @property
    def media(self) -> File | None:
        """The picture, file or voice whose caption the text is."""
        return self.photo or self.document or self.voice

    def contains(self, text: str) -> bool:
        """Whether the plain text, a button or a file's name contains the text."""
        if text in self.text or any(text in label for label in self.labels):
            return True
        return self.document is not None and text in self.document.name

    def wire(self) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": self.id,
            "date": self.date,
            "chat": self.chat,
            "from": self.sender,
        }
        media = self.media
        if self.photo:
            message["photo"] = [{**self.photo.wire(), "width": 800, "height": 600}]
        elif self.document:
            message["document"] = {
                **self.document.wire(),
                "file_name": self.document.name,
                "mime_type": self.document.mime_type,
            }
        elif self.voice:
            message["voice"] = {**self.voice.wire(), "mime_type": self.voice.mime_type, "duration": 1}
        if self.text:
            message["caption" if media else "text"] = self.text
            if self.entities:
                message["caption_entities" if media else "entities"] = [one.wire() for one in self.entities]
        if self.rows:
            message["reply_markup"] = {"inline_keyboard": self.rows}
        if self.via_bot is not None:
            message["via_bot"] = self.via_bot
        if self.edit_date is not None:
            message["edit_date"] = self.edit_date
        if self.reply_to is not None:
            answered = self.reply_to.wire()
            answered.pop("reply_to_message", None)  # Telegram goes one step back, never further
            message["reply_to_message"] = answered
        return message

    def __str__(self) -> str:
        lines = [f"[{self.media.name}]"] if self.media else []
        lines += [self.text] if self.text else []
        lines += ["  " + " ".join(f"[{one['text']}]" for one in row) for row in self.rows]
        return "\n".join(lines)


def _button(wire: dict[str, Any]) -> Button:
    return Button(
        text=wire["text"],
        data=wire.get("callback_data"),
        url=wire.get("url"),
        style=wire.get("style"),
        copy=(wire.get("copy_text") or {}).get("text"),
        inline_query=wire.get("switch_inline_query_current_chat"),
    )
