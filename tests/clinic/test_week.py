"""Seven days, Monday first: overlaps, days off, and what a change leaves alone."""

from __future__ import annotations

from datetime import date

import pytest

from clinic.errors import NoHours, RangesOverlap, TooManyRanges
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, MOST_RANGES_A_DAY, NO_HOURS, Weekday, WeeklyAvailability

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
NIGHT = TimeRange(22 * 60, 30 * 60)
MORNING = TimeRange(5 * 60, 10 * 60)
AFTER_NIGHT = TimeRange(6 * 60, 10 * 60)
OFFICE = TimeRange(9 * 60, 17 * 60)


def day_of(*ranges: TimeRange, on: bool = True) -> DayAvailability:
    return DayAvailability(ranges, on=on)


def week_of(days: dict[Weekday, DayAvailability]) -> WeeklyAvailability:
    return NO_HOURS.with_days(days)


def test_weekdays_are_those_of_the_calendar() -> None:
    """Monday is the first day and has the number that the standard library gives it."""
    assert [day.name for day in Weekday] == ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    assert date(2026, 3, 2).weekday() == MON


def test_sunday_is_followed_by_monday() -> None:
    """The week is a ring."""
    assert [day.next for day in Weekday] == [TUE, WED, THU, FRI, SAT, SUN, MON]


@pytest.mark.parametrize("number", [-1, 7])
def test_there_is_no_eighth_day(number: int) -> None:
    """A number that is no weekday cannot become one."""
    with pytest.raises(ValueError, match="not a valid Weekday"):
        Weekday(number)


@pytest.mark.parametrize("count", [0, 6, 8])
def test_a_week_has_seven_days(count: int) -> None:
    """A week of another number of days cannot be built."""
    with pytest.raises(ValueError, match="seven"):
        WeeklyAvailability((DAY_OFF,) * count)


def test_ranges_of_a_day_are_put_in_order() -> None:
    """Shifts may be said in any order."""
    day = DayAvailability.of(MON, [TimeRange(900, 1140), TimeRange(540, 780)])
    assert day == day_of(TimeRange(540, 780), TimeRange(900, 1140))


def test_a_day_of_no_ranges_is_off() -> None:
    """No hours make a day off."""
    assert DayAvailability.of(MON, []) == DAY_OFF


def test_touching_ranges_of_a_day_are_kept_apart() -> None:
    """9-13 and 13-17 stay two ranges."""
    day = DayAvailability.of(MON, [TimeRange(540, 780), TimeRange(780, 1020)])
    assert day.ranges == (TimeRange(540, 780), TimeRange(780, 1020))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        pytest.param([(540, 780), (779, 1020)], [(540, 780), (779, 1020)], id="one minute"),
        pytest.param([(779, 1020), (540, 780)], [(540, 780), (779, 1020)], id="said the other way round"),
        pytest.param([(540, 780), (540, 780)], [(540, 780), (540, 780)], id="the same twice"),
        pytest.param([(0, 60), (540, 1020), (600, 660), (1100, 1200)], [(540, 1020), (600, 660)], id="one in another"),
        pytest.param([(1320, 1800), (1380, 1440)], [(1320, 1800), (1380, 1440)], id="before midnight"),
    ],
)
def test_ranges_of_a_day_that_share_a_minute_are_both_named(
    said: list[tuple[int, int]], named: list[tuple[int, int]]
) -> None:
    """An overlap within a day is refused with the day and both ranges, the earlier first."""
    with pytest.raises(RangesOverlap) as refused:
        DayAvailability.of(TUE, [TimeRange(*minutes) for minutes in said])
    first, second = named
    assert (refused.value.first_day, refused.value.first) == (TUE, TimeRange(*first))
    assert (refused.value.second_day, refused.value.second) == (TUE, TimeRange(*second))


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize(
    "ranges",
    [
        pytest.param(((780, 1020), (540, 780)), id="out of order"),
        pytest.param(((540, 780), (779, 1020)), id="overlapping"),
    ],
)
def test_a_day_is_not_built_around_its_rules(ranges: tuple[tuple[int, int], ...], *, on: bool) -> None:
    """Ranges out of order or overlapping make no day, whether it is on or off."""
    with pytest.raises(ValueError, match="in order"):
        DayAvailability(tuple(TimeRange(*minutes) for minutes in ranges), on=on)


def test_a_day_that_is_on_has_hours() -> None:
    """A day cannot be on with nothing to work."""
    with pytest.raises(ValueError, match="has hours"):
        DayAvailability((), on=True)


def test_as_many_ranges_a_day_as_the_bound_are_taken() -> None:
    """Six ranges, the bound itself, are accepted."""
    assert MOST_RANGES_A_DAY == 6
    day = DayAvailability.of(MON, [TimeRange(n * 60, n * 60 + 30) for n in range(MOST_RANGES_A_DAY)])
    assert len(day.ranges) == MOST_RANGES_A_DAY


def test_one_range_more_than_the_bound_is_refused() -> None:
    """Seven ranges on a day are too many, and the error counts them."""
    with pytest.raises(TooManyRanges) as refused:
        DayAvailability.of(MON, [TimeRange(n * 60, n * 60 + 30) for n in range(MOST_RANGES_A_DAY + 1)])
    assert refused.value.count == 7


@pytest.mark.parametrize("day", Weekday)
def test_a_night_that_runs_into_the_next_morning_is_refused_with_both_named(day: Weekday) -> None:
    """22:00-06:00 meets the next day's 05:00-10:00, Sunday's the Monday's included."""
    with pytest.raises(RangesOverlap) as refused:
        week_of({day: day_of(NIGHT), day.next: day_of(MORNING, TimeRange(11 * 60, 12 * 60))})
    assert (refused.value.first_day, refused.value.first) == (day, NIGHT)
    assert (refused.value.second_day, refused.value.second) == (day.next, MORNING)


@pytest.mark.parametrize("day", Weekday)
def test_a_night_that_touches_the_next_morning_is_kept(day: Weekday) -> None:
    """22:00-06:00 and the next day's 06:00-10:00 share no minute."""
    week = week_of({day: day_of(NIGHT), day.next: day_of(AFTER_NIGHT)})
    assert (week[day].open_ranges, week[day.next].open_ranges) == ((NIGHT,), (AFTER_NIGHT,))


def test_the_night_is_found_behind_a_morning_of_the_same_day() -> None:
    """The last range of the day before is the one that is met, not the first."""
    with pytest.raises(RangesOverlap) as refused:
        week_of({MON: day_of(OFFICE, NIGHT), TUE: day_of(MORNING)})
    assert refused.value.first == NIGHT


def test_one_minute_past_midnight_is_an_overlap() -> None:
    """A range to 00:01 meets a next day that starts at 00:00."""
    with pytest.raises(RangesOverlap):
        week_of({MON: day_of(TimeRange(1380, 1441)), TUE: day_of(TimeRange(0, 60))})


def test_seven_whole_days_touch_and_are_kept() -> None:
    """A clinic that never closes has a week."""
    whole = day_of(TimeRange(0, 1440))
    assert week_of(dict.fromkeys(Weekday, whole)).days == (whole,) * 7


def test_nights_on_all_days_are_kept() -> None:
    """Seven nights from 22:00 to 06:00 share no minute."""
    assert week_of(dict.fromkeys(Weekday, day_of(NIGHT))).tails_into(MON) == (NIGHT,)


@pytest.mark.parametrize("off", [MON, TUE])
def test_a_day_off_overlaps_nothing(off: Weekday) -> None:
    """Hours kept on a day off are in nobody's way."""
    days = {MON: day_of(NIGHT), TUE: day_of(MORNING)}
    week = week_of({**days, off: days[off].switched(on=False)})
    assert week[off].open_ranges == ()


def test_a_day_switched_off_keeps_its_hours() -> None:
    """Off, a day shows no open hours and still has its ranges."""
    week = week_of({MON: day_of(OFFICE)}).switched(MON, on=False)
    assert (week[MON].ranges, week[MON].open_ranges) == ((OFFICE,), ())


def test_a_day_switched_on_again_gets_its_hours_back() -> None:
    """Off and on again is the week as it was."""
    week = week_of({MON: day_of(OFFICE, NIGHT)})
    assert week.switched(MON, on=False).switched(MON, on=True) == week


@pytest.mark.parametrize("on", [True, False])
def test_switching_to_what_is_so_changes_nothing(*, on: bool) -> None:
    """A target that is met already leaves an equal week."""
    week = week_of({MON: day_of(OFFICE, on=on)})
    assert week.switched(MON, on=on) == week


def test_a_day_without_hours_cannot_be_switched_on() -> None:
    """There is nothing to bring back, and the error names the day."""
    with pytest.raises(NoHours) as refused:
        NO_HOURS.switched(THU, on=True)
    assert refused.value.day is THU


def test_a_day_without_hours_can_be_switched_off() -> None:
    """Off is what it is already."""
    assert NO_HOURS.switched(THU, on=False) == NO_HOURS


@pytest.mark.parametrize(
    ("late_day", "switched"),
    [
        pytest.param(MON, TUE, id="the morning into Monday's tail"),
        pytest.param(MON, MON, id="the night into Tuesday's morning"),
        pytest.param(SUN, MON, id="Monday into Sunday's tail"),
        pytest.param(SUN, SUN, id="Sunday's night into Monday"),
    ],
)
def test_switching_on_into_a_neighbour_is_refused_with_both_named(late_day: Weekday, switched: Weekday) -> None:
    """Hours that come back may not meet the tail of a night, nor bring one that meets a neighbour."""
    days = {late_day: day_of(NIGHT), late_day.next: day_of(MORNING)}
    week = week_of({**days, switched: days[switched].switched(on=False)})
    with pytest.raises(RangesOverlap) as refused:
        week.switched(switched, on=True)
    assert (refused.value.first_day, refused.value.first) == (late_day, NIGHT)
    assert (refused.value.second_day, refused.value.second) == (late_day.next, MORNING)


def test_days_that_are_not_named_stay() -> None:
    """A change of Tuesday leaves Monday alone."""
    week = week_of({MON: day_of(OFFICE)}).with_days({TUE: day_of(NIGHT)})
    assert (week[MON], week[TUE], week[WED]) == (day_of(OFFICE), day_of(NIGHT), DAY_OFF)


def test_two_days_that_collide_only_halfway_can_be_changed_together() -> None:
    """Monday's night and Tuesday's morning change places at once, though one after the other they would meet."""
    week = week_of({MON: day_of(NIGHT), TUE: day_of(AFTER_NIGHT)})
    changed = week.with_days({MON: day_of(OFFICE), TUE: day_of(MORNING)})
    assert changed.changed_days(week) == (MON, TUE)


def test_changed_days_are_named_in_order() -> None:
    """The days on which two weeks differ are given Monday first, switched ones included."""
    week = week_of({MON: day_of(OFFICE), FRI: day_of(OFFICE)})
    other = week.with_days({SUN: day_of(OFFICE), FRI: day_of(OFFICE, on=False)})
    assert week.changed_days(other) == (FRI, SUN)


@pytest.mark.parametrize(
    ("week", "day", "tails"),
    [
        pytest.param({MON: day_of(OFFICE, NIGHT)}, TUE, (NIGHT,), id="the night of the day before"),
        pytest.param({SUN: day_of(NIGHT)}, MON, (NIGHT,), id="Sunday's on Monday"),
        pytest.param({MON: day_of(NIGHT)}, MON, (), id="not its own"),
        pytest.param({MON: day_of(TimeRange(1320, 1440))}, TUE, (), id="24:00 is no tail"),
        pytest.param({MON: day_of(NIGHT, on=False)}, TUE, (), id="not of a day off"),
    ],
)
def test_tails_into_a_day(week: dict[Weekday, DayAvailability], day: Weekday, tails: tuple[TimeRange, ...]) -> None:
    """A day shows the open night ranges of the day before, and only these."""
    assert week_of(week).tails_into(day) == tails


@pytest.mark.parametrize(
    ("week", "empty"),
    [
        pytest.param({}, True, id="never set"),
        pytest.param({MON: day_of(OFFICE)}, False, id="open hours"),
        pytest.param({SUN: day_of(OFFICE, on=False)}, False, id="kept hours"),
    ],
)
def test_a_week_is_empty_without_any_hours(week: dict[Weekday, DayAvailability], *, empty: bool) -> None:
    """Hours that are kept on a day off are hours."""
    assert week_of(week).is_empty is empty


def test_a_week_is_walked_monday_first() -> None:
    """Iterating gives every day once with its availability."""
    week = week_of({WED: day_of(OFFICE)})
    assert list(week) == [(day, day_of(OFFICE) if day is WED else DAY_OFF) for day in Weekday]
