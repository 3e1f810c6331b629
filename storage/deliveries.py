"""Deliveries: claimed by one process at a time, paced by one gate for all of them, settled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    bindparam,
    case,
    exists,
    Float,
    func,
    literal,
    literal_column,
    select,
    String,
    Update,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from clinic.broadcast import Audience, BroadcastState, Delivery, DeliveryState, Progress, Result, Undelivered
from storage.audience import reached
from storage.tables import BroadcastRow, DeliveryRow, PersonRow, RateGateRow
from storage.transaction import Transaction

ONE_CHAT = timedelta(seconds=1)
"""How long a chat is left alone after a message: Telegram takes one a second (Bots FAQ)."""


class _Seconds(FunctionElement[float]):
    """The present in Unix seconds, by the clock that all processes share: the database's."""

    type = Float()
    inherit_cache = True


@compiles(_Seconds)
def _of_sqlite(_element: _Seconds, _compiler: SQLCompiler, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(_Seconds, "postgresql")
def _of_postgresql(_element: _Seconds, _compiler: SQLCompiler, **_options: Any) -> str:
    return "EXTRACT(EPOCH FROM clock_timestamp())::float8"


_WAITING = DeliveryRow.state == literal_column("'waiting'", String())  # written out: SQLite has an index of those alone
# A question for each row: as a list of broadcasts SQLite would look up all that waits of them, and sort it.
_RUNNING = exists().where(
    BroadcastRow.broadcast_id == DeliveryRow.broadcast_id, BroadcastRow.state == BroadcastState.RUNNING.value
)
_OTHER = aliased(DeliveryRow)
_CLAIM = (
    update(DeliveryRow)
    .where(
        DeliveryRow.delivery_id.in_(
            select(DeliveryRow.delivery_id)
            .where(
                _WAITING,
                DeliveryRow.due <= bindparam("now"),
                _RUNNING,
                ~exists().where(
                    _OTHER.user_id == DeliveryRow.user_id,
                    _OTHER.delivery_id != DeliveryRow.delivery_id,
                    _OTHER.at > bindparam("since"),
                ),
            )
            .order_by(DeliveryRow.due, DeliveryRow.delivery_id)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True, of=DeliveryRow)
        )
    )
    .values(due=bindparam("until"), at=bindparam("until"))
    .returning(DeliveryRow.delivery_id, DeliveryRow.broadcast_id, DeliveryRow.user_id, DeliveryRow.tries)
)
_GATE = update(RateGateRow).where(RateGateRow.name == "broadcasts")
_TAKEN = bindparam("taken", type_=Float())
_RESERVE = _GATE.values(
    free_at=case((RateGateRow.free_at > _Seconds(), RateGateRow.free_at), else_=_Seconds()) + _TAKEN
).returning((RateGateRow.free_at - _TAKEN - _Seconds()).label("first_in"))
_HELD = _Seconds() + bindparam("held", type_=Float())
_HOLD = _GATE.values(free_at=case((RateGateRow.free_at > _HELD, RateGateRow.free_at), else_=_HELD))
_SETTLED = (
    update(DeliveryRow)
    .where(DeliveryRow.delivery_id == bindparam("which"))
    .values(state=bindparam("now_is"), reason=bindparam("why"), at=bindparam("tried_at"))
)
_PUT_BACK = (
    update(DeliveryRow)
    .where(DeliveryRow.delivery_id == bindparam("which"), _WAITING)
    .values(due=bindparam("again"), tries=bindparam("counted"), reason=bindparam("why"), at=bindparam("tried_at"))
)


def _which(number: int) -> str:
    return f"which_{number}"


@cache
def _sent(count: int) -> Update:
    """Return the statement for so many: one for lists of any length would be written out anew at each use."""
    sent = update(DeliveryRow).where(DeliveryRow.delivery_id.in_([bindparam(_which(at)) for at in range(count)]))
    return sent.values(state=DeliveryState.SENT.value, at=bindparam("tried_at"))


class Deliveries:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def address(self, broadcast_id: int, audience: Audience, due: datetime) -> None:
        """Write a delivery for everybody whom an audience reaches, in one statement however many they are."""
        columns = {
            "broadcast_id": literal(broadcast_id),
            "user_id": PersonRow.user_id,
            "state": literal(DeliveryState.WAITING.value),
            "due": literal(due, DeliveryRow.due.type),
            "tries": literal(0),
            "reason": literal(""),
        }
        people = select(*columns.values()).where(reached(audience), PersonRow.blocked.is_(False))
        added = self._transaction.insert(DeliveryRow).from_select(list(columns), people.order_by(PersonRow.user_id))
        await self._transaction.change(added.on_conflict_do_nothing())

    async def claim(self, most: int, now: datetime, until: datetime) -> Sequence[Delivery]:
        """Return those that are due, and keep them until ``until``: the search and the claim are one statement.

        Whoever claimed some and died has them taken over from ``until`` on.
        """
        asked = {"most": most, "now": now, "until": until, "since": now - ONE_CHAT}
        rows = (await self._transaction.change(_CLAIM, asked)).all()
        ordered = sorted(rows, key=attrgetter("delivery_id"))
        return [Delivery(row.delivery_id, row.broadcast_id, row.user_id, row.tries) for row in ordered]

    async def reserve(self, slots: int, a_second: float) -> float:
        """Take the next slots of the rate (GCRA) and return the seconds until the first: one statement, one clock."""
        first_in: float = (await self._transaction.change(_RESERVE, {"taken": slots / a_second})).scalar_one()
        return max(first_in, 0.0)

    async def hold(self, seconds: float) -> None:
        """Let no slot begin for so long, in any process."""
        await self._transaction.change(_HOLD, {"held": seconds})

    async def put_sent(self, deliveries: Sequence[Delivery], at: datetime) -> None:
        """Note that these were sent at ``at`` (aware); a transaction that is not lasting will do."""
        which = {_which(number): one.delivery_id for number, one in enumerate(deliveries)}
        await self._transaction.change(self._transaction.passing(_sent(len(deliveries))), which | {"tried_at": at})

    async def settle(self, results: Sequence[Result], at: datetime) -> None:
        """Note what became of tries at ``at`` (aware); who has blocked the bot is marked."""
        waiting = [one for one in results if one.state is DeliveryState.WAITING]
        through = [one for one in results if one.state is not DeliveryState.WAITING]
        if through:
            await self._transaction.change(_SETTLED, [_written(one, at) | {"now_is": one.state} for one in through])
        if waiting:
            back = [_written(one, at) | {"again": one.due or at, "counted": one.tries} for one in waiting]
            await self._transaction.change(_PUT_BACK, back)
        blocked = [one.delivery.user_id for one in through if one.state is DeliveryState.BLOCKED]
        if blocked:
            marked = update(PersonRow).where(PersonRow.user_id.in_(blocked))
            await self._transaction.change(marked.values(blocked=True))

    async def cancel(self, broadcast_id: int, most: int) -> None:
        some = select(DeliveryRow.delivery_id).where(DeliveryRow.broadcast_id == broadcast_id, _WAITING).limit(most)
        waiting = update(DeliveryRow).where(DeliveryRow.delivery_id.in_(some))
        await self._transaction.change(waiting.values(state=DeliveryState.CANCELLED.value))

    async def retry(self, broadcast_id: int, due: datetime) -> int:
        """Let those wait anew that may get through now; who was suspended since is left out."""
        reachable = select(PersonRow.user_id).where(PersonRow.blocked.is_(False), PersonRow.suspended.is_(False))
        tried = DeliveryRow.state.in_([DeliveryState.FAILED.value, DeliveryState.BLOCKED.value])
        theirs = update(DeliveryRow).where(DeliveryRow.broadcast_id == broadcast_id, tried)
        again = theirs.where(DeliveryRow.user_id.in_(reachable))
        result = await self._transaction.change(
            again.values(state=DeliveryState.WAITING.value, due=due, tries=0, reason="")
        )
        return int(result.rowcount)

    async def totals(self) -> Mapping[DeliveryState, int]:
        every = select(DeliveryRow.state, func.count().label("people")).group_by(DeliveryRow.state)
        return {DeliveryState(row.state): row.people for row in await self._transaction.read(every)}

    async def progress(self, broadcast_ids: Collection[int]) -> Mapping[int, Progress]:
        """Return how far each is; the count reads an index alone."""
        every = select(DeliveryRow.broadcast_id, DeliveryRow.state, func.count().label("people"))
        theirs = every.where(DeliveryRow.broadcast_id.in_(broadcast_ids))
        counts: dict[int, dict[str, int]] = {broadcast_id: {} for broadcast_id in broadcast_ids}
        for row in await self._transaction.read(theirs.group_by(DeliveryRow.broadcast_id, DeliveryRow.state)):
            counts[row.broadcast_id][row.state] = row.people
        return {broadcast_id: Progress(**states) for broadcast_id, states in counts.items()}

    async def undelivered(self, broadcast_id: int, skip: int, most: int) -> Sequence[Undelivered]:
        """Return whom it did not reach: those who have blocked the bot first, each by name."""
        states = (DeliveryState.FAILED.value, DeliveryState.BLOCKED.value)
        theirs = (
            select(DeliveryRow.user_id, PersonRow.name, DeliveryRow.state, DeliveryRow.reason)
            .outerjoin_from(DeliveryRow, PersonRow, PersonRow.user_id == DeliveryRow.user_id)
            .where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.state.in_(states))
            .order_by(DeliveryRow.state, PersonRow.name, DeliveryRow.user_id)
        )
        rows = await self._transaction.read(theirs.offset(skip).limit(most))
        return [Undelivered(row.user_id, row.name or "", DeliveryState(row.state), row.reason) for row in rows]


def _written(result: Result, at: datetime) -> dict[str, Any]:
    return {"which": result.delivery.delivery_id, "why": result.reason, "tried_at": at}
