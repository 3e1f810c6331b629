"""Two webhook processes beside one on PostgreSQL, and what of a tap's CPU bounds them on this machine."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox import StandIn
from tests.benchmarks.crowd import Crowd, Taps
from tests.benchmarks.figures import row, spread
from tests.benchmarks.kept import furnish
from tests.benchmarks.machine import all_cores, cpu_seconds, cpu_seconds_below
from tests.benchmarks.run import Run
from tests.benchmarks.subjects import Hooked, unlimited
from tests.postgres import GIVEN, NoServer, Server, serving
from tests.proofs.served import beside

COUNTS = (1, 2)


@dataclass(slots=True)
class Side:
    """So many processes on a database of their own; the CPU seconds a tap are theirs, the load's and the server's."""

    crowd: Crowd
    pids: Sequence[int]
    server: int | None
    rounds: list[Taps] = field(default_factory=list)
    bots: list[float] = field(default_factory=list)
    load: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    async def tap(self, times: int) -> None:
        bots, load, database = self._bots(), time.process_time(), self._database()
        taps = await self.crowd.tap(times)
        count = len(taps.waits)
        self.rounds.append(taps)
        self.bots.append((self._bots() - bots) / count)
        self.load.append((time.process_time() - load) / count)
        self.database.append((self._database() - database) / count)

    def _bots(self) -> float:
        return sum(cpu_seconds(pid) or 0.0 for pid in self.pids)

    def _database(self) -> float:
        return cpu_seconds_below(self.server) if self.server else 0.0

    @property
    def whole(self) -> list[float]:
        """The CPU seconds of a tap, of all who took part."""
        return [sum(each) for each in zip(self.bots, self.load, self.database, strict=True)]

    def row(self, name: str) -> str:
        each = (self.bots, self.load, self.database)
        return row(f"  {name}", *(spread([1000 * one for one in seconds], " ms", 2) for seconds in each))


def spread_posts(stand_in: StandIn, urls: Sequence[str]) -> None:
    """Let the stand-in post to each in turn, as a balancer would and without one's CPU."""
    webhook, turn = stand_in._dispatch.webhook, itertools.cycle(urls)
    posted = webhook._posted

    async def to_the_next(session: Any, call: Any, update: Any) -> bytes | None:
        return await posted(session, call.model_copy(update={"url": next(turn)}), update)

    vars(webhook)["_posted"] = to_the_next


@asynccontextmanager
async def _side(server: Server, folder: Path, people: int, count: int) -> AsyncIterator[Side]:
    folder.mkdir()  # noqa: ASYNC240 - nothing else runs yet
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(beside(server.database()))
        await furnish(url, people)
        stand_in = await stack.enter_async_context(unlimited())
        bots: list[Hooked] = []
        for _ in range(count):
            bot = Hooked(stand_in, folder, {"DATABASE_URL": url}, bots[0].own_url if bots else None)
            await bot.start()
            stack.push_async_callback(bot.stop)
            bots.append(bot)
        spread_posts(stand_in, [bot.own_url for bot in bots])
        crowd = Crowd(stand_in, people)
        await crowd.open_editors()
        await crowd.tap(2)
        postmaster = server._wheel.get_pid() if server._wheel else None
        yield Side(crowd, [bot.pid for bot in bots], postmaster)


async def _measured(run: Run) -> dict[int, Side]:
    async with AsyncExitStack() as stack:
        stack.enter_context(all_cores())
        server = await stack.enter_async_context(beside(serving(ended=GIVEN not in os.environ)))
        sides = {
            count: await stack.enter_async_context(_side(server, run.folder / str(count), run.people, count))
            for count in COUNTS
        }
        for _ in range(run.rounds):
            for side in sides.values():
                await side.tap(run.taps)
        return sides


def table(run: Run) -> str:
    try:
        one, two = asyncio.run(_measured(run)).values()
    except NoServer as error:
        return f"Two processes are compared with nothing: {error}"
    a_second = [[taps.a_second for taps in side.rounds] for side in (one, two)]
    more = [both / alone for alone, both in zip(*a_second, strict=True)]
    cores = os.cpu_count() or 1
    most = [cores / whole for whole in two.whole]
    apart = [2 * alone / both for alone, both in zip(one.bots, two.bots, strict=True)]
    return "\n".join(
        [
            "Webhook processes on PostgreSQL.",
            f"{run.people} people; each taps again as soon as the message has changed.",
            f"Medians of {run.rounds} rounds (least–most). Bots, server, stand-in and people share {cores} cores.",
            "",
            row("0 ms a Bot API call", "1 process", "2 processes", "2 to 1"),
            row("  taps a second", *(spread(each, "", 0) for each in a_second), spread(more, " x", 2)),
            "",
            row("CPU a tap", "bots", "stand-in and people", "PostgreSQL"),
            one.row("1 process"),
            two.row("2 processes"),
            "",
            row(f"What {cores} cores could carry at most", spread(most, " a second", 0)),
            row("2 processes to 1, each on a core of its own", spread(apart, " x", 2)),
            "  The last is by the bots' CPU a tap alone, as if nobody waited for a core or for a lock.",
        ]
    )
