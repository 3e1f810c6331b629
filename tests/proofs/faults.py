"""The Bot API fails in six ways, each for a tenth of all calls: every conversation ends right, and is saved once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from bot.sandbox import Person
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.messages import Message
from bot.taps.form import Next, PickDay, PickFrom, PickTo, Save, Step
from bot.taps.tap import Tap
from clinic.week import Weekday
from tests.proofs.verdict import Verdict
from tests.rota import DAYS, Rota, running

SEED = 20261125
BAD_GATEWAY = "<html><body><h1>502 Bad Gateway</h1></body></html>"
WALK: tuple[tuple[Tap, str], ...] = (
    (PickDay(day=Weekday.MON, on=True), "✓ Mon"),
    (Next(step=Step.DAYS), "From what time?"),
    (PickFrom(minutes=540), "From 09:00 to"),
    (PickTo(minutes=1020), "Is this right?"),
    (Save(), "Saved."),
)
PATIENCE = 20.0
"""Seconds after which a person taps again."""


class Weather(Faults):
    """Faults by chance. Polls are spared the stalls, for a poll stalls by itself."""

    def __init__(self, stall_seconds: float) -> None:
        super().__init__()
        self.lost = 0
        self._stall_seconds = stall_seconds
        self._dice = random.Random(SEED)  # noqa: S311 - chance that can be repeated

    async def hold(self, method: str) -> None:
        if method != "getUpdates" and self._dice.random() < 0.1:
            await asyncio.sleep(self._stall_seconds)

    def next(self, method: str) -> Fault | None:  # noqa: ARG002 - every method alike
        match self._dice.randrange(10):
            case 0:
                return Fault(429, 1, None, 1, None, after_applying=False)
            case 1:
                return Fault(500, 1, None, None, None, after_applying=False)
            case 2:
                return Fault(502, 1, None, None, BAD_GATEWAY, after_applying=False)
            case 3:
                return Fault(None, 1, None, None, None, after_applying=False)
            case 4:
                self.lost += 1
                return Fault(None, 1, None, None, None, after_applying=True)
        return None


async def prove(folder: Path, people: int, stall_seconds: float) -> Verdict:
    """Let people set their week, each patiently, until all are through."""
    async with running(folder, {}) as rota:
        doctors = [await rota.doctor(f"Doctor {number}") for number in range(people)]
        weather = Weather(stall_seconds)
        calm, rota.stand_in._faults = rota.stand_in._faults, weather
        await asyncio.gather(*(_walk(doctor) for doctor in doctors))
        rota.stand_in._faults = calm
        right = sum(_is_right(rota, doctor) for doctor in doctors)
        shown = [sum(message.contains("Saved.") for message in doctor.messages) for doctor in doctors]
    extra = sum(count - 1 for count in shown if count)
    said = (
        f"{people} conversations with 60 % of the calls in trouble: {right} saved once and right; "
        f"{extra} summaries more than one each, with {weather.lost} answers lost; "
        f"{shown.count(0)} covered by an earlier screen that came after a stall"
    )
    return Verdict("faults", said, holds=right == people and extra <= weather.lost)


def _is_right(rota: Rota, doctor: Person) -> bool:
    return rota.history(doctor) == [(1, None)] and rota.week(doctor) == {DAYS[0]: "09:00-17:00"}


async def _walk(doctor: Person) -> None:
    while not (form := _form(doctor)):
        doctor.say("/availability")
        await _wait(doctor, lambda: _form(doctor) is not None)
    for tap, shown in WALK:
        while not _shows(form, shown):
            doctor.press(form.id, tap.pack())
            await _wait(doctor, partial(_shows, form, shown))


def _form(doctor: Person) -> Message | None:
    return next((message for message in reversed(doctor.messages) if message.contains("Which days")), None)


def _shows(form: Message, text: str) -> bool:
    return form.contains(text) or any(label.startswith(text) for label in form.labels)


async def _wait(doctor: Person, holds: Callable[[], bool]) -> None:
    """Wait as a person does, who taps again in the end."""
    with suppress(TimeoutError):
        await doctor.until(lambda _: holds(), PATIENCE)
