"""What differs from the weekly hours on some dates. Dates are those of the doctor's calendar, never instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from clinic.confirmation import Confirmation
from clinic.errors import BadDates, BadReason, BadTimeRange
from clinic.plan import ONE_DAY, Stamp
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, weekday_of

LONGEST_TEXT = 64
LONGEST_SPAN = timedelta(days=400)
"""Longer than any leave that is planned, and short enough that a mistyped year is refused."""


@dataclass(frozen=True, order=True, slots=True)
class DateSpan:
    """Dates from ``first`` to ``last``, both included.

    Raises:
        BadDates: the last is before the first.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadDates(self.first, self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        day = self.first
        while day < self.last:
            yield day
            day += ONE_DAY
        yield self.last

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def overlaps(self, other: DateSpan) -> bool:
        return self.first <= other.last and other.first <= self.last

    def joined(self, other: DateSpan) -> DateSpan:
        """Return the span from the earlier first to the later last."""
        return DateSpan(min(self.first, other.first), max(self.last, other.last))


def week_span(monday: date) -> DateSpan:
    return DateSpan(monday, monday + timedelta(days=6))


def ensure_plausible(span: DateSpan) -> None:
    """Refuse what a person cannot mean.

    Raises:
        BadDates: more than ``LONGEST_SPAN`` lies between the two dates.
    """
    if span.last - span.first > LONGEST_SPAN:
        raise BadDates(span.first, span.last)


class TimeOffKind(StrEnum):
    """Planned, or said on the day itself."""

    PLANNED = "planned"
    LATE = "late"
    EARLY = "early"
    SICK = "sick"


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A doctor is away: on whole dates, or for the same hours on each of them (RFC 7953, BUSY-UNAVAILABLE).

    ``time_off_id`` is 0 until it is stored; neither it nor the stamp counts when two are compared.
    """

    doctor_id: int
    span: DateSpan
    hours: TimeRange | None = None
    reason: str = ""
    kind: TimeOffKind = TimeOffKind.PLANNED
    stamp: Stamp | None = field(default=None, compare=False)
    time_off_id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DateOverride:
    """Other hours on one date (FHIR R4, Schedule). It replaces the whole local date, the end of the night before too.

    A date without hours is off.
    """

    doctor_id: int
    day: date
    availability: DayAvailability
    stamp: Stamp | None = field(default=None, compare=False)

    @classmethod
    def of(cls, doctor_id: int, day: date, ranges: Iterable[TimeRange], stamp: Stamp | None = None) -> DateOverride:
        """Make an override from ranges in any order.

        Raises:
            RangesOverlap, TooManyRanges.
        """
        return cls(doctor_id, day, DayAvailability.of(weekday_of(day), ranges), stamp)


@dataclass(frozen=True, slots=True)
class ClinicClosure:
    """The whole clinic is closed on these dates; ``name`` is what people call it."""

    span: DateSpan
    name: str
    stamp: Stamp | None = field(default=None, compare=False)
    closure_id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DoctorZone:
    """A doctor's own time zone by its IANA name; none is the clinic's."""

    doctor_id: int
    zone: str | None


DateRule = TimeOff | DateOverride | ClinicClosure | DoctorZone
"""What a change of the calendar takes away or puts in."""


@dataclass(frozen=True, slots=True)
class DateChange:
    """One line of the calendar's history: the rules that it took away, and those that it put in their place.

    ``doctor_id`` is none where it is the clinic's own. ``undoes`` is the change that it took back, where it did;
    ``undone`` says whether it was taken back itself.
    """

    doctor_id: int | None
    before: tuple[DateRule, ...]
    after: tuple[DateRule, ...]
    stamp: Stamp
    undoes: int | None = None
    change_id: int = 0
    undone: bool = False


@dataclass(frozen=True, slots=True)
class DateRules:
    """What was read of the rules for some dates, and of the answers for the weeks that begin on one of them."""

    time_off: tuple[TimeOff, ...] = ()
    overrides: tuple[DateOverride, ...] = ()
    closures: tuple[ClinicClosure, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()

    def confirmation(self, monday: date) -> Confirmation | None:
        """Return the answer for a week; none where the doctor has given none."""
        return next((answer for answer in self.confirmations if answer.monday == monday), None)

    def undone(self, change: DateChange) -> DateRules:
        """Return the rules as they were before a change that they stand after; a zone is none of them."""
        rules: list[DateRule] = [*self.time_off, *self.overrides, *self.closures]
        there = [*(rule for rule in rules if rule not in change.after), *change.before]
        return DateRules(
            tuple(rule for rule in there if isinstance(rule, TimeOff)),
            tuple(rule for rule in there if isinstance(rule, DateOverride)),
            tuple(rule for rule in there if isinstance(rule, ClinicClosure)),
        )


NO_RULES = DateRules()


def checked_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a reason or a closure's name with its blanks folded; it may be empty.

    Raises:
        BadReason: more than ``longest`` characters, or some that cannot be printed.
    """
    folded = " ".join(text.split())
    if len(folded) > longest or not folded.isprintable():
        raise BadReason(text)
    return folded


def joined_time_off(new: TimeOff, present: Iterable[TimeOff]) -> tuple[TimeOff, tuple[TimeOff, ...]]:
    """Return whole days off as one with those that they overlap, and what that takes the place of.

    Time off for hours is joined where it is the very same dates: its hours become one range if they overlap.
    """
    taken: list[TimeOff] = []
    waiting = [other for other in present if other.time_off_id != new.time_off_id and other.kind is new.kind]
    waiting.sort(key=lambda off: off.span)
    while met := next((other for other in waiting if _overlap(new, other)), None):
        waiting.remove(met)
        taken.append(met)
        hours = _joined_hours(new, met)
        new = replace(new, span=new.span.joined(met.span), hours=hours, reason=new.reason or met.reason)
    return new, tuple(taken)


def _overlap(new: TimeOff, other: TimeOff) -> bool:
    if new.hours is None and other.hours is None:
        return new.span.overlaps(other.span)
    return _joined_hours(new, other) is not None


def _joined_hours(new: TimeOff, other: TimeOff) -> TimeRange | None:
    if new.hours is None or other.hours is None or new.span != other.span:
        return None
    if not new.hours.shares_a_minute_with(other.hours):
        return None
    try:
        return TimeRange(min(new.hours.start, other.hours.start), max(new.hours.end, other.hours.end))
    except BadTimeRange:
        return None
