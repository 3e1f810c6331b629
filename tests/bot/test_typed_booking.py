"""A booking typed in one line, in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from bot.typed import NotUnderstood
from bot.typed_booking import booking_grammar_for, TypedBooking
from bot.words import words_for

TODAY = date(2026, 3, 2)
"""A Monday."""
TUESDAY = date(2026, 3, 3)

TYPED = {
    "ruiz": TypedBooking("ruiz"),
    "dr ana ruiz tue": TypedBooking("dr ana ruiz", TUESDAY),
    "ruiz tue 10:30": TypedBooking("ruiz", TUESDAY, 630),
    "ruiz tue 10:30 P-1042": TypedBooking("ruiz", TUESDAY, 630, "P-1042"),
    "ruiz, tomorrow at 9am, P-1042, first visit": TypedBooking("ruiz", TUESDAY, 540, "P-1042", "first visit"),
    "ruiz 3 mar 0930 1042 with 2 X-rays": TypedBooking("ruiz", TUESDAY, 570, "1042", "with 2 X-rays"),
    "ruiz 2026-03-03 9 P-1": TypedBooking("ruiz", TUESDAY, 540, "P-1"),
    "ana sun tue 10 P-1": TypedBooking("ana sun", TUESDAY, 600, "P-1"),
}


@pytest.mark.parametrize(("text", "meant"), TYPED.items(), ids=TYPED)
def test_it_is_read_as_far_as_it_goes(text: str, meant: TypedBooking) -> None:
    """Whom, when, for whom, and a note."""
    assert booking_grammar_for(words_for("en")).read(text, TODAY) == meant


@pytest.mark.parametrize("text", ["ruiz tue noon P-1", "ruiz 10:30 P-1", "ruiz tue 25:00 P-1", "ruiz tue P-1042"])
def test_what_would_be_lost_is_refused(text: str) -> None:
    """A time that is none, or a time without a date."""
    with pytest.raises(NotUnderstood):
        booking_grammar_for(words_for("en")).read(text, TODAY)


@pytest.mark.parametrize(
    ("language", "text"), [("es", "reservar ruiz"), ("ru", "Запись ruiz"), ("ru", "book ruiz"), ("en", "Book: ruiz")]
)
def test_the_first_word_says_that_it_is_one(language: str, text: str) -> None:
    """In one's own language, and in English."""
    assert booking_grammar_for(words_for(language)).of(text) == "ruiz"


@pytest.mark.parametrize("text", ["book", "booking ruiz", "ruiz", "", "reservar ruiz"])
def test_other_texts_are_none(text: str) -> None:
    """Nor the word alone."""
    assert booking_grammar_for(words_for("en")).of(text) is None
