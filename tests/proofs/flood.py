"""A stranger sends a thousand updates in a second: what that costs others, and what stays of it in memory."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from bot.sandbox import Person
from bot.taps.form import PickDay
from clinic.week import Weekday
from tests.benchmarks.machine import megabytes
from tests.phone import say
from tests.proofs.verdict import Verdict
from tests.rota import Rota, running

CALL_SECONDS = 0.05
PEOPLE = 5
TAPS = 40
MOST_RATIO = 1.5
MOST_GROWTH = 1.1


async def prove(folder: Path, count: int, rounds: int) -> Verdict:
    """Tap with and without the flood in turn; the flood lasts for as long as the taps."""
    async with running(folder, {}) as rota:
        doctors = [await rota.doctor(f"Doctor {number}") for number in "ABCDE"[:PEOPLE]]
        forms = [(await say(doctor, "/availability")).id for doctor in doctors]
        stranger = rota.person("Flo Od")
        await say(stranger, "/start")
        rota.stand_in.delay = CALL_SECONDS
        await _p99(doctors, forms)
        ratios, memory = [], []
        for _ in range(rounds):
            calm = await _p99(doctors, forms)
            for _ in range(count):
                stranger.say("/start")
            ratios.append(await _p99(doctors, forms) / calm)
            await _over(rota, stranger)
            assert rota._process
            memory.append(megabytes(rota._process.pid) or 0.0)
    growth = memory[-1] / memory[0] if memory[0] else 1.0
    ratio = statistics.median(ratios)
    said = (
        f"{count:,} updates at once by one stranger: others' p99 of a tap is {ratio:.2f} times that without"
        f" (at most {MOST_RATIO}), memory after the last of {rounds} floods {growth:.2f} times that after the first"
    )
    return Verdict("flood", said, holds=ratio <= MOST_RATIO and growth <= MOST_GROWTH)


async def _p99(doctors: list[Person], forms: list[int]) -> float:
    async def taps(doctor: Person, form: int) -> list[float]:
        waits = []
        for number in range(TAPS):
            off, day = divmod(number, len(Weekday))
            began = time.perf_counter()
            query = doctor.press(form, PickDay(day=Weekday(day), on=not off % 2).pack())
            await doctor.until(lambda person, query=query: query not in person.unanswered, 60)  # type: ignore[misc]
            waits.append(time.perf_counter() - began)
        return waits

    waits = await asyncio.gather(*map(taps, doctors, forms))
    return statistics.quantiles([wait for each in waits for wait in each], n=100, method="inclusive")[98]


async def _over(rota: Rota, stranger: Person) -> None:
    """Wait until the stranger has all answers, at full speed."""
    rota.stand_in.delay = 0.0
    said = stranger.say("/start")
    await stranger.until(lambda person: person.messages[-1].from_bot and person.messages[-1].id > said, 600)
    rota.stand_in.delay = CALL_SECONDS
