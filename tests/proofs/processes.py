"""Several processes on PostgreSQL, taps spread at random: all as from one process, though processes are killed."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox import Person, StandIn
from clinic.people import Actor, Role
from storage import open_storage
from tests.group import Group
from tests.postgres import Server, serving
from tests.proofs.broadcasts import until
from tests.proofs.served import beside
from tests.proofs.verdict import Verdict
from tests.proofs.visits import Kept, kept, Visitor, weeks

PROCESSES = 4
SEED = 20261125
DESK, FIRST_PERSON = 1, 10_000
KILL_SECONDS = 2.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Crowd:
    """A group of processes, its doctors before it, and the desk that hears who is sick."""

    group: Group
    desk: Person
    visitors: list[Visitor]

    async def visit(self, going: Callable[[], bool]) -> None:
        """Let everybody visit, again and again while ``going`` holds, and wait until the desk has heard all of it."""

        async def visits(one: Visitor) -> None:
            await one.visit()
            while going():
                await one.visit()

        await asyncio.gather(*map(visits, self.visitors))
        await until(lambda: not self.group.rows("SELECT change_id FROM notices"))

    def wrong(self) -> int:
        """Return how many have other rows than the chat has confirmed to them."""
        stored = kept(self.group, self.visitors)
        return sum(stored[one.number] != one.confirmed for one in self.visitors)

    def halves(self) -> int:
        """Return how many weeks are, at this moment, neither as before nor as after the save that is under way."""
        found = weeks(self.group)
        return sum(not one.may_have(found.get(one.doctor_id, {})) for one in self.visitors)

    def told(self) -> tuple[int, int]:
        """Return how many notices the desk has missed, and how many it has got twice."""
        texts = [message.text for message in self.desk.messages if message.from_bot]
        missed = twice = 0
        for one in self.visitors:
            extra = sum(text.startswith(f"{one.person.name}\n") for text in texts) - one.notices
            missed, twice = missed + max(0, -extra), twice + max(0, extra)
        return missed, twice

    @property
    def confirmed(self) -> int:
        """How many changes the chats have said are saved."""
        return sum(one.confirmed.weeks + one.confirmed.dates + one.confirmed.moves for one in self.visitors)


@asynccontextmanager
async def crowded(folder: Path, url: str, people: int, processes: int = PROCESSES) -> AsyncIterator[Crowd]:
    """Let so many doctors stand before so many processes."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    doctors = await _furnish(url, people)
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    chance = random.Random(SEED)  # noqa: S311 - no secret
    group = Group(stand_in, folder, {"DATABASE_URL": url}, processes, chance)
    persons = [stand_in.person(FIRST_PERSON + number, _name(number)) for number in range(people)]
    group.admin = persons[0]
    desk = stand_in.person(DESK, "Rosa")
    desk.started = True
    each = zip(persons, doctors, range(people), strict=True)
    try:
        await group.start()
        yield Crowd(group, desk, [Visitor(*one) for one in each])
    finally:
        await group.stop()
        await stand_in.stop()


async def _furnish(url: str, people: int) -> list[int]:
    """Write a desk and so many doctors, who are admins to book for themselves; return the doctors' ids."""
    storage = await open_storage(url)
    async with storage.write() as work:
        await work.people.put(Actor(DESK, "Rosa", frozenset({Role.RECEPTIONIST})))
        doctors = [(await work.doctors.add(_name(number), "cardiology")).doctor_id for number in range(people)]
        for number, doctor_id in enumerate(doctors):
            roles = frozenset({Role.DOCTOR, Role.ADMIN})
            await work.people.put(Actor(FIRST_PERSON + number, _name(number), roles, doctor_id))
        await work.commit()
    await storage.close()
    return doctors


def _name(number: int) -> str:
    return f"Doctor {number}"


async def prove(folder: Path, people: int) -> Verdict:
    async with beside(serving()) as server:
        return await compared(folder, server, people)


async def compared(folder: Path, server: Server, people: int, processes: int = PROCESSES) -> Verdict:
    """Let everybody visit once with one process and once with several, and compare the rows of both."""
    stored: list[dict[int, Kept]] = []
    counts: list[str] = []
    wrong = 0
    for number in (1, processes):
        async with (
            beside(server.database()) as url,
            crowded(folder / str(number), url, people, number) as crowd,
        ):
            begun = time.monotonic()
            await crowd.visit(lambda: False)
            missed, twice = crowd.told()
            wrong += crowd.wrong() + missed + twice
            stored.append(kept(crowd.group, crowd.visitors))
            counts.append(f"{crowd.confirmed:,} changes in {time.monotonic() - begun:.0f} s by {number}")
    differing = sum(stored[0][number] != stored[1][number] for number in stored[0])
    said = f"{people} people, {' and '.join(counts)}: {differing} differ, {wrong} lost or doubled"
    return Verdict("processes", said, holds=not differing and not wrong)


async def prove_kills(folder: Path, people: int, seconds: float) -> Verdict:
    async with beside(serving()) as server:
        return await killed(folder, server, people, seconds)


async def killed(folder: Path, server: Server, people: int, seconds: float, processes: int = PROCESSES) -> Verdict:
    """Kill a random process every two seconds for so long, each started again at once."""
    async with (
        beside(server.database()) as url,
        crowded(folder, url, people, processes) as crowd,
    ):
        over = time.monotonic() + seconds
        kills, halves, _ = await asyncio.gather(
            _kill(crowd.group, over), _look(crowd, over), crowd.visit(lambda: time.monotonic() < over)
        )
        wrong, (missed, twice) = crowd.wrong(), crowd.told()
        said = (
            f"{kills} SIGKILLs in {seconds:.0f} s, {people} people, {crowd.confirmed:,} changes confirmed:"
            f" {wrong} people's rows lost or doubled, {halves} half-saved weeks;"
            f" of the notices {missed} missed, {twice} twice (at most one a kill)"
        )
    return Verdict("kills", said, holds=not wrong and not halves and not missed and twice <= kills)


async def _kill(group: Group, over: float) -> int:
    """Kill one process after the other until then; return how many."""
    chance, starting = random.Random(SEED), set[asyncio.Task[None]]()  # noqa: S311 - no secret
    kills = 0
    while time.monotonic() < over:
        await asyncio.sleep(KILL_SECONDS)
        if group.processes:
            port = chance.choice(list(group.processes))
            await group.end(port, signal.SIGKILL)
            starting.add(asyncio.create_task(group.start_one(port)))
            kills += 1
    await asyncio.gather(*starting)
    return kills


async def _look(crowd: Crowd, over: float) -> int:
    """Look at all weeks again and again until then; return how many were halves."""
    halves = 0
    while time.monotonic() < over:
        halves += crowd.halves()
        await asyncio.sleep(LOOK_SECONDS)
    return halves
