"""Telegram's HTML style: from the marked-up text of a call to a plain text and its entities.

The subset and the refusals are those of the Bot API ("Formatting options", HTML style). As there, an unknown named
entity such as `&nbsp;` stays in the text as written.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bot.sandbox.entities import Entity, ordered, units
from bot.sandbox.errors import bad_request

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?P<decimal>[0-9]{1,7})|#x(?P<hex>[0-9a-fA-F]{1,6})|(?P<name>lt|gt|amp|quot));?")
_SPECIAL = re.compile(r"[<&]")
_START = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*(>?)")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*")
_VALUE = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)(?=[\s>]))")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_UNIX_TIME = re.compile(r"[0-9]{1,10}")
_BYTES_OF_UNICODE = 0x110000
_SURROGATES = range(0xD800, 0xE000)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text of a marked-up one, and its entities.

    Raises:
        ApiError: `Bad Request: can't parse entities: ...` in Telegram's words, with the byte offset in the source.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).run()


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    piece: int


@dataclass(slots=True)
class _Parser:
    source: str
    pieces: list[str] = field(default_factory=list)
    offset: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> tuple[str, list[Entity]]:
        at = 0
        while special := _SPECIAL.search(self.source, at):
            self._write(self.source[at : special.start()])
            at = special.start()
            if special.group() == "&":
                at = self._reference(at)
            elif self.source.startswith("/", at + 1):
                at = self._close(at)
            else:
                at = self._open(at)
        self._write(self.source[at:])
        if self.stack:
            self._refuse(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.pieces), ordered(self.entities[::-1])  # of two with the same ends, the outer closed last

    def _write(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.offset += units(text)

    def _reference(self, at: int) -> int:
        match = _REFERENCE.match(self.source, at)
        if match:
            decimal, hexadecimal, name = match.group("decimal", "hex", "name")
            if name:
                self._write(_NAMED[name])
                return match.end()
            code = int(decimal) if decimal else int(hexadecimal, 16)
            if 0 < code < _BYTES_OF_UNICODE and code not in _SURROGATES:
                self._write(chr(code))
                return match.end()
        self._write("&")
        return at + 1

    def _open(self, at: int) -> int:
        match = _START.match(self.source, at)
        if not match or match.end() == len(self.source):
            self._refuse("Unclosed start tag", at)
        tag = match.group(1).lower()
        if tag not in _TYPES:
            self._refuse(f'Unsupported start tag "{tag}"', at)
        attributes, end = self._attributes(tag, at, match.end())
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self._refuse('Tag "span" must have class "tg-spoiler"', at)
        if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdigit():
            self._refuse('Tag "tg-emoji" must have attribute "emoji-id"', at)
        if tag == "tg-time" and not _UNIX_TIME.fullmatch(attributes.get("unix", "")):
            self._refuse('Tag "tg-time" must have attribute "unix"', at)
        if tag == "tg-time" and not _TIME_FORMAT.fullmatch(attributes.get("format", "")):
            self._refuse('Tag "tg-time" must have a valid attribute "format"', at)
        self.stack.append(_Open(tag, attributes, self.offset, len(self.pieces)))
        return end

    def _attributes(self, tag: str, begin: int, at: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while True:
            match = _ATTRIBUTE.match(self.source, at)
            name, at = (match.group(1).lower(), match.end()) if match else ("", at)
            if at == len(self.source):
                self._refuse(f'Unclosed start tag "{tag}"', begin)
            if not name and self.source[at] == ">":
                return attributes, at + 1
            if not name:
                self._refuse(f'Empty attribute name in the tag "{tag}"', begin)
            if self.source[at] != "=":
                if (tag, name) != ("blockquote", "expandable"):
                    self._refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
                attributes[name] = ""
                continue
            value = _VALUE.match(self.source, at + 1)
            if not value:
                self._refuse(f'Unclosed start tag "{tag}"', begin)
            attributes[name] = next(group for group in value.groups() if group is not None)
            at = value.end()

    def _close(self, at: int) -> int:
        if not self.stack:
            self._refuse("Unexpected end tag", at)
        match = _END.match(self.source, at)
        if not match or not match.group(2):
            self._refuse("Unclosed end tag", at)
        name, opened = match.group(1).lower(), self.stack.pop()
        if name and name != opened.tag:
            where = f', expected "</{opened.tag}>", found "</{name}>"'
            self._refuse("Unmatched end tag", at, where)
        if self.offset > opened.offset:
            self._keep(opened)
        return match.end()

    def _keep(self, opened: _Open) -> None:
        length, attributes = self.offset - opened.offset, opened.attributes
        match opened.tag:
            case "a":
                self._keep_link(opened, length)
            case "code" if self._is_inside("pre") and attributes.get("class", "").startswith("language-"):
                # `<pre><code class="language-x">` is one entity: the tag outside takes the language over
                self.stack[-1].attributes["language"] = attributes["class"].removeprefix("language-")
            case "pre":
                self._add("pre", opened, language=attributes.get("language"))
            case "tg-emoji":
                self._add("custom_emoji", opened, custom_emoji_id=attributes["emoji-id"])
            case "blockquote" if "expandable" in attributes:
                self._add("expandable_blockquote", opened)
            case tag if self._is_inside("pre") or self._is_inside("code"):
                pass
            case "tg-time":
                self._add(
                    "date_time", opened, unix_time=int(attributes["unix"]), date_time_format=attributes.get("format")
                )
            case tag:
                self._add(_TYPES[tag], opened)

    def _keep_link(self, opened: _Open, length: int) -> None:
        url = opened.attributes.get("href") or "".join(self.pieces[opened.piece :])
        if person := re.fullmatch(r"tg://user\?id=(\d+)", url):
            user = {"id": int(person.group(1)), "is_bot": False, "first_name": ""}
            self.entities.append(Entity("text_mention", opened.offset, length, user=user))
        elif is_link(url):
            self._add("text_link", opened, url=url if ":" in url else f"http://{url}/")

    def _is_inside(self, tag: str) -> bool:
        return bool(self.stack) and self.stack[-1].tag == tag

    def _add(self, kind: str, opened: _Open, **more: Any) -> None:
        self.entities.append(Entity(kind, opened.offset, self.offset - opened.offset, **more))

    def _refuse(self, reason: str, at: int | None = None, more: str = "") -> NoReturn:
        where = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        raise bad_request(f"can't parse entities: {reason}{where}{more}")


def is_link(url: str) -> bool:
    """Whether Telegram takes this for a link: a web address with a dot in its host, or one of its own schemes."""
    return bool(
        re.fullmatch(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?|(?:tg|ton|tonsite|mailto|tel):\S+", url)
    )
