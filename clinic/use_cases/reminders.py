"""Admins set reminders, see when they are due, pause, send and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from clinic import policy
from clinic.errors import ReminderHasChanged, UnknownReminder
from clinic.people import Actor
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.reminder import Clocks, Reminder
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.reminding import clocks_of, Sending, stop, Written

Coming = Sequence[tuple[date, datetime]]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A reminder with the next dates on which it goes out, and the instants at which the first people get it.

    Of one that is paused they are those that there would be. ``clocks`` are what the times stand on.
    """

    reminder: Reminder
    coming: Coming
    clocks: Clocks


async def everything(clinic: Clinic, actor: Actor) -> list[Reminder]:
    """Return all reminders, the next that is due first, those that are paused last.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.read() as work:
        found = await work.reminders.everything()
    return sorted(found, key=lambda one: (one.paused, one.due or clinic.clock(), one.reminder_id))


async def foresee(clinic: Clinic, actor: Actor, reminder: Reminder) -> Foreseen:
    """Return when a reminder would go out, be it kept or not.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.read() as work:
        return await _foreseen(clinic, work, reminder)


async def read(clinic: Clinic, actor: Actor, reminder_id: int) -> Foreseen:
    """Return a reminder with its next dates.

    Raises:
        NotAllowed, UnknownReminder.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.read() as work:
        return await _foreseen(clinic, work, await _found(work, reminder_id))


async def _foreseen(clinic: Clinic, work: UnitOfWork, reminder: Reminder) -> Foreseen:
    clocks = await clocks_of(clinic, work, reminder)
    return Foreseen(reminder, reminder.coming(clinic.clock(), clocks), clocks)


async def _found(work: UnitOfWork, reminder_id: int) -> Reminder:
    found = await work.reminders.get(reminder_id)
    if not found:
        raise UnknownReminder(reminder_id)
    return found


async def keep(clinic: Clinic, actor: Actor, reminder: Reminder, *, closing: Draft) -> Reminder:
    """Keep a reminder, a new one or in the place of the version that it was drawn from, and close the draft with it.

    One that was paused stays so.

    Raises:
        NotAllowed, UnknownReminder.
        ReminderHasChanged: another change came between.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.write() as work:
        await write_draft(clinic, work, closing)
        made = replace(reminder, by_user_id=actor.user_id, by_name=actor.name)
        present = await _found(work, reminder.reminder_id) if reminder.reminder_id else None
        if present:
            if present.version != reminder.version:
                raise ReminderHasChanged(present)
            made = replace(made, version=present.version + 1, broadcast_id=present.broadcast_id)
        if present and present.paused:
            made = replace(made, due=None, day=None)
        else:
            made = made.scheduled(clinic.clock(), await clocks_of(clinic, work, made))
        kept = await work.reminders.put(made)
        await work.commit()
        return kept


async def pause(clinic: Clinic, actor: Actor, reminder_id: int, *, paused: bool) -> Reminder:
    """Pause a reminder, what it has not sent yet included, or let it go on; asked twice, it is done once.

    Raises:
        NotAllowed, UnknownReminder.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.write() as work:
        present = await _found(work, reminder_id)
        if present.paused is paused:
            return present
        changed = replace(present, due=None, day=None, version=present.version + 1)
        if paused:
            await stop(clinic, work, present)
        else:
            changed = changed.scheduled(clinic.clock(), await clocks_of(clinic, work, present))
        kept = await work.reminders.put(changed)
        await work.commit()
        return kept


async def delete(clinic: Clinic, actor: Actor, reminder_id: int) -> None:
    """Delete a reminder, and stop what it has not sent yet; asked twice, it is done once.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_broadcast(actor)
    async with clinic.storage.write() as work:
        present = await work.reminders.get(reminder_id)
        if present:
            await stop(clinic, work, present)
            await work.reminders.delete(reminder_id)
            await work.commit()


async def send_now(clinic: Clinic, actor: Actor, reminder_id: int, version: int, written: Written) -> int:
    """Let a reminder out at once, be it paused or not, and return to how many; its next turn stays.

    Whom quiet hours let sleep gets it when they end. ``version`` is the one that the admin saw: what is sent counts as
    a change, so that a second tap finds another version.

    Raises:
        NotAllowed, UnknownReminder.
        ReminderHasChanged: another change came between, or this one was done already.
    """
    policy.ensure_can_broadcast(actor)
    now = clinic.clock()
    async with clinic.storage.write() as work:
        present = await _found(work, reminder_id)
        if present.version != version:
            raise ReminderHasChanged(present)
        local = now.astimezone(clinic.zone)
        sending = Sending(clinic, work, now, written)
        sent, count = await sending.begin(present, local.date(), local.hour * 60 + local.minute)
        await work.reminders.put(replace(sent, version=version + 1))
        await work.commit()
        return count
