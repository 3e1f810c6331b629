"""A larger installation under load: taps come at a rate, whatever the bot does, by polling and by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from tests.benchmarks.crowd import PATIENCE, Taps
from tests.benchmarks.figures import row, spread
from tests.benchmarks.machine import cpu_seconds
from tests.benchmarks.run import Run
from tests.benchmarks.subjects import DELAY, Hooked, rota_in, Subject
from tests.rota import Rota

PEOPLE = 300
A_SECOND = 200
SECONDS, FEW_SECONDS = 10, 2
WAYS: dict[str, type[Rota]] = {"polling": Rota, "webhook": Hooked}


async def _measured(run: Run) -> dict[str, Subject]:
    """Let the same load come to both bots in turn."""
    a_second, seconds = run.scaled(A_SECOND), FEW_SECONDS if run.small else SECONDS
    async with AsyncExitStack() as stack:
        subjects = {
            name: await stack.enter_async_context(rota_in(run.folder / name, run.scaled(PEOPLE), kind))
            for name, kind in WAYS.items()
        }
        for subject in subjects.values():
            await subject.crowd.tap(2)
        for _ in range(run.rounds):
            for subject in subjects.values():
                before = cpu_seconds(subject.pid)
                taps = await subject.crowd.tap_steadily(a_second, seconds * a_second, delay=DELAY)
                after = cpu_seconds(subject.pid)
                subject.slow.append(taps)
                if before is not None and after is not None:
                    subject.cpu.append((after - before) / taps.seconds)
        return subjects


def table(run: Run) -> str:
    subjects = asyncio.run(_measured(run))
    unshown = sum(taps.unshown for subject in subjects.values() for taps in subject.slow)
    return "\n".join(
        [
            f"{run.scaled(PEOPLE)} people, {run.scaled(A_SECOND)} taps a second however late the bot is.",
            f"Medians of {run.rounds} rounds (least–most); the time of a tap counts from when it was due.",
            "",
            row(f"{DELAY * 1000:.0f} ms a Bot API call", "tap to edit, p50", "p99", "of the bot's core"),
            *(_row(name, subject.slow, subject.cpu) for name, subject in subjects.items()),
            f"  taps that were not shown within {PATIENCE:.0f} s: {unshown}",
        ]
    )


def _row(name: str, rounds: Sequence[Taps], cores: Sequence[float]) -> str:
    p50, p99 = ([seconds / DELAY for seconds in each] for each in zip(*((t.p50, t.p99) for t in rounds), strict=True))
    busy = spread([100 * core for core in cores], " %", 0)
    return row(f"  {name}", spread(p50, " x", 2), spread(p99, " x", 2), busy)
