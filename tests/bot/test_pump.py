"""The pump against a stand-in: it goes on after Telegram has asked it to wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pump import pumping
from storage import open_storage
from tests.benchmarks.kept import clinic_of, url_of
from tests.proofs.broadcasts import arrived, broadcasting, left, until
from tests.rota import Rota

MANY = 300
"""More than are claimed at once, so that many wait for their slots when the answer comes."""


@pytest.fixture
async def rota(tmp_path: Path) -> AsyncIterator[Rota]:
    """A broadcast to many in a database, and the stand-in; the bot's process is not started."""
    async with broadcasting(tmp_path / "rota", MANY, 500, delay=0.0) as made:
        yield made


@pytest.mark.parametrize("at", [1, 20])
async def test_it_goes_on_after_a_wait(rota: Rota, at: int) -> None:
    """What was claimed and given back is claimed again, and everybody has one message."""
    rota.stand_in.stall("copyMessage", 0.2, times=at)
    rota.stand_in.fail("copyMessage", status=429, retry_after=1, times=at)
    await pumped(rota)
    assert [len(person.messages) for person in rota.stand_in.people.values() if person != rota.admin] == [1] * MANY


@pytest.mark.parametrize("status", [502, None])
async def test_what_fails_is_tried_again(rota: Rota, status: int | None) -> None:
    """A 5xx or a reset that came before the message was taken."""
    rota.stand_in.fail("copyMessage", status=status, times=5)
    await pumped(rota)
    assert arrived(rota) == MANY


async def pumped(rota: Rota) -> None:
    storage = await open_storage(url_of(rota.database))
    async with pumping(clinic_of(storage), rota.stand_in.token, rota.stand_in.url, 500):
        await until(lambda: not left(rota), 30)
    await storage.close()
