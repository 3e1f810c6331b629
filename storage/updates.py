"""Which updates were handled. Only webhooks ask: what is fetched by polling is fetched by one process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, ColumnElement, delete, or_, select, update

from clinic.ports.conversation import UpdateClaim
from storage.tables import UpdateRow
from storage.transaction import Transaction

_FINISH = update(UpdateRow).where(UpdateRow.update_id == bindparam("finished")).values(handled=True)


class Updates:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def claim(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        """Take it until ``until`` (aware); the look and the claim are one statement.

        The keys of the table refuse an update that is there, and a second one of a person that is not handled yet.
        """
        claimed = self._transaction.insert(UpdateRow).values(
            update_id=update_id, person_id=person_id, claimed_until=until, handled=False
        )
        result = await self._transaction.change(claimed.on_conflict_do_nothing().returning(UpdateRow.update_id))
        return result.first() is not None

    async def claims(self, update_id: int, person_id: int | None) -> Sequence[UpdateClaim]:
        found = select(UpdateRow.update_id, UpdateRow.claimed_until, UpdateRow.handled)
        rows = await self._transaction.read(found.where(_in_the_way(update_id, person_id)))
        return [UpdateClaim(row.update_id, row.claimed_until, row.handled) for row in rows]

    async def release(self, update_id: int, person_id: int | None, now: datetime) -> None:
        over = and_(UpdateRow.handled.is_(False), UpdateRow.claimed_until <= now)
        await self._transaction.change(delete(UpdateRow).where(_in_the_way(update_id, person_id), over))

    async def finish(self, update_id: int) -> None:
        await self._transaction.change(_FINISH, {"finished": update_id})

    async def forget(self, before: datetime) -> None:
        await self._transaction.change(delete(UpdateRow).where(UpdateRow.claimed_until < before))


def _in_the_way(update_id: int, person_id: int | None) -> ColumnElement[bool]:
    persons = and_(UpdateRow.person_id == person_id, UpdateRow.handled.is_(False))
    return or_(UpdateRow.update_id == update_id, persons)
