"""Who watches whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, delete, select

from storage.tables import HoursNoticeRow, WatchRow
from storage.transaction import Transaction

_ANY = select(WatchRow.doctor_id, WatchRow.user_id).order_by(WatchRow.doctor_id, WatchRow.user_id)
_OF_DOCTOR = _ANY.where(WatchRow.doctor_id == bindparam("doctor"))


class Watches:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_doctor(self, doctor_id: int | None) -> Mapping[int, Collection[int]]:
        """Return the accounts that watch a doctor (none: any) by the doctor's id, in one statement."""
        asked = _ANY if doctor_id is None else _OF_DOCTOR
        watchers: dict[int, list[int]] = defaultdict(list)
        for row in await self._transaction.read(asked, {"doctor": doctor_id}):
            watchers[row.doctor_id].append(row.user_id)
        return watchers

    async def of_user(self, user_id: int) -> Collection[int]:
        """Return the ids of the doctors whom an account watches."""
        return {row.doctor_id for row in await self._transaction.read(_ANY.where(WatchRow.user_id == user_id))}

    async def start(self, user_id: int, doctor_id: int) -> None:
        """Keep it; once more changes nothing."""
        added = self._transaction.insert(WatchRow).values(user_id=user_id, doctor_id=doctor_id)
        await self._transaction.change(added.on_conflict_do_nothing())

    async def stop(self, user_id: int, doctor_id: int) -> None:
        """Forget it, and what the person is still owed of the doctor."""
        for row in (WatchRow, HoursNoticeRow):
            await self._transaction.change(delete(row).where(row.user_id == user_id, row.doctor_id == doctor_id))
