"""Which updates were handled. Only webhooks ask: what is fetched by polling is fetched by one process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, ColumnElement, delete, or_, select, update

from clinic.ports.conversation import UpdateClaim
from storage.tables import UpdateRow
from storage.transaction import Transaction

_ENDED = UpdateRow.update_id.in_(bindparam("ended", expanding=True))
_FINISH = update(UpdateRow).where(_ENDED).values(handled=True)


class Claimed(NamedTuple):
    """An update that is to be taken until an instant (aware)."""

    update_id: int
    person_id: int | None
    until: datetime


class Updates:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def claim(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        return bool(await self.claim_each([Claimed(update_id, person_id, until)]))

    async def claim_each(self, wanted: Sequence[Claimed]) -> set[int]:
        """Take those that are free, and return their ids; the look and the claims are one statement.

        The keys of the table refuse an update that is there, and a second one of a person that is not handled yet.
        """
        if not wanted:
            return set()
        # Who meets another's claims waits for them: all take people, and so their updates, in one order, or two could
        # wait for each other.
        rows = [
            {"update_id": one.update_id, "person_id": one.person_id, "claimed_until": one.until, "handled": False}
            for one in sorted(wanted, key=lambda one: (one.person_id or 0, one.update_id))
        ]
        claims = self._transaction.insert(UpdateRow).on_conflict_do_nothing().returning(UpdateRow.update_id)
        result = await self._transaction.change(self._transaction.passing(claims), rows)
        return set(result.scalars())

    async def claims(self, update_id: int, person_id: int | None) -> Sequence[UpdateClaim]:
        found = select(UpdateRow.update_id, UpdateRow.claimed_until, UpdateRow.handled)
        rows = await self._transaction.read(found.where(_in_the_way(update_id, person_id)))
        return [UpdateClaim(row.update_id, row.claimed_until, row.handled) for row in rows]

    async def release(self, update_id: int, person_id: int | None, now: datetime) -> None:
        over = and_(UpdateRow.handled.is_(False), UpdateRow.claimed_until <= now)
        await self._transaction.change(delete(UpdateRow).where(_in_the_way(update_id, person_id), over))

    async def finish_each(self, update_ids: Sequence[int]) -> None:
        """Mark them as handled."""
        if update_ids:
            await self._transaction.change(self._transaction.passing(_FINISH), {"ended": update_ids})

    async def forget(self, before: datetime) -> None:
        await self._transaction.change(delete(UpdateRow).where(UpdateRow.claimed_until < before))


def _in_the_way(update_id: int, person_id: int | None) -> ColumnElement[bool]:
    persons = and_(UpdateRow.person_id == person_id, UpdateRow.handled.is_(False))
    return or_(UpdateRow.update_id == update_id, persons)
