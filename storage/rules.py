"""Rows -> what differs from the weekly hours on some dates: one question for every kind of rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    Boolean,
    cast,
    ColumnElement,
    Date,
    Integer,
    literal_column,
    null,
    Row,
    Select,
    select,
    SmallInteger,
    String,
    Text,
    union_all,
)
from sqlalchemy.types import TypeEngine

from clinic.confirmation import Answer, Confirmation
from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, TimeOff, TimeOffKind
from clinic.time_range import TimeRange
from clinic.week import DayAvailability
from storage.stamps import stamp_of
from storage.tables import ClosureRow, ConfirmationRow, OverrideRangeRow, OverrideRow, Stamped, TimeOffRow

_COLUMNS: dict[str, TypeEngine[Any]] = {
    "rule_id": Integer(),
    "doctor_id": Integer(),
    "first": Date(),
    "last": Date(),
    "start": SmallInteger(),
    "end": SmallInteger(),
    "words": Text(),
    "kind": String(),
    "is_on": Boolean(),
}
"""What the rows of any rule can say, after which rule it is and before the stamp."""


def _select(rule: str, row: type[Stamped], **said: Any) -> Select[Any]:
    """Return a part of the union. What it does not say is NULL, of a type, for PostgreSQL wants to know."""
    columns: Iterable[ColumnElement[Any]] = (
        said.get(name, cast(null(), kind)).label(name) for name, kind in _COLUMNS.items()
    )
    which = literal_column(f"'{rule}'", String()).label("rule")
    return select(which, *columns, row.set_by_id, row.set_by, row.set_at, row.on_behalf)


_ANY_TIME_OFF = _select(
    "time off",
    TimeOffRow,
    rule_id=TimeOffRow.time_off_id,
    doctor_id=TimeOffRow.doctor_id,
    first=TimeOffRow.first,
    last=TimeOffRow.last,
    start=TimeOffRow.start,
    end=TimeOffRow.end,
    words=TimeOffRow.reason,
    kind=TimeOffRow.kind,
)
_ANY_OVERRIDE = _select(
    "override",
    OverrideRow,
    doctor_id=OverrideRow.doctor_id,
    first=OverrideRow.day,
    last=OverrideRow.day,
    start=OverrideRangeRow.start,
    end=OverrideRangeRow.end,
    is_on=OverrideRow.is_on,
).outerjoin_from(
    OverrideRow,
    OverrideRangeRow,
    and_(OverrideRangeRow.doctor_id == OverrideRow.doctor_id, OverrideRangeRow.day == OverrideRow.day),
)
_ANY_CLOSURE = _select(
    "closure",
    ClosureRow,
    rule_id=ClosureRow.closure_id,
    doctor_id=literal_column("0", Integer()),  # it is every doctor's
    first=ClosureRow.first,
    last=ClosureRow.last,
    words=ClosureRow.name,
)
_ANY_ANSWER = _select(
    "answer",
    ConfirmationRow,
    doctor_id=ConfirmationRow.doctor_id,
    first=ConfirmationRow.monday,
    last=ConfirmationRow.monday,
    words=ConfirmationRow.seen,
    kind=ConfirmationRow.answer,
)
ONE_TIME_OFF = _ANY_TIME_OFF.where(TimeOffRow.time_off_id == bindparam("rule_id"))
ONE_CLOSURE = _ANY_CLOSURE.where(ClosureRow.closure_id == bindparam("rule_id"))

_FIRST, _LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
_DOCTOR = bindparam("doctor", type_=Integer())
_TIME_OFF = _ANY_TIME_OFF.where(TimeOffRow.last >= _FIRST, TimeOffRow.first <= _LAST)
_OVERRIDES = _ANY_OVERRIDE.where(OverrideRow.day >= _FIRST, OverrideRow.day <= _LAST)
_CLOSURES = _ANY_CLOSURE.where(ClosureRow.last >= _FIRST, ClosureRow.first <= _LAST)
_ANSWERS = _ANY_ANSWER.where(ConfirmationRow.monday >= _FIRST, ConfirmationRow.monday <= _LAST)
_ORDER = ("doctor_id", "rule", "first", "rule_id", "start")
OF_DOCTOR = union_all(
    _TIME_OFF.where(TimeOffRow.doctor_id == _DOCTOR),
    _OVERRIDES.where(OverrideRow.doctor_id == _DOCTOR),
    _CLOSURES,
    _ANSWERS.where(ConfirmationRow.doctor_id == _DOCTOR),
).order_by(*_ORDER)
_DOCTORS = bindparam("doctors", type_=Integer(), expanding=True)
OF_DOCTORS = union_all(
    _TIME_OFF.where(TimeOffRow.doctor_id.in_(_DOCTORS)),
    _OVERRIDES.where(OverrideRow.doctor_id.in_(_DOCTORS)),
    _CLOSURES,
    _ANSWERS.where(ConfirmationRow.doctor_id.in_(_DOCTORS)),
).order_by(*_ORDER)
OF_EVERYBODY = union_all(_TIME_OFF, _OVERRIDES, _CLOSURES, _ANSWERS).order_by(*_ORDER)


def rules_of(rows: Iterable[Row[Any]]) -> DateRules:
    """Return the rules of one doctor's rows, the earliest first."""
    by_rule = {rule: list(own) for rule, own in groupby(rows, key=attrgetter("rule"))}
    overrides = groupby(by_rule.get("override", ()), key=attrgetter("first"))
    return DateRules(
        tuple(map(time_off_of, by_rule.get("time off", ()))),
        tuple(_override_of(list(own)) for _, own in overrides),
        tuple(map(closure_of, by_rule.get("closure", ()))),
        tuple(map(_confirmation_of, by_rule.get("answer", ()))),
    )


def time_off_of(row: Row[Any]) -> TimeOff:
    hours = None if row.start is None else TimeRange(row.start, row.end)
    span, kind = DateSpan(row.first, row.last), TimeOffKind(row.kind)
    return TimeOff(row.doctor_id, span, hours, row.words, kind, stamp_of(row), row.rule_id)


def closure_of(row: Row[Any]) -> ClinicClosure:
    return ClinicClosure(DateSpan(row.first, row.last), row.words, stamp_of(row), row.rule_id)


def _override_of(rows: Sequence[Row[Any]]) -> DateOverride:
    ranges = tuple(TimeRange(row.start, row.end) for row in rows if row.start is not None)
    row = rows[0]
    return DateOverride(row.doctor_id, row.first, DayAvailability(ranges, on=row.is_on), stamp_of(row))


def _confirmation_of(row: Row[Any]) -> Confirmation:
    stamp = stamp_of(row)
    if stamp is None:
        raise ValueError("nobody gave this answer")  # the table says that it cannot be
    return Confirmation(row.doctor_id, row.first, Answer(row.kind), row.words, stamp)
