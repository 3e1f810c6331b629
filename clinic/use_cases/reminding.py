"""What the bot does when it is a reminder's turn: ask, ask again, list who has not answered, say what was missed.

No person asks for these: who may remind whom was decided when the reminder was kept. Each turn is one transaction, in
which what is sent is written down and the next turn is set, so that any number of processes take it once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from clinic.broadcast import Audience, AudienceKind, Broadcast, BroadcastState
from clinic.people import Actor, Doctor, Role
from clinic.ports import Clinic, UnitOfWork
from clinic.reminder import asked_monday, Clocks, FRESH, Occurrence, Reminder, turn_of
from clinic.use_cases.broadcasts import told, unanswered


@dataclass(frozen=True, slots=True)
class Question:
    """The question whether the week of ``monday`` is right; ``asked`` counts how often it was asked before."""

    monday: date
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Unanswered:
    """To the admins: the doctors whom a reminder has asked for the last time and who have not answered."""

    reminder_id: int
    monday: date


@dataclass(frozen=True, slots=True)
class Missed:
    """To the admins: a reminder did not go out on these dates; where it did to others, to so many ``people`` not."""

    reminder_id: int
    days: tuple[date, ...]
    people: int = 0


Matter = Question | Unanswered | Missed
Written = Callable[[Matter], str]
"""Returns the bot's own JSON of what is sent about a matter; it is put into words for each person at sending."""


async def clocks_of(clinic: Clinic, work: UnitOfWork, reminder: Reminder) -> Clocks:
    """Return the clocks that a reminder goes by: its own, and those of the people whom it can wake."""
    doctors = [doctor for doctor in await work.doctors.everybody() if doctor.user_id is not None]
    zones = frozenset(clinic.zone_of(doctor) for doctor in doctors) or frozenset({clinic.zone})
    return Clocks(None if reminder.own_zone else clinic.zone, zones, clinic.quiet)


async def have_due(clinic: Clinic) -> bool:
    """Return whether it is some reminder's turn, at the price of one read."""
    async with clinic.storage.read() as work:
        return await work.reminders.have_due(clinic.clock())


async def remind(clinic: Clinic, written: Written) -> bool:
    """Take one turn that is due; return whether there was one."""
    now = clinic.clock()
    async with clinic.storage.write() as work:
        sending = Sending(clinic, work, now, written)
        reminder = await work.reminders.due(now)
        if reminder:
            await sending.take_turn(reminder)
        else:
            occurrence = await work.reminders.due_occurrence(now)
            if not occurrence:
                return False
            await sending.follow_up(occurrence)
        await work.commit()
        return True


@dataclass(frozen=True, slots=True)
class Sending:
    """What is written down for the pump to send, inside one change at ``now``."""

    clinic: Clinic
    work: UnitOfWork
    now: datetime
    written: Written

    async def take_turn(self, reminder: Reminder) -> None:
        turn = turn_of(reminder, self.now, await clocks_of(self.clinic, self.work, reminder))
        if turn.missed:
            await self._tell_admins(reminder, Missed(reminder.reminder_id, turn.missed))
        then = turn.then
        if turn.day:
            then, _ = await self.begin(then, turn.day, reminder.minutes)
        await self.work.reminders.put(then)

    async def begin(self, reminder: Reminder, day: date, minutes: int) -> tuple[Reminder, int]:
        """Send what was due at a time of a date; return the reminder as it is then, and how many get it."""
        monday = asked_monday(day)
        if not reminder.asks:
            return await self._send(reminder, reminder.body, monday, day, minutes)
        clocks = await clocks_of(self.clinic, self.work, reminder)
        begun = Occurrence(reminder.reminder_id, day, minutes, monday, reminder.nags, self.now)
        await self.work.reminders.put_occurrence(begun.moved_on(self.now, clocks))
        return await self._send(reminder, self.written(Question(monday)), monday, day, minutes)

    async def follow_up(self, occurrence: Occurrence) -> None:
        """Ask those again who have not answered, or list them."""
        reminder = await self.work.reminders.get(occurrence.reminder_id)
        if not reminder:
            raise RuntimeError(f"the occurrence {occurrence.occurrence_id} is of no reminder")  # the tables forbid it
        if occurrence.is_over:
            await self._tell_admins(reminder, Unanswered(reminder.reminder_id, occurrence.monday))
            await self.work.reminders.drop_occurrence(occurrence.occurrence_id)
            return
        clocks = await clocks_of(self.clinic, self.work, reminder)
        minutes = occurrence.passed(self.now, clocks)
        if minutes is not None:
            body = self.written(Question(occurrence.monday, occurrence.asked))
            sent, _ = await self._send(reminder, body, occurrence.monday, occurrence.day, minutes)
            await self.work.reminders.put(sent)
        asked = replace(occurrence, asked=occurrence.asked + 1)
        await self.work.reminders.put_occurrence(asked.moved_on(self.now, clocks))

    async def _send(self, reminder: Reminder, body: str, monday: date, day: date, minutes: int) -> tuple[Reminder, int]:
        """Send to everybody for whom it is fresh, each on their own clock, and tell the admins of the others."""
        clocks = await clocks_of(self.clinic, self.work, reminder)
        due: dict[datetime, list[int]] = defaultdict(list)
        late = 0
        for person, zone in await self._people(reminder, monday):
            moment = clocks.at(day, minutes, zone)
            if self.now - moment < FRESH:
                due[clocks.awake(max(moment, self.now), zone)].append(person.user_id)
            else:
                late += 1
        if late:
            await self._tell_admins(reminder, Missed(reminder.reminder_id, (day,), late))
        sent = replace(reminder, broadcast_id=await self._broadcast(reminder, body, due))
        return sent, sum(map(len, due.values()))

    async def _people(self, reminder: Reminder, monday: date) -> list[tuple[Actor, ZoneInfo]]:
        """Return whom a reminder goes to, with their clocks; a question only to doctors who have not answered.

        The clock of who is no doctor is the clinic's.
        """
        people = await self.work.broadcasts.people(await told(self.clinic, self.work, reminder.audience, monday))
        zones = {one.doctor_id: self.clinic.zone_of(one) for one in await self.work.doctors.everybody()}
        if reminder.asks:
            waited_for = {doctor.doctor_id for doctor in await unanswered(self.clinic, self.work, monday)}
            people = [person for person in people if person.doctor_id in waited_for]
        return [(person, zones.get(person.doctor_id or 0, self.clinic.zone)) for person in people]

    async def _tell_admins(self, reminder: Reminder, matter: Matter) -> None:
        """Send something to every admin, when the clinic's quiet hours are over."""
        zone = self.clinic.zone
        admins = [person.user_id for person in await self.work.people.everybody() if Role.ADMIN in person.roles]
        moment = Clocks(zone, frozenset({zone}), self.clinic.quiet).awake(self.now, zone)
        await self._broadcast(reminder, self.written(matter), {moment: [*admins, *self.clinic.admin_ids]})

    async def _broadcast(self, reminder: Reminder, body: str, due: Mapping[datetime, Sequence[int]]) -> int:
        """Keep a broadcast that runs, with a delivery a person from an instant on; its progress is shown nowhere."""
        everybody = tuple(sorted({user_id for user_ids in due.values() for user_id in user_ids}))
        picked = Audience(AudienceKind.PICKED, user_ids=everybody)
        running = BroadcastState.RUNNING
        by = (reminder.by_user_id, reminder.by_name)
        made = await self.work.broadcasts.add(Broadcast(body, picked, self.now, *by, running, begun_at=self.now))
        for moment, user_ids in due.items():
            some = replace(picked, user_ids=tuple(user_ids))
            await self.work.deliveries.address(made.broadcast_id, some, moment)
        # It cannot have ended before the last is due, so that nobody need look.
        await self.work.broadcasts.show_progress(made, max(due, default=self.now))
        return made.broadcast_id


async def read_unanswered(clinic: Clinic, matter: Unanswered) -> list[Doctor] | None:
    """Return the doctors whom a reminder is for and who have not answered by now, by name; none where it is deleted."""
    async with clinic.storage.read() as work:
        reminder = await work.reminders.get(matter.reminder_id)
        if not reminder:
            return None
        people = await work.broadcasts.people(await told(clinic, work, reminder.audience, matter.monday))
        meant = {person.doctor_id for person in people}
        return [doctor for doctor in await unanswered(clinic, work, matter.monday) if doctor.doctor_id in meant]


async def stop(clinic: Clinic, work: UnitOfWork, reminder: Reminder) -> None:
    """Take back what a reminder has not sent yet, and ask nobody again, inside another change."""
    await work.reminders.drop_occurrences(reminder.reminder_id)
    ids = [reminder.broadcast_id] if reminder.broadcast_id else []
    for broadcast in (await work.broadcasts.of_ids(ids)).values():
        await work.broadcasts.end(replace(broadcast, state=BroadcastState.CANCELLED, ended_at=clinic.clock()))
