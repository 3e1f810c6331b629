"""A broadcast under SIGKILL: nobody is missed, and only what was on the wire comes twice."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, AsyncExitStack, closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, UTC
from functools import partial
from pathlib import Path

from bot.content import Content
from bot.pump import MOST_IN_FLIGHT
from bot.sandbox import Person, StandIn
from clinic.broadcast import Audience, AudienceKind
from clinic.people import Actor, Role
from clinic.ports.conversation import Draft
from clinic.use_cases.broadcasts import send
from storage import open_storage
from tests.benchmarks.kept import clinic_of, url_of
from tests.proofs.verdict import Verdict
from tests.rota import Rota

FIRST_PERSON = 10_000
ADMIN = 1
TEXT = "Please set your hours."
DELAY = 0.03
SEED = 20261125
BLOCKED, FAILING, ASKING = 0.05, 0.02, 5
"""The shares of those who have blocked the bot and of calls that fail with a 5xx, and how many 429s there are."""
PATIENCE = 120.0
MOST_TAKEOVER = 10.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What arrived over so many kills."""

    recipients: int
    kills: int
    missed: int
    twice: int
    blocked: int
    marked: int
    left: int

    @property
    def bound(self) -> int:
        return self.kills * MOST_IN_FLIGHT

    @property
    def holds(self) -> bool:
        return not self.missed and not self.left and self.twice <= self.bound and self.blocked == self.marked

    def __str__(self) -> str:
        return (
            f"{self.recipients:,} recipients, {self.kills} SIGKILLs: missed {self.missed}, "
            f"sent twice {self.twice} (at most {self.bound}), still waiting {self.left}, "
            f"{self.blocked} have blocked the bot and {self.marked} are marked so."
        )


@asynccontextmanager
async def broadcasting(folder: Path, recipients: int, rate: int, *, delay: float = DELAY) -> AsyncIterator[Rota]:
    """Start a stand-in, and write a broadcast to so many people into the database of a bot that is not yet started."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    stand_in = StandIn(per_chat=None, overall=None, delay=delay)
    await stand_in.start()
    rota = Rota(stand_in, folder, {"BROADCAST_RATE": str(rate)})
    rota.admin = stand_in.person(ADMIN, "Alma")
    message = rota.admin.say(TEXT)
    storage = await open_storage(url_of(rota.database))
    async with storage.write() as work:
        await work.people.put(Actor(ADMIN, "Alma", frozenset({Role.ADMIN})))
        for user_id in range(FIRST_PERSON, FIRST_PERSON + recipients):
            person = stand_in.person(user_id, f"Person {user_id}")
            person.started = True
            await work.people.put(Actor(user_id, person.name, frozenset({Role.RECEPTIONIST})))
        await work.commit()
    admin, body = Actor(ADMIN, "Alma", frozenset({Role.ADMIN})), Content(chat_id=ADMIN, message_id=message)
    closing_draft = Draft(ADMIN, message, "{}", datetime.now(UTC) + timedelta(days=1))
    audience = Audience(AudienceKind.RECEPTIONISTS)
    await send(clinic_of(storage), admin, body.model_dump_json(), audience, due=None, closing=closing_draft)
    await storage.close()
    try:
        yield rota
    finally:
        await stand_in.stop()


def recipients_of(rota: Rota) -> list[Person]:
    return [person for person in rota.stand_in.people.values() if person.user_id >= FIRST_PERSON]


def arrived(rota: Rota) -> int:
    """Return how many messages of the broadcast have come, those that came twice included."""
    return sum(len(person.messages) for person in recipients_of(rota))


def _have_arrived(rota: Rota, enough: float) -> bool:
    return arrived(rota) >= enough


def left(rota: Rota) -> int:
    with closing(sqlite3.connect(rota.database, timeout=10)) as database:
        found: int = database.execute("SELECT count(*) FROM deliveries WHERE state = 'waiting'").fetchone()[0]
        return found


async def until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait for a fact that no event tells of.

    Raises:
        TimeoutError: it does not hold within ``patience`` seconds.
    """
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - other processes set no event here
            await asyncio.sleep(0.02)


async def kill_runs(folder: Path, recipients: int, kills: int, *, rate: int = 1_000) -> Killed:
    """Kill the one process again and again while it sends, each time after a few more have arrived."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    async with broadcasting(folder, recipients, rate) as rota, _faults(rota.stand_in, chance):
        for person in recipients_of(rota):
            person.blocked = chance.random() < BLOCKED
        reachable = [person for person in recipients_of(rota) if not person.blocked]
        await rota.start()
        for kill in range(kills):
            enough = len(reachable) * (kill + chance.random()) / (kills + 1)
            await until(partial(_have_arrived, rota, enough))
            await rota.kill_and_start()
        await until(lambda: not left(rota))
        waiting = left(rota)
        await rota.stop()
        marked = rota.rows("SELECT count(*) FROM people WHERE blocked")[0][0]
        counts = [len(person.messages) for person in reachable]
    missed, twice = counts.count(0), sum(count - 1 for count in counts if count)
    return Killed(recipients, kills, missed, twice, recipients - len(reachable), marked, waiting)


@asynccontextmanager
async def _faults(stand_in: StandIn, chance: random.Random) -> AsyncIterator[None]:
    """Let some calls fail with a 5xx, and a few with a 429, while the context lasts."""

    async def strike() -> None:
        asked = 0
        while True:
            before = len(stand_in.calls)
            await asyncio.sleep(0.05)
            if asked < ASKING and chance.random() < 0.05:
                asked += 1
                stand_in.fail("copyMessage", status=429, retry_after=1)
            for _ in range(len(stand_in.calls) - before):
                if chance.random() < FAILING:
                    stand_in.fail("copyMessage", status=502)

    striking = asyncio.create_task(strike())
    try:
        yield
    finally:
        striking.cancel()
        with suppress(asyncio.CancelledError):
            await striking


async def takeover(folder: Path, recipients: int = 400, rate: int = 40) -> float:
    """Let two processes send, kill one, and return the seconds until the other has sent what that one had claimed."""
    async with AsyncExitStack() as stack:
        rota = await stack.enter_async_context(broadcasting(folder, recipients, rate))
        other = Rota(rota.stand_in, folder, {"BROADCAST_RATE": str(rate)})
        other.admin = rota.admin
        for each in (rota, other):
            await each.start()
            stack.push_async_callback(each.stop)
        await until(lambda: arrived(rota) > recipients / 4)
        rota.kill()
        killed_at = time.monotonic()
        under_way = "SELECT delivery_id FROM deliveries WHERE state = 'waiting' AND at IS NOT NULL"
        claimed = {row[0] for row in rota.rows(under_way)}
        await until(lambda: not claimed & {row[0] for row in rota.rows(under_way)})
        return time.monotonic() - killed_at


async def prove_kills(folder: Path, recipients: int, kills: int) -> Verdict:
    killed = await kill_runs(folder, recipients, kills)
    return Verdict("broadcast", " ".join(str(killed).split()), killed.holds)


async def prove_takeover(folder: Path) -> Verdict:
    seconds = await takeover(folder)
    said = f"of two processes one is killed: all it had claimed was sent by the other {seconds:.1f} s later"
    return Verdict("takeover", said, holds=seconds < MOST_TAKEOVER)
