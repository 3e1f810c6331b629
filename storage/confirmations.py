"""Doctors' answers for their weeks -> rows; they are read with the dates (``storage.rules``)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, func, select

from clinic.confirmation import Confirmation
from storage.stamps import stamped
from storage.tables import ConfirmationRow
from storage.transaction import Transaction

_COUNT = (
    select(func.count().label("answered"))
    .select_from(ConfirmationRow)
    .where(ConfirmationRow.monday == bindparam("monday"))
)


class Confirmations:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, confirmation: Confirmation) -> None:
        """Keep it in the place of the one before."""
        kept = {
            "answer": confirmation.answer.value,
            "seen": confirmation.seen,
            **stamped(confirmation.stamp),
        }
        key = {"doctor_id": confirmation.doctor_id, "monday": confirmation.monday}
        added = self._transaction.insert(ConfirmationRow).values(**key, **kept)
        await self._transaction.change(added.on_conflict_do_update(index_elements=list(key), set_=kept))

    async def count(self, monday: date) -> int:
        """Return how many doctors have answered for a week: a step in an index for each."""
        (row,) = await self._transaction.read(_COUNT, {"monday": monday})
        count: int = row.answered
        return count
