"""`/history`: an admin sees who changed what, and brings back what was before."""

from __future__ import annotations

import pytest

from bot.sandbox import Person
from bot.taps.history import Revert, ShowChange
from clinic.use_cases.history import ChangeKind
from tests.phone import data, handled, keep_dates, press, save, say, tap, type_week
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def changed(rota: Rota, name: str) -> Person:
    """A doctor whose week was changed once and who takes time off, in a clinic that was never closed."""
    rota.rows("DELETE FROM date_changes WHERE doctor_id IS NULL")
    doctor = await rota.doctor(name)
    await save(doctor, "mon-fri 9-17")
    rota.set_clock("2026-03-02 09:01")
    await save(doctor, "wed 9-13")
    rota.set_clock("2026-03-02 09:02")
    await keep_dates(doctor, "off 24 dec - 26 dec holiday")
    rota.set_clock("2026-03-02 09:03")
    return doctor


async def test_changes_are_listed_the_newest_first(timed: Rota) -> None:
    """With when, who and what in a few words, by a name with a slip in it."""
    await changed(timed, "Ada Lovelock")
    shown = await say(await timed.claimed(), "/history ada lovelok")
    lines = shown.text.splitlines()
    assert lines[0] == "Ada Lovelock · who changed what, the newest first"
    assert [line for line in lines[2:] if line] == [
        "1 · 2 Mar 2026, 09:02 · Ada Lovelock",
        "Off: holiday, 24–26 Dec",
        "2 · 2 Mar 2026, 09:01 · Ada Lovelock",
        "Weekly hours: Wed 09:00–13:00",
        "3 · 2 Mar 2026, 09:00 · Ada Lovelock",
        "Weekly hours: Mon–Fri 09:00–17:00",
    ]


async def test_a_week_is_brought_back(timed: Rota) -> None:
    """After a look at before and after and at what changes now; the history has a line more."""
    doctor, admin = await changed(timed, "Bea Week"), await timed.claimed()
    form = await say(admin, "/history bea week")
    await tap(admin, "2", form=form)
    assert "Before" in form.text
    assert "After" in form.text
    await tap(admin, "Revert", form=form)
    assert "Wed 4 Mar: 09:00–13:00 → 09:00–17:00" in form.text
    assert timed.week(doctor)["Wed"] == "09:00-13:00"
    await tap(admin, "Yes, bring it back", form=form)
    assert timed.week(doctor)["Wed"] == "09:00-17:00"
    told = await doctor.sees(f"{admin.name} has brought back earlier hours of yours.")
    assert told.text.endswith("Weekly hours: Wed 09:00–17:00")
    await tap(admin, "History", form=form)
    assert f"1 · 2 Mar 2026, 09:03 · {admin.name}" in form.text


async def test_the_same_tap_twice_brings_back_once(timed: Rota) -> None:
    """Two quick taps, or one that is sent again."""
    doctor, admin = await changed(timed, "Cleo Twice"), await timed.claimed()
    form = await say(admin, "/history cleo twice")
    await tap(admin, "2", "Revert", form=form)
    asked = data(form, "Yes, bring it back")
    admin.press(form.id, asked)
    admin.press(form.id, asked)
    await handled(admin)
    assert "Brought back." in form.text
    assert [version for version, _ in timed.history(doctor)] == [1, 2, 3]


async def test_what_was_changed_since_is_shown_instead(timed: Rota) -> None:
    """With who did so; nothing can be brought back over it."""
    doctor, admin = await changed(timed, "Dora Since"), await timed.claimed()
    form = await say(admin, "/history dora since")
    await tap(admin, "2", "Revert", form=form)
    await save(doctor, "wed 10-12")
    await press(admin, form, Revert.unpack(data(form, "Yes, bring it back")) or pytest.fail("no tap"))
    assert "It cannot be brought back as it was" in form.text
    assert "Weekly hours: Wed 10:00–12:00" in form.text
    assert timed.week(doctor)["Wed"] == "10:00-12:00"


async def test_a_closure_stands_in_the_history(timed: Rota) -> None:
    """It is the clinic's, and is taken back from a doctor's history or from its own."""
    await changed(timed, "Edda Closed")
    admin = await timed.claimed()
    await keep_dates(admin, "/closed 6 may Feast")
    form = await say(admin, "/history edda closed")
    assert "Clinic closed: Feast" in form.text
    await tap(admin, "1", "Revert", "Yes, bring it back", form=form)
    assert timed.rows("SELECT name FROM closures WHERE name = 'Feast'") == []


async def test_whose_history_is_asked_without_a_name(timed: Rota) -> None:
    """A doctor is tapped, or the clinic."""
    admin = await timed.claimed()
    form = await type_week(admin, "/history")
    assert "Whose history?" in form.text
    await tap(admin, "The clinic's closed days", form=form)
    assert form.text.startswith("The clinic's closed days · who changed what")


async def test_a_doctor_who_has_set_nothing_has_no_history(timed: Rota) -> None:
    """The screen says so, and what to do."""
    await timed.doctor("Fay Nothing")
    admin = await timed.claimed()
    timed.rows("DELETE FROM date_changes WHERE doctor_id IS NULL")
    shown = await say(admin, "/history fay nothing")
    assert "No hours were ever set." in shown.text


async def test_a_change_of_another_doctor_is_not_found(timed: Rota) -> None:
    """A forged tap that puts one doctor's change under another's name."""
    doctor, other = await changed(timed, "Gus One"), await timed.doctor("Hal Two")
    admin = await timed.claimed()
    form = await say(admin, "/history gus one")
    ((number,),) = timed.rows("SELECT max(change_id) FROM date_changes WHERE doctor_id = ?", timed.doctor_id(doctor))
    before = form.text
    forged = ShowChange(doctor=timed.doctor_id(other), kind=ChangeKind.DATES, number=number)
    await press(admin, form, forged)
    assert form.text == before
    assert "no longer in the calendar" in admin.toasts[-1].text


@pytest.mark.parametrize("text", ["/history", "/history ana"])
async def test_the_desk_sees_no_history(timed: Rota, text: str) -> None:
    """It is told whose it is to see."""
    shown = await say(await timed.receptionist(), text)
    assert "Only administrators see the history." in shown.text
