"""What a change of hours, saved but not committed, does to the schedules that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clinic.calendar import Schedule
from clinic.dates import DateSpan, DoctorZone
from clinic.history import HoursChange
from clinic.plan import WeekChange
from clinic.ports import Clinic, UnitOfWork
from clinic.use_cases.schedules import DoctorSchedule, everybodys_schedules, schedule_of


async def after_change(
    clinic: Clinic, work: UnitOfWork, change: HoursChange, span: DateSpan
) -> Sequence[DoctorSchedule]:
    """Return the schedules of those whom the change is about, as they now are, in two statements."""
    if change.doctor_id is None:
        return await everybodys_schedules(clinic, work, span)
    return [await schedule_of(clinic, work, change.doctor_id, span)]


def before_change(clinic: Clinic, found: DoctorSchedule, change: HoursChange) -> Schedule:
    """Return a schedule that was read after the change as it was before it."""
    schedule = found.schedule
    if isinstance(change, WeekChange):
        return replace(schedule, hours=schedule.hours.undone(change))
    zones = (rule.zone for rule in change.before if isinstance(rule, DoctorZone))
    doctor = replace(found.doctor, zone=next(zones, found.doctor.zone))
    return replace(schedule, zone=clinic.zone_of(doctor), rules=schedule.rules.undone(change))
