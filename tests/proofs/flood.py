"""A stranger sends a thousand updates in a second: what that costs others, and what stays of it in memory.

Others tap for as long as the bot works the flood off. Under polling their first taps stand behind it: ten calls of a
hundred updates each, before the bot hears of them.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bot.sandbox import Person
from bot.taps.form import PickDay
from clinic.week import Weekday
from tests.benchmarks.machine import megabytes
from tests.phone import say
from tests.proofs.verdict import Verdict
from tests.rota import running

CALL_SECONDS = 0.05
PEOPLE = 5
TAPS = 40
"""At least, of each person."""
MOST_RATIO = 1.5
MOST_GROWTH = 1.1


async def prove(folder: Path, count: int, rounds: int) -> Verdict:
    """Tap without the flood and during it in turn."""
    async with running(folder, {}) as rota:
        doctors = [await rota.doctor(f"Doctor {number}") for number in "ABCDE"[:PEOPLE]]
        forms = [(await say(doctor, "/availability")).id for doctor in doctors]
        stranger = rota.person("Flo Od")
        await say(stranger, "/start")
        rota.stand_in.delay = CALL_SECONDS
        await _p99(doctors, forms, lambda: False)
        ratios, memory, floods = [], [], _answers(stranger)
        for _ in range(rounds):
            over = time.monotonic() + count * CALL_SECONDS / 2
            calm = await _p99(doctors, forms, lambda over=over: time.monotonic() < over)  # type: ignore[misc]
            for _ in range(count):
                stranger.say("/start")
            floods += count
            ratios.append(await _p99(doctors, forms, lambda floods=floods: _answers(stranger) < floods) / calm)  # type: ignore[misc]
            assert rota._process
            memory.append(megabytes(rota._process.pid) or 0.0)
    growth = memory[-1] / memory[0] if memory[0] else 1.0
    ratio = statistics.median(ratios)
    said = (
        f"{count:,} updates at once by one stranger: others' p99 of a tap is {ratio:.2f} times that without"
        f" (at most {MOST_RATIO}), memory after the last of {rounds} floods {growth:.2f} times that after the first"
    )
    return Verdict("flood", said, holds=ratio <= MOST_RATIO and growth <= MOST_GROWTH)


def _answers(stranger: Person) -> int:
    return sum(message.from_bot for message in stranger.messages)


async def _p99(doctors: list[Person], forms: list[int], going: Callable[[], bool]) -> float:
    async def taps(doctor: Person, form: int) -> list[float]:
        waits: list[float] = []
        for number in itertools.takewhile(lambda number: number < TAPS or going(), itertools.count()):
            off, day = divmod(number, len(Weekday))
            began = time.perf_counter()
            query = doctor.press(form, PickDay(day=Weekday(day), on=not off % 2).pack())
            await doctor.until(lambda person, query=query: query not in person.unanswered, 60)  # type: ignore[misc]
            waits.append(time.perf_counter() - began)
        return waits

    waits = await asyncio.gather(*map(taps, doctors, forms))
    return statistics.quantiles([wait for each in waits for wait in each], n=100, method="inclusive")[98]
