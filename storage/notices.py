"""Messages about a change that are owed to people: written with the change, sent after it, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, tuple_, update

from clinic.ports import Notice
from storage.tables import NoticeRow
from storage.transaction import Transaction

_FREE = (
    select(NoticeRow.change_id, NoticeRow.user_id)
    .where(or_(NoticeRow.claimed_until.is_(None), NoticeRow.claimed_until <= bindparam("now")))
    .order_by(NoticeRow.change_id, NoticeRow.user_id)
    .limit(1)
    .with_for_update(skip_locked=True)  # for PostgreSQL; SQLite, whose one writer holds all of it, is not told
)
_CLAIM = (
    update(NoticeRow)
    .where(tuple_(NoticeRow.change_id, NoticeRow.user_id).in_(_FREE))
    .values(claimed_until=bindparam("until"))
    .returning(NoticeRow.user_id, NoticeRow.change_id)
)


class Notices:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def owe(self, change_id: int, user_ids: Sequence[int]) -> None:
        if user_ids:
            owed = [{"change_id": change_id, "user_id": user_id} for user_id in user_ids]
            await self._transaction.change(insert(NoticeRow), owed)

    async def claim(self, now: datetime, until: datetime) -> Notice | None:
        """Return the oldest that nobody is sending at ``now``, and keep it until ``until`` (both aware).

        The search and the claim are one statement. Whoever claimed one and died has it taken over from ``until`` on.
        """
        row = (await self._transaction.change(_CLAIM, {"now": now, "until": until})).first()
        return Notice(row.user_id, row.change_id) if row else None

    async def done(self, notice: Notice) -> None:
        """Forget one that was sent, or can never be."""
        owed = delete(NoticeRow).where(NoticeRow.change_id == notice.change_id, NoticeRow.user_id == notice.user_id)
        await self._transaction.change(owed)
