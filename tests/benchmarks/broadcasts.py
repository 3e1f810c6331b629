"""How broadcasts go: ``python -m tests.benchmarks.broadcasts``. It prints figures and asserts nothing.

The rates are those at which messages arrive at the stand-in, 30 ms a call.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, UTC
from pathlib import Path
from typing import Any

from bot.content import Content
from bot.sandbox import StandIn
from clinic.broadcast import Audience, AudienceKind
from clinic.people import Actor, Role
from clinic.ports.conversation import Draft
from clinic.use_cases.broadcasts import read, send
from run_bot import new_event_loop
from storage import open_storage
from tests.benchmarks.crowd import Crowd, Taps
from tests.benchmarks.kept import clinic_of, furnish, url_of
from tests.benchmarks.machine import bots_core, cpu_seconds, megabytes, without_pauses
from tests.proofs.broadcasts import ADMIN, broadcasting, left, until
from tests.rota import Rota

DOCTORS, TAPS, ROUNDS = 10, 20, 5
ROWS = 100_000
READS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """How a broadcast arrived; ``most`` is the most in any second, ``cpu`` the bot's seconds a message."""

    limit: int
    count: int
    a_second: float
    most: int
    cpu: float
    megabytes: float

    @classmethod
    def of(cls, limit: int, arrivals: Sequence[float], cpu: float, memory: float) -> Pace:
        span = arrivals[-1] - arrivals[0]
        most = max(bisect_left(arrivals, at + 1) - number for number, at in enumerate(arrivals))
        count = len(arrivals)
        return cls(limit, count, (count - 1) / span, most, cpu / count, memory)

    def __str__(self) -> str:
        return (
            f"  {self.count:,} at a limit of {self.limit}/s: {self.a_second:.1f}/s "
            f"({self.a_second / self.limit:.1%}), most in one second {self.most} ({self.most / self.limit:.1%}), "
            f"bot's CPU {1000 * self.cpu:.2f} ms a message, {self.megabytes:.0f} MB"
        )


def arrivals_at(stand_in: StandIn) -> list[float]:
    """Return the list into which the stand-in notes when each copy arrives, in seconds."""
    noted: list[float] = []
    methods: dict[str, Callable[..., Any]] = stand_in._dispatch._methods
    copy = methods["copyMessage"]

    def noting(*arguments: Any) -> Any:
        noted.append(time.perf_counter())
        return copy(*arguments)

    methods["copyMessage"] = noting
    return noted


async def pace(folder: Path, recipients: int, limit: int) -> Pace:
    async with broadcasting(folder, recipients, limit) as rota:
        arrivals = arrivals_at(rota.stand_in)
        with without_pauses():
            with bots_core():
                await rota.start()
            assert rota._process
            pid = rota._process.pid
            await until(lambda: len(arrivals) > 0)
            before = cpu_seconds(pid) or 0.0
            await until(lambda: len(arrivals) >= recipients)
            after, memory = cpu_seconds(pid) or 0.0, megabytes(pid) or 0.0
        await until(lambda: not left(rota))
        await rota.stop()
    return Pace.of(limit, sorted(arrivals), after - before, memory)


async def taps_meanwhile(folder: Path) -> tuple[list[Taps], list[Taps]]:
    """Let doctors tap without and with a broadcast at the usual rate, in turn; return both."""
    async with AsyncExitStack() as stack:
        rota = await stack.enter_async_context(broadcasting(folder, 20_000, 25))
        await furnish(url_of(rota.database), DOCTORS)
        rota.rows("UPDATE rate_gates SET free_at = 1e12")
        with bots_core():
            await rota.start()
        stack.push_async_callback(rota.stop)
        crowd = Crowd(rota.stand_in, DOCTORS)
        await crowd.open_editors()
        await crowd.tap(2)
        alone, beside = [], []
        for _ in range(ROUNDS):
            alone.append(await _after(rota, crowd, "1e12"))
            beside.append(await _after(rota, crowd, "0"))
    return alone, beside


async def _after(rota: Rota, crowd: Crowd, free_at: str) -> Taps:
    rota.rows(f"UPDATE rate_gates SET free_at = {free_at}")  # noqa: S608
    await asyncio.sleep(2)
    return await crowd.tap(TAPS)


async def at_many_rows(folder: Path) -> tuple[float, list[float]]:
    """Return the seconds in which a broadcast to so many people is written, and those of each look at its progress."""
    storage = await open_storage(url_of(folder / "rows.db"))
    clinic, admin = clinic_of(storage), Actor(ADMIN, "Alma", frozenset({Role.ADMIN}))
    async with storage._database.writing() as connection:
        people = [(number, f"Person {number}") for number in range(1, ROWS + 1)]
        await connection.exec_driver_sql(
            "INSERT INTO people (user_id, name, is_admin, is_receptionist, suspended) VALUES (?, ?, 0, 1, 0)", people
        )
        await connection.commit()
    closing = Draft(ADMIN, 1, "{}", datetime.now(UTC) + timedelta(days=1))
    body = Content(chat_id=ADMIN, message_id=1).model_dump_json()
    begun = time.perf_counter()
    made = await send(clinic, admin, body, Audience(AudienceKind.RECEPTIONISTS), due=None, closing=closing)
    written = time.perf_counter() - begun
    reads = []
    for _ in range(READS):
        begun = time.perf_counter()
        await read(clinic, admin, made.broadcast_id, 0, 8)
        reads.append(time.perf_counter() - begun)
    await storage.close()
    return written, reads


def _told(name: str, rounds: Sequence[Taps]) -> str:
    p50, p99 = (1000 * statistics.median(getattr(taps, which) for taps in rounds) for which in ("p50", "p99"))
    return f"  {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms"


async def main(folder: Path) -> None:
    say = sys.stdout.write
    say("Messages at the stand-in\n")
    say(f"{await pace(folder / 'fast', 10_000, 1_000)}\n")
    say(f"{await pace(folder / 'slow', 300, 30)}\n")
    alone, beside = await taps_meanwhile(folder / "taps")
    ratio = statistics.median(with_it.p99 / without.p99 for without, with_it in zip(alone, beside, strict=True))
    say(f"A tap of {DOCTORS} doctors at once, medians of {ROUNDS} rounds\n{_told('without', alone)}\n")
    say(f"{_told('while 25 a second go out', beside)}, {ratio:.2f} times\n")
    written, reads = await at_many_rows(folder)
    say(f"{ROWS:,} deliveries: written in {written:.2f} s, counted in {1000 * statistics.median(reads):.1f} ms\n")


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory(prefix="rota-benchmark-") as place,
        asyncio.Runner(loop_factory=new_event_loop) as runner,
    ):
        runner.run(main(Path(place)))
