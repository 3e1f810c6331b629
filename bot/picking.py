"""Hours in the making: a start, an end, and further ranges, as every form that asks for hours picks them.

Pure values: every function returns the draft as it would be, and a tap that does not fit the step where the draft
stands (a double tap, one redelivered, one from an older screen) returns it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.taps.dates import ShowMonth
from bot.taps.form import AddHours, PickFrom, PickTo, ShowNight, Step
from bot.taps.tap import Tap
from clinic.time_range import MINUTES_A_DAY, TimeRange


class HoursDraft(BaseModel):
    """What is common to the forms that ask for hours.

    ``month`` is the first of the month that a calendar shows. ``whose`` is the doctor's name where somebody else fills
    in the form.
    """

    model_config = ConfigDict(frozen=True)

    step: Step
    ranges: tuple[TimeRange, ...] = ()
    start: int | None = None
    night: bool = False
    month: date | None = None
    whose: str = ""

    @property
    def waits_for_text(self) -> bool:
        """Whether a typed time answers it."""
        return self.step in {Step.FROM, Step.TO}

    def takes(self, minutes: int) -> bool:
        """Whether a typed time answers the step: no hours begin at 24:00."""
        return self.step is Step.TO or (self.step is Step.FROM and minutes < MINUTES_A_DAY)

    def at(self, step: Step, **changes: object) -> Self:
        return self.model_copy(update={"step": step, "night": False, **changes})

    def after_picking(self, tap: Tap) -> Self | None:
        """Return the draft as a tap of the time picker or the calendar leaves it; none where the tap is neither's.

        Raises:
            BadTimeRange, RangesOverlap, TooManyRanges: the picked end cannot be; the draft stays.
        """
        match self.step, tap:
            case ((Step.FROM | Step.TO), ShowNight(step=step, on=on)) if step is self.step:
                return self.model_copy(update={"night": on})
            case ((Step.DATES | Step.LAST), ShowMonth(month=month)):
                return self.model_copy(update={"month": month})
            case Step.FROM, PickFrom(minutes=minutes) if minutes < MINUTES_A_DAY:
                return self.at(Step.TO, start=minutes)
            case Step.TO, PickTo(minutes=minutes):
                return self.with_end(minutes)
            case Step.REVIEW, AddHours() if self.ranges:
                return self.at(Step.FROM, start=None)
        return None

    def after_time(self, minutes: int) -> Self:
        """Return the draft as a typed time of day (``0..1440``) leaves it; an end before the start is the next day's.

        Raises:
            BadTimeRange, RangesOverlap, TooManyRanges: as for a tap.
        """
        if self.step is Step.TO and self.start is not None:
            return self.with_end(TimeRange.from_clock(self.start, minutes).end)
        return self.after_picking(PickFrom(minutes=minutes)) or self

    def with_end(self, end: int) -> Self:
        if self.start is None:
            return self
        moved = self.at(Step.REVIEW, ranges=tuple(sorted([*self.ranges, TimeRange(self.start, end)])))
        moved.check()
        return moved

    def check(self) -> None:
        """Refuse hours that cannot stand.

        Raises:
            RangesOverlap, TooManyRanges.
        """
        raise NotImplementedError

    def night_ranges(self) -> Sequence[object]:
        """Return the ranges that end on the next day: they are asked about before they are saved."""
        raise NotImplementedError

    def after(self, tap: Tap) -> Self:
        """Return the draft as the tap leaves it."""
        raise NotImplementedError

    def begun_anew(self) -> Self:
        """Return the draft at its first step."""
        raise NotImplementedError

    def before_end(self) -> Self:
        """Return to the last picked end, its range taken out again."""
        start = self.ranges[-1].start if self.start is None else self.start
        ranges = tuple(kept for kept in self.ranges if kept.start != start)
        return self.at(Step.TO, start=start, ranges=ranges)
