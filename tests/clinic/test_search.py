"""Doctors by a part of their name."""

from __future__ import annotations

import pytest

from clinic.people import Doctor
from clinic.search import folded, matching

NAMES = ["Ana Müller", "Bo Straße", "José María Núñez", "Łukasz Ek", "Ana Ek"]
DOCTORS = [Doctor(number, name, "GP") for number, name in enumerate(NAMES, start=1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("muller", ["Ana Müller"], id="without the accent"),
        pytest.param("MÜLLER", ["Ana Müller"], id="in capitals"),
        pytest.param("Mu\u0308ller", ["Ana Müller"], id="with the accent apart"),
        pytest.param("strasse", ["Bo Straße"], id="double s"),
        pytest.param("nunez jose", ["José María Núñez"], id="words in any order"),
        pytest.param("mar", ["José María Núñez"], id="a part of a word"),
        pytest.param("ana", ["Ana Müller", "Ana Ek"], id="several, in their order"),
        pytest.param("ana ek", ["Ana Ek"], id="every word counts"),
        pytest.param("  ana   ek ", ["Ana Ek"], id="blanks do not count"),
        pytest.param("anaek", [], id="words are not joined"),
        pytest.param("gp", [], id="the specialization is no name"),
        pytest.param("zoe", [], id="nobody"),
        pytest.param("", NAMES, id="nothing said"),
        pytest.param("  ", NAMES, id="blanks alone"),
    ],
)
def test_matching(text: str, found: list[str]) -> None:
    """A doctor is found by every word being somewhere in the name, case and accents aside."""
    assert [doctor.name for doctor in matching(text, DOCTORS)] == found


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        pytest.param("Müller", "muller", id="accent"),
        pytest.param("İstanbul", "istanbul", id="dotted capital"),
        pytest.param("ÅNGSTRÖM", "angstrom", id="ring"),
        pytest.param("Jørgen Łukasz Đorđe", "jorgen lukasz dorde", id="stroke"),
        pytest.param("Weiß Æbelø Œuvre", "weiss aebelo oeuvre", id="two in one"),
        pytest.param("Yıldız Guðmundur Þór", "yildiz gudmundur thor", id="letters of their own"),
        pytest.param("Ǿ", "o", id="stroke and accent"),
        pytest.param(" a  b ", "a b", id="blanks"),
    ],
)
def test_folded(text: str, letters: str) -> None:
    """Letters are left without case and accents."""
    assert folded(text) == letters
