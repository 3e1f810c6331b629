"""Say, press and open, and read the answer: the steps that tests about people share."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from bot.sandbox import Message, Person, Toast
from tests.rota import LINK, Rota

STRANGER = "Please ask the clinic's administrator for an invitation."


def rows(rota: Rota, sql: str, *values: object) -> list[Any]:
    """Ask the database file, or change it, from outside."""
    with closing(sqlite3.connect(rota.database, timeout=10)) as database, database:
        return database.execute(sql, values).fetchall()


async def reply(person: Person, text: str) -> Message:
    """Say something and return the answer to it."""
    return await person.sees("", after=person.say(text))


async def pressed(person: Person, data: str, message_id: int | None = None) -> Toast | None:
    """Send a button's data, from the newest message if none is named, and return what the tap was answered with."""
    before = len(person.toasts)
    query = person.press(message_id or person.last.id, data)
    await person.until(lambda someone: query not in someone.unanswered)
    return person.toasts[-1] if len(person.toasts) > before else None


def link_in(message: Message | None) -> str:
    found = LINK.search(message.text if message else "")
    assert found, message
    return found[0]


async def invited(rota: Rota, label: str) -> tuple[str, int]:
    """Let the admin invite and return the link with the form's message id."""
    admin = await rota.claimed()
    form = (await reply(admin, "/invite")).id
    admin.tap(label, form)
    await admin.until(lambda person: LINK.search(str(person.message(form))) is not None)
    return link_in(admin.message(form)), form


async def opened(person: Person, link: str) -> Message:
    """Follow the link and return the answer."""
    return await person.sees("", after=person.open(link))


async def asked_for_a_doctor(rota: Rota) -> tuple[Person, int]:
    """Bring the admin to the question for a doctor's name."""
    admin = await rota.claimed()
    form = (await reply(admin, "/invite")).id
    admin.tap("Doctor", form)
    await admin.until(lambda person: "comma" in str(person.message(form)))
    return admin, form


def invitations(rota: Rota) -> int:
    return int(rows(rota, "SELECT count(*) FROM invitations")[0][0])
