"""Doctors and their weekly hours, out and in, for whoever runs the bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from clinic.errors import ClinicError, UnknownDoctor
from clinic.people import Doctor
from clinic.plan import ONE_WEEK, Stamp, WeeklyHours, WeekPlan
from clinic.ports import Clinic, UnitOfWork
from clinic.use_cases.hours import from_now_on, save_hours, today_of
from clinic.week import DayAvailability, monday_of, Weekday, WeeklyAvailability

OPERATOR = "import"
"""In whose name the history has what was imported."""


@dataclass(frozen=True, slots=True)
class DoctorHours:
    """A doctor with the hours that repeat now: every week, or in two weeks that take turns, the first from ``monday``.

    ``varies`` where hours are planned that begin later, or for one week alone.
    """

    doctor: Doctor
    weeks: tuple[WeeklyAvailability, ...]
    monday: date
    varies: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What an import says of one doctor; ``line`` is where.

    ``doctor_id`` is none for one who is found by name and specialization, or is new. ``weeks`` are none, which leaves
    the hours as they are; one, to be set every week from today on; or two that take turns, the first in the week of
    ``monday``. Each has the days to be set, None for one that is off and keeps its hours; days that are not there stay.
    """

    line: int
    doctor_id: int | None
    name: str
    specialization: str
    weeks: tuple[Mapping[Weekday, DayAvailability | None], ...] = ()
    monday: date | None = None


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
    monday = monday_of(today)
    weeks = tuple(plan.week_of(day) for day in _mondays(monday, len(plan.weeks)))
    return DoctorHours(doctor, weeks, monday, varies=bool(coming))


def _mondays(first: date, count: int) -> list[date]:
    return [first + number * ONE_WEEK for number in range(count)]


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
    present = record.hours.repeating_on(today)
    made = _made(entry, present, today)
    if _is_same(present, made, today):
        return Effect.SAME if found else Effect.NEW
    stamp = Stamp(0, OPERATOR, clinic.clock())
    changed = record.hours.with_plan(replace(made, stamp=stamp), today)
    await save_hours(clinic, work, record, changed, stamp, None)
    return Effect.CHANGED if found else Effect.NEW


def _made(entry: Entry, present: WeekPlan, today: date) -> WeekPlan:
    """Return what an entry makes of the plan that repeats."""
    if not entry.weeks:
        return present
    weeks = []
    for days, monday in zip(entry.weeks, _mondays(entry.monday or monday_of(today), len(entry.weeks)), strict=True):
        week = present.week_of(monday)
        weeks.append(week.with_days({day: hours or week[day].switched(on=False) for day, hours in days.items()}))
    return replace(present, weeks=tuple(weeks), anchor=entry.monday or present.anchor)


def _is_same(one: WeekPlan, other: WeekPlan, today: date) -> bool:
    """Return whether two plans have the same hours in this week and in the next, whatever days that are off keep."""
    return all(
        one.week_of(monday)[day].open_ranges == other.week_of(monday)[day].open_ranges
        for monday in _mondays(monday_of(today), 2)
        for day in Weekday
    )


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
