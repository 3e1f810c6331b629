"""Admins write to many: whom it would reach, send it now or later, stop it, and see what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinic import policy
from clinic.broadcast import Audience, AudienceKind, Broadcast, BroadcastState, Progress, Reach, Undelivered
from clinic.calendar import today
from clinic.dates import week_span
from clinic.errors import BroadcastIsPast, NobodyToReach, UnknownBroadcast
from clinic.people import Actor, Doctor, Role
from clinic.plan import ONE_WEEK
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.search import folded
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.schedules import everybodys_schedules
from clinic.week import monday_of

LONGEST_DELAY = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Report:
    """A broadcast, how far it is, and whom it did not reach, a page of them."""

    broadcast: Broadcast
    progress: Progress
    undelivered: Sequence[Undelivered]


def coming_monday(clinic: Clinic) -> date:
    """Return the Monday with which the clinic's next week begins."""
    return monday_of(today(clinic.clock(), clinic.zone)) + ONE_WEEK


async def survey(clinic: Clinic, actor: Actor, audiences: Sequence[Audience]) -> list[Reach]:
    """Return whom each audience would reach at this moment.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.read() as work:
        return [await _reach(clinic, work, audience) for audience in audiences]


async def _reach(clinic: Clinic, work: UnitOfWork, audience: Audience) -> Reach:
    found = await work.broadcasts.reach(await told(clinic, work, audience, coming_monday(clinic)))
    return replace(found, audience=audience, unopened=await _unopened(clinic, work, audience))


async def _unopened(clinic: Clinic, work: UnitOfWork, audience: Audience) -> int:
    """Return how many of an audience have been invited and have not opened the bot."""
    roles: dict[AudienceKind, set[Role]] = {
        AudienceKind.DOCTORS: {Role.DOCTOR},
        AudienceKind.SPECIALIZATION: {Role.DOCTOR},
        AudienceKind.RECEPTIONISTS: {Role.RECEPTIONIST},
        AudienceKind.EVERYONE: set(Role),
    }
    awaited = [one for one in await work.invitations.pending(clinic.clock()) if one.doctor_id is None]
    theirs = [one for one in awaited if one.role in roles.get(audience.kind, set())]
    if audience.specialization:
        theirs = [one for one in theirs if folded(one.specialization or "") == folded(audience.specialization)]
    return len(theirs)


async def told(clinic: Clinic, work: UnitOfWork, audience: Audience, monday: date) -> Audience:
    """Return an audience as the storage can tell it: what only the rules know of a week becomes a list of people."""
    match audience.kind:
        case AudienceKind.SPECIALIZATION:
            skill = folded(audience.specialization)
            doctors = [one for one in await work.doctors.everybody() if folded(one.specialization) == skill]
        case AudienceKind.NO_HOURS:
            week = week_span(monday)
            everybody = await everybodys_schedules(clinic, work, week)
            doctors = [one.doctor for one in everybody if not any(True for _ in one.schedule.slots(week))]
        case AudienceKind.UNCONFIRMED:
            doctors = await unanswered(clinic, work, monday)
        case AudienceKind.EVERYONE:
            return replace(audience, user_ids=tuple(sorted(clinic.admin_ids)))
        case _:
            return audience
    accounts = tuple(doctor.user_id for doctor in doctors if doctor.user_id is not None)
    return Audience(AudienceKind.PICKED, user_ids=accounts)


async def unanswered(clinic: Clinic, work: UnitOfWork, monday: date) -> list[Doctor]:
    """Return the doctors who have given no answer for a week, by name."""
    everybody = await everybodys_schedules(clinic, work, week_span(monday))
    return [one.doctor for one in everybody if not one.schedule.rules.confirmation(monday)]


async def address(clinic: Clinic, work: UnitOfWork, broadcast: Broadcast) -> None:
    """Write the deliveries of a broadcast that begins, inside the change that lets it begin."""
    audience = await told(clinic, work, broadcast.audience, coming_monday(clinic))
    await work.deliveries.address(broadcast.broadcast_id, audience, clinic.clock())


async def send(
    clinic: Clinic, actor: Actor, body: str, audience: Audience, *, due: datetime | None, closing: Draft
) -> Broadcast:
    """Send a broadcast now, or keep it until ``due`` (aware).

    The progress of what is sent now is shown in the message of the draft, else in a new one when it begins.

    The draft that asked for it is closed in the same transaction: one draft is sent once.

    Raises:
        NotAllowed.
        NobodyToReach, BroadcastIsPast: nothing is sent; the draft stays.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_broadcast(actor)
    now = clinic.clock()
    if due and not now < due <= now + LONGEST_DELAY:
        raise BroadcastIsPast(due)
    new = Broadcast(
        body, audience, due or now, actor.user_id, actor.name, chat_id=closing.chat_id, message_id=closing.message_id
    )
    if not due:
        new = replace(new, state=BroadcastState.RUNNING, begun_at=now)
    async with clinic.storage.write() as work:
        await write_draft(clinic, work, closing)
        broadcast = await work.broadcasts.add(new)
        if not due:
            await address(clinic, work, broadcast)
            progress = await work.deliveries.progress([broadcast.broadcast_id])
            if not progress[broadcast.broadcast_id].total:
                raise NobodyToReach
        await work.commit()
        return broadcast


async def read(clinic: Clinic, actor: Actor, broadcast_id: int, skip: int, most: int) -> Report:
    """Return a broadcast, how far it is, and whom it did not reach.

    Raises:
        NotAllowed, UnknownBroadcast.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.read() as work:
        return await _report(work, broadcast_id, skip, most)


async def _report(work: UnitOfWork, broadcast_id: int, skip: int, most: int) -> Report:
    broadcast = await _found(work, broadcast_id)
    progress = (await work.deliveries.progress([broadcast_id]))[broadcast_id]
    return Report(broadcast, progress, await work.deliveries.undelivered(broadcast_id, skip, most))


async def _found(work: UnitOfWork, broadcast_id: int) -> Broadcast:
    found = await work.broadcasts.of_ids([broadcast_id])
    if broadcast_id not in found:
        raise UnknownBroadcast(broadcast_id)
    return found[broadcast_id]


async def page(clinic: Clinic, actor: Actor, skip: int, most: int) -> list[tuple[Broadcast, Progress]]:
    """Return coming broadcasts, then past ones, each with how far it is.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.read() as work:
        found = await work.broadcasts.page(skip, most)
        progress = await work.deliveries.progress([one.broadcast_id for one in found])
        return [(one, progress[one.broadcast_id]) for one in found]


async def cancel(clinic: Clinic, actor: Actor, broadcast_id: int) -> None:
    """Stop a broadcast, or one that has not begun; one that has ended stays as it is.

    Nothing is claimed any more from here on; what waits is taken back by and by, with its progress.

    Raises:
        NotAllowed, UnknownBroadcast.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.write() as work:
        broadcast = await _found(work, broadcast_id)
        if await work.broadcasts.end(replace(broadcast, state=BroadcastState.CANCELLED, ended_at=clinic.clock())):
            await work.commit()


async def retry(clinic: Clinic, actor: Actor, broadcast_id: int, message_id: int) -> int:
    """Send anew to those whom a broadcast did not reach, its progress in a message of the actor's; return how many.

    Asked twice, it is done once. Who has blocked the bot is left out until they write again.

    Raises:
        NotAllowed, UnknownBroadcast.
    """
    policy.ensure_can_broadcast(actor)
    now = clinic.clock()
    async with clinic.storage.write() as work:
        broadcast = await _found(work, broadcast_id)
        if broadcast.state is not BroadcastState.DONE:
            return 0
        count = await work.deliveries.retry(broadcast_id, now)
        if count:
            progress = (await work.deliveries.progress([broadcast_id]))[broadcast_id]
            again = replace(broadcast, state=BroadcastState.RUNNING, begun_at=now, settled_before=progress.settled)
            await work.broadcasts.run_again(replace(again, chat_id=actor.user_id, message_id=message_id))
            await work.commit()
        return count
