"""What a person has picked so far is kept by revision, by those who may save it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, UTC

import pytest

from clinic.errors import AccessSuspended, DraftHasMoved, NotAllowed, NotInvited
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.drafts import keep_invitation_draft, keep_week_draft

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAT = 5
Keep = Callable[[Draft], Awaitable[None]]


def draft(message_id: int = 1, revision: int = 0, body: str = "{}") -> Draft:
    return Draft(CHAT, message_id, body, NOW + timedelta(days=1), revision=revision)


@pytest.fixture(params=["week", "invitation"])
def keep(request: pytest.FixtureRequest, clinic: Clinic, doctor: Actor, admin: Actor) -> Keep:
    """Keep a draft as whoever may: a doctor one of the own week, an admin one of an invitation."""
    if request.param == "week":
        return lambda made: keep_week_draft(clinic, doctor, made, 1)
    return lambda made: keep_invitation_draft(clinic, admin, made)


async def test_a_draft_is_kept_in_one_commit(
    keep: Keep, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """What was picked is kept as the next revision."""
    await keep(draft(body="one"))
    assert (commits(), kept_draft(CHAT, 1)) == (1, draft(revision=1, body="one"))


async def test_a_draft_goes_on_from_what_is_kept(keep: Keep, kept_draft: Callable[[int, int], Draft | None]) -> None:
    """The revision that is stored may be written over, and is counted on."""
    await keep(draft(body="one"))
    await keep(draft(revision=1, body="two"))
    assert kept_draft(CHAT, 1) == draft(revision=2, body="two")


@pytest.mark.parametrize("revision", [0, 2])
async def test_a_draft_of_another_revision_is_refused(
    keep: Keep, kept_draft: Callable[[int, int], Draft | None], revision: int
) -> None:
    """What another tap left is not written over."""
    await keep(draft(body="one"))
    with pytest.raises(DraftHasMoved):
        await keep(draft(revision=revision, body="two"))
    assert kept_draft(CHAT, 1) == draft(revision=1, body="one")


@pytest.mark.parametrize(
    ("days", "swept"), [pytest.param(2, True, id="expired"), pytest.param(0, False, id="still alive")]
)
async def test_a_new_draft_sweeps_the_expired_ones_out(
    keep: Keep,
    later: Callable[[timedelta], None],
    kept_draft: Callable[[int, int], Draft | None],
    days: int,
    *,
    swept: bool,
) -> None:
    """Drafts that nobody came back to go when another is begun, and only these."""
    await keep(draft(1))
    later(timedelta(days=days))
    await keep(draft(2))
    assert (kept_draft(CHAT, 1) is None) is swept


async def test_nobody_keeps_a_draft_of_a_colleagues_week(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """A draft of a week is its doctor's, an admin included among the refused."""
    for actor in (other_doctor, admin):
        with pytest.raises(NotAllowed):
            await keep_week_draft(clinic, actor, draft(), 1)
    assert commits() == 0


async def test_only_admins_keep_a_draft_of_an_invitation(
    clinic: Clinic, doctor: Actor, receptionist: Actor, commits: Callable[[], int]
) -> None:
    """Whoever may not invite has no invitation kept either."""
    for actor in (doctor, receptionist):
        with pytest.raises(NotAllowed):
            await keep_invitation_draft(clinic, actor, draft())
    assert commits() == 0


async def test_strangers_keep_no_draft(clinic: Clinic, commits: Callable[[], int]) -> None:
    """Whoever has no role has nothing kept."""
    with pytest.raises(NotInvited):
        await keep_week_draft(clinic, Actor(1), draft(), 1)
    with pytest.raises(NotInvited):
        await keep_invitation_draft(clinic, Actor(1), draft())
    assert commits() == 0


async def test_the_suspended_keep_no_draft(
    clinic: Clinic, doctor: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """Nor has whoever is suspended."""
    with pytest.raises(AccessSuspended):
        await keep_week_draft(clinic, replace(doctor, suspended=True), draft(), 1)
    with pytest.raises(AccessSuspended):
        await keep_invitation_draft(clinic, replace(admin, suspended=True), draft())
    assert commits() == 0
