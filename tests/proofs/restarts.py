"""PostgreSQL ends under load and comes back: a kind answer, nothing half done, and no process is started again."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import Callable
from pathlib import Path

from tests.postgres import Server, serving
from tests.proofs.broadcasts import until
from tests.proofs.processes import Crowd, crowded
from tests.proofs.served import beside
from tests.proofs.verdict import Verdict

HOW = (signal.SIGINT, signal.SIGQUIT)
"""Told to end, which is what a restart does, and as in a crash."""
PROCESSES = 2


async def prove(folder: Path, people: int, restarts: int) -> Verdict:
    """End the server so many times while everybody visits, each time when a share of the changes more is confirmed."""
    async with (
        beside(serving(ended=True)) as server,
        beside(server.database()) as url,
        crowded(folder, url, people, PROCESSES) as crowd,
    ):
        pids = _pids(crowd)
        told, halves = await _visited(crowd, server, restarts)
        wrong, (missed, twice) = crowd.wrong(), crowd.told()
        errors = crowd.group.log.count("ERROR")
        same = pids == _pids(crowd)
    said = (
        f"{restarts} restarts under {people} people, {crowd.confirmed:,} changes confirmed: {told:,} times told kindly,"
        f" {wrong} people's rows lost or doubled, {halves} half-saved weeks, {missed} notices missed and {twice} twice,"
        f" {errors} unforeseen errors; {PROCESSES if same else 'not all'} processes still the same"
    )
    return Verdict("restarts", said, holds=bool(told) and same and not (wrong or halves or missed or errors))


def _pids(crowd: Crowd) -> list[int]:
    return [process.pid for process in crowd.group.processes.values() if process.returncode is None]


async def _visited(crowd: Crowd, server: Server, restarts: int) -> tuple[int, int]:
    """Return how often somebody was told that the bot is busy, and how many weeks were halves after a restart."""
    over = asyncio.Event()
    visiting = asyncio.create_task(crowd.visit(lambda: not over.is_set()))
    halves, kinds = 0, itertools.cycle(HOW)
    for _ in range(restarts):
        await until(_more(crowd, lambda crowd: crowd.confirmed, len(crowd.visitors)))
        await _restart(crowd, server, next(kinds))
        halves += crowd.halves()
    over.set()
    await visiting
    return _told(crowd), halves


def _more(crowd: Crowd, count: Callable[[Crowd], int], more: int) -> Callable[[], bool]:
    """Return whether a count has grown by so much since now."""
    before = count(crowd)
    return lambda: count(crowd) >= before + more


def _told(crowd: Crowd) -> int:
    return sum(one.told_busy for one in crowd.visitors)


async def _restart(crowd: Crowd, server: Server, how: signal.Signals) -> None:
    """End the server, wait until some have been told, and let people ask again when it is back."""
    some = _more(crowd, _told, max(1, len(crowd.visitors) // 4))
    for one in crowd.visitors:
        one.serving.clear()
    await asyncio.to_thread(server.end, how)
    await until(some)
    await asyncio.to_thread(server.start_again)
    for one in crowd.visitors:
        one.serving.set()
