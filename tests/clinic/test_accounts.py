"""Recognise, list, suspend, and speak to people."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta, UTC
from typing import Any

import pytest

from clinic.errors import AccessSuspended, CannotSuspend, NotAllowed, NotInvited, UnknownPerson
from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.drafts import keep_week_draft
from clinic.use_cases.people import choose_language, identify, invite, roster, see, suspend
from tests.clinic.memory import Memory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAT = 5


async def test_a_stranger_is_nobody_with_a_name(clinic: Clinic, commits: Callable[[], int]) -> None:
    """Whom the clinic does not know has no role, and nothing of them is kept."""
    assert await identify(clinic, 50, "New", CHAT, None) == (Actor(50, "New"), None)
    assert commits() == 0


async def test_a_person_is_who_is_stored(clinic: Clinic, doctor: Actor) -> None:
    """The stored name counts, not what Telegram shows today."""
    assert (await identify(clinic, 11, "Nickname", CHAT, None))[0] == doctor


async def test_an_admin_of_the_settings_needs_no_account(
    clinic: Clinic, settings_admin: Actor, everything_kept: Callable[[], str]
) -> None:
    """The settings alone make an admin, and nothing of it is stored; one who is not kept is nobody to write to."""
    assert (await identify(clinic, 900, "Owner", CHAT, None))[0] == replace(settings_admin, blocked=True)
    assert "Owner" not in everything_kept()


async def test_an_admin_of_the_settings_is_kept_to_be_written_to(
    clinic: Clinic, memory: Memory, settings_admin: Actor
) -> None:
    """From the first message on, and without the role, which goes with the settings."""
    owner, _ = await identify(clinic, 900, "Owner", CHAT, None)
    await see(clinic, owner, "es")
    assert memory.tables.people[900] == Actor(900, "Owner", telegram_language="es")
    assert (await identify(clinic, 900, "Owner", CHAT, None))[0] == replace(settings_admin, telegram_language="es")


async def test_the_settings_add_to_what_is_stored(
    clinic: Clinic, join: Callable[[Actor], Coroutine[Any, Any, Actor]]
) -> None:
    """A stored doctor whom the settings name is both, and not suspended."""
    kept = await join(Actor(900, "Owner", frozenset({Role.DOCTOR}), doctor_id=3, suspended=True))
    expected = replace(kept, roles=frozenset({Role.DOCTOR, Role.ADMIN}), suspended=False, fixed=True)
    assert (await identify(clinic, 900, "Owner", CHAT, None))[0] == expected


@pytest.mark.parametrize(
    ("message_id", "found"),
    [
        pytest.param(1, 1, id="a tap on its message"),
        pytest.param(3, None, id="a tap on another message"),
        pytest.param(None, 2, id="a typed line"),
    ],
)
async def test_an_update_finds_its_draft(
    clinic: Clinic, doctor: Actor, message_id: int | None, found: int | None
) -> None:
    """A tap speaks to its message's draft, a typed line to the one that waits for it."""
    for number, waits in ((1, False), (2, True)):
        made = Draft(CHAT, number, "{}", NOW + timedelta(days=1), waits_for_text=waits)
        await keep_week_draft(clinic, doctor, made, 1)
    _, draft = await identify(clinic, 11, "", CHAT, message_id)
    assert (draft.message_id if draft else None) == found


async def test_an_expired_draft_is_not_found(clinic: Clinic, doctor: Actor, later: Callable[[timedelta], None]) -> None:
    """The clinic's clock decides what has expired."""
    await keep_week_draft(clinic, doctor, Draft(CHAT, 1, "{}", NOW + timedelta(hours=1)), 1)
    later(timedelta(hours=2))
    assert (await identify(clinic, 11, "", CHAT, 1))[1] is None


async def test_the_roster_has_everybody_by_name(
    clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor, receptionist: Actor
) -> None:
    """People and doctors stand by name, with nothing pending."""
    found = await roster(clinic, admin)
    assert list(found.people) == [doctor, other_doctor, receptionist, admin]
    assert [(kept.name, kept.user_id) for kept in found.doctors] == [("Ana Müller", 11), ("Bo Ek", 12)]
    assert found.pending == []


async def test_the_roster_shows_what_the_settings_add(
    clinic: Clinic, admin: Actor, join: Callable[[Actor], Coroutine[Any, Any, Actor]]
) -> None:
    """A stored person whom the settings name is shown as the admin that they are."""
    await join(Actor(900, "Owner", frozenset({Role.RECEPTIONIST})))
    (owner,) = [person for person in (await roster(clinic, admin)).people if person.user_id == 900]
    assert (owner.roles, owner.fixed) == (frozenset({Role.RECEPTIONIST, Role.ADMIN}), True)


@pytest.mark.parametrize(("days", "shown"), [(6, 1), (7, 0)])
async def test_the_roster_shows_the_invitations_that_still_open(
    clinic: Clinic, admin: Actor, later: Callable[[timedelta], None], days: int, shown: int
) -> None:
    """A link of seven days is pending no more."""
    await invite(clinic, admin, Role.ADMIN, closing=Draft(CHAT, 1, "{}", NOW))
    later(timedelta(days=days))
    assert len((await roster(clinic, admin)).pending) == shown


async def test_a_person_is_suspended_with_roles_kept(
    clinic: Clinic, admin: Actor, doctor: Actor, stored: Callable[[int], Actor], commits: Callable[[], int]
) -> None:
    """Suspended, one keeps what one gets back, in one commit."""
    assert await suspend(clinic, admin, 11, suspended=True) == replace(doctor, suspended=True)
    assert (stored(11), commits()) == (replace(doctor, suspended=True), 1)


async def test_a_person_is_let_in_again(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """Restored, one is who one was."""
    await suspend(clinic, admin, 11, suspended=True)
    assert await suspend(clinic, admin, 11, suspended=False) == doctor


async def test_suspending_twice_suspends(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """Suspended is a target, not a flip."""
    people = [await suspend(clinic, admin, 11, suspended=True) for _ in range(2)]
    assert [person.suspended for person in people] == [True, True]


async def test_nobody_suspends_themselves(clinic: Clinic, admin: Actor, commits: Callable[[], int]) -> None:
    """An admin cannot lock the clinic behind them."""
    with pytest.raises(CannotSuspend):
        await suspend(clinic, admin, admin.user_id, suspended=True)
    assert commits() == 0


async def test_an_admin_of_the_settings_is_not_suspended(
    clinic: Clinic, admin: Actor, join: Callable[[Actor], Coroutine[Any, Any, Actor]]
) -> None:
    """What the settings say is not taken back by chat, whatever is stored."""
    await join(Actor(900, "Owner", frozenset({Role.DOCTOR}), doctor_id=3))
    with pytest.raises(CannotSuspend):
        await suspend(clinic, admin, 900, suspended=True)


async def test_nobody_unknown_is_suspended(clinic: Clinic, admin: Actor) -> None:
    """There is nobody to shut out."""
    with pytest.raises(UnknownPerson) as unknown:
        await suspend(clinic, admin, 99, suspended=True)
    assert unknown.value.user_id == 99


async def test_only_admins_suspend(clinic: Clinic, doctor: Actor, receptionist: Actor) -> None:
    """Neither a doctor nor a receptionist shuts anybody out."""
    for actor, other in ((doctor, receptionist), (receptionist, doctor)):
        with pytest.raises(NotAllowed):
            await suspend(clinic, actor, other.user_id, suspended=True)


@pytest.mark.parametrize("language", ["de", None])
async def test_a_language_is_kept(
    clinic: Clinic, doctor: Actor, stored: Callable[[int], Actor], commits: Callable[[], int], language: str | None
) -> None:
    """A person is spoken to as chosen, and nothing else of them changes."""
    expected = replace(doctor, language=language)
    assert await choose_language(clinic, replace(doctor, language="fr"), language) == expected
    assert (stored(11), commits()) == (expected, 1)


async def test_the_language_of_an_admin_of_the_settings_is_all_that_is_stored(
    clinic: Clinic, settings_admin: Actor, stored: Callable[[int], Actor]
) -> None:
    """The admin's role is not written along with the language."""
    assert await choose_language(clinic, settings_admin, "de") == replace(settings_admin, language="de")
    assert stored(900) == Actor(900, "Owner", language="de")


@pytest.mark.parametrize(
    ("person", "error"),
    [
        pytest.param(Actor(50, "New"), NotInvited, id="stranger"),
        pytest.param(Actor(50, "Out", frozenset({Role.ADMIN}), suspended=True), AccessSuspended, id="suspended"),
    ],
)
async def test_outsiders_choose_nothing(
    clinic: Clinic, commits: Callable[[], int], person: Actor, error: type[Exception]
) -> None:
    """Of whoever stands outside nothing is kept."""
    with pytest.raises(error):
        await choose_language(clinic, person, "de")
    assert commits() == 0


async def test_what_telegram_calls_the_language_is_kept(clinic: Clinic, doctor: Actor) -> None:
    """Of a stranger it is but passed on; of somebody who is kept it is noted by ``see``."""
    assert (await identify(clinic, 50, "New", CHAT, None, "ru"))[0] == Actor(50, "New", telegram_language="ru")

    assert doctor.telegram_language is None
    await see(clinic, doctor, "ru")
    assert (await identify(clinic, 11, "", CHAT, None, "es"))[0].telegram_language == "ru"
