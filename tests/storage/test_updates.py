"""Which updates were handled: claimed by one at a time, in one statement, and by nobody once it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, text

from clinic.errors import StorageBusy
from clinic.ports.conversation import UpdateClaim
from storage import open_storage, SqlStorage
from storage.database import Database
from storage.tables import DraftRow

LEASE = timedelta(seconds=10)
MICROSECOND = timedelta(microseconds=1)


async def claim(storage: SqlStorage, now: datetime, update_id: int = 7, person_id: int | None = None) -> bool:
    return await storage.claim_update(update_id, person_id, now + LEASE)


async def test_claims_and_ends_that_wait_together_are_a_statement_each(
    storage: SqlStorage, now: datetime, statements: list[str]
) -> None:
    """That is all that a webhook adds to a tap, or to a hundred at once."""
    assert await claim(storage, now, 2**62, 2**52)
    await storage.finish_update(2**62)
    assert all(await asyncio.gather(*(claim(storage, now, number, number) for number in range(1, 101))))
    assert len(statements) == 3


async def test_an_end_is_written_though_nothing_is_claimed(storage: SqlStorage, url: str, now: datetime) -> None:
    """Another process hears of it a moment later, or when this one closes."""
    await claim(storage, now, 7, 11)
    await storage.finish_update(7)
    other = await open_storage(url)
    async with asyncio.timeout(10):
        while not await claim(other, now, 8, 11):
            pass
    await other.finish_update(8)
    await other.close()
    assert await claim(storage, now, 9, 11)


async def test_an_update_that_comes_twice_at_once_is_claimed_once(storage: SqlStorage, now: datetime) -> None:
    """Though both wait for one statement."""
    assert tuple(await asyncio.gather(claim(storage, now), claim(storage, now))) == (True, False)


async def test_what_is_not_written_is_refused_and_its_ends_are_kept(
    storage: SqlStorage, url: str, now: datetime, engine: str
) -> None:
    """Who claims while the table is another's is told so; ends that were not written go with the next claims."""
    impatient = SqlStorage(Database(url, patience=0.05))
    assert await claim(impatient, now, 7, 11)
    async with storage.write() as work:
        if engine == "postgresql":
            await work._transaction._connection.execute(text("LOCK TABLE updates"))
        await impatient.finish_update(7)
        with pytest.raises(StorageBusy):
            await claim(impatient, now, 8, 11)
    assert await claim(impatient, now, 8, 11)
    await impatient.close()


async def test_nothing_else_is_left_unflushed(storage: SqlStorage, now: datetime, engine: str) -> None:
    """After a claim, on the same connection, a write is flushed as it was before."""
    durable = {"sqlite": "PRAGMA synchronous = FULL", "postgresql": "SET synchronous_commit = on"}[engine]
    show = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}[engine]
    async with storage._database.reading() as connection:
        await connection.execute(text(durable))
    assert await claim(storage, now)
    async with storage._database.writing() as connection:
        await connection.execute(delete(DraftRow))
        assert (await connection.execute(text(show))).scalar_one() in {2, "on"}


async def test_a_claim_waits_for_no_disk(
    storage: SqlStorage, now: datetime, on_hop: list[Callable[[], object]]
) -> None:
    """On SQLite it is kept where it stands: not a trip to the connection's thread, where flushes are waited for."""
    trips: list[None] = []
    on_hop.append(lambda: trips.append(None))
    assert await claim(storage, now)
    assert not trips


async def test_what_is_claimed_or_handled_is_not_claimed_again(storage: SqlStorage, now: datetime) -> None:
    """Whatever its claim's time; another one is free."""
    assert await claim(storage, now)
    assert not await claim(storage, now + 2 * LEASE)
    await storage.finish_update(7)
    assert not await claim(storage, now + 2 * LEASE)
    assert await claim(storage, now, 8)


async def test_of_a_persons_one_is_claimed_at_a_time(storage: SqlStorage, now: datetime) -> None:
    """Until it is handled; nobody's updates do not stand in each other's way."""
    assert await claim(storage, now, 7, 11)
    assert not await claim(storage, now, 8, 11)
    assert await claim(storage, now, 9, 12)
    assert [await claim(storage, now, number) for number in (1, 2)] == [True, True]
    await storage.finish_update(7)
    assert await claim(storage, now, 8, 11)


async def test_what_stands_in_the_way_is_told(storage: SqlStorage, now: datetime) -> None:
    """The update itself, handled or not, and those of its person that are not handled."""
    await claim(storage, now, 6, 11)
    await storage.finish_update(6)
    await claim(storage, now, 7, 11)
    await claim(storage, now, 8, 12)
    until = now + LEASE
    async with storage.read() as work:
        assert await work.updates.claims(9, 11) == [UpdateClaim(7, until, handled=False)]
        assert await work.updates.claims(6, 12) == [
            UpdateClaim(6, until, handled=True),
            UpdateClaim(8, until, handled=False),
        ]
        assert await work.updates.claims(9, None) == []


async def test_a_claim_is_released_from_its_time_on(storage: SqlStorage, now: datetime) -> None:
    """Not a microsecond earlier, no other person's, and nothing that was handled."""
    await claim(storage, now, 6, 11)
    await storage.finish_update(6)
    await claim(storage, now, 7, 11)
    await claim(storage, now, 8, 12)
    for moment, left in ((now + LEASE - MICROSECOND, [6, 7, 8]), (now + LEASE, [6, 8])):
        async with storage.write() as work:
            await work.updates.release(9, 11, moment)
            await work.commit()
        async with storage.read() as work:
            assert [one for one in (6, 7, 8) if await work.updates.claims(one, None)] == left


async def test_old_ones_are_forgotten(storage: SqlStorage, now: datetime) -> None:
    """Those whose claim ended before an instant, handled or not, and no others."""
    for number, moment in ((7, now), (8, now), (9, now + MICROSECOND)):
        await claim(storage, moment, number)
    await storage.finish_update(7)
    async with storage.write() as work:
        await work.updates.forget(now + LEASE + MICROSECOND)
        await work.commit()
    assert [await claim(storage, now, number) for number in (7, 8, 9)] == [True, True, False]


async def test_of_many_that_claim_at_once_one_gets_it(storage: SqlStorage, url: str, now: datetime) -> None:
    """Of two hundred updates that come to three processes' storages at once, each goes to one of them."""
    others = [await open_storage(url) for _ in range(2)]
    claims = [claim(each, now, number) for number in range(200) for each in (storage, *others)]
    won = await asyncio.gather(*claims)
    for other in others:
        await other.close()
    assert [sum(won[3 * number : 3 * number + 3]) for number in range(200)] == [1] * 200
