"""One date as a person types it: ``24 dec``, ``dec 24``, ``24.12.``, ``2026-12-24``, ``tomorrow``, ``fri``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.typed import TO, WeekGrammar
from bot.words import month_words, Words
from clinic.search import folded
from clinic.week import Weekday

THE = r"(?:(?:the|el)\s+)?"
OF = r"\s*(?:(?:de|of)\s+)?"
NTH = r"(?:st|nd|rd|th|\.)?"
_NAME = r"(?P<name>[^\W\d]{3,})\.?"
_YEAR = rf"(?:,?\s*(?:del?\s+)?(?P<year>20\d{{2}})\b(?!{TO}\d{{4}}\b(?!-))(?:\s*г(?:ода?)?\b\.?)?)?"
"""The year behind a date; ``2000-2200`` are hours."""
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
_NUMBERS = re.compile(r"(?P<day>\d{1,2})(?P<mark>[./])(?P<month>\d{1,2})(?:[./](?P<year>20\d{2}|\d{2})\b|\b)\.?")
_DAY_MONTH = re.compile(rf"(?P<day>\d{{1,2}}){NTH}{OF}{_NAME}{_YEAR}", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"{_NAME}\s+{THE}(?P<day>\d{{1,2}}){NTH}(?!\w|[:.]\d){_YEAR}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d]+")
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A date as typed, perhaps without its year."""

    day: int
    month: int
    year: int | None = None

    def after(self, earliest: date) -> date | None:
        """Return the date, without a year the first from ``earliest`` on; none where the calendar has no such day."""
        years = [self.year] if self.year is not None else [earliest.year + ahead for ahead in range(9)]
        for year in years:
            try:
                found = date(year, self.month, self.day)
            except ValueError:
                continue
            if self.year is not None or found >= earliest:
                return found
        return None


@dataclass(frozen=True, slots=True)
class NextDay:
    """A weekday's name: the first date of that name from a given one on."""

    weekday: Weekday

    def after(self, earliest: date) -> date:
        return earliest + timedelta(days=(self.weekday - earliest.weekday()) % 7)


@dataclass(frozen=True, slots=True)
class ThisDay:
    """``today`` or ``tomorrow``: one date, whatever it is typed behind."""

    day: date

    def after(self, _earliest: date) -> date:
        return self.day


TypedDay = DayOfMonth | NextDay | ThisDay


class DayGrammar:
    """One date in one person's language, English always understood too."""

    def __init__(self, words: Words) -> None:
        self._months = {folded(name): month for name, month in month_words(words).items()}
        self._week = WeekGrammar(words)
        self._short = {folded(words.weekday(day)) for day in Weekday}
        self._today = {"today", folded(words.say("today"))}
        self._tomorrow = {"tomorrow", folded(words.say("tomorrow"))}
        self._month_first = words.locale.territory == "US"

    def names_weekday(self, text: str) -> bool:
        """Whether the text begins with a weekday's name."""
        word = _WORD.match(text)
        return word is not None and self._weekday(folded(word[0])) is not None

    def _weekday(self, word: str) -> Weekday | None:
        """Return a weekday by its name; two letters must be those on the buttons, others are rather a word."""
        return self._week.weekday(word) if len(word) >= _SHORTEST_NAME or word in self._short else None

    def read(self, text: str, at: int, today: date) -> tuple[TypedDay | None, int]:
        """Return the date that stands at a place, and where it ends."""
        readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DayOfMonth | None]], ...] = (
            (_ISO, self._numbered),
            (_NUMBERS, self._numbered),
            (_DAY_MONTH, self._named),
            (_MONTH_DAY, self._named),
        )
        for pattern, reader in readers:
            match = pattern.match(text, at)
            read = reader(match) if match else None
            if match and read:
                return read, match.end()
        word = _WORD.match(text, at)
        spoken = self._spoken(folded(word[0]), today) if word else None
        return spoken, word.end() if word and spoken else at

    def _numbered(self, match: re.Match[str]) -> DayOfMonth | None:
        day, month = int(match["day"]), int(match["month"])
        if self._month_first and match.groupdict().get("mark") == "/":
            day, month = month, day
        year = int(match["year"]) if match["year"] else None
        if year is not None and year < 100:  # noqa: PLR2004 - two digits
            year += 2000
        return DayOfMonth(day, month, year) if 1 <= month <= 12 else None  # noqa: PLR2004 - a year's months

    def _named(self, match: re.Match[str]) -> DayOfMonth | None:
        word = folded(match["name"])
        found = {month for name, month in self._months.items() if name.startswith(word)}
        if len(found) != 1:
            return None
        return DayOfMonth(int(match["day"]), found.pop(), int(match["year"]) if match["year"] else None)

    def _spoken(self, word: str, today: date) -> TypedDay | None:
        """Read ``today``, ``tomorrow`` or a weekday, which is the next of that name, today's included."""
        if word in self._today:
            return ThisDay(today)
        if word in self._tomorrow:
            return ThisDay(today + timedelta(days=1))
        weekday = self._weekday(word)
        return None if weekday is None else NextDay(weekday)
