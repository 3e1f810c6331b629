"""Times of day as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.typed import read_time
from bot.words import words_for
from tests.bot.weeks import SPOKEN

TIMES = {
    "9": 540,
    "09": 540,
    "0": 0,
    "00": 0,
    "23": 1380,
    "24": 1440,
    "25": None,
    "9:15": 555,
    "09:15": 555,
    "0915": 555,
    "915": 555,
    "2359": 1439,
    "2400": 1440,
    "2401": None,
    "9am": 540,
    "9 AM": 540,
    "9 a.m.": 540,
    "9pm": 1260,
    "9:15pm": 1275,
    "12am": 0,
    "12pm": 720,
    "12:30am": 30,
    "0am": None,
    "13pm": None,
    "24pm": None,
    "21.30": 1290,
    "9h30": 570,
    "9h": 540,
    "24:00": 1440,
    "24:01": None,
    "9:60": None,
    "9:5": None,
    "9:": None,
    "-9": None,
    "+9": None,
    "9-10": None,
    "9 10": None,
    " 9:15 ": 555,
    "9:15\n": 555,
    "": None,
    " ": None,
    "nine": None,
    "am": None,
    "９:１５": 555,
    "٩": 540,
    "²": None,
    "9:15:30": None,
    "99999": None,
    "9" * 4096: None,
    "9" + " " * 4000 + "x": None,
    "1" * 4000 + ":": None,
}


@pytest.mark.parametrize(("text", "minutes"), TIMES.items(), ids=[repr(text[:12]) for text in TIMES])
def test_times_of_day(text: str, minutes: int | None) -> None:
    """A typed time is read as people write one, or not at all."""
    assert read_time(text) == minutes


@given(minutes=st.integers(0, 1440))
def test_every_minute_can_be_typed(minutes: int) -> None:
    """With a colon, a dot or tight, every time of the day is understood."""
    hour, minute = divmod(minutes, 60)
    for text in (f"{hour}:{minute:02}", f"{hour:02}.{minute:02}", f"{hour:02}{minute:02}"):
        assert read_time(text) == minutes


@given(minutes=st.integers(0, 1439), tag=st.sampled_from(SPOKEN))
def test_a_shown_time_can_be_typed_back(minutes: int, tag: str) -> None:
    """What a button shows as a time is understood when it is typed."""
    assert read_time(words_for(tag).clock(minutes)) == minutes
