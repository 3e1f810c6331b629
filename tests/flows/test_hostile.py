"""Forged, foreign, stale and random updates: nothing breaks, nothing changes, nobody else waits."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.taps.form import PickDay, Save
from bot.taps.tap import Tap
from clinic.week import Weekday
from tests.phone import handled, save
from tests.rota import Rota, running
from tests.strange import CHANNEL, COMMAND, GROUP, message_of, STRANGE, tap_of, Update

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEED = 20260302
UPDATES = 1500
BATCH = 100
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

    async def quiet(self, person: Person | None = None) -> None:
        """Wait until the bot has nothing left to do, shown by its answer to everybody."""
        for somebody in [person] if person else [*self.fuzzers, self.ana]:
            said = somebody.say("/help")
            await somebody.until(lambda one, after=said: one.messages[-1].id > after, timeout=20)  # type: ignore[misc]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crowd]:
    async with running(tmp_path_factory.mktemp("hostile"), {}) as rota:
        ana, ben, rosa = await rota.doctor("Ana Ruiz"), await rota.doctor("Ben Ek"), await rota.receptionist()
        sus, admin = await rota.doctor("Sus Pended"), await rota.claimed()
        await save(ana, "mon-fri 9:07-13")
        with closing(sqlite3.connect(rota.database, timeout=10)) as database, database:
            database.execute("UPDATE people SET suspended = 1 WHERE user_id = ?", (sus.user_id,))
        yield Crowd(rota, ana, [ben, rosa, sus, admin, rota.person("Sam Stone")])


@pytest.fixture(autouse=True)
def _no_errors(crowd: Crowd) -> Any:
    """Whatever comes, the log holds no error."""
    before = len(crowd.rota.log)
    yield
    said = crowd.rota.log[before:]
    assert "ERROR" not in said, said
    assert "CRITICAL" not in said, said
    assert "Traceback" not in said, said


@pytest.mark.parametrize("name", STRANGE)
async def test_strange_updates_are_harmless(crowd: Crowd, name: str) -> None:
    """From everybody: nothing changes, nothing is logged as an error, and everybody is still answered."""
    before = crowd.kept()
    for person in [*crowd.fuzzers, crowd.ana]:
        crowd.rota.stand_in.push(STRANGE[name](person))
    await crowd.quiet()
    assert crowd.kept() == before


LONG = 4096
TEXTS = {
    "the longest": "x" * LONG,
    "the longest week": "mon 9-13; " * 409,
    "a week that goes wrong late": "mon 9-13;" + "y" * 480,
    "the longest time": "9" * LONG,
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f",
    "nulls": "mon\x009-13\x00",
    "emoji": "🙂👩‍⚕️🇺🇦" * 300,
    "right to left": "\u202e\u200fשלום mon 9-13 \u202d",
    "combining marks": "m" + "\u0301" * 2000,
    "ligatures": "ﷺ" * LONG,
    "blanks": " \u00a0\u2003\u200b" * 400,
    "mark-up": "<b>&lt;" * 500,
    "braces": "{0}{name}%s" * 300,
    "sql": "'; DROP TABLE people; --",
}


@pytest.mark.parametrize("command", ["", "/week ", "/start ", "/availability ", "/people ", "/nonsense "])
@pytest.mark.parametrize("name", TEXTS)
async def test_hostile_texts_are_harmless(crowd: Crowd, command: str, name: str) -> None:
    """Alone and behind every kind of command, from everybody: one answer at least, and no change."""
    before = crowd.kept()
    text = f"{command}{TEXTS[name]}"[:LONG]
    for person in [*crowd.fuzzers, crowd.ana]:
        person.say(text)
    await crowd.quiet()
    assert crowd.kept() == before


async def test_another_persons_message_is_not_ones_own(crowd: Crowd) -> None:
    """Taps that claim to be on a doctor's form, sent by anybody else, move neither the form nor the week."""
    form = await crowd.ana.sees("", after=crowd.ana.say("tue 10-12"))
    await handled(crowd.ana)
    before, shown = crowd.kept(), str(form)
    message = crowd.ana.message(form.id)
    assert message
    for person in crowd.fuzzers:
        for tap in (PickDay(day=Weekday.MON, on=True), Save()):
            crowd.rota.stand_in.push(tap_of(person, tap.pack(), message=message.wire()))
    await crowd.quiet()
    assert (crowd.kept(), str(crowd.ana.message(form.id))) == (before, shown)


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


async def test_a_fuzz_of_everything(crowd: Crowd) -> None:
    """Seeded, so that what is found once is found again."""
    dice, before = random.Random(SEED), crowd.kept()  # noqa: S311 - no secret
    for number in range(UPDATES):
        person = dice.choice(crowd.fuzzers)
        data, text = some_data(dice), some_text(dice)
        match dice.randrange(4):
            case 0:
                person.say(text or "-")
            case 1 if not permitted(person, data, crowd):
                person.press(person.messages[-1].id if person.messages else 1, data)
            case 2 if not permitted(person, data, crowd):
                crowd.rota.stand_in.push(mutated(dice, tap_of(person, data)))
            case _:
                crowd.rota.stand_in.push(mutated(dice, message_of(person, text=text, entities=COMMAND)))
        if number % BATCH == BATCH - 1:
            await crowd.quiet()
    await crowd.quiet()
    assert crowd.kept() == before


async def test_a_flood_of_a_stranger_delays_nobody(crowd: Crowd) -> None:
    """300 updates of one person wait for each other; a doctor's tap in the middle of them does not."""
    stranger = crowd.rota.person("Flo Od")
    form = await crowd.ana.sees("", after=crowd.ana.say("/availability"))
    await handled(crowd.ana)
    crowd.rota.stand_in.delay = 0.02
    try:
        for _ in range(300):
            stranger.say("/start")
        began = perf_counter()
        query = crowd.ana.press(form.id, PickDay(day=Weekday.TUE, on=True).pack())
        await crowd.ana.until(lambda person: query not in person.unanswered)
        took = perf_counter() - began
        answered = sum(message.from_bot for message in stranger.messages)
        await stranger.until(lambda person: sum(message.from_bot for message in person.messages) == 300, timeout=30)
    finally:
        crowd.rota.stand_in.delay = 0.0
    assert took < 2.0
    assert answered < 300
