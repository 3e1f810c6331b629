"""Laws of the week over random ones, against minutes laid out on a ring of seven days."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clinic.errors import NoHours, RangesOverlap
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, MOST_RANGES_A_DAY, NO_HOURS, Weekday, WeeklyAvailability

A_WEEK = 7 * 1440


@st.composite
def time_ranges(draw: st.DrawFn) -> TimeRange:
    """Any valid range, on the quarter hour now and then, so that ranges touch."""
    step = draw(st.sampled_from([1, 15, 180]))
    start = draw(st.integers(0, 1439 // step)) * step
    length = draw(st.integers(1, max(1, (1439 if start else 1440) // step))) * step
    assume(length < 1440 or (start, length) == (0, 1440))
    return TimeRange(start, start + length)


def day_from(ranges: list[TimeRange], *, on: bool) -> DayAvailability:
    """Keep the ranges that fit behind those before them."""
    fitting: list[TimeRange] = []
    for hours in sorted(ranges):
        if not fitting or fitting[-1].end <= hours.start:
            fitting.append(hours)
    return DayAvailability(tuple(fitting), on=on and bool(fitting))


days = st.builds(day_from, st.lists(time_ranges(), max_size=MOST_RANGES_A_DAY), on=st.booleans())


@st.composite
def weeks(draw: st.DrawFn) -> WeeklyAvailability:
    """Any valid week: days that would meet a neighbour are switched off."""
    week = NO_HOURS
    for weekday in Weekday:
        day = draw(days)
        try:
            week = week.with_days({weekday: day})
        except RangesOverlap:
            week = week.with_days({weekday: day.switched(on=False)})
    return week


def minutes_on_the_ring(day: int, hours: TimeRange) -> list[int]:
    return [(day * 1440 + minute) % A_WEEK for minute in range(hours.start, hours.end)]


def shared_minutes(laid_out: list[tuple[int, TimeRange]]) -> bool:
    """Whether any minute of the seven-day ring is covered twice."""
    covered = [minute for day, hours in laid_out for minute in minutes_on_the_ring(day, hours)]
    return len(set(covered)) < len(covered)


def built(by_day: dict[Weekday, list[TimeRange]]) -> WeeklyAvailability:
    return NO_HOURS.with_days({day: DayAvailability.of(day, ranges) for day, ranges in by_day.items()})


def in_order(by_day: dict[Weekday, list[TimeRange]]) -> dict[Weekday, list[TimeRange]]:
    return {day: sorted(ranges) for day, ranges in by_day.items()}


@given(weeks())
@settings(max_examples=60, deadline=None)
def test_no_week_covers_a_minute_twice(week: WeeklyAvailability) -> None:
    """Whatever week could be built, its open ranges share no minute on the ring."""
    assert not shared_minutes([(day, hours) for day, found in week for hours in found.open_ranges])


@given(st.lists(st.tuples(st.sampled_from(Weekday), time_ranges()), max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_week_is_refused_exactly_if_a_minute_is_covered_twice(laid_out: list[tuple[Weekday, TimeRange]]) -> None:
    """Any ranges on any days make a week if and only if no minute of the ring lies in two of them."""
    by_day = {day: [hours for at, hours in laid_out if at is day] for day in Weekday}
    assume(all(len(ranges) <= MOST_RANGES_A_DAY for ranges in by_day.values()))
    if shared_minutes([(int(day), hours) for day, hours in laid_out]):
        with pytest.raises(RangesOverlap) as caught:
            built(by_day)
        refused = caught.value
        assert shared_minutes([(refused.first_day, refused.first), (refused.second_day, refused.second)])
    else:
        assert {day: list(found.open_ranges) for day, found in built(by_day)} == in_order(by_day)


@given(st.sets(st.integers(0, A_WEEK // 15 - 1), min_size=2, max_size=24), st.booleans(), st.data())
@settings(max_examples=150, deadline=None)
def test_every_layout_without_overlap_can_be_built(cuts: set[int], some_closed: bool, data: st.DataObject) -> None:
    """Cut the ring anywhere, work in any of the pieces that are no longer than a range may be: that is a week."""
    points = sorted(cuts)
    ring = list(zip(points, [*points[1:], points[0] + A_WEEK // 15], strict=True))
    worked = data.draw(st.lists(st.sampled_from(ring), unique=True)) if some_closed else ring
    by_day: dict[Weekday, list[TimeRange]] = {day: [] for day in Weekday}
    for start, end in worked:
        day, minute = divmod(start * 15, 1440)
        length = (end - start) * 15
        if length < 1440 or (minute, length) == (0, 1440):
            by_day[Weekday(day)].append(TimeRange(minute, minute + length))
    assume(all(len(ranges) <= MOST_RANGES_A_DAY for ranges in by_day.values()))
    assert {day: list(found.open_ranges) for day, found in built(by_day)} == in_order(by_day)


@given(weeks(), weeks())
@settings(max_examples=60, deadline=None)
def test_the_days_that_differ_bring_one_week_to_the_other(week: WeeklyAvailability, other: WeeklyAvailability) -> None:
    """Replacing just the changed days gives the other week."""
    assert week.with_days({day: other[day] for day in week.changed_days(other)}) == other


@given(weeks(), weeks())
@settings(max_examples=60, deadline=None)
def test_the_difference_is_the_same_from_both_sides(week: WeeklyAvailability, other: WeeklyAvailability) -> None:
    """Changed days do not depend on which week is asked, and there are none if and only if the weeks are equal."""
    assert week.changed_days(other) == other.changed_days(week)
    assert (week.changed_days(other) == ()) is (week == other)


@given(weeks(), st.dictionaries(st.sampled_from(Weekday), days))
@settings(max_examples=60, deadline=None)
def test_replaced_days_are_those_given_and_all_others_stay(
    week: WeeklyAvailability, changed: dict[Weekday, DayAvailability]
) -> None:
    """A replaced day is the one given; of the others none moves."""
    try:
        after = week.with_days(changed)
    except RangesOverlap:
        return
    assert [after[day] for day in Weekday] == [changed.get(day, week[day]) for day in Weekday]


@given(weeks(), st.sampled_from(Weekday))
@settings(max_examples=60, deadline=None)
def test_switching_a_day_twice_is_switching_it_once(week: WeeklyAvailability, day: Weekday) -> None:
    """Off is a target, and only that day can differ."""
    off = week.switched(day, on=False)
    assert off.switched(day, on=False) == off
    assert set(off.changed_days(week)) <= {day}
    assert off[day].ranges == week[day].ranges


@given(weeks(), st.sampled_from(Weekday))
@settings(max_examples=60, deadline=None)
def test_off_and_on_again_is_where_it_was(week: WeeklyAvailability, day: Weekday) -> None:
    """Hours of an open day come back as they were."""
    assume(week[day].on)
    assert week.switched(day, on=False).switched(day, on=True) == week


@given(weeks(), st.sampled_from(Weekday))
@settings(max_examples=60, deadline=None)
def test_switching_on_gives_the_kept_hours_or_says_why_not(week: WeeklyAvailability, day: Weekday) -> None:
    """On, a day has the hours that it kept; without any, or into a neighbour, it is refused."""
    kept = week[day].ranges
    others = [(int(at), hours) for at, found in week if at is not day for hours in found.open_ranges]
    if not kept:
        with pytest.raises(NoHours):
            week.switched(day, on=True)
    elif shared_minutes([*others, *((int(day), hours) for hours in kept)]):
        with pytest.raises(RangesOverlap):
            week.switched(day, on=True)
    else:
        assert week.switched(day, on=True)[day].open_ranges == kept


@given(st.permutations([TimeRange(0, 60), TimeRange(60, 120), TimeRange(540, 780), TimeRange(1320, 1800)]))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_shifts_are_said_does_not_matter(said: list[TimeRange]) -> None:
    """Any order makes the same day."""
    assert DayAvailability.of(Weekday.MON, said) == DayAvailability(tuple(sorted(said)), on=True)


def test_the_empty_week_is_seven_days_off() -> None:
    """Where nothing was ever set, nothing is open and nothing is kept."""
    assert NO_HOURS.days == (DAY_OFF,) * 7
