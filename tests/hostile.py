"""People of every role who mean no good, and what they send."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox import Person
from bot.taps.tap import Tap
from tests.phone import save
from tests.rota import Rota, running
from tests.strange import CHANNEL, COMMAND, GROUP, message_of, STRANGE, tap_of, Update

BATCH = 100
LONG = 4096
SHAPES = tuple(STRANGE.values())
DATES = ("time_off", "date_overrides", "override_ranges", "closures", "date_changes")


@dataclass
class Crowd:
    """A bot, and people of every role who mean no good; ``ana`` alone is a doctor to be protected."""

    rota: Rota
    ana: Person
    fuzzers: list[Person]

    def kept(self) -> list[Any]:
        """Return who is here and all hours; a language is one's own to choose."""
        with closing(sqlite3.connect(self.rota.database, timeout=10)) as database:
            hours = ("doctors", "week_plans", "day_availability", "time_ranges", "week_changes", *DATES)
            people = database.execute(
                "SELECT user_id, name, is_admin, is_receptionist, doctor_id, suspended FROM people"
            )
            return [sorted(people), *(database.execute(f"SELECT * FROM {name}").fetchall() for name in hours)]  # noqa: S608

    async def quiet(self) -> None:
        """Wait until the bot has nothing left to do: each person's last tap is answered after all that came before."""
        people = [*self.fuzzers, self.ana]
        last = [one.press(one.messages[-1].id if one.messages else 1, "") for one in people]
        for one, query in zip(people, last, strict=True):
            await one.until(lambda someone, query=query: query not in someone.unanswered, timeout=60)  # type: ignore[misc]

    async def fuzz(self, count: int, seed: int) -> None:
        """Send so many updates of every sender, taps and texts that no client makes and shapes of the Bot API."""
        dice = random.Random(seed)  # noqa: S311 - no secret
        for number in range(count):
            person = dice.choice(self.fuzzers)
            data, text = some_data(dice), some_text(dice)
            match dice.randrange(5):
                case 0:
                    person.say(text or "-")
                case 1 if not permitted(person, data, self):
                    person.press(person.messages[-1].id if person.messages else 1, data)
                case 2 if not permitted(person, data, self):
                    self.rota.stand_in.push(mutated(dice, tap_of(person, data)))
                case 3:
                    self.rota.stand_in.push(dice.choice(SHAPES)(person))
                case _:
                    self.rota.stand_in.push(mutated(dice, message_of(person, text=text, entities=COMMAND)))
            if number % BATCH == BATCH - 1:
                await self.quiet()
        await self.quiet()


@asynccontextmanager
async def crowded(folder: Path) -> AsyncIterator[Crowd]:
    """Start a bot, and bring a doctor to be protected and one hostile person of every role to it."""
    async with running(folder, {}) as rota:
        ana, ben, rosa = await rota.doctor("Ana Ruiz"), await rota.doctor("Ben Ek"), await rota.receptionist()
        sus, admin = await rota.doctor("Sus Pended"), await rota.claimed()
        await save(ana, "mon-fri 9:07-13")
        with closing(sqlite3.connect(rota.database, timeout=10)) as database, database:
            database.execute("UPDATE people SET suspended = 1 WHERE user_id = ?", (sus.user_id,))
        yield Crowd(rota, ana, [ben, rosa, sus, admin, rota.person("Sam Stone")])


TAPS = [f"{kind.prefix}{':1' * len(kind.model_fields)}" for kind in Tap.kinds.values()]


def some_text(dice: random.Random) -> str:
    alphabet = "mon tue-fri,;:0123456789/<>&{}\x00\u202e🙂ёáﷺ\n"
    made = "".join(dice.choices(alphabet, k=dice.choice([1, 5, 30, 400, LONG])))
    return dice.choice(["", "/week ", "/start ", "/help", "mon 9-13 ", "/"]) + made[: LONG - 10]


def some_data(dice: random.Random) -> str:
    """Return callback data that is nobody's, or of a kind that changes no hours and nobody when it is forged."""
    data = list(dice.choice([*TAPS, "", "pd:0:1", "sv", "availability:mon"]))
    for _ in range(dice.randrange(4)):
        data.insert(dice.randrange(len(data) + 1), dice.choice("0:9-x🙂\x00"))
    return "".join(data)[: dice.choice([64, 64, 64, 7])]


def mutated(dice: random.Random, update: Update) -> Update:
    """Take away or add what the Bot API says is optional."""
    (kind, body), *_ = update.items()
    body = dict(body)
    for name in ("entities", "message", "data", "text"):
        if dice.random() < 0.1:
            body.pop(name, None)
    if dice.random() < 0.1:
        body["from"] = {**body["from"], "language_code": dice.choice(["", "ru", "xx", "es-419", "zh-hans", "en-US"])}
    if kind == "message" and dice.random() < 0.1:
        body["chat"] = dice.choice([GROUP, CHANNEL])
    if kind == "message" and dice.random() < 0.1:
        return {"edited_message": {**body, "edit_date": 2}}
    return {kind: body}


def permitted(person: Person, data: str, crowd: Crowd) -> bool:
    """Whether the sender may do this: an admin suspend, a doctor save the own week; that is no attack."""
    ben, *_ = crowd.fuzzers
    return data[:2] in {crowd.rota.admin: {"su", "sv"}, ben: {"sv", "sy", "so", "td", "zs"}}.get(person, set())
