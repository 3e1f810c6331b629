"""A day and a time as they are typed."""

from __future__ import annotations

from datetime import date

import pytest

from bot.typed import NotUnderstood
from bot.typed_moment import read_moment
from bot.words import words_for

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "language", "moment"),
    [
        ("9:30", "en", (None, 570)),
        ("9am", "en", (None, 540)),
        ("tomorrow 9:30", "en", (date(2026, 3, 5), 570)),
        ("fri at 14", "en", (date(2026, 3, 6), 840)),
        ("24 dec", "en", (date(2026, 12, 24), None)),
        ("2026-03-10, 8:00", "en", (date(2026, 3, 10), 480)),
        ("mañana a las 9", "es", (date(2026, 3, 5), 540)),
        ("завтра в 9:30", "ru", (date(2026, 3, 5), 570)),
    ],
)
def test_it_is_read(text: str, language: str, moment: tuple[date | None, int | None]) -> None:
    """In one's own language and in English; the day or the time may be left out."""
    assert read_moment(text, TODAY, words_for(language)) == moment


@pytest.mark.parametrize("text", ["soon", "", "tomorrow soon", "25:00", "tomorrow 9:30 sharp"])
def test_nothing_is_lost(text: str) -> None:
    """What cannot be read wholly is not read at all."""
    with pytest.raises(NotUnderstood):
        read_moment(text, TODAY, words_for("en"))
