"""The week on real dates: wall-clock hours become instants, clock changes included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo, UTC
from zoneinfo import ZoneInfo

from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import Weekday, WeeklyAvailability


@dataclass(frozen=True, order=True, slots=True)
class Slot:
    """Half-open instants ``[start, end)`` in UTC, never of no length (FHIR R4, Slot)."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def instant(day: date, minutes: int, zone: tzinfo) -> datetime:
    """Return the instant in UTC at which ``zone``'s clocks show ``minutes`` after ``day``'s midnight.

    Past 1440 it is the next date's clock. A time that the spring change skips is moved to the transition; of a time
    that autumn repeats, the first is meant (PEP 495's ``fold=0``).
    """
    days, of_day = divmod(minutes, MINUTES_A_DAY)
    hour, minute = divmod(of_day, 60)
    local = datetime.combine(day + timedelta(days=days), time(hour, minute), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _transition_before(moment, zone)


def _transition_before(moment: datetime, zone: tzinfo) -> datetime:
    """Return the spring change that skipped the clock time read as ``moment``, by halving to the second.

    With ``fold=0`` a skipped time is read with the offset before the change, so that it lies at most the gap's length
    after it; no gap is longer than the day that Samoa skipped in 2011.
    """
    early, late = moment - timedelta(days=1, hours=1), moment
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


def slot(day: date, hours: TimeRange, zone: tzinfo) -> Slot | None:
    """Return the range as it falls on ``day`` in ``zone``; none where the spring change swallows all of it."""
    start, end = instant(day, hours.start, zone), instant(day, hours.end, zone)
    return Slot(start, end) if start < end else None


def monday_of(day: date) -> date:
    """Return the Monday of the week that ``day`` stands in."""
    return day - timedelta(days=day.weekday())


def slots_of_week(week: WeeklyAvailability, monday: date, zone: tzinfo) -> Iterator[Slot]:
    """Yield every range that starts on one of the seven dates from ``monday``, in order, touching ones apart."""
    for weekday, day in week:
        for hours in day.open_ranges:
            found = slot(monday + timedelta(days=weekday), hours, zone)
            if found:
                yield found


def worked_in_week(week: WeeklyAvailability, monday: date, zone: tzinfo) -> timedelta:
    """Return the real length of the week's hours; night ranges count where they start."""
    return sum((found.length for found in slots_of_week(week, monday, zone)), timedelta())


def today(now: datetime, zone: ZoneInfo) -> date:
    """Return the date that ``zone``'s calendars show at ``now`` (UTC)."""
    return now.astimezone(zone).date()


def weekday_of(day: date) -> Weekday:
    return Weekday(day.weekday())
