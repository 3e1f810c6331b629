"""What hours a doctor really has on a date: the one place that says so, clock changes included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo, UTC
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, NO_RULES, TimeOff
from clinic.plan import ONE_DAY, WeeklyHours, WeekPlan
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import weekday_of, WeeklyAvailability

_MOST_CACHED = 1 << 14
_Piece = tuple[int, int]


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


@lru_cache(_MOST_CACHED)
def slot(day: date, hours: TimeRange, zone: tzinfo) -> Slot | None:
    """Return the range as it falls on ``day`` in ``zone``; none where the spring change swallows all of it.

    Remembered, for everybody on a board has much the same hours, and most questions are about the same dates.
    """
    start, end = instant(day, hours.start, zone), instant(day, hours.end, zone)
    return Slot(start, end) if start < end else None


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


Rule = ClinicClosure | TimeOff | DateOverride | WeekPlan
"""What can decide a date's hours, in the order in which they do."""


@dataclass(frozen=True, slots=True)
class ResolvedDay:
    """What really holds on one date of the doctor's calendar.

    ``hours`` start on the date, in order, touching ranges apart. ``tails`` are the ranges of the night before that end
    on it, in minutes of the date before. ``slots`` are the instants of ``hours``; hours that the spring change
    swallows have none. ``rules`` are those that speak of the date, the one that decides first. ``usual`` is what the
    hours that repeat would have been, ``zone`` whose clocks it all is on.
    """

    day: date
    hours: tuple[TimeRange, ...]
    tails: tuple[TimeRange, ...]
    slots: tuple[Slot, ...]
    rules: tuple[Rule, ...]
    usual: tuple[TimeRange, ...]
    zone: ZoneInfo

    @property
    def length(self) -> timedelta:
        """The real length of the date's hours; nights count where they start."""
        return sum((found.length for found in joined(self.slots)), timedelta())


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides a doctor's hours on the dates that it was read for (FHIR R4, Schedule).

    Precedence: clinic closure, time off, date override, weekly hours. A rule for whole dates takes the hours that
    start on them, nights to their end, and what the night before has left after 00:00.
    """

    zone: ZoneInfo
    hours: WeeklyHours
    rules: DateRules = NO_RULES

    def day(self, day: date) -> ResolvedDay:
        """Resolve one date."""
        late, own = self._pieces(day - ONE_DAY), self._pieces(day)
        hours = _starting(late, own)
        tails = [TimeRange(start, end) for start, end in late if start < MINUTES_A_DAY < end]
        slots = (slot(day, each, self.zone) for each in hours)
        usual = self.hours.repeating_on(day).week_of(day)[weekday_of(day)].open_ranges
        rules = self._speaking_of(day)
        return ResolvedDay(day, tuple(hours), tuple(tails), tuple(filter(None, slots)), rules, usual, self.zone)

    def days(self, span: DateSpan) -> list[ResolvedDay]:
        return [self.day(day) for day in span]

    def slots(self, days: Iterable[date]) -> Iterator[Slot]:
        """Yield what is worked on dates that come in order, each worked out when it is asked for."""
        before: date | None = None
        own: list[_Piece] = []
        for day in days:
            late = own if before == day - ONE_DAY else self._pieces(day - ONE_DAY)
            before, own = day, self._pieces(day)
            yield from filter(None, (slot(day, each, self.zone) for each in _starting(late, own)))

    def _pieces(self, day: date) -> list[_Piece]:
        """Return what is left of the hours of a date, in minutes from its 00:00; pieces may lie on the next date."""
        if self._is_off(day):
            return []
        override = self._override(day)
        ranges = (override.availability if override else self.hours.on(day)).open_ranges
        pieces = [(hours.start, hours.end) for hours in ranges]
        if pieces and pieces[-1][1] > MINUTES_A_DAY and (self._is_off(day + ONE_DAY) or self._override(day + ONE_DAY)):
            pieces[-1] = (pieces[-1][0], MINUTES_A_DAY)
        for start, stop in self._hours_off(day):
            pieces = [left for piece in pieces for left in _without(piece, start, stop)]
        return pieces

    def _is_off(self, day: date) -> bool:
        closed = any(day in closure.span for closure in self.rules.closures)
        return closed or any(off.hours is None and day in off.span for off in self.rules.time_off)

    def _override(self, day: date) -> DateOverride | None:
        return next((override for override in self.rules.overrides if override.day == day), None)

    def _hours_off(self, day: date) -> Iterator[tuple[int, int]]:
        """Yield the hours off that can reach into the hours of a date, in minutes from its 00:00."""
        for shift in (-1, 0, 1):
            for off in self.rules.time_off:
                if off.hours and day + ONE_DAY * shift in off.span:
                    yield off.hours.start + shift * MINUTES_A_DAY, off.hours.end + shift * MINUTES_A_DAY

    def _speaking_of(self, day: date) -> tuple[Rule, ...]:
        closures = (closure for closure in self.rules.closures if day in closure.span)
        time_off = (off for off in self.rules.time_off if day in off.span or _reaches_into(off, day))
        whole_first = sorted(time_off, key=lambda off: off.hours is not None)
        overrides = (override for override in self.rules.overrides if override.day == day)
        return (*closures, *whole_first, *overrides, self.hours.plan_on(day))


def _reaches_into(off: TimeOff, day: date) -> bool:
    """Whether hours off that began on the date before go on after its midnight."""
    return off.hours is not None and off.hours.tail > 0 and day - ONE_DAY in off.span


def _starting(late: Iterable[_Piece], own: Iterable[_Piece]) -> list[TimeRange]:
    """Return in order what starts on a date, of the pieces of the date before and of its own."""
    early = [TimeRange(start - MINUTES_A_DAY, end - MINUTES_A_DAY) for start, end in late if start >= MINUTES_A_DAY]
    return sorted([*early, *(TimeRange(start, end) for start, end in own if start < MINUTES_A_DAY)])


def _without(piece: _Piece, start: int, stop: int) -> Iterator[_Piece]:
    """Yield what ``[start, stop)`` leaves of a half-open piece."""
    first, last = piece
    if first < min(start, last):
        yield first, min(start, last)
    if max(stop, first) < last:
        yield max(stop, first), last


def joined(slots: Iterable[Slot]) -> list[Slot]:
    """Return slots with those that touch or overlap made one, in order."""
    return list(joined_in_order(sorted(slots)))


def joined_in_order(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Yield slots that come in order with those that touch or overlap made one, no later than it is known."""
    last: Slot | None = None
    for each in slots:
        if last and each.start <= last.end:
            last = Slot(last.start, max(last.end, each.end))
        else:
            if last:
                yield last
            last = each
    if last:
        yield last


def without(slots: Iterable[Slot], taken: Sequence[Slot]) -> Iterator[Slot]:
    """Yield what is left of slots where others, which come in order and apart, have been taken out of them."""
    for each in slots:
        start = each.start
        for other in taken:
            if other.end <= start or each.end <= other.start:
                continue
            if start < other.start:
                yield Slot(start, other.start)
            start = other.end
        if start < each.end:
            yield Slot(start, each.end)
