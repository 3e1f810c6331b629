"""A person is recognised, or told why not, in a language that they read."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, UTC
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from telegram import Chat, Message, Update, User
from telegram.ext import filters

from bot.front import Front
from bot.turn import take_turn, Turn
from clinic.booking import Affected
from clinic.errors import StorageBusy
from clinic.people import Actor, Role
from clinic.ports import Clinic, UnitOfWork
from tests.bot.weeks import OFFERED

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARIA = User(8, "Maria", is_bot=False, language_code="es")
SAID = Update(1, Message(1, NOW, Chat(8, "private"), from_user=MARIA, text="hola"))


class Kept:
    """A storage that knows one account, or that is not to be had."""

    def __init__(self, actor: Actor | None = None) -> None:
        self._actor = actor

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        if self._actor is None:
            raise StorageBusy
        return cast("AbstractAsyncContextManager[UnitOfWork]", self)

    async def __aenter__(self) -> object:
        return SimpleNamespace(people=self)

    async def __aexit__(self, *_: object) -> None:
        pass

    async def caller(self, *_: object) -> tuple[Actor | None, None]:
        return self._actor, None


class Chats:
    """The bot's side of the chats: what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str]] = []

    async def send_message(self, chat_id: int, text: str, *_: Any, **__: Any) -> None:
        self.said.append((chat_id, text))


async def answered(storage: Kept) -> list[tuple[int, str]]:
    """Let Maria say something to a bot that breaks wherever it would answer, and return what she hears."""

    async def broken(_turn: Turn, _given: object) -> None:
        raise ZeroDivisionError

    chats = Chats()
    clinic = Clinic("Hill Street", ZoneInfo("UTC"), frozenset(), cast("Any", storage), lambda: NOW)
    handler = Front(clinic).on_message(filters.ALL, broken)
    await handler.callback(SAID, cast("Any", SimpleNamespace(bot=chats)))
    return chats.said


async def test_a_storage_that_is_busy_before_the_person_is_known_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """The kind sentence in Telegram's language, no incident: nothing but patience is needed."""
    busy = "I am busy just now and nothing was changed. Please try again in a moment."
    assert await answered(Kept()) == [(8, OFFERED["es"].say(busy))]
    assert "incident" not in caplog.text


async def test_sorry_is_said_in_the_language_that_was_chosen(caplog: pytest.LogCaptureFixture) -> None:
    """What the person chose goes before what Telegram says, when things go wrong too."""
    ((_, sorry),) = await answered(
        Kept(Actor(8, "Maria", frozenset({Role.RECEPTIONIST}), language="ru", telegram_language="es"))
    )
    incident = caplog.text.partition("incident ")[2].partition(":")[0]
    assert sorry == OFFERED["ru"].say("Sorry, something went wrong (incident {id}). Please try again.", id=incident)


async def test_what_was_said_of_bookings_holds_when_the_draft_is_read_anew() -> None:
    """A form that another device has moved meanwhile is answered with the same choice."""
    storage = Kept(Actor(8, "Maria", frozenset({Role.DOCTOR}), telegram_language="es"))
    clinic = Clinic("Hill Street", ZoneInfo("UTC"), frozenset(), cast("Any", storage), lambda: NOW)
    turn = replace(await take_turn(clinic, cast("Any", Chats()), SAID), bookings=Affected.TELL)
    assert (await turn.again()).bookings is Affected.TELL
