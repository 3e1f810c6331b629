"""The rounds of a measurement: Rota, the bare bot and the database in turn, so that a busy machine is so for all."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox import StandIn
from tests.benchmarks.crowd import Crowd, Taps
from tests.benchmarks.kept import furnish
from tests.benchmarks.machine import bots_core, cpu_seconds, flush_seconds, megabytes
from tests.rota import ROOT, Rota

DELAY = 0.05
FEW = 10
READS_A_TAP = 10


@dataclass(slots=True)
class Subject:
    """A bot under measurement: its process, its people, and how its rounds went."""

    pid: int
    crowd: Crowd
    slow: list[Taps] = field(default_factory=list)
    calm: list[Taps] = field(default_factory=list)
    fast: list[Taps] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    megabytes: float | None = None

    async def tap(self, times: int) -> None:
        """Measure one round at 0 ms a call, with the CPU seconds a tap of the bot and of this process."""
        before, own = cpu_seconds(self.pid), time.process_time()
        taps = await self.crowd.tap(times)
        after = cpu_seconds(self.pid)
        self.fast.append(taps)
        self.others.append((time.process_time() - own) / len(taps.waits))
        if before is not None and after is not None:
            self.cpu.append((after - before) / len(taps.waits))

    async def tap_slowly(self, times: int) -> None:
        """Measure one round at 50 ms a call, of everybody and then of a few."""
        self.slow.append(await self.crowd.tap(times, delay=DELAY))
        self.calm.append(await self.crowd.tap(times, delay=DELAY, people=FEW))


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


@asynccontextmanager
async def _rota(folder: Path, people: int) -> AsyncIterator[Subject]:
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    await furnish(folder / "rota.db", people)
    rota = Rota(stand_in, folder, {})
    try:
        with bots_core():
            await rota.start()
        assert rota._process
        crowd = Crowd(stand_in, people)
        await crowd.open_editors()
        yield Subject(rota._process.pid, crowd)
    finally:
        await rota.stop()
        await stand_in.stop()


@asynccontextmanager
async def _bare(model: Crowd, people: int) -> AsyncIterator[Subject]:
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    arguments = (sys.executable, "-m", "tests.benchmarks.bare", stand_in.token, stand_in.url)
    with bots_core():
        process = await asyncio.create_subprocess_exec(*arguments, cwd=ROOT)
    try:
        crowd = Crowd(stand_in, people)
        crowd.show_the_forms_of(model)
        yield Subject(process.pid, crowd)
    finally:
        process.terminate()
        await process.wait()
        await stand_in.stop()


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
        rota = await stack.enter_async_context(_rota(folder, people))
        bare = await stack.enter_async_context(_bare(rota.crowd, people))
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
