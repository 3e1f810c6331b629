"""On which dates a week in the making holds: every week, one, every other, or from a date on."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.draft import WeekDraft
from bot.editor import editor_screen, SHOWN_DATES
from bot.month import FURTHEST
from bot.taps.dates import PickDate, ShowMonth
from bot.taps.form import Next, NoHoursKind, PickNoHours, PickRepeat, Step
from bot.taps.tap import Tap
from clinic.errors import RangesOverlap
from clinic.plan import Recurrence, Repeat, WeeklyHours, WeekPlan
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, NO_HOURS, Weekday
from tests.bot.weeks import ENGLISH, every_day, repeating, TODAY, week_draft

MON, TUE, WED = Weekday.MON, Weekday.TUE, Weekday.WED
MONDAY = date(2026, 3, 2)
NEXT, AFTER_NEXT = MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)
LATER = date(2026, 3, 18)
MORNINGS, EVENINGS, NIGHTS = every_day((540, 780)), every_day((900, 1140)), every_day((1320, 1800))
REVIEW = week_draft(MORNINGS).at(Step.REVIEW, days=frozenset({WED}), ranges=(TimeRange(900, 1140),), start=900)
WHEN = REVIEW.at(Step.WHEN)
DATES = WHEN.at(Step.DATES, month=date(2026, 3, 1))


def holding(repeat: Repeat, day: date, draft: WeekDraft = REVIEW) -> WeekDraft:
    return draft.at(Step.REVIEW, repeat=repeat, day=day)


MOVES: list[tuple[WeekDraft, Tap, WeekDraft]] = [
    (REVIEW, Next(step=Step.REVIEW), WHEN),
    (WHEN, PickRepeat(repeat=Repeat.EVERY_WEEK, day=TODAY), REVIEW),
    (WHEN, PickRepeat(repeat=Repeat.EVERY_WEEK, day=LATER), REVIEW),
    (WHEN, PickRepeat(repeat=Repeat.ONE_WEEK, day=MONDAY), holding(Repeat.ONE_WEEK, MONDAY)),
    (WHEN, PickRepeat(repeat=Repeat.ONE_WEEK, day=AFTER_NEXT), holding(Repeat.ONE_WEEK, AFTER_NEXT)),
    (WHEN, PickRepeat(repeat=Repeat.EVERY_OTHER_WEEK, day=NEXT), holding(Repeat.EVERY_OTHER_WEEK, NEXT)),
    (WHEN, PickRepeat(repeat=Repeat.FROM_DATE, day=TODAY), DATES),
    (DATES, ShowMonth(month=date(2026, 5, 1)), DATES.at(Step.DATES, month=date(2026, 5, 1))),
    (DATES, PickDate(day=TODAY, on=True), holding(Repeat.FROM_DATE, TODAY, DATES)),
    (DATES, PickDate(day=LATER, on=True), holding(Repeat.FROM_DATE, LATER, DATES)),
]


@pytest.mark.parametrize(
    ("before", "tap", "after"), MOVES, ids=[f"{row[0].step.name}-{row[1].pack()}-{row[2].step.name}" for row in MOVES]
)
def test_moves(before: WeekDraft, tap: Tap, after: WeekDraft) -> None:
    """A tap at its step leaves exactly this draft."""
    assert before.after(tap) == after


FORGED: list[tuple[WeekDraft, Tap]] = [
    (WHEN, PickRepeat(repeat=Repeat.ONE_WEEK, day=TODAY)),
    (WHEN, PickRepeat(repeat=Repeat.EVERY_OTHER_WEEK, day=NEXT + timedelta(days=1))),
    (WHEN, PickRepeat(repeat=Repeat.ONE_WEEK, day=MONDAY - timedelta(days=7))),
    (WHEN, PickRepeat(repeat=Repeat.EVERY_OTHER_WEEK, day=MONDAY - timedelta(days=14))),
    (WHEN, PickDate(day=LATER, on=True)),
    (DATES, PickDate(day=TODAY - timedelta(days=1), on=True)),
    (REVIEW, PickRepeat(repeat=Repeat.ONE_WEEK, day=MONDAY)),
    (REVIEW, PickDate(day=LATER, on=True)),
]


@pytest.mark.parametrize(("draft", "tap"), FORGED, ids=[f"{row[0].step.name}-{row[1].pack()}" for row in FORGED])
def test_a_forged_date_changes_nothing(draft: WeekDraft, tap: Tap) -> None:
    """A week that begins on no Monday or is over, a past date, and a tap from another step."""
    assert draft.after(tap) == draft


@given(repeat=st.sampled_from(Repeat), day=st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_any_choice_makes_a_recurrence(repeat: Repeat, day: date) -> None:
    """Whatever the tap carries, the draft names dates on which hours can hold, and can be shown."""
    draft = WHEN.after(PickRepeat(repeat=repeat, day=day))
    assert draft.recurrence == Recurrence(draft.repeat, draft.day)
    assert editor_screen(draft, ENGLISH).text


@given(month=st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_any_month_can_be_shown(month: date) -> None:
    """A month that is over or too far ahead gives way to the nearest that can be picked from."""
    screen = editor_screen(DATES.after(ShowMonth(month=month)), ENGLISH)
    days = [button.text for row in screen.rows[2:-1] for button in row if button.text.isdigit()]
    nearest = min(max(month, TODAY), TODAY + FURTHEST)
    assert days[0] == str(TODAY.day if (nearest.year, nearest.month) == (TODAY.year, TODAY.month) else 1)


TURNS = WeeklyHours((WeekPlan((MORNINGS, EVENINGS), anchor=MONDAY),))
LATER_PLAN = WeeklyHours((WeekPlan((MORNINGS,), ends=LATER - timedelta(days=1)), WeekPlan((EVENINGS,), starts=LATER)))
ONE_WEEK_OFF = WeeklyHours((WeekPlan((MORNINGS,)), WeekPlan((NO_HOURS,), NEXT, NEXT + timedelta(days=6), once=True)))
BASES = {
    "every week": (repeating(MORNINGS), Repeat.EVERY_WEEK, TODAY, MORNINGS),
    "one week of hours that repeat": (repeating(MORNINGS), Repeat.ONE_WEEK, NEXT, MORNINGS),
    "one week with hours of its own": (ONE_WEEK_OFF, Repeat.ONE_WEEK, NEXT, NO_HOURS),
    "every week beneath a week's own hours": (ONE_WEEK_OFF, Repeat.EVERY_WEEK, NEXT, MORNINGS),
    "this one of two weeks": (TURNS, Repeat.EVERY_OTHER_WEEK, MONDAY, MORNINGS),
    "the other of two weeks": (TURNS, Repeat.EVERY_OTHER_WEEK, NEXT, EVENINGS),
    "before a later plan": (LATER_PLAN, Repeat.EVERY_WEEK, TODAY, MORNINGS),
    "from a date on, with a plan there": (LATER_PLAN, Repeat.FROM_DATE, LATER, EVENINGS),
}


@pytest.mark.parametrize(("hours", "repeat", "day", "base"), BASES.values(), ids=BASES)
def test_the_week_that_the_change_is_made_on(hours: WeeklyHours, repeat: Repeat, day: date, base: object) -> None:
    """The present hours beside the new ones are those of the dates that the change is for."""
    assert holding(repeat, day).model_copy(update={"hours": hours}).base == base


def test_off_keeps_the_hours_of_the_week_that_it_is_for() -> None:
    """A day switched off in the other of two weeks keeps that week's hours."""
    draft = week_draft().model_copy(update={"hours": TURNS, "days": frozenset({WED}), "step": Step.FROM})
    off = draft.after(PickNoHours(kind=NoHoursKind.OFF)).at(Step.WHEN)
    other = off.after(PickRepeat(repeat=Repeat.EVERY_OTHER_WEEK, day=NEXT))
    assert other.changes() == {WED: EVENINGS[WED].switched(on=False)}


def test_a_night_that_meets_another_plans_hours_is_refused() -> None:
    """Hours that stand in every week may not stand in one beside others."""
    hours = WeeklyHours(
        (
            WeekPlan((NO_HOURS,)),
            WeekPlan((every_day((60, 120)),), AFTER_NEXT, AFTER_NEXT + timedelta(days=6), once=True),
        )
    )
    draft = week_draft().model_copy(update={"hours": hours, "days": frozenset({Weekday.SUN})})
    night = draft.at(Step.WHEN, ranges=(TimeRange(1320, 1800),))
    assert night.after(PickRepeat(repeat=Repeat.ONE_WEEK, day=MONDAY)).step is Step.REVIEW
    with pytest.raises(RangesOverlap):
        night.after(PickRepeat(repeat=Repeat.ONE_WEEK, day=NEXT))


def shown_dates(draft: WeekDraft) -> list[str]:
    return re.findall(r"^(\w{3} \d+ \w{3}): ", editor_screen(draft, ENGLISH).text, re.MULTILINE)


AFFECTED = {
    Repeat.EVERY_WEEK: (TODAY, []),
    Repeat.ONE_WEEK: (NEXT, ["Wed 11 Mar"]),
    Repeat.EVERY_OTHER_WEEK: (MONDAY, ["Wed 4 Mar", "Wed 18 Mar", "Wed 1 Apr", "Wed 15 Apr"]),
    Repeat.FROM_DATE: (date(2026, 3, 12), ["Wed 18 Mar", "Wed 25 Mar", "Wed 1 Apr", "Wed 8 Apr"]),
}


@pytest.mark.parametrize(("repeat", "day", "dates"), [(repeat, *rest) for repeat, rest in AFFECTED.items()])
def test_the_first_dates_that_change_are_shown(repeat: Repeat, day: date, dates: list[str]) -> None:
    """The next four, from today on, with what they were; not for every week, which needs no dates."""
    assert shown_dates(holding(repeat, day)) == dates
    assert len(dates) <= SHOWN_DATES


def test_a_date_that_is_over_is_no_date_that_changes() -> None:
    """Of the present week, days before today are not shown."""
    tuesdays = holding(Repeat.EVERY_OTHER_WEEK, MONDAY).model_copy(update={"days": frozenset({TUE})})
    assert shown_dates(tuesdays)[0] == "Tue 17 Mar"


def test_a_date_that_changes_says_what_it_was() -> None:
    """Before and after, in one line."""
    text = editor_screen(holding(Repeat.ONE_WEEK, NEXT), ENGLISH).text
    assert "Wed 11 Mar: 09:00–13:00 → <b>15:00–19:00</b>" in text


def test_the_choices() -> None:
    """Every week, the four that come, the two that may take turns from now on, and a date to be picked."""
    labels = [button.text for row in editor_screen(WHEN, ENGLISH).rows for button in row]
    assert labels == [
        "✓ Every week",
        "Only the week of 2–8 Mar",
        "Only the week of 9–15 Mar",
        "Only the week of 16–22 Mar",
        "Only the week of 23–29 Mar",
        "Every other week, as 2–8 Mar",
        "Every other week, as 9–15 Mar",
        "From a date on …",
        "Back",
        "Cancel",
    ]


@pytest.mark.parametrize("repeat", [Repeat.ONE_WEEK, Repeat.EVERY_OTHER_WEEK])
def test_the_choice_that_was_made_is_marked(repeat: Repeat) -> None:
    """One tick, before the chosen week."""
    rows = editor_screen(holding(repeat, NEXT).at(Step.WHEN), ENGLISH).rows
    marked = [row[0].callback_data for row in rows if row[0].text.startswith("✓")]
    assert marked == [PickRepeat(repeat=repeat, day=NEXT).pack()]


def test_other_days_stay_as_they_are() -> None:
    """A week alone is drawn whole: the days that were not picked hold what they hold anyway."""
    after = holding(Repeat.ONE_WEEK, NEXT).changed_hours()
    assert after.week_of(NEXT) == MORNINGS.with_days({WED: DayAvailability.of(WED, [TimeRange(900, 1140)])})
    assert after.week_of(MONDAY) == after.week_of(AFTER_NEXT) == MORNINGS
