"""From a call's text, parse mode and entities to what a message keeps: a plain text and its entities."""

from bot.sandbox.entities import Entity, ordered, trimmed, units, with_found
from bot.sandbox.errors import bad_request
from bot.sandbox.markup import parse_html
from bot.sandbox.parts import MessageEntity

TEXT_UNITS = 4096
CAPTION_UNITS = 1024

StyledText = tuple[str, list[Entity]]


def message_text(text: str, parse_mode: str | None, entities: list[MessageEntity] | None) -> StyledText:
    """A message's text as it is kept.

    Raises:
        ApiError: 400; empty, too long after parsing, or broken markup.
    """
    if not text:
        raise bad_request("message text is empty")
    plain, kept = _parsed(text, parse_mode, entities)
    if not plain:
        raise bad_request("text must be non-empty")
    if units(plain) > TEXT_UNITS:
        raise bad_request("message is too long")
    return plain, kept


def caption_text(text: str | None, parse_mode: str | None, entities: list[MessageEntity] | None) -> StyledText:
    """A picture's or a file's caption as it is kept; an empty one is none."""
    if not text:
        return "", []
    plain, kept = _parsed(text, parse_mode, entities)
    if units(plain) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return plain, kept


def _parsed(text: str, parse_mode: str | None, given: list[MessageEntity] | None) -> StyledText:
    mode = (parse_mode or "").lower()
    if mode == "html":
        plain, entities = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        plain, entities = text, _given(text, given or [])
    plain, entities = trimmed(plain, entities)
    return plain, with_found(plain, entities)


def _given(text: str, given: list[MessageEntity]) -> list[Entity]:
    end = units(text) if given else 0
    entities = [Entity(**dict(one)) for one in given]
    for entity in entities:
        if entity.end > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text at UTF-16 offset "
                f"{entity.end}",
            )
    return ordered(entities)
