"""A month as buttons: weeks as the locale begins them, past days inert, arrows that end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.month import BLANK, FURTHEST, month_rows
from bot.screen import Button, Row
from bot.taps.dates import PickDate, ShowMonth
from bot.taps.tap import Inert, Tap
from bot.words import words_for
from tests.bot.weeks import ENGLISH, OFFERED

TODAY = date(2026, 11, 25)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
MOST_BUTTONS, MOST_IN_A_ROW = 100, 8


def pick(day: date) -> Tap:
    return PickDate(day=day, on=True)


def rows_of(month: date, tag: str = "en", today: date = TODAY, marks: dict[date, str] | None = None) -> list[Row]:
    return month_rows(month, today, words_for(tag), pick, lambda day: (marks or {}).get(day, ""))


def labels(rows: list[Row]) -> list[str]:
    return [" ".join(button.text.replace(BLANK, "_") for button in row) for row in rows]


def inert(button: Button) -> bool:
    return button.callback_data == Inert().pack()


MONTHS = {
    "en": ["◀ December 2026 ▶", "Mo Tu We Th Fr Sa Su", "_ 1 2 3 4 5 6"],
    "en-US": ["◀ December 2026 ▶", "Su Mo Tu We Th Fr Sa", "_ _ 1 2 3 4 5"],
    "es": ["◀ Diciembre de 2026 ▶", "Lu Ma Mi Ju Vi Sa Do", "_ 1 2 3 4 5 6"],
    "ru": ["◀ Декабрь 2026\u202fг. ▶", "Пн Вт Ср Чт Пт Сб Вс", "_ 1 2 3 4 5 6"],
}


@pytest.mark.parametrize("tag", MONTHS)
def test_a_month_in_every_language(tag: str) -> None:
    """Its name and arrows, the weekdays from the locale's first, and the dates below them."""
    assert labels(rows_of(DECEMBER, tag))[:3] == MONTHS[tag]


def test_weeks_that_are_over_are_left_out() -> None:
    """The first week is the present one; its past days are dots that do nothing."""
    rows = rows_of(NOVEMBER)
    assert labels(rows[2:]) == ["· · 25 26 27 28 29", "30 _ _ _ _ _ _"]
    assert [inert(button) for button in rows[2]] == [True, True, False, False, False, False, False]
    assert all(map(inert, rows[3][1:]))


def test_a_date_is_tapped_as_itself() -> None:
    """Each button carries its own date."""
    days = [button.callback_data for row in rows_of(DECEMBER)[2:] for button in row if not inert(button)]
    assert days == [pick(DECEMBER + timedelta(days=ahead)).pack() for ahead in range(31)]


def test_marks_stand_behind_their_dates() -> None:
    """A sign a date, and none behind the dots of the past."""
    marks = {date(2026, 11, 24): "✕", date(2026, 11, 26): "✕", date(2026, 11, 27): "*", date(2026, 11, 28): "✓"}
    assert labels(rows_of(NOVEMBER, marks=marks))[2] == "· · 25 26✕ 27* 28✓ 29"


def arrows(month: date) -> tuple[str, str]:
    back, _, on = rows_of(month)[0]
    return str(back.callback_data), str(on.callback_data)


def test_arrows_lead_to_the_neighbours() -> None:
    """The month before and the one after, over the year's end too."""
    assert arrows(DECEMBER) == (ShowMonth(month=NOVEMBER).pack(), ShowMonth(month=date(2027, 1, 1)).pack())


def test_no_arrow_leads_into_the_past() -> None:
    """This month is the first."""
    assert arrows(NOVEMBER)[0] == Inert().pack()


def test_no_arrow_leads_further_than_dates_are_picked() -> None:
    """The last month is that of the furthest date; a later date is typed."""
    last = (TODAY + FURTHEST).replace(day=1)
    assert arrows(last)[1] == Inert().pack()
    assert arrows(last - timedelta(days=1))[1] == ShowMonth(month=last).pack()


def test_another_month_than_can_be_shown_gives_way() -> None:
    """A form left open since last month, or a forged month, shows the nearest."""
    assert rows_of(date(2026, 10, 1)) == rows_of(NOVEMBER)
    assert rows_of(date(2199, 12, 1)) == rows_of(TODAY + FURTHEST)


def test_nothing_of_the_month_is_left_on_its_last_day() -> None:
    """That day is still there."""
    assert labels(rows_of(NOVEMBER, today=date(2026, 11, 30)))[2:] == ["30 _ _ _ _ _ _"]


@given(
    month=st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    today=st.dates(date(2000, 1, 1), date(2190, 12, 31)),
    tag=st.sampled_from(sorted(OFFERED)),
)
@settings(max_examples=300)
def test_any_month_fits_a_keyboard(month: date, today: date, tag: str) -> None:
    """At most 100 buttons with the form's own, weeks of seven, and every date of the month once from today on."""
    rows = rows_of(month, tag, today)
    assert sum(map(len, rows)) <= MOST_BUTTONS - MOST_IN_A_ROW
    assert [len(row) for row in rows] == [3] + [7] * (len(rows) - 1)
    assert all(button.text.strip() for row in rows for button in row)
    numbers = [int(button.text) for row in rows[2:] for button in row if button.text.isdigit()]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    shown = min(max(month, today), today + FURTHEST)
    assert numbers[0] == (today.day if (shown.year, shown.month) == (today.year, today.month) else 1)


def test_the_week_begins_as_the_locale_says() -> None:
    """Sunday in the United States and in Mexico, Monday in Europe."""
    assert [words_for(tag).first_weekday for tag in ("en-US", "es-MX", "en", "es", "ru")] == [6, 6, 0, 0, 0]
    assert ENGLISH.weekday_letters(0) == "Mo"
