"""Times of day as buttons, and hours as text, as every form shows them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.handlers.zone import city, zone_names
from bot.screen import Row
from bot.taps.form import PickFrom, PickTo, ShowNight, Step
from bot.times import change_line, from_rows, hours_text, night_lines, seen_hours, to_rows
from clinic.calendar import Schedule
from clinic.time_range import TimeRange
from tests.bot.weeks import ENGLISH, every_day, OFFERED, repeating, ZONE

HALF_HOURS = 48


def labels(rows: list[Row]) -> list[str]:
    return [button.text for row in rows for button in row]


def taps(rows: list[Row]) -> list[str]:
    return [str(button.callback_data) for row in rows for button in row]


def test_from_offers_every_half_hour_once() -> None:
    """By day and by night together, each half-hour of the day stands on one button."""
    day, night = from_rows(ENGLISH, night=False), from_rows(ENGLISH, night=True)
    times = [PickFrom(minutes=30 * half).pack() for half in range(HALF_HOURS)]
    assert sorted([*taps(day)[:-1], *taps(night)[:-1]]) == sorted(times)


@pytest.mark.parametrize(("night", "first", "last"), [(False, "06:00", "21:30"), (True, "00:00", "23:30")])
def test_from_shows_one_half_and_the_way_to_the_other(night: bool, first: str, last: str) -> None:
    """The last button changes between day and night hours."""
    rows = from_rows(ENGLISH, night=night)
    assert (labels(rows)[0], labels(rows)[-2]) == (first, last)
    assert taps(rows)[-1] == ShowNight(step=Step.FROM, on=not night).pack()
    assert labels(rows)[-1] == ("Day hours" if night else "Night hours")


def test_to_offers_later_times_with_their_length() -> None:
    """From the next half-hour to midnight."""
    rows = to_rows(21 * 60, ENGLISH, night=False)
    assert labels(rows) == [
        "21:30 · ½h", "22:00 · 1h", "22:30 · 1½h", "23:00 · 2h", "23:30 · 2½h", "24:00 · 3h", "Next day (+1)",
    ]  # fmt: skip


def test_to_at_night_goes_on_to_the_next_day() -> None:
    """Past midnight, marked, and no further than noon or a whole day."""
    assert labels(to_rows(1320, ENGLISH, night=True))[0] == "00:30 (+1) · 2½h"
    assert taps(to_rows(1320, ENGLISH, night=True))[-2] == PickTo(minutes=36 * 60).pack()
    assert taps(to_rows(120, ENGLISH, night=True))[-2] == PickTo(minutes=1440 + 90).pack()


def test_to_after_odd_minutes_goes_by_half_hours() -> None:
    """The length says the odd minutes."""
    assert labels(to_rows(550, ENGLISH, night=False))[0] == "09:30 · 20 min"


def test_hours_from_midnight_have_no_next_day() -> None:
    """They would be a whole day and more."""
    assert taps(to_rows(0, ENGLISH, night=False))[-1] == PickTo(minutes=1440).pack()


@pytest.mark.parametrize("tag", OFFERED)
def test_hours_in_one_line(tag: str) -> None:
    """Ranges between commas, or the language's word for none."""
    words = OFFERED[tag]
    both = [TimeRange(540, 780), TimeRange(1320, 1800)]
    assert hours_text(both, words) == f"{words.hours(both[0])}, {words.hours(both[1])}"
    assert hours_text([], words) == words.say("off")


def test_what_becomes_of_a_date_is_html() -> None:
    """The new hours stand out, and what looks like mark-up is text."""
    line = change_line("Wed 25 Nov", "a<b", "<off>")
    assert line == "Wed 25 Nov: a&lt;b → <b>&lt;off&gt;</b>"


def test_nights_are_named_with_their_days() -> None:
    """From when until when, how long, and on which days."""
    assert night_lines([("<Mon>", TimeRange(1320, 1800))], ENGLISH) == [
        "<b>&lt;Mon&gt;</b>: from 22:00 until 06:00 on the next day, 8 h"
    ]


SEEN = {
    "the same clock": ("Europe/Berlin", (540, 1020), "09:00–17:00"),
    "an hour behind": ("Europe/London", (540, 1020), "08:00–16:00"),
    "the date before": ("America/New_York", (60, 240), "19:00–22:00 (-1)"),
    "the date after": ("Asia/Tokyo", (1200, 1320), "04:00–06:00 (+1)"),
    "over midnight": ("Asia/Tokyo", (900, 1020), "23:00–01:00 (+1)"),
    "until midnight": ("Asia/Tokyo", (840, 960), "22:00–24:00"),
    "a half-hour zone": ("Asia/Kolkata", (540, 1020), "13:30–21:30"),
    "from the date before into this one": ("America/New_York", (240, 480), "22:00–02:00 (-1)"),
}


@pytest.mark.parametrize(("zone", "hours", "seen"), SEEN.values(), ids=SEEN)
def test_hours_on_another_clock(zone: str, hours: tuple[int, int], seen: str) -> None:
    """``(+1)`` and ``(-1)`` mark what lies on another date, as a night range's own end is marked."""
    day = Schedule(ZONE, repeating(every_day(hours))).day(date(2026, 11, 25))
    assert seen_hours(day, ZoneInfo(zone), ENGLISH) == [seen]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Europe/Berlin", "Berlin"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires, Argentina"),
        ("America/North_Dakota/New_Salem", "New Salem, North Dakota"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_written_as_its_city(name: str, written: str) -> None:
    """The place first, without underscores, then where it lies."""
    assert city(name) == written


def test_every_place_has_a_name_of_its_own() -> None:
    """Within a region no two buttons read alike, and all of them load."""
    names = zone_names()
    regions = {name.partition("/")[0] for name in names}
    for region in regions:
        shown = [city(name) for name in names if name.partition("/")[0] == region]
        assert len(set(shown)) == len(shown)
    assert all(ZoneInfo(name).key == name for name in names)
