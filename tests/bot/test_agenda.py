"""What decides a date, in words: each kind of rule, who set it, the order, and what clock changes do."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from typing import cast

import pytest

from bot.agenda import clock_note, mark_of, off_label, rule_text, why_lines
from clinic.calendar import ResolvedDay, Rule, Schedule
from clinic.dates import ClinicClosure, DateOverride, DateSpan, TimeOff, TimeOffKind
from clinic.people import Actor
from clinic.plan import Stamp, WeeklyHours, WeekPlan
from clinic.ports import Clinic, Storage
from clinic.time_range import TimeRange
from clinic.week import NO_HOURS
from tests.bot.weeks import dated, ENGLISH, every_day, OFFERED, repeating, ZONE

EVE, NEW_YEAR = date(2026, 12, 24), date(2027, 1, 2)
DAY, DAYS = DateSpan(EVE, EVE), DateSpan(EVE, date(2026, 12, 28))
HOURS = TimeRange(840, 1080)
CLINIC = Clinic("Hill Street", ZONE, frozenset(), cast("Storage", None), lambda: datetime(2026, 12, 1, tzinfo=UTC))
ME = Actor(7, "Ana Ruiz")
MINE = Stamp(7, "Ana Ruiz", datetime(2026, 11, 3, 23, 30, tzinfo=UTC))
"""Half past midnight on the 4th, in the clinic."""
BOSS = Stamp(8, "Bo <Boss>", datetime(2026, 11, 3, 12, tzinfo=UTC))
TURNS = WeekPlan((NO_HOURS, every_day((540, 780))))
ONE_WEEK = WeekPlan((NO_HOURS,), date(2026, 12, 21), date(2026, 12, 27), once=True)

RULES: list[tuple[Rule, str, str, str]] = [
    (
        ClinicClosure(DAY, "Christmas"),
        "Clinic closed: Christmas, 24 Dec 2026",
        "Clínica cerrada: Christmas, 24 dic 2026",
        "Клиника закрыта: Christmas, 24 дек. 2026 г.",
    ),
    (TimeOff(1, DAY), "Off: Thu 24 Dec", "Libre: jue, 24 dic", "Нет приёма: чт, 24 дек."),
    (
        TimeOff(1, DAYS, None, "holiday"),
        "Off: holiday, 24–28 Dec",
        "Libre: holiday, 24–28 dic",
        "Нет приёма: holiday, 24–28 дек.",
    ),
    (
        TimeOff(1, DateSpan(EVE, NEW_YEAR)),
        "Off: 24 Dec 2026 – 2 Jan 2027",
        "Libre: 24 dic 2026 – 2 ene 2027",
        "Нет приёма: 24 дек. 2026 г. – 2 янв. 2027 г.",
    ),
    (
        TimeOff(1, DAY, HOURS, "dentist"),
        "Off: dentist, Thu 24 Dec, 14:00–18:00",
        "Libre: dentist, jue, 24 dic, 14:00–18:00",
        "Нет приёма: dentist, чт, 24 дек., 14:00–18:00",
    ),
    (
        TimeOff(1, DAY, kind=TimeOffKind.SICK),
        "Off sick, Thu 24 Dec",
        "De baja por enfermedad, jue, 24 dic",
        "Болезнь, чт, 24 дек.",
    ),
    (
        TimeOff(1, DAY, TimeRange(540, 585), kind=TimeOffKind.LATE),
        "Running late: from 09:45, Thu 24 Dec",
        "Llega tarde: desde las 9:45, jue, 24 dic",
        "Опоздание: с 09:45, чт, 24 дек.",
    ),
    (
        TimeOff(1, DAY, TimeRange(960, 1020), kind=TimeOffKind.EARLY),
        "Leaving early: until 16:00, Thu 24 Dec",
        "Se va antes: hasta las 16:00, jue, 24 dic",
        "Ранний уход: до 16:00, чт, 24 дек.",
    ),
    (
        DateOverride.of(1, EVE, [HOURS, TimeRange(600, 660)]),
        "Other hours on Thu 24 Dec: 10:00–11:00, 14:00–18:00",
        "Otro horario el jue, 24 dic: 10:00–11:00, 14:00–18:00",
        "Другие часы чт, 24 дек.: 10:00–11:00, 14:00–18:00",
    ),
    (
        DateOverride.of(1, EVE, []),
        "Other hours on Thu 24 Dec: off",
        "Otro horario el jue, 24 dic: libre",
        "Другие часы чт, 24 дек.: вых.",
    ),
    (
        ONE_WEEK,
        "Hours of the week 21–27 Dec 2026 alone",
        "Horario solo de la semana 21–27 dic 2026",
        "Часы только на неделю 21–27 дек. 2026 г.",
    ),
    (TURNS, "Hours of every other week", "Horario en semanas alternas", "Часы через неделю"),
    (
        WeekPlan((NO_HOURS,), date(2026, 12, 1)),
        "Weekly hours since 1 Dec 2026",
        "Horario semanal desde el 1 dic 2026",
        "Недельные часы с 1 дек. 2026 г.",
    ),
    (WeekPlan(), "Weekly hours", "Horario semanal", "Недельные часы"),
]


def plain(text: str) -> str:
    """Return the text with the blank of every keyboard for CLDR's narrow ones."""
    return " ".join(text.split())


@pytest.mark.parametrize(("rule", "english", "spanish", "russian"), RULES, ids=[row[1] for row in RULES])
def test_every_rule_in_one_line(rule: Rule, english: str, spanish: str, russian: str) -> None:
    """What it is, on which dates, with which hours, in each language."""
    said = {tag: plain(rule_text(rule, OFFERED[tag])) for tag in ("en", "es", "ru")}
    assert said == {"en": english, "es": spanish, "ru": russian}


def resolved(*rules: Rule, hours: WeeklyHours | None = None, day: date = EVE) -> ResolvedDay:
    return Schedule(ZONE, hours or repeating(every_day((540, 780))), dated(*rules)).day(day)


def why(*rules: Rule, tag: str = "en", hours: WeeklyHours | None = None) -> list[str]:
    return [plain(line) for line in why_lines(resolved(*rules, hours=hours), ME, CLINIC, OFFERED[tag])]


@pytest.mark.parametrize(
    ("tag", "mine", "theirs"),
    [
        ("en", ", set by you on 4 Nov", ", set by Bo <Boss> on 3 Nov"),
        ("es", "; lo puso usted el 4 nov", "; lo puso Bo <Boss> el 3 nov"),
        ("ru", "; установлено вами 4 нояб.", "; установлено: Bo <Boss>, 3 нояб."),
    ],
)
def test_who_set_it(tag: str, mine: str, theirs: str) -> None:
    """Oneself or another by name, on the date that the clinic's calendar showed."""
    lines = why(TimeOff(1, DAY, stamp=MINE), DateOverride.of(1, EVE, [], BOSS), tag=tag)
    assert lines[0].endswith(mine)
    assert lines[1].endswith(theirs)


def test_what_nobody_signed_has_no_name() -> None:
    """Hours from before there were stamps are but named."""
    assert why() == ["Weekly hours"]


ORDER: list[Rule] = [
    ClinicClosure(DAY, "Christmas"),
    TimeOff(1, DAY, None, "whole"),
    TimeOff(1, DAY, HOURS, "some"),
    DateOverride.of(1, EVE, []),
]


@pytest.mark.parametrize("count", range(1, 5))
def test_what_decides_stands_first(count: int) -> None:
    """Closure, time off for the day and then for hours, other hours, the week; however they were read."""
    rules = ORDER[-count:]
    expected = [*(plain(rule_text(rule, ENGLISH)) for rule in rules), "Weekly hours"]
    assert why(*rules) == why(*reversed(rules)) == expected


def test_a_week_of_its_own_decides_before_the_usual() -> None:
    """A plan for one week is named, the one beneath it is not."""
    hours = WeeklyHours((WeekPlan((every_day((540, 780)),)), ONE_WEEK))
    assert why(hours=hours) == ["Hours of the week 21–27 Dec 2026 alone"]


def test_hours_that_were_never_set_say_nothing() -> None:
    """An empty plan that nobody made is no rule to a person."""
    assert why(hours=repeating(NO_HOURS)) == []
    cleared = WeeklyHours((WeekPlan((NO_HOURS,), stamp=MINE),))
    assert why(hours=cleared) == ["Weekly hours, set by you on 4 Nov"]


MARKS: list[tuple[tuple[Rule, ...], str]] = [
    ((), ""),
    ((DateOverride.of(1, EVE, [TimeRange(600, 840)]),), " *"),
    ((DateOverride.of(1, EVE, [TimeRange(540, 780)]),), ""),
    ((TimeOff(1, DAY, TimeRange(720, 780)),), " *"),
    ((TimeOff(1, DAY, HOURS),), ""),
]


@pytest.mark.parametrize(("rules", "mark"), MARKS, ids=["usual", "other", "the same", "cut", "beside"])
def test_what_is_not_usual_is_marked(rules: tuple[Rule, ...], mark: str) -> None:
    """By the hours and not by the rules: one that changes nothing is no news."""
    assert mark_of(resolved(*rules)) == mark


LABELS: list[tuple[tuple[Rule, ...], WeeklyHours | None, str]] = [
    ((), repeating(NO_HOURS), "off"),
    ((TimeOff(1, DAY),), None, "off *"),
    ((TimeOff(1, DAY, None, "holiday"),), None, "off · holiday"),
    ((TimeOff(1, DAY, kind=TimeOffKind.SICK),), None, "off · sick"),
    ((DateOverride.of(1, EVE, []),), None, "off *"),
    ((DateOverride.of(1, EVE, []),), repeating(NO_HOURS), "off"),
    ((ClinicClosure(DAY, "Christmas"), TimeOff(1, DAY, None, "holiday")), None, "closed · Christmas"),
]


@pytest.mark.parametrize(("rules", "hours", "label"), LABELS, ids=range(len(LABELS)))
def test_why_a_date_has_no_hours(rules: tuple[Rule, ...], hours: WeeklyHours | None, label: str) -> None:
    """In the few letters that a week's line has: the reason, or a mark where the week says otherwise."""
    assert off_label(resolved(*rules, hours=hours), ENGLISH) == label


def test_a_reason_stands_where_it_took_the_hours() -> None:
    """Time off for hours besides those of a free day is not why the day is free."""
    beside = TimeOff(1, DAY, HOURS, "dentist")
    assert off_label(resolved(beside, hours=repeating(NO_HOURS)), ENGLISH) == "off"


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
CLOCKS = [
    (SPRING, (150, 210), "Sun 29 Mar: the clocks change, these hours last 30 min."),
    (SPRING, (90, 150), "Sun 29 Mar: the clocks change, these hours last 30 min."),
    (SPRING, (120, 180), "Sun 29 Mar: the clocks change, these hours do not happen."),
    (SPRING, (540, 780), ""),
    (SPRING - timedelta(days=1), (1320, 1800), "Sat 28 Mar: the clocks change, these hours last 7 h."),
    (AUTUMN, (90, 150), ""),
    (AUTUMN, (120, 180), "Sun 25 Oct: the clocks change, these hours last 2 h."),
    (AUTUMN - timedelta(days=1), (1320, 1800), "Sat 24 Oct: the clocks change, these hours last 9 h."),
]


@pytest.mark.parametrize(("day", "hours", "note"), CLOCKS)
def test_what_a_clock_change_does(day: date, hours: tuple[int, int], note: str) -> None:
    """Hours that are longer or shorter than they look, or that never happen, are said to be; others are not."""
    assert clock_note(resolved(hours=repeating(every_day(hours)), day=day), ENGLISH) == note


def test_a_free_day_has_no_clock_note() -> None:
    """Where there are no hours, none change."""
    assert clock_note(resolved(hours=repeating(NO_HOURS), day=SPRING), ENGLISH) == ""
