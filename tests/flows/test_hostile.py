"""Forged, foreign, stale and random updates: nothing breaks, nothing changes, nobody else waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.taps.form import PickDay, Save
from clinic.week import Weekday
from tests.hostile import Crowd, crowded, LONG
from tests.phone import handled
from tests.strange import STRANGE, tap_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEED = 20260302
UPDATES = 1500


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crowd]:
    async with crowded(tmp_path_factory.mktemp("hostile")) as started:
        yield started


@pytest.fixture(autouse=True)
def _no_errors(crowd: Crowd) -> Any:
    """Whatever comes, the log holds no error."""
    before = len(crowd.rota.log)
    yield
    said = crowd.rota.log[before:]
    assert "ERROR" not in said, said
    assert "CRITICAL" not in said, said
    assert "Traceback" not in said, said


@pytest.mark.parametrize("name", STRANGE)
async def test_strange_updates_are_harmless(crowd: Crowd, name: str) -> None:
    """From everybody: nothing changes, nothing is logged as an error, and everybody is still answered."""
    before = crowd.kept()
    for person in [*crowd.fuzzers, crowd.ana]:
        crowd.rota.stand_in.push(STRANGE[name](person))
    await crowd.quiet()
    assert crowd.kept() == before


TEXTS = {
    "the longest": "x" * LONG,
    "the longest week": "mon 9-13; " * 409,
    "a week that goes wrong late": "mon 9-13;" + "y" * 480,
    "the longest time": "9" * LONG,
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f",
    "nulls": "mon\x009-13\x00",
    "emoji": "🙂👩‍⚕️🇺🇦" * 300,
    "right to left": "\u202e\u200fשלום mon 9-13 \u202d",
    "combining marks": "m" + "\u0301" * 2000,
    "ligatures": "ﷺ" * LONG,
    "blanks": " \u00a0\u2003\u200b" * 400,
    "mark-up": "<b>&lt;" * 500,
    "braces": "{0}{name}%s" * 300,
    "sql": "'; DROP TABLE people; --",
}


@pytest.mark.parametrize("command", ["", "/week ", "/start ", "/availability ", "/people ", "/nonsense "])
@pytest.mark.parametrize("name", TEXTS)
async def test_hostile_texts_are_harmless(crowd: Crowd, command: str, name: str) -> None:
    """Alone and behind every kind of command, from everybody: one answer at least, and no change."""
    before = crowd.kept()
    text = f"{command}{TEXTS[name]}"[:LONG]
    for person in [*crowd.fuzzers, crowd.ana]:
        person.say(text)
    await crowd.quiet()
    assert crowd.kept() == before


async def test_another_persons_message_is_not_ones_own(crowd: Crowd) -> None:
    """Taps that claim to be on a doctor's form, sent by anybody else, move neither the form nor the week."""
    form = await crowd.ana.sees("", after=crowd.ana.say("tue 10-12"))
    await handled(crowd.ana)
    before, shown = crowd.kept(), str(form)
    message = crowd.ana.message(form.id)
    assert message
    for person in crowd.fuzzers:
        for tap in (PickDay(day=Weekday.MON, on=True), Save()):
            crowd.rota.stand_in.push(tap_of(person, tap.pack(), message=message.wire()))
    await crowd.quiet()
    assert (crowd.kept(), str(crowd.ana.message(form.id))) == (before, shown)


async def test_a_fuzz_of_everything(crowd: Crowd) -> None:
    """Seeded, so that what is found once is found again."""
    before = crowd.kept()
    await crowd.fuzz(UPDATES, SEED)
    assert crowd.kept() == before


async def test_a_flood_of_a_stranger_delays_nobody(crowd: Crowd) -> None:
    """300 updates of one person wait for each other; a doctor's tap in the middle of them does not."""
    stranger = crowd.rota.person("Flo Od")
    form = await crowd.ana.sees("", after=crowd.ana.say("/availability"))
    await handled(crowd.ana)
    crowd.rota.stand_in.delay = 0.02
    try:
        for _ in range(300):
            stranger.say("/start")
        query = crowd.ana.press(form.id, PickDay(day=Weekday.TUE, on=True).pack())
        await crowd.ana.until(lambda person: query not in person.unanswered)
        answered = sum(message.from_bot for message in stranger.messages)
        await stranger.until(lambda person: sum(message.from_bot for message in person.messages) == 300, timeout=30)
    finally:
        crowd.rota.stand_in.delay = 0.0
    assert answered < 300
