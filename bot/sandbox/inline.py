"""Inline queries: what is asked in any chat, what the bot offers, and what is picked (Bot API, "Inline mode")."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.sandbox.entities import Entity
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import inline_rows, InlineKeyboardMarkup
from bot.sandbox.messages import Rows
from bot.sandbox.parts import LinkPreviewOptions, MessageEntity, Part
from bot.sandbox.texts import message_text

MOST_RESULTS = 50
MOST_BYTES = 64  # of a result's id, of an offset, and of a start parameter
QUERY_LENGTH = 256
_KEPT = 1_000
_CACHE_SECONDS, _A_DAY = 300, 24 * 60 * 60
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_START = re.compile(r"[A-Za-z0-9_-]*")


class InputTextMessageContent(Part):
    message_text: str
    parse_mode: str | None = None
    entities: list[MessageEntity] | None = None
    link_preview_options: LinkPreviewOptions | None = None


class InlineQueryResultArticle(Part):
    """The one kind of result that the sandbox can show."""

    type: Literal["article"]
    id: str
    title: str
    input_message_content: InputTextMessageContent
    reply_markup: InlineKeyboardMarkup | None = None
    url: str | None = None
    description: str | None = None
    thumbnail_url: str | None = None
    thumbnail_width: Annotated[int | None, Field(gt=0)] = None
    thumbnail_height: Annotated[int | None, Field(gt=0)] = None


class InlineQueryResultsButton(Part):
    text: str
    web_app: dict[str, Any] | None = None
    start_parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One result as a person sees it, and the message that picking it sends."""

    id: str
    title: str
    description: str
    text: str
    entities: list[Entity]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Offers:
    """The answer to an inline query; ``start_parameter`` is what its button opens the bot with."""

    results: list[Offer]
    cache_time: int
    is_personal: bool
    next_offset: str
    button: str | None = None
    start_parameter: str | None = None

    @property
    def titles(self) -> list[str]:
        return [one.title for one in self.results]


@dataclass(frozen=True, slots=True)
class _Query:
    person_id: int
    at: float


class InlineQueries:
    """The inline queries that wait for their answer, each for some seconds and for one answer."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: OrderedDict[str, _Query] = OrderedDict()

    def open(self, query_id: str, person_id: int) -> None:
        self._waiting[query_id] = _Query(person_id, monotonic())
        if len(self._waiting) > _KEPT:
            self._waiting.popitem(last=False)

    def close(self, query_id: str) -> int:
        """Take a query as answered. Returns who asked.

        Raises:
            ApiError: It is unknown, answered already or too old.
        """
        query = self._waiting.pop(query_id, None)
        if query is None or monotonic() - query.at > self._seconds:
            raise bad_request(_TOO_OLD)
        return query.person_id


def offers(
    results: list[InlineQueryResultArticle],
    button: InlineQueryResultsButton | None,
    *,
    cache_time: int | None,
    is_personal: bool,
    next_offset: str,
) -> Offers:
    """What the person is shown.

    Raises:
        ApiError: 400, where Telegram refuses it, in Telegram's words.
    """
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    shown = [_offer(result) for result in results]
    if button is not None:
        _check(button)
    if len({one.id for one in shown}) < len(shown):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(next_offset.encode()) > MOST_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    seconds = _CACHE_SECONDS if cache_time is None else min(max(cache_time, 0), _A_DAY)
    named = (button.text, button.start_parameter) if button else (None, None)
    return Offers(shown, seconds, is_personal, next_offset, *named)


def _offer(result: InlineQueryResultArticle) -> Offer:
    if not 1 <= len(result.id.encode()) <= MOST_BYTES:
        raise bad_request("RESULT_ID_INVALID" if result.id else "RESULT_ID_EMPTY")
    if not result.title.strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result.input_message_content
    text, entities = message_text(content.message_text, content.parse_mode, content.entities)
    rows = inline_rows(result.reply_markup)
    return Offer(result.id, result.title, result.description or "", text, entities, rows)


def _check(button: InlineQueryResultsButton) -> None:
    if (button.web_app is None) == (button.start_parameter is None):
        raise bad_request("InlineQueryResultsButton must have exactly one optional field")
    if not button.text.strip():
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    start = button.start_parameter
    if start is None:
        return
    if not start:
        raise bad_request("can't use empty start_parameter")
    if len(start) > MOST_BYTES:
        raise bad_request("too long start_parameter specified")
    if not _START.fullmatch(start):
        raise bad_request("unallowed characters in start_parameter are used")
