"""Hours, days and weeks from what a person would write, for tests alone."""

from __future__ import annotations

from datetime import datetime, UTC

from clinic.calendar import Slot
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability


def minutes_of(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def hours(text: str) -> TimeRange:
    """``22:00-06:00`` is a night."""
    start, end = text.split("-")
    return TimeRange.from_clock(minutes_of(start), minutes_of(end))


def day(*ranges: str) -> DayAvailability:
    """A day that is on for these hours; off without any."""
    return DayAvailability(tuple(hours(each) for each in ranges), on=bool(ranges))


def week(**days: str) -> WeeklyAvailability:
    """``week(mon="09:00-17:00")``; a day may have several ranges, with commas between."""
    return NO_HOURS.with_days({Weekday[name.upper()]: day(*text.split(",")) for name, text in days.items()})


def every_day(*ranges: str) -> WeeklyAvailability:
    return NO_HOURS.with_days(dict.fromkeys(Weekday, day(*ranges)))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(*texts: str, on: str = "2026-03-03") -> list[Slot]:
    """``slots("09:00-09:30")`` on one date of UTC's clock."""
    bounds = (text.split("-") for text in texts)
    return [Slot(utc(f"{on}T{start}"), utc(f"{on}T{end}")) for start, end in bounds]
