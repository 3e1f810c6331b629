"""Which weekly hours hold on which dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.errors import RangesOverlap
from clinic.plan import A_MONDAY, NO_PLAN, NO_WEEKLY_HOURS, Recurrence, Repeat, Stamp, WeeklyHours, WeekPlan
from clinic.week import DAY_OFF, DayAvailability, NO_HOURS, Weekday, WeeklyAvailability
from tests.clinic.hours_of import day, every_day, week

TODAY = date(2026, 3, 4)
"""A Wednesday."""
MONDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 9)
STAMP = Stamp(11, "Ana", datetime(2026, 3, 4, 9, tzinfo=UTC))
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
NINE, TEN, ELEVEN = day("09:00-17:00"), day("10:00-18:00"), day("11:00-19:00")
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday


def every(found: WeeklyAvailability) -> WeeklyHours:
    return WeeklyHours((WeekPlan((found,)),))


def turns(*weeks: WeeklyAvailability, anchor: date = MONDAY) -> WeeklyHours:
    return WeeklyHours((WeekPlan(weeks, anchor=anchor),))


def once(monday: date, found: WeeklyAvailability) -> WeekPlan:
    return WeekPlan((found,), monday, monday + timedelta(days=6), once=True)


def changed(hours: WeeklyHours, recurrence: Recurrence, **days: DayAvailability) -> WeeklyHours:
    return hours.changed({Weekday[name.upper()]: found for name, found in days.items()}, recurrence, TODAY, STAMP)


def mondays(hours: WeeklyHours, count: int, first: date = MONDAY) -> list[DayAvailability]:
    """What holds on the Mondays from ``first`` on."""
    return [hours.on(first + timedelta(weeks=ahead)) for ahead in range(count)]


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: WeekPlan(()), id="no week"),
        pytest.param(lambda: WeekPlan((NO_HOURS,) * 3), id="three weeks"),
        pytest.param(lambda: WeekPlan(starts=TODAY, ends=MONDAY), id="the end before the start"),
        pytest.param(lambda: WeekPlan(anchor=TODAY), id="counted from a Wednesday"),
        pytest.param(lambda: WeekPlan(starts=TODAY, ends=TODAY + timedelta(days=6), once=True), id="once from Wed"),
        pytest.param(lambda: WeekPlan(starts=MONDAY, ends=NEXT_MONDAY, once=True), id="once for eight days"),
        pytest.param(lambda: replace(once(MONDAY, NO_HOURS), weeks=(NO_HOURS,) * 2), id="two weeks once"),
    ],
)
def test_a_plan_cannot_be_built_wrong(build: Callable[[], WeekPlan]) -> None:
    """One or two weeks, in order, from a Monday; one week alone is seven days from its Monday."""
    with pytest.raises(ValueError, match=r"a plan has|one week alone"):
        build()


@pytest.mark.parametrize("repeat", [Repeat.EVERY_OTHER_WEEK, Repeat.ONE_WEEK])
def test_weeks_begin_on_a_monday(repeat: Repeat) -> None:
    """A week that is named by another day is refused."""
    with pytest.raises(ValueError, match="no Monday"):
        Recurrence(repeat, TODAY)


def test_a_plan_holds_on_its_first_and_its_last_date() -> None:
    """Both ends of a plan are included, and nothing beyond them."""
    plan = WeekPlan(starts=TODAY, ends=TODAY + timedelta(days=1))
    assert [TODAY + timedelta(days=ahead) in plan for ahead in (-1, 0, 1, 2)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("on", "turn"),
    [
        pytest.param(date(2026, 3, 2), 0, id="the anchor"),
        pytest.param(date(2026, 3, 8), 0, id="its Sunday"),
        pytest.param(date(2026, 3, 9), 1, id="the Monday after"),
        pytest.param(date(2026, 3, 16), 0, id="two weeks after"),
        pytest.param(date(2026, 3, 1), 1, id="the Sunday before"),
        pytest.param(date(2026, 2, 16), 0, id="two weeks before"),
        pytest.param(date(2027, 3, 1), 0, id="52 weeks after"),
        pytest.param(date(2027, 1, 4), 0, id="over a year with a week 53"),
    ],
)
def test_two_weeks_take_turns_from_the_anchor(on: date, turn: int) -> None:
    """Weeks are counted from the anchor, before it and over years with 53 weeks too."""
    assert WeekPlan((NO_HOURS, NO_HOURS), anchor=MONDAY).turn(on) == turn


def test_one_week_is_always_its_turn() -> None:
    """A plan of one week has no turns."""
    assert {WeekPlan().turn(MONDAY + timedelta(weeks=ahead)) for ahead in range(4)} == {0}


def test_two_weeks_that_meet_at_their_change_are_no_plan() -> None:
    """A night on the Sunday of one week and a morning on the Monday of the other share a minute."""
    nights, mornings = week(sun="22:00-06:00"), week(mon="05:00-12:00")
    for weeks in ((nights, mornings), (mornings, nights)):
        with pytest.raises(RangesOverlap) as refused:
            WeekPlan(weeks)
        assert (refused.value.first_day, refused.value.second_day) == (SUN, MON)


def test_where_nothing_was_set_no_plan_has_no_hours() -> None:
    """The plan of no hours holds for ever."""
    assert (NO_WEEKLY_HOURS.plan_on(TODAY), NO_WEEKLY_HOURS.on(TODAY)) == (NO_PLAN, DAY_OFF)


def test_a_change_every_week_holds_on_every_week() -> None:
    """The days named are replaced, the others stay, on all dates."""
    assert changed(every(week(tue="09:00-17:00")), EVERY_WEEK, mon=TEN) == every(
        NO_HOURS.with_days({MON: TEN, TUE: NINE})
    )


def test_a_change_every_week_ends_the_turns() -> None:
    """The days not named stay as in this week."""
    made = changed(turns(week(tue="09:00-17:00"), week(tue="10:00-18:00")), EVERY_WEEK, mon=ELEVEN)
    assert [plan.weeks for plan in made.plans] == [(NO_HOURS.with_days({MON: ELEVEN, TUE: NINE}),)]


def test_a_change_every_week_leaves_what_is_planned_from_a_later_date_on() -> None:
    """The present hours change, and those of May come as they were planned."""
    may = date(2026, 5, 1)
    before = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, may), fri=ELEVEN)
    made = changed(before, EVERY_WEEK, fri=TEN)
    assert [made.on(on) for on in (TODAY + timedelta(days=2), may)] == [TEN, ELEVEN]


def test_the_first_hours_leave_what_is_planned_from_a_later_date_on() -> None:
    """Whoever begins in May and then sets the weeks until then loses nothing."""
    may = date(2026, 5, 1)
    before = changed(NO_WEEKLY_HOURS, Recurrence(Repeat.FROM_DATE, may), fri=ELEVEN)
    made = changed(before, EVERY_WEEK, fri=TEN)
    assert [made.on(on) for on in (TODAY + timedelta(days=2), may)] == [TEN, ELEVEN]


def test_a_change_every_week_leaves_the_hours_of_one_week_alone() -> None:
    """A week of one's own stands before hours that repeat, whenever these are set."""
    before = changed(NO_WEEKLY_HOURS, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), mon=TEN)
    assert mondays(changed(before, EVERY_WEEK, mon=NINE), 3) == [NINE, TEN, NINE]


def test_from_a_date_on_the_new_hours_hold() -> None:
    """Until the day before the present hours hold, in the middle of a week too."""
    made = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, date(2026, 3, 13)), thu=TEN, fri=TEN)
    assert [made.on(date(2026, 3, 12)), made.on(date(2026, 3, 13))] == [NINE, TEN]
    assert (made.on(date(2026, 3, 19)), made.on(date(2026, 3, 21))) == (TEN, NINE)


def test_from_a_date_on_replaces_what_was_planned_after_it() -> None:
    """New hours without an end take the place of those that would have begun later."""
    may = date(2026, 5, 1)
    later = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, may), fri=ELEVEN)
    made = changed(later, Recurrence(Repeat.FROM_DATE, date(2026, 4, 1)), fri=TEN)
    assert [plan.starts for plan in made.plans] == [date.min, date(2026, 4, 1)]
    assert made.on(may) == TEN


def test_from_the_same_date_on_there_is_one_plan() -> None:
    """Saved again from the same date on, the later hours replace the earlier."""
    from_may = Recurrence(Repeat.FROM_DATE, date(2026, 5, 1))
    first = changed(every(every_day("09:00-17:00")), from_may, fri=ELEVEN)
    made = changed(first, from_may, fri=TEN)
    assert [(plan.starts, plan.ends) for plan in made.plans] == [
        (date.min, date(2026, 4, 30)),
        (date(2026, 5, 1), date.max),
    ]


def test_every_other_week_begins_with_the_week_that_it_is_set_for() -> None:
    """The other weeks keep the hours that every week had."""
    made = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.EVERY_OTHER_WEEK, NEXT_MONDAY), mon=TEN)
    assert mondays(made, 5) == [NINE, TEN, NINE, TEN, NINE]
    assert made.plans[0].anchor == NEXT_MONDAY


@pytest.mark.parametrize("ahead", range(-3, 4))
def test_the_anchor_never_moves_on_a_save_again(ahead: int) -> None:
    """Whichever week is named, its turn is replaced, the other one stays and the count goes on from where it did."""
    before = turns(week(mon="09:00-17:00"), week(mon="10:00-18:00"))
    named = MONDAY + timedelta(weeks=ahead)
    made = changed(before, Recurrence(Repeat.EVERY_OTHER_WEEK, named), mon=ELEVEN)
    assert made.plans[0].anchor == MONDAY
    assert mondays(made, 2) == ([NINE, ELEVEN] if ahead % 2 else [ELEVEN, TEN])


def test_every_other_week_changes_the_hours_that_go_on_after_this_week() -> None:
    """Where new hours began in the middle of the named week, it is they that take turns."""
    before = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, date(2026, 3, 3)), sat=TEN)
    made = changed(before, Recurrence(Repeat.EVERY_OTHER_WEEK, MONDAY), thu=ELEVEN)
    assert [made.on(THURSDAY + timedelta(weeks=ahead)) for ahead in range(3)] == [ELEVEN, NINE, ELEVEN]


THURSDAY = MONDAY + timedelta(days=3)


def test_one_week_alone_is_replaced_and_no_other() -> None:
    """The week before and the week after keep the hours that repeat."""
    made = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), mon=TEN)
    assert mondays(made, 3) == [NINE, TEN, NINE]
    assert made.on(NEXT_MONDAY + timedelta(days=1)) == NINE


def test_one_week_alone_is_replaced_again() -> None:
    """There is one plan a week, made on the hours that it had."""
    only = Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY)
    made = changed(changed(every(every_day("09:00-17:00")), only, mon=TEN), only, tue=ELEVEN)
    assert len(made.plans) == 2
    assert [made.on(NEXT_MONDAY + timedelta(days=ahead)) for ahead in range(3)] == [TEN, ELEVEN, NINE]


def test_one_week_of_ones_own_stands_over_a_later_plan() -> None:
    """A week that begins before new hours and ends after their first date keeps its own throughout."""
    before = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, date(2026, 3, 11)), wed=ELEVEN)
    made = changed(before, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), wed=TEN)
    assert [made.on(date(2026, 3, 11)), made.on(date(2026, 3, 18))] == [TEN, ELEVEN]


def test_new_hours_from_a_date_on_leave_a_week_of_ones_own_alone() -> None:
    """Set afterwards, they hold from the end of the week alone."""
    before = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), wed=TEN)
    made = changed(before, Recurrence(Repeat.FROM_DATE, date(2026, 3, 11)), wed=ELEVEN)
    assert [made.on(date(2026, 3, 11)), made.on(date(2026, 3, 18))] == [TEN, ELEVEN]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        pytest.param(EVERY_WEEK, NINE, id="every week: without the week of its own"),
        pytest.param(Recurrence(Repeat.ONE_WEEK, MONDAY), TEN, id="one week: as it is"),
        pytest.param(Recurrence(Repeat.EVERY_OTHER_WEEK, MONDAY), NINE, id="every other week: without it"),
        pytest.param(Recurrence(Repeat.FROM_DATE, date(2026, 5, 4)), ELEVEN, id="from a date: what is planned then"),
    ],
)
def test_a_change_is_made_on_the_hours_that_hold_then(recurrence: Recurrence, expected: DayAvailability) -> None:
    """What a person sees before changing it is what the change will keep."""
    hours = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.ONE_WEEK, MONDAY), mon=TEN)
    hours = changed(hours, Recurrence(Repeat.FROM_DATE, date(2026, 5, 1)), mon=ELEVEN)
    assert hours.base_of(recurrence)[MON] == expected
    assert changed(hours, recurrence, tue=DAY_OFF).base_of(recurrence)[MON] == expected


def test_a_change_is_stamped() -> None:
    """Who set the hours and when stands on the plan that was made, and no longer on the one before."""
    made = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, date(2026, 5, 1)), mon=TEN)
    assert [plan.stamp for plan in made.plans] == [None, STAMP]


NIGHTS, MORNINGS = every_day("22:00-04:00"), every_day("03:00-12:00")


def test_a_night_into_the_morning_of_the_first_new_date_is_refused() -> None:
    """The last night of the present hours would run into the first new hours; the error names both days."""
    with pytest.raises(RangesOverlap) as refused:
        changed(
            every(week(thu="22:00-04:00")), Recurrence(Repeat.FROM_DATE, date(2026, 3, 13)), thu=DAY_OFF, fri=MORNING
        )
    assert (refused.value.first_day, refused.value.second_day) == (THU, FRI)


MORNING = day("03:00-12:00")


@pytest.mark.parametrize(
    ("monday", "own"),
    [
        pytest.param(NEXT_MONDAY, week(mon="03:00-12:00"), id="the night before the week"),
        pytest.param(NEXT_MONDAY, week(sun="22:00-10:00"), id="the last night of the week"),
    ],
)
def test_a_week_of_ones_own_that_meets_its_neighbours_is_refused(monday: date, own: WeeklyAvailability) -> None:
    """Both of its borders are looked at."""
    hours = every(week(mon="09:00-17:00", sun="22:00-04:00"))
    with pytest.raises(RangesOverlap):
        hours.with_plan(once(monday, own), TODAY)


def test_weeks_in_turn_that_would_meet_are_refused() -> None:
    """A night on Sunday in one week and a morning on Monday in the other cannot follow one another."""
    with pytest.raises(RangesOverlap):
        changed(
            every(week(sun="22:00-04:00")), Recurrence(Repeat.EVERY_OTHER_WEEK, NEXT_MONDAY), sun=DAY_OFF, mon=MORNING
        )


def test_weeks_in_turn_that_would_meet_are_refused_behind_a_week_of_ones_own() -> None:
    """The turns after the next are looked at as well, when the next one is hidden."""
    hours = every(week(sun="22:00-04:00")).with_plan(once(NEXT_MONDAY, NO_HOURS), TODAY)
    with pytest.raises(RangesOverlap):
        changed(hours, Recurrence(Repeat.EVERY_OTHER_WEEK, NEXT_MONDAY), sun=DAY_OFF, mon=MORNING)


def test_a_border_that_is_past_is_not_looked_at() -> None:
    """What was once so does not stand in the way of a change today."""
    old = WeekPlan((NIGHTS,), ends=date(2026, 2, 28))
    present = WeekPlan((MORNINGS,), starts=date(2026, 3, 1))
    assert changed(WeeklyHours((old, present)), EVERY_WEEK, mon=DAY_OFF).on(MONDAY) == DAY_OFF


def test_nights_that_end_in_time_meet_nothing_at_a_border() -> None:
    """A night until 04:00 and a morning from 04:00 on touch, and that is allowed."""
    made = changed(
        every(week(thu="22:00-04:00")),
        Recurrence(Repeat.FROM_DATE, date(2026, 3, 13)),
        thu=DAY_OFF,
        fri=day("04:00-12:00"),
    )
    assert made.on(date(2026, 3, 13)) == day("04:00-12:00")


def test_without_a_week_of_ones_own_the_hours_beneath_show_again() -> None:
    """What is dropped was never in the way of what repeats."""
    hours = every(every_day("09:00-17:00"))
    own = once(NEXT_MONDAY, every_day("10:00-18:00"))
    assert hours.with_plan(own, TODAY).without(own, TODAY) == hours


def test_without_later_hours_those_before_them_go_on() -> None:
    """The end that the later hours gave them is taken back."""
    hours = every(every_day("09:00-17:00"))
    later = changed(hours, Recurrence(Repeat.FROM_DATE, date(2026, 5, 1)), mon=TEN)
    assert later.without(later.plans[1], TODAY) == hours


def test_a_week_of_ones_own_does_not_go_on_in_the_place_of_dropped_hours() -> None:
    """It ends on the eve of the dropped hours, and stays as it is."""
    own = once(date(2026, 4, 27), every_day("11:00-19:00"))
    hours = every(every_day("09:00-17:00")).with_plan(own, TODAY)
    later = changed(hours, Recurrence(Repeat.FROM_DATE, date(2026, 5, 4)), mon=TEN)
    assert later.without(later.plans[1], TODAY) == hours


def test_without_hours_between_two_others_the_first_go_on_to_the_last() -> None:
    """What is planned after the dropped hours stays."""
    plans = [
        WeekPlan((every_day("09:00-17:00"),), ends=date(2026, 4, 30)),
        WeekPlan((every_day("10:00-18:00"),), date(2026, 5, 1), date(2026, 5, 31)),
        WeekPlan((every_day("11:00-19:00"),), date(2026, 6, 1)),
    ]
    made = WeeklyHours(tuple(plans)).without(plans[1], TODAY)
    assert made.plans == (replace(plans[0], ends=date(2026, 5, 31)), plans[2])


def test_without_the_only_hours_there_are_none() -> None:
    """Hours that nothing stood before leave nothing behind."""
    hours = every(every_day("09:00-17:00"))
    assert hours.without(hours.plans[0], TODAY) == NO_WEEKLY_HOURS


def test_dropped_hours_that_let_others_meet_are_refused() -> None:
    """Without the quiet week between them a night would run into a morning."""
    plans = [
        WeekPlan((week(thu="22:00-04:00"),), ends=date(2026, 4, 23)),
        WeekPlan((NO_HOURS,), date(2026, 4, 24), date(2026, 4, 30)),
        WeekPlan((week(fri="03:00-12:00"),), date(2026, 5, 1)),
    ]
    with pytest.raises(RangesOverlap):
        WeeklyHours(tuple(plans)).without(plans[1], TODAY)


def test_a_week_is_made_of_the_days_that_hold_on_its_dates() -> None:
    """A week in which one plan follows another has days of both."""
    made = changed(every(every_day("09:00-17:00")), Recurrence(Repeat.FROM_DATE, date(2026, 3, 12)), thu=TEN, wed=TEN)
    found = made.week_of(date(2026, 3, 15))
    assert [found[weekday] for weekday in (WED, THU, FRI)] == [NINE, TEN, NINE]


def test_the_dates_that_a_change_affects_are_counted_from_today() -> None:
    """The next four are shown before saving; days that stay as they are do not count."""
    before = every(every_day("09:00-17:00"))
    after = changed(before, Recurrence(Repeat.EVERY_OTHER_WEEK, MONDAY), mon=TEN, fri=TEN)
    assert after.changed_dates(before, TODAY, 4) == [
        date(2026, 3, 6),
        date(2026, 3, 16),
        date(2026, 3, 20),
        date(2026, 3, 30),
    ]


def test_the_present_day_is_the_first_that_a_change_can_affect() -> None:
    """Today counts, and what is past does not."""
    before = every(every_day("09:00-17:00"))
    after = changed(before, EVERY_WEEK, **dict.fromkeys(["mon", "tue", "wed"], TEN))
    assert after.changed_dates(before, TODAY, 1) == [TODAY]


def test_hours_that_differ_nowhere_affect_no_date() -> None:
    """The search ends after a year."""
    hours = every(every_day("09:00-17:00"))
    assert hours.changed_dates(turns(*[every_day("09:00-17:00")] * 2), TODAY, 4) == []


def test_one_week_counts_from_any_monday() -> None:
    """The anchor of a plan without turns is a Monday too."""
    assert A_MONDAY.weekday() == 0
