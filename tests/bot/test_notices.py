"""What the desk is told of a doctor's day, in the words of whoever reads it."""

from __future__ import annotations

from datetime import date, datetime, UTC

import pytest

from bot.notices import notice_text
from clinic.dates import DateChange, DateSpan, TimeOff, TimeOffKind
from clinic.plan import Stamp
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
