"""The desk watches a doctor: one message a change with before and after, gathered over a minute, told once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox import Message, Person
from tests.phone import data, handled, keep_dates, save, say, tap, type_week, zoned
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

BEGIN, IN_THE_MINUTE, DUE = "2026-03-02 08:00:00", "2026-03-02 08:00:59", "2026-03-02 08:01:00"
AFTER_THE_LEASE, MUCH_LATER = "2026-03-02 08:04:00", "2026-03-02 08:30:00"
CHANGED = "hours have changed"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """A process of its own, to be killed."""
    async with running(tmp_path_factory.mktemp("watching"), {"CLINIC_TIME_ZONE": "UTC"}, BEGIN) as started:
        yield started
    assert "ERROR" not in started.log


async def watched(rota: Rota, name: str, *watchers: Person) -> Person:
    """Return a doctor who works from nine to five on weekdays, once these people watch; nothing is owed yet."""
    rota.set_clock(BEGIN)
    doctor = await rota.doctor(name)
    await save(doctor, "mon-fri 9-17")
    for person in watchers:
        await tap(person, "Watch", form=await say(person, name))
    return doctor


async def looked(rota: Rota, moment: str) -> None:
    """Let the bot look at a moment for what is due, as it does at a start, and be through with it."""
    rota.set_clock(moment)
    await rota.kill_and_start()
    async with asyncio.timeout(5):
        while rota.rows("SELECT * FROM hours_notices WHERE due_at <= ?", f"{moment}.000000"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def told(person: Person, name: str) -> list[list[str]]:
    """Return the lines of each message about a doctor's changes."""
    said = (message.text.split("\n") for message in person.messages if message.from_bot)
    return [lines[1:] for lines in said if lines[0] == f"{name}: {CHANGED}"]


async def test_a_change_is_told_after_a_minute(clinic: Rota) -> None:
    """Several changes in one message to everybody who watches; who does not, and who made them, hears nothing."""
    rosa, rita, admin = await clinic.receptionist(), await clinic.receptionist("Rita Roth"), await clinic.claimed()
    doctor = await watched(clinic, "Ana Ruiz", rosa, admin)
    await keep_dates(doctor, "off 4 mar dentist")
    clinic.set_clock(IN_THE_MINUTE)
    await keep_dates(doctor, "6 mar 10-12")
    await keep_dates(admin, "/closed 12 mar Fiesta")
    await looked(clinic, DUE)
    await rosa.sees(CHANGED)
    own = ["Wed 4 Mar: 09:00–17:00 → off", "Fri 6 Mar: 09:00–17:00 → 10:00–12:00"]
    closed = "Thu 12 Mar: 09:00–17:00 → off"
    assert told(rosa, "Ana Ruiz") == [["Changed by Ana Ruiz, Alma Vidal", "", *own, closed]]
    assert told(admin, "Ana Ruiz") == [["Changed by Ana Ruiz", "", *own]]
    assert [told(person, "Ana Ruiz") for person in (rita, doctor)] == [[], []]
    await looked(clinic, MUCH_LATER)
    await handled(rosa)
    assert len(told(rosa, "Ana Ruiz")) == 1


async def test_what_is_taken_back_in_the_minute_is_not_told(clinic: Rota) -> None:
    """Nor is anything else of that minute."""
    rosa = await clinic.receptionist()
    doctor = await watched(clinic, "Dr Undo", rosa)
    week = await type_week(doctor, "/week")
    await tap(doctor, "✓ Tue", "↩ Undo", form=week)
    assert clinic.rows("SELECT * FROM hours_notices")
    await looked(clinic, DUE)
    await handled(rosa)
    assert told(rosa, "Dr Undo") == []


async def test_another_zone_is_told_on_the_clinics_clock_too(clinic: Rota) -> None:
    """Hours that stay on the wall are others for the desk."""
    rosa = await clinic.receptionist()
    doctor = await watched(clinic, "Dr York", rosa)
    await zoned(doctor, "new york")
    await looked(clinic, DUE)
    await rosa.sees("Dr York")
    ((_, _, first, *_, last),) = told(rosa, "Dr York")
    assert first == "2–6 Mar: 09:00–17:00 → 09:00–17:00 (America/New_York) = 14:00–22:00"
    assert last.endswith(": 09:00–17:00 → 09:00–17:00 (America/New_York) = 13:00–21:00")


async def test_a_notice_in_flight_is_not_lost(clinic: Rota) -> None:
    """Killed while one is being sent, it is kept from others for the lease, and told after it."""
    rosa = await clinic.receptionist()
    doctor = await watched(clinic, "Dr Leased", rosa)
    await keep_dates(doctor, "off 4 mar")
    clinic.stand_in.fail("sendMessage", status=None)
    clinic.set_clock(DUE)
    await clinic.kill_and_start()
    await handled(rosa)
    await clinic.kill_and_start()
    await handled(rosa)
    assert told(rosa, "Dr Leased") == []
    await looked(clinic, AFTER_THE_LEASE)
    await looked(clinic, MUCH_LATER)
    await handled(rosa)
    assert len(told(rosa, "Dr Leased")) == 1


async def test_whoever_has_blocked_the_bot_is_owed_nothing(clinic: Rota) -> None:
    """What Telegram refuses for good is dropped, and the others hear."""
    rosa, rita = await clinic.receptionist(), await clinic.receptionist("Rita Roth")
    doctor = await watched(clinic, "Dr Blocked", rosa, rita)
    await keep_dates(doctor, "off 4 mar")
    rosa.block()
    await looked(clinic, DUE)
    await rita.sees("Dr Blocked")
    assert clinic.rows("SELECT * FROM hours_notices") == []


async def message_of(rota: Rota, name: str, person: Person) -> Message:
    """Let somebody be told of a change, and return the message."""
    doctor = await watched(rota, name, person)
    await keep_dates(doctor, "off 11 mar")
    await looked(rota, DUE)
    await person.sees(f"{name}: {CHANGED}")
    return person.last


async def test_a_message_stops_it_and_begins_it_again(clinic: Rota) -> None:
    """Its text stays; the button asks for the other thing, and the same tap twice asks for the same."""
    rosa = await clinic.receptionist()
    message = await message_of(clinic, "Dr Often", rosa)
    text, stop = message.text, data(message, "Stop watching")
    await tap(rosa, "Stop watching", form=message)
    rosa.press(message.id, stop)
    await handled(rosa)
    assert (message.text, message.labels) == (text, ["Week", "Watch"])
    assert clinic.rows("SELECT * FROM watches WHERE user_id = ?", rosa.user_id) == []
    await tap(rosa, "Watch", form=message)
    assert message.labels == ["Week", "Stop watching"]
    await tap(rosa, "Week", form=message)
    assert "Dr Often" in message.text
    assert "9–15 Mar" in message.text


@pytest.mark.parametrize("doctor_id", ["NULL", "1"])
async def test_who_has_left_the_desk_can_still_stop(clinic: Rota, doctor_id: str) -> None:
    """Be it that no role is left, or another one; the message then has no button left."""
    rosa = await clinic.receptionist()
    message = await message_of(clinic, f"Dr Left {doctor_id}", rosa)
    clinic.rows("UPDATE people SET doctor_id = NULL WHERE doctor_id = 1")
    clinic.rows(f"UPDATE people SET is_receptionist = 0, doctor_id = {doctor_id} WHERE user_id = ?", rosa.user_id)  # noqa: S608
    await tap(rosa, "Stop watching", form=message)
    assert message.labels == []
    assert clinic.rows("SELECT * FROM watches WHERE user_id = ?", rosa.user_id) == []


async def test_the_list_of_those_who_are_watched(clinic: Rota) -> None:
    """Empty, it says how to begin; each can be stopped in it, and leads to the week."""
    rosa = await clinic.receptionist()
    form = await type_week(rosa, "/watching")
    assert "You watch nobody yet" in form.text
    await watched(clinic, "Dr Listed", rosa)
    await watched(clinic, "Dr Other", rosa)
    form = await type_week(rosa, "/watching")
    assert form.labels == ["Dr Listed", "Stop watching", "Dr Other", "Stop watching", "☰ Menu"]
    await tap(rosa, "Stop watching", form=form)
    assert form.labels == ["Dr Other", "Stop watching", "☰ Menu"]
    await tap(rosa, "Dr Other", "Stop watching", form=form)
    assert "Watch" in form.labels
    assert "You watch nobody yet" in (await type_week(rosa, "/watching")).text


async def test_watching_keeps_the_week_that_is_shown(clinic: Rota) -> None:
    """The button stands under any week of a doctor, but not under one's own."""
    rosa = await clinic.receptionist()
    doctor = await watched(clinic, "Dr Weeks")
    form = await say(rosa, "Dr Weeks")
    await tap(rosa, "▶", "Watch", form=form)
    assert "9–15 Mar" in form.text
    assert "Stop watching" in form.labels
    own = await type_week(doctor, "/week")
    assert "Watch" not in own.labels
