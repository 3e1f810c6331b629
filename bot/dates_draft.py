"""Dates in the making: time off, other hours on some dates, and the clinic's closures."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from bot.picking import HoursDraft
from bot.taps.dates import Form, LastDate, PickDate, SomeHours, WholeDays
from bot.taps.form import AddHours, Back, Cancel, Next, NoHoursKind, PickNoHours, Step
from bot.taps.tap import Tap
from clinic.dates import ClinicClosure, DateOverride, DateSpan, ensure_plausible, TimeOff
from clinic.errors import BadDates
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, weekday_of

MOST_DATES = 31
"""Dates that one form gives the same hours."""


class ImportedClosure(BaseModel):
    """A closure that a calendar file names."""

    model_config = ConfigDict(frozen=True)

    first: date
    last: date
    name: str


class DatesDraft(HoursDraft):
    """Dates, and what is to hold on them.

    ``dates`` are the first and the last of a span for ``Form.OFF`` and ``Form.CLOSED``, and each of the picked dates
    for ``Form.DATE``. ``replaces`` is the id of the time off or closure that is changed, ``moved_from`` the date of the
    other hours that are. ``off`` marks dates without hours. ``doctor_id`` is 0 where the clinic closes.
    """

    kind: Literal["dates"] = "dates"
    form: Form
    doctor_id: int = 0
    step: Step = Step.DATES
    dates: tuple[date, ...] = ()
    off: bool = False
    text: str = ""
    replaces: int = 0
    moved_from: date | None = None
    imported: tuple[ImportedClosure, ...] = ()

    @property
    def waits_for_text(self) -> bool:
        """Whether typed dates, a time, a reason or a name answer it."""
        return self.step in {Step.DATES, Step.LAST, Step.FROM, Step.TO, Step.NAME} or (
            self.step is Step.REVIEW and self.form is Form.OFF
        )

    @property
    def span(self) -> DateSpan:
        """From the first of the dates to the last."""
        return DateSpan(min(self.dates), max(self.dates))

    def has(self, day: date) -> bool:
        """Whether it is about this date."""
        return day in self.dates if self.form is Form.DATE or not self.dates else day in self.span

    def time_off(self) -> TimeOff:
        hours = self.ranges[0] if self.ranges else None
        return TimeOff(self.doctor_id, self.span, hours, self.text, time_off_id=self.replaces)

    def overrides(self) -> list[DateOverride]:
        """Return the other hours of each date.

        Raises:
            RangesOverlap, TooManyRanges.
        """
        return [DateOverride.of(self.doctor_id, day, () if self.off else self.ranges) for day in self.dates]

    def closures(self) -> list[ClinicClosure]:
        if self.imported:
            return [ClinicClosure(DateSpan(found.first, found.last), found.name) for found in self.imported]
        return [ClinicClosure(self.span, self.text, closure_id=self.replaces)]

    def night_ranges(self) -> list[TimeRange]:
        return [hours for hours in self.ranges if hours.tail]

    def check(self) -> None:
        for day in self.dates[:1]:
            DayAvailability.of(weekday_of(day), self.ranges)

    def begun_anew(self) -> Self:
        return self.at(Step.DATES, dates=(), ranges=(), start=None, off=False, imported=())

    def with_dates(self, span: DateSpan) -> Self:
        """Return the draft with typed dates: a span, or each of its dates where hours are set for them.

        Raises:
            BadDates: there are too many of them.
        """
        ensure_plausible(span)
        if self.form is not Form.DATE:
            return self.at(Step.LAST, dates=(span.first, span.last))
        if len(span) > MOST_DATES:
            raise BadDates(span.first, span.last)
        return self.at(Step.FROM, dates=tuple(span))

    def with_hours(self, hours: tuple[TimeRange, ...]) -> Self:
        """Return the draft for review, with typed hours or for whole dates.

        Raises:
            RangesOverlap, TooManyRanges.
        """
        made = self.at(Step.REVIEW, ranges=tuple(sorted(hours)))
        made.check()
        return made

    def after(self, tap: Tap) -> Self:  # noqa: C901, PLR0911, PLR0912 - one table of moves
        """Return the draft as the tap leaves it.

        Raises:
            BadTimeRange, RangesOverlap, TooManyRanges: the picked end cannot be; the draft stays.
            BadDates: the picked last date is too far from the first.
        """
        if self.step in {Step.SAVED, Step.CANCELLED}:
            return self
        match tap:
            case Cancel():
                return self.at(Step.CANCELLED)
            case Back(step=self.step):
                return self._back()
            case AddHours() if self.form is not Form.DATE:
                return self  # time off has one range
        picked = self.after_picking(tap)
        if picked is not None:
            return picked
        match self.step, tap:
            case Step.DATES, PickDate(day=day) if self.moved_from:
                return self.model_copy(update={"dates": (day,)})
            case Step.DATES, PickDate(day=day, on=on) if self.form is Form.DATE:
                dates = {*self.dates, day} if on else {*self.dates} - {day}
                return self.model_copy(update={"dates": tuple(sorted(dates))}) if len(dates) <= MOST_DATES else self
            case Step.DATES, PickDate(day=day):
                return self.at(Step.LAST, dates=(day, day))
            case Step.LAST, LastDate(day=day):
                return self._until(day)
            case Step.DATES, Next(step=Step.DATES) if self.dates and self.form is Form.DATE:
                return self.at(Step.REVIEW if self.ranges else Step.FROM, off=False)
            case Step.LAST, Next(step=Step.LAST) if self.form is Form.CLOSED:
                return self.at(Step.REVIEW if self.text else Step.NAME)
            case Step.LAST, Next(step=Step.LAST) if self.ranges:
                return self.at(Step.REVIEW)
            case Step.LAST, WholeDays() if self.form is Form.OFF:
                return self.at(Step.REVIEW, ranges=(), start=None)
            case Step.LAST, SomeHours() if self.form is Form.OFF:
                return self.at(Step.FROM, ranges=(), start=None)
            case Step.FROM, PickNoHours(kind=NoHoursKind.OFF) if self.form is Form.DATE:
                return self.at(Step.REVIEW, off=True, ranges=())
        return self

    def _until(self, day: date) -> Self:
        """Return the draft with its last date; one before the first is the first of a new span."""
        first = min(self.dates[0], day)
        ensure_plausible(DateSpan(first, day))
        return self.model_copy(update={"dates": (first, day)})

    def _back(self) -> Self:  # noqa: C901, PLR0911 - one table of moves
        match self.step:
            case Step.LAST:
                return self.at(Step.DATES, dates=())
            case Step.NAME:
                return self.at(Step.LAST)
            case Step.FROM if self.ranges:
                return self.at(Step.REVIEW)
            case Step.FROM:
                return self.at(Step.DATES if self.form is Form.DATE else Step.LAST)
            case Step.TO:
                return self.at(Step.FROM, start=None)
            case Step.NIGHT:
                return self.at(Step.REVIEW)
            case Step.REVIEW if self.imported:
                return self.begun_anew()
            case Step.REVIEW if self.form is Form.CLOSED:
                return self.at(Step.NAME)
            case Step.REVIEW if self.off:
                return self.at(Step.FROM, off=False)
            case Step.REVIEW if self.ranges:
                return self.before_end()
            case Step.REVIEW:
                return self.at(Step.LAST)
        return self
