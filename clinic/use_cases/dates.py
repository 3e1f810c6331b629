"""A doctor's time off, other hours on a date, own zone: set, changed, taken away, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from clinic import policy
from clinic.booking import Affected
from clinic.dates import (
    checked_text,
    DateChange,
    DateOverride,
    DateRule,
    DateSpan,
    DoctorZone,
    ensure_plausible,
    joined_time_off,
    TimeOff,
    TimeOffKind,
)
from clinic.errors import DateIsPast, UnknownDateRule, UnknownDoctor, UnknownZone
from clinic.people import Actor, Doctor
from clinic.plan import ensure_night_ends, ONE_DAY, Stamp
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.hours import ensure_still_sets, from_now_on, stamp_of, today_of
from clinic.use_cases.protection import receptionists, save_dates
from clinic.use_cases.schedules import DoctorSchedule, schedule_of
from clinic.week import weekday_of

NO_CHANGE = 0
"""The ``change_id`` of what was like this already: nothing was changed, and nothing is to be undone."""


async def coming(clinic: Clinic, actor: Actor, doctor_id: int) -> DoctorSchedule:
    """Return a doctor with every rule and plan from today on, to somebody who may change them.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.read() as work:
        return await schedule_of(clinic, work, doctor_id, from_now_on(clinic))


async def take_time_off(
    clinic: Clinic,
    actor: Actor,
    time_off: TimeOff,
    *,
    closing: Draft | None = None,
    bookings: Affected | None = None,
) -> DateChange:
    """Keep time off; whole days that overlap others become one with them. With an id it takes that one's place.

    What is said on the day itself (``TimeOffKind``) is owed to every receptionist as a notice. Asked twice, it is done
    once: the change that comes back then has ``NO_CHANGE`` for its id.

    Raises:
        NotAllowed, UnknownDoctor, BadDates, BadReason.
        DateIsPast: all of it is over.
        UnknownDateRule: what it should take the place of is gone.
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_set_hours(actor, time_off.doctor_id)
    ensure_plausible(time_off.span)
    async with clinic.storage.write(time_off.doctor_id) as work:
        doctor = await _settable(clinic, work, actor, time_off.doctor_id, closing)
        _ensure_not_over(clinic, doctor, time_off.span.last)
        replaced = await _replaced(work, time_off)
        stamp = stamp_of(clinic, actor, doctor)
        change = await keep_time_off(clinic, work, time_off, stamp, replaced, bookings)
        await work.commit()
        return change


async def keep_time_off(
    clinic: Clinic,
    work: UnitOfWork,
    time_off: TimeOff,
    stamp: Stamp,
    replaced: tuple[TimeOff, ...] = (),
    bookings: Affected | None = None,
) -> DateChange:
    """Keep time off inside another change, as ``take_time_off`` does, in the place of what is ``replaced``.

    Raises:
        BadReason, BookingsAffected.
    """
    new = replace(time_off, reason=checked_text(time_off.reason), stamp=stamp, time_off_id=0)
    present = (await work.dates.of_doctor(new.doctor_id, new.span)).time_off
    whole, taken = joined_time_off(new, [other for other in present if other.time_off_id != time_off.time_off_id])
    before = (*replaced, *taken)
    if before == (whole,):
        return DateChange(new.doctor_id, (), before, stamp, change_id=NO_CHANGE)
    change = await save_dates(clinic, work, DateChange(new.doctor_id, before, (whole,), stamp), bookings)
    await tell_the_desk(work, change)
    return change


async def _replaced(work: UnitOfWork, time_off: TimeOff) -> tuple[TimeOff, ...]:
    if not time_off.time_off_id:
        return ()
    found = await work.dates.time_off(time_off.time_off_id)
    if not found or found.doctor_id != time_off.doctor_id:
        raise UnknownDateRule
    return (found,)


async def remove_time_off(
    clinic: Clinic, actor: Actor, doctor_id: int, time_off_id: int, *, bookings: Affected | None = None
) -> DateChange:
    """Take time off back.

    Raises:
        NotAllowed, UnknownDoctor, BookingsAffected.
        UnknownDateRule: it is gone already.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor = await _settable(clinic, work, actor, doctor_id)
        found = await _replaced(work, TimeOff(doctor_id, DateSpan(date.min, date.min), time_off_id=time_off_id))
        gone = DateChange(doctor_id, found, (), stamp_of(clinic, actor, doctor))
        change = await save_dates(clinic, work, gone, bookings)
        await tell_the_desk(work, change)
        await work.commit()
        return change


async def set_dates(
    clinic: Clinic,
    actor: Actor,
    doctor_id: int,
    overrides: Sequence[DateOverride],
    *,
    moved_from: date | None = None,
    closing: Draft | None = None,
    bookings: Affected | None = None,
) -> DateChange:
    """Set other hours on dates, in the place of those that were set on them before.

    ``moved_from`` is the date that an override had until now; none is left there.

    Raises:
        NotAllowed, UnknownDoctor, DateIsPast, BookingsAffected.
        RangesOverlap: a night range would run into the hours of the date after it.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor = await _settable(clinic, work, actor, doctor_id, closing)
        _ensure_not_over(clinic, doctor, min(override.day for override in overrides))
        stamp = stamp_of(clinic, actor, doctor)
        after = tuple(replace(override, doctor_id=doctor_id, stamp=stamp) for override in overrides)
        dates = {override.day for override in after} | ({moved_from} if moved_from else set())
        span = DateSpan(min(dates), max(dates))
        read = await schedule_of(clinic, work, doctor_id, span)
        before = tuple(override for override in read.schedule.rules.overrides if override.day in dates)
        if set(before) == set(after):
            await work.commit()
            return DateChange(doctor_id, (), before, stamp, change_id=NO_CHANGE)
        ensure_nights_end(read, before, after)
        change = await save_dates(clinic, work, DateChange(doctor_id, before, after, stamp), bookings)
        await work.commit()
        return change


def ensure_nights_end(read: DoctorSchedule, before: Sequence[DateOverride], after: Sequence[DateOverride]) -> None:
    """Refuse a night on a changed date that runs into the hours of the next, unless those are replaced too."""
    kept = [override for override in read.schedule.rules.overrides if override not in before]
    replaced = {override.day for override in (*kept, *after)}
    for override in after:
        following = override.day + ONE_DAY
        if following not in replaced:
            ensure_night_ends(weekday_of(override.day), override.availability, read.schedule.hours.on(following))


async def remove_date(
    clinic: Clinic, actor: Actor, doctor_id: int, day: date, *, bookings: Affected | None = None
) -> DateChange:
    """Take the other hours of a date back: the weekly hours hold there again.

    Raises:
        NotAllowed, UnknownDoctor, BookingsAffected.
        UnknownDateRule: there are none.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor = await _settable(clinic, work, actor, doctor_id)
        present = (await work.dates.of_doctor(doctor_id, DateSpan(day, day))).overrides
        if not present:
            raise UnknownDateRule
        gone = DateChange(doctor_id, present, (), stamp_of(clinic, actor, doctor))
        change = await save_dates(clinic, work, gone, bookings)
        await work.commit()
        return change


async def set_zone(
    clinic: Clinic,
    actor: Actor,
    doctor_id: int,
    zone: str | None,
    *,
    closing: Draft | None = None,
    bookings: Affected | None = None,
) -> DateChange:
    """Set a doctor's own zone, none for the clinic's: wall-clock hours stay and their instants move.

    Raises:
        NotAllowed, UnknownDoctor, UnknownZone, BookingsAffected.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    if zone is not None:
        checked_zone(zone)
    async with clinic.storage.write(doctor_id) as work:
        doctor = await _settable(clinic, work, actor, doctor_id, closing)
        before, after = DoctorZone(doctor_id, doctor.zone), DoctorZone(doctor_id, zone)
        stamp = stamp_of(clinic, actor, doctor)
        if before == after:
            await work.commit()
            return DateChange(doctor_id, (), (after,), stamp, change_id=NO_CHANGE)
        change = await save_dates(clinic, work, DateChange(doctor_id, (before,), (after,), stamp), bookings)
        await work.commit()
        return change


def checked_zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises:
        UnknownZone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise UnknownZone(name) from None


async def undo_dates(clinic: Clinic, actor: Actor, change_id: int, *, bookings: Affected | None = None) -> DateChange:
    """Take a change of the calendar back; asked twice, it is done once.

    Raises:
        NotAllowed, UnknownDoctor, BookingsAffected.
        UnknownDateRule: there is no such change, or it was an undo itself.
        DatesHaveChanged: what it put there is no longer there as it was.
    """
    policy.ensure_known(actor)
    async with clinic.storage.write() as work:
        change = await work.dates.change(change_id)
        if not change or change.undoes is not None:
            raise UnknownDateRule
        doctor = None
        if change.doctor_id is None:
            policy.ensure_can_close_clinic(actor)
        else:
            policy.ensure_can_set_hours(actor, change.doctor_id)
            doctor = await _settable(clinic, work, actor, change.doctor_id)
        if change.undone:
            return change
        stamp = stamp_of(clinic, actor, doctor)
        back = DateChange(change.doctor_id, change.after, change.before, stamp, undoes=change_id)
        back = await save_dates(clinic, work, back, bookings)
        await tell_the_desk(work, back)
        await work.commit()
        return back


async def _settable(
    clinic: Clinic, work: UnitOfWork, actor: Actor, doctor_id: int, closing: Draft | None = None
) -> Doctor:
    """Return the doctor whose hours the account still sets, and close the draft that asked."""
    doctor = await work.doctors.get(doctor_id)
    if not doctor:
        raise UnknownDoctor(doctor_id)
    await ensure_still_sets(clinic, work, actor, doctor_id)
    if closing:
        await write_draft(clinic, work, closing)
    return doctor


def _ensure_not_over(clinic: Clinic, doctor: Doctor, day: date) -> None:
    if day < today_of(clinic, doctor):
        raise DateIsPast(day)


async def tell_the_desk(work: UnitOfWork, change: DateChange) -> None:
    """Owe every receptionist a notice of what is said on the day itself, or taken back."""
    said: list[DateRule] = [*change.before, *change.after]
    if any(isinstance(rule, TimeOff) and rule.kind is not TimeOffKind.PLANNED for rule in said):
        await work.notices.owe(change.change_id, await receptionists(work))
