"""A booking as a person types it: ``book ruiz tue 10:30 P-1042 first visit``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.typed import NotUnderstood, read_time
from bot.typed_day import DayGrammar
from bot.words import Words
from clinic.people import LONGEST_NAME
from clinic.search import folded

_WORD = re.compile(r"\S+")
_TIME = re.compile(
    r"[\s,]*(?:(?:at|a\s+las?|в)\s+)?(?P<time>\d{4}|\d{1,2}(?:[:.h]\d{2})?(?:\s?[ap]\.?\s?m\.?)?)(?=[\s,]|$)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[\s,]*(?P<reference>[^\s,]*)[\s,]*(?P<note>.*)", re.DOTALL)


def _(message: str) -> str:
    """Mark a message for the catalogue; it is said where the reply is made."""
    return message


BOOKING_EXAMPLE = _("book ruiz tue 10:30 P-1042")
_NO_DATE = _("after the doctor comes a date, then the time")
_NO_TIME = _("that is no time of day")


@dataclass(frozen=True, slots=True)
class TypedBooking:
    """Whom, when and for whom, as far as it was typed; ``minutes`` are the clinic's clock."""

    who: str
    day: date | None = None
    minutes: int | None = None
    reference: str = ""
    note: str = ""


class BookingGrammar:
    """Bookings in one person's language, English always understood too."""

    def __init__(self, words: Words) -> None:
        self._days = DayGrammar(words)
        self._book = {"book", folded(words.say("book"))}

    def of(self, text: str) -> str | None:
        """Return what stands behind ``book``; none where the text begins with another word, or ends there."""
        first, _, rest = text.strip().partition(" ")
        return (rest.strip() or None) if folded(first.rstrip(":,")) in self._book else None

    def read(self, text: str, today: date) -> TypedBooking:
        """Read ``WHO [DATE [TIME [REFERENCE [NOTE]]]]``.

        Raises:
            NotUnderstood: numbers where there is no date, or something else where the time should be.
        """
        dated: tuple[int, int] | None = None
        for word in list(_WORD.finditer(text))[1:]:
            typed, end = self._days.read(text, word.start(), today)
            day = typed.after(today) if typed else None
            if not day:
                continue
            time = _TIME.match(text, end)
            minutes = read_time(time["time"]) if time else None
            if time and minutes is not None:
                rest = _REFERENCE.fullmatch(text, time.end())
                reference, note = (rest["reference"], rest["note"]) if rest else ("", "")
                return TypedBooking(_who(text[: word.start()]), day, minutes, reference, note)
            if not text[end:].strip(" ,.;"):
                return TypedBooking(_who(text[: word.start()]), day)
            dated = dated or (word.start(), end)
        if dated:
            raise NotUnderstood(text, dated[1], len(text), _NO_TIME, BOOKING_EXAMPLE)
        if any(map(str.isdigit, text)):
            raise NotUnderstood(text, 0, len(text), _NO_DATE, BOOKING_EXAMPLE)
        return TypedBooking(_who(text))


def _who(text: str) -> str:
    return text.strip(" ,:")[:LONGEST_NAME]


@lru_cache(maxsize=64)
def booking_grammar_for(words: Words) -> BookingGrammar:
    """Return the grammar of a language, made once."""
    return BookingGrammar(words)
