"""A receptionist types whom a patient asks for, in haste."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.sandbox import Person
from tests.phone import save, say, tap
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True)
class Desk:
    """A clinic of four doctors, and those who ask."""

    rota: Rota
    rosa: Person
    muller: Person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with running(tmp_path_factory.mktemp("desk"), {"CLINIC_TIME_ZONE": "Europe/Madrid"}) as rota:
        muller = await rota.doctor("Ana Müller", "cardiology")
        await save(muller, "mon-fri 9:07-13")
        await rota.doctor("Bo Kranz", "cardiology")
        await rota.doctor("Иван Петров", "неврология")
        await rota.doctor("<b>O'Neil & Söhne", "ear & nose")
        yield Desk(rota, await rota.receptionist(), muller)
        assert "ERROR" not in rota.log


@pytest.mark.parametrize("text", ["muller", "dr muler", "Dra. MÜLLER", "/week muler", "мюллер"])
async def test_a_name_with_slips_shows_the_week(desk: Desk, text: str) -> None:
    """One doctor whom it can mean is shown at once."""
    shown = await say(desk.rosa, text)
    assert shown.text.startswith("Ana Müller · cardiology\n")
    assert "09:07–13:00" in shown.text


async def test_a_russian_name_is_found_in_latin_letters(desk: Desk) -> None:
    """And with a slip in its own."""
    assert (await say(desk.rosa, "petrov")).text.startswith("Иван Петров")
    assert (await say(desk.rosa, "д-р Питров")).text.startswith("Иван Петров")


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("cardiology", "Doctors of “cardiology”:"),
        ("cardilogy", "No doctor has “cardilogy” in the name. Did you mean one of these?"),
    ],
)
async def test_a_specialization_lists_its_doctors(desk: Desk, text: str, heading: str) -> None:
    """Each with a button that leads to the week; with a slip the list says that it is a guess."""
    found = await say(desk.rosa, text)
    assert found.text == heading
    assert found.labels == ["Ana Müller · cardiology", "Bo Kranz · cardiology", "☰ Menu"]
    await tap(desk.rosa, "Ana Müller · cardiology", form=found)
    assert "09:07–13:00" in found.text


@pytest.mark.parametrize("text", ["hello", "an", "thanks a lot", "🎉", "xyzzy", "<i>", "a" * 4096])
async def test_what_names_nobody_is_not_understood(desk: Desk, text: str) -> None:
    """Chatter is answered as before."""
    assert (await say(desk.rosa, text)).text.startswith("I did not understand that.")


async def test_a_hostile_name_is_shown_as_typed(desk: Desk) -> None:
    """What was typed is letters, and no markup."""
    assert "“<b>nobody & co”" in (await say(desk.rosa, "/week <b>nobody & co")).text
    assert (await say(desk.rosa, "o'neil")).text.startswith("<b>O'Neil & Söhne · ear & nose\n")


async def test_an_admin_finds_doctors_too(desk: Desk) -> None:
    """The desk and the admins look doctors up."""
    assert (await say(await desk.rota.claimed(), "dr muler")).text.startswith("Ana Müller")


async def test_a_doctor_finds_nobody(desk: Desk) -> None:
    """Another doctor's hours are not a doctor's to see: a name is not understood, as if nobody had it."""
    bo = desk.rota.person("Nobody's")
    assert "09:07" not in (await say(bo, "muller")).text
    other = await desk.rota.doctor("Cem Demir", "surgery")
    answer = await say(other, "muller")
    assert answer.text.startswith("I did not understand that.")
    assert "09:07" not in (await say(other, "/week muller")).text


async def test_a_name_of_a_new_doctor_is_still_a_name(desk: Desk) -> None:
    """A form that waits for a doctor's name takes it, whoever is called alike."""
    admin = await desk.rota.claimed()
    form = await say(admin, "/invite")
    await tap(admin, "Doctor", form=form)
    before = form.edited
    admin.say("Ana Müller, cardiology")
    await admin.until(lambda _: form.edited > before)
    assert "t.me/" in form.text
