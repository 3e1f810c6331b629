"""Accounts and doctors, and the question that every update asks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clinic.people import Actor, Doctor, LONGEST_NAME, Role
from clinic.ports.conversation import Draft
from clinic.search import board_order
from storage import SqlStorage

BIG = 2**52 - 1
"""Telegram promises at most 52 significant bits (Bot API, "User")."""


async def put(storage: SqlStorage, *people: Actor) -> None:
    async with storage.write() as work:
        for person in people:
            await work.people.put(person)
        await work.commit()


async def keep(storage: SqlStorage, *drafts: Draft) -> None:
    async with storage.write() as work:
        for draft in drafts:
            assert await work.drafts.put(draft)
        await work.commit()


@pytest.mark.parametrize(
    "person",
    [
        Actor(BIG, "Ada", frozenset({Role.ADMIN})),
        Actor(8, "Ben", frozenset({Role.RECEPTIONIST}), language="de", suspended=True),
        Actor(9, "", frozenset()),
        Actor(10, "Дора 🩺", frozenset({Role.RECEPTIONIST, Role.ADMIN})),
    ],
)
async def test_an_account_comes_back_as_it_was_put(storage: SqlStorage, person: Actor) -> None:
    """Whatever an account holds, it holds when it is read again."""
    await put(storage, person)

    async with storage.read() as work:
        assert await work.people.get(person.user_id) == person


async def test_an_unknown_account_is_nobody(storage: SqlStorage) -> None:
    """An id that was never put is not found."""
    async with storage.read() as work:
        assert await work.people.get(1) is None


async def test_putting_again_replaces(storage: SqlStorage) -> None:
    """The second put counts in every field, and there is still one account."""
    await put(storage, Actor(7, "Ada", frozenset({Role.ADMIN}), language="de"))
    changed = Actor(7, "Ada L.", frozenset({Role.RECEPTIONIST}), suspended=True)

    await put(storage, changed)

    async with storage.read() as work:
        assert list(await work.people.everybody()) == [changed]


async def test_settings_are_not_stored(storage: SqlStorage) -> None:
    """The mark of an admin whom the settings name is theirs to give again."""
    await put(storage, Actor(7, "Ada", frozenset({Role.RECEPTIONIST}), fixed=True))

    async with storage.read() as work:
        assert await work.people.get(7) == Actor(7, "Ada", frozenset({Role.RECEPTIONIST}))


async def test_a_doctor_has_the_role_by_the_account(storage: SqlStorage, ada: Actor) -> None:
    """An account that is a doctor's has the role, next to those that it had."""
    await put(storage, replace(ada, roles=ada.roles | {Role.ADMIN}))

    async with storage.read() as work:
        found = await work.people.get(ada.user_id)
    assert found
    assert found.roles == {Role.DOCTOR, Role.ADMIN}
    assert found.doctor_id == ada.doctor_id


async def test_a_doctors_account_moves(storage: SqlStorage, ada: Actor) -> None:
    """On a new phone a doctor goes on, and the old account has had the role."""
    moved = replace(ada, user_id=70)

    await put(storage, moved)

    async with storage.read() as work:
        assert await work.people.get(70) == moved
        assert await work.people.get(7) == Actor(7, "Ada")
        assert ada.doctor_id is not None
        doctor = await work.doctors.get(ada.doctor_id)
    assert doctor
    assert doctor.user_id == 70


async def test_everybody_by_name(storage: SqlStorage) -> None:
    """People are read in a reader's order: neither case nor accents count, and equal names go by id."""
    await put(storage, *(Actor(number, name) for number, name in enumerate(["zoe", "Émile", "adam", "Eva", "Adam"])))

    async with storage.read() as work:
        assert [(person.user_id, person.name) for person in await work.people.everybody()] == [
            (2, "adam"),
            (4, "Adam"),
            (1, "Émile"),
            (3, "Eva"),
            (0, "zoe"),
        ]


@pytest.mark.parametrize(
    ("person", "able"),
    [
        (Actor(7, "Ada", frozenset({Role.ADMIN})), True),
        (Actor(7, "Ada", frozenset({Role.RECEPTIONIST})), False),
        (Actor(7, "Ada", frozenset({Role.ADMIN}), suspended=True), False),
    ],
)
async def test_has_admin(storage: SqlStorage, person: Actor, *, able: bool) -> None:
    """There is an admin where somebody can act as one."""
    async with storage.read() as work:
        assert not await work.people.has_admin()
    await put(storage, person)

    async with storage.read() as work:
        assert await work.people.has_admin() is able


async def test_the_caller_with_the_messages_draft(storage: SqlStorage, ada: Actor, now: datetime) -> None:
    """A tap finds who taps and the draft of its message, whether it waits for text or not."""
    draft = Draft(70, 3, '{"day": "Mon"}', now + timedelta(hours=1))
    await keep(storage, draft, replace(draft, message_id=4), replace(draft, chat_id=71))

    async with storage.read() as work:
        assert await work.people.caller(7, 70, 3, now) == (ada, replace(draft, revision=1))


async def test_the_caller_with_the_draft_that_waits(storage: SqlStorage, ada: Actor, now: datetime) -> None:
    """A typed message finds the chat's newest live draft that waits for text."""
    draft = Draft(70, 3, "{}", now + timedelta(hours=1), waits_for_text=True)
    await keep(
        storage,
        draft,
        replace(draft, message_id=5),
        replace(draft, message_id=6, waits_for_text=False),
        replace(draft, message_id=7, expires_at=now),
        replace(draft, message_id=9, chat_id=71),
    )

    async with storage.read() as work:
        assert await work.people.caller(7, 70, None, now) == (ada, replace(draft, message_id=5, revision=1))


async def test_a_strangers_draft_is_found(storage: SqlStorage, now: datetime) -> None:
    """A draft is found for an account that nobody knows."""
    draft = Draft(70, 3, "{}", now + timedelta(hours=1), waits_for_text=True)
    await keep(storage, draft)

    async with storage.read() as work:
        assert await work.people.caller(1, 70, 3, now) == (None, replace(draft, revision=1))
        assert await work.people.caller(1, 70, None, now) == (None, replace(draft, revision=1))


async def test_a_caller_without_a_draft(storage: SqlStorage, ada: Actor, now: datetime) -> None:
    """Neither draft nor account need be there."""
    async with storage.read() as work:
        assert await work.people.caller(7, 70, 3, now) == (ada, None)
        assert await work.people.caller(7, 70, None, now) == (ada, None)
        assert await work.people.caller(1, 70, 3, now) == (None, None)


async def test_an_expired_draft_is_not_found(storage: SqlStorage, now: datetime) -> None:
    """A draft lives until the instant that it names, exclusively."""
    await keep(storage, Draft(70, 3, "{}", now, waits_for_text=True))

    async with storage.read() as work:
        for message_id in (3, None):
            assert (await work.people.caller(1, 70, message_id, now))[1] is None
            assert (await work.people.caller(1, 70, message_id, now - timedelta(microseconds=1)))[1]


async def test_doctors_are_kept_with_an_id_each(storage: SqlStorage) -> None:
    """Two doctors of one name are two."""
    async with storage.write() as work:
        first = await work.doctors.add("Ada", "Cardiology")
        second = await work.doctors.add("Ada", "Surgery")
        await work.commit()

    async with storage.read() as work:
        assert await work.doctors.get(first.doctor_id) == Doctor(first.doctor_id, "Ada", "Cardiology")
        assert await work.doctors.get(second.doctor_id) == Doctor(second.doctor_id, "Ada", "Surgery")
        assert await work.doctors.get(99) is None


async def test_doctors_by_name_with_their_accounts(storage: SqlStorage, ada: Actor) -> None:
    """Doctors are read in a reader's order, those without an account too."""
    async with storage.write() as work:
        await work.doctors.add("ábel", "Surgery")
        await work.commit()

    async with storage.read() as work:
        assert [(doctor.name, doctor.user_id) for doctor in await work.doctors.everybody()] == [
            ("ábel", None),
            ("Ada", 7),
        ]


async def test_doctors_of_a_specialization(storage: SqlStorage) -> None:
    """All spellings of one are told, each once, and who is of them comes by name; nobody is of none."""
    async with storage.write() as work:
        for name, specialization in (("Eva", "surgery"), ("Ada", "Surgery"), ("Ben", "cardiology"), ("Cem", "surgery")):
            await work.doctors.add(name, specialization)
        await work.commit()

    async with storage.read() as work:
        assert sorted(await work.doctors.specializations()) == ["Surgery", "cardiology", "surgery"]
        found = await work.doctors.of_specializations(["surgery", "Surgery"])
        assert [doctor.name for doctor in found] == ["Ada", "Cem", "Eva"]
        assert await work.doctors.of_specializations([]) == []


STRANGE = (
    ("Zoë", "cardiology"),
    ("Álvaro", "Surgery"),
    ("Bo", "surgery"),
    ("Bo", "Surgery"),
    ("anna", "cardiology"),
    ("Anna B", "cardiology"),
    ("Ana", "Cardiology & more"),
    ("Ana", "Cardiology"),
    ("Öz", "ß-rays"),
    ("Дора", "хирургия"),
    ("Łucja", "e-health"),
    ("𝒵oe", "𐌀ncient"),
    ("\uffee", "\uffee"),
    ("Bo", "surgery"),
    ("\ufdfa" * LONGEST_NAME, "\ufdfa" * LONGEST_NAME),
    ("Bo", ""),
)
"""Capitals, accents, other alphabets, one name that begins another, letters that fold to many, twice the same."""


@pytest.mark.parametrize("most", [1, 3, len(STRANGE), 100])
async def test_a_board_is_read_by_windows(storage: SqlStorage, most: int) -> None:
    """They meet without a gap and nobody is in two, in the order that the rule has; those who follow are counted."""
    async with storage.write() as work:
        doctors = [await work.doctors.add(*each) for each in STRANGE]
        await work.commit()

    async with storage.read() as work:
        windows = [await work.doctors.on_board(first, most) for first in range(0, len(STRANGE), most)]
        assert await work.doctors.on_board(len(STRANGE), most) == ([], 0)
        assert await work.doctors.count() == len(STRANGE)
    in_order = [doctor.doctor_id for doctor in sorted(doctors, key=board_order)]
    assert [doctor_id for ids, _ in windows for doctor_id in ids] == in_order
    assert [behind for _, behind in windows] == [
        max(len(STRANGE) - first - most, 0) for first in range(0, len(STRANGE), most)
    ]


async def test_of_very_many_some_are_counted(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than those who are told, so that it can be said that there are more."""
    monkeypatch.setattr("storage.repositories.MOST_AHEAD", 2)
    async with storage.write() as work:
        for _ in range(6):
            await work.doctors.add("Ada", "")
        await work.commit()

    async with storage.read() as work:
        assert [(await work.doctors.on_board(first, 1))[1] for first in range(6)] == [3, 3, 3, 2, 1, 0]


async def test_a_board_of_nobody(storage: SqlStorage) -> None:
    """It is empty, and nobody follows."""
    async with storage.read() as work:
        assert await work.doctors.on_board(0, 40) == ([], 0)


async def test_the_order_of_a_board_is_asked_for(storage: SqlStorage, file: Path) -> None:
    """It is not left to how a database happens to find the page."""
    async with storage.write() as work:
        for name in "CBA":
            await work.doctors.add(name, "")
        await work.commit()
    async with storage._database.reading() as connection:
        await connection.exec_driver_sql("PRAGMA reverse_unordered_selects = ON")

    async with storage.read() as work:
        assert await work.doctors.on_board(0, 3) == ([3, 2, 1], 0)
