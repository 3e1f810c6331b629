"""A week as people read it: straight on a narrow phone, in every language, whatever the names."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editor import editor_screen
from bot.sandbox.markup import parse_html
from bot.summary import (
    dates_table,
    FURTHEST,
    shown_monday,
    this_monday,
    week_screen,
    week_table,
    week_text,
    why_screen,
    WIDEST_LINE,
)
from bot.taps.form import Step
from bot.words import Words, words_for
from clinic.calendar import Rule, Schedule
from clinic.dates import (
    ClinicClosure,
    DateOverride,
    DateRules,
    DateSpan,
    NO_RULES,
    TimeOff,
    TimeOffKind,
    week_span,
)
from clinic.people import Actor, Doctor, Role
from clinic.plan import Stamp, WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic, Storage
from clinic.time_range import TimeRange
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability
from tests.bot.weeks import dated, ENGLISH, every_day, OFFERED, repeating, SPOKEN, week_draft, weeks

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ME = Actor(7, "Ana Ruiz")
DOCTOR = Actor(7, "Ana Ruiz", frozenset({Role.DOCTOR}), doctor_id=1)
OTHER = Actor(9, "Ben Ek", frozenset({Role.DOCTOR}), doctor_id=2)
DESK = Actor(8, "Rosa", frozenset({Role.RECEPTIONIST}))
MONDAY, NOVEMBER = date(2026, 3, 2), date(2026, 11, 23)
NOW = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
TWELVE_HOUR = "en-US"


def clinic(zone: str = BERLIN.key, now: datetime = NOW) -> Clinic:
    return Clinic("Hill Street", ZoneInfo(zone), frozenset(), cast("Storage", None), lambda: now)


def read_of(
    week: WeeklyAvailability = NO_HOURS, rules: DateRules = NO_RULES, zone: ZoneInfo = BERLIN, **record: Any
) -> DoctorSchedule:
    """Return what the storage tells of a doctor whose hours are the same each week."""
    hours = repeating(week)
    stored = WeekRecord(1, hours, **{"version": 1, **record})
    return DoctorSchedule(Doctor(1, "Ana Ruiz", "cardiology"), stored, Schedule(zone, hours, rules))


def text_of(read: DoctorSchedule, monday: date = MONDAY, words: Words = ENGLISH, reader: ZoneInfo = BERLIN) -> str:
    return week_text(clinic(), read, monday, words, reader)


def lines_of(table: str) -> list[str]:
    return html.unescape(table.removeprefix("<pre>").removesuffix("</pre>")).split("\n")


def table_of(
    week: WeeklyAvailability,
    *rules: Rule,
    monday: date = MONDAY,
    words: Words = ENGLISH,
    zone: ZoneInfo = BERLIN,
    reader: ZoneInfo = BERLIN,
) -> list[str]:
    """Return the lines of a week with its dates."""
    return lines_of(dates_table(Schedule(zone, repeating(week), dated(*rules)).days(week_span(monday)), words, reader))


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
    assert table_of(busy(), words=OFFERED[tag]) == expected.split("\n")


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
    words = OFFERED[tag]
    lines = table_of(week, monday=monday, words=words) if monday else lines_of(week_table(week, words))
    assert max(map(len, lines)) <= WIDEST_LINE
    assert len(lines) >= 7


@pytest.mark.parametrize("tag", SPOKEN)
def test_no_region_has_a_wider_line(tag: str) -> None:
    """The longest night on every day in turn, with its date, wherever the language is spoken."""
    night = TimeRange(12 * 60 + 30, 36 * 60 + 29)
    for day in Weekday:
        lines = table_of(
            NO_HOURS.with_days({day: DayAvailability.of(day, [night])}), monday=NOVEMBER, words=words_for(tag)
        )
        assert max(map(len, lines)) <= WIDEST_LINE
        assert not any("…" in line for line in lines)


def test_the_whole_text() -> None:
    """Whose, which week and zone, the days, the total, and the last change on the clinic's clock."""
    week = NO_HOURS.with_days({MON: DayAvailability.of(MON, [TimeRange(540, 1020)])})
    assert text_of(read_of(week, changed_at=NOW, changed_by="Ana Ruiz")) == (
        "<b>Ana Ruiz</b> · cardiology\n"
        "2–8 Mar 2026 · Europe/Berlin (UTC+1)\n"
        "<pre>Mon  2  09:00–17:00\nTue  3  off\nWed  4  off\nThu  5  off\nFri  6  off\nSat  7  off\nSun  8  off</pre>\n"
        "Total: <b>8 h</b>\n"
        "Changed 5 Mar 2026, 00:30 by Ana Ruiz"
    )


def test_a_week_that_was_never_set() -> None:
    """No total and no change, but the words for it."""
    assert text_of(read_of(version=0)).endswith("</pre>\nNo hours yet.")


@pytest.mark.parametrize(
    ("monday", "total"),
    [(date(2026, 3, 2), "56 h"), (date(2026, 3, 23), "55 h"), (date(2026, 10, 19), "57 h")],
    ids=["usual", "spring", "autumn"],
)
def test_the_total_counts_real_hours(monday: date, total: str) -> None:
    """A night over Berlin's clock change is an hour shorter in March and longer in October."""
    assert f"Total: <b>{total}</b>" in text_of(read_of(every_day((1320, 1800))), monday)


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
    assert shown in text_of(read_of(zone=ZoneInfo(zone)), monday, reader=ZoneInfo(zone))


HOSTILE = "<b>&amp;</b><a href='tg://user?id=1'>x</a>{name}%s"


def test_hostile_names_are_text() -> None:
    """Tags, entities and braces in a name are shown as they were typed."""
    read = replace(read_of(busy(), changed_at=NOW, changed_by=HOSTILE), doctor=Doctor(1, HOSTILE, "cardiology"))
    text = text_of(read)
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
    zone = ZoneInfo("America/Argentina/ComodRivadavia")
    read = read_of(at_the_extremes(), zone=zone, version=2**31, changed_at=NOW, changed_by="Ж" * 64, undoable=True)
    screen = week_screen(
        clinic(zone.key),
        replace(read, doctor=Doctor(1, "&" * 64, "<" * 64)),
        MONDAY,
        DOCTOR,
        OFFERED[tag],
        notice="✓ <b>Saved.</b>",
    )
    assert len(screen.text) <= 4096


@pytest.mark.parametrize("tag", OFFERED)
@pytest.mark.parametrize("step", [Step.REVIEW, Step.CHANGED, Step.NIGHT])
def test_the_longest_questions_fit_a_message(step: Step, tag: str) -> None:
    """Seven days changed each in its own way, beside another phone's week of 42 ranges."""
    week = at_the_extremes()
    late = {day: DayAvailability.of(day, [*now.ranges[:5], TimeRange(1439 - day, 1440 + 600)]) for day, now in week}
    draft = week_draft(week).at(step, typed=late, days=frozenset(Weekday), theirs=repeating(week), their_version=2)
    screen = editor_screen(draft, OFFERED[tag])
    assert len(screen.text) <= 4096


WED_SPAN = DateSpan(date(2026, 3, 4), date(2026, 3, 4))
MORNING = every_day((540, 780))
LINES: dict[str, tuple[Rule, str]] = {
    "time off": (TimeOff(1, WED_SPAN, None, "holiday"), "Wed  4  off · holiday"),
    "time off without a reason": (TimeOff(1, WED_SPAN), "Wed  4  off *"),
    "sick": (TimeOff(1, WED_SPAN, kind=TimeOffKind.SICK), "Wed  4  off · sick"),
    "other hours": (DateOverride.of(1, WED_SPAN.first, [TimeRange(600, 840)]), "Wed  4  10:00–14:00 *"),
    "some hours off": (TimeOff(1, WED_SPAN, TimeRange(720, 780), "dentist"), "Wed  4  09:00–12:00 *"),
    "all hours off": (TimeOff(1, WED_SPAN, TimeRange(540, 780), "dentist"), "Wed  4  off · dentist"),
    "a closure": (ClinicClosure(WED_SPAN, "Christmas"), "Wed  4  closed · Christmas"),
}


@pytest.mark.parametrize(("rule", "line"), LINES.values(), ids=LINES)
def test_what_is_not_usual_stands_in_the_line(rule: Rule, line: str) -> None:
    """Its reason, or a mark; the days beside it have neither."""
    usual = table_of(MORNING)
    assert table_of(MORNING, rule) == [*usual[:2], line, *usual[3:]]


def test_a_night_that_is_cut_leaves_no_tail() -> None:
    """Other hours replace the whole date, the end of the night before too: it ends at 24:00, and is marked."""
    other = DateOverride.of(1, WED_SPAN.first, [TimeRange(600, 840)])
    assert table_of(every_day((1320, 1800)), other)[2:6] == [
        "Tue  3  until 06:00",
        "        22:00–24:00 *",
        "Wed  4  10:00–14:00 *",
        "Thu  5  22:00–06:00 (+1)",
    ]


STAR, CLOCK = "<i>* not the usual hours</i>", "<i>= on the clock of America/New_York</i>"
LEGENDS: dict[str, tuple[tuple[Rule, ...], ZoneInfo, list[str]]] = {
    "nothing unusual": ((), BERLIN, []),
    "other hours": ((DateOverride.of(1, WED_SPAN.first, [TimeRange(600, 840)]),), BERLIN, [STAR]),
    "off with a reason": ((TimeOff(1, WED_SPAN, None, "holiday"),), BERLIN, []),
    "off without one": ((TimeOff(1, WED_SPAN),), BERLIN, [STAR]),
    "another clock": ((), NEW_YORK, [CLOCK]),
    "closed all week on another clock": ((ClinicClosure(week_span(MONDAY), "Works"),), NEW_YORK, []),
}


@pytest.mark.parametrize(("rules", "reader", "legend"), LEGENDS.values(), ids=LEGENDS)
def test_a_legend_only_where_needed(rules: tuple[Rule, ...], reader: ZoneInfo, legend: list[str]) -> None:
    """A sign is explained where it stands, and nowhere else."""
    text = text_of(read_of(MORNING, dated(*rules)), reader=reader)
    assert [line for line in text.split("\n") if line in {STAR, CLOCK}] == legend


def test_clock_changes_are_said_below() -> None:
    """The date on which hours last otherwise than they look."""
    text = text_of(read_of(every_day((150, 210))), date(2026, 3, 23))
    assert "Sun 29 Mar: the clocks change, these hours last 30 min." in text
    assert "clocks" not in text_of(read_of(MORNING), date(2026, 3, 23))


@pytest.mark.parametrize(
    ("hours", "reader", "lines"),
    [
        ((540, 780), BERLIN, ["Mon  2  09:00–13:00"]),
        ((540, 780), NEW_YORK, ["Mon  2  09:00–13:00", "        = 03:00–07:00"]),
        ((60, 240), NEW_YORK, ["Mon  2  01:00–04:00", "        = 19:00–22:00 (-1)"]),
        ((1200, 1320), ZoneInfo("Asia/Tokyo"), ["Mon  2  20:00–22:00", "        = 04:00–06:00 (+1)"]),
        ((540, 780), ZoneInfo("Europe/Madrid"), ["Mon  2  09:00–13:00"]),
    ],
)
def test_a_second_line_of_times_where_the_readers_clock_differs(
    hours: tuple[int, int], reader: ZoneInfo, lines: list[str]
) -> None:
    """Below its own hours; another zone whose clocks show the same needs none."""
    week = NO_HOURS.with_days({MON: DayAvailability.of(MON, [TimeRange(*hours)])})
    assert table_of(week, reader=reader)[:-6] == lines


def test_one_who_reads_the_same_times_needs_no_legend() -> None:
    """Madrid's clocks are Berlin's."""
    assert "clock of" not in text_of(read_of(MORNING), reader=ZoneInfo("Europe/Madrid"))


def test_every_range_is_followed_by_its_own_times() -> None:
    """Where a day has two ranges, each stands above what the reader's clock shows for it."""
    week = NO_HOURS.with_days({MON: DayAvailability.of(MON, [TimeRange(540, 780), TimeRange(900, 1140)])})
    assert table_of(week, reader=NEW_YORK)[:4] == [
        "Mon  2  09:00–13:00",
        "        = 03:00–07:00",
        "        15:00–19:00",
        "        = 09:00–13:00",
    ]


@pytest.mark.parametrize("tag", SPOKEN)
def test_no_region_has_a_wider_line_of_dates(tag: str) -> None:
    """The longest reason, the widest marked night and its second line, wherever the language is spoken."""
    night = TimeRange(12 * 60 + 30, 36 * 60 + 29)
    days = [NOVEMBER + timedelta(days=ahead) for ahead in range(0, 7, 2)]
    rules: list[Rule] = [
        TimeOff(1, DateSpan(days[0], days[0]), None, "W" * 64),
        ClinicClosure(DateSpan(days[1], days[1]), "W" * 64),
        *(DateOverride.of(1, day, [night]) for day in days[2:]),
    ]
    zone = ZoneInfo("Pacific/Kiritimati")
    lines = table_of(NO_HOURS, *rules, monday=NOVEMBER, words=words_for(tag), zone=zone, reader=NEW_YORK)
    assert max(map(len, lines)) <= WIDEST_LINE
    assert ["…" in line for line in lines if line.endswith(("…", "*", ")"))].count(True) == 2


def test_reasons_and_names_are_text() -> None:
    """Tags and entities in a reason, a closure's name and a signature are shown as they were typed."""
    stamp = Stamp(8, "<b>Bo</b>", NOW)
    off = TimeOff(1, WED_SPAN, None, "<i>&amp;</i>", stamp=stamp)
    closure = ClinicClosure(DateSpan(MONDAY, MONDAY), "<u>", stamp)
    read = read_of(MORNING, dated(off, closure))
    text = text_of(read) + why_screen(clinic(), read, MONDAY, ME, ENGLISH).text
    assert not re.search(r"<(i|u|b)>(&amp;|Bo|</)", text)
    assert text.count("&lt;i&gt;&amp;amp;&lt;/i&gt;") == 2
    assert text.count("&lt;u&gt;") == 2


@pytest.mark.parametrize("tag", OFFERED)
def test_the_longest_week_of_another_zone_fits_a_message(tag: str) -> None:
    """Every range with a second line, marks, clock notes, and the longest names."""
    zone = ZoneInfo("America/Argentina/ComodRivadavia")
    monday, week = date(2026, 3, 23), at_the_extremes()
    rules = [DateOverride.of(1, day, week[TUE].ranges) for day in week_span(monday)]
    read = read_of(week, dated(*rules), version=2**31, changed_at=NOW, changed_by="&" * 64)
    read = replace(read, doctor=Doctor(2**31, "&" * 64, "<" * 64))
    screen = week_screen(clinic(zone.key), read, monday, DESK, OFFERED[tag], notice="✓ <b>Saved.</b>")
    assert len(screen.text) <= 4096


@pytest.mark.parametrize("tag", OFFERED)
def test_the_longest_why_fits_a_message(tag: str) -> None:
    """Seven days, each with a closure, times off and other hours, and the longest reasons and names."""
    stamp = Stamp(8, "&" * 64, NOW)
    rules: list[Rule] = []
    for day in week_span(MONDAY):
        span = DateSpan(day, day)
        rules += [ClinicClosure(span, "<" * 64, stamp), TimeOff(1, span, None, "&" * 64, stamp=stamp)]
        rules += [TimeOff(1, span, TimeRange(540, 600 + n), "&" * 64, stamp=stamp) for n in range(4)]
        rules += [DateOverride.of(1, day, at_the_extremes()[MON].ranges, stamp)]
    screen = why_screen(clinic(), read_of(MORNING, dated(*rules)), MONDAY, ME, OFFERED[tag])
    shown, _ = parse_html(screen.text)
    assert 2000 < len(shown) <= 4096
    assert OFFERED[tag].say("… and {n} more", n=2) in shown


def test_why_names_days_alike_once() -> None:
    """A run of dates that one rule decides stands under one heading."""
    off = TimeOff(1, DateSpan(date(2026, 3, 3), date(2026, 3, 5)), None, "holiday")
    text = why_screen(clinic(), read_of(MORNING, dated(off)), MONDAY, ME, ENGLISH).text
    assert re.findall(r"<b>(.*?)</b>", text)[1:] == ["Mon 2 Mar", "3–5 Mar", "6–8 Mar"]


def test_why_without_any_rule() -> None:
    """Hours that were never set are said to be so."""
    text = why_screen(clinic(), read_of(version=0), MONDAY, ME, ENGLISH).text
    assert text.endswith("No hours were ever set.")


def plans_of(*plans: WeekPlan) -> DoctorSchedule:
    hours = WeeklyHours(plans)
    doctor = Doctor(1, "Ana Ruiz", "cardiology")
    return DoctorSchedule(doctor, WeekRecord(1, hours, 1), Schedule(BERLIN, hours, NO_RULES))


def labels_of(read: DoctorSchedule, monday: date) -> list[str]:
    return [button.text for row in week_screen(clinic(), read, monday, DOCTOR, ENGLISH).rows for button in row]


def test_a_week_of_its_own_has_a_way_back() -> None:
    """On that week alone, and no more once it is over."""
    once = WeekPlan((NO_HOURS,), date(2026, 3, 9), date(2026, 3, 15), once=True)
    back = "Usual hours this week"
    read = plans_of(WeekPlan((MORNING,)), once)
    assert [back in labels_of(read, monday) for monday in (MONDAY, date(2026, 3, 9))] == [False, True]
    past = plans_of(WeekPlan((MORNING,)), replace(once, starts=date(2026, 2, 23), ends=date(2026, 3, 1)))
    assert back not in labels_of(past, date(2026, 2, 23))


def test_later_hours_have_a_way_back() -> None:
    """On the weeks that they hold in, until they have begun."""
    later = WeekPlan((every_day((900, 1140)),), date(2026, 3, 11))
    read = plans_of(WeekPlan((MORNING,), ends=date(2026, 3, 10)), later)
    back = "Drop the hours from 11 Mar on"
    assert [back in labels_of(read, monday) for monday in (MONDAY, date(2026, 3, 9))] == [False, True]


def test_no_switches_on_a_week_that_is_over() -> None:
    """What is past is not changed from there."""
    assert "✓ Mon" not in labels_of(read_of(MORNING), date(2026, 2, 23))


def test_only_the_doctor_and_the_delegate_may_change() -> None:
    """Whoever looks at another's week gets arrows and the ways back, and no switch; the desk may propose."""
    delegate = replace(OTHER, delegate_of=frozenset({1}))
    read = read_of(busy(), version=4, changed_at=NOW, changed_by="Ana", undoable=True)
    labels = {
        actor: [button.text for row in week_screen(clinic(), read, MONDAY, actor, ENGLISH).rows for button in row]
        for actor in (DOCTOR, delegate, DESK, OTHER)
    }
    looking = ["◀", "Why?", "▶", "Copy", "Picture", "Calendar file"]
    assert labels[DESK] == ["Propose hours", *looking, "Doctors", "☰ Menu"]
    assert labels[OTHER] == [*looking, "☰ Menu"]
    setting = [*(f"✓ {ENGLISH.weekday(day)}" for day in Weekday), "↩ Undo", "Change hours"]
    assert labels[delegate] == [*setting, *looking, "Time off", "Other hours", "☰ Menu"]
    assert labels[DOCTOR] == [*setting, *looking, "☰ Menu"]


def test_the_last_change_names_both_who_made_it_and_in_whose_name() -> None:
    """A delegate stands beside the doctor."""
    read = read_of(busy(), changed_at=NOW, changed_by="Rosa Klein", on_behalf="Ana Ruiz")
    assert text_of(read).endswith("by Rosa Klein for Ana Ruiz")


def test_another_week_leads_back_to_this_one() -> None:
    """Beside the arrows stands the way to the present week, where it is not shown already."""
    screen = week_screen(clinic(), read_of(), date(2026, 4, 6), OTHER, ENGLISH)
    assert [button.text for button in screen.rows[0]] == ["◀", "This week", "Why?", "▶"]


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
