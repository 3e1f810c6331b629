"""The process is killed (SIGKILL) at each step of the forms of dates; the next tap goes on where the form stood."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.taps.form import Save
from tests.phone import handled, press, save, tap, type_into, type_week
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

WALKS = {
    "/off": ("10", "12", "Some hours", "14:00", "18:00", "Save"),
    "/date": ("10", "11", "Next", "Night hours", "22:00", "Next day (+1)", "06:00 (+1)", "Save", "Yes"),
}
KEPT = {
    "/off": ("SELECT first, last, start, end FROM time_off", [("2026-03-10", "2026-03-12", 840, 1080)]),
    "/date": ("SELECT day, start, end FROM override_ranges", [("2026-03-10", 1320, 1800), ("2026-03-11", 1320, 1800)]),
}
STEPS = [(command, step) for command, labels in WALKS.items() for step in range(len(labels))]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mortal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """A process to be killed again and again."""
    async with running(tmp_path_factory.mktemp("dates"), {}, "2026-03-02 09:00") as started:
        yield started
    assert "ERROR" not in started.log


@pytest.mark.parametrize(("command", "step"), STEPS)
async def test_the_next_tap_goes_on_where_the_form_stood(mortal: Rota, command: str, step: int) -> None:
    """Killed right after a step was shown, the rest of the taps do what they say, and once."""
    select, kept = KEPT[command]
    before, after = WALKS[command][:step], WALKS[command][step:]
    doctor = await mortal.doctor()
    form = await type_week(doctor, command)
    await tap(doctor, *before, form=form)
    await handled(doctor)
    await mortal.kill_and_start()
    await tap(doctor, *after, form=form)
    assert mortal.rows(f"{select} WHERE doctor_id = ?", mortal.doctor_id(doctor)) == kept


TYPED = {
    "off 10 mar": "SELECT * FROM time_off",
    "/date 10 mar 9-12": "SELECT * FROM override_ranges",
    "/closed 10 mar Fiesta": "SELECT * FROM closures",
}


@pytest.mark.parametrize("typed", TYPED)
async def test_a_save_whose_screen_was_lost_says_saved_again(mortal: Rota, typed: str) -> None:
    """Telegram delivers the tap again to who is started after the kill: it says so, and keeps nothing twice."""
    person = await (mortal.claimed() if typed.startswith("/closed") else mortal.doctor())
    form = await type_week(person, typed)
    await tap(person, "Save", form=form)
    kept = mortal.rows(TYPED[typed])
    await mortal.kill_and_start()
    await press(person, form, Save())
    assert "✓ Saved. This is how it is now:" in form.text
    assert mortal.rows(TYPED[typed]) == kept


async def test_a_saved_form_is_undone_after_a_kill(mortal: Rota) -> None:
    """What Undo takes back stands in the storage."""
    doctor = await mortal.doctor()
    form = await tap(doctor, *WALKS["/off"], form=await type_week(doctor, "/off"))
    await mortal.kill_and_start()
    await tap(doctor, "↩ Undo", form=form)
    assert mortal.rows("SELECT * FROM time_off WHERE doctor_id = ?", mortal.doctor_id(doctor)) == []


async def test_a_typed_reason_finds_its_form_after_a_kill(mortal: Rota) -> None:
    """Which form waits for a text is not kept in the process."""
    doctor = await mortal.doctor()
    form = await type_week(doctor, "off 10 mar")
    await mortal.kill_and_start()
    await type_into(doctor, "dentist", form)
    assert "Off: dentist" in form.text


async def test_a_repeat_is_kept_over_a_kill(mortal: Rota) -> None:
    """The choice of weeks is part of the draft."""
    doctor = await mortal.doctor()
    await save(doctor, "mon 9-17")
    form = await tap(doctor, "Every week", "From a date on", form=await type_week(doctor, "mon 10-12"))
    await mortal.kill_and_start()
    await tap(doctor, "18", form=form)
    await mortal.kill_and_start()
    await tap(doctor, "Save", form=form)
    plans = mortal.rows("SELECT starts FROM week_plans WHERE doctor_id = ? ORDER BY starts", mortal.doctor_id(doctor))
    assert plans == [("0001-01-01",), ("2026-03-18",)]
