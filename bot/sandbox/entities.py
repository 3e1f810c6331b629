"""Message entities: what is bold, a link or a command inside a plain text (Bot API, MessageEntity).

Offsets and lengths are counted in UTF-16 code units, as Telegram and JavaScript count them.
"""

import re
from dataclasses import dataclass, fields, replace
from html import escape
from typing import Any

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}

# Telegram finds these by itself in every text, whoever sent it and whatever its parse mode.
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'’»])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31}\b)"
    r"|(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z]\w{3,31})?(?![\w/]))",
)


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    user: dict[str, Any] | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def wire(self) -> dict[str, Any]:
        return {name: value for name in _FIELDS if (value := getattr(self, name)) is not None}


_FIELDS = tuple(field.name for field in fields(Entity))


def units(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, start: int, end: int) -> str:
    """The part of a text between two offsets in UTF-16 code units."""
    if text.isascii():
        return text[start:end]
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "replace")


def with_found(text: str, given: list[Entity]) -> list[Entity]:
    """The given entities and those that Telegram finds by itself: links, commands, mentions and e-mail addresses."""
    if "/" not in text and "@" not in text:
        return given
    found = [
        Entity(match.lastgroup, units(text[: match.start()]), units(match.group()))
        for match in _FOUND.finditer(text)
        if match.lastgroup
    ]
    opaque = [entity for entity in given if entity.type in {"code", "pre", "text_link", "text_mention"}]
    free = [one for one in found if not any(one.offset < other.end and other.offset < one.end for other in opaque)]
    return ordered(given + free)


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without the white space at its ends, which Telegram cuts away; entities move along."""
    kept = text.rstrip()
    lead = units(kept) - units(kept.lstrip())
    if entities:
        lead = min(lead, *(entity.offset for entity in entities))
    if lead == 0 and len(kept) == len(text):
        return text, entities
    kept = kept[lead:]  # white space is one unit each
    end = units(kept)
    moved = [
        replace(one, offset=one.offset - lead, length=min(one.end - lead, end) - (one.offset - lead))
        for one in entities
    ]
    return kept, [one for one in moved if one.length > 0]


def ordered(entities: list[Entity]) -> list[Entity]:
    """Outer entities before the inner ones, as Telegram lists them."""
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def to_html(text: str, entities: list[Entity]) -> str:
    """The text in Telegram's HTML; entities that cross each other are split so that tags nest."""
    return _span(text, ordered(entities), 0, units(text))


def _span(text: str, entities: list[Entity], start: int, end: int) -> str:
    parts: list[str] = []
    at = start
    rest = list(entities)
    while rest:
        entity = rest.pop(0)
        if entity.offset < at:  # the tail of one that crosses: it goes on from here
            entity = replace(entity, offset=at, length=entity.end - at)
        stop = min(entity.end, end)
        if entity.length <= 0 or entity.offset >= end:
            continue
        parts.append(escape(cut(text, at, entity.offset), quote=False))
        inner = [other for other in rest if other.offset < stop]
        parts.append(_wrapped(entity, _span(text, inner, entity.offset, stop)))
        rest = ordered([other for other in rest if other.end > stop])
        at = stop
    parts.append(escape(cut(text, at, end), quote=False))
    return "".join(parts)


def _wrapped(entity: Entity, inner: str) -> str:  # noqa: PLR0911 - one table
    if entity.type == "text_link":
        return f'<a href="{escape(entity.url or "")}">{inner}</a>'
    if entity.type == "text_mention" and entity.user:
        return f'<a href="tg://user?id={entity.user["id"]}">{inner}</a>'
    if entity.type == "custom_emoji":
        return f'<tg-emoji emoji-id="{escape(entity.custom_emoji_id or "")}">{inner}</tg-emoji>'
    if entity.type == "date_time":
        shape = f' format="{escape(entity.date_time_format)}"' if entity.date_time_format else ""
        return f'<tg-time unix="{entity.unix_time}"{shape}>{inner}</tg-time>'
    if entity.type == "pre" and entity.language:
        return f'<pre><code class="language-{escape(entity.language)}">{inner}</code></pre>'
    if entity.type == "expandable_blockquote":
        return f"<blockquote expandable>{inner}</blockquote>"
    tag = "pre" if entity.type == "pre" else _TAGS.get(entity.type)
    return f"<{tag}>{inner}</{tag}>" if tag else inner
