"""What a person types: times of day, ranges, and a whole week in one line.

The grammar of a week: clauses between semicolons or line breaks, each ``DAYS HOURS``. Days are names, spans
(``mon-thu``) and words (``weekdays``, ``daily``); hours are ranges between commas, or a word (``off``, ``clear``).
The small words of a sentence are understood too: ``mon and tue from 9 to 17``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.words import day_words, Words
from clinic.errors import BadTimeRange
from clinic.search import folded
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import DAY_OFF, DayAvailability, Weekday

LONGEST_TEXT = 500
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*[:.h]\s*(?P<minute>\d{2})|(?P<tight>\d{2})|h)?\s*(?P<half>[ap]\.?\s?m\.?)?", re.IGNORECASE
)
_FROM = r"(?:from|desde|de|с)"
TO = r"(?:\s*[-–—]\s*|\s+(?:to|until|al?|hasta|до|по)\s+)"
_AND = r"(?:[,&]|(?<=\s)(?:and|y|и)(?=\s))"
_CLAUSES = re.compile(r"[;\n]")
_PARTS = re.compile(_AND, re.IGNORECASE)
_WORDS = re.compile(r"\s+")
_NEXT_DAYS = re.compile(rf"(?:\s*{_AND}\s*)++(?=[^\W\d])(?!{_FROM}\s+\d)", re.IGNORECASE)
_BETWEEN = re.compile(rf"(?:[\s,:=]|(?<=\s)[-–—]|(?<!\S){_FROM}(?=\s))+$", re.IGNORECASE)
"""What stands between days and hours; a dash only after a blank, or ``mon- 9-17`` would hide a day that is missing."""
_CLOCK = re.sub(r"[?]P<[a-z]+>", "", _TIME.pattern)
_RANGE = re.compile(rf"(?:{_FROM}\s+)?(?P<start>{_CLOCK}){TO}(?P<end>{_CLOCK})", re.IGNORECASE)
_NEXT_RANGE = re.compile(
    rf"[\s,]*(?P<range>{_RANGE.pattern.replace('?P<start>', '').replace('?P<end>', '')})(?!\w)", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:[+]\s?\d{1,2}(?::?\d{2})?|\d\s?z\b|\butc\b|\bgmt\b)", re.IGNORECASE)
_NAME = r"[^\W\d][\w.]*"
_BEGIN = re.compile(rf"\s*(?:{_FROM}\s+)?({_NAME})", re.IGNORECASE)
_SPAN = re.compile(rf"(?:{_FROM}\s+)?(?P<first>{_NAME}){TO}(?P<last>{_NAME})", re.IGNORECASE)
_SHORTEST_NAME = 2


def _(message: str) -> str:
    """Mark a message for the catalogue; it is said where the reply is made."""
    return message


WEEK_EXAMPLE = _("mon-thu 9-13, 15-19; fri off")


@dataclass(eq=False)
class NotUnderstood(Exception):
    """A part of a text that makes no sense: ``text[start:end]``, the reason and an example as messages to be said."""

    text: str
    start: int
    end: int
    reason: str
    example: str = WEEK_EXAMPLE


_EMPTY = _("there are no hours after the days")
_NO_DAY = _("that is no day of the week")
_NO_TIME = _("that is no time of day")
_ZONE = _("hours are in the clinic's own time, without a zone or an offset")
_TWICE = _("that day is named twice")
_NO_LENGTH = _("a range must end after it starts")
_TOO_LONG = _("that is too long for a week")


def read_time(text: str) -> int | None:
    """Return a time of day in minutes, ``0..1440``, or none.

    ``9``, ``9:15``, ``0915``, ``9am``, ``21.30``, ``9h30`` and ``24:00`` are times.
    """
    match = _TIME.fullmatch(text.strip())
    if not match:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or match["tight"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the half-day's hours
            return None
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    minutes = hour * 60 + minute
    return minutes if minute < 60 and minutes <= MINUTES_A_DAY else None  # noqa: PLR2004 - an hour's minutes


def read_ranges(text: str, at: int) -> tuple[tuple[TimeRange, ...], int]:
    """Return the ranges between commas that stand at a place of a text, and where they end; none where none do.

    Raises:
        NotUnderstood: a range that cannot be.
    """
    ranges: list[TimeRange] = []
    while match := _NEXT_RANGE.match(text, at):
        piece = _Piece(match["range"], match.start("range"))
        ranges.append(_read_range(text, piece))
        at = match.end()
    return tuple(ranges), at


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the text with its place in the whole."""

    text: str
    start: int

    def wrong(self, whole: str, reason: str) -> NotUnderstood:
        return NotUnderstood(whole, self.start, self.start + len(self.text), reason)

    def parts(self, separator: re.Pattern[str]) -> Iterator[_Piece]:
        """Yield what stands between the separators, without blanks around it."""
        begin = 0
        for end, after in [*(match.span() for match in separator.finditer(self.text)), (len(self.text), 0)]:
            stripped = self.text[begin:end].strip()
            if stripped:
                yield _Piece(stripped, self.start + self.text.index(stripped, begin))
            begin = after


class WeekGrammar:
    """The week's grammar in one person's language, English always understood too."""

    def __init__(self, words: Words) -> None:
        self._days = {folded(name): day for name, day in day_words(words).items()}
        self._full = {folded(words.weekday_in_full(day)): day for day in Weekday}
        spans = (
            (range(5), "weekdays", words.say("weekdays|working days")),
            (range(5, 7), "weekend", words.say("weekend")),
            (range(7), "daily", words.say("daily|every day|all")),
        )
        self._groups = {
            folded(name): tuple(Weekday(day) for day in days)
            for days, english, spoken in spans
            for name in (english, *spoken.split("|"))
        }
        self._off = {"off", *map(folded, words.say("off|free|closed").split("|"))}
        self._clear = {"clear", *map(folded, words.say("clear|none").split("|"))}
        self._whole = {"all day", folded(words.say("all day"))}
        self._spoken = [phrase.rstrip(".").split() for phrase in self._off | self._clear | self._whole]

    def starts_like_a_week(self, text: str) -> bool:
        """Whether the text is meant as a week, be it right or wrong: a day first, or a word and a range."""
        first = _BEGIN.match(text)
        if not first:
            return False
        if re.search(rf"\d{TO}\d", text):
            return True
        word = folded(first[1])
        begins_group = any(name.split()[0] == word for name in self._groups)
        return begins_group or self.weekday(word) is not None

    def read(self, text: str) -> dict[Weekday, DayAvailability | None]:
        """Return the days that the text names as they would be; none for one that is ``off``, its hours kept.

        Raises:
            NotUnderstood: the first part that makes no sense.
            RangesOverlap, TooManyRanges: understood, and cannot be.
        """
        whole = _Piece(text, 0)
        if len(text) > LONGEST_TEXT:
            raise whole.wrong(text, _TOO_LONG)
        week: dict[Weekday, DayAvailability | None] = {}
        for clause in self._clauses(whole):
            days, hours = self._halves(text, clause)
            for day in self._read_days(text, days):
                if day in week:
                    raise days.wrong(text, _TWICE)
                week[day] = self._read_hours(text, hours, day)
        if not week:
            raise whole.wrong(text, _NO_DAY)
        return week

    def _clauses(self, whole: _Piece) -> Iterator[_Piece]:
        """Yield each ``DAYS HOURS``; a comma or an ``and`` ends one where hours stand before it and days come after."""
        for piece in whole.parts(_CLAUSES):
            begin = 0
            for comma in _NEXT_DAYS.finditer(piece.text):
                if self._hours_begin(piece.text[begin : comma.start()]) is not None:
                    yield _Piece(piece.text[begin : comma.start()], piece.start + begin)
                    begin = comma.end()
            yield _Piece(piece.text[begin:], piece.start + begin)

    def _hours_begin(self, clause: str) -> int | None:
        """Return where the hours begin: at the first digit, or at words that stand for hours."""
        found = list(re.finditer(r"\d|[^\W\d]\w*", clause))
        words = [folded(word[0]) for word in found]
        for place, word in enumerate(found):
            if word[0].isdigit() or any(words[place : place + len(phrase)] == phrase for phrase in self._spoken):
                return word.start()
        return None

    def _halves(self, whole: str, clause: _Piece) -> tuple[_Piece, _Piece]:
        begin = self._hours_begin(clause.text)
        if begin is None:
            read_as_days = clause.text.strip(" ,:=") or clause.text
            self._read_days(whole, _Piece(read_as_days, clause.start + clause.text.index(read_as_days)))
            raise clause.wrong(whole, _EMPTY)
        days = _BETWEEN.sub("", clause.text[:begin])
        if not days:
            raise clause.wrong(whole, _NO_DAY)
        return _Piece(days, clause.start), _Piece(clause.text[begin:], clause.start + begin)

    def _read_days(self, whole: str, piece: _Piece) -> list[Weekday]:
        found: list[Weekday] = []
        for part in piece.parts(_PARTS):
            days = self._span(part.text) or [day for word in part.parts(_WORDS) for day in self._one_word(whole, word)]
            if set(days) & set(found) or len(set(days)) < len(days):
                raise part.wrong(whole, _TWICE)
            found.extend(days)
        if not found:
            raise piece.wrong(whole, _NO_DAY)
        return found

    def _span(self, text: str) -> list[Weekday] | None:
        group = self._groups.get(folded(text))
        if group:
            return list(group)
        match = _SPAN.fullmatch(text)
        first, last = (
            (self.weekday(folded(match["first"])), self.weekday(folded(match["last"]))) if match else (None, None)
        )
        if first is None or last is None:
            return None
        return [Weekday((first + step) % 7) for step in range((last - first) % 7 + 1)]

    def _one_word(self, whole: str, word: _Piece) -> list[Weekday]:
        days = self._span(word.text)
        day = self.weekday(folded(word.text))
        if days is None and day is None:
            raise word.wrong(whole, _NO_DAY)
        return days if days is not None else [day] if day is not None else []

    def weekday(self, word: str) -> Weekday | None:
        """Return the weekday that a folded word names, in full or by its beginning."""
        word = word.rstrip(".")
        if word in self._days:
            return self._days[word]
        if len(word) < _SHORTEST_NAME:
            return None
        begun = {day for name, day in [*self._full.items(), *self._days.items()] if name.startswith(word)}
        return begun.pop() if len(begun) == 1 else None

    def _read_hours(self, whole: str, hours: _Piece, day: Weekday) -> DayAvailability | None:
        word = folded(hours.text)
        if word in self._off:
            return None
        if word in self._clear:
            return DAY_OFF
        if word in self._whole:
            return DayAvailability.of(day, [TimeRange(0, MINUTES_A_DAY)])
        return DayAvailability.of(day, [_read_range(whole, part) for part in hours.parts(_PARTS)])


def week_example(words: Words) -> str:
    """Return a week as a person who speaks the language would type it."""
    return words.say(WEEK_EXAMPLE)


@lru_cache(maxsize=64)
def grammar_for(words: Words) -> WeekGrammar:
    """Return the grammar of a language, made once."""
    return WeekGrammar(words)


def _read_range(whole: str, part: _Piece) -> TimeRange:
    match = _RANGE.fullmatch(part.text)
    if not match:
        raise part.wrong(whole, _ZONE if _OFFSET.search(part.text) else _NO_TIME)
    start, end = read_time(match["start"]), read_time(match["end"])
    if start is None or end is None or start == MINUTES_A_DAY:
        raise part.wrong(whole, _NO_TIME)
    try:
        return TimeRange.from_clock(start, end)
    except BadTimeRange:
        raise part.wrong(whole, _NO_LENGTH) from None


def week_as_text(days: Mapping[Weekday, DayAvailability]) -> str:
    """Return days as the grammar reads them, in English and on a 24-hour clock: the inverse of ``read``.

    A day that is off loses its kept hours on the way: a text has no word for them.
    """
    return "; ".join(
        f"{day.name.lower()} {', '.join(map(_as_text, hours.ranges)) if hours.on else 'off'}"
        for day, hours in sorted(days.items())
    )


def _as_text(hours: TimeRange) -> str:
    end = hours.end - MINUTES_A_DAY if hours.tail else hours.end
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (hours.start, end))
