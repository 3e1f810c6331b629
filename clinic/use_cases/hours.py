"""Read a doctor's hours, set days of the week, switch a day, undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from clinic import policy
from clinic.booking import Affected
from clinic.calendar import ResolvedDay, Schedule, today
from clinic.confirmation import Answer
from clinic.dates import DateSpan, week_span
from clinic.errors import DateIsPast, NothingToUndo, UnknownDateRule, UnknownDoctor, WeekHasChanged
from clinic.people import Actor, Doctor
from clinic.plan import Recurrence, Stamp, WeekChange, WeeklyHours, WeekRecord
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.search import matching
from clinic.use_cases.answers import keep_answer
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.people import account_now
from clinic.use_cases.protection import save_weeks
from clinic.use_cases.schedules import DoctorSchedule, everybodys_schedules, schedule_of
from clinic.week import DayAvailability, Weekday, weekday_of


async def read_schedule(clinic: Clinic, actor: Actor, doctor_id: int, span: DateSpan) -> DoctorSchedule:
    """Return a doctor's hours on the dates of a span, however many, in two statements.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    policy.ensure_can_read_hours(actor, doctor_id)
    async with clinic.storage.read() as work:
        return await schedule_of(clinic, work, doctor_id, span)


async def read_board(
    clinic: Clinic, actor: Actor, span: DateSpan, doctor_ids: Collection[int] | None = None
) -> list[tuple[Doctor, Schedule]]:
    """Return every doctor's schedule of a span, or those of these alone, by name, in two statements however many.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        board = await everybodys_schedules(clinic, work, span, doctor_ids)
    return [(found.doctor, found.schedule) for found in board]


async def read_day(clinic: Clinic, actor: Actor, day: date) -> list[tuple[Doctor, ResolvedDay]]:
    """Return every doctor's hours of one date, by name.

    Raises:
        NotAllowed.
    """
    board = await read_board(clinic, actor, DateSpan(day, day))
    return [(doctor, schedule.day(day)) for doctor, schedule in board]


async def find_doctors(clinic: Clinic, actor: Actor, text: str) -> Sequence[Doctor]:
    """Return the doctors whose name has ``text`` in it, case and accents ignored; all of them for no text."""
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        return matching(text, await work.doctors.everybody())


async def set_days(  # noqa: PLR0913  which days, of whom, when, seen how and kept where
    clinic: Clinic,
    actor: Actor,
    doctor_id: int,
    days: Mapping[Weekday, DayAvailability],
    recurrence: Recurrence,
    *,
    drawn_from: int,
    closing: Draft,
    bookings: Affected | None = None,
    answers: date | None = None,
) -> WeekRecord:
    """Replace these days at once, or none of them, and close the draft in the same transaction.

    ``drawn_from`` is the version that the person saw. A second ``Save`` of one draft finds it closed. ``answers`` is
    the Monday of a week that the doctor was asked about: what is saved is the answer for it.

    Raises:
        NotAllowed, UnknownDoctor, RangesOverlap.
        DateIsPast: one week that is over, or hours from a past date on.
        WeekHasChanged: another change came between; it carries the hours as they now are.
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        found = await found_settable(clinic, work, actor, doctor_id)
        await write_draft(clinic, work, closing)
        record = await replace_days(
            clinic, work, actor, found, days, recurrence, drawn_from=drawn_from, bookings=bookings
        )
        if answers:
            read = await schedule_of(clinic, work, doctor_id, week_span(answers))
            answer = Answer.SAME if record.version == drawn_from else Answer.CHANGED
            await keep_answer(work, read, answers, answer, stamp_of(clinic, actor, read.doctor))
        await work.commit()
        return record


async def replace_days(  # noqa: PLR0913  as ``set_days``, in a transaction that does more
    clinic: Clinic,
    work: UnitOfWork,
    actor: Actor,
    found: tuple[Doctor, WeekRecord],
    days: Mapping[Weekday, DayAvailability],
    recurrence: Recurrence,
    *,
    drawn_from: int,
    bookings: Affected | None,
) -> WeekRecord:
    """Replace these days inside another change.

    Raises:
        RangesOverlap, DateIsPast, WeekHasChanged, BookingsAffected.
    """
    doctor, record = found
    if record.version != drawn_from:
        raise WeekHasChanged(record)
    stamp, now = stamp_of(clinic, actor, doctor), today_of(clinic, doctor)
    if recurrence.is_over(now):
        raise DateIsPast(recurrence.day)
    changed = record.hours.changed(days, recurrence, now, stamp)
    return await save_hours(clinic, work, record, changed, stamp, bookings)


async def switch_day(
    clinic: Clinic, actor: Actor, doctor_id: int, day: date, *, on: bool, bookings: Affected | None = None
) -> WeekRecord:
    """Switch a date's weekday on or off, with its hours kept, in the plan whose hours hold on that date.

    ``on`` is a target: asked twice, it changes nothing twice.

    Raises:
        NotAllowed, UnknownDoctor, NoHours, RangesOverlap, BookingsAffected.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor, record = await found_settable(clinic, work, actor, doctor_id)
        stamp = stamp_of(clinic, actor, doctor)
        plan = record.hours.plan_on(day)
        week = plan.week_of(day).switched(weekday_of(day), on=on)
        switched = replace(plan.with_week(day, week), stamp=stamp)
        changed = record.hours.with_plan(switched, today_of(clinic, doctor))
        record = await save_hours(clinic, work, record, changed, stamp, bookings)
        await work.commit()
        return record


async def drop_plan(
    clinic: Clinic, actor: Actor, doctor_id: int, starts: date, *, once: bool, bookings: Affected | None = None
) -> WeekRecord:
    """Give up the hours of one week, or those from a later date on: what held before them holds there too.

    Raises:
        NotAllowed, UnknownDoctor, RangesOverlap, BookingsAffected.
        UnknownDateRule: there is no such plan, or it is the present one.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor, record = await found_settable(clinic, work, actor, doctor_id)
        now = today_of(clinic, doctor)
        plans = (plan for plan in record.hours.plans if plan.once == once and plan.starts == starts)
        dropped = next((plan for plan in plans if plan.once or plan.starts > now), None)
        if dropped is None:
            raise UnknownDateRule
        stamp = stamp_of(clinic, actor, doctor)
        record = await save_hours(clinic, work, record, record.hours.without(dropped, now), stamp, bookings)
        await work.commit()
        return record


async def undo(
    clinic: Clinic, actor: Actor, doctor_id: int, version: int, *, bookings: Affected | None = None
) -> WeekRecord:
    """Bring back the weekly hours before the change that made ``version``; asked twice, it is done once.

    Raises:
        NotAllowed, UnknownDoctor, BookingsAffected.
        WeekHasChanged: the hours have changed since ``version``.
        NothingToUndo: there is no such change, or it was an undo itself.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor, record = await found_settable(clinic, work, actor, doctor_id)
        last = await work.weeks.change(doctor_id, record.version)
        if last and last.undoes == version:
            return record
        if record.version != version:
            raise WeekHasChanged(record)
        if not last or last.undoes is not None:
            raise NothingToUndo
        stamp = stamp_of(clinic, actor, doctor)
        change = WeekChange(doctor_id, version + 1, last.after, last.before, stamp, undoes=version)
        await save_weeks(clinic, work, change, bookings)
        await work.commit()
        hours = record.hours.undone(last)
        return WeekRecord(doctor_id, hours, change.version, stamp.at, stamp.name, on_behalf=stamp.on_behalf)


def stamp_of(clinic: Clinic, actor: Actor, doctor: Doctor | None = None) -> Stamp:
    """Return who does something now; whoever sets the hours of another ``doctor`` does so in that doctor's name."""
    on_behalf = doctor.name if doctor and doctor.doctor_id != actor.doctor_id else ""
    return Stamp(actor.user_id, actor.name, clinic.clock(), on_behalf)


def today_of(clinic: Clinic, doctor: Doctor) -> date:
    """Return the date that the doctor's own calendar shows now."""
    return today(clinic.clock(), clinic.zone_of(doctor))


def from_now_on(clinic: Clinic) -> DateSpan:
    """Return every date that is not over in any time zone, and the night before."""
    return DateSpan(clinic.clock().date() - timedelta(days=2), date.max)


async def found_week(work: UnitOfWork, doctor_id: int, span: DateSpan) -> tuple[Doctor, WeekRecord]:
    """Return a doctor with the plans that reach into the span.

    Raises:
        UnknownDoctor.
    """
    found = await work.weeks.find(doctor_id, span)
    if not found:
        raise UnknownDoctor(doctor_id)
    return found


async def found_settable(clinic: Clinic, work: UnitOfWork, actor: Actor, doctor_id: int) -> tuple[Doctor, WeekRecord]:
    """Return a doctor with the hours from now on, if the account still sets them, now that the lock is held.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    found = await found_week(work, doctor_id, from_now_on(clinic))
    await ensure_still_sets(clinic, work, actor, doctor_id)
    return found


async def ensure_still_sets(clinic: Clinic, work: UnitOfWork, actor: Actor, doctor_id: int) -> None:
    """Refuse an account that has lost the doctor's hours since it was recognised: moved, taken back, suspended.

    Raises:
        NotAllowed, NotInvited, AccessSuspended.
    """
    policy.ensure_can_set_hours(await account_now(clinic, work, actor), doctor_id)


async def save_hours(
    clinic: Clinic,
    work: UnitOfWork,
    record: WeekRecord,
    hours: WeeklyHours,
    stamp: Stamp,
    bookings: Affected | None,
) -> WeekRecord:
    """Save what differs between a record and the hours that are to be, and return it as it then is.

    Raises:
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
    """
    before = tuple(plan for plan in record.hours.plans if plan not in hours.plans)
    after = tuple(plan for plan in hours.plans if plan not in record.hours.plans)
    if not before and all(plan.is_empty for plan in after):
        return record
    change = WeekChange(record.doctor_id, record.version + 1, before, after, stamp)
    await save_weeks(clinic, work, change, bookings)
    return WeekRecord(
        record.doctor_id, hours, change.version, stamp.at, stamp.name, undoable=True, on_behalf=stamp.on_behalf
    )
