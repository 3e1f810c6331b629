"""The bots under measurement: each a process of its own before a stand-in and a crowd of its own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox import StandIn
from tests.benchmarks.crowd import Crowd, Taps
from tests.benchmarks.figures import row, spread
from tests.benchmarks.kept import furnish, url_of
from tests.benchmarks.machine import bots_core, cpu_seconds
from tests.group import a_free_port, PATH, SECRET
from tests.rota import ROOT, Rota

DELAY = 0.05
FEW = 10


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

    def row(self, name: str) -> str:
        """Return the rounds at 0 ms a call: taps a second, and both sides' CPU a tap."""
        bot, others = ([seconds * 1000 for seconds in each] for each in (self.cpu, self.others))
        a_second = [taps.a_second for taps in self.fast]
        return row(f"  {name}", spread(a_second, "", 0), spread(bot, " ms", 2), spread(others, " ms", 2))

    def better_than(self, other: Subject) -> str:
        """Return by how much it is better at 0 ms a call, in taps a second and in CPU a tap."""
        faster = [ours.a_second / theirs.a_second for ours, theirs in zip(self.fast, other.fast, strict=True)]
        leaner = [theirs / ours for ours, theirs in zip(self.cpu, other.cpu, strict=True) if ours]
        return row("  Rota is better by", spread(faster, " x", 2), spread(leaner, " x", 2))


class Hooked(Rota):
    """A bot to which the stand-in posts straight, with nothing between them; ``url`` is what it has Telegram call."""

    def __init__(self, stand_in: StandIn, folder: Path, settings: Mapping[str, str], url: str | None = None) -> None:
        super().__init__(stand_in, folder, settings)
        self._port = a_free_port()
        self.own_url = f"http://127.0.0.1:{self._port}{PATH}"
        self._url = url or self.own_url

    async def start(self) -> None:
        hook = {"WEBHOOK_URL": self._url, "WEBHOOK_SECRET": SECRET, "LISTEN_PORT": str(self._port)}
        self._process = await self._started("--webhook", **hook)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid


def first_poll(stand_in: StandIn) -> asyncio.Future[float]:
    """Return what will be the moment, on ``time.perf_counter``, at which the first getUpdates reaches the stand-in."""
    found: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    run = stand_in._dispatch.run

    async def noting(name: str, *arguments: Any, **named: Any) -> object:
        if name == "getUpdates" and not found.done():
            found.set_result(time.perf_counter())
        return await run(name, *arguments, **named)

    vars(stand_in._dispatch)["run"] = noting
    return found


@asynccontextmanager
async def unlimited() -> AsyncIterator[StandIn]:
    """Lend a stand-in that takes as many messages a second as come."""
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    try:
        yield stand_in
    finally:
        await stand_in.stop()


@asynccontextmanager
async def rota_in(folder: Path, people: int, kind: type[Rota] = Rota) -> AsyncIterator[Subject]:
    """Start Rota with so many doctors, each with the editor open."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - nothing is measured yet
    await furnish(url_of(folder / "rota.db"), people)
    async with unlimited() as stand_in:
        rota = kind(stand_in, folder, {})
        try:
            with bots_core():
                await rota.start()
            assert rota._process
            crowd = Crowd(stand_in, people)
            await crowd.open_editors()
            yield Subject(rota._process.pid, crowd)
        finally:
            await rota.stop()


@asynccontextmanager
async def peer(model: Crowd, module: str, *arguments: str) -> AsyncIterator[Subject]:
    """Start a bot that only answers and edits, ``python -m MODULE TOKEN URL``, before the messages of another."""
    async with unlimited() as stand_in:
        program = (sys.executable, "-m", module, stand_in.token, stand_in.url, *arguments)
        polled = first_poll(stand_in)
        with bots_core():
            process = await asyncio.create_subprocess_exec(*program, cwd=ROOT)
        try:
            await polled
            crowd = Crowd(stand_in, len(model.tappers))
            crowd.show_the_forms_of(model)
            yield Subject(process.pid, crowd)
        finally:
            process.terminate()
            await process.wait()
