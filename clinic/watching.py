"""What somebody who watches a doctor is told: the dates of the next days whose hours have become others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.calendar import Schedule, Slot, slot, today
from clinic.dates import DateSpan
from clinic.plan import ONE_DAY
from clinic.time_range import TimeRange

WATCHED_DAYS = 14
GATHERED = timedelta(minutes=1)
"""For so long from the first change on others are gathered with it into one message."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of a date on the clocks of ``zone``, as they were resolved at some moment."""

    day: date
    hours: tuple[TimeRange, ...]
    zone: ZoneInfo

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The hours as instants; none of what the spring change swallows."""
        return tuple(filter(None, (slot(self.day, each, self.zone) for each in self.hours)))


@dataclass(frozen=True, slots=True)
class DayChange:
    """The hours of one date before and after; the two may be the same again.

    Raises:
        ValueError: they are of two dates.
    """

    before: DayHours
    after: DayHours

    def __post_init__(self) -> None:
        if self.before.day != self.after.day:
            raise ValueError("a change of a day is of one day")

    @property
    def day(self) -> date:
        return self.after.day

    @property
    def changes(self) -> bool:
        """Whether somebody is there at other instants than before."""
        return self.before.slots != self.after.slots


def watched_dates(now: datetime, zone: ZoneInfo) -> DateSpan:
    """Return the dates that are watched on the calendar of ``zone``, today the first of them."""
    first = today(now, zone)
    return DateSpan(first, first + (WATCHED_DAYS - 1) * ONE_DAY)


def day_changes(before: Schedule, after: Schedule, span: DateSpan) -> tuple[DayChange, ...]:
    """Return the dates of the span, in order, whose hours differ."""
    both = (DayChange(_hours(before, day), _hours(after, day)) for day in span)
    return tuple(each for each in both if each.changes)


def _hours(schedule: Schedule, day: date) -> DayHours:
    return DayHours(day, schedule.day(day).hours, schedule.zone)


def gathered(first: Iterable[DayChange], then: Iterable[DayChange], *, own: bool) -> tuple[DayChange, ...]:
    """Return what two changes make of their dates, one after the other: the before of the first, the after of the last.

    What the reader has made themself (``own``) is no news, but what it makes of dates that are told is the truth.
    """
    days = {change.day: change for change in first}
    for change in then:
        if change.day in days:
            days[change.day] = replace(days[change.day], after=change.after)
        elif not own:
            days[change.day] = change
    return tuple(days[day] for day in sorted(days))
