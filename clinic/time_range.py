"""Wall-clock hours within a day: half-open, in minutes, possibly past midnight."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.errors import BadTimeRange

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, order=True, slots=True)
class TimeRange:
    """Half-open wall-clock minutes ``[start, end)`` counted from the midnight that the day begins with.

    ``0 <= start < 1440`` and ``start < end``; an ``end`` past 1440 lies on the next day, before ``start``'s own time
    of day, so that a range is shorter than 24 hours, or is the whole day ``[0, 1440)``.

    Raises:
        BadTimeRange: the minutes make no such range.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < MINUTES_A_DAY and self.start < self.end):
            raise BadTimeRange(self.start, self.end)
        if self.end > MINUTES_A_DAY and self.end - MINUTES_A_DAY >= self.start:
            raise BadTimeRange(self.start, self.end)

    @classmethod
    def from_clock(cls, start: int, end: int) -> TimeRange:
        """Build a range from two times of day as a person says them, each ``0..1440`` minutes.

        An end of ``00:00`` means 24:00, and an end before the start lies on the next day.
        """
        if end == 0:
            end = MINUTES_A_DAY
        return cls(start, end + MINUTES_A_DAY if end < start else end)

    @property
    def minutes(self) -> int:
        """The length on the wall clock; on a day of a clock change the real length differs."""
        return self.end - self.start

    @property
    def tail(self) -> int:
        """How many minutes of the next day the range takes; 0 where it ends by midnight."""
        return max(0, self.end - MINUTES_A_DAY)

    def shares_a_minute_with(self, other: TimeRange, *, days_later: int = 0) -> bool:
        """Whether both cover one minute when ``other`` stands ``days_later`` days after this one."""
        shift = days_later * MINUTES_A_DAY
        return self.start < other.end + shift and other.start + shift < self.end
