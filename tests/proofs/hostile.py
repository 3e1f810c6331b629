"""Random and mutated updates of every role: no error that nobody foresaw, and no change that the policy forbids."""

from __future__ import annotations

from pathlib import Path

from tests.hostile import crowded
from tests.proofs.verdict import Verdict

SEED = 20261125


async def prove(folder: Path, count: int) -> Verdict:
    """Send ``count`` updates and compare what is kept before and after."""
    async with crowded(folder) as crowd:
        before = crowd.kept()
        await crowd.fuzz(count, SEED)
        changed = sum(one != other for one, other in zip(before, crowd.kept(), strict=True))
        errors = sum(level in crowd.rota.log for level in ("ERROR", "CRITICAL", "Traceback"))
    said = f"{count:,} updates of five roles: {errors} kinds of errors in the log, {changed} tables changed"
    return Verdict("hostile", said, holds=not errors and not changed)
