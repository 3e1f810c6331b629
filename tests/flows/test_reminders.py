"""Reminders by chat and by the clock: made on a card, asked again until there is an answer, missed, and sent once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.sandbox.messages import Message
from tests.phone import data, handled, save, say, tap, type_week
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

BEGIN = "2026-03-05 09:00"
"""A Thursday; on the next day at nine of UTC the reminder is due."""
QUESTION = "Confirm your week"


@pytest_asyncio.fixture(loop_scope="session")
async def rota(tmp_path: Path) -> AsyncIterator[Rota]:
    """A process of its own: every doctor in it is asked."""
    async with running(tmp_path, {"CLINIC_TIME_ZONE": "UTC"}, BEGIN) as started:
        yield started
        assert "ERROR" not in started.log


async def reminder(rota: Rota, *nags: str, at: str = "09:00") -> Message:
    """Let the admin make a reminder for Fridays that asks doctors to confirm; return the message that shows it."""
    admin = await rota.claimed()
    form = await type_week(admin, "/reminders")
    await tap(admin, "New reminder", form=form)
    if at != "09:00":
        await tap(admin, "Time", *([at] if at < "21:00" else ["Night hours", at]), form=form)
    if nags:
        await tap(admin, "Ask again", *nags, "Done", form=form)
    await tap(admin, "Save", form=form)
    assert "✓ Saved." in form.text
    return form


def asked(person: Person) -> list[Message]:
    """Return the questions that a doctor has got."""
    return [message for message in person.messages if message.from_bot and message.text.startswith(QUESTION)]


async def gets(person: Person, count: int) -> Message:
    """Wait for so many questions, and return the last."""
    await person.until(lambda someone: len(asked(someone)) >= count)
    assert len(asked(person)) == count
    return asked(person)[-1]


async def passes(rota: Rota, moment: str) -> None:
    """Set the clock once all that was sent before is noted as sent, at the time of before."""
    waiting = "SELECT count(*) FROM deliveries WHERE state = 'waiting'"
    async with asyncio.timeout(10):
        while rota.rows(waiting) != [(0,)]:  # noqa: ASYNC110  a database tells nobody
            await asyncio.sleep(0.02)
    rota.set_clock(moment)


async def test_two_nags_and_an_answer_in_between(rota: Rota) -> None:
    """Who answers is left alone; who does not is asked twice more; the admin gets the list an hour after."""
    ana, ben = await rota.doctor("Ana Ruiz"), await rota.doctor("Ben Ek", "dermatology")
    await save(ana, "mon-fri 9-17")
    admin = await rota.claimed()
    form = await reminder(rota, "4 hours", "1 day")
    assert "Fri, 6 Mar 2026, 09:00" in form.text
    assert "Asks again: 4 hours later, 1 day later" in form.text
    rota.set_clock("2026-03-06 09:00")
    first = await gets(ana, 1)
    await gets(ben, 1)
    await tap(ana, "Same as shown", form=first)
    assert "✓ Confirmed." in first.text
    await passes(rota, "2026-03-06 13:00")
    assert "You have not answered yet" in (await gets(ben, 2)).text
    await passes(rota, "2026-03-07 09:00")
    await gets(ben, 3)
    await passes(rota, "2026-03-07 10:00")
    await admin.sees("No answer from:")
    assert "Ben Ek · dermatology" in admin.last.text
    assert "Ana Ruiz" not in admin.last.text
    await passes(rota, "2026-03-08 12:00")
    await handled(ana)
    assert len(asked(ben)) == 3
    assert [message for message in ana.messages if QUESTION in message.text] == []


async def test_quiet_hours_delay(rota: Rota) -> None:
    """What is set for ten in the evening says on its page that it waits, and comes at seven."""
    ana = await rota.doctor("Ana Ruiz")
    form = await reminder(rota, at="22:00")
    assert "Sat, 7 Mar 2026, 07:00" in form.text
    assert "Quiet hours are 21:00–07:00" in form.text
    rota.set_clock("2026-03-06 22:00")
    await handled(ana)
    assert rota.rows("SELECT count(*) FROM broadcasts") == [(0,)]
    rota.set_clock("2026-03-07 07:00")
    await gets(ana, 1)


async def test_a_process_that_was_down_for_an_hour_sends_once(rota: Rota) -> None:
    """And a second start sends nothing more."""
    ana = await rota.doctor("Ana Ruiz")
    await reminder(rota)
    rota.kill()
    await rota.stop()
    rota.set_clock("2026-03-06 10:00")
    await rota.start()
    await gets(ana, 1)
    await rota.kill_and_start()
    rota.set_clock("2026-03-06 10:30")
    await handled(ana)
    assert len(asked(ana)) == 1
    assert rota.rows("SELECT count(*) FROM broadcasts") == [(1,)]


async def test_a_process_that_was_down_for_seven_hours_reports_it_as_missed(rota: Rota) -> None:
    """To the admin, who can send it all the same."""
    ana, admin = await rota.doctor("Ana Ruiz"), await rota.claimed()
    await reminder(rota)
    rota.kill()
    await rota.stop()
    rota.set_clock("2026-03-06 16:00")
    await rota.start()
    await admin.sees("A reminder was missed: Fri 6 Mar")
    assert asked(ana) == []
    note = admin.last
    await tap(admin, "Open the reminder", "Send now", "Send now to 1", form=note)
    assert "On its way to 1 person" in note.text
    await gets(ana, 1)


async def test_send_now_tapped_twice_sends_once(rota: Rota) -> None:
    """The second finds what the first has done."""
    ana, admin = await rota.doctor("Ana Ruiz"), await rota.claimed()
    form = await reminder(rota)
    await tap(admin, "Send now", form=form)
    now = data(form, "Send now to 1")
    admin.press(form.id, now)
    admin.press(form.id, now)
    await handled(admin)
    await gets(ana, 1)
    assert rota.rows("SELECT count(*) FROM broadcasts") == [(1,)]


async def test_a_message_is_sent_as_it_was_given(rota: Rota) -> None:
    """To receptionists as well, each with their own name; it asks for nothing."""
    rosa, admin = await rota.receptionist("Rosa Klein"), await rota.claimed()
    form = await type_week(admin, "/reminders")
    await tap(admin, "New reminder", "What", form=form)
    form = await type_week(admin, "Dear {name}, lock the door")
    await tap(admin, "Who", "Receptionists", "Days", "✓ Fri", form=form)
    await tap(admin, "Done", form=form)
    assert "Choose at least one day." in form.text
    await tap(admin, "Days", "Fri", "Done", "Save", form=form)
    rota.set_clock("2026-03-06 09:00")
    await rosa.sees("Dear Rosa Klein, lock the door")


async def test_pause_resume_edit_and_delete(rota: Rota) -> None:
    """A paused one stays silent; deleted, it is gone after it was asked about."""
    ana, admin = await rota.doctor("Ana Ruiz"), await rota.claimed()
    form = await reminder(rota)
    await tap(admin, "Pause", form=form)
    assert "Reminder, paused" in form.text
    rota.set_clock("2026-03-06 12:00")
    await handled(ana)
    assert rota.rows("SELECT count(*) FROM broadcasts") == [(0,)]
    await tap(admin, "Resume", "Change", "Time", "10:00", "Save", form=form)
    assert "Fri, 13 Mar 2026, 10:00" in form.text
    await tap(admin, "Delete", form=form)
    assert "Delete this reminder?" in form.text
    await tap(admin, "Yes, delete", form=form)
    assert "There are none yet" in form.text
    assert rota.rows("SELECT count(*) FROM reminders") == [(0,)]


async def test_others_see_no_reminders(rota: Rota) -> None:
    """They are the admins'."""
    ana = await rota.doctor("Ana Ruiz")
    answer = await say(ana, "/reminders")
    assert "administrator" in answer.text
