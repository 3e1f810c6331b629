"""``instant`` against a slow oracle that walks UTC minute by minute and looks at the wall."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, UTC
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.calendar import instant, slot
from clinic.time_range import TimeRange

ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Caracas",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "UTC",
]


def changes_of(zone: ZoneInfo, year: int) -> list[date]:
    """The dates of the year in whose UTC day the offset changes."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [(noon.date(), noon.astimezone(zone).utcoffset()) for noon in noons]
    return [second for (_, before), (second, after) in pairwise(offsets) if before != after]


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """A zone and a date at most two days from one of its clock changes, or any date where the year has none."""
    zone, year = ZoneInfo(draw(st.sampled_from(ZONES))), draw(st.integers(1975, 2037))
    changes = changes_of(zone, year) or [date(year, 1, 1) + timedelta(days=draw(st.integers(0, 364)))]
    return zone, draw(st.sampled_from(changes)) + timedelta(days=draw(st.integers(-2, 2)))


def walked(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first UTC minute whose wall clock shows the wanted time; if none does, the one that jumps over it."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minutes)
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=40)
    jump: datetime | None = None
    before = moment.astimezone(zone).replace(tzinfo=None)
    for _ in range(80 * 60):
        moment += timedelta(minutes=1)
        shown = moment.astimezone(zone).replace(tzinfo=None)
        if shown == wanted:
            return moment
        if before < wanted < shown and jump is None:
            jump = moment
        before = shown
    assert jump is not None
    return jump


@given(near_changes(), st.integers(0, 2 * 1440 - 1))
@settings(max_examples=150, deadline=None)
def test_instant_is_what_a_walk_along_the_clock_finds(place: tuple[ZoneInfo, date], minutes: int) -> None:
    """Near clock changes of many zones and years, the instant is the one at which the wall shows the time."""
    zone, day = place
    assert instant(day, minutes, zone) == walked(day, minutes, zone)


@given(near_changes(), st.integers(0, 2 * 1440 - 2), st.data())
@settings(max_examples=300, deadline=None)
def test_later_on_the_wall_is_never_earlier_in_time(
    place: tuple[ZoneInfo, date], minutes: int, data: st.DataObject
) -> None:
    """Instants keep the order of the clock times, so that ranges apart never become slots that overlap."""
    zone, day = place
    later = data.draw(st.integers(minutes + 1, 2 * 1440 - 1))
    assert instant(day, minutes, zone) <= instant(day, later, zone)


@given(near_changes(), st.integers(0, 1439))
@settings(max_examples=200, deadline=None)
def test_past_midnight_is_the_next_date(place: tuple[ZoneInfo, date], minutes: int) -> None:
    """A time past 24:00 is the same instant as that time on the next date."""
    zone, day = place
    assert instant(day, 1440 + minutes, zone) == instant(day + timedelta(days=1), minutes, zone)


@given(near_changes(), st.integers(1, 1439))
@settings(max_examples=200, deadline=None)
def test_two_ranges_that_touch_are_as_long_as_the_one_they_make(place: tuple[ZoneInfo, date], middle: int) -> None:
    """Cut a day anywhere: the real lengths of both parts make up the real length of the day."""
    zone, day = place
    parts = [slot(day, hours, zone) for hours in (TimeRange(0, middle), TimeRange(middle, 1440))]
    whole = slot(day, TimeRange(0, 1440), zone)
    assert sum((part.length for part in parts if part), timedelta()) == (whole.length if whole else timedelta())
