"""The clinic's closures out of a calendar file of public holidays (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, InvalidCalendar

from bot.dates_draft import ImportedClosure
from clinic.dates import checked_text, DateSpan, ensure_plausible
from clinic.errors import ClinicError

MOST_BYTES = 1024 * 1024
MOST_LINES = 20_000
"""More than any holidays fill, and read within about a second."""
MOST_CLOSURES = 100
YEARS_AHEAD = 2
_LINE_END = re.compile(r"\r\n|\n|\r")
_EXCEPTIONS = {"EXDATE", "RDATE", "RECURRENCE-ID"}
"""What makes single dates of a repeating day others than its rule does."""
_BOUNDS = {"COUNT", "UNTIL", "WKST"}


@dataclass(eq=False)
class BadFile(Exception):
    """The file cannot be taken: the line where (from 1), and the reason as a message of the catalogue."""

    line: int
    reason: str


def _(message: str) -> str:
    """Mark a message for the catalogue; it is said where the reply is made."""
    return message


_NO_CALENDAR = _("this is no calendar file (.ics)")
_TWO_CALENDARS = _("a second calendar begins here; send one at a time")
_BAD_LINE = _("this line cannot be read")
_BAD_LETTERS = _("this line is not in UTF-8")
_BAD_EVENT = _("this day has no name or no date that can be read")
_REPEATS = _("this day repeats in a way that cannot be read; only each year can")
_TOO_LONG = _("the file is too long, it goes on after this line")
_TOO_MANY = _("there are more than 100 days")


def read_closures(content: bytes, today: date, zone: ZoneInfo) -> tuple[ImportedClosure, ...]:
    """Return the days of a calendar file that are not over, in order; what repeats each year for two years.

    Moments that name their offset count by the date that the clinic's clock (``zone``) shows then.

    Raises:
        BadFile: the first thing in it that cannot be taken.
    """
    lines = _LINE_END.split(content.decode("utf-8-sig", errors="replace").rstrip("\r\n"))
    _ensure_one_calendar(lines)
    begins = [number for number, line in enumerate(lines, 1) if line.upper().rstrip() == "BEGIN:VEVENT"]
    try:
        events = Calendar.from_ical("\r\n".join(lines)).events
    except (ValueError, KeyError, IndexError, AttributeError):
        raise BadFile(_unreadable(lines), _BAD_LINE) from None
    found: set[ImportedClosure] = set()
    for begin, event in zip(begins, events, strict=False):
        found.update(closure for closure in _closures(event, lines, begin, today, zone) if closure.last >= today)
        if len(found) > MOST_CLOSURES:
            raise BadFile(begin, _TOO_MANY)
    return tuple(sorted(found, key=lambda closure: (closure.first, closure.last, closure.name)))


def _ensure_one_calendar(lines: list[str]) -> None:
    begins = [number for number, line in enumerate(lines, 1) if line.upper().rstrip() == "BEGIN:VCALENDAR"]
    if begins[:1] != [1]:
        raise BadFile(1, _NO_CALENDAR)
    if len(lines) > MOST_LINES:
        raise BadFile(MOST_LINES, _TOO_LONG)
    for number, line in enumerate(lines, 1):
        if "\ufffd" in line:
            raise BadFile(number, _BAD_LETTERS)
    if len(begins) > 1:
        raise BadFile(begins[1], _TWO_CALENDARS)


def _closures(event: Event, lines: list[str], begin: int, today: date, zone: ZoneInfo) -> Iterator[ImportedClosure]:
    """Yield the days of an event in each year; none of one that was called off.

    Raises:
        BadFile.
    """
    if event.errors:
        raise BadFile(_line_of(event.errors[0][0], lines, begin), _BAD_LINE)
    for name in _EXCEPTIONS & event.keys():
        raise BadFile(_line_of(name, lines, begin), _REPEATS)
    try:
        name, span = _name(event), _span(event, zone)
    except (InvalidCalendar, ClinicError, ValueError, AttributeError, TypeError, OverflowError):
        raise BadFile(begin, _BAD_EVENT) from None
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    try:
        starts = list(_starts(event, span.first, today, zone))
    except ValueError:
        raise BadFile(_line_of("RRULE", lines, begin), _REPEATS) from None
    for first in starts:
        yield ImportedClosure(first=first, last=first + (span.last - span.first), name=name)


def _name(event: Event) -> str:
    """Return what the day is called.

    Raises:
        BadReason: it cannot be shown.
        ValueError: it has no name, or two.
    """
    name = event.get("SUMMARY")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("a day has one name")
    return checked_text(name)


def _span(event: Event, zone: ZoneInfo) -> DateSpan:
    """Return the dates of an event; its end lies behind the last of them (RFC 5545, DTEND).

    Raises:
        InvalidCalendar, BadDates, AttributeError, OverflowError: it has no such dates.
    """
    first, end = _date(_local(event.start, zone)), _local(event.end, zone)
    midnight = not isinstance(end, datetime) or end.time() == time.min
    last = _date(end) - timedelta(days=1) if midnight and _date(end) > first else _date(end)
    span = DateSpan(first, last)
    ensure_plausible(span)
    return span


def _starts(event: Event, first: date, today: date, zone: ZoneInfo) -> Iterator[date]:
    """Yield the date on which an event begins, or those of each year, where it repeats so.

    Raises:
        ValueError: it repeats in another way.
    """
    rule = event.get("RRULE")
    if not rule:
        yield first
        return
    yearly = {"FREQ": ["YEARLY"], "INTERVAL": [1], "BYMONTH": [first.month], "BYMONTHDAY": [first.day]}
    if isinstance(rule, list) or "FREQ" not in rule:
        raise ValueError("it repeats in two ways, or in none")
    if any(yearly.get(part, asked) != asked for part, asked in rule.items()) or set(rule) - _BOUNDS - set(yearly):
        raise ValueError("it does not repeat each year")
    until = _date(_local(rule["UNTIL"][0], zone)) if "UNTIL" in rule else date.max
    years = (_in_year(first, year) for year in range(first.year, today.year + YEARS_AHEAD + 1))
    yield from islice((day for day in years if day and day <= until), rule["COUNT"][0] if "COUNT" in rule else None)


def _in_year(day: date, year: int) -> date | None:
    """Return the same day of another year; none for a 29th of February that it does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _local(moment: date, zone: ZoneInfo) -> date:
    return moment.astimezone(zone) if isinstance(moment, datetime) and moment.tzinfo else moment


def _date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _line_of(name: str | None, lines: list[str], begin: int) -> int:
    """Return the line of an event's property, or where the event begins."""
    for number in range(begin, len(lines)):
        line = lines[number].upper()
        if line.startswith("END:VEVENT"):
            break
        if re.match(rf"{re.escape(name)}[:;]", line) if name else not re.match(r"[A-Z0-9-]+[:;]|\s", line):
            return number + 1
    return begin


def _unreadable(lines: list[str]) -> int:
    """Return the first line that is no content line, or the last where all are: something is not closed."""
    wrong = (number for number, line in enumerate(lines, 1) if line and not re.match(r"[\w-]+[:;]|[ \t]", line))
    return next(wrong, len(lines))
