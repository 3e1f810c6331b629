"""What the pump does with broadcasts: begin them, claim and settle deliveries, and say how far they are.

No person asks for these: who may send what was decided when the broadcast was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinic.broadcast import (
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    LEASE,
    Progress,
    PROGRESS_PAUSE,
    Result,
    Undelivered,
)
from clinic.dates import week_span
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.use_cases.broadcasts import address
from clinic.use_cases.schedules import DoctorSchedule, schedule_of

SOON = 1.0
"""Seconds: slots further off are not taken, for a lease would run out before they begin."""
FIRST_UNDELIVERED = 8
"""How many are named of those whom a broadcast did not reach; a page of them has so many."""
TAKEN_BACK = 10_000
"""How many deliveries are taken back at once: people who tap wait for it."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A claimed delivery, what is sent, and to whom; no person where the account is gone."""

    delivery: Delivery
    broadcast: Broadcast
    person: Actor | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed deliveries in the order of their slots; the first of those begins in ``first_in`` seconds."""

    addressed: Sequence[Addressed]
    first_in: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A broadcast whose progress this process is to show now, and to whom; ``last`` is its report."""

    broadcast: Broadcast
    progress: Progress
    undelivered: Sequence[Undelivered]
    person: Actor | None
    last: bool


async def have_work(clinic: Clinic) -> bool:
    """Return whether there is anything to do, at the price of one read."""
    async with clinic.storage.read() as work:
        return await work.broadcasts.have_work(clinic.clock())


async def begin_due(clinic: Clinic) -> bool:
    """Let a scheduled broadcast that is due run: who gets it is settled now. Return whether there was one."""
    async with clinic.storage.write() as work:
        broadcast = await work.broadcasts.begin(clinic.clock())
        if not broadcast:
            return False
        await address(clinic, work, broadcast)
        await work.commit()
        return True


async def claim(clinic: Clinic, most: int, a_second: float) -> Batch:
    """Claim up to ``most`` deliveries and as many slots; nothing where none are due or the slots are far off."""
    now = clinic.clock()
    async with clinic.storage.write() as work:
        claimed = await work.deliveries.claim(most, now, now + LEASE)
        if not claimed:
            return Batch((), SOON)
        first_in = await work.deliveries.reserve(len(claimed), a_second)
        if first_in > SOON:
            return Batch((), SOON)  # left without a commit: nothing is claimed
        first, twice = _one_a_chat(claimed)
        await work.deliveries.settle([Result.put_back(one, now + timedelta(seconds=1)) for one in twice], now)
        await work.commit()
    async with clinic.storage.read() as work:
        people = await work.people.of_ids([one.user_id for one in first])
        broadcasts = await work.broadcasts.of_ids({one.broadcast_id for one in first})
    addressed = [Addressed(one, broadcasts[one.broadcast_id], people.get(one.user_id)) for one in first]
    return Batch(addressed, first_in)


def _one_a_chat(claimed: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """Return the first delivery of each person, and the others."""
    first = {one.user_id: one for one in reversed(claimed)}
    return [one for one in claimed if first[one.user_id] is one], [
        one for one in claimed if first[one.user_id] is not one
    ]


async def settle(clinic: Clinic, results: Sequence[Result]) -> None:
    """Note what became of tries; those that were sent, nearly all, in one statement."""
    at = clinic.clock()
    sent = [one.delivery for one in results if one.state is DeliveryState.SENT]
    others = [one for one in results if one.state is not DeliveryState.SENT]
    if sent:
        await clinic.storage.put_sent(sent, at)
    if others:
        async with clinic.storage.write() as work:
            await work.deliveries.settle(others, at)
            await work.commit()


async def hold(clinic: Clinic, seconds: float) -> None:
    """Let no process send for so long: Telegram has asked for it."""
    async with clinic.storage.write() as work:
        await work.deliveries.hold(seconds)
        await work.commit()


async def claim_progress(clinic: Clinic) -> Shown | None:
    """Return a broadcast whose progress is to be shown now, ended where nothing waits any more; none where none is.

    What was under way when it was cancelled is counted in the report: that waits for as long as a lease.
    """
    now = clinic.clock()
    async with clinic.storage.write() as work:
        broadcast = await work.broadcasts.claim_progress(now, now + PROGRESS_PAUSE)
        if not broadcast:
            return None
        if broadcast.state is BroadcastState.CANCELLED:
            await work.deliveries.cancel(broadcast.broadcast_id, TAKEN_BACK)
        progress = (await work.deliveries.progress([broadcast.broadcast_id]))[broadcast.broadcast_id]
        if broadcast.state is BroadcastState.RUNNING and not progress.waiting:
            broadcast = replace(broadcast, state=BroadcastState.DONE, ended_at=now)
            await work.broadcasts.end(broadcast)
        undelivered = await work.deliveries.undelivered(broadcast.broadcast_id, 0, FIRST_UNDELIVERED)
        person = await work.people.get(broadcast.by_user_id)
        await work.commit()
    return Shown(broadcast, progress, undelivered, person, _is_over(broadcast, progress, now))


def _is_over(broadcast: Broadcast, progress: Progress, now: datetime) -> bool:
    if broadcast.state is BroadcastState.CANCELLED and broadcast.ended_at:
        return not progress.waiting and broadcast.ended_at + LEASE <= now
    return broadcast.state is BroadcastState.DONE


async def keep_progress(clinic: Clinic, shown: Shown, again_in: timedelta = PROGRESS_PAUSE) -> None:
    """Keep in which message the progress stands, and that the report was shown."""
    due = None if shown.last else clinic.clock() + again_in
    async with clinic.storage.write() as work:
        await work.broadcasts.show_progress(shown.broadcast, due)
        await work.commit()


async def week_of(clinic: Clinic, person: Actor, monday: date) -> DoctorSchedule | None:
    """Return the week of whom a message goes to, to be told in it; none of who is no doctor."""
    if person.doctor_id is None:
        return None
    async with clinic.storage.read() as work:
        return await schedule_of(clinic, work, person.doctor_id, week_span(monday))
