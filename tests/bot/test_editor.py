"""The form's screens on a narrow phone: no label is cut, whatever the language and the clock."""

from __future__ import annotations

import pytest

from bot.editor import editor_screen
from bot.screen import Screen
from bot.taps.form import Step
from bot.words import words_for
from clinic.week import Weekday
from tests.bot.weeks import ENGLISH, SPOKEN, week_draft

LONGEST = {4: 5, 3: 12, 2: 20, 1: 40}
"""What a label may take where so many stand in a row, on a phone that is 360 points wide."""
PICKED = week_draft().at(Step.DAYS, days=frozenset({Weekday.MON}))
STARTS = [*range(0, 24 * 60, 30), 9 * 60 + 10, 23 * 60 + 59]


def screens(tag: str) -> list[Screen]:
    """Return the days, every From, and every To of every start, by day and by night."""
    words = words_for(tag)
    drafts = [PICKED, *(PICKED.at(Step.TO, start=start) for start in STARTS), PICKED.at(Step.FROM)]
    nights = [draft.model_copy(update={"night": True}) for draft in drafts[1:]]
    return [editor_screen(draft, words) for draft in [*drafts, *nights]]


@pytest.mark.parametrize("tag", SPOKEN)
def test_no_label_is_cut(tag: str) -> None:
    """The longer the labels, the fewer stand side by side."""
    rows = [row for screen in screens(tag) for row in screen.rows]
    assert [one.text for row in rows for one in row if len(one.text) > LONGEST[len(row)]] == []


@pytest.mark.parametrize(("start", "columns"), [(6 * 60, 3), (21 * 60, 3), (9 * 60 + 10, 2)])
def test_ends_stand_as_close_as_they_may(start: int, columns: int) -> None:
    """Whole and half hours fit three in a row, a start of odd minutes needs the room of two."""
    screen = editor_screen(PICKED.at(Step.TO, start=start), ENGLISH)
    assert len(screen.rows[0]) == columns
