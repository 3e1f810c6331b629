"""A week as people read it: straight on a narrow phone, in every language, whatever the names."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.draft import WeekDraft
from bot.editor import editor_screen
from bot.summary import FURTHEST, shown_monday, this_monday, week_screen, week_table, week_text, WIDEST_LINE
from bot.taps import Step
from bot.words import words_for
from clinic.people import Doctor
from clinic.ports import Clinic, Storage
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability, WeekRecord
from tests.bot.weeks import ENGLISH, every_day, OFFERED, SPOKEN, weeks

MONDAY, NOVEMBER = date(2026, 3, 2), date(2026, 11, 23)
NOW = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
TWELVE_HOUR = "en-US"


def clinic(zone: str = "Europe/Berlin", now: datetime = NOW) -> Clinic:
    return Clinic("Hill Street", ZoneInfo(zone), frozenset(), cast("Storage", None), lambda: now)


def text_of(week: WeeklyAvailability, *, monday: date = MONDAY, name: str = "Ana Ruiz", **record: Any) -> str:
    stored = WeekRecord(1, week, 1, **record)
    return week_text(clinic(), Doctor(1, name, "cardiology"), stored, monday, ENGLISH)


def busy() -> WeeklyAvailability:
    """Hours on every day, a split day and a Sunday night among them."""
    return every_day((540, 780), (900, 1140)).with_days(
        {
            TUE: DayAvailability.of(TUE, [TimeRange(0, 1440)]),
            SUN: DayAvailability.of(SUN, [TimeRange(1320, 1800)]),
        }
    )


TABLES = {
    "en": """\
Mon  2  until 06:00
        09:00–13:00
        15:00–19:00
Tue  3  00:00–24:00
Wed  4  09:00–13:00
        15:00–19:00
Thu  5  09:00–13:00
        15:00–19:00
Fri  6  09:00–13:00
        15:00–19:00
Sat  7  09:00–13:00
        15:00–19:00
Sun  8  22:00–06:00 (+1)""",
    "en-US": """\
Mon  2  until 6:00 AM
        9:00 AM–1:00 PM
        3:00 PM–7:00 PM
Tue  3  all day
Wed  4  9:00 AM–1:00 PM
        3:00 PM–7:00 PM
Thu  5  9:00 AM–1:00 PM
        3:00 PM–7:00 PM
Fri  6  9:00 AM–1:00 PM
        3:00 PM–7:00 PM
Sat  7  9:00 AM–1:00 PM
        3:00 PM–7:00 PM
Sun  8  10:00 PM–6:00 AM (+1)""",
    "es": """\
Lun  2  {until 6:00}
        9:00–13:00
        15:00–19:00
Mar  3  0:00–24:00
Mié  4  9:00–13:00
        15:00–19:00
Jue  5  9:00–13:00
        15:00–19:00
Vie  6  9:00–13:00
        15:00–19:00
Sáb  7  9:00–13:00
        15:00–19:00
Dom  8  22:00–6:00 (+1)""",
    "ru": """\
Пн  2  {until 06:00}
       09:00–13:00
       15:00–19:00
Вт  3  00:00–24:00
Ср  4  09:00–13:00
       15:00–19:00
Чт  5  09:00–13:00
       15:00–19:00
Пт  6  09:00–13:00
       15:00–19:00
Сб  7  09:00–13:00
       15:00–19:00
Вс  8  22:00–06:00 (+1)""",
}


@pytest.mark.parametrize("tag", TABLES)
def test_the_table_in_every_language(tag: str) -> None:
    """Days in a column with their dates, a range a line, clocks as the language writes them."""

    def in_the_language(match: re.Match[str]) -> str:
        return OFFERED[tag].say("until {time}", time=match[1])

    expected = re.sub(r"\{until (\S+)\}", in_the_language, TABLES[tag])
    assert week_table(busy(), OFFERED[tag], MONDAY) == f"<pre>{expected}</pre>"


def test_the_table_without_dates() -> None:
    """A week that stands for every week has no dates."""
    week = NO_HOURS.with_days({MON: DayAvailability.of(MON, [TimeRange(540, 1020)])})
    assert week_table(week, ENGLISH) == (
        "<pre>Mon  09:00–17:00\nTue  off\nWed  off\nThu  off\nFri  off\nSat  off\nSun  off</pre>"
    )


def test_a_day_that_is_off_shows_no_kept_hours() -> None:
    """Patients are not seen in hours that are kept for later."""
    week = every_day((540, 1020)).with_days({MON: DayAvailability((TimeRange(540, 1020),), on=False)})
    assert week_table(week, ENGLISH).startswith("<pre>Mon  off\nTue  09:00–17:00")


def test_sundays_night_ends_on_monday() -> None:
    """The week's last night is the first line of its Monday, though Monday is off."""
    week = NO_HOURS.with_days({SUN: DayAvailability.of(SUN, [TimeRange(1320, 1800)])})
    assert week_table(week, ENGLISH).startswith("<pre>Mon  until 06:00\nTue  off")


@given(week=weeks(), tag=st.sampled_from(sorted(OFFERED)), monday=st.sampled_from([None, MONDAY, NOVEMBER]))
@settings(max_examples=300)
def test_no_line_is_wider_than_a_narrow_phone(week: WeeklyAvailability, tag: str, monday: date | None) -> None:
    """At most 32 characters a line, and one line at least for each day."""
    lines = html.unescape(week_table(week, OFFERED[tag], monday)[len("<pre>") : -len("</pre>")]).split("\n")
    assert max(map(len, lines)) <= WIDEST_LINE
    assert len(lines) >= 7


@pytest.mark.parametrize("tag", SPOKEN)
def test_no_region_has_a_wider_line(tag: str) -> None:
    """The longest night on every day in turn, with its date, wherever the language is spoken."""
    night = TimeRange(12 * 60 + 30, 36 * 60 + 29)
    for day in Weekday:
        table = week_table(NO_HOURS.with_days({day: DayAvailability.of(day, [night])}), words_for(tag), NOVEMBER)
        assert max(map(len, table[len("<pre>") : -len("</pre>")].split("\n"))) <= WIDEST_LINE


def test_the_whole_text() -> None:
    """Whose, which week and zone, the days, the total, and the last change on the clinic's clock."""
    week = NO_HOURS.with_days({MON: DayAvailability.of(MON, [TimeRange(540, 1020)])})
    assert text_of(week, changed_at=NOW, changed_by="Ana Ruiz") == (
        "<b>Ana Ruiz</b> · cardiology\n"
        "2–8 Mar 2026 · Europe/Berlin (UTC+1)\n"
        "<pre>Mon  2  09:00–17:00\nTue  3  off\nWed  4  off\nThu  5  off\nFri  6  off\nSat  7  off\nSun  8  off</pre>\n"
        "Total: <b>8 h</b>\n"
        "Changed 5 Mar 2026, 00:30 by Ana Ruiz"
    )


def test_a_week_that_was_never_set() -> None:
    """No total and no change, but the words for it."""
    assert text_of(NO_HOURS).endswith("</pre>\nNo hours yet.")


@pytest.mark.parametrize(
    ("monday", "total"),
    [(date(2026, 3, 2), "56 h"), (date(2026, 3, 23), "55 h"), (date(2026, 10, 19), "57 h")],
    ids=["usual", "spring", "autumn"],
)
def test_the_total_counts_real_hours(monday: date, total: str) -> None:
    """A night over Berlin's clock change is an hour shorter in March and longer in October."""
    assert f"Total: <b>{total}</b>" in text_of(every_day((1320, 1800)), monday=monday)


@pytest.mark.parametrize(
    ("zone", "monday", "shown"),
    [
        ("Europe/Berlin", date(2026, 7, 6), "Europe/Berlin (UTC+2)"),
        ("America/St_Johns", date(2026, 1, 5), "America/St_Johns (UTC-3:30)"),
        ("Asia/Kathmandu", date(2026, 1, 5), "Asia/Kathmandu (UTC+5:45)"),
        ("UTC", date(2026, 1, 5), "· UTC\n"),
        ("Europe/London", date(2026, 1, 5), "Europe/London (UTC+0)"),
    ],
)
def test_the_zone_with_its_offset(zone: str, monday: date, shown: str) -> None:
    """The zone is named with the offset that holds in that very week."""
    text = week_text(clinic(zone), Doctor(1, "Ana", "GP"), WeekRecord(1), monday, ENGLISH)
    assert shown in text


HOSTILE = "<b>&amp;</b><a href='tg://user?id=1'>x</a>{name}%s"


def test_hostile_names_are_text() -> None:
    """Tags, entities and braces in a name are shown as they were typed."""
    text = text_of(busy(), name=HOSTILE, changed_at=NOW, changed_by=HOSTILE)
    assert text.count(html.escape(HOSTILE, quote=False)) == 2
    assert "<a" not in text


def at_the_extremes() -> WeeklyAvailability:
    """42 different ranges, the widest ones."""
    return NO_HOURS.with_days(
        {
            day: DayAvailability.of(day, [TimeRange(630 + 120 * n + day, 735 + 120 * n + day) for n in range(6)])
            for day in Weekday
        }
    )


@pytest.mark.parametrize("tag", OFFERED)
def test_the_longest_summary_fits_a_message(tag: str) -> None:
    """42 ranges and names of 64 characters stay within 4,096, mark-up not even taken off."""
    record = WeekRecord(2**31, at_the_extremes(), 2**31, NOW, "Ж" * 64, undoable=True)
    screen = week_screen(
        clinic("America/Argentina/ComodRivadavia"),
        Doctor(2**31, "&" * 64, "<" * 64),
        record,
        MONDAY,
        OFFERED[tag],
        own=True,
        notice="✓ <b>Saved.</b>",
    )
    assert len(screen.text) <= 4096


@pytest.mark.parametrize("tag", OFFERED)
@pytest.mark.parametrize("step", [Step.REVIEW, Step.CHANGED, Step.NIGHT])
def test_the_longest_questions_fit_a_message(step: Step, tag: str) -> None:
    """Seven days changed each in its own way, beside another phone's week of 42 ranges."""
    week = at_the_extremes()
    late = {day: DayAvailability.of(day, [*now.ranges[:5], TimeRange(1439 - day, 1440 + 600)]) for day, now in week}
    draft = WeekDraft(doctor_id=1, base=week, version=1, typed=late, days=frozenset(Weekday))
    screen = editor_screen(draft.at(step, theirs=week, their_version=2), OFFERED[tag])
    assert len(screen.text) <= 4096


def test_only_the_doctor_may_change() -> None:
    """Whoever looks at another's week gets arrows and the ways back, and no switch."""
    record = WeekRecord(1, busy(), 4, NOW, "Ana", undoable=True)
    doctor = Doctor(1, "Ana", "GP")
    labels = {
        own: [
            button.text
            for row in week_screen(clinic(), doctor, record, MONDAY, ENGLISH, own=own).rows
            for button in row
        ]
        for own in (True, False)
    }
    assert labels[False] == ["◀", "▶", "Doctors", "☰ Menu"]
    assert labels[True] == [
        *(f"✓ {ENGLISH.weekday(day)}" for day in Weekday),
        "↩ Undo",
        "Change hours",
        "◀",
        "▶",
        "☰ Menu",
    ]


def test_another_week_leads_back_to_this_one() -> None:
    """Beside the arrows stands the way to the present week, where it is not shown already."""
    screen = week_screen(clinic(), Doctor(1, "A", "B"), WeekRecord(1), date(2026, 4, 6), ENGLISH, own=False)
    assert [button.text for button in screen.rows[0]] == ["◀", "This week", "▶"]


def test_this_week_is_the_clinics() -> None:
    """Just before midnight in UTC on a Sunday it is Monday in Berlin."""
    assert this_monday(clinic(now=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))) == date(2026, 3, 9)


@pytest.mark.parametrize("asked", [date.min, date.max, MONDAY + FURTHEST * 2], ids=str)
def test_weeks_that_nobody_plans_are_not_shown(asked: date) -> None:
    """A forged date far away shows the present week and overflows nothing."""
    assert shown_monday(clinic(), asked) == MONDAY


def test_any_day_stands_for_its_week() -> None:
    """A date within a week shows that week from its Monday."""
    assert shown_monday(clinic(), date(2026, 4, 9)) == date(2026, 4, 6)
