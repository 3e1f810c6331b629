"""Changes of hours long after they were made: what they were about, and whether they can still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from clinic.dates import ClinicClosure, DateChange, DateOverride, DateRule, DateSpan, DoctorZone, TimeOff
from clinic.plan import Stamp, WeekChange, WeekPlan

HoursChange = WeekChange | DateChange
"""One line of either history."""
Piece = WeekPlan | DateRule
AnyPiece = TypeVar("AnyPiece", WeekPlan, DateRule)


def pieces_of(change: HoursChange) -> tuple[Piece, ...]:
    """Return all that a change took and put."""
    return (*change.before, *change.after)


def span_of(piece: Piece) -> DateSpan:
    """Return the dates that a plan or a rule speaks of."""
    match piece:
        case WeekPlan():
            return DateSpan(piece.starts, piece.ends)
        case TimeOff() | ClinicClosure():
            return piece.span
        case DateOverride():
            return DateSpan(piece.day, piece.day)
        case DoctorZone():
            return DateSpan(date.min, date.max)


def dates_of(change: HoursChange) -> DateSpan:
    """Return the dates from the first that a change speaks of to the last."""
    spans = [span_of(piece) for piece in pieces_of(change)]
    return DateSpan(min(span.first for span in spans), max(span.last for span in spans))


def touches(change: HoursChange, other: HoursChange) -> bool:
    """Whether both are about the same kind of thing on some date."""
    return any(_meet(one, two) for one in pieces_of(change) for two in pieces_of(other))


def _meet(one: Piece, other: Piece) -> bool:
    if isinstance(one, WeekPlan) and isinstance(other, WeekPlan) and one.once != other.once:
        return False
    return type(one) is type(other) and span_of(one).overlaps(span_of(other))


def week_taken_back(change: WeekChange, present: Sequence[WeekPlan], version: int, stamp: Stamp) -> WeekChange | None:
    """Return what takes a change of weekly hours back from the plans of ``version``; none where it cannot be.

    All that the change put must still stand, and nothing else on the dates of what it took.
    """
    standing = _standing(change.after, present)
    kept = [plan for plan in present if plan not in change.after]
    if standing is None or any(_meet(taken, other) for taken in change.before for other in kept):
        return None
    return WeekChange(change.doctor_id, version + 1, standing, change.before, stamp)


def dates_taken_back(change: DateChange, present: Sequence[DateRule], stamp: Stamp) -> DateChange | None:
    """Return what takes a change of the calendar back from the rules that hold; none where it cannot be.

    All that the change put must still stand. What it took must not be back, and no other hours stand on its dates.
    """
    standing = _standing(change.after, present)
    kept = [rule for rule in present if rule not in change.after]
    if standing is None or any(_excludes(other, taken) for taken in change.before for other in kept):
        return None
    return DateChange(change.doctor_id, standing, change.before, stamp)


def _standing(put: Sequence[AnyPiece], present: Sequence[AnyPiece]) -> tuple[AnyPiece, ...] | None:
    """Return what was put as it now stands, whoever has put it there again; none where some of it is gone."""
    standing = tuple(piece for piece in present if piece in put)
    return standing if all(piece in standing for piece in put) else None


def _excludes(one: DateRule, other: DateRule) -> bool:
    if isinstance(one, DateOverride) and isinstance(other, DateOverride):
        return one.day == other.day
    return one == other
