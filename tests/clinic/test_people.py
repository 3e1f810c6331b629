"""Names, tokens and what is kept of them."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest

from clinic.errors import BadName
from clinic.people import checked_name, hash_token, INVITATION_LIFE, LONGEST_NAME, new_token


def test_an_invitation_lives_seven_days() -> None:
    """Seven days, not a week more or less by accident."""
    assert timedelta(days=7) == INVITATION_LIFE


def test_a_token_fits_a_deep_link() -> None:
    """At most 64 of the letters that Telegram lets a deep link carry."""
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", new_token())


def test_tokens_differ() -> None:
    """No two of a thousand are equal."""
    assert len({new_token() for _ in range(1000)}) == 1000


def test_of_a_token_its_sha256_is_kept() -> None:
    """What is stored is the hash in hexadecimal."""
    assert hash_token("abc") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Ana Müller", "Ana Müller", id="as it is"),
        pytest.param("  Ana \t  Müller ", "Ana Müller", id="blanks folded"),
        pytest.param("Ana\nMüller", "Ana Müller", id="lines joined"),
        pytest.param("李小龍", "李小龍", id="no Latin letters"),
        pytest.param("x" * LONGEST_NAME, "x" * 64, id="the longest"),
        pytest.param(f"  {'x' * LONGEST_NAME}  ", "x" * 64, id="the longest with blanks around"),
    ],
)
def test_a_name_is_kept_with_its_blanks_folded(text: str, name: str) -> None:
    """Blanks and line breaks become one blank each, and none at the ends."""
    assert checked_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t ", id="blanks alone"),
        pytest.param("x" * (LONGEST_NAME + 1), id="one too long"),
        pytest.param("Ana\x00", id="a control character"),
        pytest.param("Ana\u202e", id="a mark that turns the writing round"),
        pytest.param("\u200b", id="an invisible blank"),
    ],
)
def test_what_cannot_be_shown_is_no_name(text: str) -> None:
    """A name has something to show, on one line of bounded length; the error carries what was said."""
    with pytest.raises(BadName) as refused:
        checked_name(text)
    assert refused.value.text == text
