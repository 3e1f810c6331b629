"""Dates as a person types them: ``24 dec - 2 jan``, ``tomorrow``, ``fri``, ``24.12.``, ``2026-12-24``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from bot.dates_draft import MOST_DATES
from bot.taps.dates import Form
from bot.typed import NotUnderstood, read_ranges, TO
from bot.typed_day import DayGrammar, DayOfMonth, NTH, OF, THE, TypedDay
from bot.words import Words
from clinic.dates import DateSpan
from clinic.errors import BadDates, DateIsPast
from clinic.search import folded
from clinic.time_range import TimeRange

FURTHEST = timedelta(days=5 * 366)
"""A date further off is mistyped."""

_TWO_DAYS = re.compile(
    rf"(?P<day>\d{{1,2}}){NTH}{TO}{THE}(?=\d{{1,2}}(?:{NTH}{OF}[^\W\d]{{3}}|\.\d{{1,2}}\b))", re.IGNORECASE
)
"""The first of two days that share the month behind the second: ``24-28 dec``."""
_TWO_DAYS_AFTER = re.compile(rf"{TO}{THE}(?P<day>\d{{1,2}}){NTH}(?!\w|[:.]\d|\s*[-–—])", re.IGNORECASE)
_TO = re.compile(TO + THE, re.IGNORECASE)
_BEGIN = re.compile(rf"\s*(?:(?:from|desde|del?|со?)\s+)?{THE}", re.IGNORECASE)
_HOURS_BEGIN = re.compile(r"\s*(?:[:,]|\s[-–—](?=\s))?\s*")
_LEFT_OVER = re.compile(
    r"\W*(?:(?:and|y|и|at|a|las?|в|к)\s+)*\d"  # what begins with a number is no reason
    r"|.*?(?:\d\s*[-–—]\s*\d"
    r"|\b(?:from|to|until|till|before|after|desde|hasta|antes|с|до|по|после)\s+(?:(?:de|las?)\s+)*\d)"
    r"|\W*(?:until|till|hasta|до)\s",
    re.IGNORECASE | re.DOTALL,
)
"""A reason that has dates or hours in it: they were not understood, and would be lost."""
_JOINING = re.compile(r"[\s,;&+–—-]*(?:(?:and|y|и)\s+)?", re.IGNORECASE)


def _(message: str) -> str:
    """Mark a message for the catalogue; it is said where the reply is made."""
    return message


DATES_EXAMPLE = _("off 24 dec - 2 jan holiday")
_NO_DATE = _("that is no date")
_NO_REASON = _("the dates come first, then the hours, then a reason in words")
_ONE_RANGE = _("time off takes one range of hours; the others are typed on their own")
_NO_WORDS = _("nothing comes after the hours")
_TOO_MANY = _("that is more than 31 dates at once")
_WHOLE_DATES = _("the clinic is closed on whole dates, without hours")


@dataclass(frozen=True, slots=True)
class TypedDates:
    """What a text begins with: dates, then perhaps hours, then perhaps words."""

    span: DateSpan
    hours: tuple[TimeRange, ...] = ()
    rest: str = ""

    def beyond(self, form: Form) -> str | None:
        """Return why the form cannot take all of it, as a message of the catalogue; none where it can."""
        match form:
            case Form.OFF if len(self.hours) > 1:
                return _ONE_RANGE
            case Form.DATE if self.rest:
                return _NO_WORDS
            case Form.DATE if len(self.span) > MOST_DATES:
                return _TOO_MANY
            case Form.CLOSED if self.hours:
                return _WHOLE_DATES
        return None


class DateGrammar:
    """Dates in one person's language, English always understood too."""

    def __init__(self, words: Words) -> None:
        self._days = DayGrammar(words)
        self._off = {"off", *map(folded, words.say("off|free|closed").split("|"))}

    def off(self, text: str, today: date) -> TypedDates | None:
        """Read ``off DATES [HOURS] [REASON]``; none where the text is something else.

        Raises:
            NotUnderstood: a part that would be lost.
            BadDates, DateIsPast: the last date is before the first, too far off, or over.
        """
        first, _, rest = text.strip().partition(" ")
        if folded(first.rstrip(":,")) not in self._off:
            return None
        read = self.fill(Form.OFF, rest, today)
        if read is None and rest.lstrip()[:1].isdigit():
            raise NotUnderstood(text, text.index(rest), len(text), _NO_DATE, DATES_EXAMPLE)
        return read

    def other_hours(self, text: str, today: date) -> TypedDates | None:
        """Read ``DATES HOURS`` alone; none where hours are missing, where words follow, or for a weekday's name.

        ``fri 8-14`` is every Friday's hours.

        Raises:
            NotUnderstood, BadDates, DateIsPast: as for ``off``.
        """
        if self._days.names_weekday(text.lstrip()):
            return None
        read = self.read(text, today)
        return self.fill(Form.DATE, text, today) if read and read.hours and not read.rest else None

    def fill(self, form: Form, text: str, today: date) -> TypedDates | None:
        """Read all that a form takes in one text; none where it begins with no date.

        Raises:
            NotUnderstood, BadDates, DateIsPast: as for ``off``.
        """
        read = self.read(text, today)
        reason = read.beyond(form) if read else None
        if reason:
            raise NotUnderstood(text, 0, len(text), reason, DATES_EXAMPLE)
        return read

    def read(self, text: str, today: date) -> TypedDates | None:
        """Read ``DATES [HOURS] [WORDS]``, whatever is asked for; none where the text begins with no date.

        Raises:
            NotUnderstood, BadDates, DateIsPast: as for ``off``.
        """
        begin = _BEGIN.match(text)
        found = self._span(text, begin.end() if begin else 0, today)
        if not found:
            return None
        span, at = found
        if span.last < today:
            raise DateIsPast(span.last)
        if span.last > today + FURTHEST:
            raise BadDates(today, span.last)
        gap = _HOURS_BEGIN.match(text, at)
        hours, end = read_ranges(text, gap.end() if gap else at)
        end = end if hours else at
        rest = text[end:]
        if _LEFT_OVER.match(rest) or self._goes_on(rest, today):
            raise NotUnderstood(text, end, len(text), _NO_REASON, DATES_EXAMPLE)
        return TypedDates(span, hours, rest.lstrip(" \t\n,;:.-–—").rstrip(" \t\n,;"))

    def _goes_on(self, rest: str, today: date) -> bool:
        """Whether another date follows, as in ``mon and wed``."""
        joining = _JOINING.match(rest)
        return self._days.read(rest, joining.end() if joining else 0, today)[0] is not None

    def _span(self, text: str, at: int, today: date) -> tuple[DateSpan, int] | None:
        shared = _TWO_DAYS.match(text, at)
        first, end = self._days.read(text, shared.end() if shared else at, today)
        if first is None:
            return None
        if shared and isinstance(first, DayOfMonth):
            return self._in_one_month(replace(first, day=int(shared["day"])), first.day, end, today)
        to = _TO.match(text, end)
        last, after = self._days.read(text, to.end(), today) if to else (None, end)
        if last is not None:
            return self._whole(first, last, after, today)
        also = _TWO_DAYS_AFTER.match(text, end)
        if also and isinstance(first, DayOfMonth):
            return self._in_one_month(first, int(also["day"]), also.end(), today)
        return self._whole(first, first, end, today)

    def _whole(self, first: TypedDay, last: TypedDay, end: int, today: date) -> tuple[DateSpan, int] | None:
        begin = first.after(today)
        finish = last.after(begin) if begin else None
        return (DateSpan(begin, finish), end) if begin and finish else None

    def _in_one_month(self, first: DayOfMonth, last: int, end: int, today: date) -> tuple[DateSpan, int] | None:
        begin = first.after(today)
        finish = DayOfMonth(last, begin.month, begin.year).after(begin) if begin else None
        return (DateSpan(begin, finish), end) if begin and finish else None


@lru_cache(maxsize=64)
def date_grammar_for(words: Words) -> DateGrammar:
    """Return the grammar of a language, made once."""
    return DateGrammar(words)
