"""What the desk is told of a doctor's day, in the words of whoever reads it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.notices import bookings_screen, MOST_TOLD, notice_text
from bot.taps.tap import Open, Place
from clinic.booking import Booking
from clinic.calendar import Slot
from clinic.dates import DateChange, DateSpan, TimeOff, TimeOffKind
from clinic.people import Doctor
from clinic.plan import Stamp
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from tests.bot.weeks import OFFERED

TODAY = DateSpan(date(2026, 11, 25), date(2026, 11, 25))
STAMP = Stamp(7, "Ana Ruiz", datetime(2026, 11, 25, 8, tzinfo=UTC))
LATE = TimeOff(1, TODAY, TimeRange(540, 585), kind=TimeOffKind.LATE)
EARLY = TimeOff(1, TODAY, TimeRange(960, 1020), kind=TimeOffKind.EARLY)
SICK = TimeOff(1, TODAY, kind=TimeOffKind.SICK)
SAID = {
    "en": ["Running late: from 09:45, Wed 25 Nov", "Leaving early: until 16:00, Wed 25 Nov", "Off sick, Wed 25 Nov"],
    "es": [
        "Llega tarde: desde las 9:45, mié, 25 nov",
        "Se va antes: hasta las 16:00, mié, 25 nov",
        "De baja por enfermedad, mié, 25 nov",
    ],
    "ru": ["Опоздание: с 09:45, ср, 25 нояб.", "Ранний уход: до 16:00, ср, 25 нояб.", "Болезнь, ср, 25 нояб."],
}
NO_LONGER = {"en": "No longer", "es": "Ya no", "ru": "Больше не действует"}


@pytest.mark.parametrize("tag", SAID)
@pytest.mark.parametrize(("place", "off"), [(0, LATE), (1, EARLY), (2, SICK)])
def test_what_was_said_is_told(tag: str, place: int, off: TimeOff) -> None:
    """Who it is, and what the doctor tapped."""
    change = DateChange(1, (), (off,), STAMP)
    assert notice_text("Ana Ruiz", change, OFFERED[tag]) == f"<b>Ana Ruiz</b>\n{SAID[tag][place]}"


@pytest.mark.parametrize("tag", SAID)
def test_what_was_taken_back_is_told(tag: str) -> None:
    """An undo says what does not hold any more."""
    change = DateChange(1, (SICK,), (), STAMP, undoes=3)
    assert notice_text("Ana Ruiz", change, OFFERED[tag]) == f"<b>Ana Ruiz</b>\n{NO_LONGER[tag]}: {SAID[tag][2]}"


def test_what_holds_again_is_told() -> None:
    """An undo of a removal, or of a longer delay, says what is true now."""
    for before in ((), (TimeOff(1, TODAY, TimeRange(540, 600), kind=TimeOffKind.LATE),)):
        change = DateChange(1, before, (LATE,), STAMP, undoes=3)
        assert notice_text("Ana Ruiz", change, OFFERED["en"]) == f"<b>Ana Ruiz</b>\n{SAID['en'][0]}"


def test_what_is_removed_is_told() -> None:
    """Taken off the list, it is gone as after an undo."""
    change = DateChange(1, (SICK,), (), STAMP)
    assert notice_text("Ana Ruiz", change, OFFERED["en"]).endswith("No longer: Off sick, Wed 25 Nov")


def test_names_and_reasons_are_text() -> None:
    """Whatever looks like mark-up in them is shown as it was typed."""
    off = TimeOff(1, TODAY, None, "<i>&</i>")
    said = notice_text("<b>Ana", DateChange(1, (), (off,), STAMP), OFFERED["en"])
    assert said == "<b>&lt;b&gt;Ana</b>\nOff: &lt;i&gt;&amp;&lt;/i&gt;, Wed 25 Nov"


CLINIC = Clinic("Hill Street", ZoneInfo("UTC"), frozenset(), cast("Any", None), lambda: STAMP.at)
ANA = Doctor(1, "Ana <Ruiz>", "cardiology", 7)
HALF_HOUR = timedelta(minutes=30)
LOST = {
    "en": ["<b>2 bookings have lost their hours</b>", "Wed 25 Nov, 08:00–08:30 · Ana &lt;Ruiz&gt; · P-0"],
    "es": ["<b>2 citas se han quedado sin horario</b>", "mié, 25 nov, 8:00–8:30 · Ana &lt;Ruiz&gt; · P-0"],
    "ru": ["<b>2 записи остались без часов приёма</b>", "ср, 25 нояб., 08:00–08:30 · Ana &lt;Ruiz&gt; · P-0"],
}


def flagged(count: int) -> list[tuple[Doctor, Booking]]:
    """Return bookings one behind the other."""
    starts = (STAMP.at + HALF_HOUR * place for place in range(count))
    return [(ANA, Booking(1, Slot(start, start + HALF_HOUR), f"P-{place}")) for place, start in enumerate(starts)]


@pytest.mark.parametrize("tag", LOST)
def test_bookings_without_hours_are_told(tag: str) -> None:
    """When each is, whose and for whom, and where somebody acts on them."""
    screen = bookings_screen(CLINIC, flagged(2), OFFERED[tag])
    assert screen.text.splitlines()[:2] == LOST[tag]
    assert [one.callback_data for row in screen.rows for one in row] == [Open(place=Place.ATTENTION).pack()]


def test_of_very_many_bookings_the_first_are_told() -> None:
    """A closure's notice fits a message; the list has the others."""
    text = bookings_screen(CLINIC, flagged(MOST_TOLD + 7), OFFERED["en"]).text
    assert text.count("P-") == MOST_TOLD
    assert "… and 7 more" in text
