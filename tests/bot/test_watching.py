"""What whoever watches a doctor is told, and the list of those who are watched."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.notices import pause, PAUSE_SECONDS
from bot.screen import Screen
from bot.taps.watching import Watch
from bot.taps.week import ShowWeek
from bot.watching import hours_screen, PAGE, watching_screen
from clinic.people import Actor, Doctor
from clinic.ports import Clinic
from clinic.ports.notices import HoursNotice
from clinic.time_range import TimeRange
from clinic.use_cases.notices import OwedHours
from clinic.watching import DayChange, DayHours
from tests.bot.weeks import OFFERED
from tests.clinic.memory import Memory

MADRID, NEW_YORK = ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
CLINIC = Clinic("Hill Street", MADRID, frozenset(), cast("Any", None), lambda: NOW)
ANA = Doctor(1, "Ana <Ruiz>", "cardiology", 7)
DAY, MORNING = TimeRange(540, 1020), TimeRange(540, 720)
WEDNESDAY = date(2026, 11, 25)


def change(ahead: int, after: tuple[TimeRange, ...], zone: ZoneInfo = MADRID) -> DayChange:
    """Return what becomes of a date on which the doctor was there all day."""
    day = WEDNESDAY + timedelta(days=ahead)
    return DayChange(DayHours(day, (DAY,), MADRID), DayHours(day, after, zone))


def told(*changes: DayChange, tag: str = "en") -> Screen:
    notice = HoursNotice(21, 1, NOW, changes, ("Ana <Ruiz>", "Zoe"))
    return hours_screen(CLINIC, OwedHours(notice, Actor(21), ANA), OFFERED[tag])


CHANGED = {
    "en": ["hours have changed", "Changed by", "Wed 25 Nov: 09:00–17:00 → <b>off</b>"],
    "es": ["ha cambiado el horario", "Cambio de", "mié, 25 nov: 9:00–17:00 → <b>libre</b>"],
    "ru": ["часы изменились", "Изменения внесли:", "ср, 25 нояб.: 09:00–17:00 → <b>вых.</b>"],
}


@pytest.mark.parametrize("tag", CHANGED)
def test_a_change_is_told(tag: str) -> None:
    """Whose hours, who changed them, and each date before and after; names are text."""
    heading, changed_by, line = CHANGED[tag]
    ana = "Ana &lt;Ruiz&gt;"
    assert told(change(0, ()), tag=tag).text == f"<b>{ana}</b>: {heading}\n{changed_by} {ana}, Zoe\n\n{line}"


def test_dates_that_change_alike_stand_in_one_line() -> None:
    """As far as they follow one another."""
    lines = told(*(change(ahead, (MORNING,)) for ahead in (0, 1, 2, 5)), change(6, ())).text.splitlines()[3:]
    assert lines == [
        "25–27 Nov: 09:00–17:00 → <b>09:00–12:00</b>",
        "Mon 30 Nov: 09:00–17:00 → <b>09:00–12:00</b>",
        "Tue 1 Dec: 09:00–17:00 → <b>off</b>",
    ]


def test_another_clock_stands_beside_the_clinics() -> None:
    """The same hours on another wall are others."""
    line = told(change(0, (DAY,), NEW_YORK)).text.splitlines()[-1]
    assert line == "Wed 25 Nov: 09:00–17:00 → <b>09:00–17:00 (America/New_York) = 15:00–23:00</b>"


def test_very_many_hours_fit_a_message() -> None:
    """Fourteen dates of many ranges in another zone are cut, and what is left out is counted."""
    zone = ZoneInfo("America/Argentina/ComodRivadavia")
    changes = []
    for ahead in range(14):
        day = WEDNESDAY + timedelta(days=ahead)
        hours = (tuple(TimeRange(start + late, start + 60) for start in range(0, 1440, 240)) for late in (ahead, 30))
        changes.append(DayChange(*(DayHours(day, ranges, zone) for ranges in hours)))
    text = told(*changes).text
    assert len(text) <= 4096
    assert text.endswith("more days")


def test_a_message_leads_to_the_week_and_stops() -> None:
    """To the week of the first date."""
    monday = date(2026, 11, 30)
    ((week, stop),) = told(change(6, ())).rows
    assert week.callback_data == ShowWeek(doctor=1, monday=monday).pack()
    assert stop.callback_data == Watch(doctor=1, on=False, monday=monday, told=True).pack()


def test_the_list_turns_its_pages() -> None:
    """And shows the last one where there are not as many any more."""
    doctors = [Doctor(number, f"Dr {number}", "GP") for number in range(1, PAGE + 2)]
    shown = [watching_screen(CLINIC, doctors, page, OFFERED["en"]) for page in (0, 1, 9)]
    first, second, beyond = ([[one.text for one in row] for row in screen.rows] for screen in shown)
    assert (len(first), first[-2:]) == (PAGE + 2, [["▶"], ["☰ Menu"]])
    assert second == beyond == [[f"Dr {PAGE + 1}", "Stop watching"], ["◀"], ["☰ Menu"]]


@pytest.mark.parametrize(("ahead", "seconds"), [(5.5, 5.5), (60, PAUSE_SECONDS), (-1, PAUSE_SECONDS)])
async def test_the_next_look_is_when_something_is_due(ahead: float, seconds: float) -> None:
    """And never long away, for another process may have died, or something may not have got through."""
    memory = Memory()
    clinic = Clinic("Hill Street", MADRID, frozenset(), memory, lambda: NOW)
    assert await pause(clinic) == PAUSE_SECONDS
    async with memory.write() as work:
        await work.notices.owe_hours([HoursNotice(21, 1, NOW + timedelta(seconds=ahead), (change(0, ()),), ("Zoe",))])
        await work.commit()
    assert await pause(clinic) == seconds
