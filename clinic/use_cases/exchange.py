"""Doctors and their weekly hours, out and in, for whoever runs the bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clinic.errors import ClinicError, UnknownDoctor
from clinic.people import Doctor
from clinic.plan import Recurrence, Repeat, Stamp, WeeklyHours
from clinic.ports import Clinic, UnitOfWork
from clinic.use_cases.hours import from_now_on, save_hours, today_of
from clinic.week import DayAvailability, Weekday

OPERATOR = "import"
"""In whose name the history has what was imported."""


@dataclass(frozen=True, slots=True)
class DoctorHours:
    """A doctor with the hours that repeat now; ``varies`` where other weeks have others."""

    doctor: Doctor
    days: Mapping[Weekday, DayAvailability]
    varies: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What an import says of one doctor; ``line`` is where.

    ``doctor_id`` is none for one who is found by name and specialization, or is new. ``days`` are those to be set every
    week from today on, None for one that is off and keeps its hours; days that are not there stay.
    """

    line: int
    doctor_id: int | None
    name: str
    specialization: str
    days: Mapping[Weekday, DayAvailability | None]


class Effect(StrEnum):
    """What an entry does."""

    NEW = "new"
    CHANGED = "hours changed"
    SAME = "as it is"


class ImportRefused(Exception):
    """Nothing was changed; ``problems`` are what is wrong, by line."""

    def __init__(self, problems: Sequence[tuple[int, ClinicError]]) -> None:
        super().__init__()
        self.problems = problems


async def export_doctors(clinic: Clinic) -> list[DoctorHours]:
    """Return every doctor, by name."""
    async with clinic.storage.read() as work:
        found = await work.weeks.everybody(from_now_on(clinic))
    return [_hours_of(clinic, doctor, record.hours) for doctor, record in found]


def _hours_of(clinic: Clinic, doctor: Doctor, hours: WeeklyHours) -> DoctorHours:
    today = today_of(clinic, doctor)
    plan = hours.repeating_on(today)
    coming = [one for one in hours.plans if one != plan and one.ends >= today]
    return DoctorHours(doctor, dict(plan.week_of(today)), varies=len(plan.weeks) > 1 or bool(coming))


async def import_doctors(clinic: Clinic, entries: Sequence[Entry], *, keep: bool) -> list[Effect]:
    """Add doctors and set hours, all or nothing; without ``keep`` only find out what that would do.

    Both go the same way, but for the commit.

    Raises:
        ImportRefused: an entry cannot be; of a day whose hours bookings need, that is ``BookingsAffected``.
    """
    problems: list[tuple[int, ClinicError]] = []
    effects: list[Effect] = []
    async with clinic.storage.write() as work:
        known = await work.doctors.everybody()
        for entry in entries:
            try:
                effects.append(await _take(clinic, work, entry, known))
            except ClinicError as error:
                problems.append((entry.line, error))
        if problems:
            raise ImportRefused(problems)
        if keep:
            await work.commit()
    return effects


async def _take(clinic: Clinic, work: UnitOfWork, entry: Entry, known: Sequence[Doctor]) -> Effect:
    found = _found(entry, known)
    doctor = found or await work.doctors.add(entry.name, entry.specialization)
    record_of = await work.weeks.find(doctor.doctor_id, from_now_on(clinic))
    if record_of is None:
        raise UnknownDoctor(doctor.doctor_id)
    _, record = record_of
    today = today_of(clinic, doctor)
    present = record.hours.repeating_on(today).week_of(today)
    days = {day: hours or present[day].switched(on=False) for day, hours in entry.days.items()}
    if all(present[day].open_ranges == hours.open_ranges for day, hours in days.items()):
        return Effect.SAME if found else Effect.NEW
    stamp = Stamp(0, OPERATOR, clinic.clock())
    changed = record.hours.changed(days, Recurrence(Repeat.EVERY_WEEK, today), today, stamp)
    await save_hours(clinic, work, record, changed, stamp, None)
    return Effect.CHANGED if found else Effect.NEW


def _found(entry: Entry, known: Sequence[Doctor]) -> Doctor | None:
    """Return the doctor whom an entry is about; none where it is a new one.

    Raises:
        UnknownDoctor: nobody has the id with this name and specialization.
    """
    same = [one for one in known if (one.name, one.specialization) == (entry.name, entry.specialization)]
    if entry.doctor_id is None:
        return same[0] if same else None
    for doctor in same:
        if doctor.doctor_id == entry.doctor_id:
            return doctor
    raise UnknownDoctor(entry.doctor_id)
