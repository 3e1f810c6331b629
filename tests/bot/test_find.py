"""Doctors by what is typed in haste."""

from __future__ import annotations

import pytest

from bot.find import By, find
from clinic.people import Doctor

PEOPLE = {
    "Ana Müller": "cardiology",
    "Bo Straße": "dermatology",
    "José María Núñez-Ruiz": "cardiology",
    "Иван Петров": "неврология",
    "Łukasz Ek": "general practice",
    "Andrea Rossi": "ear, nose & throat",
    "Hana Kowalska": "GP",
    "Ruth O'Neil": "paediatrics",
}
DOCTORS = [Doctor(number, name, skill) for number, (name, skill) in enumerate(PEOPLE.items(), start=1)]
CARDIOLOGISTS = ["Ana Müller", "José María Núñez-Ruiz"]


def names(text: str) -> list[str]:
    return [doctor.name for doctor in find(text, DOCTORS).doctors]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("muller", ["Ana Müller"], id="without the accent"),
        pytest.param("dr müller", ["Ana Müller"], id="with a title"),
        pytest.param("Dra. Müller!", ["Ana Müller"], id="with a title and marks"),
        pytest.param("д-р Петров", ["Иван Петров"], id="with a Russian title"),
        pytest.param("доктор петр", ["Иван Петров"], id="a part after a title"),
        pytest.param("petrov", ["Иван Петров"], id="Cyrillic in Latin letters"),
        pytest.param("ek", ["Łukasz Ek"], id="two letters"),
        pytest.param("dr", ["Andrea Rossi"], id="a title alone is a part of a name"),
        pytest.param("ana", ["Ana Müller", "Hana Kowalska"], id="several, in their order"),
        pytest.param("", list(PEOPLE), id="nothing said"),
        pytest.param("o'neil", ["Ruth O'Neil"], id="an apostrophe"),
    ],
)
def test_a_part_of_a_name(text: str, found: list[str]) -> None:
    """Every word stands somewhere in the name, as it always did; titles aside."""
    assert names(text) == found
    assert find(text, DOCTORS).by is By.NAME


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("cardiology", CARDIOLOGISTS, id="whole"),
        pytest.param("derma", ["Bo Straße"], id="a part"),
        pytest.param("Невролог", ["Иван Петров"], id="Cyrillic"),
        pytest.param("nose throat", ["Andrea Rossi"], id="two words of one"),
        pytest.param("cardiology nunez", ["José María Núñez-Ruiz"], id="with a part of a name"),
    ],
)
def test_a_specialization(text: str, found: list[str]) -> None:
    """It lists its doctors; with a part of a name, those of them."""
    assert names(text) == found
    assert find(text, DOCTORS).by is By.SPECIALIZATION


def test_a_specialization_that_is_in_a_name_too() -> None:
    """Whoever has it in the name stands first, those who practise it behind."""
    doctors = [Doctor(1, "Eva Sol", "GP"), Doctor(2, "Rugpa Lin", "surgery")]
    assert [doctor.name for doctor in find("gp", doctors).doctors] == ["Rugpa Lin", "Eva Sol"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("dr muler", ["Ana Müller"], id="a letter missing"),
        pytest.param("mullerr", ["Ana Müller"], id="a letter too many"),
        pytest.param("mulker", ["Ana Müller"], id="a wrong letter"),
        pytest.param("riuz", ["José María Núñez-Ruiz"], id="swapped, of four"),
        pytest.param("ana muler", ["Ana Müller"], id="one word right"),
        pytest.param("мюллер", ["Ana Müller"], id="as it sounds in Russian"),
        pytest.param("cardilogy", CARDIOLOGISTS, id="a specialization"),
        pytest.param("кардиология", CARDIOLOGISTS, id="a specialization in Russian"),
        pytest.param("dermathollogy", ["Bo Straße"], id="two of eleven"),
        pytest.param("ptrov", ["Иван Петров"], id="a slip in Latin for Cyrillic"),
        pytest.param("cardilogy nunes", ["José María Núñez-Ruiz"], id="two slips in two words"),
    ],
)
def test_a_slip(text: str, found: list[str]) -> None:
    """One letter in four may be wrong."""
    assert names(text) == found
    assert find(text, DOCTORS).by is By.LIKENESS


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hello", id="a greeting"),
        pytest.param("thanks a lot", id="thanks"),
        pytest.param("good morning", id="two words"),
        pytest.param("xyzzy", id="no word"),
        pytest.param("asdfgh", id="a row of keys"),
        pytest.param("eks", id="three letters have no room"),
        pytest.param("roix", id="two wrong of four"),
        pytest.param("mlueler", id="two wrong of seven"),
        pytest.param("dormitologi", id="three wrong of eleven"),
        pytest.param("muler xyzzy", id="one of two words"),
        pytest.param("4711", id="a number"),
        pytest.param("🎉", id="a picture"),
        pytest.param("спасибо", id="thanks in Russian"),
    ],
)
def test_nonsense_finds_nobody(text: str) -> None:
    """What has more wrong than one letter in four is somebody else."""
    assert names(text) == []


def test_the_most_alike_stands_first() -> None:
    """Of two whom a slip may mean, the nearer one."""
    doctors = [Doctor(1, "Ana Gonsales", "GP"), Doctor(2, "Bo Gonzales", "GP")]
    assert [doctor.name for doctor in find("gonzalez", doctors).doctors] == ["Bo Gonzales", "Ana Gonsales"]
