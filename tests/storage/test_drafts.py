"""Drafts: compare and swap by revision."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clinic.ports.conversation import Draft
from storage import SqlStorage

Put = Callable[[Draft], Awaitable[bool]]


@pytest.fixture
def draft(now: datetime) -> Draft:
    return Draft(-(10**12), 3, '{"day": "Mon"}', now + timedelta(hours=1))


@pytest.fixture(params=["in a write", "by itself"])
def put(request: pytest.FixtureRequest, storage: SqlStorage) -> Put:
    """The two ways to put a draft, which do the same."""

    async def in_a_write(draft: Draft) -> bool:
        async with storage.write() as work:
            kept = await work.drafts.put(draft)
            await work.commit()
        return kept

    return storage.put_draft if request.param == "by itself" else in_a_write


async def found(storage: SqlStorage, draft: Draft, now: datetime) -> Draft | None:
    async with storage.read() as work:
        return (await work.people.caller(1, draft.chat_id, draft.message_id, now))[1]


async def test_each_write_counts_the_revision(storage: SqlStorage, put: Put, draft: Draft, now: datetime) -> None:
    """The first write makes revision 1, the next one replaces everything and makes 2."""
    assert await put(draft)
    assert await found(storage, draft, now) == replace(draft, revision=1)
    later = replace(draft, body="[]", waits_for_text=True, expires_at=now + timedelta(days=1), revision=1)

    assert await put(later)

    assert await found(storage, draft, now) == replace(later, revision=2)


@pytest.mark.parametrize("revision", [0, 2, 9])
async def test_a_wrong_revision_changes_nothing(
    storage: SqlStorage, put: Put, draft: Draft, now: datetime, revision: int
) -> None:
    """A write that was not made from what is stored is told so."""
    await put(draft)

    assert not await put(replace(draft, body="[]", revision=revision))

    assert await found(storage, draft, now) == replace(draft, revision=1)


async def test_a_draft_that_is_gone_is_not_made_anew(
    storage: SqlStorage, put: Put, draft: Draft, now: datetime
) -> None:
    """A write over a revision of a draft that is not stored is refused."""
    assert not await put(replace(draft, revision=1))

    assert await found(storage, draft, now) is None


async def test_forgetting_expired_drafts(storage: SqlStorage, put: Put, draft: Draft, now: datetime) -> None:
    """Those that have expired are gone, and their message may have a draft again."""
    expired = replace(draft, message_id=4, expires_at=now)
    await put(draft)
    await put(expired)
    async with storage.write() as work:
        await work.drafts.forget_expired(now)
        await work.commit()

    assert await found(storage, draft, now)
    assert not await put(draft)
    assert await put(expired)


@pytest.mark.parametrize("revision", [0, 1])
async def test_one_of_many_at_once_is_kept(
    storage: SqlStorage, put: Put, draft: Draft, now: datetime, revision: int
) -> None:
    """Of fifty taps made from one revision one is kept, and the others hear that they were not."""
    if revision:
        await put(draft)
    taps = [put(replace(draft, body=str(number), revision=revision)) for number in range(50)]

    outcomes = await asyncio.gather(*taps)

    assert outcomes.count(True) == 1
    kept = await found(storage, draft, now)
    assert kept
    assert kept.revision == revision + 1
    assert kept.body == str(outcomes.index(True))
