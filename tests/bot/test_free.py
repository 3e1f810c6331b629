"""The next free slots in words, whom they are asked of, and why there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.free import (
    everybody,
    key_of,
    offers_text,
    Reason,
    reason_text,
    reasons,
    specialization_key,
    whom_found,
    whom_of,
)
from bot.handlers.free import Asked, read_asked
from bot.taps.desk import ShowFree
from bot.words import words_for
from clinic.calendar import Schedule, Slot
from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, NO_RULES, TimeOff
from clinic.people import Doctor
from clinic.plan import WeeklyHours, WeekPlan
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases.free_slots import Offer
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
"""10:10 in Madrid."""
CLINIC = Clinic("Hill Street", MADRID, frozenset(), cast("Any", None), lambda: NOW)
ANA = Doctor(1, "Ana Ruiz", "cardiology")
BO = Doctor(2, "Bo Ek", "Cardiology")
CEM = Doctor(3, "Cem Demir", "surgery")
FOREVER = DateSpan(date(2026, 1, 1), date(2026, 12, 31))


def schedule(*ranges: tuple[int, int], rules: DateRules = NO_RULES) -> Schedule:
    """Return the same hours on each day of the week, in hours of the day."""
    hours = [TimeRange(start * 60, end * 60) for start, end in ranges]
    week = WeeklyAvailability(tuple(DayAvailability.of(day, hours) for day in Weekday)) if hours else NO_HOURS
    return Schedule(MADRID, WeeklyHours((WeekPlan((week,)),)), rules)


CLOSED = DateRules(closures=(ClinicClosure(FOREVER, "moving"),))
AWAY = DateRules(time_off=(TimeOff(1, FOREVER),))
OTHER = DateRules(
    overrides=tuple(DateOverride.of(1, MONDAY + timedelta(days=n), []) for n in range(-2, 70)),
)
SHORT = DateRules(time_off=(TimeOff(1, DateSpan(MONDAY, MONDAY)),))


@pytest.mark.parametrize(
    ("given", "why", "text"),
    [
        pytest.param(schedule(), {Reason.NO_HOURS}, "no hours", id="never set"),
        pytest.param(schedule((9, 17), rules=CLOSED), {Reason.CLOSED}, "clinic closed", id="closed"),
        pytest.param(schedule((9, 17), rules=AWAY), {Reason.OFF}, "off", id="time off"),
        pytest.param(schedule((9, 17), rules=OTHER), {Reason.OFF}, "off", id="off by date"),
        pytest.param(
            schedule((9, 10), rules=SHORT),
            {Reason.TOO_SHORT, Reason.OFF},
            "hours too short, 1 h at most, off",
            id="too short, and off",
        ),
        pytest.param(schedule((9, 17)), {Reason.NO_ROOM}, "no room left", id="taken"),
    ],
)
def test_why_there_is_none(given: Schedule, why: set[Reason], text: str) -> None:
    """By doctor: what the hours are, and what takes them."""
    found, longest = reasons(given, timedelta(minutes=90), DateSpan(MONDAY, MONDAY + timedelta(days=60)), NOW)
    assert found == why
    assert reason_text(found, longest, words_for("en")) == text


def offers(*starts: str, doctor: Doctor = ANA) -> list[Offer]:
    """Return half-hours that begin at these moments of Madrid."""
    begins = [datetime.fromisoformat(start).replace(tzinfo=MADRID).astimezone(UTC) for start in starts]
    return [Offer(Slot(begin, begin + timedelta(minutes=30)), doctor) for begin in begins]


def test_slots_are_shown_by_date_on_the_clinics_clock() -> None:
    """Those at one time in one line; a doctor's own clock beside it where it is another, with the date's shift."""
    far = replace(BO, zone="America/New_York")
    shown = [
        *offers("2026-03-02 10:30"),
        *offers("2026-03-02 10:30", doctor=CEM),
        *offers("2026-03-03 02:00", "2026-03-03 20:30", doctor=far),
    ]
    assert offers_text(shown, CLINIC, words_for("en"), named=True) == (
        "<b>Mon 2 Mar</b>\n10:30 Ana Ruiz, Cem Demir\n\n"
        "<b>Tue 3 Mar</b>\n02:00 Bo Ek (20:00 -1)\n20:30 Bo Ek (14:30)\n\n"
        "<i>In brackets: the doctor's own clock</i>"
    )


def test_a_hostile_name_is_letters_among_slots() -> None:
    """No markup of a name's own."""
    shown = offers("2026-03-02 10:30", doctor=Doctor(1, "<b>&", "x"))
    assert "10:30 &lt;b&gt;&amp;" in offers_text(shown, CLINIC, words_for("en"), named=True)


def test_one_doctors_slots_stand_in_a_line() -> None:
    """Without the name, which is above them."""
    shown = offers("2026-03-02 11:00", "2026-03-02 11:30")
    assert offers_text(shown, CLINIC, words_for("en"), named=False) == "<b>Mon 2 Mar</b>\n11:00 · 11:30"


def test_whom_one_can_ask() -> None:
    """Each specialization once, case aside, then each doctor."""
    every = everybody([ANA, BO, CEM])
    assert [(whom.label, len(whom.doctors)) for whom in every] == [
        ("cardiology", 2),
        ("surgery", 1),
        ("Ana Ruiz", 1),
        ("Bo Ek", 1),
        ("Cem Demir", 1),
    ]
    assert [whom_of(whom.key, [ANA, BO, CEM]) for whom in every] == every


@pytest.mark.parametrize("key", ["d4", "s0123456789ab"])
def test_whom_a_tap_means_may_be_gone(key: str) -> None:
    """A forged one, or one of last year."""
    assert whom_of(key, [ANA, BO, CEM]) is None


def test_what_a_text_has_found_is_one_whom_or_a_list() -> None:
    """All cardiologists are the specialization, one doctor is the doctor, two of several are to be chosen from."""
    doctors = [ANA, BO, CEM]
    assert (whom := whom_found([BO, ANA], doctors))
    assert whom.key == specialization_key("CARDIOLOGY")
    assert (whom := whom_found([BO], doctors))
    assert whom.key == key_of(BO)
    assert whom_found([ANA, CEM], doctors) is None
    assert whom_found([], doctors) is None


def test_the_only_doctor_of_a_specialization_is_that_doctor() -> None:
    """A name that was typed is what is shown."""
    assert (whom := whom_found([CEM], [ANA, BO, CEM]))
    assert whom.label == "Cem Demir"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked("", None)),
        ("ruiz", Asked("ruiz", None)),
        ("ruiz 30", Asked("ruiz", 30)),
        ("ana ruiz  45 min", Asked("ana ruiz", 45)),
        ("руис 20 минут", Asked("руис", 20)),
        ("30", Asked("", 30)),
        ("ruiz 4", Asked("ruiz", 4)),
        ("ruiz 241", Asked("ruiz", 241)),
        ("ruiz2", Asked("ruiz2", None)),
        ("ruiz 30 tomorrow", Asked("ruiz 30 tomorrow", None)),
    ],
)
def test_what_is_typed_behind_the_command(text: str, asked: Asked) -> None:
    """A name, and at the end the minutes."""
    assert read_asked(text) == asked
    assert read_asked(text).impossible is (asked.minutes in {4, 241})


@pytest.mark.parametrize(
    "data",
    ["fr:d1:4:0", "fr:d1:241:0", "fr:d0:30:0", "fr:d1:30:201", "fr:d1:30:-1", "fr:sXYZ:30:0", "fr:1:30:0", "fr:d1:30"],
)
def test_a_forged_tap_is_none(data: str) -> None:
    """Lengths, pages and keys out of their bounds never reach a handler."""
    assert ShowFree.unpack(data) is None
    assert ShowFree.unpack("fr:d1:5:200") == ShowFree(whom="d1", minutes=5, page=200)
