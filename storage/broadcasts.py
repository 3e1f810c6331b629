"""Rows <-> broadcasts: what is sent, to whom, and in which state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, exists, func, insert, literal_column, null, or_, Row, select, String, update

from clinic.broadcast import Audience, AudienceKind, Broadcast, BroadcastState, Reach
from clinic.people import Actor
from clinic.search import folded
from storage.audience import reached
from storage.repositories import actor_of
from storage.tables import BroadcastRow, DeliveryRow, PersonRow
from storage.transaction import Transaction

FIRST_NAMES = 3

_SCHEDULED = literal_column("'scheduled'", String())  # written out, so that SQLite may use the index of those alone
_NEXT_TO_BEGIN = (
    select(BroadcastRow.broadcast_id)
    .where(BroadcastRow.state == _SCHEDULED, BroadcastRow.due <= bindparam("now"))
    .order_by(BroadcastRow.due)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_BEGIN = (
    update(BroadcastRow)
    .where(BroadcastRow.broadcast_id == _NEXT_TO_BEGIN)
    .values(
        state=BroadcastState.RUNNING.value,
        begun_at=bindparam("now"),
        progress_due=bindparam("now"),
        message_id=null(),  # it is shown in a new message: the old one has scrolled away
    )
    .returning(*BroadcastRow.__table__.c)
)
_NEXT_TO_SHOW = (
    select(BroadcastRow.broadcast_id)
    .where(BroadcastRow.progress_due <= bindparam("now"))
    .order_by(BroadcastRow.progress_due)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM_PROGRESS = (
    update(BroadcastRow)
    .where(BroadcastRow.broadcast_id == _NEXT_TO_SHOW)
    .values(progress_due=bindparam("until"))
    .returning(*BroadcastRow.__table__.c)
)
_OF_IDS = select(*BroadcastRow.__table__.c).where(BroadcastRow.broadcast_id.in_(bindparam("ids", expanding=True)))
_HAVE_WORK = select(
    or_(
        exists().where(BroadcastRow.state == _SCHEDULED, BroadcastRow.due <= bindparam("now")),
        exists().where(BroadcastRow.progress_due <= bindparam("now")),
        exists().where(DeliveryRow.state == literal_column("'waiting'", String()), DeliveryRow.due <= bindparam("now")),
    )
)


class Broadcasts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def reach(self, audience: Audience) -> Reach:
        """Return how many people an audience has, by whether they can be written to, and the first names."""
        people = select(PersonRow.blocked, func.count().label("people")).where(reached(audience))
        rows = await self._transaction.read(people.group_by(PersonRow.blocked))
        counts = {row.blocked: row.people for row in rows}
        names = select(PersonRow.name).where(reached(audience), PersonRow.blocked.is_(False))
        first = await self._transaction.read(names.order_by(PersonRow.name).limit(FIRST_NAMES))
        return Reach(audience, counts.get(False, 0), tuple(row.name for row in first), counts.get(True, 0))

    async def people(self, audience: Audience) -> Sequence[Actor]:
        """Return whom an audience reaches, by name as a reader looks for it."""
        theirs = select(*PersonRow.__table__.c).where(reached(audience), PersonRow.blocked.is_(False))
        people = [actor_of(row) for row in await self._transaction.read(theirs)]
        return sorted(people, key=lambda person: (folded(person.name), person.user_id))

    async def add(self, broadcast: Broadcast) -> Broadcast:
        row = {
            "body": broadcast.body,
            "audience": broadcast.audience.kind.value,
            "specialization": broadcast.audience.specialization,
            "user_ids": list(broadcast.audience.user_ids),
            "due": broadcast.due,
            "by_user_id": broadcast.by_user_id,
            "by_name": broadcast.by_name,
            "state": broadcast.state.value,
            "chat_id": broadcast.chat_id,
            "message_id": broadcast.message_id,
            "begun_at": broadcast.begun_at,
            "ended_at": broadcast.ended_at,
            "settled_before": broadcast.settled_before,
            "progress_due": broadcast.begun_at,
        }
        added = insert(BroadcastRow).values(row).returning(BroadcastRow.broadcast_id)
        return replace(broadcast, broadcast_id=(await self._transaction.change(added)).scalar_one())

    async def of_ids(self, broadcast_ids: Collection[int]) -> Mapping[int, Broadcast]:
        rows = await self._transaction.read(_OF_IDS, {"ids": broadcast_ids})
        return {row.broadcast_id: _broadcast(row) for row in rows}

    async def page(self, skip: int, most: int) -> Sequence[Broadcast]:
        """Return coming ones first, the next on top, then the others, the newest on top."""
        coming = case((BroadcastRow.state == _SCHEDULED, 0), else_=1)
        when = case((BroadcastRow.state == _SCHEDULED, BroadcastRow.due))
        order = (coming, when, BroadcastRow.broadcast_id.desc())
        every = select(*BroadcastRow.__table__.c).order_by(*order)
        return [_broadcast(row) for row in await self._transaction.read(every.offset(skip).limit(most))]

    async def have_work(self, now: datetime) -> bool:
        """Return whether one is to begin, to be sent on or to be shown at ``now`` (aware), in one statement."""
        return bool((await self._transaction.read(_HAVE_WORK, {"now": now}))[0][0])

    async def begin(self, now: datetime) -> Broadcast | None:
        """Let the first scheduled one that is due run: the search and the change are one statement."""
        row = (await self._transaction.change(_BEGIN, {"now": now})).first()
        return _broadcast(row) if row else None

    async def end(self, broadcast: Broadcast) -> bool:
        """Keep the state that it has come to if it has not ended before; return whether it was so."""
        open_states = (BroadcastState.SCHEDULED.value, BroadcastState.RUNNING.value)
        one = update(BroadcastRow).where(BroadcastRow.broadcast_id == broadcast.broadcast_id)
        ended = one.where(BroadcastRow.state.in_(open_states))
        result = await self._transaction.change(ended.values(state=broadcast.state.value, ended_at=broadcast.ended_at))
        return bool(result.rowcount)

    async def run_again(self, broadcast: Broadcast) -> None:
        """Keep one that had ended as it runs now: from when on, and where its progress is shown."""
        one = update(BroadcastRow).where(BroadcastRow.broadcast_id == broadcast.broadcast_id)
        running = one.values(
            state=broadcast.state.value,
            begun_at=broadcast.begun_at,
            ended_at=None,
            chat_id=broadcast.chat_id,
            message_id=broadcast.message_id,
            settled_before=broadcast.settled_before,
            progress_due=broadcast.begun_at,
        )
        await self._transaction.change(running)

    async def claim_progress(self, now: datetime, until: datetime) -> Broadcast | None:
        """Return one whose progress nobody shows at ``now``, and keep it until ``until`` (both aware)."""
        row = (await self._transaction.change(_CLAIM_PROGRESS, {"now": now, "until": until})).first()
        return _broadcast(row) if row else None

    async def show_progress(self, broadcast: Broadcast, due: datetime | None) -> None:
        one = update(BroadcastRow).where(BroadcastRow.broadcast_id == broadcast.broadcast_id)
        await self._transaction.change(one.values(message_id=broadcast.message_id, progress_due=due))


def _broadcast(row: Row[Any]) -> Broadcast:
    return Broadcast(
        row.body,
        Audience(AudienceKind(row.audience), row.specialization, tuple(row.user_ids)),
        row.due,
        row.by_user_id,
        row.by_name,
        BroadcastState(row.state),
        row.chat_id,
        row.message_id,
        row.begun_at,
        row.ended_at,
        row.settled_before,
        row.broadcast_id,
    )
