"""Late, leaving early, off sick: two taps, one notice to everybody at the desk, and a way back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from bot.sandbox import Message, Person
from tests.phone import data, day_lines, handled, save, say, tap, type_week, zoned
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

BEFORE_NINE, AFTER_THE_LEASE, MUCH_LATER = "2026-03-02 08:00", "2026-03-02 08:03", "2026-03-02 08:30"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """A process of its own, to be killed: what is owed to a desk is owed to everybody at it."""
    async with running(tmp_path_factory.mktemp("today"), {}, BEFORE_NINE) as started:
        yield started
    assert "ERROR" not in started.log


async def working(rota: Rota, name: str = "Ana Ruiz") -> tuple[Person, Message]:
    """Return a doctor who works from nine to five on this Monday, and what `/today` shows."""
    rota.set_clock(BEFORE_NINE)
    doctor = await rota.doctor(name)
    await save(doctor, "mon 9-17")
    return doctor, await type_week(doctor, "/today")


async def alone_at_the_desk(rota: Rota) -> Person:
    """Return a receptionist; whoever was at the desk before is suspended."""
    rota.rows("UPDATE people SET suspended = 1 WHERE is_receptionist")
    return await rota.receptionist()


async def nothing_owed(rota: Rota) -> None:
    """Wait until every notice is noted as sent: a process killed before it sends that one again."""
    async with asyncio.timeout(5):
        while rota.rows("SELECT * FROM notices"):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


def told(person: Person, name: str) -> list[str]:
    """Return the notices about a doctor, without the name."""
    said = (message.text.partition("\n") for message in person.messages if message.from_bot)
    return [what for heading, _, what in said if heading == name]


async def test_today_offers_what_can_be_said(clinic: Rota) -> None:
    """How late, until when, sick; counted from the hours of the day."""
    _, shown = await working(clinic)
    late = [
        f"Late {minutes} min: {time}" for minutes, time in ((15, "09:15"), (30, "09:30"), (45, "09:45"), (60, "10:00"))
    ]
    early = [f"Until {time}" for time in ("14:00", "14:30", "15:00", "15:30", "16:00", "16:30")]
    assert shown.labels == [*late, *early, "Off sick today", "My week", "☰ Menu"]


SAID = {
    "Late 30 min: 09:30": ("Running late: from 09:30", ["09:30–17:00 *"]),
    "Until 15:00": ("Leaving early: until 15:00", ["09:00–15:00 *"]),
    "Off sick today": ("Off sick", ["off · sick"]),
}


@pytest.mark.parametrize("label", SAID)
async def test_one_tap_changes_today_and_tells_the_desk(clinic: Rota, label: str) -> None:
    """The menu and one tap: the week has it, and every receptionist hears it once."""
    what, hours = SAID[label]
    name = f"Dr {label.split(maxsplit=1)[0]}"
    desk = [await clinic.receptionist(), await clinic.receptionist("Rita Roth")]
    doctor, shown = await working(clinic, name)
    await tap(doctor, label, form=shown)
    assert what in shown.text
    for person in desk:
        await person.sees(name)
        assert [line.startswith(what) for line in told(person, name)] == [True]
    assert day_lines(await say(doctor, "/week"), "Mon  2") == hours


async def test_undo_takes_it_back_and_tells_the_desk(clinic: Rota) -> None:
    """The hours are as before, and the desk hears that it no longer holds."""
    rosa = await clinic.receptionist()
    doctor, shown = await working(clinic, "Dr Undo")
    await tap(doctor, "Off sick today", "↩ Undo", form=shown)
    await rosa.sees("No longer: Off sick")
    assert len(told(rosa, "Dr Undo")) == 2
    assert day_lines(await say(doctor, "/week"), "Mon  2") == ["09:00–17:00"]


async def test_the_desk_is_told_in_the_language_of_its_telegram(clinic: Rota) -> None:
    """Where none was chosen: in that of the invitation's opening, and then in that of the last message."""
    rosa, rita = await clinic.receptionist(language="ru"), await clinic.receptionist("Rita Roth")
    rita.language_code = "es"
    await say(rita, "/help")
    doctor, shown = await working(clinic, "Dr Tongue")
    await tap(doctor, "Off sick today", form=shown)
    await rosa.sees("Болезнь")
    await rita.sees("De baja por enfermedad")


async def test_whoever_is_suspended_is_not_told(clinic: Rota) -> None:
    """Neither are doctors and admins."""
    sue, rosa = await clinic.receptionist("Sue Spent"), await clinic.receptionist()
    clinic.rows("UPDATE people SET suspended = 1 WHERE user_id = ?", sue.user_id)
    other, admin = await clinic.doctor("Ben Adler"), await clinic.claimed()
    doctor, shown = await working(clinic, "Dr Quiet")
    await tap(doctor, "Off sick today", form=shown)
    await rosa.sees("Dr Quiet")
    await handled(doctor)
    assert [told(person, "Dr Quiet") for person in (sue, other, admin, doctor)] == [[], [], [], []]


async def test_a_tap_sent_twice_tells_once(clinic: Rota) -> None:
    """A double tap, and the same update once more."""
    rosa = await clinic.receptionist()
    doctor, shown = await working(clinic, "Dr Twice")
    sick = data(shown, "Off sick today")
    doctor.press(shown.id, sick)
    doctor.press(shown.id, sick)
    await handled(doctor)
    updates = clinic.stand_in._ledger.updates._recent.items()
    delivered = [number for number, update in updates if update.get("callback_query", {}).get("data") == sick]
    clinic.stand_in.redeliver(delivered[0])
    await handled(doctor)
    assert len(told(rosa, "Dr Twice")) == 1


async def test_what_was_kept_is_told_after_a_kill(clinic: Rota) -> None:
    """Killed after the commit and before the first notice, it is told at the next start, once."""
    rosa = await clinic.receptionist()
    doctor, shown = await working(clinic, "Dr Killed")
    clinic.stand_in.stall("editMessageText", 60)
    doctor.tap("Off sick today", shown.id)
    await doctor.until(lambda _: bool(clinic.rows("SELECT * FROM notices")))
    clinic.kill()
    await clinic.stop()
    clinic.stand_in.clear_faults()
    assert told(rosa, "Dr Killed") == []
    await clinic.start()
    await rosa.sees("Dr Killed")
    await nothing_owed(clinic)
    clinic.set_clock(MUCH_LATER)
    await clinic.kill_and_start()
    await handled(doctor)
    assert len(told(rosa, "Dr Killed")) == 1


async def test_a_notice_that_a_killed_process_had_taken_is_told_later(clinic: Rota) -> None:
    """It is kept from others for two minutes, for it may have been sent; then whoever is there sends it."""
    rosa = await alone_at_the_desk(clinic)
    doctor, shown = await working(clinic, "Dr Leased")
    clinic.stand_in.fail("sendMessage", status=None)
    await tap(doctor, "Off sick today", form=shown)
    await handled(doctor)
    await clinic.kill_and_start()
    await handled(doctor)
    assert told(rosa, "Dr Leased") == []
    clinic.set_clock(AFTER_THE_LEASE)
    await clinic.kill_and_start()
    await rosa.sees("Dr Leased")
    await nothing_owed(clinic)
    clinic.set_clock(MUCH_LATER)
    await clinic.kill_and_start()
    await handled(doctor)
    assert len(told(rosa, "Dr Leased")) == 1


async def test_what_did_not_get_through_is_sent_again(clinic: Rota) -> None:
    """Without a restart and without another change: a notice that failed is tried again."""
    rosa = await alone_at_the_desk(clinic)
    doctor, shown = await working(clinic, "Dr Again")
    clinic.stand_in.fail("sendMessage", status=None)
    await tap(doctor, "Off sick today", form=shown)
    await handled(doctor)
    assert told(rosa, "Dr Again") == []
    clinic.set_clock(AFTER_THE_LEASE)
    await rosa.sees("Dr Again", timeout=30)


async def test_today_is_over_at_midnight(clinic: Rota) -> None:
    """A button of yesterday changes nothing today."""
    doctor, shown = await working(clinic, "Dr Late")
    clinic.set_clock("2026-03-03 00:10")
    doctor.tap("Off sick today", shown.id)
    assert "is over" in (await doctor.toast("is over")).text
    assert clinic.rows("SELECT * FROM time_off WHERE doctor_id = ?", clinic.doctor_id(doctor)) == []


async def test_today_is_the_doctors_own(clinic: Rota) -> None:
    """At 02:00 in UTC a doctor in New York still has the evening before."""
    doctor, _ = await working(clinic, "Dr York")
    await zoned(doctor, "new york")
    clinic.set_clock("2026-03-03 02:00")
    await save(doctor, "mon 20-23")
    shown = await type_week(doctor, "/today")
    assert "Late 15 min: 21:15" in shown.labels
    await tap(doctor, "Late 15 min: 21:15", form=shown)
    found = clinic.rows("SELECT first, start, end FROM time_off WHERE doctor_id = ?", clinic.doctor_id(doctor))
    assert found == [(date(2026, 3, 2).isoformat(), 21 * 60, 21 * 60 + 15)]


async def test_a_day_without_hours_has_nothing_to_say(clinic: Rota) -> None:
    """No button but the ways on."""
    clinic.set_clock(BEFORE_NINE)
    doctor = await clinic.doctor()
    shown = await say(doctor, "/today")
    assert "You have no hours today" in shown.text
    assert shown.labels == ["My week", "☰ Menu"]
