"""Plans and rules for hypothesis: anything that the rules can build."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, UTC
from itertools import chain

from hypothesis import strategies as st

from clinic.dates import ClinicClosure, DateOverride, DateSpan, DoctorZone, TimeOff, TimeOffKind
from clinic.errors import RangesOverlap
from clinic.plan import Stamp, WeekPlan
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, NO_HOURS, WeeklyAvailability

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONDAYS = st.dates(date(1, 1, 1), date(9999, 12, 20)).map(lambda day: day - timedelta(days=day.weekday()))
SPANS = st.lists(st.dates(), min_size=2, max_size=2).map(lambda two: DateSpan(min(two), max(two)))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=64)
INSTANTS = st.integers(0, 2**51).map(lambda microseconds: EPOCH + timedelta(microseconds=microseconds))
STAMPS = st.none() | st.builds(Stamp, st.integers(1, 2**52), TEXTS, INSTANTS)


def _ranges(bounds: Sequence[int]) -> tuple[TimeRange, ...]:
    """Return ranges from each second minute to the next; an odd one is left over."""
    in_order = sorted(bounds)
    return tuple(map(TimeRange, in_order[::2], in_order[1::2]))


RANGES = st.sets(st.integers(0, 1440), max_size=12).map(lambda bounds: _ranges([*bounds]))
ONE_RANGE = st.integers(0, 1439).flatmap(
    lambda start: st.integers(start + 1, max(1440, 1439 + start)).map(lambda end: TimeRange(start, end))
)
DAYS = st.builds(
    lambda ranges, on: DayAvailability(ranges, on=on and bool(ranges)),
    RANGES | ONE_RANGE.map(lambda night: (night,)),
    st.booleans(),
)


def _week(days: Sequence[DayAvailability]) -> WeeklyAvailability:
    """Return a week; one whose nights run into the next day is kept off."""
    try:
        return WeeklyAvailability(tuple(days))
    except RangesOverlap:
        return WeeklyAvailability(tuple(day.switched(on=False) for day in days))


WEEKS = st.just(NO_HOURS) | st.lists(DAYS, min_size=7, max_size=7).map(_week)


def _plan(weeks: Sequence[WeeklyAvailability], span: DateSpan, anchor: date, stamp: Stamp | None) -> WeekPlan:
    """Return a plan that repeats; where the weeks cannot take turns, of the first alone."""
    try:
        return WeekPlan(tuple(weeks), span.first, span.last, anchor=anchor, stamp=stamp)
    except RangesOverlap:
        return WeekPlan(tuple(weeks[:1]), span.first, span.last, anchor=anchor, stamp=stamp)


REPEATING = st.builds(
    _plan,
    st.lists(WEEKS, min_size=1, max_size=2),
    SPANS | st.just(DateSpan(date.min, date.max)),
    MONDAYS,
    STAMPS,
)
ONCE = st.builds(
    lambda week, monday, stamp: WeekPlan((week,), monday, monday + timedelta(days=6), once=True, stamp=stamp),
    WEEKS,
    MONDAYS,
    STAMPS,
)
PLANS = st.lists(REPEATING | ONCE, max_size=4, unique_by=lambda plan: (plan.once, plan.starts))
"""Plans that can be stored beside one another; whether their dates make sense together is nothing to the storage."""


def rules_of(doctor_id: int) -> st.SearchStrategy[list[TimeOff | DateOverride | ClinicClosure | DoctorZone]]:
    """Return rules of each kind that one change can put."""
    doctor = st.just(doctor_id)
    hours = st.none() | ONE_RANGE
    time_off = st.builds(TimeOff, doctor, SPANS, hours, TEXTS, st.sampled_from(TimeOffKind), STAMPS)
    overrides = st.lists(
        st.builds(DateOverride, doctor, st.dates(), DAYS, STAMPS), max_size=3, unique_by=lambda override: override.day
    )
    closures = st.lists(st.builds(ClinicClosure, SPANS, TEXTS, STAMPS), max_size=2)
    zones = st.lists(st.builds(DoctorZone, doctor, st.sampled_from([None, "Asia/Tokyo", "UTC"])), max_size=1)
    several = st.tuples(st.lists(time_off, max_size=3), overrides, closures, zones)
    return several.map(lambda kinds: list(chain.from_iterable(kinds)))
