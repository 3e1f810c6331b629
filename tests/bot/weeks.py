"""Weeks, rules and forms, and the languages that are offered, for the tests of what people read and type."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from babel.localedata import locale_identifiers
from hypothesis import assume
from hypothesis import strategies as st

from bot.draft import WeekDraft
from bot.screen import Screen
from bot.words import LANGUAGES, Words, words_for
from clinic.calendar import Rule
from clinic.dates import ClinicClosure, DateOverride, DateRules, TimeOff
from clinic.errors import RangesOverlap
from clinic.plan import WeeklyHours, WeekPlan
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, MOST_RANGES_A_DAY, NO_HOURS, Weekday, WeeklyAvailability

OFFERED: dict[str, Words] = {tag: words_for(tag) for tag in LANGUAGES}
ENGLISH = OFFERED["en"]
SPOKEN = sorted(name.replace("_", "-") for name in locale_identifiers() if name.partition("_")[0] in OFFERED)
"""The tag of every region where an offered language is spoken: Telegram may send any of them."""

ZONE = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 4)
"""A Wednesday, on which the forms of these tests are opened."""


@st.composite
def time_ranges(draw: st.DrawFn) -> TimeRange:
    """Any valid range, night ranges and the whole day among them."""
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


def every_day(*ranges: tuple[int, int]) -> WeeklyAvailability:
    """Return a week with the same ranges on all seven days."""
    hours = [TimeRange(start, end) for start, end in ranges]
    return NO_HOURS.with_days({day: DayAvailability.of(day, hours) for day in Weekday})


def repeating(*weeks: WeeklyAvailability) -> WeeklyHours:
    """Return plans with one week, or with two that take turns."""
    return WeeklyHours((WeekPlan(weeks),))


def dated(*rules: Rule) -> DateRules:
    """Return rules of any kind as the storage hands them out; plans of weekly hours are none of theirs."""
    return DateRules(
        tuple(rule for rule in rules if isinstance(rule, TimeOff)),
        tuple(rule for rule in rules if isinstance(rule, DateOverride)),
        tuple(rule for rule in rules if isinstance(rule, ClinicClosure)),
    )


def week_draft(week: WeeklyAvailability = NO_HOURS, version: int = 1) -> WeekDraft:
    """Return a form drawn from hours that are the same each week."""
    return WeekDraft(doctor_id=1, hours=repeating(week), version=version, today=TODAY, day=TODAY)


def assert_telegram_takes(screen: Screen) -> None:
    """At most 4,096 characters and 100 buttons in rows of 1 to 8, and no label that is empty (Bot API, sendMessage)."""
    buttons = [button for row in screen.rows for button in row]
    assert 1 <= len(screen.text) <= 4096
    assert len(buttons) <= 100
    assert all(button.text.strip() and len(str(button.callback_data).encode()) <= 64 for button in buttons)
    assert all(1 <= len(row) <= 8 for row in screen.rows)
