"""A doctor confirms a week as it is shown, or takes it off; the desk sees who has answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic import policy
from clinic.booking import Affected
from clinic.calendar import ResolvedDay
from clinic.confirmation import Answer, Confirmation, fingerprint
from clinic.dates import DateChange, TimeOff, week_span
from clinic.errors import DateIsPast, WeekHasChanged
from clinic.people import Actor, Doctor
from clinic.plan import ONE_WEEK
from clinic.ports import Clinic, UnitOfWork
from clinic.search import board_order
from clinic.use_cases.answers import keep_answer
from clinic.use_cases.board import find_standing
from clinic.use_cases.dates import keep_time_off
from clinic.use_cases.hours import ensure_still_sets, stamp_of, today_of
from clinic.use_cases.schedules import DoctorSchedule, everybodys_schedules, schedule_of
from clinic.week import monday_of


class Standing(StrEnum):
    """How it stands with a doctor's answer for a week."""

    CONFIRMED = "confirmed"
    OFF = "off"
    CHANGED = "changed"
    NO_ANSWER = "no answer"
    NOT_REACHED = "not reached"


_STANDINGS = {Answer.SAME: Standing.CONFIRMED, Answer.OFF: Standing.OFF, Answer.CHANGED: Standing.CHANGED}


@dataclass(frozen=True, slots=True)
class DoctorWeek:
    """A doctor's week, and how it stands with the answer; without one, whether the doctor can be asked at all."""

    read: DoctorSchedule
    days: tuple[ResolvedDay, ...]
    confirmation: Confirmation | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Answers:
    """Doctors' weeks in the order of a board, behind ``first`` of ``total``; ``answered`` counts over all of them."""

    weeks: Sequence[DoctorWeek]
    first: int
    total: int
    answered: int


def coming_week(clinic: Clinic, doctor: Doctor) -> date:
    """Return the Monday with which the doctor's next week begins."""
    return monday_of(today_of(clinic, doctor)) + ONE_WEEK


async def read_answers(clinic: Clinic, actor: Actor, monday: date, first: int, most: int) -> Answers:
    """Return the weeks with their answers of ``most`` doctors behind ``first`` others on a board.

    It is six statements however many doctors there are.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        doctor_ids, first, _ = await find_standing(work, first, most)
        read = await everybodys_schedules(clinic, work, week_span(monday), doctor_ids)
        people = await work.people.of_ids([each.doctor.user_id for each in read if each.doctor.user_id is not None])
        total, answered = await work.doctors.count(), await work.confirmations.count(monday)
    in_order = sorted(read, key=lambda each: board_order(each.doctor))
    weeks = [_week_of(each, monday, people.get(each.doctor.user_id or 0)) for each in in_order]
    return Answers(weeks, first, total, answered)


def _week_of(read: DoctorSchedule, monday: date, person: Actor | None) -> DoctorWeek:
    days = tuple(read.schedule.days(week_span(monday)))
    found = read.schedule.rules.confirmation(monday)
    if found:
        standing = _STANDINGS[found.counts_as(days)]
    else:
        reached = person and not person.suspended and not person.blocked
        standing = Standing.NO_ANSWER if reached else Standing.NOT_REACHED
    return DoctorWeek(read, days, found, standing)


async def confirm_week(clinic: Clinic, actor: Actor, doctor_id: int, monday: date, seen: str) -> Confirmation:
    """Keep that a doctor's week is as it was shown (``fingerprint``); asked twice, it is done once.

    Raises:
        NotAllowed, UnknownDoctor.
        DateIsPast: the week is over.
        WeekHasChanged: it is no longer as it was shown.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        read = await _settable_week(clinic, work, actor, doctor_id, monday)
        if fingerprint(read.schedule.days(week_span(monday))) != seen:
            raise WeekHasChanged(read.record)
        kept = await keep_answer(work, read, monday, Answer.SAME, stamp_of(clinic, actor, read.doctor))
        await work.commit()
        return kept


async def take_week_off(
    clinic: Clinic, actor: Actor, doctor_id: int, monday: date, *, bookings: Affected | None = None
) -> DateChange:
    """Keep time off for a whole week and that this is the doctor's answer, both or neither.

    Raises:
        NotAllowed, UnknownDoctor.
        DateIsPast: the week is over.
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor = (await _settable_week(clinic, work, actor, doctor_id, monday)).doctor
        away, stamp = TimeOff(doctor_id, week_span(monday)), stamp_of(clinic, actor, doctor)
        change = await keep_time_off(clinic, work, away, stamp, bookings=bookings)
        read = await schedule_of(clinic, work, doctor_id, week_span(monday))
        await keep_answer(work, read, monday, Answer.OFF, stamp)
        await work.commit()
        return change


async def _settable_week(
    clinic: Clinic, work: UnitOfWork, actor: Actor, doctor_id: int, monday: date
) -> DoctorSchedule:
    read = await schedule_of(clinic, work, doctor_id, week_span(monday))
    await ensure_still_sets(clinic, work, actor, doctor_id)
    sunday = week_span(monday).last
    if sunday < today_of(clinic, read.doctor):
        raise DateIsPast(sunday)
    return read
