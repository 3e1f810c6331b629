"""Plans, rules, bookings and changed days <-> the JSON that is kept of them. Dates and instants are ISO 8601."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, UTC
from typing import Any
from zoneinfo import ZoneInfo

from clinic.booking import Booking, BookingStatus
from clinic.calendar import Slot
from clinic.dates import ClinicClosure, DateOverride, DateRule, DateSpan, DoctorZone, TimeOff, TimeOffKind
from clinic.plan import Stamp, WeekPlan
from clinic.time_range import TimeRange
from clinic.watching import DayChange, DayHours
from clinic.week import DayAvailability, WeeklyAvailability

Plain = dict[str, Any]
"""An object of JSON."""


def plain_plan(plan: WeekPlan) -> Plain:
    """Return a plan; each of its weeks is seven times ``[on, [[start, end], ...]]``, Monday first."""
    return {
        "starts": plan.starts.isoformat(),
        "ends": plan.ends.isoformat(),
        "once": plan.once,
        "anchor": plan.anchor.isoformat(),
        "weeks": [[plain_day(day) for day in week.days] for week in plan.weeks],
        "stamp": _plain_stamp(plan.stamp),
    }


def plan_of(plain: Plain) -> WeekPlan:
    return WeekPlan(
        tuple(WeeklyAvailability(tuple(map(day_of, week))) for week in plain["weeks"]),
        date.fromisoformat(plain["starts"]),
        date.fromisoformat(plain["ends"]),
        plain["once"],
        date.fromisoformat(plain["anchor"]),
        _stamp_of(plain["stamp"]),
    )


def plain_rule(rule: DateRule) -> Plain:
    """Return a rule with its ``kind``, and what the rule has, by the names that it has there."""
    match rule:
        case TimeOff():
            return {
                "kind": "time_off",
                "id": rule.time_off_id,
                "doctor_id": rule.doctor_id,
                **_plain_span(rule.span),
                "hours": [rule.hours.start, rule.hours.end] if rule.hours else None,
                "reason": rule.reason,
                "time_off_kind": rule.kind.value,
                "stamp": _plain_stamp(rule.stamp),
            }
        case DateOverride():
            return {
                "kind": "override",
                "doctor_id": rule.doctor_id,
                "day": rule.day.isoformat(),
                "availability": plain_day(rule.availability),
                "stamp": _plain_stamp(rule.stamp),
            }
        case ClinicClosure():
            return {
                "kind": "closure",
                "id": rule.closure_id,
                **_plain_span(rule.span),
                "name": rule.name,
                "stamp": _plain_stamp(rule.stamp),
            }
        case DoctorZone():
            return {"kind": "zone", "doctor_id": rule.doctor_id, "zone": rule.zone}


def rule_of(plain: Plain) -> DateRule:
    """Return the rule of an object that ``plain_rule`` made."""
    match plain["kind"]:
        case "time_off":
            hours = TimeRange(*plain["hours"]) if plain["hours"] else None
            kind, stamp = TimeOffKind(plain["time_off_kind"]), _stamp_of(plain["stamp"])
            return TimeOff(plain["doctor_id"], _span_of(plain), hours, plain["reason"], kind, stamp, plain["id"])
        case "override":
            day, availability = date.fromisoformat(plain["day"]), day_of(plain["availability"])
            return DateOverride(plain["doctor_id"], day, availability, _stamp_of(plain["stamp"]))
        case "closure":
            return ClinicClosure(_span_of(plain), plain["name"], _stamp_of(plain["stamp"]), plain["id"])
        case "zone":
            return DoctorZone(plain["doctor_id"], plain["zone"])
        case unknown:
            raise ValueError(f"no rule is of the kind {unknown!r}")


def plain_booking(booking: Booking) -> Plain:
    return {
        "booking_id": booking.booking_id,
        "doctor_id": booking.doctor_id,
        "slot": [_plain_instant(booking.slot.start), _plain_instant(booking.slot.end)],
        "reference": booking.reference,
        "note": booking.note,
        "status": booking.status.value,
        "flagged": booking.flagged,
        "reason": booking.reason,
        "stamp": _plain_stamp(booking.stamp),
        "version": booking.version,
    }


def booking_of(plain: Plain) -> Booking:
    """Return the booking of an object that ``plain_booking`` made."""
    return Booking(
        plain["doctor_id"],
        Slot(*map(datetime.fromisoformat, plain["slot"])),
        plain["reference"],
        plain["note"],
        BookingStatus(plain["status"]),
        plain["flagged"],
        plain["reason"],
        _stamp_of(plain["stamp"]),
        plain["booking_id"],
        plain["version"],
    )


def plain_day_change(change: DayChange) -> Plain:
    """Return a change of a day; its hours before and after are ``[zone, [[start, end], ...]]``."""
    return {
        "day": change.day.isoformat(),
        "before": [change.before.zone.key, _plain_ranges(change.before.hours)],
        "after": [change.after.zone.key, _plain_ranges(change.after.hours)],
    }


def day_change_of(plain: Plain) -> DayChange:
    """Return the change of an object that ``plain_day_change`` made."""
    day = date.fromisoformat(plain["day"])
    both = (DayHours(day, _ranges_of(ranges), ZoneInfo(zone)) for zone, ranges in (plain["before"], plain["after"]))
    return DayChange(*both)


def plain_day(day: DayAvailability) -> list[Any]:
    return [day.on, _plain_ranges(day.ranges)]


def day_of(plain: list[Any]) -> DayAvailability:
    on, ranges = plain
    return DayAvailability(_ranges_of(ranges), on=on)


def _plain_ranges(ranges: Iterable[TimeRange]) -> list[list[int]]:
    return [[hours.start, hours.end] for hours in ranges]


def _ranges_of(plain: Iterable[list[int]]) -> tuple[TimeRange, ...]:
    return tuple(TimeRange(start, end) for start, end in plain)


def _plain_span(span: DateSpan) -> Plain:
    return {"first": span.first.isoformat(), "last": span.last.isoformat()}


def _span_of(plain: Plain) -> DateSpan:
    return DateSpan(date.fromisoformat(plain["first"]), date.fromisoformat(plain["last"]))


def _plain_stamp(stamp: Stamp | None) -> Plain | None:
    if stamp is None:
        return None
    plain = {"user_id": stamp.user_id, "name": stamp.name, "at": _plain_instant(stamp.at)}
    return plain | {"on_behalf": stamp.on_behalf} if stamp.on_behalf else plain


def _plain_instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _stamp_of(plain: Plain | None) -> Stamp | None:
    if plain is None:
        return None
    at, on_behalf = datetime.fromisoformat(plain["at"]), plain.get("on_behalf", "")
    return Stamp(plain["user_id"], plain["name"], at, on_behalf)
