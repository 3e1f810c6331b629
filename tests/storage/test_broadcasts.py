"""Broadcasts on a real database: whom they reach, who claims what, and at which rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clinic.broadcast import (
    Audience,
    AudienceKind,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    Progress,
    Result,
)
from clinic.people import Actor, Role
from storage import SqlStorage

SECOND = timedelta(seconds=1)
LEASE = 7 * SECOND
EVERYONE = Audience(AudienceKind.EVERYONE)
RECEPTIONIST, ADMIN = frozenset({Role.RECEPTIONIST}), frozenset({Role.ADMIN})


@pytest.fixture
async def people(storage: SqlStorage, ada: Actor) -> None:
    """Ada, a doctor, three receptionists, one suspended, one who has blocked the bot, an admin, one of no role."""
    async with storage.write() as work:
        for person in (
            Actor(21, "Rosa", RECEPTIONIST),
            Actor(22, "Rob", RECEPTIONIST, blocked=True),
            Actor(23, "Ron", RECEPTIONIST, suspended=True),
            Actor(31, "Zoe", ADMIN),
            Actor(33, "Olga"),
        ):
            await work.people.put(person)
        await work.commit()


@pytest.fixture
async def running(storage: SqlStorage, people: None, now: datetime) -> Broadcast:
    """A broadcast to everyone that has just begun."""
    return await begun(storage, now)


async def begun(storage: SqlStorage, now: datetime) -> Broadcast:
    new = Broadcast("{}", EVERYONE, now, 31, "Zoe", BroadcastState.RUNNING, 31, 1, now)
    async with storage.write() as work:
        broadcast = await work.broadcasts.add(new)
        await work.deliveries.address(broadcast.broadcast_id, EVERYONE, now)
        await work.commit()
    return broadcast


async def claimed(storage: SqlStorage, now: datetime, most: int = 10) -> list[Delivery]:
    async with storage.write() as work:
        found = await work.deliveries.claim(most, now, now + LEASE)
        await work.commit()
    return list(found)


async def settled(storage: SqlStorage, at: datetime, *results: Result) -> None:
    async with storage.write() as work:
        await work.deliveries.settle(results, at)
        await work.commit()


async def progress(storage: SqlStorage, broadcast: Broadcast) -> Progress:
    async with storage.read() as work:
        return (await work.deliveries.progress([broadcast.broadcast_id]))[broadcast.broadcast_id]


@pytest.mark.parametrize(
    ("audience", "names", "blocked"),
    [
        (Audience(AudienceKind.DOCTORS), ("Ada",), 0),
        (Audience(AudienceKind.RECEPTIONISTS), ("Rosa",), 1),
        (EVERYONE, ("Ada", "Rosa", "Zoe"), 1),
        (replace(EVERYONE, user_ids=(33,)), ("Ada", "Olga", "Rosa", "Zoe"), 1),
        (Audience(AudienceKind.PICKED, user_ids=(22, 23, 31)), ("Zoe",), 1),
    ],
)
async def test_an_audience_is_whom_it_names(
    storage: SqlStorage, people: None, audience: Audience, names: tuple[str, ...], blocked: int
) -> None:
    """The suspended are in none, those who have blocked the bot are counted apart, and the first three are named."""
    async with storage.read() as work:
        reach = await work.broadcasts.reach(audience)
    assert (reach.count, reach.first_names, reach.blocked) == (len(names), names[:3], blocked)


async def test_everybody_gets_one(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """Addressed twice, nobody has two deliveries, and who cannot be reached has none."""
    async with storage.write() as work:
        await work.deliveries.address(running.broadcast_id, EVERYONE, now)
        await work.commit()
    assert await progress(storage, running) == Progress(waiting=3)


async def test_a_claim_is_one_processs(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """What one has claimed nobody else finds before the lease ends; then somebody does."""
    first = await claimed(storage, now, 2)
    assert len(await claimed(storage, now)) == 1
    assert await claimed(storage, now + LEASE - SECOND) == []
    again = await claimed(storage, now + LEASE + SECOND)
    assert {one.delivery_id for one in first} <= {one.delivery_id for one in again}


async def test_what_is_settled_is_not_claimed(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """Sent, blocked or failed, it never comes again."""
    one, two, three = await claimed(storage, now)
    await storage.put_sent([one], now)
    await settled(storage, now, Result.blocked(two), Result.failed(three, "chat not found"))
    assert await claimed(storage, now + 2 * LEASE) == []
    assert await progress(storage, running) == Progress(sent=1, blocked=1, failed=1)


async def test_a_blocked_person_is_marked(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """And unmarked where they are written to again."""
    delivery, *_ = await claimed(storage, now)
    await settled(storage, now, Result.blocked(delivery))
    async with storage.write() as work:
        marked = await work.people.get(delivery.user_id)
        await work.people.seen(delivery.user_id, None)
        unmarked = await work.people.get(delivery.user_id)
    assert marked
    assert unmarked
    assert (marked.blocked, unmarked.blocked) == (True, False)


async def test_another_try_has_its_time(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """What may yet arrive is claimed again when it is due, with its tries counted."""
    delivery, *others = await claimed(storage, now)
    await storage.put_sent(others, now)
    await settled(storage, now, Result.again(delivery, "Bad Gateway", now + 3 * SECOND))
    assert await claimed(storage, now + 3 * SECOND) == []
    (again,) = await claimed(storage, now + 4 * SECOND)
    assert (again.delivery_id, again.tries) == (delivery.delivery_id, 1)


async def test_a_chat_gets_one_a_second(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """A second broadcast passes over those who have one of the first on its way, or have just got one."""
    first = await claimed(storage, now)
    await begun(storage, now)
    assert await claimed(storage, now) == []
    await storage.put_sent(first, now)
    assert await claimed(storage, now + SECOND / 2) == []
    assert len(await claimed(storage, now + SECOND)) == 3


async def test_what_was_cancelled_is_not_claimed(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """From the moment on, and what was under way is still counted when it has arrived."""
    (delivery,) = await claimed(storage, now, 1)
    async with storage.write() as work:
        ended = Broadcast("{}", EVERYONE, now, 31, "Zoe", BroadcastState.CANCELLED, ended_at=now, broadcast_id=1)
        assert await work.broadcasts.end(ended)
        assert not await work.broadcasts.end(ended)
        await work.commit()
    assert await claimed(storage, now) == []
    async with storage.write() as work:
        await work.deliveries.cancel(running.broadcast_id, 10)
        await work.commit()
    assert await progress(storage, running) == Progress(cancelled=3)
    await storage.put_sent([delivery], now)
    assert await progress(storage, running) == Progress(sent=1, cancelled=2)


async def test_what_failed_waits_again(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """A retry leaves out what arrived, and who has still blocked the bot."""
    one, two, three = await claimed(storage, now)
    await settled(storage, now, Result.sent(one), Result.blocked(two), Result.failed(three, "no"))
    async with storage.write() as work:
        assert await work.deliveries.retry(running.broadcast_id, now) == 1
        await work.commit()
    again = await claimed(storage, now + 2 * SECOND)
    assert [each.delivery_id for each in again] == [three.delivery_id]


async def test_the_gate_gives_slots_in_order(storage: SqlStorage) -> None:
    """Ten slots at ten a second: the next ones are to be had a second later, and later still after a hold."""
    async with storage.write() as work:
        assert await work.deliveries.reserve(10, 10) == 0
        assert await work.deliveries.reserve(10, 10) == pytest.approx(1, abs=0.5)
        assert await work.deliveries.reserve(1, 10) == pytest.approx(2, abs=0.5)
        await work.deliveries.hold(30)
        assert await work.deliveries.reserve(1, 10) == pytest.approx(30, abs=0.5)


async def test_a_scheduled_one_begins_once(storage: SqlStorage, people: None, now: datetime) -> None:
    """Not before it is due; whoever comes first has begun it."""
    async with storage.write() as work:
        await work.broadcasts.add(Broadcast("{}", EVERYONE, now, 31, "Zoe", chat_id=31))
        assert not await work.broadcasts.have_work(now - SECOND)
        assert await work.broadcasts.begin(now - SECOND) is None
        assert await work.broadcasts.have_work(now)
        begun = await work.broadcasts.begin(now)
        assert await work.broadcasts.begin(now) is None
    assert begun
    assert (begun.state, begun.begun_at) == (BroadcastState.RUNNING, now)


async def test_progress_is_one_processs(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """One shows it at a time; once the report was shown, nobody does."""
    async with storage.write() as work:
        shown = await work.broadcasts.claim_progress(now, now + SECOND)
        assert shown == running
        assert await work.broadcasts.claim_progress(now, now + SECOND) is None
        assert await work.broadcasts.claim_progress(now + SECOND, now + 2 * SECOND) == running
        await work.broadcasts.show_progress(running, None)
        assert await work.broadcasts.claim_progress(now + LEASE, now + LEASE) is None


async def test_coming_ones_come_first(storage: SqlStorage, people: None, now: datetime) -> None:
    """The next on top, then what has begun, the newest first."""
    async with storage.write() as work:
        for hours in (5, 3):
            due = now + timedelta(hours=hours)
            await work.broadcasts.add(Broadcast("{}", EVERYONE, due, 31, "Zoe"))
        for _ in range(2):
            await work.broadcasts.add(Broadcast("{}", EVERYONE, now, 31, "Zoe", BroadcastState.RUNNING, begun_at=now))
        assert [one.broadcast_id for one in await work.broadcasts.page(0, 9)] == [2, 1, 4, 3]
        assert [one.broadcast_id for one in await work.broadcasts.page(1, 2)] == [1, 4]


async def test_who_did_not_get_it_is_named(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """With the reason, a page at a time."""
    one, two, three = await claimed(storage, now)
    await settled(storage, now, Result.failed(one, "chat not found"), Result.blocked(two), Result.sent(three))
    async with storage.read() as work:
        found = await work.deliveries.undelivered(running.broadcast_id, 0, 10)
        rest = await work.deliveries.undelivered(running.broadcast_id, 1, 10)
    states = [(each.state, each.reason) for each in found]
    assert states == [(DeliveryState.BLOCKED, ""), (DeliveryState.FAILED, "chat not found")]
    assert rest == found[1:]


async def test_the_totals_are_of_all_broadcasts(storage: SqlStorage, running: Broadcast, now: datetime) -> None:
    """How many copies are in each state, for whoever watches over the queue."""
    (first, *_) = await claimed(storage, now)
    async with storage.write() as work:
        await work.deliveries.settle([Result.sent(first)], now)
        await work.commit()
    await begun(storage, now)
    async with storage.read() as work:
        assert await work.deliveries.totals() == {DeliveryState.SENT: 1, DeliveryState.WAITING: 5}
