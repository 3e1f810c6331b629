"""Doctors' answers for their weeks -> rows; they are read with the dates (``storage.rules``)."""

from __future__ import annotations

from clinic.confirmation import Confirmation
from storage.stamps import stamped
from storage.tables import ConfirmationRow
from storage.transaction import Transaction


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
