"""Rows <-> a doctor's weekly hours and their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import groupby
from operator import add, attrgetter
from typing import Any

from sqlalchemy import and_, bindparam, cast, delete, func, insert, Integer, Row, select, Text, update

from clinic.dates import DateSpan
from clinic.people import Doctor
from clinic.plan import WeekChange, WeeklyHours, WeekPlan, WeekRecord
from clinic.search import folded
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, Weekday, WeeklyAvailability
from storage.history import plain_plan, plan_of
from storage.repositories import doctor_of
from storage.stamps import signed, signer_of, stamp_of, stamped
from storage.tables import ChangeRow, DayRow, DoctorRow, PersonRow, PlanRow, RangeRow
from storage.transaction import Transaction

_MOST_CACHED = 4096
_HOURS = (DayRow.week, DayRow.weekday, cast(DayRow.is_on, Integer), RangeRow.start, RangeRow.end)
_RANGE = reduce(add, (cast(number, Text).concat(" ") for number in _HOURS))
_RANGES = (
    select(func.aggregate_strings(_RANGE, ""))
    .join_from(
        DayRow,
        RangeRow,
        and_(RangeRow.plan_id == DayRow.plan_id, RangeRow.week == DayRow.week, RangeRow.weekday == DayRow.weekday),
    )
    .where(DayRow.plan_id == PlanRow.plan_id)
    .correlate(PlanRow)
    .scalar_subquery()
    .label("ranges")
)
"""All of a plan's ranges as one text of numbers, five a range: so a board has a row a doctor, not one a range."""

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
        ChangeRow.on_behalf.label("changed_on_behalf"),
        *PlanRow.__table__.c[
            "plan_id", "once", "starts", "ends", "anchor", "week_count", "set_by_id", "set_by", "set_at", "on_behalf"
        ],
        _RANGES,
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
    # Not by what is unique of a doctor's plans: SQLite would then read that index, with all plans that are over.
    .order_by(DoctorRow.doctor_id, PlanRow.plan_id)
)
_ONE = _EVERYBODY.where(DoctorRow.doctor_id == bindparam("doctor"))
_SOME = _EVERYBODY.where(DoctorRow.doctor_id.in_(bindparam("doctors", expanding=True)))
_CHANGE = select(*ChangeRow.__table__.c).where(
    ChangeRow.doctor_id == bindparam("doctor"), ChangeRow.version == bindparam("made")
)
_COUNT = (
    update(DoctorRow)
    .where(DoctorRow.doctor_id == bindparam("doctor"), DoctorRow.week_version == bindparam("before"))
    .values(week_version=bindparam("after"))
)
_REMEMBER = insert(ChangeRow)
_TAKE = delete(PlanRow).where(  # its days and ranges go with it
    PlanRow.doctor_id == bindparam("doctor"), PlanRow.once == bindparam("alone"), PlanRow.starts == bindparam("since")
)
_PUT = insert(PlanRow).returning(PlanRow.plan_id)
_PUT_DAYS, _PUT_RANGES = insert(DayRow), insert(RangeRow)


class Weeks:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, doctor_id: int, span: DateSpan) -> tuple[Doctor, WeekRecord] | None:
        """Return a doctor with the plans that reach into the span, in one statement."""
        asked = {"doctor": doctor_id, "first": span.first, "last": span.last}
        rows = await self._transaction.read(_ONE, asked)
        return (doctor_of(rows[0]), _record(rows)) if rows else None

    async def everybody(
        self, span: DateSpan, doctor_ids: Collection[int] | None = None
    ) -> Sequence[tuple[Doctor, WeekRecord]]:
        """Return every doctor, or these alone, with the plans that reach into the span, in one statement.

        They come by name as a reader looks for it: neither case nor accents count.
        """
        asked: dict[str, Any] = {"first": span.first, "last": span.last}
        if doctor_ids is None:
            rows = await self._transaction.read(_EVERYBODY, asked)
        else:
            rows = await self._transaction.read(_SOME, asked | {"doctors": list(doctor_ids)})
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
        await self._take(change)
        await self._put(change)

    async def _count(self, change: WeekChange) -> None:
        present = {"doctor": change.doctor_id, "before": change.version - 1, "after": change.version}
        if not (await self._transaction.change(_COUNT, present)).rowcount:
            raise _not_the_one_before(change)

    async def _remember(self, change: WeekChange) -> None:
        line = {
            "doctor_id": change.doctor_id,
            "version": change.version,
            **signed(change.stamp),
            "before": [plain_plan(plan) for plan in change.before],
            "after": [plain_plan(plan) for plan in change.after],
            "undoes": change.undoes,
        }
        await self._transaction.change(_REMEMBER, line)

    async def _take(self, change: WeekChange) -> None:
        for plan in change.before:
            which = {"doctor": change.doctor_id, "alone": plan.once, "since": plan.starts}
            if not (await self._transaction.change(_TAKE, which)).rowcount:
                raise _not_the_one_before(change)

    async def _put(self, change: WeekChange) -> None:
        ids: list[int] = []
        for plan in change.after:
            result = await self._transaction.change(_PUT, _plan_row(change.doctor_id, plan))
            ids.append(result.scalar_one())
        days = [
            ({"plan_id": plan_id, "week": turn, "weekday": int(weekday)}, day)
            for plan_id, plan in zip(ids, change.after, strict=True)
            for turn, week in enumerate(plan.weeks)
            for weekday, day in week
            if day != DAY_OFF
        ]
        if days:
            await self._transaction.change(_PUT_DAYS, [key | {"is_on": day.on} for key, day in days])
            ranges = [key | {"start": hours.start, "end": hours.end} for key, day in days for hours in day.ranges]
            await self._transaction.change(_PUT_RANGES, ranges)

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
    return WeekRecord(
        doctor.doctor_id,
        hours,
        doctor.week_version,
        doctor.at,
        doctor.by_name,
        undoable,
        doctor.changed_on_behalf or "",
    )


def _plans(rows: Iterable[Row[Any]]) -> Iterator[WeekPlan]:
    for row in rows:
        if row.plan_id is not None:
            weeks = _weeks(row.ranges or "", row.week_count)
            yield WeekPlan(weeks, row.starts, row.ends, row.once, row.anchor, stamp_of(row))


@lru_cache(_MOST_CACHED)
def _weeks(ranges: str, count: int) -> tuple[WeeklyAvailability, ...]:
    """Return the weeks that ranges as ``_RANGES`` make, whose order the database leaves open.

    They are remembered by what they say, not by whose they are: what another process has changed is not missed.
    """
    days: dict[tuple[int, int], tuple[bool, list[TimeRange]]] = {}
    numbers = map(int, ranges.split())
    for week, weekday, on, start, end in zip(*[numbers] * len(_HOURS), strict=True):
        days.setdefault((week, weekday), (bool(on), []))[1].append(TimeRange(start, end))
    found = {key: DayAvailability(tuple(sorted(hours)), on=on) for key, (on, hours) in days.items()}
    return tuple(WeeklyAvailability(tuple(found.get((week, day), DAY_OFF) for day in Weekday)) for week in range(count))


def week_change_of(row: Row[Any]) -> WeekChange:
    before, after = tuple(map(plan_of, row.before)), tuple(map(plan_of, row.after))
    return WeekChange(row.doctor_id, row.version, before, after, signer_of(row), row.undoes)
