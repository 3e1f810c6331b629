"""Both histories of hours as one, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, literal, or_, Row, select, union_all

from clinic.history import HoursChange
from clinic.plan import WeekChange
from storage.dates import date_change_of
from storage.tables import ChangeRow, DateChangeRow
from storage.transaction import Transaction
from storage.weeks import week_change_of

_LINE = ("doctor_id", "at", "by_user_id", "by_name", "on_behalf", "before", "after", "undoes")
_WEEKS = select(
    literal(1).label("weekly"),
    ChangeRow.version.label("change_id"),
    ChangeRow.version,
    *ChangeRow.__table__.c[_LINE],
)
_DATES = select(
    literal(0).label("weekly"),
    DateChangeRow.change_id,
    DateChangeRow.change_id.label("version"),
    *DateChangeRow.__table__.c[_LINE],
)
_OWN_WEEKS = _WEEKS.where(ChangeRow.doctor_id == bindparam("doctor"))
_OWN_DATES = _DATES.where(or_(DateChangeRow.doctor_id == bindparam("doctor"), DateChangeRow.doctor_id.is_(None)))
_BOTH = union_all(_OWN_WEEKS, _OWN_DATES)
_NEWEST = (
    _BOTH.order_by(*(_BOTH.selected_columns[name].desc() for name in ("at", "weekly", "change_id")))
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_LATER_WEEKS = _OWN_WEEKS.where(ChangeRow.version > bindparam("since")).order_by(ChangeRow.version.desc())
_LATER_DATES = _OWN_DATES.where(DateChangeRow.change_id > bindparam("since")).order_by(DateChangeRow.change_id.desc())


class History:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def newest(self, doctor_id: int | None, skipped: int, most: int) -> Sequence[HoursChange]:
        """Return the newest changes of a doctor's hours and the clinic's closures, or those alone, in one statement."""
        asked = {"doctor": doctor_id, "skipped": skipped, "most": most}
        return [_change_of(row) for row in await self._transaction.read(_NEWEST, asked)]

    async def later(self, change: HoursChange, most: int) -> Sequence[HoursChange]:
        """Return the newest changes of the same kind that were made after one, of its doctor and of the clinic."""
        weekly = isinstance(change, WeekChange)
        later = _LATER_WEEKS if weekly else _LATER_DATES
        since = change.version if isinstance(change, WeekChange) else change.change_id
        rows = await self._transaction.read(later.limit(most), {"doctor": change.doctor_id, "since": since})
        return [_change_of(row) for row in rows]


def _change_of(row: Row[Any]) -> HoursChange:
    return week_change_of(row) if row.weekly else date_change_of(row)
