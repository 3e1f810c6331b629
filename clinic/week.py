"""The hours that repeat every week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from itertools import pairwise

from clinic.errors import NoHours, RangesOverlap, TooManyRanges
from clinic.time_range import TimeRange

MOST_RANGES_A_DAY = 6
"""Enough for any clinic's day; a bound so that no week outgrows a message."""


class Weekday(IntEnum):
    """Monday first, as ``datetime.date.weekday`` and ISO 8601 count."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6

    @property
    def next(self) -> Weekday:
        return Weekday((self + 1) % 7)


def monday_of(day: date) -> date:
    """Return the Monday of the week that ``day`` stands in."""
    return day - timedelta(days=day.weekday())


def weekday_of(day: date) -> Weekday:
    return Weekday(day.weekday())


@dataclass(frozen=True, slots=True)
class DayAvailability:
    """One weekday's ranges in order, and whether the day is on; a day that is off keeps its ranges.

    A day without ranges is off. No two ranges share a minute; ranges that touch stay apart.

    Raises:
        TooManyRanges: more than ``MOST_RANGES_A_DAY``.
        ValueError: on without ranges, or ranges out of order (``DayAvailability.of`` sorts).
    """

    ranges: tuple[TimeRange, ...] = ()
    on: bool = False

    def __post_init__(self) -> None:
        if len(self.ranges) > MOST_RANGES_A_DAY:
            raise TooManyRanges(len(self.ranges))
        if self.on and not self.ranges:
            raise ValueError("a day that is on has hours")
        if any(first.end > second.start for first, second in pairwise(self.ranges)):
            raise ValueError("a day's ranges stand in order and share no minute")

    @classmethod
    def of(cls, day: Weekday, ranges: Iterable[TimeRange]) -> DayAvailability:
        """Make a day that is on from ranges in any order; without any, a day off.

        Raises:
            RangesOverlap: two of them share a minute; it names both.
        """
        in_order = tuple(sorted(ranges))
        for first, second in pairwise(in_order):
            if first.shares_a_minute_with(second):
                raise RangesOverlap(day, first, day, second)
        return cls(in_order, on=bool(in_order))

    def switched(self, *, on: bool) -> DayAvailability:
        """Return the same hours, on or off."""
        return replace(self, on=on)

    @property
    def open_ranges(self) -> tuple[TimeRange, ...]:
        """The ranges that count: none while the day is off."""
        return self.ranges if self.on else ()


DAY_OFF = DayAvailability()


@dataclass(frozen=True, slots=True)
class WeeklyAvailability:
    """Seven days, Monday first; tails after midnight are met with the day after, Sunday's with Monday.

    Raises:
        RangesOverlap: a night range of a day that is on runs into the hours of the next.
    """

    days: tuple[DayAvailability, ...] = (DAY_OFF,) * 7

    def __post_init__(self) -> None:
        if len(self.days) != len(Weekday):
            raise ValueError("a week has seven days")
        for day in Weekday:
            following = self.days[day.next].open_ranges
            for late in self.days[day].open_ranges[-1:]:
                for early in following[:1]:
                    if late.shares_a_minute_with(early, days_later=1):
                        raise RangesOverlap(day, late, day.next, early)

    def __getitem__(self, day: Weekday) -> DayAvailability:
        return self.days[day]

    def __iter__(self) -> Iterator[tuple[Weekday, DayAvailability]]:
        return zip(Weekday, self.days, strict=True)

    def with_days(self, changed: Mapping[Weekday, DayAvailability]) -> WeeklyAvailability:
        """Return the week with these days replaced; days that are not named stay."""
        return WeeklyAvailability(tuple(changed.get(day, present) for day, present in self))

    def switched(self, day: Weekday, *, on: bool) -> WeeklyAvailability:
        """Return the week with one day on or off, its hours kept.

        Raises:
            NoHours: the day has none to bring back.
            RangesOverlap: brought back, they would meet a neighbour's.
        """
        if on and not self[day].ranges:
            raise NoHours(day)
        return self.with_days({day: self[day].switched(on=on)})

    def changed_days(self, other: WeeklyAvailability) -> tuple[Weekday, ...]:
        """Return the days on which the two weeks differ."""
        return tuple(day for day, present in self if present != other[day])

    def tails_into(self, day: Weekday) -> tuple[TimeRange, ...]:
        """Return the night ranges of the day before that end on ``day``."""
        before = Weekday((day - 1) % 7)
        return tuple(late for late in self[before].open_ranges if late.tail)

    @property
    def is_empty(self) -> bool:
        """Whether no day has hours, not even kept ones."""
        return not any(day.ranges for day in self.days)


NO_HOURS = WeeklyAvailability()
