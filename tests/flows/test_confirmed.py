"""A doctor confirms the coming week, changes it, or takes it off; the desk sees who has."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sandbox import Person
from bot.sandbox.messages import Message
from bot.taps.confirmations import AskWeek
from tests.phone import data, handled, press, save, say, tap, type_week, week_of
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

MONDAY = date(2026, 3, 9)
"""Of the week after the clock's."""


async def own_week(doctor: Person) -> Message:
    """Return a message with the doctor's coming week."""
    shown = await type_week(doctor, "/week")
    await tap(doctor, "▶", form=shown)
    return shown


async def question(doctor: Person) -> Message:
    """Return a message with the question, as a reminder brings it."""
    shown = await type_week(doctor, "/week")
    await press(doctor, shown, AskWeek(monday=MONDAY))
    assert "Confirm your week" in shown.text
    return shown


async def desk(timed: Rota, doctor: Person) -> str:
    """Return the last line of what a receptionist sees of the doctor's coming week."""
    rosa = await timed.receptionist()
    return (await week_of(rosa, timed.doctor_id(doctor), MONDAY)).text.splitlines()[-1]


async def line(timed: Rota, name: str) -> str:
    """Return a doctor's line on the board."""
    rosa = await timed.receptionist()
    board = await say(rosa, "/confirmed")
    assert "9–15 Mar 2026" in board.text
    (found,) = (each for each in board.text.splitlines() if name in each)
    return found


async def test_a_week_is_confirmed_under_ones_own(timed: Rota) -> None:
    """The button is gone with the answer, and the desk reads how long ago that was."""
    doctor = await timed.doctor("Conny Firm")
    await save(doctor, "mon-fri 9-17")
    assert await desk(timed, doctor) == "Not confirmed, last changed 1 minute ago"
    assert await line(timed, "Conny Firm") == "… Conny Firm: no answer"
    shown = await own_week(doctor)
    await tap(doctor, "✓ Confirm", form=shown)
    assert shown.text.startswith("✓ Confirmed. The desk sees it.")
    assert "✓ Confirm" not in [one.text for row in shown.keyboard for one in row]
    timed.set_clock("2026-03-02 11:00")
    assert await desk(timed, doctor) == "✓ Confirmed 2 hours ago"
    assert await line(timed, "Conny Firm") == "✓ Conny Firm: confirmed 2 hours ago"


async def test_same_as_shown_is_kept_once(timed: Rota) -> None:
    """A double tap is one answer, of the first tap's time."""
    doctor = await timed.doctor("Dub Letap")
    await save(doctor, "mon-fri 9-17")
    shown = await question(doctor)
    same = data(shown, "Same as shown")
    doctor.press(shown.id, same)
    doctor.press(shown.id, same)
    await handled(doctor)
    timed.set_clock("2026-03-02 12:00")
    doctor.press(shown.id, same)
    await handled(doctor)
    kept = timed.rows("SELECT answer, set_at FROM confirmations WHERE doctor_id = ?", timed.doctor_id(doctor))
    assert kept == [("same", "2026-03-02 09:00:00.000000")]


async def test_what_has_changed_since_is_shown_anew(timed: Rota) -> None:
    """Hours that were saved in between are asked about before they count as confirmed."""
    doctor = await timed.doctor("Mo Ved")
    await save(doctor, "mon-fri 9-17")
    shown = await question(doctor)
    await save(doctor, "mon-fri 10-12")
    await tap(doctor, "Same as shown", form=shown)
    assert "It has changed since it was shown" in shown.text
    assert "10:00–12:00" in shown.text
    assert (await line(timed, "Mo Ved")).endswith("no answer")
    await tap(doctor, "Same as shown", form=shown)
    assert "✓ Confirmed." in shown.text


async def test_change_opens_the_editor_on_that_week(timed: Rota) -> None:
    """What is saved there is that week's alone, and the answer for it."""
    doctor = await timed.doctor("Chan Ges")
    await save(doctor, "mon-fri 9-17")
    form = await question(doctor)
    await tap(doctor, "Change", "Fri · 09:00–17:00", "Next", "09:00", "12:00", form=form)
    assert "Only the week of 9–15 Mar" in form.text
    await tap(doctor, "Save", form=form)
    assert "✓ Saved." in form.text
    assert timed.week(doctor)["Fri"] == "09:00-17:00"
    assert await line(timed, "Chan Ges") == "✎ Chan Ges: changed 1 minute ago"
    assert await desk(timed, doctor) == "✓ Changed and confirmed 1 minute ago"


async def test_a_change_that_is_cancelled_leads_back_to_the_question(timed: Rota) -> None:
    """It was no answer."""
    doctor = await timed.doctor("Can Celled")
    await save(doctor, "mon-fri 9-17")
    form = await question(doctor)
    await tap(doctor, "Change", "Cancel", "Back to the week", form=form)
    assert "Confirm your week" in form.text
    assert (await line(timed, "Can Celled")).endswith("no answer")


async def test_off_that_week_is_time_off(timed: Rota) -> None:
    """One tap is the time off and the answer; its undo is offered, and the answer then no longer fits the hours."""
    doctor = await timed.doctor("Off Lang")
    await save(doctor, "mon-fri 9-17")
    shown = await question(doctor)
    await tap(doctor, "Off that week", form=shown)
    assert "You are off 9–15 Mar" in shown.text
    assert await line(timed, "Off Lang") == "✓ Off Lang: off that week, said 1 minute ago"
    assert await desk(timed, doctor) == "✓ Confirmed 1 minute ago: off that week"
    await tap(doctor, "↩ Undo", form=shown)
    assert await line(timed, "Off Lang") == "✎ Off Lang: changed 1 minute ago"


async def test_a_week_that_is_changed_later_counts_as_changed(timed: Rota) -> None:
    """The desk reads both times."""
    doctor = await timed.doctor("La Ter")
    await save(doctor, "mon-fri 9-17")
    await tap(doctor, "Same as shown", form=await question(doctor))
    timed.set_clock("2026-03-04 09:00")
    await save(doctor, "mon-fri 10-12")
    timed.set_clock("2026-03-04 10:00")
    assert await line(timed, "La Ter") == "✎ La Ter: changed 1 hour ago"
    assert await desk(timed, doctor) == "✎ Confirmed 2 days ago, changed 1 hour ago"


async def test_a_week_that_is_over_is_not_answered_for(timed: Rota) -> None:
    """A card of last month says so, whichever button it is."""
    doctor = await timed.doctor("Pas Sed")
    await save(doctor, "mon-fri 9-17")
    shown = await question(doctor)
    timed.set_clock("2026-03-16 09:00")
    for label in ("Same as shown", "Off that week", "Change"):
        doctor.tap(label, shown.id)
        await handled(doctor)
        assert "is over" in doctor.toasts[-1].text, label
    assert (await line_of_last_week(timed)).endswith("no answer")


async def line_of_last_week(timed: Rota) -> str:
    rosa = await timed.receptionist()
    board = await say(rosa, "/confirmed")
    await tap(rosa, "◀", "◀", form=board)
    (found,) = (each for each in board.text.splitlines() if "Pas Sed" in each)
    return found
