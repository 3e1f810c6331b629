"""Invite, withdraw, claim: the making of links."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, UTC
from zoneinfo import ZoneInfo

import pytest

from clinic.errors import BadName, DraftHasMoved, InvitationUnknown, InvitationUsed, NotAllowed, UnknownDoctor
from clinic.people import Actor, hash_token, Invitation, Role
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.people import accept, claim, invite, invite_again, roster, withdraw

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEWCOMER = Actor(50, "New")


def closing(message_id: int = 1) -> Draft:
    return Draft(5, message_id, "{}", NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("role", "name", "specialization", "kept"),
    [
        pytest.param(Role.DOCTOR, " Eva  Lund", "GP ", ("Eva Lund", "GP"), id="doctor"),
        pytest.param(Role.RECEPTIONIST, "", "", (None, None), id="receptionist"),
        pytest.param(Role.ADMIN, "Eva", "GP", (None, None), id="admin, whose name is not asked for"),
    ],
)
async def test_an_invitation_carries_what_was_said(
    clinic: Clinic, admin: Actor, role: Role, name: str, specialization: str, kept: tuple[str | None, str | None]
) -> None:
    """A doctor is invited by name, others by role alone; the link lives seven days."""
    token, invitation = await invite(clinic, admin, role, name, specialization, closing=closing())
    expected = Invitation(hash_token(token), role, admin.user_id, NOW + timedelta(days=7), *kept)
    assert replace(invitation, invitation_id=0) == expected


async def test_an_invitation_is_one_commit_with_its_draft(
    clinic: Clinic, admin: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """The link and the closed draft are kept together."""
    await invite(clinic, admin, Role.ADMIN, closing=closing())
    assert (commits(), kept_draft(5, 1)) == (1, replace(closing(), revision=1))


async def test_a_token_is_never_stored_in_clear(
    clinic: Clinic, admin: Actor, doctor: Actor, everything_kept: Callable[[], str]
) -> None:
    """Of a link only the hash is kept, whoever made it and however."""
    first, _ = await invite(clinic, admin, Role.ADMIN, closing=closing(1))
    second, _ = await invite_again(clinic, admin, 1, closing=closing(2))
    kept = everything_kept()
    assert [(token in kept, hash_token(token) in kept) for token in (first, second)] == [(False, True)] * 2


async def test_a_claim_is_never_stored_in_clear(clinic: Clinic, everything_kept: Callable[[], str]) -> None:
    """The first admin's link is a link like any other."""
    token = await claim(replace(clinic, admin_ids=frozenset()))
    assert token is not None
    assert token not in everything_kept()
    assert hash_token(token) in everything_kept()


@pytest.mark.parametrize(
    ("name", "specialization"), [("", "GP"), ("Eva", ""), ("Eva", " "), ("x" * 65, "GP"), ("Eva", "x" * 65)]
)
async def test_a_doctor_is_not_invited_without_a_name(
    clinic: Clinic, admin: Actor, commits: Callable[[], int], name: str, specialization: str
) -> None:
    """A doctor has a name and a specialization, or no link is made."""
    with pytest.raises(BadName):
        await invite(clinic, admin, Role.DOCTOR, name, specialization, closing=closing())
    assert commits() == 0


async def test_one_draft_makes_one_invitation(clinic: Clinic, admin: Actor) -> None:
    """Of two quick taps on the same message one makes a link."""
    both = [invite(clinic, admin, Role.ADMIN, closing=closing()) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [type(result) for result in results] == [tuple, DraftHasMoved]
    assert len((await roster(clinic, admin)).pending) == 1


async def test_one_draft_invites_again_once(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """A doctor's second link comes from a second message."""
    await invite_again(clinic, admin, 1, closing=closing())
    with pytest.raises(DraftHasMoved):
        await invite_again(clinic, admin, 1, closing=closing())


async def test_inviting_again_names_the_doctor_and_commits_once(
    clinic: Clinic, admin: Actor, doctor: Actor, commits: Callable[[], int]
) -> None:
    """The link is for that doctor, not for a new one of the same name."""
    _, invitation = await invite_again(clinic, admin, 1, closing=closing())
    assert (invitation.role, invitation.doctor_id, invitation.name) == (Role.DOCTOR, 1, None)
    assert commits() == 1


async def test_an_unknown_doctor_is_not_invited_again(
    clinic: Clinic, admin: Actor, kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """There is no such doctor, and the draft stays open."""
    with pytest.raises(UnknownDoctor):
        await invite_again(clinic, admin, 99, closing=closing())
    assert kept_draft(5, 1) is None


ADMINS_ALONE: dict[str, Callable[[Clinic, Actor], Awaitable[object]]] = {
    "invite": lambda clinic, actor: invite(clinic, actor, Role.ADMIN, closing=closing()),
    "invite again": lambda clinic, actor: invite_again(clinic, actor, 1, closing=closing()),
    "withdraw": lambda clinic, actor: withdraw(clinic, actor, 1),
    "roster": roster,
}


@pytest.mark.parametrize("ask", ADMINS_ALONE)
async def test_only_admins_make_links(
    clinic: Clinic, doctor: Actor, receptionist: Actor, commits: Callable[[], int], ask: str
) -> None:
    """Neither a doctor nor a receptionist invites, withdraws or sees who is here."""
    for actor in (doctor, receptionist):
        with pytest.raises(NotAllowed):
            await ADMINS_ALONE[ask](clinic, actor)
    assert commits() == 0


async def test_a_withdrawn_link_is_worthless(clinic: Clinic, admin: Actor) -> None:
    """Nobody gets in by it any more."""
    token, invitation = await invite(clinic, admin, Role.ADMIN, closing=closing())
    await withdraw(clinic, admin, invitation.invitation_id)
    with pytest.raises(InvitationUnknown):
        await accept(clinic, NEWCOMER, token)


async def test_withdrawing_twice_is_done_once(clinic: Clinic, admin: Actor) -> None:
    """A second tap on Withdraw is no error, and other links stay."""
    _, first = await invite(clinic, admin, Role.ADMIN, closing=closing(1))
    _, second = await invite(clinic, admin, Role.ADMIN, closing=closing(2))
    for _ in range(2):
        await withdraw(clinic, admin, first.invitation_id)
    assert (await roster(clinic, admin)).pending == [second]


async def test_a_used_link_is_not_withdrawn(clinic: Clinic, admin: Actor, commits: Callable[[], int]) -> None:
    """Whoever has come in is named instead, and nothing changes."""
    token, invitation = await invite(clinic, admin, Role.ADMIN, closing=closing())
    member, _ = await accept(clinic, NEWCOMER, token)
    before = commits()
    assert await withdraw(clinic, admin, invitation.invitation_id) == member
    assert commits() == before


async def test_withdrawing_commits_once(clinic: Clinic, admin: Actor, commits: Callable[[], int]) -> None:
    """One tap, one transaction."""
    _, invitation = await invite(clinic, admin, Role.ADMIN, closing=closing())
    await withdraw(clinic, admin, invitation.invitation_id)
    assert commits() == 2


@pytest.fixture
def unclaimed(clinic: Clinic) -> Clinic:
    """A clinic whose settings name no admin."""
    return replace(clinic, admin_ids=frozenset(), zone=ZoneInfo("UTC"))


async def test_the_first_admin_claims_the_clinic(unclaimed: Clinic, commits: Callable[[], int]) -> None:
    """Where there is no admin, the command line's link makes one."""
    token = await claim(unclaimed)
    assert commits() == 1
    assert token is not None
    member, _ = await accept(unclaimed, NEWCOMER, token)
    assert member.roles == {Role.ADMIN}


async def test_a_claim_makes_the_one_before_worthless(unclaimed: Clinic) -> None:
    """Started twice, only the last link counts."""
    first, second = await claim(unclaimed), await claim(unclaimed)
    assert first
    assert second
    with pytest.raises(InvitationUnknown):
        await accept(unclaimed, NEWCOMER, first)
    assert (await accept(unclaimed, NEWCOMER, second))[0].roles == {Role.ADMIN}


async def test_a_claimed_clinic_is_not_claimed_again(unclaimed: Clinic) -> None:
    """With an admin there is no link, and the one that was used opens to nobody else."""
    token = await claim(unclaimed)
    assert token
    await accept(unclaimed, NEWCOMER, token)
    assert await claim(unclaimed) is None
    with pytest.raises(InvitationUsed):
        await accept(unclaimed, Actor(51, "Late"), token)


async def test_an_admin_of_the_settings_leaves_nothing_to_claim(unclaimed: Clinic, clinic: Clinic) -> None:
    """Once the settings name an admin, a claim that still waits is withdrawn."""
    token = await claim(unclaimed)
    assert token
    assert await claim(clinic) is None
    with pytest.raises(InvitationUnknown):
        await accept(clinic, NEWCOMER, token)


async def test_a_claim_does_not_withdraw_what_people_made(clinic: Clinic, admin: Actor) -> None:
    """A restart leaves the invitations of admins alone, and shows no claim among them."""
    _, invitation = await invite(clinic, admin, Role.RECEPTIONIST, closing=closing())
    await claim(clinic)
    assert (await roster(clinic, admin)).pending == [invitation]
