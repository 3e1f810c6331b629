"""A month as buttons, to pick dates from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bot.screen import Button, button, in_rows, Row
from bot.taps.dates import ShowMonth
from bot.taps.tap import Inert, Tap
from bot.words import Words

FURTHEST = timedelta(days=730)
"""How far ahead the arrows lead; a later date can be typed."""
DAYS_A_WEEK = 7
BLANK = "\u2800"
"""The braille pattern without dots: a label must have a character, and blanks are none."""


def _show(month: date) -> Tap:
    return ShowMonth(month=month)


def month_rows(
    month: date,
    today: date,
    words: Words,
    tap: Callable[[date], Tap],
    mark: Callable[[date], str],
    turn_to: Callable[[date], Tap] = _show,
) -> list[Row]:
    """Return a month's dates below its name and arrows, weeks as the person's locale begins them.

    Of a month that is over, or too far ahead, the nearest that can be picked from is shown. Weeks that are over are
    left out, other dates before ``today`` are dots that do nothing. What ``mark`` says of a date stands behind its
    number, and ``turn_to`` another month is where the arrows lead.
    """
    first = min(max(month, today), today + FURTHEST).replace(day=1)
    begin = _week_begin(max(first, today), words)
    after = next_month(first)
    weeks = -(-(after - begin).days // DAYS_A_WEEK)
    cells = [begin + timedelta(days=day) for day in range(weeks * DAYS_A_WEEK)]

    def cell(day: date) -> Button:
        if day.month != first.month:
            return button(BLANK, Inert())
        if day < today:
            return button("·", Inert())
        return button(f"{day.day}{mark(day)}", tap(day))

    names = [button(words.weekday_letters(day.weekday()), Inert()) for day in cells[:DAYS_A_WEEK]]
    return [_head(first, today, words, turn_to), names, *in_rows(map(cell, cells), DAYS_A_WEEK)]


def _week_begin(day: date, words: Words) -> date:
    return day - timedelta(days=(day.weekday() - words.first_weekday) % DAYS_A_WEEK)


def _head(first: date, today: date, words: Words, turn_to: Callable[[date], Tap]) -> Row:
    before, after = first - timedelta(days=1), next_month(first)
    back = button("◀", turn_to(before.replace(day=1))) if before >= today else button(BLANK, Inert())
    on = button("▶", turn_to(after)) if after <= today + FURTHEST else button(BLANK, Inert())
    return [back, button(words.month(first), Inert()), on]


def next_month(day: date) -> date:
    """Return the first date of the month after the one that ``day`` stands in."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
