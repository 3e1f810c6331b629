"""Messages about a change that are owed to people: written with the change, sent after it, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningUpdate

from clinic.ports import BookingNotice, Notice
from storage.tables import BookingNoticeRow, NoticeRow
from storage.transaction import Transaction


def _claim(row: type[NoticeRow | BookingNoticeRow], *key: InstrumentedAttribute[int]) -> ReturningUpdate[Any]:
    """Return the search for the oldest that is free and its claim, as one statement."""
    free = (
        select(*key)
        .where(or_(row.claimed_until.is_(None), row.claimed_until <= bindparam("now")))
        .order_by(*key)
        .limit(1)
        .with_for_update(skip_locked=True)  # for PostgreSQL; SQLite, whose one writer holds all of it, is not told
    )
    claimed = update(row).where(tuple_(*key).in_(free)).values(claimed_until=bindparam("until"))
    return claimed.returning(*row.__table__.c)


_CLAIM = _claim(NoticeRow, NoticeRow.change_id, NoticeRow.user_id)
_CLAIM_BOOKINGS = _claim(BookingNoticeRow, BookingNoticeRow.notice_id)


class Notices:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def owe(self, change_id: int, user_ids: Sequence[int]) -> None:
        if user_ids:
            owed = [{"change_id": change_id, "user_id": user_id} for user_id in user_ids]
            await self._transaction.change(insert(NoticeRow), owed)

    async def owe_bookings(self, booking_ids: Sequence[int], user_ids: Sequence[int]) -> None:
        if user_ids:
            owed = [{"booking_ids": list(booking_ids), "user_id": user_id} for user_id in user_ids]
            await self._transaction.change(insert(BookingNoticeRow), owed)

    async def claim(self, now: datetime, until: datetime) -> Notice | None:
        """Return the oldest that nobody is sending at ``now``, and keep it until ``until`` (both aware).

        The search and the claim are one statement. Whoever claimed one and died has it taken over from ``until`` on.
        """
        row = (await self._transaction.change(_CLAIM, {"now": now, "until": until})).first()
        return Notice(row.user_id, row.change_id) if row else None

    async def claim_bookings(self, now: datetime, until: datetime) -> BookingNotice | None:
        """Claim one about bookings, in the same way."""
        row = (await self._transaction.change(_CLAIM_BOOKINGS, {"now": now, "until": until})).first()
        return BookingNotice(row.user_id, tuple(row.booking_ids), row.notice_id) if row else None

    async def done(self, notice: Notice | BookingNotice) -> None:
        """Forget one that was sent, or can never be."""
        if isinstance(notice, BookingNotice):
            owed = delete(BookingNoticeRow).where(BookingNoticeRow.notice_id == notice.notice_id)
        else:
            owed = delete(NoticeRow).where(NoticeRow.change_id == notice.change_id, NoticeRow.user_id == notice.user_id)
        await self._transaction.change(owed)
