"""How long a start takes until the first poll, and the memory that it takes, beside a bare bot's."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bot.sandbox import StandIn
from tests.benchmarks.figures import row, spread
from tests.benchmarks.machine import bots_core, cpu_seconds, megabytes
from tests.benchmarks.run import Run
from tests.benchmarks.subjects import first_poll, unlimited
from tests.rota import environment, ROOT
from tests.tables import put_tables

SETTLED_SECONDS = 0.5
"""After the first poll Rota starts what sends notices, broadcasts and reminders; that memory counts too."""

Launch = Callable[[StandIn, Path], Awaitable[asyncio.subprocess.Process]]


async def _rota(stand_in: StandIn, folder: Path) -> asyncio.subprocess.Process:
    return await _python(folder, str(ROOT / "run_bot.py"), BOT_TOKEN=stand_in.token, BOT_API_URL=stand_in.url)


async def _rota_again(stand_in: StandIn, folder: Path) -> asyncio.subprocess.Process:
    put_tables(folder / "rota.db")
    return await _rota(stand_in, folder)


async def _bare(stand_in: StandIn, _folder: Path) -> asyncio.subprocess.Process:
    return await _python(ROOT, "-m", "tests.benchmarks.bare", stand_in.token, stand_in.url)


async def _python(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    nowhere = asyncio.subprocess.DEVNULL
    program = (sys.executable, *arguments)
    with bots_core():
        return await asyncio.create_subprocess_exec(
            *program, cwd=folder, env=environment(**settings), stdout=nowhere, stderr=nowhere
        )


BARE = "bare PTB"
BOTS: dict[str, Launch] = {
    "Rota, on a file that is there": _rota_again,
    "Rota, on a new file": _rota,
    BARE: _bare,
}
_UNITS = {"seconds": (" s", 2), "cpu": (" s", 2), "megabytes": (" MB", 0)}


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds from the command to the first poll, CPU seconds until then, and megabytes soon after."""

    seconds: float
    cpu: float
    megabytes: float


async def _started(launch: Launch, folder: Path) -> Start:
    async with unlimited() as stand_in:
        polled = first_poll(stand_in)
        begun = time.perf_counter()
        process = await launch(stand_in, folder)
        try:
            seconds, cpu = await polled - begun, cpu_seconds(process.pid) or 0.0
            await asyncio.sleep(SETTLED_SECONDS)
            return Start(seconds, cpu, megabytes(process.pid) or 0.0)
        finally:
            process.terminate()
            await process.wait()


async def _measured(run: Run) -> dict[str, list[Start]]:
    """Start each so often in turn, after a start that brings what is read of the disk into memory."""
    found: dict[str, list[Start]] = {name: [] for name in BOTS}
    for number in range(0 if run.small else -1, run.rounds):
        for name, launch in BOTS.items():
            one = await _started(launch, Path(mkdtemp(dir=run.folder)))
            if number >= 0:
                found[name].append(one)
    return found


def table(run: Run) -> str:
    put_tables(run.folder / "made.db")  # made once for all, and not while anything is measured
    found = asyncio.run(_measured(run))
    return "\n".join(
        [
            "From the command to the first poll; what Python reads of the disk is in the system's memory already.",
            f"Medians of {run.rounds} rounds (least–most).",
            "",
            row("A start", "to the first poll", "CPU", "memory"),
            *(line for name, starts in found.items() for line in _rows(name, starts, found[BARE])),
        ]
    )


def _rows(name: str, starts: Sequence[Start], bare: Sequence[Start]) -> Iterator[str]:
    each = ([getattr(one, what) for one in starts] for what in _UNITS)
    yield row(
        f"  {name}", *(spread(own, unit, digits) for own, (unit, digits) in zip(each, _UNITS.values(), strict=True))
    )
    if name != BARE:
        pairs = list(zip(starts, bare, strict=True))
        ratios = ([getattr(ours, what) / (getattr(theirs, what) or 1) for ours, theirs in pairs] for what in _UNITS)
        yield row(f"    to {BARE}", *(spread(ratio, " x", 2) for ratio in ratios))
