"""The screens of dates in the making: what is marked, what is said before saving, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from bot.dates_draft import DatesDraft, ImportedClosure
from bot.dates_editor import dates_screen, Known, saved_screen
from bot.screen import Screen
from bot.taps.dates import Form
from bot.taps.form import Step
from clinic.calendar import Rule, Schedule
from clinic.dates import ClinicClosure, DateChange, DateOverride, DateSpan, TimeOff
from clinic.plan import Stamp
from clinic.time_range import TimeRange
from clinic.week import WeeklyAvailability
from tests.bot.weeks import dated, ENGLISH, every_day, repeating, ZONE

TODAY = date(2026, 12, 7)
EVE = date(2026, 12, 24)
MORNINGS, NIGHTS = every_day((540, 780)), every_day((1320, 1800))
OFF = DatesDraft(form=Form.OFF, doctor_id=1).at(Step.REVIEW, dates=(EVE, date(2026, 12, 28)))
DATE = DatesDraft(form=Form.DATE, doctor_id=1).at(Step.REVIEW, dates=(EVE,), ranges=(TimeRange(600, 840),))
STAMP = Stamp(7, "Ana", datetime(2026, 12, 7, 9, tzinfo=UTC))


def span(first: int, last: int | None = None) -> DateSpan:
    """Return dates of that December."""
    return DateSpan(date(2026, 12, first), date(2026, 12, last or first))


def screen(draft: DatesDraft, *rules: Rule, week: WeeklyAvailability = MORNINGS) -> Screen:
    return dates_screen(draft, Known(TODAY, Schedule(ZONE, repeating(week), dated(*rules))), ENGLISH)


def labels(shown: Screen) -> list[str]:
    return [button.text for row in shown.rows for button in row]


def nights(text: str) -> list[str]:
    return re.findall(r"The night of (.*?) then ends at 24:00\.", text)


def changed(text: str) -> list[str]:
    return re.findall(r"^\w{3} (\d+) \w{3}: ", text, re.MULTILINE)


def days_marked(shown: Screen) -> set[str]:
    return {label for label in labels(shown) if re.fullmatch(r"\d+\D", label)}


def test_dates_are_marked_by_what_holds_on_them() -> None:
    """Off by a closure or by time off, other hours by either rule; picked before all."""
    rules: Iterable[Rule] = (
        ClinicClosure(span(8), "Works"),
        TimeOff(1, span(9)),
        TimeOff(1, span(10), TimeRange(540, 600)),
        DateOverride.of(1, date(2026, 12, 11), []),
        DateOverride.of(1, date(2026, 12, 12), [TimeRange(540, 600)]),
        TimeOff(1, span(12)),
        TimeOff(1, span(24)),
    )
    draft = DATE.at(Step.DATES)
    assert days_marked(screen(draft, *rules)) == {"8✕", "9✕", "10*", "11*", "12✕", "24✓"}


def test_every_date_of_a_span_is_marked() -> None:
    """From the first to the last."""
    assert days_marked(screen(OFF.at(Step.LAST))) == {f"{day}✓" for day in range(24, 29)}


def test_a_form_left_open_since_last_month_shows_this_one() -> None:
    """There is always a date to pick, and no empty row."""
    shown = screen(OFF.at(Step.DATES, dates=(), month=date(2026, 11, 1)))
    assert "December 2026" in labels(shown)
    assert all(shown.rows)


@pytest.mark.parametrize(
    ("dates", "cut"),
    [
        ([24], ["Wed 23 Dec"]),
        ([24, 25], ["Wed 23 Dec"]),
        ([24, 28], ["Wed 23 Dec", "Sun 27 Dec"]),
    ],
)
def test_every_night_that_is_cut_is_named(dates: list[int], cut: list[str]) -> None:
    """The night before each run of dates; a night between two of them is replaced itself."""
    draft = DATE.model_copy(update={"dates": tuple(date(2026, 12, day) for day in dates)})
    assert nights(screen(draft, week=NIGHTS).text) == cut


def test_time_off_cuts_the_night_before_it() -> None:
    """Once for the whole span."""
    assert nights(screen(OFF, week=NIGHTS).text) == ["Wed 23 Dec"]


def test_a_day_week_has_no_night_to_cut() -> None:
    """Nothing is said of nights."""
    assert nights(screen(OFF).text) == []


def test_what_the_dates_become() -> None:
    """A line a date whose hours change."""
    assert "Thu 24 Dec: 09:00–13:00 → <b>10:00–14:00</b>" in screen(DATE).text
    assert changed(screen(OFF).text) == ["24", "25", "26", "27", "28"]


def test_a_date_that_hours_leave_gets_its_own_back() -> None:
    """Both dates are shown, the one left and the one that they move to."""
    present = DateOverride.of(1, date(2026, 12, 20), [TimeRange(600, 840)])
    moved = DATE.model_copy(update={"moved_from": present.day})
    text = screen(moved, present).text
    assert "Sun 20 Dec: 10:00–14:00 → <b>09:00–13:00</b>" in text
    assert changed(text) == ["20", "24"]


def test_time_off_where_there_are_no_hours() -> None:
    """It can be saved, and changes nothing else."""
    assert "There are no hours then" in screen(OFF, ClinicClosure(span(24, 28), "Works")).text


def test_changed_time_off_gives_its_old_hours_back() -> None:
    """What it takes the place of counts no more."""
    present = replace(TimeOff(1, span(24, 30)), time_off_id=7)
    assert changed(screen(OFF.model_copy(update={"replaces": 7}), present).text) == ["29", "30"]


def test_many_days_of_a_file_are_counted() -> None:
    """The first few by name, and how many more."""
    days = [EVE + timedelta(days=ahead) for ahead in range(9)]
    imported = tuple(ImportedClosure(first=day, last=day, name=f"<{day.day}>") for day in days)
    draft = DatesDraft(form=Form.CLOSED).at(Step.REVIEW, dates=(days[0], days[-1]), imported=imported)
    text = screen(draft).text
    assert text.count("Clinic closed: &lt;") == 6
    assert text.endswith("… and 3 more")


def test_what_was_saved_is_said_with_the_way_back() -> None:
    """What now holds, and an undo of that very change."""
    off = OFF.time_off()
    shown = saved_screen(OFF, DateChange(1, (), (off,), STAMP, change_id=5), ENGLISH)
    assert shown.text == "✓ <b>Saved.</b>\n<b>Off: 24–28 Dec</b>"
    assert labels(shown) == ["↩ Undo", "What is coming", "☰ Menu"]


def test_time_off_that_became_one_says_so() -> None:
    """With what was there, but not with what it was changed from."""
    joined = DateChange(1, (TimeOff(1, span(27, 30)),), (TimeOff(1, span(24, 30)),), STAMP, change_id=5)
    note = "It is one with the time off that was there already."
    assert note in saved_screen(OFF, joined, ENGLISH).text
    assert note not in saved_screen(OFF.model_copy(update={"replaces": 7}), joined, ENGLISH).text


def test_what_was_like_this_already_has_no_undo() -> None:
    """Saved twice, it is saved once."""
    shown = saved_screen(OFF, DateChange(1, (), (OFF.time_off(),), STAMP), ENGLISH)
    assert shown.text.startswith("The calendar was like this already.")
    assert labels(shown) == ["What is coming", "☰ Menu"]
