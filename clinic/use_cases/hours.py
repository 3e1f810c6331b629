"""Read a doctor's week, set days of it, switch a day, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from clinic import policy
from clinic.errors import Action, NotAllowed, NothingToUndo, UnknownDoctor, WeekHasChanged
from clinic.people import Actor, Doctor
from clinic.ports import Clinic, Draft, UnitOfWork
from clinic.search import matching
from clinic.use_cases.drafts import write_draft
from clinic.week import DayAvailability, WeekChange, Weekday, WeeklyAvailability, WeekRecord


async def read_week(clinic: Clinic, actor: Actor, doctor_id: int) -> tuple[Doctor, WeekRecord]:
    """Return a doctor and the stored week.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    policy.ensure_can_read_hours(actor, doctor_id)
    async with clinic.storage.read() as work:
        return await _found(work, doctor_id)


async def find_doctors(clinic: Clinic, actor: Actor, text: str) -> Sequence[Doctor]:
    """Return the doctors whose name has ``text`` in it, case and accents ignored; all of them for no text."""
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        return matching(text, await work.doctors.everybody())


async def set_days(
    clinic: Clinic,
    actor: Actor,
    doctor_id: int,
    days: Mapping[Weekday, DayAvailability],
    *,
    drawn_from: int,
    closing: Draft,
) -> tuple[Doctor, WeekRecord]:
    """Replace these days at once, or none of them, and close the draft in the same transaction.

    ``drawn_from`` is the version that the person saw. A second ``Save`` of one draft finds it closed.

    Raises:
        NotAllowed, UnknownDoctor, RangesOverlap.
        WeekHasChanged: another change came between; it carries the week as it now is.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write() as work:
        doctor, record = await _found_own(work, actor, doctor_id)
        await write_draft(clinic, work, closing)
        if record.version != drawn_from:
            raise WeekHasChanged(record)
        record = await _save(work, record, record.week.with_days(days), actor, clinic.clock())
        await work.commit()
        return doctor, record


async def switch_day(
    clinic: Clinic, actor: Actor, doctor_id: int, day: Weekday, *, on: bool
) -> tuple[Doctor, WeekRecord]:
    """Switch one day on or off with its hours kept. ``on`` is a target: asked twice, it changes nothing twice.

    Raises:
        NotAllowed, UnknownDoctor, NoHours, RangesOverlap.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write() as work:
        doctor, record = await _found_own(work, actor, doctor_id)
        record = await _save(work, record, record.week.switched(day, on=on), actor, clinic.clock())
        await work.commit()
        return doctor, record


async def undo(clinic: Clinic, actor: Actor, doctor_id: int, version: int) -> tuple[Doctor, WeekRecord]:
    """Bring back the week before the change that made ``version``; asked twice, it is done once.

    Raises:
        NotAllowed, UnknownDoctor.
        WeekHasChanged: the week has changed since ``version``.
        NothingToUndo: there is no such change, or it was an undo itself.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    async with clinic.storage.write() as work:
        doctor, record = await _found_own(work, actor, doctor_id)
        last = await work.weeks.change(doctor_id, record.version)
        if last and last.undoes == version:
            return doctor, record
        if record.version != version:
            raise WeekHasChanged(record)
        if not last or last.undoes is not None:
            raise NothingToUndo
        record = await _save(work, record, last.before, actor, clinic.clock(), undoes=version)
        await work.commit()
        return doctor, record


async def _found(work: UnitOfWork, doctor_id: int) -> tuple[Doctor, WeekRecord]:
    found = await work.weeks.find(doctor_id)
    if not found:
        raise UnknownDoctor(doctor_id)
    return found


async def _found_own(work: UnitOfWork, actor: Actor, doctor_id: int) -> tuple[Doctor, WeekRecord]:
    """Return the doctor if the account still is this doctor's, now that the lock is held: it may have moved phones."""
    doctor, record = await _found(work, doctor_id)
    if doctor.user_id != actor.user_id:
        raise NotAllowed(Action.SET_HOURS)
    return doctor, record


async def _save(
    work: UnitOfWork,
    record: WeekRecord,
    week: WeeklyAvailability,
    actor: Actor,
    at: datetime,
    *,
    undoes: int | None = None,
) -> WeekRecord:
    if week == record.week:
        return record
    change = WeekChange(record.doctor_id, record.version + 1, record.week, week, at, actor.user_id, actor.name, undoes)
    await work.weeks.save(change)
    return WeekRecord(record.doctor_id, week, change.version, at, actor.name, undoable=undoes is None)
