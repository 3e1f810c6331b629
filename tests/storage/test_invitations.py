"""Links that wait to be opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone, UTC

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from clinic.errors import InvitationUsed
from clinic.people import Actor, Invitation, Role
from storage import SqlStorage

OTHER = ("b", "c", "d", "e")


@pytest.fixture
def made(now: datetime) -> Invitation:
    return Invitation("a" * 64, Role.RECEPTIONIST, 1, now + timedelta(days=7))


async def add(storage: SqlStorage, *invitations: Invitation) -> list[Invitation]:
    async with storage.write() as work:
        kept = [await work.invitations.add(invitation) for invitation in invitations]
        await work.commit()
    return kept


async def test_an_invitation_comes_back_as_it_was_added(storage: SqlStorage, made: Invitation, ada: Actor) -> None:
    """Each of the three kinds is found by its hash and by its id, with the id."""
    new = replace(made, token_hash=OTHER[0], role=Role.DOCTOR, name="Eva", specialization="Surgery")
    again = replace(made, token_hash=OTHER[1], role=Role.DOCTOR, doctor_id=ada.doctor_id)

    kept = await add(storage, made, new, again)

    assert [replace(invitation, invitation_id=0) for invitation in kept] == [made, new, again]
    async with storage.read() as work:
        for invitation in kept:
            assert await work.invitations.find(invitation.token_hash) == invitation
            assert await work.invitations.get(invitation.invitation_id) == invitation


async def test_an_unknown_invitation(storage: SqlStorage) -> None:
    """Neither an unknown hash nor an unknown id is found."""
    async with storage.read() as work:
        assert await work.invitations.find("a") is None
        assert await work.invitations.get(1) is None


async def test_a_token_is_one_invitations(storage: SqlStorage, made: Invitation) -> None:
    """A hash cannot be kept twice."""
    await add(storage, made)

    with pytest.raises(IntegrityError, match="token_hash"):
        await add(storage, made)


async def test_instants_come_back_in_utc(storage: SqlStorage, made: Invitation) -> None:
    """An instant given in another zone is the same instant in UTC."""
    tokyo = timezone(timedelta(hours=9))
    (kept,) = await add(storage, replace(made, expires_at=made.expires_at.astimezone(tokyo)))

    async with storage.read() as work:
        found = await work.invitations.get(kept.invitation_id)
    assert found
    assert found.expires_at == made.expires_at
    assert found.expires_at.tzinfo is UTC


async def test_naive_times_are_refused(storage: SqlStorage, made: Invitation) -> None:
    """A time without a zone is no instant."""
    with pytest.raises(StatementError, match="knows its zone"):
        await add(storage, replace(made, expires_at=made.expires_at.replace(tzinfo=None)))


async def test_pending(storage: SqlStorage, made: Invitation, now: datetime) -> None:
    """Open are those that people made, unused and not expired, the newest first."""
    first, second, used, *_ = await add(
        storage,
        made,
        replace(made, token_hash=OTHER[0]),
        replace(made, token_hash=OTHER[1]),
        replace(made, token_hash=OTHER[2], expires_at=now),
        replace(made, token_hash=OTHER[3], role=Role.ADMIN, created_by=None),
    )
    async with storage.write() as work:
        await work.invitations.use(used.invitation_id, 9, now)
        await work.commit()

    async with storage.read() as work:
        assert list(await work.invitations.pending(now)) == [second, first]


async def test_using(storage: SqlStorage, made: Invitation, now: datetime) -> None:
    """Who opened it is kept, and nobody opens it after."""
    (kept,) = await add(storage, made)
    async with storage.write() as work:
        await work.invitations.use(kept.invitation_id, 9, now)
        await work.commit()

    async with storage.write() as work:
        assert await work.invitations.get(kept.invitation_id) == replace(kept, used_by=9)
        with pytest.raises(InvitationUsed):
            await work.invitations.use(kept.invitation_id, 10, now)


async def test_withdrawing(storage: SqlStorage, made: Invitation, now: datetime) -> None:
    """An unopened link is gone, twice withdrawn or not; an opened one stays known."""
    unopened, opened = await add(storage, made, replace(made, token_hash=OTHER[0]))
    async with storage.write() as work:
        await work.invitations.use(opened.invitation_id, 9, now)
        for invitation in (unopened, unopened, opened):
            await work.invitations.withdraw(invitation.invitation_id)
        await work.commit()

    async with storage.read() as work:
        assert await work.invitations.get(unopened.invitation_id) is None
        assert await work.invitations.get(opened.invitation_id)


async def test_withdrawing_claims(storage: SqlStorage, made: Invitation, now: datetime) -> None:
    """Unused claims are forgotten; used ones and what people made stay."""
    claim = replace(made, role=Role.ADMIN, created_by=None)
    person, unused, used = await add(
        storage, made, replace(claim, token_hash=OTHER[0]), replace(claim, token_hash=OTHER[1])
    )
    async with storage.write() as work:
        await work.invitations.use(used.invitation_id, 9, now)
        await work.invitations.withdraw_claims()
        await work.commit()

    async with storage.read() as work:
        assert await work.invitations.get(unused.invitation_id) is None
        assert await work.invitations.get(person.invitation_id)
        assert await work.invitations.get(used.invitation_id)


async def test_no_id_comes_twice(storage: SqlStorage, made: Invitation) -> None:
    """The button of a withdrawn invitation cannot withdraw the next one."""
    (gone,) = await add(storage, made)
    async with storage.write() as work:
        await work.invitations.withdraw(gone.invitation_id)
        await work.commit()

    (following,) = await add(storage, made)

    assert following.invitation_id > gone.invitation_id
