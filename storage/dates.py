"""What differs from the weekly hours on some dates, and its history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    ColumnElement,
    Delete,
    delete,
    false,
    func,
    insert,
    or_,
    Row,
    select,
    Update,
    update,
)
from sqlalchemy.orm import aliased

from clinic.dates import ClinicClosure, DateChange, DateOverride, DateRule, DateRules, DateSpan, DoctorZone, TimeOff
from clinic.errors import DatesHaveChanged
from storage.history import plain_rule, rule_of
from storage.rules import (
    closure_of,
    OF_DOCTOR,
    OF_DOCTORS,
    OF_EVERYBODY,
    ONE_CLOSURE,
    ONE_TIME_OFF,
    rules_of,
    time_off_of,
)
from storage.stamps import signed, signer_of, stamped
from storage.tables import Base, ClosureRow, DateChangeRow, DoctorRow, OverrideRangeRow, OverrideRow, TimeOffRow
from storage.transaction import Transaction

_UNDO = aliased(DateChangeRow)
_UNDONE = select(_UNDO.change_id).where(_UNDO.undoes == DateChangeRow.change_id).exists()
_CHANGE = select(*DateChangeRow.__table__.c, _UNDONE.label("undone")).where(
    DateChangeRow.change_id == bindparam("change_id")
)


class Dates:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_doctor(self, doctor_id: int, span: DateSpan) -> DateRules:
        """Return a doctor's rules that reach into the span, the clinic's closures among them, in one statement.

        Rules of a kind come in the order of their dates.
        """
        asked = {"doctor": doctor_id, "first": span.first, "last": span.last}
        return rules_of(await self._transaction.read(OF_DOCTOR, asked))

    async def of_everybody(self, span: DateSpan, doctor_ids: Collection[int] | None = None) -> Mapping[int, DateRules]:
        """Return the rules of every doctor who has some, or of these alone, in one statement; under 0 the closures."""
        asked: dict[str, Any] = {"first": span.first, "last": span.last}
        if doctor_ids is None:
            rows = await self._transaction.read(OF_EVERYBODY, asked)
        else:
            rows = await self._transaction.read(OF_DOCTORS, asked | {"doctors": list(doctor_ids)})
        return {doctor_id: rules_of(own) for doctor_id, own in groupby(rows, key=attrgetter("doctor_id"))}

    async def time_off(self, time_off_id: int) -> TimeOff | None:
        rows = await self._transaction.read(ONE_TIME_OFF, {"rule_id": time_off_id})
        return time_off_of(rows[0]) if rows else None

    async def closure(self, closure_id: int) -> ClinicClosure | None:
        rows = await self._transaction.read(ONE_CLOSURE, {"rule_id": closure_id})
        return closure_of(rows[0]) if rows else None

    async def save(self, change: DateChange) -> DateChange:
        """Take the rules before, put those after, keep the change in the history; return it with the ids given.

        A rule that has an id is put with it: brought back by an undo, it is the one that older lines speak of.

        Raises:
            DatesHaveChanged: a rule before is not stored as it stands there, by whom and when included, or other hours
                stand on a date to put some; nothing must be committed then.
        """
        self._transaction.ensure_covers(change.doctor_id)
        for rule in change.before:
            if not (await self._transaction.change(_taken(rule))).rowcount:
                raise DatesHaveChanged
        after = tuple([await self._put(rule) for rule in change.after])
        await self._put_overrides([rule for rule in after if isinstance(rule, DateOverride)])
        line = insert(DateChangeRow).values(
            doctor_id=change.doctor_id,
            before=[plain_rule(rule) for rule in change.before],
            after=[plain_rule(rule) for rule in after],
            undoes=change.undoes,
            **signed(change.stamp),
        )
        result = await self._transaction.change(line.returning(DateChangeRow.change_id))
        return replace(change, after=after, change_id=result.scalar_one())

    async def _put(self, rule: DateRule) -> DateRule:
        """Put one rule, and return it with its id; overrides come all at once."""
        match rule:
            case TimeOff():
                given = await self._add(TimeOffRow, "time_off_id", rule.time_off_id, _time_off_row(rule))
                return replace(rule, time_off_id=given)
            case ClinicClosure():
                given = await self._add(ClosureRow, "closure_id", rule.closure_id, _closure_row(rule))
                return replace(rule, closure_id=given)
            case DoctorZone():
                theirs = update(DoctorRow).where(DoctorRow.doctor_id == rule.doctor_id)
                await self._transaction.change(theirs.values(zone=rule.zone))
        return rule

    async def _add(self, table: type[Base], key: str, rule_id: int, row: Mapping[str, Any]) -> int:
        known = {key: rule_id} if rule_id else {}
        added = self._transaction.insert(table).values(**row, **known).on_conflict_do_nothing()
        given: int | None = (await self._transaction.change(added.returning(table.__table__.c[key]))).scalar()
        if given is None:
            raise DatesHaveChanged
        return given

    async def _put_overrides(self, overrides: Sequence[DateOverride]) -> None:
        if not overrides:
            return
        days = [{"doctor_id": rule.doctor_id, "day": rule.day, **_override_row(rule)} for rule in overrides]
        result = await self._transaction.change(
            self._transaction.insert(OverrideRow).values(days).on_conflict_do_nothing()
        )
        if result.rowcount != len(overrides):
            raise DatesHaveChanged
        ranges = [
            {"doctor_id": rule.doctor_id, "day": rule.day, "start": hours.start, "end": hours.end}
            for rule in overrides
            for hours in rule.availability.ranges
        ]
        if ranges:
            await self._transaction.change(insert(OverrideRangeRow), ranges)

    async def change(self, change_id: int) -> DateChange | None:
        rows = await self._transaction.read(_CHANGE, {"change_id": change_id})
        return replace(date_change_of(rows[0]), undone=bool(rows[0].undone)) if rows else None


def date_change_of(row: Row[Any]) -> DateChange:
    """Return the change of a row of the history; whether it was undone is not in it."""
    before, after = tuple(map(rule_of, row.before)), tuple(map(rule_of, row.after))
    return DateChange(row.doctor_id, before, after, signer_of(row), row.undoes, row.change_id)


def _taken(rule: DateRule) -> Delete | Update:
    """Return what takes a rule away, if it is still stored as it is here."""
    match rule:
        case TimeOff():
            mine = delete(TimeOffRow).where(TimeOffRow.time_off_id == rule.time_off_id)
            return mine.where(*_still(TimeOffRow, _time_off_row(rule)))
        case DateOverride():
            its = delete(OverrideRow).where(OverrideRow.doctor_id == rule.doctor_id, OverrideRow.day == rule.day)
            return its.where(*_still(OverrideRow, _override_row(rule)), *_still_its_ranges(rule))
        case ClinicClosure():
            ours = delete(ClosureRow).where(ClosureRow.closure_id == rule.closure_id)
            return ours.where(*_still(ClosureRow, _closure_row(rule)))
        case DoctorZone():
            theirs = update(DoctorRow).where(DoctorRow.doctor_id == rule.doctor_id, DoctorRow.zone == rule.zone)
            return theirs.values(zone=None)


def _time_off_row(rule: TimeOff) -> dict[str, Any]:
    return {
        "doctor_id": rule.doctor_id,
        "first": rule.span.first,
        "last": rule.span.last,
        "start": rule.hours.start if rule.hours else None,
        "end": rule.hours.end if rule.hours else None,
        "reason": rule.reason,
        "kind": rule.kind.value,
        **stamped(rule.stamp),
    }


def _override_row(rule: DateOverride) -> dict[str, Any]:
    return {"is_on": rule.availability.on, **stamped(rule.stamp)}


def _closure_row(rule: ClinicClosure) -> dict[str, Any]:
    return {"first": rule.span.first, "last": rule.span.last, "name": rule.name, **stamped(rule.stamp)}


def _still(table: type[Base], row: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions that a stored row is this one; ``== None`` is ``IS NULL`` to SQLAlchemy."""
    return [table.__table__.c[name] == value for name, value in row.items()]


def _still_its_ranges(rule: DateOverride) -> list[ColumnElement[bool]]:
    """Return the conditions that all of the override's ranges are stored, and no others."""
    ranges = rule.availability.ranges
    its_day = and_(OverrideRangeRow.doctor_id == rule.doctor_id, OverrideRangeRow.day == rule.day)
    stored = select(func.count()).select_from(OverrideRangeRow).where(its_day)
    named = (and_(OverrideRangeRow.start == hours.start, OverrideRangeRow.end == hours.end) for hours in ranges)
    same = stored.where(or_(false(), *named))
    return [stored.scalar_subquery() == len(ranges), same.scalar_subquery() == len(ranges)]
