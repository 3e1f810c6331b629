"""Watch a doctor: be told when hours of the next days change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clinic import policy
from clinic.dates import DateSpan
from clinic.errors import UnknownDoctor
from clinic.history import dates_of, HoursChange
from clinic.people import Actor, Doctor
from clinic.plan import ONE_DAY
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.notices import HoursNotice
from clinic.use_cases.effect import after_change, before_change
from clinic.watching import day_changes, GATHERED, gathered, watched_dates, WATCHED_DAYS


async def is_watching(clinic: Clinic, actor: Actor, doctor_id: int) -> bool:
    """Return whether the actor watches a doctor.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_watch(actor)
    async with clinic.storage.read() as work:
        return doctor_id in await work.watches.of_user(actor.user_id)


async def watched_doctors(clinic: Clinic, actor: Actor) -> Sequence[Doctor]:
    """Return the doctors whom the actor watches, by name.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_watch(actor)
    async with clinic.storage.read() as work:
        watched = await work.watches.of_user(actor.user_id)
        return [doctor for doctor in await work.doctors.everybody() if doctor.doctor_id in watched]


async def watch(clinic: Clinic, actor: Actor, doctor_id: int) -> Doctor:
    """Watch a doctor; asked twice, it is done once.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    policy.ensure_can_watch(actor)
    async with clinic.storage.write() as work:
        doctor = await work.doctors.get(doctor_id)
        if not doctor:
            raise UnknownDoctor(doctor_id)
        await work.watches.start(actor.user_id, doctor_id)
        await work.commit()
        return doctor


async def stop_watching(clinic: Clinic, actor: Actor, doctor_id: int) -> None:
    """Watch a doctor no more, whom one may watch or not; what is owed of the doctor is not told.

    Raises:
        AccessSuspended.
    """
    policy.ensure_can_stop_watching(actor)
    async with clinic.storage.write() as work:
        await work.watches.stop(actor.user_id, doctor_id)
        await work.commit()


async def owe_watchers(clinic: Clinic, work: UnitOfWork, change: HoursChange) -> None:
    """Owe those who watch what the change, saved but not committed, makes of the next days; its maker knows it.

    It costs one statement where nobody watches.
    """
    now = clinic.clock()
    near = DateSpan(now.date() - 2 * ONE_DAY, now.date() + (WATCHED_DAYS + 1) * ONE_DAY)
    if not dates_of(change).overlaps(near):
        return
    watchers = await work.watches.of_doctor(change.doctor_id)
    if not watchers:
        return
    waiting = {(notice.doctor_id, notice.user_id): notice for notice in await work.notices.gathering([*watchers], now)}
    owed: list[HoursNotice] = []
    for found in await after_change(clinic, work, change, near):
        doctor_id = found.doctor.doctor_id
        dates = watched_dates(now, found.schedule.zone)
        changes = day_changes(before_change(clinic, found, change), found.schedule, dates)
        for user_id in watchers.get(doctor_id, ()) if changes else ():
            notice = waiting.get((doctor_id, user_id)) or HoursNotice(user_id, doctor_id, now + GATHERED)
            own = user_id == change.stamp.user_id
            told = replace(notice, changes=gathered(notice.changes, changes, own=own))
            if not own:
                told = replace(told, names=tuple(dict.fromkeys([*notice.names, change.stamp.name])))
            if told.changes:
                owed.append(told)
    if owed:
        await work.notices.owe_hours(owed)
