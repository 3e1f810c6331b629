"""The calendar file, read back by vobject, which shares no code with icalendar, and compared with the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]  # it has no types
from dateutil.tz import tzical  # type: ignore[import-untyped]  # it has no types
from hypothesis import given, settings

from bot.calendar_file import calendar_file
from bot.calendar_zone import clock_changes, zone_component
from clinic.calendar import Schedule, Slot
from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, NO_RULES, TimeOff, week_span
from clinic.people import Doctor
from clinic.plan import WeeklyHours, WeekPlan
from tests.clinic.hours_of import day, hours, utc, week
from tests.clinic.random_hours import Case, cases

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
"""Four weeks before Berlin's summer time begins."""
NOW = utc("2026-03-02T09:00")
SIXTY_DAYS = timedelta(days=60)
ANA = Doctor(7, "Ana Ñuñez, Dr; Юлия", "cardiology")
NINE_TO_FIVE = WeekPlan((week(mon="09:00-13:00,15:00-19:00", tue="08:00-14:00", thu="22:00-06:00"),))
OTHER_WEEK = week(wed="10:00-12:00", fri="22:00-06:00")


def written(schedule: Schedule, first: date = MONDAY) -> str:
    return (calendar_file(ANA, schedule, first, NOW) or b"").decode()


def read(content: str) -> Any:
    return vobject.readOne(content)


def happening(content: str, first: date, zone: ZoneInfo) -> list[Slot]:
    """Return what a phone's calendar shows in sixty days: every occurrence on the clock of the file's zone."""
    found = []
    for event in read(content).vevent_list if content else ():
        start, end = event.dtstart.value, event.dtend.value
        length = end.replace(tzinfo=None) - start.replace(tzinfo=None)
        recurs = event.getrruleset(addRDate=True) if "rrule" in event.contents else [start]
        for occurrence in recurs:
            begins = occurrence.replace(tzinfo=None)
            if begins.date() >= first + SIXTY_DAYS:
                break
            ends = (begins + length).replace(tzinfo=zone)
            found.append(Slot(begins.replace(tzinfo=zone).astimezone(UTC), ends.astimezone(UTC)))
    return sorted(found)


def worked(schedule: Schedule, first: date) -> list[Slot]:
    """Return what the rules say of the same sixty days."""
    days = schedule.days(DateSpan(first, first + SIXTY_DAYS - timedelta(days=1)))
    return sorted(slot for resolved in days for slot in resolved.slots)


SPRING, AUTUMN = date(2026, 3, 2), date(2026, 10, 1)
TURNS = WeekPlan((NINE_TO_FIVE.weeks[0], OTHER_WEEK), anchor=date(2026, 2, 23))
ONE_WEEK = week_span(date(2026, 3, 16))
SCHEDULES = {
    "a week": ([NINE_TO_FIVE], NO_RULES),
    "every other week": ([TURNS], NO_RULES),
    "until a date": (
        [
            replace(NINE_TO_FIVE, ends=date(2026, 4, 1)),
            WeekPlan((OTHER_WEEK,), starts=date(2026, 4, 2)),
        ],
        NO_RULES,
    ),
    "one week alone": ([TURNS, WeekPlan((OTHER_WEEK,), ONE_WEEK.first, ONE_WEEK.last, once=True)], NO_RULES),
    "time off": ([NINE_TO_FIVE], DateRules((TimeOff(7, DateSpan(date(2026, 3, 9), date(2026, 3, 20))),))),
    "hours off": (
        [NINE_TO_FIVE],
        DateRules((TimeOff(7, DateSpan(date(2026, 3, 12), date(2026, 3, 13)), hours("23:00-02:00")),)),
    ),
    "other hours": (
        [TURNS],
        DateRules((), (DateOverride(7, date(2026, 3, 10), day("10:00-12:00", "20:00-03:00")),)),
    ),
    "a closure": (
        [NINE_TO_FIVE],
        DateRules((), (), (ClinicClosure(DateSpan(date(2026, 3, 6), date(2026, 3, 9)), "Holiday"),)),
    ),
}


@pytest.mark.parametrize("first", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_phone_shows_what_the_rules_say(name: str, first: date) -> None:
    """For sixty days over a change of the clocks."""
    plans, rules = SCHEDULES[name]
    schedule = Schedule(BERLIN, WeeklyHours(tuple(plans)), rules)
    assert happening(written(schedule, first), first, BERLIN) == worked(schedule, first)


def test_hours_that_the_clocks_skip_or_stretch_are_as_they_happen() -> None:
    """A start in the hour that spring skips, and every night over a change."""
    plan = WeekPlan((week(sun="02:30-08:00", sat="18:00-02:15", fri="22:00-06:00"),))
    for first in (SPRING, AUTUMN, date(2026, 3, 28), date(2026, 10, 24)):
        schedule = Schedule(BERLIN, WeeklyHours((plan,)))
        assert happening(written(schedule, first), first, BERLIN) == worked(schedule, first)


@given(case=cases().filter(lambda case: case.zone.key != "Pacific/Apia"))  # no reader takes an offset of a whole day
@settings(max_examples=150)
def test_a_phone_shows_what_the_rules_say_of_any_hours(case: Case) -> None:
    """Whatever plans, exceptions and changes of the clocks come together."""
    first = case.day - timedelta(days=10)
    schedule = Schedule(case.zone, case.hours, case.rules)
    assert happening(written(schedule, first), first, case.zone) == worked(schedule, first)


@pytest.mark.parametrize("first", [date(2026, 3, 28), date(2026, 10, 24)], ids=["spring", "autumn"])
def test_no_recurrence_begins_on_a_change_of_the_clocks(first: date) -> None:
    """RFC 5545 gives every occurrence the real length of the first: nine hours for all nights, or seven."""
    content = written(Schedule(BERLIN, WeeklyHours((WeekPlan((week(sat="22:00-06:00"),)),))), first)
    (recurring,) = (event for event in read(content).vevent_list if "rrule" in event.contents)
    assert recurring.dtend.value.astimezone(UTC) - recurring.dtstart.value.astimezone(UTC) == timedelta(hours=8)


def test_what_repeats_is_one_event() -> None:
    """Mornings of five days are one recurrence, though the year has hundreds of them."""
    plan = WeekPlan((week(mon="09:00-13:00", tue="09:00-13:00", fri="09:00-13:00"),))
    content = written(Schedule(BERLIN, WeeklyHours((plan,))))
    assert content.count("BEGIN:VEVENT") == 1
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,FR" in content


def test_turns_are_every_second_week() -> None:
    """Each of the two weeks recurs with an interval of two, in weeks that begin on Mondays."""
    content = written(Schedule(BERLIN, WeeklyHours((TURNS,))))
    assert content.count("INTERVAL=2") == content.count("WKST=MO") == content.count("RRULE:") == 6


def test_the_same_hours_have_the_same_ids() -> None:
    """A file of a later day, opened on the same phone, replaces what is there."""
    schedule = Schedule(BERLIN, WeeklyHours((TURNS,)))
    earlier, later = written(schedule), written(schedule, MONDAY + timedelta(days=3))
    ids = [
        {event.uid.value for event in read(content).vevent_list if event.getrruleset()} for content in (earlier, later)
    ]
    assert ids[0] == ids[1]


def test_no_two_events_share_an_id() -> None:
    """Split days, turns and exceptions of one doctor are told apart."""
    for plans, rules in SCHEDULES.values():
        content = written(Schedule(BERLIN, WeeklyHours(tuple(plans)), rules))
        ids = [event.uid.value for event in read(content).vevent_list] if content else []
        assert len(ids) == len(set(ids))


def test_names_are_read_back_as_they_are() -> None:
    """Commas, semicolons and Cyrillic letters too."""
    event = read(written(Schedule(BERLIN, WeeklyHours((NINE_TO_FIVE,))))).vevent_list[0]
    assert event.summary.value == "Ana Ñuñez, Dr; Юлия · cardiology"


def test_without_hours_there_is_no_file() -> None:
    """RFC 5545 wants a component in a calendar, and phones refuse one without."""
    assert calendar_file(ANA, Schedule(BERLIN, WeeklyHours()), MONDAY, NOW) is None


def test_utc_needs_no_zone() -> None:
    """Its times end in Z."""
    content = written(Schedule(ZoneInfo("UTC"), WeeklyHours((NINE_TO_FIVE,))))
    assert "VTIMEZONE" not in content
    assert "DTSTART:20260302T090000Z" in content


def _offsets_of_a_year(zone: Any, first: datetime) -> Iterator[tuple[datetime, timedelta | None]]:
    for ahead in range(366 * 24):
        at = first + timedelta(hours=ahead)
        yield at, at.astimezone(zone).utcoffset()


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
def test_the_zone_in_the_file_is_the_zone(name: str) -> None:
    """Its offsets, read by dateutil, are those of each hour of a year."""
    span = DateSpan(date(2026, 1, 1), date(2027, 12, 31))
    text = "BEGIN:VCALENDAR\r\n" + zone_component(ZoneInfo(name), span).to_ical().decode() + "END:VCALENDAR\r\n"
    found = tzical(StringIO(text)).get(name)
    first = utc("2026-01-02T00:00")
    assert list(_offsets_of_a_year(found, first)) == list(_offsets_of_a_year(ZoneInfo(name), first))


def test_the_changes_of_a_year() -> None:
    """Two in Berlin, at one o'clock UTC."""
    changes = clock_changes(BERLIN, DateSpan(date(2026, 1, 1), date(2026, 12, 31)))
    assert [change.at for change in changes] == [utc("2026-03-29T01:00"), utc("2026-10-25T01:00")]
