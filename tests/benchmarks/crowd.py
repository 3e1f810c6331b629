"""People who tap through the stand-in as fast as their bot answers."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox import Person, StandIn
from bot.sandbox.messages import Message
from bot.taps.form import PickDay
from clinic.week import Weekday
from tests.benchmarks.machine import without_pauses

FIRST_PERSON = 5001
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Taps:
    """How a round of taps went: seconds of the whole round, and seconds from each tap to its edit.

    ``unshown`` taps have had none within ``PATIENCE``, as those that the bot asks to do again.
    """

    seconds: float
    waits: Sequence[float]
    unshown: int = 0

    @property
    def a_second(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.waits)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.waits, n=100, method="inclusive")[98] if len(self.waits) > 1 else self.waits[0]


@dataclass(slots=True)
class Tapper:
    """A doctor before the editor's days: Monday to Sunday on, then Monday to Sunday off, and so on."""

    person: Person
    form: int
    taps: int = 0
    awaited: int = 0

    async def tap(self, due: float | None = None) -> float:
        """Tap the next day and return the seconds until the message has changed, from when the tap was due if so.

        Taps before it may still be unanswered: each has an edit of its own.
        """
        off, day = divmod(self.taps, len(Weekday))
        self.taps += 1
        mine = self.awaited = max(self.awaited, self._edits) + 1
        begun = time.perf_counter() if due is None else due
        self.person.press(self.form, PickDay(day=Weekday(day), on=not off % 2).pack())
        try:
            await self.person.until(lambda _: self._edits >= mine, PATIENCE)
        except TimeoutError:
            self.awaited = self._edits
            raise
        return time.perf_counter() - begun

    @property
    def _edits(self) -> int:
        form = self.person.message(self.form)
        return form.edited if form else 0


class Crowd:
    """One stand-in and the doctors who sit before it."""

    def __init__(self, stand_in: StandIn, people: int) -> None:
        self.stand_in = stand_in
        names = [f"Doctor {number}" for number in range(1, people + 1)]
        self._people = [stand_in.person(FIRST_PERSON + number, name) for number, name in enumerate(names)]
        self.tappers: list[Tapper] = []

    async def open_editors(self) -> None:
        """Ask the bot for the editor, everybody at once."""

        async def opened(person: Person) -> Tapper:
            person.say("/availability")
            return Tapper(person, (await person.sees("Which days", timeout=PATIENCE)).id)

        self.tappers = list(await asyncio.gather(*map(opened, self._people)))

    def show_the_forms_of(self, other: Crowd) -> None:
        """Put another crowd's editors into these chats, as if this bot had sent them: same text, same buttons."""
        for person, theirs in zip(self._people, other.tappers, strict=True):
            form = theirs.person.message(theirs.form)
            assert form
            person.started = True
            person.add(Message(id=form.id, from_bot=True, date=form.date, chat=person.chat, sender=form.sender,
                               text=form.text, entities=list(form.entities), rows=form.rows))  # fmt: skip
            self.tappers.append(Tapper(person, form.id))

    async def tap(self, times: int, *, delay: float = 0.0, people: int | None = None) -> Taps:
        """Let the first ``people``, or everybody, tap so many times, each again as soon as the message has changed."""
        self.stand_in.delay = delay

        async def tapped(tapper: Tapper) -> list[float]:
            return [await tapper.tap() for _ in range(times)]

        with without_pauses():
            begun = time.perf_counter()
            waits = await asyncio.gather(*map(tapped, self.tappers[:people]))
            seconds = time.perf_counter() - begun
        self.stand_in.delay = 0.0
        return Taps(seconds, [wait for each in waits for wait in each])

    async def tap_steadily(self, a_second: float, count: int, *, delay: float) -> Taps:
        """Let so many taps come at a rate, whatever the bot does, each of the next person.

        What is late of a tap counts from when it was due, though it was this process that was late.
        """
        self.stand_in.delay = delay
        with without_pauses():
            begun = time.perf_counter()
            tasks = []
            for number in range(count):
                due = begun + number / a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                tasks.append(asyncio.create_task(self.tappers[number % len(self.tappers)].tap(due)))
            await asyncio.wait(tasks)
            seconds = time.perf_counter() - begun
        self.stand_in.delay = 0.0
        shown = [task.result() for task in tasks if not isinstance(task.exception(), TimeoutError)]
        return Taps(seconds, shown, count - len(shown))
