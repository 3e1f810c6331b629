"""Rows <-> a doctor's week and its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, Row, select, update

from clinic.people import Doctor
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, WeekChange, Weekday, WeeklyAvailability, WeekRecord
from storage.repositories import doctor_of
from storage.tables import ChangeRow, DayRow, DoctorRow, PersonRow, RangeRow
from storage.transaction import Transaction

_WEEK = (
    select(
        DoctorRow.doctor_id,
        DoctorRow.name,
        DoctorRow.specialization,
        DoctorRow.week_version,
        PersonRow.user_id,
        ChangeRow.at,
        ChangeRow.by_name,
        ChangeRow.undoes,
        DayRow.weekday,
        DayRow.is_on,
        RangeRow.start,
        RangeRow.end,
    )
    .outerjoin_from(DoctorRow, PersonRow, PersonRow.doctor_id == DoctorRow.doctor_id)
    .outerjoin(ChangeRow, and_(ChangeRow.doctor_id == DoctorRow.doctor_id, ChangeRow.version == DoctorRow.week_version))
    .outerjoin(DayRow, DayRow.doctor_id == DoctorRow.doctor_id)
    .outerjoin(RangeRow, and_(RangeRow.doctor_id == DayRow.doctor_id, RangeRow.weekday == DayRow.weekday))
    .where(DoctorRow.doctor_id == bindparam("doctor"))
    .order_by(DayRow.weekday, RangeRow.start)
)


class Weeks:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, doctor_id: int) -> tuple[Doctor, WeekRecord] | None:
        """Return a doctor with the stored week, in one statement.

        In a write nobody else changes it until the end: SQLite's write lock is held. PostgreSQL would first lock the
        doctor's row here, by a statement of its own, for a join read under FOR UPDATE sees the other tables as they
        were before the wait.
        """
        rows = await self._transaction.read(_WEEK, {"doctor": doctor_id})
        return (doctor_of(rows[0]), _record(rows)) if rows else None

    async def save(self, change: WeekChange) -> None:
        """Replace the days that differ, count the version, and keep the change in the history.

        Raises:
            RuntimeError: the stored week is not the one before the change; nothing must be committed then.
        """
        await self._count(change)
        await self._remember(change)
        changed = change.before.changed_days(change.after)
        await self._transaction.change(
            delete(DayRow).where(DayRow.doctor_id == change.doctor_id, DayRow.weekday.in_(map(int, changed)))
        )  # their ranges go with them
        days = [
            {"doctor_id": change.doctor_id, "weekday": int(day), "is_on": change.after[day].on}
            for day in changed
            if change.after[day] != DAY_OFF
        ]
        if days:
            await self._transaction.change(insert(DayRow), days)
            await self._transaction.change(insert(RangeRow), _range_rows(change, changed))

    async def _count(self, change: WeekChange) -> None:
        present = update(DoctorRow).where(
            DoctorRow.doctor_id == change.doctor_id, DoctorRow.week_version == change.version - 1
        )
        result = await self._transaction.change(present.values(week_version=change.version))
        if not result.rowcount:
            raise RuntimeError(f"the week of doctor {change.doctor_id} is not the one before version {change.version}")

    async def _remember(self, change: WeekChange) -> None:
        line = insert(ChangeRow).values(
            doctor_id=change.doctor_id,
            version=change.version,
            at=change.at,
            by_user_id=change.by_user_id,
            by_name=change.by_name,
            before=_plain(change.before),
            after=_plain(change.after),
            undoes=change.undoes,
        )
        await self._transaction.change(line)

    async def change(self, doctor_id: int, version: int) -> WeekChange | None:
        asked = select(*ChangeRow.__table__.c).where(ChangeRow.doctor_id == doctor_id, ChangeRow.version == version)
        rows = await self._transaction.read(asked)
        return _change(rows[0]) if rows else None


def _range_rows(change: WeekChange, changed: Sequence[Weekday]) -> list[dict[str, int]]:
    return [
        {"doctor_id": change.doctor_id, "weekday": int(day), "start": hours.start, "end": hours.end}
        for day in changed
        for hours in change.after[day].ranges
    ]


def _record(rows: Sequence[Row[Any]]) -> WeekRecord:
    ranges: dict[int, list[TimeRange]] = defaultdict(list)
    switches: dict[int, bool] = {}
    for row in rows:
        if row.weekday is not None:
            switches[row.weekday] = row.is_on
        if row.start is not None:
            ranges[row.weekday].append(TimeRange(row.start, row.end))
    week = WeeklyAvailability(
        tuple(DayAvailability(tuple(ranges[day]), on=switches[day]) if day in switches else DAY_OFF for day in Weekday)
    )
    doctor = rows[0]
    undoable = doctor.at is not None and doctor.undoes is None
    return WeekRecord(doctor.doctor_id, week, doctor.week_version, doctor.at, doctor.by_name, undoable)


def _change(row: Row[Any]) -> WeekChange:
    before, after = _week(row.before), _week(row.after)
    return WeekChange(row.doctor_id, row.version, before, after, row.at, row.by_user_id, row.by_name, row.undoes)


def _plain(week: WeeklyAvailability) -> list[Any]:
    """Return a week as JSON has it: seven times ``[on, [[start, end], ...]]``, Monday first."""
    return [[day.on, [[hours.start, hours.end] for hours in day.ranges]] for day in week.days]


def _week(plain: list[Any]) -> WeeklyAvailability:
    return WeeklyAvailability(
        tuple(DayAvailability(tuple(TimeRange(start, end) for start, end in ranges), on=on) for on, ranges in plain)
    )
