"""Random weeks and drafts, and the languages that are offered, for the tests of what people read and type."""

from __future__ import annotations

from babel.localedata import locale_identifiers
from hypothesis import assume
from hypothesis import strategies as st

from bot.words import LANGUAGES, Words, words_for
from clinic.errors import RangesOverlap
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, MOST_RANGES_A_DAY, NO_HOURS, Weekday, WeeklyAvailability

OFFERED: dict[str, Words] = {tag: words_for(tag) for tag in LANGUAGES}
ENGLISH = OFFERED["en"]
SPOKEN = sorted(name.replace("_", "-") for name in locale_identifiers() if name.partition("_")[0] in OFFERED)
"""The tag of every region where an offered language is spoken: Telegram may send any of them."""


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
