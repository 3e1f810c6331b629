"""The process is killed (SIGKILL) in the middle of things and started again."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.sandbox.messages import Message
from tests.phone import handled, review, save, say, tap, type_into, type_week
from tests.rota import DAYS, Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILLS = 10
"""Two people save in each."""
SEED = 20261123
SAVE_SECONDS = 0.03
"""About twice as long as a Save takes, so that the kills fall before, into and after it."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mortal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """A process to be killed again and again, that logs all it can."""
    async with running(tmp_path_factory.mktemp("mortal"), {"LOG_LEVEL": "DEBUG"}) as started:
        yield started
    assert started.stand_in.token not in started.log
    assert started.stand_in.token.partition(":")[2] not in started.log
    assert "ERROR" not in started.log


async def at_days(doctor: Person) -> Message:
    form = await say(doctor, "/availability")
    return await tap(doctor, "Mon–Fri", form=form)


async def at_from(doctor: Person) -> Message:
    return await tap(doctor, "Next", form=await at_days(doctor))


async def at_to(doctor: Person) -> Message:
    return await tap(doctor, "09:00", form=await at_from(doctor))


async def at_night(doctor: Person) -> Message:
    return await tap(doctor, "Save", form=await say(doctor, "mon 22-6"))


async def at_saved(doctor: Person) -> Message:
    return await save(doctor, "mon 9-17")


async def at_typed_review(doctor: Person) -> Message:
    return await type_week(doctor, "mon 9-17")


async def at_conflict(doctor: Person) -> Message:
    form = await review(doctor)
    await save(doctor, "mon 10-12")
    return await tap(doctor, "Save", form=form)


STEPS: dict[str, tuple[Callable[[Person], Awaitable[Message]], str, str]] = {
    "days": (at_days, "Next", "Mon–Fri\nFrom what time?"),
    "from": (at_from, "09:00", "Mon–Fri\nFrom 09:00 to what time?"),
    "to": (at_to, "17:00", "Mon–Fri  09:00–17:00"),
    "review": (review, "Save", "Total: 40 h"),
    "night": (at_night, "Yes", "22:00–06:00 (+1)"),
    "saved": (at_saved, "✓ Mon", "Total: 0 min"),
    "typed review": (at_typed_review, "Save", "Total: 8 h"),
    "conflict": (at_conflict, "Save mine over it", "Total: 40 h"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_the_next_tap_goes_on_where_the_form_stood(mortal: Rota, step: str) -> None:
    """Killed right after a step was shown, the next tap on it does what it says."""
    walk, label, shown = STEPS[step]
    doctor = await mortal.doctor()
    form = await walk(doctor)
    await mortal.kill_and_start()
    await tap(doctor, label, form=form)
    assert shown in form.text


async def test_a_typed_time_finds_its_form_after_a_kill(mortal: Rota) -> None:
    """Which form waits for a text is not kept in the process."""
    doctor = await mortal.doctor()
    form = await at_from(doctor)
    await mortal.kill_and_start()
    await type_into(doctor, "9:15", form)
    assert "From 09:15 to what time?" in form.text


async def test_what_is_sent_while_the_bot_is_down_is_answered_after_the_start(mortal: Rota) -> None:
    """Taps and messages wait at Telegram, and are handled in order."""
    doctor = await mortal.doctor()
    form = await at_to(doctor)
    mortal.kill()
    await mortal.stop()
    doctor.tap("17:00", form.id)
    doctor.press(form.id, "sv")
    doctor.say("sat 10-12")
    await mortal.start()
    await doctor.sees("Sat  10:00–12:00")
    assert mortal.week(doctor) == dict.fromkeys(DAYS[:5], "09:00-17:00")


async def test_what_the_chat_says_is_saved_is_saved(mortal: Rota) -> None:
    """Killed at any moment after Save: never half a week, never "Saved." for nothing, never twice."""
    fate = random.Random(SEED)  # noqa: S311 - chance that can be repeated
    doctors = [await mortal.doctor() for _ in range(2)]
    for number in range(KILLS):
        forms = [await type_week(doctor, typed(number)) for doctor in doctors]
        for doctor, form in zip(doctors, forms, strict=True):
            doctor.tap("Save", form.id)
        if number % 2:
            await asyncio.sleep(fate.uniform(0, SAVE_SECONDS))
        else:
            await doctors[0].until(lambda _, form=forms[0]: "Saved." in form.text)  # type: ignore[misc]
        mortal.kill()
        await mortal.stop()
        for doctor, form in zip(doctors, forms, strict=True):
            ensure_whole(mortal, doctor, form, number)
        await mortal.start()
        for doctor, form in zip(doctors, forms, strict=True):
            doctor.press(form.id, "sv")
            await handled(doctor)
            assert "Saved." in form.text
            assert mortal.week(doctor) == stored(number)
            assert len(mortal.history(doctor)) == number + 1


def typed(number: int) -> str:
    return f"mon-wed 6:{number:02}-7, 9-10; sun 20-22"


def stored(number: int) -> dict[str, str]:
    if number < 0:
        return {}
    return {**dict.fromkeys(DAYS[:3], f"06:{number:02}-07:00, 09:00-10:00"), "Sun": "20:00-22:00"}


def ensure_whole(rota: Rota, doctor: Person, form: Message, number: int) -> None:
    """Check that the week, its history and the form are all from before the save or all from after it."""
    saved = len(rota.history(doctor)) == number + 1
    assert rota.week(doctor) == stored(number if saved else number - 1)
    assert draft_step(rota, doctor, form) == ("s" if saved else "r")
    assert saved or "Saved." not in form.text


def draft_step(rota: Rota, doctor: Person, form: Message) -> str:
    found = rota.rows("SELECT body FROM drafts WHERE chat_id = ? AND message_id = ?", doctor.user_id, form.id)
    step: str = json.loads(found[0][0])["step"]
    return step
