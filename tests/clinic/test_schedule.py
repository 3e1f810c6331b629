"""What hours a doctor really has on a date: clock changes, and which rule decides."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from clinic.calendar import joined, Schedule, Slot
from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, TimeOff, week_span
from clinic.plan import NO_WEEKLY_HOURS, WeeklyHours, WeekPlan
from clinic.time_range import TimeRange
from clinic.week import Weekday, WeeklyAvailability
from tests.clinic.hours_of import day, every_day, hours, utc, week

BERLIN, NEW_YORK, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Africa/Cairo")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
MON, TUE, WED = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def weekly(found: WeeklyAvailability) -> WeeklyHours:
    return WeeklyHours((WeekPlan((found,)),))


def schedule(
    found: WeeklyAvailability, *rules: ClinicClosure | TimeOff | DateOverride, zone: ZoneInfo = BERLIN
) -> Schedule:
    """One week for ever, and these rules."""
    closures = tuple(rule for rule in rules if isinstance(rule, ClinicClosure))
    time_off = tuple(rule for rule in rules if isinstance(rule, TimeOff))
    overrides = tuple(rule for rule in rules if isinstance(rule, DateOverride))
    return Schedule(zone, weekly(found), DateRules(time_off, overrides, closures))


def off(first: date, last: date | None = None, at: str = "") -> TimeOff:
    return TimeOff(1, DateSpan(first, last or first), hours(at) if at else None)


def override(on: date, *ranges: str) -> DateOverride:
    return DateOverride(1, on, day(*ranges))


def closed(first: date, last: date | None = None) -> ClinicClosure:
    return ClinicClosure(DateSpan(first, last or first), "Holiday")


def shown(found: Schedule, on: date) -> list[str]:
    """The date's hours as minutes of the clock, and before them the tails of the night before."""
    resolved = found.day(on)
    tails = [f"..{each.tail // 60:02}:{each.tail % 60:02}" for each in resolved.tails]
    return [*tails, *(f"{clock(each.start)}-{clock(each.end)}" for each in resolved.hours)]


def clock(minutes: int) -> str:
    """``30:00`` is six in the morning after."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def test_a_new_york_afternoon_on_the_day_of_the_change() -> None:
    """13:00-18:00 on 2026-03-08 is 17:00Z-22:00Z."""
    found = schedule(every_day("13:00-18:00"), zone=NEW_YORK).day(date(2026, 3, 8))
    assert found.slots == (Slot(utc("2026-03-08T17:00"), utc("2026-03-08T22:00")),)


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        pytest.param("02:30-03:30", "2026-03-29T01:00", "2026-03-29T01:30", id="out of the gap: 03:00-03:30"),
        pytest.param("01:30-02:30", "2026-03-29T00:30", "2026-03-29T01:00", id="into the gap: 30 minutes"),
    ],
)
def test_hours_at_berlins_spring_change(at: str, start: str, end: str) -> None:
    """A bound that the change skips is moved to the transition."""
    assert schedule(every_day(at)).day(SPRING).slots == (Slot(utc(start), utc(end)),)


def test_hours_that_berlins_spring_change_swallows() -> None:
    """02:00-03:00 on 2026-03-29 stays written, and has no slot."""
    found = schedule(every_day("02:00-03:00")).day(SPRING)
    assert (found.hours, found.slots, found.length) == ((TimeRange(120, 180),), (), timedelta())


@pytest.mark.parametrize(("at", "length"), [("01:30-02:30", 1), ("02:00-03:00", 2)])
def test_hours_at_berlins_autumn_change(at: str, length: int) -> None:
    """Of a time that is shown twice the first is meant, so that the second hour counts where the range spans it."""
    assert schedule(every_day(at)).day(AUTUMN).length == timedelta(hours=length)


@pytest.mark.parametrize(("saturday", "length"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_a_saturday_night_over_berlins_changes(saturday: date, length: int) -> None:
    """22:00-06:00 is 7 hours in spring and 9 in autumn."""
    assert schedule(week(sat="22:00-06:00")).day(saturday).length == timedelta(hours=length)


def test_cairos_day_without_a_midnight() -> None:
    """The whole of 2026-04-24 starts at 01:00."""
    (found,) = schedule(every_day("00:00-24:00"), zone=CAIRO).day(date(2026, 4, 24)).slots
    assert found.start.astimezone(CAIRO).isoformat() == "2026-04-24T01:00:00+03:00"


def test_a_night_is_the_next_dates_tail() -> None:
    """Mon 23:00-01:00 belongs to Monday, and Tuesday shows until when."""
    found = schedule(week(mon="23:00-01:00"))
    assert (shown(found, MON), shown(found, TUE)) == (["23:00-25:00"], ["..01:00"])


def test_a_night_that_is_toggled_off_takes_its_tail_with_it() -> None:
    """Without Mon 23:00-01:00 there is no Tuesday `until 01:00`."""
    found = schedule(week(mon="23:00-01:00").switched(Weekday.MON, on=False))
    assert (shown(found, MON), shown(found, TUE)) == ([], [])


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(override(TUE, "10:00-14:00"), id="override"),
        pytest.param(override(TUE), id="override without hours"),
        pytest.param(off(TUE), id="time off"),
        pytest.param(closed(TUE), id="closure"),
    ],
)
def test_a_rule_for_a_whole_date_ends_the_night_before_at_midnight(
    rule: ClinicClosure | TimeOff | DateOverride,
) -> None:
    """Mon 22:00-06:00 is 22:00-24:00 when Tuesday is replaced, and leaves no tail."""
    found = schedule(week(mon="22:00-06:00"), rule)
    assert shown(found, MON) == ["22:00-24:00"]
    assert found.day(TUE).tails == ()
    assert found.day(MON).length == timedelta(hours=2)


@pytest.mark.parametrize("rule", [override(MON, "10:00-14:00"), off(MON), closed(MON)])
def test_a_rule_for_a_whole_date_takes_its_night_to_the_end(rule: ClinicClosure | TimeOff | DateOverride) -> None:
    """Without Mon 22:00-06:00 Tuesday has no tail of it."""
    assert shown(schedule(week(mon="22:00-06:00"), rule), TUE) == []


def test_an_overrides_night_runs_into_the_next_date() -> None:
    """The hours that an override sets may cross midnight as any may."""
    found = schedule(week(wed="09:00-17:00"), override(TUE, "22:00-06:00"))
    assert (shown(found, TUE), shown(found, WED)) == (["22:00-30:00"], ["..06:00", "09:00-17:00"])


def test_an_override_opens_a_closed_day() -> None:
    """A date without weekly hours has those of its override."""
    assert shown(schedule(week(), override(TUE, "10:00-14:00")), TUE) == ["10:00-14:00"]


def test_without_its_override_a_date_has_its_weekly_hours_again() -> None:
    """What an override replaced was never lost."""
    assert shown(schedule(every_day("09:00-17:00")), TUE) == ["09:00-17:00"]


RANKED = (closed(TUE), off(TUE), override(TUE, "10:00-14:00"))
"""Rules of one date, the strongest first; below them are the weekly hours."""


@pytest.mark.parametrize(("strong", "weak"), list(combinations(RANKED, 2)), ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("swapped", [False, True])
def test_the_stronger_of_two_rules_decides(
    strong: ClinicClosure | TimeOff | DateOverride, weak: ClinicClosure | TimeOff | DateOverride, *, swapped: bool
) -> None:
    """Closure before time off before override, whichever was set first; the hours and the reason agree."""
    rules = (weak, strong) if swapped else (strong, weak)
    found = schedule(every_day("09:00-17:00"), *rules)
    alone = schedule(every_day("09:00-17:00"), strong)
    assert found.day(TUE).rules[:2] == (strong, weak)
    assert shown(found, TUE) == shown(alone, TUE)


@pytest.mark.parametrize("rule", RANKED, ids=lambda rule: type(rule).__name__)
def test_any_rule_is_stronger_than_the_weekly_hours(rule: ClinicClosure | TimeOff | DateOverride) -> None:
    """Weekly hours hold where nothing else speaks of the date, and are named last."""
    found = schedule(every_day("09:00-17:00"), rule)
    assert found.day(TUE).rules == (rule, WeekPlan((every_day("09:00-17:00"),)))
    assert shown(found, TUE) == (["10:00-14:00"] if isinstance(rule, DateOverride) else [])
    assert shown(found, WED) == ["09:00-17:00"]


@pytest.mark.parametrize("rule", [closed(MON), off(MON)])
def test_an_override_does_not_open_the_date_before(rule: ClinicClosure | TimeOff) -> None:
    """The other way round: what closes Monday leaves Tuesday's other hours, and these leave Monday closed."""
    found = schedule(every_day("09:00-17:00"), rule, override(TUE, "10:00-14:00"))
    assert (shown(found, MON), shown(found, TUE)) == ([], ["10:00-14:00"])


def test_time_off_by_hours_is_taken_out_of_the_hours() -> None:
    """Wed 14:00-18:00 off leaves what is before and after it."""
    found = schedule(every_day("09:00-20:00"), off(WED, at="14:00-18:00"))
    assert shown(found, WED) == ["09:00-14:00", "18:00-20:00"]


def test_time_off_by_hours_is_taken_out_of_an_overrides_hours_too() -> None:
    """Time off is stronger than other hours on a date, by the hour as by the day."""
    found = schedule(week(), override(WED, "10:00-16:00"), off(WED, at="14:00-18:00"))
    assert shown(found, WED) == ["10:00-14:00"]


def test_time_off_by_hours_holds_on_each_of_its_dates() -> None:
    """Mon to Tue 09:00-12:00 off are two mornings."""
    found = schedule(every_day("09:00-17:00"), off(MON, TUE, at="09:00-12:00"))
    assert [shown(found, on) for on in (MON, TUE, WED)] == [["12:00-17:00"], ["12:00-17:00"], ["09:00-17:00"]]


def test_time_off_in_the_middle_of_a_night_leaves_the_next_dates_part_to_the_next_date() -> None:
    """Of Mon 22:00-06:00 without 23:00-02:00 the end starts on Tuesday: it is Tuesday's hours, not a tail."""
    found = schedule(week(mon="22:00-06:00"), off(MON, at="23:00-02:00"))
    assert (shown(found, MON), shown(found, TUE)) == (["22:00-23:00"], ["02:00-06:00"])


def test_time_off_until_midnight_leaves_the_rest_of_the_night_to_the_next_date() -> None:
    """What is left starts at 00:00 sharp: it is no hour past 24:00 of the night's own date."""
    found = schedule(week(mon="22:00-06:00"), off(MON, at="23:00-24:00"))
    assert (shown(found, MON), shown(found, TUE)) == (["22:00-23:00"], ["00:00-06:00"])


def test_time_off_of_a_morning_is_taken_out_of_the_night_before() -> None:
    """Off on Tue 04:00-08:00 shortens Monday's night."""
    found = schedule(week(mon="22:00-06:00", tue="07:00-12:00"), off(TUE, at="04:00-08:00"))
    assert (shown(found, MON), shown(found, TUE)) == (["22:00-28:00"], ["..04:00", "08:00-12:00"])


def test_time_off_over_midnight_reaches_into_the_next_date() -> None:
    """Off on Mon 20:00-10:00 takes Tuesday's first hour."""
    assert shown(schedule(week(tue="09:00-17:00"), off(MON, at="20:00-10:00")), TUE) == ["10:00-17:00"]


def test_hours_off_over_midnight_are_named_on_both_dates() -> None:
    """They take hours from the morning after too, and say so there."""
    night_off = off(MON, at="22:00-30:00")
    found = schedule(every_day("04:00-12:00"), night_off)
    assert shown(found, TUE) == ["06:00-12:00"]
    assert found.day(TUE).rules[0] is night_off
    assert night_off not in found.day(WED).rules


@pytest.mark.parametrize("rule", RANKED, ids=lambda rule: type(rule).__name__)
def test_rules_of_other_dates_are_not_named(rule: ClinicClosure | TimeOff | DateOverride) -> None:
    """What speaks of Tuesday does not decide Monday."""
    assert schedule(week(), rule).day(MON).rules == (WeekPlan((week(),)),)


def test_whole_dates_off_are_named_before_hours_off() -> None:
    """Of two times off the one that takes the whole date is its reason."""
    by_hours, whole = off(TUE, at="09:00-12:00"), off(MON, WED)
    assert schedule(week(), by_hours, whole).day(TUE).rules[:2] == (whole, by_hours)


def test_touching_hours_are_apart_for_display_and_joined_for_slots() -> None:
    """09:00-12:00 and 12:00-15:00 are two ranges and one stretch of time."""
    found = schedule(week(tue="09:00-12:00,12:00-15:00")).day(TUE)
    assert found.hours == (TimeRange(540, 720), TimeRange(720, 900))
    assert joined(found.slots) == [Slot(utc("2026-03-03T08:00"), utc("2026-03-03T14:00"))]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("tuesday", "length"), [("00:00-03:00", 5), ("00:00-01:00", 4)])
def test_a_night_that_meets_hours_is_joined_with_them(tuesday: str, length: int, *, backwards: bool) -> None:
    """Where an override's night meets weekly hours that were set after it, joined slots are the union, in any order."""
    found = schedule(week(tue=tuesday), override(MON, "22:00-02:00"))
    slots = [*found.day(MON).slots, *found.day(TUE).slots]
    both = joined(reversed(slots) if backwards else slots)
    assert [each.length for each in both] == [timedelta(hours=length)]


def test_a_minute_that_two_hours_cover_is_counted_once() -> None:
    """What is left of a night may start within the date's hours; the length is that of the union."""
    found = schedule(week(tue="00:00-03:00"), override(MON, "22:00-06:00"), off(MON, at="22:00-00:00"))
    assert (shown(found, TUE), found.day(TUE).length) == (["00:00-03:00", "00:00-06:00"], timedelta(hours=6))


def test_a_span_of_days_is_resolved_in_order() -> None:
    """Both ends of the span are included."""
    found = schedule(every_day("09:00-17:00")).days(week_span(MON))
    assert [each.day for each in found] == list(week_span(MON))


def test_the_usual_hours_are_those_that_repeat() -> None:
    """Beside a week of one's own and other hours on the date it says what would have been."""
    own = WeekPlan((every_day("10:00-18:00"),), MON, date(2026, 3, 8), once=True)
    hours_of_both = WeeklyHours((WeekPlan((every_day("09:00-17:00"),)), own))
    found = Schedule(BERLIN, hours_of_both, DateRules(overrides=(override(TUE, "11:00-12:00"),)))
    assert [found.day(on).usual for on in (MON, TUE)] == [(hours("09:00-17:00"),)] * 2


def test_a_date_without_anything_is_decided_by_no_hours() -> None:
    """Where nothing was ever set there are no hours, and the empty plan says so."""
    found = Schedule(BERLIN, NO_WEEKLY_HOURS).day(MON)
    assert (found.hours, found.tails, found.slots, found.rules) == ((), (), (), (WeekPlan(),))


def test_the_same_wall_clock_hours_are_other_instants_in_another_zone() -> None:
    """A change of zone moves instants alone."""
    here, there = (schedule(every_day("09:00-17:00"), zone=zone).day(TUE) for zone in (BERLIN, NEW_YORK))
    assert here.hours == there.hours
    assert [there.slots[0].start - here.slots[0].start] == [timedelta(hours=6)]
