"""The rounds of a measurement: Rota, the bare bot and the database in turn, so that a busy machine is so for all."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import bots_core, flush_seconds, megabytes
from tests.benchmarks.subjects import peer, rota_in, Subject
from tests.rota import ROOT

READS_A_TAP = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; ``kept`` is what each run of the use cases alone printed, ``flushes`` are seconds.

    ``past`` are the median seconds of a week's read, by how many exceptions lie in the past.
    """

    rota: Subject
    bare: Subject
    kept: list[dict[str, Any]]
    past: list[dict[int, float]]
    flushes: list[float]


async def _kept(database: Path, taps: int) -> dict[str, Any]:
    """Run the use cases alone, on the database that the bot works on, while nobody taps."""
    return await _printed("tests.benchmarks.kept", str(database), str(taps))


async def _past(folder: Path, taps: int) -> dict[int, float]:
    """Read a week after ever more exceptions, many times for one of a tap."""
    seconds = await _printed("tests.benchmarks.past", str(folder), str(READS_A_TAP * taps))
    return {int(size): statistics.median(each) for size, each in seconds.items()}


async def _printed(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module on the bots' core and return the JSON that it prints."""
    with bots_core():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
    printed, _ = await process.communicate()
    figures: dict[str, Any] = json.loads(printed)
    return figures


async def measure(folder: Path, people: int, taps: int, rounds: int) -> Figures:
    """Start both bots and take every measurement ``rounds`` times, in turn."""
    async with AsyncExitStack() as stack:
        rota = await stack.enter_async_context(rota_in(folder, people))
        bare = await stack.enter_async_context(peer(rota.crowd, "tests.benchmarks.bare"))
        figures = Figures(rota, bare, [], [], [])
        for crowd in (rota.crowd, bare.crowd):
            await crowd.tap(2)  # what is made at the first tap alone: connections, compiled statements, caches
        await bare.tap_slowly(1)
        for _ in range(rounds):
            await rota.tap(taps)
            await bare.tap(taps)
            await rota.tap_slowly(taps)
            figures.flushes.append(flush_seconds(folder))
            figures.kept.append(await _kept(folder / "rota.db", taps))
            figures.past.append(await _past(folder, taps))
        for subject in (rota, bare):
            subject.megabytes = megabytes(subject.pid)
        return figures
