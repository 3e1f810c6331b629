"""The question before hours go that bookings stand in: what it shows, what its buttons carry, where `Back` leads."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.protection import affected_screen, affected_text, MOST_SHOWN
from bot.taps.bookings import Despite
from bot.taps.dates import Form, PickZone, RemoveRule, SayToday, SetZone, ShowRule, UndoDates
from bot.taps.form import Save, SaveNight, SaveOver, ShowForm
from bot.taps.roles import AcceptProposal, ShowProposal
from bot.taps.tap import Open, Place, Tap
from bot.taps.week import DropPlan, ShowWeek, SwitchDay, Undo
from clinic.booking import Affected, Booking
from clinic.calendar import Slot
from clinic.dates import TimeOffKind
from clinic.errors import BookingsAffected
from clinic.people import Doctor
from clinic.ports import Clinic
from clinic.week import Weekday
from tests.bot.weeks import assert_telegram_takes, ENGLISH, OFFERED

BERLIN, LARGEST_ID = ZoneInfo("Europe/Berlin"), 2**53
CLINIC = Clinic("Hill Street", BERLIN, frozenset(), cast("Any", None), lambda: datetime(2026, 11, 20, tzinfo=UTC))
ANA, BEN = Doctor(1, "Ana <Ruiz>", "cardiology", 7), Doctor(2, "Ben Ek", "surgery", 8)
ABROAD = Doctor(1, "Ana Ruiz", "cardiology", 7, "America/New_York")
WEDNESDAY_AT_TWO = datetime(2026, 11, 25, 13, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
AFTERNOON = Slot(WEDNESDAY_AT_TWO, WEDNESDAY_AT_TWO + 8 * HALF_HOUR)
MONDAY = date(2026, 3, 2)

CHANGES: list[tuple[Tap, Tap]] = [
    (Save(), ShowForm()),
    (SaveNight(), ShowForm()),
    (SaveOver(version=2**31), ShowForm()),
    (
        SwitchDay(doctor=LARGEST_ID, day=Weekday.SUN, on=False, monday=MONDAY),
        ShowWeek(doctor=LARGEST_ID, monday=MONDAY),
    ),
    (Undo(doctor=LARGEST_ID, version=2**31), ShowWeek(doctor=LARGEST_ID, monday=MONDAY)),
    (DropPlan(doctor=LARGEST_ID, starts=MONDAY, once=True), ShowWeek(doctor=LARGEST_ID, monday=MONDAY)),
    (
        RemoveRule(form=Form.CLOSED, key="9" * 16, doctor=LARGEST_ID),
        ShowRule(form=Form.CLOSED, key="9" * 16, doctor=LARGEST_ID),
    ),
    (AcceptProposal(proposal=LARGEST_ID, version=2**31), ShowProposal(proposal=LARGEST_ID)),
    (UndoDates(change=LARGEST_ID), Open(place=Place.MENU)),
    (SetZone(zone="Z" * 40), PickZone(zone="Z" * 40)),
    (SayToday(kind=TimeOffKind.EARLY, day=MONDAY, start=1410, end=2880), Open(place=Place.TODAY)),
]
"""Every button that changes hours, at its longest, with where `Back` leads from it."""


def bookings(count: int, doctor: Doctor = ANA) -> list[Booking]:
    """Return bookings one behind the other from two o'clock on."""
    starts = (WEDNESDAY_AT_TWO + HALF_HOUR * place for place in range(count))
    return [
        Booking(doctor.doctor_id, Slot(start, start + HALF_HOUR), f"P-<{place}>", booking_id=place + 1)
        for place, start in enumerate(starts)
    ]


def shown(doctor: Doctor, found: list[Booking], own_id: int | None = 1, tag: str = "en") -> list[str]:
    """Return the lines of the question about one doctor's bookings, all of the afternoon's hours going."""
    readable = [(doctor, booking) for booking in found[:MOST_SHOWN]]
    return affected_text(CLINIC, BookingsAffected(found, [AFTERNOON]), readable, own_id, OFFERED[tag]).splitlines()


ASKED = {
    "en": [
        "<b>3 bookings would lose their hours.</b> Nothing is changed yet.",
        "Wed 25 Nov, 14:00–18:00 goes: 3 bookings",
    ],
    "es": [
        "<b>3 citas se quedarían sin horario.</b> Todavía no se ha cambiado nada.",
        "Se quita mié, 25 nov, 14:00–18:00: 3 citas",
    ],
    "ru": [
        "<b>3 записи останутся без часов приёма.</b> Пока ничего не изменено.",
        "ср, 25 нояб., 14:00–18:00 — приёма не будет: 3 записи",
    ],
}


@pytest.mark.parametrize("tag", ASKED)
def test_the_question_says_what_goes(tag: str) -> None:
    """How many bookings, and in which hours."""
    lines = shown(ANA, bookings(3), tag=tag)
    assert [lines[0], lines[2]] == ASKED[tag]


def test_a_doctor_sees_times_and_references() -> None:
    """Whatever looks like mark-up in them is shown as it was typed; the own name is not needed."""
    assert shown(ANA, bookings(2))[4:6] == [
        "Wed 25 Nov, 14:00–14:30 · P-&lt;0&gt;",
        "Wed 25 Nov, 14:30–15:00 · P-&lt;1&gt;",
    ]


def test_an_admin_sees_whose_they_are() -> None:
    """The doctor's name stands beside each."""
    assert shown(ANA, bookings(1), own_id=None)[4] == "Wed 25 Nov, 14:00–14:30 · Ana &lt;Ruiz&gt; · P-&lt;0&gt;"


def test_of_many_the_first_few_are_shown() -> None:
    """The others are counted."""
    lines = shown(ANA, bookings(8))
    assert len([line for line in lines if "P-" in line]) == MOST_SHOWN
    assert "… and 3 more" in lines


def test_whoever_may_not_see_them_sees_their_number() -> None:
    """No time of a booking and no reference: the hours that go, and how many stand in them."""
    text = affected_text(CLINIC, BookingsAffected(bookings(2), [AFTERNOON]), [], None, ENGLISH)
    assert "14:00–18:00 goes: 2 bookings" in text
    assert "P-" not in text
    assert "more" not in text


def test_of_many_hours_the_first_few_are_shown() -> None:
    """A closure of weeks still fits a message."""
    gone = [Slot(AFTERNOON.start + timedelta(days=day), AFTERNOON.end + timedelta(days=day)) for day in range(12)]
    text = affected_text(CLINIC, BookingsAffected(bookings(2), gone), [], None, ENGLISH)
    assert text.count("goes:") == MOST_SHOWN
    assert "… and 7 more" in text


def test_the_doctors_clock_stands_beside_the_clinics() -> None:
    """Where it is another, for the hours and for each booking."""
    lines = shown(ABROAD, bookings(1))
    assert lines[2].startswith("Wed 25 Nov, 14:00–18:00 (08:00–12:00 ")
    assert lines[4].startswith("Wed 25 Nov, 14:00–14:30 (08:00–08:30 ")


def test_hours_of_several_doctors_are_on_the_clinics_clock() -> None:
    """They are joined, so that they are nobody's own."""
    found = [*bookings(1, ABROAD), *bookings(1, BEN)]
    readable = list(zip((ABROAD, BEN), found, strict=True))
    text = affected_text(CLINIC, BookingsAffected(found, [AFTERNOON]), readable, None, ENGLISH)
    assert "Wed 25 Nov, 14:00–18:00 goes: 2 bookings" in text


@pytest.mark.parametrize(("change", "back"), CHANGES, ids=lambda tap: type(tap).__name__)
@pytest.mark.parametrize("tag", OFFERED)
def test_the_answers_are_the_same_tap_again(change: Tap, back: Tap, tag: str) -> None:
    """Two of them carry it, at its longest too; the third leads back."""
    screen = affected_screen("?", change, MONDAY, OFFERED[tag])
    assert_telegram_takes(screen)
    keep, tell, last = (button.callback_data or "" for row in screen.rows for button in row)
    for data, choice in ((keep, Affected.FLAG), (tell, Affected.TELL)):
        despite = Despite.unpack(data)
        assert despite
        assert (despite.choice, despite.around(type(change))) == (choice, change)
    assert last == back.pack()


def test_a_tap_is_around_its_own_kind_alone() -> None:
    """Read as any other kind it is none; and nothing is around an answer."""
    despite = Despite.of(Affected.FLAG, Save())
    assert [kind for kind in Tap.kinds.values() if despite.around(kind)] == [Save]
    assert Despite.unpack(f"bf:flag:{despite.pack().replace(':', '|')}") is not None
    outer = Despite.of(Affected.TELL, despite)
    assert [kind for kind in Tap.kinds.values() if outer.around(kind)] == [Despite]
