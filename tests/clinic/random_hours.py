"""Random hours around clock changes: weeks, plans, exceptions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, TimeOff, week_span
from clinic.errors import RangesOverlap
from clinic.plan import WeeklyHours, WeekPlan
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, monday_of, NO_HOURS, Weekday, WeeklyAvailability

CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(1986, 1, 1)),
    ("UTC", date(2026, 3, 29)),
]
"""Gaps and folds by night and at midnight, of half an hour, of a quarter, of a whole day, and none at all."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Case:
    """A date to resolve, and all that decides it."""

    zone: ZoneInfo
    day: date
    hours: WeeklyHours
    rules: DateRules


@st.composite
def time_ranges(draw: st.DrawFn) -> TimeRange:
    """Any hours, nights among them, and many that end at midnight."""
    step = draw(st.sampled_from([1, 30]))
    start = draw(st.integers(0, 1439 // step)) * step
    if draw(st.integers(0, 3)) == 0:
        return TimeRange(start, 1440)
    return TimeRange(start, start + draw(st.integers(1, max(1, 1439 // step))) * step)


@st.composite
def days(draw: st.DrawFn) -> DayAvailability:
    """Up to three ranges, often early ones, where clocks change; the last may be a night; sometimes switched off."""
    step = draw(st.sampled_from([1, 30, 60]))
    latest = draw(st.sampled_from([240, 1440]))
    bounds = sorted(draw(st.sets(st.integers(0, latest // step), min_size=2, max_size=6)))
    ranges = [TimeRange(start * step, end * step) for start, end in zip(bounds[::2], bounds[1::2], strict=False)]
    if ranges[-1].start and draw(st.booleans()):
        ranges[-1] = replace(ranges[-1], end=1440 + draw(st.integers(0, min(ranges[-1].start - 1, 600))))
    return DayAvailability(tuple(ranges), on=draw(st.integers(0, 7)) > 0)


@st.composite
def weeks(draw: st.DrawFn) -> WeeklyAvailability:
    """A week of two kinds of days; one that would meet a neighbour is switched off."""
    kinds = (draw(days()), draw(days()))
    week = NO_HOURS
    for weekday in Weekday:
        day = kinds[draw(st.integers(0, 1))]
        try:
            week = week.with_days({weekday: day})
        except RangesOverlap:
            week = week.with_days({weekday: day.switched(on=False)})
    return week


@st.composite
def plans(draw: st.DrawFn, near: date) -> WeekPlan:
    """One week, or two in turn that count from a Monday before or after."""
    week, other = draw(weeks()), draw(weeks())
    anchor = monday_of(near) + timedelta(weeks=draw(st.integers(-3, 3)))
    try:
        return WeekPlan((week, other) if draw(st.booleans()) else (week,), anchor=anchor)
    except RangesOverlap:
        return WeekPlan((week,), anchor=anchor)


@st.composite
def weekly_hours(draw: st.DrawFn, near: date) -> WeeklyHours:
    """A plan, perhaps another from a date on, perhaps one week alone."""
    made = [draw(plans(near))]
    if draw(st.booleans()):
        border = near + timedelta(days=draw(st.integers(-2, 2)))
        made = [
            replace(made[0], ends=border - timedelta(days=1)),
            replace(draw(plans(near)), starts=border),
        ]
    if draw(st.booleans()):
        week = week_span(monday_of(near) + timedelta(weeks=draw(st.integers(-1, 1))))
        made.append(WeekPlan((draw(weeks()),), week.first, week.last, once=True))
    return WeeklyHours(tuple(made))


@st.composite
def spans(draw: st.DrawFn, near: date) -> DateSpan:
    first = near + timedelta(days=draw(st.integers(-3, 2)))
    return DateSpan(first, first + timedelta(days=draw(st.integers(0, 2))))


@st.composite
def one_in(draw: st.DrawFn, count: int, found: st.SearchStrategy[Found]) -> list[Found]:
    return [draw(found)] if draw(st.integers(1, count)) == 1 else []


@st.composite
def rules(draw: st.DrawFn, near: date) -> DateRules:
    """Few of each, so that not everything is off."""
    whole = st.builds(TimeOff, st.just(1), spans(near))
    by_hours = st.builds(TimeOff, st.just(1), spans(near), time_ranges())
    around = st.integers(-2, 2).map(lambda ahead: near + timedelta(days=ahead))
    overrides = draw(st.dictionaries(around, days(), max_size=2))
    closures = st.builds(ClinicClosure, spans(near), st.just("Holiday"))
    return DateRules(
        (*draw(one_in(4, whole)), *draw(st.lists(by_hours, max_size=2))),
        tuple(DateOverride(1, day, found) for day, found in overrides.items()),
        tuple(draw(one_in(8, closures))),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, change = draw(st.sampled_from(CHANGES))
    day = change + timedelta(days=draw(st.integers(-1, 1)))
    return Case(ZoneInfo(zone), day, draw(weekly_hours(day)), draw(rules(day)))
