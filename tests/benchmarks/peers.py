"""How fast a tap is beside aiogram: without a database, and with the same tap stored by SQLAlchemy's async ORM."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from importlib.metadata import version
from importlib.util import find_spec

from tests.benchmarks.figures import row
from tests.benchmarks.run import Run
from tests.benchmarks.subjects import peer, rota_in, Subject

ABSENT = "aiogram is not installed, so that Rota is compared with nothing: pip install -e '.[bench]'"
BOT = "tests.benchmarks.aiogram_bot"


async def _measured(run: Run) -> tuple[Subject, Subject, Subject]:
    """Let the people of all three bots tap in turn: Rota's, bare aiogram's, and those of the one that keeps taps."""
    async with AsyncExitStack() as stack:
        rota = await stack.enter_async_context(rota_in(run.folder, run.people))
        bare = await stack.enter_async_context(peer(rota.crowd, BOT))
        kept = await stack.enter_async_context(peer(rota.crowd, BOT, str(run.folder / "aiogram.db")))
        subjects = rota, bare, kept
        for subject in subjects:
            await subject.crowd.tap(2)
        for _ in range(run.rounds):
            for subject in subjects:
                await subject.tap(run.taps)
        return subjects


def table(run: Run) -> str:
    if find_spec("aiogram") is None:
        return ABSENT
    rota, bare, kept = asyncio.run(_measured(run))
    return "\n".join(
        [
            f"Rota beside aiogram {version('aiogram')}.",
            f"{run.people} people; each taps again as soon as the message has changed.",
            f"Medians of {run.rounds} rounds (least–most).",
            "",
            row("0 ms a Bot API call", "taps a second", "bot's CPU a tap", "the other core's"),
            rota.row("Rota, the tap stored"),
            bare.row("bare aiogram, nothing stored"),
            rota.better_than(bare),
            kept.row("aiogram, stored by the async ORM"),
            rota.better_than(kept),
        ]
    )
