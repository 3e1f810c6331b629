"""Who changed which hours; and bring back what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clinic import policy
from clinic.booking import Affected
from clinic.calendar import Schedule, today
from clinic.dates import DateChange, DateOverride, DateRule, DoctorZone, NO_RULES
from clinic.errors import CannotRevert, DateIsPast, DatesHaveChanged, UnknownDateRule, UnknownDoctor
from clinic.history import dates_of, dates_taken_back, HoursChange, touches, week_taken_back
from clinic.people import Actor, Doctor
from clinic.plan import WeekChange
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.notices import RevertNotice
from clinic.use_cases.dates import ensure_nights_end, tell_the_desk
from clinic.use_cases.effect import before_change
from clinic.use_cases.hours import from_now_on, stamp_of, today_of
from clinic.use_cases.protection import save_dates, save_weeks
from clinic.use_cases.schedules import DoctorSchedule

MOST_LATER = 50
"""So many of the changes after one are looked through for those that are in the way of taking it back."""


class ChangeKind(StrEnum):
    """In which history a change stands."""

    WEEK = "w"
    DATES = "d"


@dataclass(frozen=True, slots=True)
class ChangeKey:
    """A change in a doctor's history: its version there, or its id. ``doctor_id`` is none for the clinic's own."""

    doctor_id: int | None
    kind: ChangeKind
    number: int


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change as it stands in the history, with what it would mean now to take it back.

    ``back`` is the change that would do so; none where it is over, or what it put no longer stands. ``since`` are then
    the later changes in its way, the newest first. ``newest`` is the number of the last change of its kind. ``read`` is
    its doctor's schedule as it is, ``then`` as it would be; a closure has neither.
    """

    change: HoursChange
    newest: int
    is_over: bool
    back: HoursChange | None
    since: Sequence[HoursChange]
    read: DoctorSchedule | None = None
    then: Schedule | None = None


async def read_history(
    clinic: Clinic, actor: Actor, doctor_id: int | None, skipped: int, most: int
) -> tuple[Doctor | None, Sequence[HoursChange]]:
    """Return a doctor with some of the changes of the hours, the newest first; without an id the clinic's closures.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    policy.ensure_can_revert(actor)
    async with clinic.storage.read() as work:
        doctor = None if doctor_id is None else await _doctor(work, doctor_id)
        return doctor, await work.history.newest(doctor_id, skipped, most)


async def read_change(clinic: Clinic, actor: Actor, key: ChangeKey) -> PastChange:
    """Return one change, and what it would mean now to take it back.

    Raises:
        NotAllowed, UnknownDoctor.
        UnknownDateRule: there is no such change in that history.
    """
    policy.ensure_can_revert(actor)
    async with clinic.storage.read() as work:
        return await _past_change(clinic, work, actor, key)


async def revert(
    clinic: Clinic, actor: Actor, key: ChangeKey, seen: int, *, bookings: Affected | None = None
) -> HoursChange:
    """Bring back what was before a change, as a new change; asked twice, it is done once.

    ``seen`` is the last change of its kind that the person knew of. The doctor is owed a notice.

    Raises:
        NotAllowed, UnknownDoctor, RangesOverlap.
        UnknownDateRule: there is no such change in that history.
        DateIsPast: all that it was about is over.
        CannotRevert: what it put no longer stands, or there are changes that the person has not seen.
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
    """
    policy.ensure_can_revert(actor)
    async with clinic.storage.write() as work:
        past = await _past_change(clinic, work, actor, key)
        if past.newest != seen:
            return await _done_already(work, actor, past, seen)
        if past.is_over:
            raise DateIsPast(dates_of(past.change).last)
        if past.back is None:
            raise CannotRevert
        made = await _save(clinic, work, past, past.back, bookings)
        await _tell_the_doctor(work, past.read, made)
        await work.commit()
        return made


async def _save(
    clinic: Clinic, work: UnitOfWork, past: PastChange, back: HoursChange, bookings: Affected | None
) -> HoursChange:
    if isinstance(back, WeekChange):
        if past.then and past.read:
            past.then.hours.ensure_nights_end(today_of(clinic, past.read.doctor))
        await save_weeks(clinic, work, back, bookings)
        return back
    if past.read:
        ensure_nights_end(past.read, _overrides_of(back.before), _overrides_of(back.after))
    try:
        made = await save_dates(clinic, work, back, bookings)
    except DatesHaveChanged:
        raise CannotRevert from None
    await tell_the_desk(work, made)
    return made


async def _tell_the_doctor(work: UnitOfWork, read: DoctorSchedule | None, made: HoursChange) -> None:
    """Owe the doctor whose hours they are a notice; whoever has brought back the own ones knows."""
    doctor = read.doctor if read else None
    if doctor and doctor.user_id is not None and doctor.user_id != made.stamp.user_id:
        weekly = isinstance(made, WeekChange)
        await work.notices.owe_revert(RevertNotice(doctor.user_id, doctor.doctor_id, weekly, number_of(made)))


async def _done_already(work: UnitOfWork, actor: Actor, past: PastChange, seen: int) -> HoursChange:
    """Return the change that the same tap has made before.

    Raises:
        CannotRevert: it was another.
    """
    for made in await work.history.later(past.change, MOST_LATER):
        is_this = (made.before, made.after) == (past.change.after, past.change.before)
        if is_this and made.stamp.user_id == actor.user_id and number_of(made) > seen:
            return made
    raise CannotRevert


def number_of(change: HoursChange) -> int:
    """Return what a change's key names it by."""
    return change.version if isinstance(change, WeekChange) else change.change_id


async def _doctor(work: UnitOfWork, doctor_id: int) -> Doctor:
    doctor = await work.doctors.get(doctor_id)
    if not doctor:
        raise UnknownDoctor(doctor_id)
    return doctor


async def _past_change(clinic: Clinic, work: UnitOfWork, actor: Actor, key: ChangeKey) -> PastChange:
    """Return a change with what holds now.

    In a write the schedule is read before the history: nobody else changes it from then on.
    """
    change, stamp = await _change(work, key), stamp_of(clinic, actor)
    read = await _read(clinic, work, change, change.doctor_id) if change.doctor_id is not None else None
    now = today_of(clinic, read.doctor) if read else today(clinic.clock(), clinic.zone)
    is_over = dates_of(change).last < now
    back: HoursChange | None = None
    if is_over:
        pass
    elif isinstance(change, WeekChange):
        back = week_taken_back(change, read.record.hours.plans, read.record.version, stamp) if read else None
    else:
        back = dates_taken_back(change, await _rules(work, change, read), stamp)
    then = before_change(clinic, read, change) if read and back else None
    later = await work.history.later(change, MOST_LATER)
    since = [] if back or is_over else [each for each in later if touches(change, each)]
    return PastChange(change, number_of(later[0] if later else change), is_over, back, since, read, then)


async def _change(work: UnitOfWork, key: ChangeKey) -> HoursChange:
    change: HoursChange | None
    if key.kind is ChangeKind.WEEK and key.doctor_id is not None:
        change = await work.weeks.change(key.doctor_id, key.number)
    else:
        change = await work.dates.change(key.number) if key.kind is ChangeKind.DATES else None
    if not change or change.doctor_id not in {key.doctor_id, None}:
        raise UnknownDateRule
    return change


async def _read(clinic: Clinic, work: UnitOfWork, change: HoursChange, doctor_id: int) -> DoctorSchedule:
    """Return a doctor's schedule with all that a change could have put, and of the rest what is not over."""
    ahead, dates = from_now_on(clinic), dates_of(change)
    found = await work.weeks.find(doctor_id, ahead.joined(dates) if isinstance(change, WeekChange) else ahead)
    if not found:
        raise UnknownDoctor(doctor_id)
    doctor, record = found
    of_dates = isinstance(change, DateChange) and not any(isinstance(rule, DoctorZone) for rule in change.after)
    rules = await work.dates.of_doctor(doctor_id, ahead.joined(dates) if of_dates else ahead)
    return DoctorSchedule(doctor, record, Schedule(clinic.zone_of(doctor), record.hours, rules))


async def _rules(work: UnitOfWork, change: DateChange, read: DoctorSchedule | None) -> Sequence[DateRule]:
    """Return all that holds on the dates of a change, a doctor's zone among it."""
    if read is None:
        return (await work.dates.of_everybody(dates_of(change))).get(0, NO_RULES).closures
    rules = read.schedule.rules
    zone = DoctorZone(read.doctor.doctor_id, read.doctor.zone)
    return (*rules.time_off, *rules.overrides, *rules.closures, zone)


def _overrides_of(rules: Sequence[DateRule]) -> list[DateOverride]:
    return [rule for rule in rules if isinstance(rule, DateOverride)]
