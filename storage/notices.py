"""Messages about a change that are owed to people: written with the change, sent after it, once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, ColumnElement, Delete, delete, func, insert, or_, Row, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningUpdate

from clinic.ports.notices import About, AnyNotice, BookingNotice, HoursNotice, Notice, PersonalNotice, RevertNotice
from storage.history import day_change_of, plain_day_change
from storage.tables import BookingNoticeRow, HoursNoticeRow, NoticeRow, PersonalNoticeRow, RevertNoticeRow
from storage.transaction import Transaction


def _claim(
    row: type[NoticeRow | BookingNoticeRow | HoursNoticeRow | PersonalNoticeRow | RevertNoticeRow],
    *key: InstrumentedAttribute[int],
    due: ColumnElement[bool] | None = None,
) -> ReturningUpdate[Any]:
    """Return the search for the oldest that is free and its claim, as one statement."""
    free = (
        select(*key)
        .where(or_(row.claimed_until.is_(None), row.claimed_until <= bindparam("now")))
        .where(*() if due is None else (due,))
        .order_by(*key)
        .limit(1)
        .with_for_update(skip_locked=True)  # for PostgreSQL; SQLite, whose one writer holds all of it, is not told
    )
    claimed = update(row).where(tuple_(*key).in_(free)).values(claimed_until=bindparam("until"))
    return claimed.returning(*row.__table__.c)


_CLAIM = _claim(NoticeRow, NoticeRow.change_id, NoticeRow.user_id)
_CLAIM_BOOKINGS = _claim(BookingNoticeRow, BookingNoticeRow.notice_id)
_CLAIM_HOURS = _claim(HoursNoticeRow, HoursNoticeRow.notice_id, due=HoursNoticeRow.due_at <= bindparam("now"))
_CLAIM_REVERT = _claim(RevertNoticeRow, RevertNoticeRow.notice_id)
_CLAIM_PERSONAL = _claim(PersonalNoticeRow, PersonalNoticeRow.notice_id)
_GATHERING = (
    select(*HoursNoticeRow.__table__.c)
    .where(HoursNoticeRow.doctor_id.in_(bindparam("doctors", expanding=True)))
    .where(HoursNoticeRow.due_at > bindparam("now"), HoursNoticeRow.claimed_until.is_(None))
    .with_for_update()
)
_NEXT_DUE = select(func.min(HoursNoticeRow.due_at)).where(HoursNoticeRow.due_at > bindparam("now"))
_GATHERED = update(HoursNoticeRow).where(HoursNoticeRow.notice_id == bindparam("notice"))


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

    async def gathering(self, doctor_ids: Collection[int], now: datetime) -> Sequence[HoursNotice]:
        """Return those about doctors' hours that are not due at ``now`` (aware); nobody claims them until the end."""
        rows = await self._transaction.read(_GATHERING, {"doctors": list(doctor_ids), "now": now})
        return [_hours_notice(row) for row in rows]

    async def owe_hours(self, notices: Sequence[HoursNotice]) -> None:
        """Keep new ones, and write those that are stored over what they were, each in one statement."""
        new = [_hours_row(notice) for notice in notices if not notice.notice_id]
        if new:
            await self._transaction.change(insert(HoursNoticeRow), new)
        stored = [{**_hours_row(each), "notice": each.notice_id} for each in notices if each.notice_id]
        if stored:
            await self._transaction.change(_GATHERED, stored)

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

    async def claim_hours(self, now: datetime, until: datetime) -> HoursNotice | None:
        """Claim one about a doctor's hours that is due, in the same way."""
        row = (await self._transaction.change(_CLAIM_HOURS, {"now": now, "until": until})).first()
        return _hours_notice(row) if row else None

    async def owe_revert(self, notice: RevertNotice) -> None:
        owed = {name: getattr(notice, name) for name in ("user_id", "doctor_id", "weekly", "number")}
        await self._transaction.change(insert(RevertNoticeRow).values(**owed))

    async def claim_revert(self, now: datetime, until: datetime) -> RevertNotice | None:
        """Claim one about hours that were brought back, in the same way."""
        row = (await self._transaction.change(_CLAIM_REVERT, {"now": now, "until": until})).first()
        return RevertNotice(row.user_id, row.doctor_id, row.weekly, row.number, row.notice_id) if row else None

    async def owe_person(self, user_id: int, about: About, subject: int) -> None:
        owed = insert(PersonalNoticeRow).values(user_id=user_id, about=about.value, subject=subject)
        await self._transaction.change(owed)

    async def claim_personal(self, now: datetime, until: datetime) -> PersonalNotice | None:
        """Claim one that concerns its reader alone, in the same way."""
        row = (await self._transaction.change(_CLAIM_PERSONAL, {"now": now, "until": until})).first()
        return PersonalNotice(row.user_id, About(row.about), row.subject, row.notice_id) if row else None

    async def next_due(self, now: datetime) -> datetime | None:
        """Return when the next one falls due that is not due at ``now`` (aware)."""
        ((due_at,),) = await self._transaction.read(_NEXT_DUE, {"now": now})
        found: datetime | None = due_at
        return found

    async def done(self, notice: AnyNotice) -> None:
        """Forget one that was sent, or can never be."""
        await self._transaction.change(_gone(notice))


def _gone(notice: AnyNotice) -> Delete:
    match notice:
        case Notice(user_id=user_id, change_id=change_id):
            return delete(NoticeRow).where(NoticeRow.change_id == change_id, NoticeRow.user_id == user_id)
        case BookingNotice(notice_id=notice_id):
            return delete(BookingNoticeRow).where(BookingNoticeRow.notice_id == notice_id)
        case HoursNotice(notice_id=notice_id):
            return delete(HoursNoticeRow).where(HoursNoticeRow.notice_id == notice_id)
        case RevertNotice(notice_id=notice_id):
            return delete(RevertNoticeRow).where(RevertNoticeRow.notice_id == notice_id)
        case PersonalNotice(notice_id=notice_id):
            return delete(PersonalNoticeRow).where(PersonalNoticeRow.notice_id == notice_id)


def _hours_row(notice: HoursNotice) -> Mapping[str, Any]:
    return {
        "user_id": notice.user_id,
        "doctor_id": notice.doctor_id,
        "due_at": notice.due_at,
        "changes": [plain_day_change(change) for change in notice.changes],
        "names": list(notice.names),
    }


def _hours_notice(row: Row[Any]) -> HoursNotice:
    changes = tuple(map(day_change_of, row.changes))
    return HoursNotice(row.user_id, row.doctor_id, row.due_at, changes, tuple(row.names), row.notice_id)
