"""Read what decides doctors' hours, inside another use case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from clinic.calendar import Schedule
from clinic.dates import DateSpan, NO_RULES
from clinic.errors import UnknownDoctor
from clinic.people import Doctor
from clinic.plan import ONE_DAY, WeekRecord
from clinic.ports import Clinic, UnitOfWork


@dataclass(frozen=True, slots=True)
class DoctorSchedule:
    """A doctor, the record of the weekly hours, and all that decides the hours on the dates that were asked for."""

    doctor: Doctor
    record: WeekRecord
    schedule: Schedule


def _around(span: DateSpan) -> DateSpan:
    """Return the span with the night before it and the day after, which both reach into its hours."""
    first = span.first - ONE_DAY if span.first > date.min else span.first
    return DateSpan(first, span.last + ONE_DAY if span.last < date.max else span.last)


async def schedule_of(clinic: Clinic, work: UnitOfWork, doctor_id: int, span: DateSpan) -> DoctorSchedule:
    """Return a doctor's in two statements; in a write, nobody else changes it until the end.

    Raises:
        UnknownDoctor.
    """
    found = await work.weeks.find(doctor_id, _around(span))
    if not found:
        raise UnknownDoctor(doctor_id)
    doctor, record = found
    rules = await work.dates.of_doctor(doctor_id, _around(span))
    return DoctorSchedule(doctor, record, Schedule(clinic.zone_of(doctor), record.hours, rules))


async def everybodys_schedules(
    clinic: Clinic, work: UnitOfWork, span: DateSpan, doctor_ids: Collection[int] | None = None
) -> list[DoctorSchedule]:
    """Return every doctor's, or those of these alone, by name, in two statements however many doctors there are."""
    everybody = await work.weeks.everybody(_around(span), doctor_ids)
    rules = await work.dates.of_everybody(_around(span), doctor_ids)
    closures = rules.get(0, NO_RULES).closures
    found = []
    for doctor, record in everybody:
        own = rules.get(doctor.doctor_id, NO_RULES)
        all_rules = replace(own, closures=closures)
        found.append(DoctorSchedule(doctor, record, Schedule(clinic.zone_of(doctor), record.hours, all_rules)))
    return found
