"""What a person has picked so far: drafts, and how a tap or a typed time moves them on.

Pure values: every function returns the draft as it would be, and a tap that does not fit the step where the draft
stands (a double tap, one redelivered, one from an older screen) returns it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.taps import (
    AddHours,
    Back,
    Cancel,
    EndByDay,
    Next,
    NoHoursKind,
    PickDay,
    PickDays,
    PickFrom,
    PickNoHours,
    PickTo,
    ShowNight,
    Step,
    Tap,
)
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import DAY_OFF, DayAvailability, Weekday, WeeklyAvailability

LIFE = timedelta(days=14)
"""How long a draft is kept after its last change."""
FORGOTTEN = timedelta(hours=1)
"""After so long what is typed may be meant for something else: the form is shown again before it takes a text."""

_HALF_DAY = 12 * 60


class WeekDraft(BaseModel):
    """A doctor's week in the making: the week and version that it was drawn from, and the picks."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["week"] = "week"
    doctor_id: int
    base: WeeklyAvailability
    version: int
    step: Step = Step.DAYS
    days: frozenset[Weekday] = frozenset()
    ranges: tuple[TimeRange, ...] = ()
    start: int | None = None
    night: bool = False
    no_hours: NoHoursKind | None = None
    typed: dict[Weekday, DayAvailability | None] | None = None
    theirs: WeeklyAvailability | None = None
    their_version: int = 0

    @property
    def waits_for_text(self) -> bool:
        """Whether a typed time answers it."""
        return self.step in {Step.FROM, Step.TO}

    def takes(self, minutes: int) -> bool:
        """Whether a typed time answers the step: no hours begin at 24:00."""
        return self.step is not Step.FROM or minutes < MINUTES_A_DAY

    def changes(self) -> Mapping[Weekday, DayAvailability]:
        """Return the picked days as they would be.

        Raises:
            RangesOverlap, TooManyRanges: the ranges cannot stand on one day.
        """
        if self.typed is not None:
            return {day: self._switched_off(day) if now is None else now for day, now in self.typed.items()}
        if self.no_hours is NoHoursKind.CLEAR:
            return dict.fromkeys(self.days, DAY_OFF)
        if self.no_hours is NoHoursKind.OFF:
            return {day: self._switched_off(day) for day in self.days}
        return {day: DayAvailability.of(day, self.ranges) for day in self.days}

    def _switched_off(self, day: Weekday) -> DayAvailability:
        """Return the day off with the hours of the present base: over another week, they are that week's."""
        return self.base[day].switched(on=False)

    def week(self) -> WeeklyAvailability:
        """Return the whole week as it would be.

        Raises:
            RangesOverlap: a night range meets the next day's hours.
        """
        return self.base.with_days(self.changes())

    def night_ranges(self) -> list[tuple[Weekday, TimeRange]]:
        """Return the changed ranges that end on the next day."""
        return [(day, hours) for day, now in sorted(self.changes().items()) for hours in now.open_ranges if hours.tail]

    @property
    def day_end(self) -> int | None:
        """The end that its one night range would have if it were a slip, as 9 to 5 is for 9 to 17; else none."""
        nights = {hours for _, hours in self.night_ranges()}
        ends = [night.end - _HALF_DAY for night in nights if night.start < night.end - _HALF_DAY <= MINUTES_A_DAY]
        return ends[0] if len(nights) == len(ends) == 1 else None

    def at(self, step: Step, **changes: object) -> Self:
        return self.model_copy(update={"step": step, "night": False, **changes})

    def after(self, tap: Tap) -> Self:  # noqa: C901, PLR0911 - one table of moves
        """Return the draft as the tap leaves it.

        Raises:
            BadTimeRange, RangesOverlap, TooManyRanges: the picked end cannot be; the draft stays.
        """
        if self.step in {Step.SAVED, Step.CANCELLED}:
            return self
        match tap:
            case Cancel():
                return self.at(Step.CANCELLED)
            case Back(step=self.step):
                return self._back()
            case ShowNight(step=Step.FROM | Step.TO, on=on) if tap.step is self.step:
                return self.model_copy(update={"night": on})
        match self.step, tap:
            case Step.DAYS, PickDay(day=day, on=on):
                return self.model_copy(update={"days": self.days | {day} if on else self.days - {day}})
            case Step.DAYS, PickDays(days=mask):
                return self.model_copy(update={"days": frozenset(day for day in Weekday if mask >> day & 1)})
            case Step.DAYS, Next(step=Step.DAYS) if self.days:
                return self.at(Step.FROM)
            case Step.FROM, PickNoHours(kind=kind):
                return self.at(Step.REVIEW, no_hours=kind, ranges=())
            case Step.FROM, PickFrom(minutes=minutes) if minutes < MINUTES_A_DAY:
                return self.at(Step.TO, start=minutes)
            case Step.TO, PickTo(minutes=minutes):
                return self._with_end(minutes)
            case Step.REVIEW, AddHours() if self.ranges:
                return self.at(Step.FROM, start=None)
            case Step.NIGHT, EndByDay(minutes=minutes) if minutes == self.day_end:
                return self._ended_by_day(minutes)
        return self

    def after_time(self, minutes: int) -> Self:
        """Return the draft as a typed time of day (``0..1440``) leaves it; an end before the start is the next day's.

        Raises:
            BadTimeRange, RangesOverlap, TooManyRanges: as for a tap.
        """
        if self.step is Step.TO and self.start is not None:
            return self._with_end(TimeRange.from_clock(self.start, minutes).end)
        return self.after(PickFrom(minutes=minutes))

    def _with_end(self, end: int) -> Self:
        if self.start is None:
            return self
        moved = self.at(Step.REVIEW, ranges=tuple(sorted([*self.ranges, TimeRange(self.start, end)])), no_hours=None)
        moved.week()
        return moved

    def _ended_by_day(self, end: int) -> Self:
        def by_day(hours: TimeRange) -> TimeRange:
            return TimeRange(hours.start, end) if hours.tail else hours

        typed = self.typed and {
            day: DayAvailability.of(day, map(by_day, now.ranges)) if now and now.on else now
            for day, now in self.typed.items()
        }
        moved = self.at(Step.REVIEW, ranges=tuple(sorted(map(by_day, self.ranges))), typed=typed)
        moved.week()
        return moved

    def _back(self) -> Self:
        match self.step:
            case Step.FROM:
                return self.at(Step.REVIEW if self.ranges else Step.DAYS)
            case Step.TO:
                return self.at(Step.FROM, start=None)
            case Step.REVIEW if self.no_hours:
                return self.at(Step.FROM, no_hours=None)
            case Step.REVIEW if self.typed is None:  # what was typed is typed anew, not taken apart
                start = self.ranges[-1].start if self.start is None else self.start
                ranges = tuple(kept for kept in self.ranges if kept.start != start)
                return self.at(Step.TO, start=start, ranges=ranges)
            case Step.NIGHT | Step.CHANGED:
                return self.at(Step.REVIEW)
        return self


class InviteStep(StrEnum):
    """What an invitation in the making waits for."""

    ROLE = "role"
    NAME = "name"
    AGAIN = "again"
    DONE = "done"


class InviteDraft(BaseModel):
    """An invitation in the making; ``doctor_id`` is who is invited again on a new phone."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["invite"] = "invite"
    step: InviteStep = InviteStep.ROLE
    doctor_id: int | None = None

    @property
    def waits_for_text(self) -> bool:
        """Whether a typed name answers it."""
        return self.step is InviteStep.NAME


AnyDraft = WeekDraft | InviteDraft
_ANY_DRAFT: TypeAdapter[AnyDraft] = TypeAdapter(Annotated[AnyDraft, Field(discriminator="kind")])


def read_draft(body: str) -> AnyDraft:
    """Read a draft back.

    Raises:
        pydantic.ValidationError: an older or a newer program wrote it.
    """
    return _ANY_DRAFT.validate_json(body)
