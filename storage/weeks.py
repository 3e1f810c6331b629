"""Rows <-> a doctor's weekly hours and their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, or_, Row, select, update

from clinic.dates import DateSpan
from clinic.people import Doctor
from clinic.plan import Stamp, WeekChange, WeeklyHours, WeekPlan, WeekRecord
from clinic.search import folded
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, Weekday, WeeklyAvailability
from storage.history import plain_plan, plan_of
from storage.repositories import doctor_of
from storage.stamps import stamp_of, stamped
from storage.tables import ChangeRow, DayRow, DoctorRow, PersonRow, PlanRow, RangeRow
from storage.transaction import Transaction

_EVERYBODY = (
    select(
        DoctorRow.doctor_id,
        DoctorRow.name,
        DoctorRow.specialization,
        DoctorRow.zone,
        DoctorRow.slot_minutes,
        DoctorRow.slot_buffer,
        DoctorRow.week_version,
        PersonRow.user_id,
        ChangeRow.at,
        ChangeRow.by_name,
        ChangeRow.undoes,
        *PlanRow.__table__.c[
            "plan_id", "once", "starts", "ends", "anchor", "week_count", "set_by_id", "set_by", "set_at"
        ],
        DayRow.week,
        DayRow.weekday,
        DayRow.is_on,
        RangeRow.start,
        RangeRow.end,
    )
    .outerjoin_from(DoctorRow, PersonRow, PersonRow.doctor_id == DoctorRow.doctor_id)
    .outerjoin(ChangeRow, and_(ChangeRow.doctor_id == DoctorRow.doctor_id, ChangeRow.version == DoctorRow.week_version))
    .outerjoin(
        PlanRow,
        and_(
            PlanRow.doctor_id == DoctorRow.doctor_id,
            PlanRow.ends >= bindparam("first"),
            PlanRow.starts <= bindparam("last"),
        ),
    )
    .outerjoin(DayRow, DayRow.plan_id == PlanRow.plan_id)
    .outerjoin(
        RangeRow,
        and_(RangeRow.plan_id == DayRow.plan_id, RangeRow.week == DayRow.week, RangeRow.weekday == DayRow.weekday),
    )
    # Not by what is unique of a doctor's plans: SQLite would then read that index, with all plans that are over.
    .order_by(DoctorRow.doctor_id, PlanRow.plan_id, DayRow.week, DayRow.weekday, RangeRow.start)
)
_ONE = _EVERYBODY.where(DoctorRow.doctor_id == bindparam("doctor"))
_CHANGE = select(*ChangeRow.__table__.c).where(
    ChangeRow.doctor_id == bindparam("doctor"), ChangeRow.version == bindparam("made")
)


class Weeks:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, doctor_id: int, span: DateSpan) -> tuple[Doctor, WeekRecord] | None:
        """Return a doctor with the plans that reach into the span, in one statement."""
        asked = {"doctor": doctor_id, "first": span.first, "last": span.last}
        rows = await self._transaction.read(_ONE, asked)
        return (doctor_of(rows[0]), _record(rows)) if rows else None

    async def everybody(self, span: DateSpan) -> Sequence[tuple[Doctor, WeekRecord]]:
        """Return every doctor with the plans that reach into the span, in one statement.

        They come by name as a reader looks for it: neither case nor accents count.
        """
        rows = await self._transaction.read(_EVERYBODY, {"first": span.first, "last": span.last})
        each = (list(own) for _, own in groupby(rows, key=attrgetter("doctor_id")))
        found = [(doctor_of(own[0]), _record(own)) for own in each]
        return sorted(found, key=lambda pair: (folded(pair[0].name), pair[0].doctor_id))

    async def save(self, change: WeekChange) -> None:
        """Take the plans before, put those after, count the version, and keep the change in the history.

        Raises:
            RuntimeError: what is stored is not what the change was made from; nothing must be committed then.
        """
        self._transaction.ensure_covers(change.doctor_id)
        await self._count(change)
        await self._remember(change)
        if change.before:
            await self._take(change)
        if change.after:
            await self._put(change)

    async def _count(self, change: WeekChange) -> None:
        present = update(DoctorRow).where(
            DoctorRow.doctor_id == change.doctor_id, DoctorRow.week_version == change.version - 1
        )
        result = await self._transaction.change(present.values(week_version=change.version))
        if not result.rowcount:
            raise _not_the_one_before(change)

    async def _remember(self, change: WeekChange) -> None:
        line = insert(ChangeRow).values(
            doctor_id=change.doctor_id,
            version=change.version,
            at=change.stamp.at,
            by_user_id=change.stamp.user_id,
            by_name=change.stamp.name,
            before=[plain_plan(plan) for plan in change.before],
            after=[plain_plan(plan) for plan in change.after],
            undoes=change.undoes,
        )
        await self._transaction.change(line)

    async def _take(self, change: WeekChange) -> None:
        named = or_(*(and_(PlanRow.once.is_(plan.once), PlanRow.starts == plan.starts) for plan in change.before))
        taken = delete(PlanRow).where(PlanRow.doctor_id == change.doctor_id, named)  # days and ranges go with them
        if (await self._transaction.change(taken)).rowcount != len(change.before):
            raise _not_the_one_before(change)

    async def _put(self, change: WeekChange) -> None:
        made = insert(PlanRow).values([_plan_row(change.doctor_id, plan) for plan in change.after])
        result = await self._transaction.change(made.returning(PlanRow.plan_id, PlanRow.once, PlanRow.starts))
        ids = {(row.once, row.starts): row.plan_id for row in result}
        days = [
            ({"plan_id": ids[plan.once, plan.starts], "week": turn, "weekday": int(weekday)}, day)
            for plan in change.after
            for turn, week in enumerate(plan.weeks)
            for weekday, day in week
            if day != DAY_OFF
        ]
        if days:
            await self._transaction.change(insert(DayRow), [key | {"is_on": day.on} for key, day in days])
            ranges = [key | {"start": hours.start, "end": hours.end} for key, day in days for hours in day.ranges]
            await self._transaction.change(insert(RangeRow), ranges)

    async def change(self, doctor_id: int, version: int) -> WeekChange | None:
        rows = await self._transaction.read(_CHANGE, {"doctor": doctor_id, "made": version})
        return week_change_of(rows[0]) if rows else None


def _not_the_one_before(change: WeekChange) -> RuntimeError:
    return RuntimeError(f"the hours of doctor {change.doctor_id} are not the ones before version {change.version}")


def _plan_row(doctor_id: int, plan: WeekPlan) -> dict[str, Any]:
    return {
        "doctor_id": doctor_id,
        "once": plan.once,
        "starts": plan.starts,
        "ends": plan.ends,
        "anchor": plan.anchor,
        "week_count": len(plan.weeks),
        **stamped(plan.stamp),
    }


def _record(rows: Sequence[Row[Any]]) -> WeekRecord:
    """Return the hours of one doctor's rows."""
    doctor = rows[0]
    undoable = doctor.at is not None and doctor.undoes is None
    hours = WeeklyHours(tuple(sorted(_plans(rows), key=attrgetter("once", "starts"))))
    return WeekRecord(doctor.doctor_id, hours, doctor.week_version, doctor.at, doctor.by_name, undoable)


def _plans(rows: Sequence[Row[Any]]) -> Iterator[WeekPlan]:
    there = (row for row in rows if row.plan_id is not None)
    for _, own in groupby(there, key=attrgetter("plan_id")):
        of_plan = list(own)
        plan = of_plan[0]
        weeks = tuple(_week([row for row in of_plan if row.week == turn]) for turn in range(plan.week_count))
        yield WeekPlan(weeks, plan.starts, plan.ends, plan.once, plan.anchor, stamp_of(plan))


def _week(rows: Sequence[Row[Any]]) -> WeeklyAvailability:
    ranges: dict[int, list[TimeRange]] = defaultdict(list)
    for row in rows:
        if row.start is not None:
            ranges[row.weekday].append(TimeRange(row.start, row.end))
    on = {row.weekday: row.is_on for row in rows}
    return WeeklyAvailability(
        tuple(DayAvailability(tuple(ranges[day]), on=on[day]) if day in on else DAY_OFF for day in Weekday)
    )


def week_change_of(row: Row[Any]) -> WeekChange:
    before, after = tuple(map(plan_of, row.before)), tuple(map(plan_of, row.after))
    stamp = Stamp(row.by_user_id, row.by_name, row.at)
    return WeekChange(row.doctor_id, row.version, before, after, stamp, row.undoes)
