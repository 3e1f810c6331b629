"""Half-open minutes, midnight, and what is no range."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.errors import BadTimeRange
from clinic.time_range import TimeRange

H = 60


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(0, 1, id="the first minute"),
        pytest.param(9 * H, 17 * H, id="a working day"),
        pytest.param(23 * H + 59, 24 * H, id="the last minute"),
        pytest.param(0, 24 * H, id="the whole day"),
        pytest.param(22 * H, 30 * H, id="a night"),
        pytest.param(23 * H + 59, 24 * H + 1, id="a minute on each side of midnight"),
        pytest.param(1, 24 * H, id="all but the first minute"),
        pytest.param(9 * H, 33 * H - 1, id="a minute short of 24 hours"),
        pytest.param(2, 24 * H + 1, id="the shortest possible gap in a round of the clock"),
    ],
)
def test_a_range_within_24_hours_is_kept_as_given(start: int, end: int) -> None:
    """Minutes that make a range are kept unchanged."""
    hours = TimeRange(start, end)
    assert (hours.start, hours.end) == (start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(-1, 60, id="before midnight"),
        pytest.param(24 * H, 25 * H, id="starts on the next day"),
        pytest.param(9 * H, 9 * H, id="no length"),
        pytest.param(0, 0, id="no length at midnight"),
        pytest.param(17 * H, 9 * H, id="reversed"),
        pytest.param(9 * H, 33 * H, id="24 hours from 9:00"),
        pytest.param(1, 24 * H + 1, id="24 hours from 0:01"),
        pytest.param(0, 24 * H + 1, id="a minute more than the whole day"),
        pytest.param(9 * H, 40 * H, id="more than 24 hours"),
        pytest.param(23 * H, 48 * H, id="to the end of the next day"),
    ],
)
def test_minutes_that_make_no_range_are_refused(start: int, end: int) -> None:
    """Minutes out of the day, of no length or of 24 hours cannot be built, and the error carries them."""
    with pytest.raises(BadTimeRange) as refused:
        TimeRange(start, end)
    assert (refused.value.start, refused.value.end) == (start, end)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        pytest.param((9 * H, 17 * H), (9 * H, 17 * H), id="9-17"),
        pytest.param((9 * H, 0), (9 * H, 24 * H), id="9-0 is 9-24"),
        pytest.param((9 * H, 24 * H), (9 * H, 24 * H), id="9-24"),
        pytest.param((0, 0), (0, 24 * H), id="0-0 is the whole day"),
        pytest.param((22 * H, 6 * H), (22 * H, 30 * H), id="22-6 ends on the next day"),
        pytest.param((17 * H, 9 * H), (17 * H, 33 * H), id="17-9 ends on the next day"),
        pytest.param((23 * H, 1), (23 * H, 24 * H + 1), id="a minute after midnight"),
    ],
)
def test_times_of_day_are_read_as_a_person_says_them(clock: tuple[int, int], expected: tuple[int, int]) -> None:
    """An end of 00:00 is 24:00, and an end before the start lies on the next day."""
    assert TimeRange.from_clock(*clock) == TimeRange(*expected)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(9 * H, 9 * H, id="9-9"),
        pytest.param(1, 1, id="0:01-0:01"),
        pytest.param(24 * H, 24 * H, id="24-24"),
        pytest.param(24 * H, 6 * H, id="a start of 24:00"),
    ],
)
def test_equal_times_of_day_and_a_start_of_24_are_refused(start: int, end: int) -> None:
    """A start that equals the end, or stands at 24:00, is no range."""
    with pytest.raises(BadTimeRange) as refused:
        TimeRange.from_clock(start, end)
    assert (refused.value.start, refused.value.end % 1440) == (start, end % 1440)


def test_equal_times_are_named_as_they_were_said() -> None:
    """9-9 is refused as 9-9, not as 9 to 9 on the next day."""
    with pytest.raises(BadTimeRange) as refused:
        TimeRange.from_clock(9 * H, 9 * H)
    assert (refused.value.start, refused.value.end) == (9 * H, 9 * H)


@pytest.mark.parametrize(
    ("start", "end", "minutes", "tail"),
    [
        pytest.param(9 * H, 17 * H, 480, 0, id="by day"),
        pytest.param(9 * H, 24 * H, 900, 0, id="to midnight"),
        pytest.param(23 * H, 24 * H + 1, 61, 1, id="a minute past midnight"),
        pytest.param(22 * H, 30 * H, 480, 360, id="a night"),
    ],
)
def test_length_and_tail(start: int, end: int, minutes: int, tail: int) -> None:
    """The length is counted across midnight, the tail after it."""
    hours = TimeRange(start, end)
    assert (hours.minutes, hours.tail) == (minutes, tail)


@pytest.mark.parametrize(
    ("first", "second", "days_later", "shared"),
    [
        pytest.param((540, 780), (779, 1020), 0, True, id="one minute shared"),
        pytest.param((540, 780), (780, 1020), 0, False, id="touching"),
        pytest.param((780, 1020), (540, 780), 0, False, id="touching, the later one asked"),
        pytest.param((779, 1020), (540, 780), 0, True, id="one minute shared, the later one asked"),
        pytest.param((540, 780), (600, 660), 0, True, id="one inside the other"),
        pytest.param((540, 780), (540, 780), 0, True, id="the same"),
        pytest.param((540, 780), (900, 1020), 0, False, id="apart"),
        pytest.param((540, 780), (540, 780), 1, False, id="the same on the next day"),
        pytest.param((1320, 1800), (300, 600), 1, True, id="a night and the next morning"),
        pytest.param((1320, 1800), (360, 600), 1, False, id="a night that touches the next morning"),
        pytest.param((1320, 1800), (359, 600), 1, True, id="a night and one minute of the next morning"),
        pytest.param((1320, 1800), (300, 600), 0, False, id="a night and its own morning"),
        pytest.param((0, 1440), (0, 1440), 1, False, id="two whole days"),
    ],
)
def test_sharing_a_minute(first: tuple[int, int], second: tuple[int, int], days_later: int, *, shared: bool) -> None:
    """Two ranges share a minute exactly if one minute lies in both."""
    assert TimeRange(*first).shares_a_minute_with(TimeRange(*second), days_later=days_later) is shared


@given(st.integers(-100, 3000), st.integers(-100, 3100))
@settings(deadline=None)
def test_exactly_the_described_minutes_make_a_range(start: int, end: int) -> None:
    """A range starts on its day, has a length, and is shorter than 24 hours or is the whole day."""
    described = 0 <= start < 1440 and (1 <= end - start < 1440 or (start, end) == (0, 1440))
    try:
        TimeRange(start, end)
    except BadTimeRange:
        assert not described
    else:
        assert described


@given(st.integers(0, 1439), st.integers(0, 1440))
@settings(deadline=None)
def test_clock_times_make_a_range_with_these_very_times(start: int, end: int) -> None:
    """Whatever two times of day are said, the range starts and ends with the clock showing them."""
    if start == end != 0:
        with pytest.raises(BadTimeRange):
            TimeRange.from_clock(start, end)
        return
    hours = TimeRange.from_clock(start, end)
    assert (hours.start, hours.end % 1440) == (start, end % 1440)


def test_ranges_stand_in_order_of_their_start_and_then_their_end() -> None:
    """Ranges sort by start, then by end."""
    assert sorted([TimeRange(60, 90), TimeRange(0, 90), TimeRange(0, 30)]) == [
        TimeRange(0, 30),
        TimeRange(0, 90),
        TimeRange(60, 90),
    ]
