"""The week on real dates, over the clock changes of real zones."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from zoneinfo import ZoneInfo

import pytest

from clinic.calendar import instant, Slot, slot, slots_of_week, today, worked_in_week
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, monday_of, NO_HOURS, Weekday, weekday_of, WeeklyAvailability

BERLIN, NEW_YORK, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Africa/Cairo")
APIA, LORD_HOWE, TEHRAN = ZoneInfo("Pacific/Apia"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Tehran")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
NIGHT = TimeRange.from_clock(22 * 60, 6 * 60)


def clock(text: str) -> int:
    """Minutes of ``hh:mm``."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def on(days: list[Weekday], hours: TimeRange) -> WeeklyAvailability:
    return NO_HOURS.with_days({day: DayAvailability((hours,), on=True) for day in days})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "expected"),
    [
        pytest.param(NEW_YORK, date(2026, 3, 8), clock("13:00"), "2026-03-08T17:00", id="New York, day of the change"),
        pytest.param(NEW_YORK, date(2026, 3, 7), clock("13:00"), "2026-03-07T18:00", id="New York, the day before"),
        pytest.param(BERLIN, SPRING, clock("01:59"), "2026-03-29T00:59", id="Berlin, last minute before the gap"),
        pytest.param(BERLIN, SPRING, clock("02:00"), "2026-03-29T01:00", id="Berlin, first skipped minute"),
        pytest.param(BERLIN, SPRING, clock("02:59"), "2026-03-29T01:00", id="Berlin, last skipped minute"),
        pytest.param(BERLIN, SPRING, clock("03:00"), "2026-03-29T01:00", id="Berlin, first minute after the gap"),
        pytest.param(BERLIN, SPRING, clock("03:01"), "2026-03-29T01:01", id="Berlin, second minute after the gap"),
        pytest.param(BERLIN, AUTUMN, clock("02:00"), "2026-10-25T00:00", id="Berlin, first of the repeated hour"),
        pytest.param(BERLIN, AUTUMN, clock("02:59"), "2026-10-25T00:59", id="Berlin, last of the first repeated hour"),
        pytest.param(BERLIN, AUTUMN, clock("03:00"), "2026-10-25T02:00", id="Berlin, after the repeated hour"),
        pytest.param(BERLIN, SPRING, 1440, "2026-03-29T22:00", id="24:00 is the next midnight"),
        pytest.param(BERLIN, date(2026, 3, 28), 1440 + 150, "2026-03-29T01:00", id="the gap from the day before"),
        pytest.param(CAIRO, date(2026, 4, 24), 0, "2026-04-23T22:00", id="Cairo has no midnight"),
        pytest.param(CAIRO, date(2026, 4, 23), 1440, "2026-04-23T22:00", id="Cairo, the day before ends there"),
        pytest.param(APIA, date(2011, 12, 30), clock("12:00"), "2011-12-30T10:00", id="Apia's skipped day"),
        pytest.param(APIA, date(2011, 12, 30), 0, "2011-12-30T10:00", id="Apia's skipped midnight"),
        pytest.param(APIA, date(2011, 12, 31), 0, "2011-12-30T10:00", id="Apia's day after"),
        pytest.param(LORD_HOWE, date(2026, 10, 4), clock("02:15"), "2026-10-03T15:30", id="Lord Howe's half-hour gap"),
        pytest.param(LORD_HOWE, date(2026, 4, 5), clock("01:45"), "2026-04-04T14:45", id="Lord Howe's fold, the first"),
    ],
)
def test_instant(zone: ZoneInfo, day: date, minutes: int, expected: str) -> None:
    """A skipped time is the transition, of a repeated one the first is meant, and past 24:00 it is the next date."""
    assert instant(day, minutes, zone) == utc(expected)


def test_an_instant_is_in_utc() -> None:
    """Whatever the zone, an instant comes in UTC."""
    found = [instant(SPRING, minutes, BERLIN).tzinfo for minutes in (0, clock("02:30"))]
    assert found == [UTC, UTC]


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "expected"),
    [
        pytest.param(NEW_YORK, date(2026, 3, 8), "13:00", "18:00", ("2026-03-08T17:00", "2026-03-08T22:00"), id="NYC"),
        pytest.param(BERLIN, SPRING, "02:30", "03:30", ("2026-03-29T01:00", "2026-03-29T01:30"), id="out of the gap"),
        pytest.param(BERLIN, SPRING, "01:30", "02:30", ("2026-03-29T00:30", "2026-03-29T01:00"), id="into the gap"),
        pytest.param(BERLIN, SPRING, "02:00", "03:00", None, id="the gap"),
        pytest.param(BERLIN, SPRING, "02:10", "02:20", None, id="within the gap"),
        pytest.param(BERLIN, SPRING, "02:00", "03:01", ("2026-03-29T01:00", "2026-03-29T01:01"), id="a minute is left"),
        pytest.param(APIA, date(2011, 12, 30), "00:00", "24:00", None, id="the day that Apia skipped"),
        pytest.param(
            CAIRO, date(2026, 4, 24), "00:00", "24:00", ("2026-04-23T22:00", "2026-04-24T21:00"), id="23 h in Cairo"
        ),
    ],
)
def test_slot(zone: ZoneInfo, day: date, start: str, end: str, expected: tuple[str, str] | None) -> None:
    """A range is the instants that are left of it, and nothing where the spring change swallows it."""
    found = slot(day, TimeRange(clock(start), clock(end)), zone)
    assert found == (Slot(utc(expected[0]), utc(expected[1])) if expected else None)


@pytest.mark.parametrize(
    ("zone", "day", "hours", "minutes"),
    [
        pytest.param(BERLIN, SPRING, TimeRange(150, 210), 30, id="Berlin 02:30-03:30 in spring"),
        pytest.param(BERLIN, SPRING, TimeRange(90, 150), 30, id="Berlin 01:30-02:30 in spring"),
        pytest.param(BERLIN, AUTUMN, TimeRange(90, 150), 60, id="Berlin 01:30-02:30 in autumn"),
        pytest.param(BERLIN, AUTUMN, TimeRange(120, 180), 120, id="Berlin 02:00-03:00 in autumn"),
        pytest.param(BERLIN, AUTUMN, TimeRange(120, 150), 30, id="Berlin 02:00-02:30 in autumn"),
        pytest.param(BERLIN, date(2026, 3, 21), NIGHT, 8 * 60, id="Berlin, a Saturday night"),
        pytest.param(BERLIN, date(2026, 3, 28), NIGHT, 7 * 60, id="Berlin, the Saturday night of spring"),
        pytest.param(BERLIN, date(2026, 10, 24), NIGHT, 9 * 60, id="Berlin, the Saturday night of autumn"),
        pytest.param(BERLIN, SPRING, TimeRange(0, 1440), 23 * 60, id="Berlin, the whole spring day"),
        pytest.param(BERLIN, AUTUMN, TimeRange(0, 1440), 25 * 60, id="Berlin, the whole autumn day"),
        pytest.param(CAIRO, date(2026, 4, 24), TimeRange(0, 1440), 23 * 60, id="Cairo, the whole spring day"),
        pytest.param(CAIRO, date(2026, 10, 29), TimeRange(0, 1440), 25 * 60, id="Cairo, the whole autumn day"),
        pytest.param(APIA, date(2011, 12, 29), NIGHT, 2 * 60, id="Apia, the night into the skipped day"),
        pytest.param(LORD_HOWE, date(2026, 10, 4), TimeRange(60, 240), 150, id="Lord Howe in spring"),
        pytest.param(LORD_HOWE, date(2026, 4, 5), TimeRange(60, 240), 210, id="Lord Howe in autumn"),
    ],
)
def test_real_length(zone: ZoneInfo, day: date, hours: TimeRange, minutes: int) -> None:
    """Lengths are counted in UTC, so that a clock change takes or gives its time."""
    found = slot(day, hours, zone)
    assert found is not None
    assert found.length == timedelta(minutes=minutes)


def test_cairos_day_without_a_midnight_starts_at_one() -> None:
    """On 2026-04-24 Cairo's clocks go from 23:59 to 01:00."""
    found = slot(date(2026, 4, 24), TimeRange(0, 1440), CAIRO)
    assert found is not None
    assert found.start.astimezone(CAIRO).isoformat() == "2026-04-24T01:00:00+03:00"


@pytest.mark.parametrize(
    ("week", "zone", "monday", "hours"),
    [
        pytest.param(on(list(Weekday)[:5], TimeRange(540, 1020)), BERLIN, date(2026, 3, 2), 40, id="Mon-Fri 9-17"),
        pytest.param(on(list(Weekday)[:5], TimeRange(540, 1020)), BERLIN, date(2026, 3, 23), 40, id="9-17 in spring"),
        pytest.param(on([Weekday.SAT], NIGHT), BERLIN, date(2026, 3, 23), 7, id="Saturday night, spring in Berlin"),
        pytest.param(on([Weekday.SAT], NIGHT), BERLIN, date(2026, 10, 19), 9, id="Saturday night, autumn in Berlin"),
        pytest.param(on([Weekday.SUN], NIGHT), BERLIN, date(2026, 3, 23), 8, id="Sunday night after spring in Berlin"),
        pytest.param(on([Weekday.SUN], NIGHT), BERLIN, date(2026, 10, 19), 8, id="Sunday night after autumn in Berlin"),
        pytest.param(on([Weekday.SUN], NIGHT), TEHRAN, date(2021, 3, 15), 7, id="Sunday night, Tehran's spring 2021"),
        pytest.param(on([Weekday.SUN], NIGHT), TEHRAN, date(2020, 9, 14), 9, id="Sunday night, Tehran's autumn 2020"),
        pytest.param(on(list(Weekday), TimeRange(0, 1440)), BERLIN, date(2026, 3, 23), 167, id="always, spring"),
        pytest.param(on(list(Weekday), TimeRange(0, 1440)), BERLIN, date(2026, 10, 19), 169, id="always, autumn"),
        pytest.param(on(list(Weekday), TimeRange(0, 1440)), APIA, date(2011, 12, 26), 144, id="always, Apia 2011"),
        pytest.param(NO_HOURS, BERLIN, date(2026, 3, 23), 0, id="no hours"),
    ],
)
def test_worked_in_week(week: WeeklyAvailability, zone: ZoneInfo, monday: date, hours: int) -> None:
    """A week's hours are real ones, and a night counts in the week that it starts in."""
    assert worked_in_week(week, monday, zone) == timedelta(hours=hours)


def test_days_off_are_not_worked() -> None:
    """Hours that are kept on a day off make no slots."""
    week = on([Weekday.MON], TimeRange(540, 1020)).switched(Weekday.MON, on=False)
    assert list(slots_of_week(week, date(2026, 3, 2), BERLIN)) == []


def test_slots_of_a_week_stand_in_order_and_touching_ones_apart() -> None:
    """Every open range is its own slot, on its own date."""
    week = NO_HOURS.with_days(
        {
            Weekday.SUN: DayAvailability((NIGHT,), on=True),
            Weekday.MON: DayAvailability((TimeRange(540, 780), TimeRange(780, 1020)), on=True),
        }
    )
    assert list(slots_of_week(week, date(2026, 3, 2), BERLIN)) == [
        Slot(utc("2026-03-02T08:00"), utc("2026-03-02T12:00")),
        Slot(utc("2026-03-02T12:00"), utc("2026-03-02T16:00")),
        Slot(utc("2026-03-08T21:00"), utc("2026-03-09T05:00")),
    ]


def test_a_range_that_the_change_swallows_is_no_slot_of_the_week() -> None:
    """02:00-03:00 on every day is six slots in the week of the spring change."""
    week = on(list(Weekday), TimeRange(120, 180))
    assert len(list(slots_of_week(week, date(2026, 3, 23), BERLIN))) == 6


@pytest.mark.parametrize(("day", "offset"), [(date(2026, 3, 2) + timedelta(days=n), n) for n in range(7)])
def test_monday_of_a_week(day: date, offset: int) -> None:
    """Every day from Monday to Sunday belongs to the same Monday, and is its weekday."""
    assert (monday_of(day), weekday_of(day)) == (date(2026, 3, 2), Weekday(offset))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-02T22:59", date(2026, 3, 2), id="23:59 in Berlin"),
        pytest.param("2026-03-02T23:00", date(2026, 3, 3), id="midnight in Berlin"),
    ],
)
def test_today_is_the_clinics_date(now: str, expected: date) -> None:
    """The date turns at the clinic's midnight, not at UTC's."""
    assert today(utc(now), BERLIN) == expected
