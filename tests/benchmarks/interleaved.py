"""Several ways timed in turn, so that a busy machine is so for all of them."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from run_bot import new_event_loop

Name = TypeVar("Name")
Act = Callable[[], Awaitable[object]]
CALLS = 10
"""Calls of each way in a round."""


@contextmanager
def running() -> Iterator[asyncio.Runner]:
    """Give a loop as the bot runs on; what was loaded before is not the collector's to look at."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        gc.collect()
        gc.freeze()
        try:
            yield runner
        finally:
            gc.unfreeze()


async def seconds_of(act: Act) -> float:
    begun = time.perf_counter()
    await act()
    return time.perf_counter() - begun


def timed(runner: asyncio.Runner, act: Act) -> Callable[[], float]:
    """Return the way that runs an act on the loop; what the loop needs to begin is not counted."""
    return lambda: runner.run(seconds_of(act))


def clocked(act: Callable[[], object]) -> Callable[[], float]:
    """Return the way that calls what needs no loop."""

    def run() -> float:
        begun = time.perf_counter()
        act()
        return time.perf_counter() - begun

    return run


def medians(ways: Mapping[Name, Callable[[], float]], rounds: int, calls: int = CALLS) -> dict[Name, list[float]]:
    """Return the median seconds of each way's calls in every round, after one call that compiles and caches."""
    for way in ways.values():
        way()
    found: dict[Name, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        each_call = [{name: way() for name, way in ways.items()} for _ in range(calls)]
        for name, each in found.items():
            each.append(statistics.median(call[name] for call in each_call))
    return found
