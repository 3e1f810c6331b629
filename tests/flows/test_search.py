"""A receptionist looks at a doctor's week."""

from __future__ import annotations

import pytest

from tests.phone import save, say, tap
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<b>O'Neil & Söhne"


async def test_one_doctor_is_shown_at_once(rota: Rota) -> None:
    """`/week NAME` that fits one doctor shows the week, with the desk's buttons and without the doctor's own."""
    doctor = await rota.doctor("Unica Quiroga", "ear & nose")
    await save(doctor, "mon 9-17")
    rosa = await rota.receptionist()
    shown = await say(rosa, "/week quiroga")
    assert shown.text.startswith("Unica Quiroga · ear & nose\n")
    assert "09:00–17:00" in shown.text
    turning, given = ["◀", "Why?", "▶"], ["Copy", "Picture", "Calendar file"]
    assert shown.labels == ["Propose hours", *turning, *given, "Watch", "Doctors", "☰ Menu"]


async def test_accents_and_case_are_ignored(rota: Rota) -> None:
    """What is typed in haste finds the name as it is written."""
    await rota.doctor("Zoë Ñuñez-Ødegård")
    rosa = await rota.receptionist()
    assert (await say(rosa, "/week NUNEZ zoe")).text.startswith("Zoë Ñuñez-Ødegård")


async def test_several_doctors_are_a_list_to_tap(rota: Rota) -> None:
    """A part that fits two names lists both, and a tap leads to the week."""
    await rota.doctor("Xavier Xirau", "surgery")
    await rota.doctor("Xenia Xirau", "radiology")
    rosa = await rota.receptionist()
    found = await say(rosa, "/week xirau")
    assert found.labels == ["Xavier Xirau · surgery", "Xenia Xirau · radiology", "☰ Menu"]
    await tap(rosa, "Xenia Xirau · radiology", form=found)
    assert found.text.startswith("Xenia Xirau · radiology")


async def test_nobody_found_is_said_with_a_way_on(rota: Rota) -> None:
    """A name that nobody has is repeated as typed."""
    rosa = await rota.receptionist()
    found = await say(rosa, "/week <i>nobody & co")
    assert found.text == "No doctor has “<i>nobody & co” in the name."
    await tap(rosa, "All doctors", form=found)
    assert "Whose week?" in found.text


async def test_without_a_name_all_doctors_are_listed(rota: Rota) -> None:
    """`/week` alone asks a receptionist whose."""
    await rota.doctor()
    rosa = await rota.receptionist()
    assert "Whose week?" in (await say(rosa, "/week")).text


async def test_a_hostile_name_is_shown_as_written(rota: Rota) -> None:
    """Angle brackets and ampersands of a name are letters, not markup."""
    doctor = await rota.doctor(HOSTILE, "<u>skin & hair")
    saved = await save(doctor, "mon 9-17")
    assert f"{HOSTILE} · <u>skin & hair" in saved.text
    assert f"by {HOSTILE}" in saved.text
    rosa = await rota.receptionist()
    shown = await say(rosa, "/week sohne")
    assert shown.text.startswith(f"{HOSTILE} · <u>skin & hair")


async def test_a_doctor_cannot_look_others_up(rota: Rota) -> None:
    """`/week NAME` is for the reception; a doctor is told so and sees nothing."""
    await rota.doctor("Yago Yuste")
    doctor = await rota.doctor()
    assert "Yuste" not in (await say(doctor, "/week yuste")).text


async def test_a_receptionist_sees_a_change_at_once(rota: Rota) -> None:
    """What a doctor has just switched is what the reception reads."""
    doctor = await rota.doctor("Wanda Weiss")
    saved = await save(doctor, "mon-tue 9-17")
    await tap(doctor, "✓ Mon", form=saved)
    rosa = await rota.receptionist()
    assert (await say(rosa, "/week weiss")).text.count("09:00–17:00") == 1
