"""Everybody's day on one board, who is in now, and what is copied of them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.board import Board, board_of, board_screen, MOST_LINES, shown_day
from bot.paging import MOST_CHARACTERS
from bot.presence import now_screen
from bot.screen import Screen
from bot.sharing import copying_button, MOST_COPIED, plain_week
from bot.summary import FURTHEST
from bot.taps.desk import CopyBoard
from bot.taps.tap import Tap
from bot.words import Words
from clinic.calendar import Schedule
from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, NO_RULES, TimeOff
from clinic.people import Doctor
from clinic.plan import WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic, Storage
from clinic.ports.people import MOST_AHEAD
from clinic.search import board_order
from clinic.use_cases.board import Stretch
from clinic.use_cases.schedules import DoctorSchedule
from tests.bot.weeks import ENGLISH, OFFERED
from tests.clinic.hours_of import day, utc, week

MADRID = "Europe/Madrid"
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
TEN_IN_MADRID = utc("2026-03-03T09:00")
Everybody = Sequence[tuple[Doctor, Schedule]]


def clinic(now: datetime = TEN_IN_MADRID) -> Clinic:
    return Clinic("San Telmo", ZoneInfo(MADRID), frozenset(), cast("Storage", None), lambda: now)


def works(rules: DateRules = NO_RULES, zone: str = MADRID, **days: str) -> Schedule:
    return Schedule(ZoneInfo(zone), WeeklyHours((WeekPlan((week(**days),)),)), rules)


def someone(name: str, schedule: Schedule, specialization: str = "surgery") -> tuple[Doctor, Schedule]:
    return Doctor(sum(map(ord, name)), name, specialization), schedule


def board(
    everybody: Everybody, on: date = TUESDAY, now: datetime = TEN_IN_MADRID, *, first: int = 0, words: Words = ENGLISH
) -> Board:
    """Return the page that begins behind ``first`` doctors, of a clinic that is read whole."""
    rows = sorted(everybody, key=lambda row: board_order(row[0]))
    return board_of(clinic(now), Stretch(rows, first, MOST_LINES, len(rows)), on, words)


def shown(everybody: Everybody, on: date = TUESDAY, now: datetime = TEN_IN_MADRID) -> str:
    return board(everybody, on, now).html


def line_of(name: str, text: str) -> str:
    (found,) = (line for line in text.splitlines() if name in line)
    return found


def test_the_board_is_by_specialization_and_name() -> None:
    """Accents and case stand where a person looks for them."""
    names = [("Zoë", "cardiology"), ("Álvaro", "Surgery"), ("Bo", "Surgery"), ("anna", "cardiology")]
    lines = board([someone(name, works(), of) for name, of in names]).lines
    assert [line.doctor.name for line in lines] == ["anna", "Zoë", "Álvaro", "Bo"]


def test_a_specialization_in_capitals_stands_beside_the_same_in_small_letters() -> None:
    """Admins type as they like."""
    names = [("Bo", "Dentistry"), ("Zoë", "cardiology"), ("Ana", "Cardiology")]
    lines = board([someone(name, works(), of) for name, of in names]).lines
    assert [line.doctor.name for line in lines] == ["Ana", "Zoë", "Bo"]


def test_a_specialization_stands_once_above_its_doctors() -> None:
    """And is bold."""
    text = shown([someone("Ana", works(tue="9:00-12:00")), someone("Bo", works())])
    assert text.count("<b>surgery</b>\n") == 1


@pytest.mark.parametrize(
    ("hours", "sign"),
    [("10:00-11:00", "🟢"), ("09:00-10:00", "▫️"), ("10:01-11:00", "▫️"), ("09:00-10:00,10:00-11:00", "🟢")],
)
def test_who_is_in_now_is_marked(hours: str, sign: str) -> None:
    """Hours are half-open: who begins at ten is in at ten, who ends then is not."""
    assert line_of("Ana", shown([someone("Ana", works(tue=hours))])).startswith(f"{sign} Ana: ")


def test_a_night_that_is_not_over_is_in_now() -> None:
    """Its end is shown on the date, and its doctor is marked."""
    text = shown([someone("Ana", works(mon="22:00-06:00"))], now=utc("2026-03-03T04:00"))
    assert line_of("Ana", text) == "🟢 Ana: until 06:00"


def test_nobody_is_in_now_on_another_date() -> None:
    """The count is of those with hours then."""
    text = shown([someone("Ana", works(mon="09:00-12:00", tue="09:00-12:00"))], MONDAY)
    assert "🟢" not in text
    assert "With hours: <b>1</b> of 1" in text


def test_how_many_are_in_now() -> None:
    """Of all that there are."""
    text = shown([someone("Ana", works(tue="09:00-12:00")), someone("Bo", works())])
    assert text.startswith("<b>Today, Tue, 3 Mar 2026</b>\nIn now: <b>1</b> of 2\n")


def test_why_somebody_is_off() -> None:
    """The reason of the time off."""
    off = DateRules((TimeOff(1, DateSpan(TUESDAY, TUESDAY), None, "congress"),))
    assert line_of("Ana", shown([someone("Ana", works(off, tue="09:00-12:00"))])) == "▫️ Ana: off · congress"


def test_hours_that_are_not_the_usual_are_marked() -> None:
    """With what the mark means."""
    other = DateRules((), (DateOverride(1, TUESDAY, day("08:00-09:00")),))
    text = shown([someone("Ana", works(other, tue="09:00-12:00"))])
    assert line_of("Ana", text) == "▫️ Ana: 08:00–09:00 *"
    assert "<i>* not the usual hours</i>" in text


def test_another_zone_has_the_clinics_clock_beside_it() -> None:
    """Where that shows other times."""
    text = shown(
        [
            someone("Ken", works(zone="Asia/Tokyo", tue="16:00-20:00")),
            someone("Uwe", works(zone="Europe/Berlin", tue="16:00-20:00")),
        ]
    )
    assert line_of("Ken", text) == "🟢 Ken: 16:00–20:00 (Asia/Tokyo) = 08:00–12:00"
    assert line_of("Uwe", text) == "▫️ Uwe: 16:00–20:00"
    assert "<i>= on the clock of Europe/Madrid</i>" in text


def test_a_closed_clinic_is_said_once() -> None:
    """Not beside every doctor."""
    closed = DateRules((), (), (ClinicClosure(DateSpan(TUESDAY, TUESDAY), "Fair & <fun>"),))
    found = board([someone(name, works(closed, tue="09:00-12:00")) for name in "AB"])
    assert found.html == "<b>Today, Tue, 3 Mar 2026</b>\nThe clinic is closed: Fair &amp; &lt;fun&gt;."
    assert found.plain(ENGLISH) == "Tue, 3 Mar 2026\n\nThe clinic is closed: Fair & <fun>."


def test_a_clinic_without_doctors() -> None:
    """It says who invites them, and offers nothing to take away."""
    found = board([])
    assert "There are no doctors yet." in found.html
    assert labels(board_screen(clinic(), found, ENGLISH)) == ["◀", "▶", "Who is in now?", "☰ Menu"]


def labels(screen: Screen) -> list[str]:
    return [one.text for row in screen.rows for one in row]


def many(count: int) -> Everybody:
    """The longest names and hours, in a few specializations."""
    hours = "09:07-10:07,11:07-12:07,13:07-14:07,15:07-16:07,17:07-18:07,19:07-05:07"
    zone = "America/Argentina/ComodRivadavia"
    schedule = works(zone=zone, mon=hours, tue=hours)
    return [someone(f"{number:03}{'&' * 61}", schedule, f"{'<' * 63}{number % 3}") for number in range(count)]


@pytest.mark.parametrize("tag", OFFERED)
def test_no_page_is_longer_than_a_message(tag: str) -> None:
    """And each doctor stands on exactly one of them."""
    everybody = many(60)
    pages = [board(everybody, words=OFFERED[tag])]
    while pages[-1].rest:
        pages.append(board(everybody, first=pages[-1].first + len(pages[-1].lines), words=OFFERED[tag]))
    assert max(len(page.html) for page in pages) <= MOST_CHARACTERS
    assert max(len(page.plain(OFFERED[tag])) for page in pages) <= MOST_CHARACTERS
    names = [line.doctor.name for page in pages for line in page.lines]
    assert sorted(names) == sorted(doctor.name for doctor, _ in everybody)


def test_back_from_a_page_everybody_is_met_again() -> None:
    """Where lines are long pages hold fewer, and one that is turned back to ends where the other began."""
    rows, end = sorted(many(60), key=lambda row: board_order(row[0])), 60
    met: list[str] = []
    while end:
        start = max(end - MOST_LINES, 0)
        page = board_of(clinic(), Stretch(rows, start, end - start, 60), TUESDAY, ENGLISH, backwards=True)
        assert len(page.html) <= MOST_CHARACTERS
        assert page.first + len(page.lines) == end
        met = [line.doctor.name for line in page.lines] + met
        end = page.first
    assert met == [doctor.name for doctor, _ in rows]


def test_a_page_of_many_counts_its_own() -> None:
    """The others were not read, and it says so."""
    rows = [someone(f"D{number:02}", works(tue="09:00-12:00")) for number in range(MOST_LINES - 1)]
    rows.append(someone("Off", works()))
    part = Stretch(rows, 2 * MOST_LINES, MOST_LINES, 10 * MOST_LINES)
    found = board_of(clinic(), part, TUESDAY, ENGLISH)
    assert "\nIn now, on this page: <b>39</b> of 40\n" in found.html
    assert "\nWith hours, on this page: <b>0</b> of 40\n" in board_of(clinic(), part, MONDAY, ENGLISH).html
    assert labels(board_screen(clinic(), found, ENGLISH))[:2] == ["« 2/10", "4/10 »"]


def test_a_page_is_no_longer_than_a_picture_can_be() -> None:
    """Short lines too: a page is drawn as it is."""
    everybody = [someone(f"D{number}", works()) for number in range(MOST_LINES + 1)]
    assert len(board(everybody).lines) == MOST_LINES


def test_a_page_that_goes_on_says_under_what() -> None:
    """The specialization stands again on top of it."""
    everybody = [someone(f"Doctor {number}", works(tue="09:00-17:00")) for number in range(MOST_LINES + 1)]
    second = board(everybody, first=MOST_LINES)
    assert "\n\n<b>surgery</b>\n" in second.html


def test_the_buttons_of_a_board() -> None:
    """Pages where there are some, days, the way back to today, and what can be taken away."""
    everybody = [someone(f"Doctor {number}", works(tue="09:00-17:00")) for number in range(80)]
    found = labels(board_screen(clinic(), board(everybody, MONDAY, first=20), ENGLISH))
    assert found == ["« 1/3", "3/3 »", "◀", "Today", "▶", "Copy", "Picture", "Who is in now?", "☰ Menu"]


def test_of_very_many_pages_it_says_that_there_are_more() -> None:
    """They were not counted."""
    rows = [someone(f"D{number:02}", works()) for number in range(MOST_LINES)]
    for rest, label in ((MOST_AHEAD, "2/101 »"), (MOST_AHEAD + 1, "2/102+ »")):
        found = board_of(clinic(), Stretch(rows, 0, MOST_LINES, MOST_LINES + rest), TUESDAY, ENGLISH)
        assert labels(board_screen(clinic(), found, ENGLISH))[0] == label


def test_a_page_of_many_counts_those_who_fit() -> None:
    """Where lines are long not all that were read stand on it."""
    found = board_of(clinic(utc("2026-03-03T12:30")), Stretch(many(40), 0, MOST_LINES, 400), TUESDAY, ENGLISH)
    assert 0 < len(found.lines) < 40
    assert f"<b>{len(found.lines)}</b> of {len(found.lines)}\n" in found.html


@pytest.mark.parametrize("far", [FURTHEST + timedelta(days=1), -FURTHEST - timedelta(days=1)])
def test_a_date_that_nobody_plans_is_today(far: timedelta) -> None:
    """Forged ones among them."""
    assert shown_day(clinic(), TUESDAY + far) == TUESDAY


def now_text(everybody: Everybody, now: datetime = TEN_IN_MADRID) -> str:
    return now_screen(clinic(now), everybody, 0, ENGLISH).text


def test_who_is_in_now_and_until_when() -> None:
    """Ranges that touch are one; the first to go stands on top."""
    text = now_text([someone("Ana", works(tue="09:00-12:00,12:00-15:00")), someone("Bo", works(tue="09:00-11:00"))])
    assert "<b>In now</b>\n🟢 Bo · surgery: until 11:00\n🟢 Ana · surgery: until 15:00" in text


def test_who_comes_next() -> None:
    """Later today or within seven days, who comes first on top; who is in now is no newcomer."""
    text = now_text(
        [
            someone("Ana", works(tue="09:00-12:00,15:00-16:00")),
            someone("Bo", works(mon="09:00-11:00")),
            someone("Cy", works(tue="18:00-19:00")),
        ]
    )
    assert text.endswith("<b>Comes next</b>\nCy · surgery: 18:00–19:00\nBo · surgery: Mon 9 Mar, 09:00–11:00")


def test_an_end_on_another_date_has_its_date() -> None:
    """A night that ends tomorrow is not over this morning."""
    assert "until Wed 4 Mar, 06:00" in now_text([someone("Ana", works(tue="09:00-06:00"))])


def test_who_comes_in_more_than_a_week_does_not_come_next() -> None:
    """Half an hour more is more."""
    off = DateRules((TimeOff(1, DateSpan(TUESDAY, date(2026, 3, 10))),))
    rested = DateRules((TimeOff(1, DateSpan(TUESDAY, TUESDAY)),))
    text = now_text([someone("Ana", works(off, tue="11:00-12:00")), someone("Bo", works(rested, tue="10:30-12:00"))])
    assert text.endswith("Nobody is in at this moment.\n\nNobody has hours in the next 7 days.")


def test_now_is_on_the_clinics_clock() -> None:
    """Whatever zone a doctor has."""
    assert "Ken · surgery: until 12:00" in now_text([someone("Ken", works(zone="Asia/Tokyo", tue="16:00-20:00"))])


@pytest.mark.parametrize("tag", OFFERED)
def test_no_page_of_now_is_longer_than_a_message(tag: str) -> None:
    """With all of a large clinic in."""
    words, page = OFFERED[tag], 0
    pages: list[Screen] = []
    while not pages or any(label.endswith("»") for label in labels(pages[-1])):
        pages.append(now_screen(clinic(utc("2026-03-03T12:30")), many(60), page, words))
        page += 1
    assert max(len(screen.text) for screen in pages) <= MOST_CHARACTERS
    names = {doctor.name for doctor, _ in many(60)}
    assert {name for name in names if any(html.escape(name, quote=False) in screen.text for screen in pages)} == names


def plain(schedule: Schedule) -> str:
    read = DoctorSchedule(Doctor(1, "Ana Ruiz", "cardiology"), WeekRecord(1, schedule.hours), schedule)
    return plain_week(read, MONDAY, "Europe/Madrid (UTC+1)", ENGLISH)


def test_a_week_as_plain_text() -> None:
    """Days with the same hours are one line, nights are told once, no mark-up."""
    nine = "09:00-17:00"
    assert plain(works(mon=nine, tue=nine, wed=nine, thu="22:00-06:00", sun="08:00-09:00")) == (
        "Ana Ruiz · cardiology\n"
        "2–8 Mar 2026 · Europe/Madrid (UTC+1)\n"
        "Mon 2–Wed 4: 09:00–17:00\n"
        "Thu 5: 22:00–06:00 (+1)\n"
        "Fri 6: until 06:00\n"
        "Sat 7: off\n"
        "Sun 8: 08:00–09:00"
    )


ASKED: Tap = CopyBoard(day=TUESDAY, first=0)


@pytest.mark.parametrize(
    ("text", "copies"), [("é" * MOST_COPIED, True), ("é" * (MOST_COPIED + 1), False), ("🟢" * 129, False)]
)
def test_a_text_that_is_too_long_for_a_button_is_asked_for(text: str, copies: bool) -> None:
    """Telegram takes 256 characters, counted as it counts: two for an emoji."""
    made: Any = copying_button(text, ASKED, ENGLISH)
    assert (made.copy_text, made.callback_data) == (({"text": text}, None) if copies else (None, ASKED.pack()))
