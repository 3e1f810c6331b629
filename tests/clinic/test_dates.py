"""Dates on which something differs from the weekly hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import (
    checked_text,
    DateOverride,
    DateSpan,
    ensure_plausible,
    joined_time_off,
    LONGEST_SPAN,
    TimeOff,
    TimeOffKind,
    week_span,
)
from clinic.errors import BadDates, BadReason, RangesOverlap
from clinic.plan import Stamp
from clinic.time_range import TimeRange
from tests.clinic.hours_of import day, hours

NOVEMBER = date(2026, 11, 1)
STAMP = Stamp(11, "Ana", datetime(2026, 3, 4, 9, tzinfo=UTC))


def nov(first: int, last: int | None = None) -> DateSpan:
    return DateSpan(date(2026, 11, first), date(2026, 11, last or first))


def off(
    first: int, last: int | None = None, at: str = "", kind: TimeOffKind = TimeOffKind.PLANNED, reason: str = ""
) -> TimeOff:
    return TimeOff(1, nov(first, last), hours(at) if at else None, reason, kind)


def stored(time_off: list[TimeOff]) -> list[TimeOff]:
    """With an id for each, as they come from storage."""
    return [replace(each, time_off_id=number) for number, each in enumerate(time_off, start=1)]


def test_both_ends_of_a_span_are_included() -> None:
    """From the 24th to the 26th are three dates."""
    span = nov(24, 26)
    assert [found.day for found in span] == [24, 25, 26]
    assert [date(2026, 11, on) in span for on in (23, 24, 26, 27)] == [False, True, True, False]
    assert len(span) == 3


def test_one_date_is_a_span() -> None:
    """A span may begin and end on the same date, the last of the calendar included."""
    assert list(DateSpan(date.max, date.max)) == [date.max]


def test_a_span_does_not_end_before_it_starts() -> None:
    """The error carries both dates."""
    with pytest.raises(BadDates) as refused:
        nov(26, 24)
    assert (refused.value.first, refused.value.last) == (date(2026, 11, 26), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        pytest.param(nov(1, 9), False, id="touches before"),
        pytest.param(nov(1, 10), True, id="shares the first"),
        pytest.param(nov(11), True, id="within"),
        pytest.param(nov(1, 30), True, id="around"),
        pytest.param(nov(12, 20), True, id="shares the last"),
        pytest.param(nov(13, 20), False, id="touches after"),
    ],
)
def test_spans_overlap_where_they_share_a_date(other: DateSpan, *, overlap: bool) -> None:
    """Spans that only touch share none; the order of the two makes no difference."""
    assert (nov(10, 12).overlaps(other), other.overlaps(nov(10, 12))) == (overlap, overlap)


def test_joined_spans_reach_from_the_first_to_the_last() -> None:
    """Whichever is joined to the other."""
    assert nov(10, 12).joined(nov(1, 11)) == nov(1, 11).joined(nov(10, 12)) == nov(1, 12)


def test_a_week_is_seven_dates() -> None:
    """From Monday to Sunday."""
    assert week_span(date(2026, 11, 2)) == nov(2, 8)


@pytest.mark.parametrize(("extra", "plausible"), [(0, True), (1, False)])
def test_a_mistyped_year_is_refused(extra: int, *, plausible: bool) -> None:
    """A span of more than ``LONGEST_SPAN`` is nothing that a person means."""
    span = DateSpan(NOVEMBER, NOVEMBER + LONGEST_SPAN + timedelta(days=extra))
    if plausible:
        ensure_plausible(span)
        return
    with pytest.raises(BadDates):
        ensure_plausible(span)


@pytest.mark.parametrize(("text", "kept"), [(" family\n  visit ", "family visit"), ("", ""), ("x" * 64, "x" * 64)])
def test_a_reason_is_kept_with_its_blanks_folded(text: str, kept: str) -> None:
    """A reason is optional, and as long as a line."""
    assert checked_text(text) == kept


@pytest.mark.parametrize("text", ["x" * 65, "bell\a"])
def test_a_reason_that_cannot_be_shown_is_refused(text: str) -> None:
    """Too long, or not to be printed."""
    with pytest.raises(BadReason):
        checked_text(text)


def test_an_override_sorts_its_hours() -> None:
    """Ranges may come in any order."""
    made = DateOverride.of(1, NOVEMBER, [hours("14:00-18:00"), hours("09:00-12:00")])
    assert made.availability == day("09:00-12:00", "14:00-18:00")


def test_an_overrides_hours_share_no_minute() -> None:
    """The error names the weekday of the date."""
    with pytest.raises(RangesOverlap) as refused:
        DateOverride.of(1, NOVEMBER, [hours("09:00-12:00"), hours("11:00-18:00")])
    assert refused.value.first_day == NOVEMBER.weekday()


def test_an_override_without_hours_is_off() -> None:
    """A date may be given no hours at all."""
    assert not DateOverride.of(1, NOVEMBER, []).availability.on


def test_stamps_and_ids_do_not_count_when_two_are_compared() -> None:
    """The same days off are the same, whoever set them and under whichever id."""
    assert off(1) == replace(off(1), stamp=STAMP, time_off_id=7)


@pytest.mark.parametrize(
    ("new", "present", "whole", "taken"),
    [
        pytest.param(off(10, 12), [], off(10, 12), (), id="alone"),
        pytest.param(off(10, 12), [off(12, 14)], off(10, 14), (off(12, 14),), id="shares a date"),
        pytest.param(off(10, 12), [off(1, 30)], off(1, 30), (off(1, 30),), id="within another"),
        pytest.param(off(1, 30), [off(10, 12)], off(1, 30), (off(10, 12),), id="around another"),
        pytest.param(off(10, 12), [off(13, 14)], off(10, 12), (), id="touches"),
        pytest.param(off(10, 12), [off(12, 14), off(8, 10)], off(8, 14), (off(8, 10), off(12, 14)), id="between two"),
        pytest.param(
            off(10, 12),
            [off(14, 16), off(12, 14)],
            off(10, 16),
            (off(12, 14), off(14, 16)),
            id="reaches a second by the first",
        ),
        pytest.param(
            off(10, 12),
            [off(1, 5), off(4, 11)],
            off(1, 12),
            (off(4, 11), off(1, 5)),
            id="reaches back to an earlier one by a later",
        ),
    ],
)
def test_whole_days_off_that_overlap_become_one(
    new: TimeOff, present: list[TimeOff], whole: TimeOff, taken: tuple[TimeOff, ...]
) -> None:
    """Those that share a date are joined; those that only touch stay two."""
    assert joined_time_off(new, stored(present)) == (whole, taken)


@pytest.mark.parametrize(
    ("new", "other", "joined"),
    [
        pytest.param("09:00-12:00", "11:00-14:00", "09:00-14:00", id="overlap"),
        pytest.param("11:00-14:00", "09:00-12:00", "09:00-14:00", id="overlap, the later first"),
        pytest.param("09:00-14:00", "10:00-11:00", "09:00-14:00", id="around"),
        pytest.param("20:00-23:00", "22:00-02:00", "20:00-02:00", id="into a night"),
        pytest.param("00:00-24:00", "09:00-12:00", "00:00-24:00", id="all day"),
        pytest.param("09:00-12:00", "00:00-24:00", "00:00-24:00", id="into all day"),
        pytest.param("09:00-12:00", "12:00-14:00", None, id="touch"),
        pytest.param("02:00-22:00", "20:00-04:00", None, id="more than a day together"),
    ],
)
def test_hours_off_that_overlap_on_the_same_dates_become_one(new: str, other: str, joined: str | None) -> None:
    """Hours are joined as far as one range can say it."""
    present = off(10, 12, other)
    expected = (off(10, 12, joined), (present,)) if joined else (off(10, 12, new), ())
    assert joined_time_off(off(10, 12, new), stored([present])) == expected


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(off(10, 13, "09:00-12:00"), id="hours on other dates"),
        pytest.param(off(10, 12), id="whole days"),
        pytest.param(off(10, 12, "09:00-12:00", kind=TimeOffKind.LATE), id="another kind"),
    ],
)
def test_hours_off_are_joined_with_nothing_else(other: TimeOff) -> None:
    """Other dates, whole days and other kinds keep a row of their own."""
    new = off(10, 12, "09:00-12:00")
    assert joined_time_off(new, stored([other])) == (new, ())


def test_whole_days_off_of_two_kinds_stay_apart() -> None:
    """A sick day within a holiday is not the holiday."""
    new = off(10, kind=TimeOffKind.SICK)
    assert joined_time_off(new, stored([off(1, 30)])) == (new, ())


def test_what_is_changed_is_not_joined_with_itself() -> None:
    """Its old dates do not hold it back."""
    new = replace(off(10, 12), time_off_id=1)
    assert joined_time_off(new, stored([off(12, 20)])) == (new, ())


@pytest.mark.parametrize(("own", "kept"), [("skiing", "skiing"), ("", "holiday")])
def test_joined_time_off_keeps_a_reason(own: str, kept: str) -> None:
    """The new reason, or the old one where none is given."""
    whole, _ = joined_time_off(off(10, 12, reason=own), stored([off(12, 14, reason="holiday")]))
    assert whole.reason == kept


def test_a_day_is_a_range_from_midnight_to_midnight() -> None:
    """``hours`` of the tests reads 24:00 as the end of the day."""
    assert hours("00:00-24:00") == TimeRange(0, 1440)
