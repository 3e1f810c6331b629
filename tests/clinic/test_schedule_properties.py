"""``Schedule`` against a slow oracle that asks of every minute whether it is worked, and walks UTC for its instants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, UTC
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from clinic.calendar import joined, Schedule, Slot
from clinic.plan import WeekPlan
from clinic.time_range import TimeRange
from clinic.week import WeeklyAvailability
from tests.clinic.random_hours import Case, cases

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Piece = tuple[date, int, int]
"""Minutes from the 00:00 of the date that they belong to."""


def minutes_since_epoch(moment: datetime) -> int:
    return round((moment - EPOCH) / timedelta(minutes=1))


def week_in_turn(plan: WeekPlan, day: date) -> WeeklyAvailability:
    """Walk week by week from the anchor to the date, changing over at each."""
    index, monday = 0, plan.anchor
    while not monday <= day < monday + timedelta(days=7):
        monday += timedelta(days=7 if monday < day else -7)
        index = (index + 1) % len(plan.weeks)
    return plan.weeks[index]


def weekly_ranges(plans: Sequence[WeekPlan], day: date) -> tuple[TimeRange, ...]:
    """The hours of one week alone stand before those that repeat; a day that is off has none."""
    holding = [plan for plan in plans if plan.starts <= day <= plan.ends]
    alone = [plan for plan in holding if plan.once]
    for plan in [*alone, *holding]:
        weekday = week_in_turn(plan, day).days[day.weekday()]
        return weekday.ranges if weekday.on else ()
    return ()


def wholly_off(case: Case, day: date) -> bool:
    spans = [closure.span for closure in case.rules.closures]
    spans += [off.span for off in case.rules.time_off if off.hours is None]
    return any(span.first <= day <= span.last for span in spans)


def ranges_of(case: Case, day: date) -> tuple[TimeRange, ...]:
    """Closure, whole time off, override, weekly hours: the first that speaks of the date."""
    if wholly_off(case, day):
        return ()
    for override in case.rules.overrides:
        if override.day == day:
            return override.availability.ranges if override.availability.on else ()
    return weekly_ranges(case.hours.plans, day)


def replaced(case: Case, day: date) -> bool:
    """Whether a rule for the whole date takes what the night before has left."""
    return wholly_off(case, day) or day in [override.day for override in case.rules.overrides]


def minutes_off(case: Case, day: date) -> set[int]:
    """The minutes off by the hour, from the 00:00 of ``day``, of which the time off may have begun the date before."""
    taken: set[int] = set()
    for off in case.rules.time_off:
        for ahead in (-1, 0, 1):
            if off.hours and off.span.first <= day + timedelta(days=ahead) <= off.span.last:
                taken |= {ahead * 1440 + minute for minute in range(off.hours.start, off.hours.end)}
    return taken


def worked_pieces(case: Case, day: date) -> Iterator[Piece]:
    """Runs of minutes of one range, of which each is worked."""
    taken, next_is_replaced = minutes_off(case, day), replaced(case, day + timedelta(days=1))
    for hours in ranges_of(case, day):
        run: list[int] = []
        for minute in range(hours.start, hours.end + 1):
            if minute < hours.end and minute not in taken and not (minute >= 1440 and next_is_replaced):
                run.append(minute)
            elif run:
                yield day, run[0], run[-1] + 1
                run = []


def starting_on(case: Case, day: date) -> list[Piece]:
    before = day - timedelta(days=1)
    late = [(day, start - 1440, end - 1440) for _, start, end in worked_pieces(case, before) if start >= 1440]
    return sorted([*late, *(piece for piece in worked_pieces(case, day) if piece[1] < 1440)])


@cache
def wall_clocks(zone: str, day: date) -> list[int]:
    """What the zone's wall clocks show in each minute of UTC's day, in minutes since 1970."""
    start, place = datetime(day.year, day.month, day.day, tzinfo=UTC), ZoneInfo(zone)
    moments = (start + timedelta(minutes=minute) for minute in range(1440))
    return [minutes_since_epoch(moment.astimezone(place).replace(tzinfo=UTC)) for moment in moments]


def reached(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first minute of UTC whose wall clock has come to the wanted one, or has jumped over it."""
    wanted = minutes_since_epoch(datetime(day.year, day.month, day.day, tzinfo=UTC)) + minutes
    for ahead in range(-2, 4):
        utc_day = day + timedelta(days=ahead)
        for minute, shown in enumerate(wall_clocks(zone.key, utc_day)):
            if shown >= wanted:
                return datetime(utc_day.year, utc_day.month, utc_day.day, tzinfo=UTC) + timedelta(minutes=minute)
    raise AssertionError("no clock stands still for four days")


def instants(case: Case) -> list[Slot]:
    """The date's slots; hours that no clock ever shows have none."""
    bounds = [(reached(case.zone, day, first), reached(case.zone, day, last)) for day, first, last in found(case)]
    return [Slot(start, end) for start, end in bounds if start < end]


def found(case: Case) -> list[Piece]:
    return starting_on(case, case.day)


def minutes_in(slots: Sequence[Slot]) -> set[int]:
    return {
        minute for slot in slots for minute in range(minutes_since_epoch(slot.start), minutes_since_epoch(slot.end))
    }


def resolver(case: Case) -> Schedule:
    return Schedule(case.zone, case.hours, case.rules)


@given(cases())
@settings(max_examples=200, deadline=None)
def test_a_dates_hours_are_the_minutes_that_precedence_leaves(case: Case) -> None:
    """Whatever the week and its exceptions, each minute is decided by the strongest rule that speaks of it."""
    assert [(case.day, each.start, each.end) for each in resolver(case).day(case.day).hours] == found(case)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_a_dates_tails_are_what_the_night_before_has_left(case: Case) -> None:
    """A tail is a run of minutes that starts on the date before and ends after its midnight."""
    nights = [piece for piece in worked_pieces(case, case.day - timedelta(days=1)) if piece[1] < 1440 < piece[2]]
    assert [(each.start, each.end) for each in resolver(case).day(case.day).tails] == [piece[1:] for piece in nights]


@given(cases())
@settings(max_examples=200, deadline=None)
def test_a_dates_slots_are_found_by_walking_along_the_clock(case: Case) -> None:
    """Over clock changes the instants are those at which the wall first shows the hours, or jumps over them."""
    assert list(resolver(case).day(case.day).slots) == instants(case)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_a_dates_length_counts_each_minute_of_utc_once(case: Case) -> None:
    """The length is real time: minutes that two ranges cover count once, those that the clock skips not at all."""
    assert resolver(case).day(case.day).length == timedelta(minutes=len(minutes_in(instants(case))))


@given(cases())
@settings(max_examples=100, deadline=None)
def test_joined_slots_are_apart_and_cover_the_same_minutes(case: Case) -> None:
    """Slots of three days, joined, neither touch nor lose or add a minute."""
    around = [resolver(case).day(case.day + timedelta(days=ahead)) for ahead in (-1, 0, 1)]
    slots = [slot for day in around for slot in day.slots]
    runs = joined(slots)
    assert all(first.end < second.start for first, second in pairwise(runs))
    assert minutes_in(runs) == minutes_in(slots)
