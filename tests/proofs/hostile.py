"""Random and mutated updates of every role: no error that nobody foresaw, and no change that the policy forbids."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.hostile import crowded
from tests.proofs.verdict import Verdict

SEED = 20261125
BOTS = 4
"""Each takes a share: a person's updates are handled one after the other, so that most of the time is waiting."""


async def prove(folder: Path, count: int, bots: int = BOTS) -> Verdict:
    """Send ``count`` updates, shared among so many bots, and compare what each keeps before and after."""
    found = await asyncio.gather(*(_fuzzed(folder / str(number), count // bots, number) for number in range(bots)))
    errors, changed = map(sum, zip(*found, strict=True))
    said = f"{count:,} updates of five roles: {errors} kinds of errors in the log, {changed} tables changed"
    return Verdict("hostile", said, holds=not errors and not changed)


async def _fuzzed(folder: Path, count: int, number: int) -> tuple[int, int]:
    """Return how many kinds of errors the log of one bot has, and how many of its tables have changed."""
    folder.mkdir()  # noqa: ASYNC240 - nothing else runs yet
    async with crowded(folder) as crowd:
        before = crowd.kept()
        await crowd.fuzz(count, SEED + number)
        changed = sum(one != other for one, other in zip(before, crowd.kept(), strict=True))
        errors = sum(level in crowd.rota.log for level in ("ERROR", "CRITICAL", "Traceback"))
    return errors, changed
