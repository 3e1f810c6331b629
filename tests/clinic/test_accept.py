"""Open a link: who gets which role, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import week_span
from clinic.errors import (
    AccessSuspended,
    AlreadyDoctor,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
)
from clinic.people import Actor, Doctor, Role
from clinic.plan import WeekRecord
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.hours import read_schedule
from clinic.use_cases.people import accept, identify, invite, invite_again, roster, suspend

NEWCOMER = Actor(50, "New")
SECOND = timedelta(seconds=1)


def closing(message_id: int = 1) -> Draft:
    return Draft(5, message_id, "{}", datetime(2026, 3, 3, tzinfo=UTC))


async def link(clinic: Clinic, admin: Actor, role: Role, message_id: int = 1) -> str:
    """The token of a new invitation; a doctor's is for Eva Lund."""
    name, specialization = ("Eva Lund", "GP") if role is Role.DOCTOR else ("", "")
    return (await invite(clinic, admin, role, name, specialization, closing=closing(message_id)))[0]


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.ADMIN])
async def test_a_link_gives_its_role(
    clinic: Clinic, admin: Actor, role: Role, stored: Callable[[int], Actor], commits: Callable[[], int]
) -> None:
    """A stranger who opens the link has its role from then on, in one commit."""
    token = await link(clinic, admin, role)
    member, old_phone = await accept(clinic, NEWCOMER, token)
    assert (member, old_phone) == (replace(NEWCOMER, roles=frozenset({role})), None)
    assert (stored(50), commits()) == (member, 2)


async def test_a_new_doctor_has_a_week_of_their_own(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """A doctor's link adds a doctor with the name that the admin gave."""
    member, _ = await accept(clinic, NEWCOMER, await link(clinic, admin, Role.DOCTOR))
    assert member == Actor(50, "Eva Lund", frozenset({Role.DOCTOR}), doctor_id=2)
    found = await read_schedule(clinic, member, 2, week_span(date(2026, 3, 2)))
    assert (found.doctor, found.record) == (Doctor(2, "Eva Lund", "GP", user_id=50), WeekRecord(2))


async def test_a_role_is_added_to_those_that_one_has(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """A doctor who becomes an admin stays that doctor."""
    member, _ = await accept(clinic, doctor, await link(clinic, admin, Role.ADMIN))
    assert member == replace(doctor, roles=frozenset({Role.DOCTOR, Role.ADMIN}))


async def test_a_receptionist_may_become_a_doctor(clinic: Clinic, admin: Actor, receptionist: Actor) -> None:
    """The other role stays too, and the name is the one that the admin gave."""
    member, _ = await accept(clinic, receptionist, await link(clinic, admin, Role.DOCTOR))
    assert (member.roles, member.name) == (frozenset({Role.DOCTOR, Role.RECEPTIONIST}), "Eva Lund")


@pytest.mark.parametrize("role", list(Role))
async def test_the_same_person_may_open_a_link_twice(
    clinic: Clinic, admin: Actor, commits: Callable[[], int], role: Role
) -> None:
    """A second tap on the link answers as the first and changes nothing."""
    token = await link(clinic, admin, role)
    first = await accept(clinic, NEWCOMER, token)
    assert await accept(clinic, first[0], token) == first
    assert commits() == 2


async def test_a_link_opened_twice_adds_one_doctor(clinic: Clinic, admin: Actor) -> None:
    """The second update may still know the person as a stranger: it was on its way already."""
    token = await link(clinic, admin, Role.DOCTOR)
    first = await accept(clinic, NEWCOMER, token)
    assert await accept(clinic, NEWCOMER, token) == first
    assert len((await roster(clinic, admin)).doctors) == 1


async def test_somebody_elses_used_link_opens_to_nobody(
    clinic: Clinic, admin: Actor, receptionist: Actor, stored: Callable[[int], Actor]
) -> None:
    """A link is for one person, whatever roles the next one has."""
    token = await link(clinic, admin, Role.RECEPTIONIST)
    await accept(clinic, NEWCOMER, token)
    for late in (Actor(51, "Late"), receptionist):
        with pytest.raises(InvitationUsed):
            await accept(clinic, late, token)
    assert stored(21) == receptionist


async def test_an_unknown_token_is_no_link(clinic: Clinic) -> None:
    """What nobody made lets nobody in."""
    with pytest.raises(InvitationUnknown):
        await accept(clinic, NEWCOMER, "made-up")


async def test_a_hash_is_no_token(clinic: Clinic, admin: Actor) -> None:
    """Whoever reads the stored hash cannot open the link with it."""
    _, invitation = await invite(clinic, admin, Role.ADMIN, closing=closing())
    with pytest.raises(InvitationUnknown):
        await accept(clinic, NEWCOMER, invitation.token_hash)


async def test_a_link_opens_until_its_last_second(
    clinic: Clinic, admin: Actor, later: Callable[[timedelta], None]
) -> None:
    """One second before seven days it still lets in."""
    token = await link(clinic, admin, Role.ADMIN)
    later(timedelta(days=7) - SECOND)
    assert (await accept(clinic, NEWCOMER, token))[0].roles == {Role.ADMIN}


async def test_a_link_of_exactly_seven_days_is_too_old(
    clinic: Clinic, admin: Actor, later: Callable[[timedelta], None], commits: Callable[[], int]
) -> None:
    """At the very instant of its end it opens no more."""
    token = await link(clinic, admin, Role.ADMIN)
    later(timedelta(days=7))
    with pytest.raises(InvitationExpired):
        await accept(clinic, NEWCOMER, token)
    assert commits() == 1


async def test_a_used_link_stays_good_for_who_used_it(
    clinic: Clinic, admin: Actor, later: Callable[[timedelta], None]
) -> None:
    """Weeks later the own link still says welcome, not that it expired."""
    token = await link(clinic, admin, Role.ADMIN)
    first = await accept(clinic, NEWCOMER, token)
    later(timedelta(days=30))
    assert await accept(clinic, first[0], token) == first


async def test_a_doctor_goes_on_with_a_new_phone(
    clinic: Clinic, admin: Actor, doctor: Actor, stored: Callable[[int], Actor]
) -> None:
    """The new account is the doctor, and the old one loses the role, which the caller is told."""
    token, _ = await invite_again(clinic, admin, 1, closing=closing())
    member, old_phone = await accept(clinic, NEWCOMER, token)
    assert member == Actor(50, "Ana Müller", frozenset({Role.DOCTOR}), doctor_id=1)
    assert stored(11) == old_phone == replace(doctor, roles=frozenset(), doctor_id=None)


async def test_an_old_phone_keeps_its_other_roles(
    clinic: Clinic, admin: Actor, doctor: Actor, stored: Callable[[int], Actor]
) -> None:
    """A doctor who is an admin too stays one on the old account."""
    await accept(clinic, doctor, await link(clinic, admin, Role.ADMIN))
    token, _ = await invite_again(clinic, admin, 1, closing=closing(2))
    await accept(clinic, NEWCOMER, token)
    assert stored(11).roles == {Role.ADMIN}


async def test_the_old_phone_does_not_come_back_by_the_link_it_used(clinic: Clinic, admin: Actor) -> None:
    """A used link gives the role back to nobody who has lost it."""
    first = await link(clinic, admin, Role.DOCTOR)
    old, _ = await accept(clinic, NEWCOMER, first)
    token, _ = await invite_again(clinic, admin, old.doctor_id or 0, closing=closing(2))
    await accept(clinic, Actor(51, "New phone"), token)
    bare, _ = await identify(clinic, 50, "New", 5, None)
    with pytest.raises(InvitationUsed):
        await accept(clinic, bare, first)


async def test_a_doctor_may_open_the_new_link_on_the_same_phone(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """Invited again and still on the old account, nothing is lost."""
    token, _ = await invite_again(clinic, admin, 1, closing=closing())
    assert await accept(clinic, doctor, token) == (doctor, None)


async def test_nobody_is_two_doctors(
    clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor, stored: Callable[[int], Actor]
) -> None:
    """A doctor's account takes neither a colleague's link nor a new doctor's, and keeps both links unopened."""
    again, _ = await invite_again(clinic, admin, 2, closing=closing(1))
    for token in (again, await link(clinic, admin, Role.DOCTOR, 2)):
        with pytest.raises(AlreadyDoctor) as refused:
            await accept(clinic, doctor, token)
        assert refused.value.doctor_name == "Ana Müller"
    assert (stored(11), stored(12)) == (doctor, other_doctor)
    assert len((await roster(clinic, admin)).pending) == 2


@pytest.mark.parametrize("role", list(Role))
async def test_a_link_does_not_lift_a_suspension(
    clinic: Clinic, admin: Actor, receptionist: Actor, commits: Callable[[], int], role: Role
) -> None:
    """A suspended person gets no other role, and no doctor is added for them."""
    token = await link(clinic, admin, role)
    await suspend(clinic, admin, 21, suspended=True)
    with pytest.raises(AccessSuspended):
        await accept(clinic, replace(receptionist, suspended=True), token)
    assert commits() == 2
    assert (await roster(clinic, admin)).doctors == []


async def test_a_suspension_counts_though_the_update_is_older(
    clinic: Clinic, admin: Actor, receptionist: Actor
) -> None:
    """What is stored when the link is opened decides, not what was known when the message came."""
    token = await link(clinic, admin, Role.ADMIN)
    await suspend(clinic, admin, 21, suspended=True)
    with pytest.raises(AccessSuspended):
        await accept(clinic, receptionist, token)


async def test_the_suspended_are_not_welcomed_by_their_own_link(clinic: Clinic, admin: Actor) -> None:
    """The link that one came in by says that one is suspended."""
    token = await link(clinic, admin, Role.RECEPTIONIST)
    await accept(clinic, NEWCOMER, token)
    suspended = await suspend(clinic, admin, 50, suspended=True)
    with pytest.raises(AccessSuspended):
        await accept(clinic, suspended, token)


async def test_a_suspended_doctor_hears_of_the_suspension_first(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """Before any other reason why the link does not open."""
    token = await link(clinic, admin, Role.DOCTOR)
    suspended = await suspend(clinic, admin, 11, suspended=True)
    with pytest.raises(AccessSuspended):
        await accept(clinic, suspended, token)


async def test_an_admin_of_the_settings_who_becomes_a_doctor_is_stored_as_a_doctor_alone(
    clinic: Clinic, settings_admin: Actor, stored: Callable[[int], Actor]
) -> None:
    """The role that the settings give is never written, for the settings to take away again."""
    member, _ = await accept(clinic, settings_admin, await link(clinic, settings_admin, Role.DOCTOR))
    assert (member.roles, member.fixed) == (frozenset({Role.ADMIN, Role.DOCTOR}), True)
    assert (stored(900).roles, stored(900).fixed) == (frozenset({Role.DOCTOR}), False)


async def test_an_admin_of_the_settings_stays_one_by_a_link_opened_twice(clinic: Clinic, settings_admin: Actor) -> None:
    """The second answer has the settings' role in it, as the first had."""
    token = await link(clinic, settings_admin, Role.DOCTOR)
    first = await accept(clinic, settings_admin, token)
    assert await accept(clinic, settings_admin, token) == first
    assert Role.ADMIN in first[0].roles


async def test_the_settings_outweigh_an_old_suspension(
    clinic: Clinic, admin: Actor, settings_admin: Actor, stored: Callable[[int], Actor]
) -> None:
    """Named in the settings after having been suspended, an admin opens links as one who is not."""
    before = replace(clinic, admin_ids=frozenset())
    await accept(before, Actor(900, "Owner"), await link(clinic, admin, Role.RECEPTIONIST, 1))
    await suspend(before, admin, 900, suspended=True)
    member, _ = await accept(clinic, settings_admin, await link(clinic, admin, Role.DOCTOR, 2))
    assert member.roles == set(Role)
    assert (member.suspended, stored(900).suspended) == (False, True)
