"""A day and a time as a person types them: ``tomorrow 9:30``, ``fri at 14``, ``24 dec``, ``9am``."""

from __future__ import annotations

import re
from datetime import date

from bot.typed import NotUnderstood, read_time
from bot.typed_day import DayGrammar
from bot.words import Words

_AT = re.compile(r"[\s,;]*(?:(?:at|a las?|в)\s+)?", re.IGNORECASE)


def _(message: str) -> str:
    """Mark a message for the catalogue; it is said where the reply is made."""
    return message


MOMENT_EXAMPLE = _("tomorrow 9:30")
_NO_MOMENT = _("that is no day and no time")


def read_moment(text: str, today: date, words: Words) -> tuple[date | None, int | None]:
    """Return the day and the minutes after its midnight; either may be left out.

    Raises:
        NotUnderstood: it is neither, or a part would be lost.
    """
    minutes = read_time(text)
    if minutes is not None:
        return None, minutes
    typed, end = DayGrammar(words).read(text, 0, today)
    day = typed.after(today) if typed else None
    if day is None:
        raise NotUnderstood(text, 0, len(text), _NO_MOMENT, MOMENT_EXAMPLE)
    behind = _AT.match(text, end)
    begin = behind.end() if behind else end
    minutes = read_time(text[begin:])
    if minutes is None and text[begin:].strip():
        raise NotUnderstood(text, begin, len(text), _NO_MOMENT, MOMENT_EXAMPLE)
    return day, minutes
