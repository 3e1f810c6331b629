"""Find where there is room for a booking."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, UTC
from itertools import islice, takewhile

from clinic import policy
from clinic.booking import Booking, clashing, fits, free_slots, SlotLength
from clinic.calendar import instant, joined, Schedule, Slot
from clinic.dates import DateSpan, ensure_plausible
from clinic.errors import Action, NotAllowed, OutsideHours, SlotIsPast, SlotTaken, UnknownDoctor
from clinic.people import Actor, Doctor, Role
from clinic.plan import ONE_DAY
from clinic.ports import Clinic, UnitOfWork
from clinic.use_cases.schedules import DoctorSchedule, everybodys_schedules, schedule_of

MOST_LISTED = 10
OFFERS = 3
"""So many free slots are offered in the place of one that is not to be had,"""
SEARCHED = timedelta(days=60)
"""and so far behind it they are looked for."""
FIRST_LOOK = timedelta(days=7)
"""So much is looked through before more bookings are read, then twice as much each time: mostly there is room soon."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot, and whose."""

    slot: Slot
    doctor: Doctor


async def find_free(
    clinic: Clinic,
    actor: Actor,
    span: DateSpan,
    *,
    doctor_id: int | None = None,
    doctor_ids: Collection[int] | None = None,
    minutes: int | None = None,
    most: int = MOST_LISTED,
) -> list[Offer]:
    """Return the first free slots that begin on the dates of a span on the clinic's clocks, the earliest first.

    They are one doctor's, or those of several, or everybody's; as long as each doctor's bookings are, or ``minutes``.
    It costs three statements however many doctors there are, those who are not asked for nothing, and one more whenever
    there is no room in what was looked through.

    Raises:
        NotAllowed, UnknownDoctor, BadDates, BadSlotLength.
    """
    if doctor_id is None:
        policy.ensure_can_book(actor)
    else:
        policy.ensure_can_read_bookings(actor, doctor_id)
    ensure_plausible(DateSpan(min(span.first, clinic.clock().date()), span.last))
    since = max(clinic.clock(), instant(span.first, 0, clinic.zone))
    until = instant(span.last + ONE_DAY, 0, clinic.zone)
    if until <= since:
        return []
    wide = DateSpan(span.first - 2 * ONE_DAY, span.last + 2 * ONE_DAY)
    async with clinic.storage.read() as work:
        if doctor_id is None:
            asked = await everybodys_schedules(clinic, work, wide, doctor_ids)
        else:
            asked = [await schedule_of(clinic, work, doctor_id, wide)]
    first: list[Offer] = []
    for begin, end in _looks(since, until):
        async with clinic.storage.read() as work:
            taken = await taken_slots(work, begin, end, [found.doctor.doctor_id for found in asked])
        first += await _earliest(asked, taken, minutes, begin, end, most - len(first))
        if len(first) == most:
            break
    return first


def _looks(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of time that are looked through one after the other."""
    length = FIRST_LOOK
    while since < until:
        end = min(since + length, until)
        yield since, end
        since, length = end, 2 * length


async def _earliest(
    asked: Iterable[DoctorSchedule],
    taken: Mapping[int, Sequence[Slot]],
    minutes: int | None,
    since: datetime,
    until: datetime,
    most: int,
) -> list[Offer]:
    """Return the first free slots that begin in ``[since, until)``, whosever they are."""
    first: list[Offer] = []
    for found in asked:
        if len(first) == most:
            until = first[-1].slot.start  # what is later is not asked for
        offers = _offers(found, taken, found.doctor.slots.lasting(minutes), since, until)
        first = sorted([*first, *islice(offers, most)], key=lambda offer: offer.slot.start)[:most]
        await asyncio.sleep(0)  # a hundred full calendars take long, and nobody waits for all of them
    return first


def _offers(
    found: DoctorSchedule, taken: Mapping[int, Sequence[Slot]], size: SlotLength, since: datetime, until: datetime
) -> Iterator[Offer]:
    own = taken.get(found.doctor.doctor_id, ())
    return (Offer(slot, found.doctor) for slot in openings(found.schedule, own, size, since, until))


def openings(
    schedule: Schedule, taken: Iterable[Slot], size: SlotLength, since: datetime, until: datetime
) -> Iterator[Slot]:
    """Yield the free slots that begin in ``[since, until)``; dates behind the last that is asked for are not resolved.

    Slots stand one behind the other from where hours begin, so that the hours of the night before count.
    """
    days = DateSpan(since.astimezone(schedule.zone).date() - ONE_DAY, until.astimezone(schedule.zone).date())
    found = free_slots(schedule.slots(days), taken, size, since)
    return takewhile(lambda slot: slot.start < until, found)


async def taken_slots(
    work: UnitOfWork, since: datetime, until: datetime, doctor_ids: Collection[int], moved: Booking | None = None
) -> Mapping[int, Sequence[Slot]]:
    """Return by doctor what is not free for ``openings`` of the same time; ``moved`` is in nobody's way."""
    earliest, latest = since - timedelta(days=2), until + timedelta(days=1)
    return await work.bookings.taken(earliest, latest, doctor_ids, moved.booking_id if moved else 0)


async def slot_at(
    clinic: Clinic,
    work: UnitOfWork,
    doctor_id: int,
    start: datetime,
    minutes: int | None,
    moved: Booking | None = None,
) -> Slot:
    """Return the slot of a doctor from ``start`` (aware) on if a booking may stand there; ``moved`` is in no way.

    It costs three statements, and one more where the slot is not to be had and others are offered. In a write nobody
    else takes it until the end.

    Raises:
        UnknownDoctor, BadSlotLength, SlotIsPast, BadDates, OutsideHours, SlotTaken.
    """
    start, now = start.astimezone(UTC), clinic.clock()
    if start < now:
        raise SlotIsPast(start)
    ensure_plausible(DateSpan(now.date(), start.date()))
    wide = DateSpan(start.date() - 2 * ONE_DAY, start.date() + SEARCHED + 2 * ONE_DAY)
    read = await schedule_of(clinic, work, doctor_id, wide)
    size = read.doctor.slots.lasting(minutes)
    slot = Slot(start, start + size.length)
    days = DateSpan(wide.first, slot.end.date() + ONE_DAY)
    if not fits(slot, joined(read.schedule.slots(days))):
        raise OutsideHours(slot, await _next_free(work, read, size, start, moved))
    near = await work.bookings.standing(slot.start - size.pause, slot.end + size.pause, [doctor_id])
    others = (booking for booking in near if not moved or booking.booking_id != moved.booking_id)
    clash = clashing(slot, others, size)
    if clash:
        raise SlotTaken(clash, await _next_free(work, read, size, start, moved))
    return slot


async def ensure_free(clinic: Clinic, actor: Actor, doctor_id: int, start: datetime) -> None:
    """Find out whether a booking may stand from ``start`` (aware) on, before somebody is asked to save it.

    Raises:
        NotAllowed, UnknownDoctor, SlotIsPast, BadDates, OutsideHours, SlotTaken.
    """
    policy.ensure_can_book(actor)
    async with clinic.storage.read() as work:
        await slot_at(clinic, work, doctor_id, start, None)


async def _next_free(
    work: UnitOfWork, read: DoctorSchedule, size: SlotLength, since: datetime, moved: Booking | None
) -> list[Slot]:
    doctor_id, until = read.doctor.doctor_id, since + SEARCHED
    taken = await taken_slots(work, since, until, [doctor_id], moved)
    return list(islice(openings(read.schedule, taken.get(doctor_id, ()), size, since, until), OFFERS))


async def set_slot_length(clinic: Clinic, actor: Actor, doctor_id: int, slots: SlotLength) -> Doctor:
    """Set how long a doctor's bookings are and the pause after them; those that were made stay as they are.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    policy.ensure_can_set_slots(actor, doctor_id)
    async with clinic.storage.write(doctor_id) as work:
        doctor = await work.doctors.get(doctor_id)
        if not doctor:
            raise UnknownDoctor(doctor_id)
        if Role.ADMIN not in actor.roles and doctor.user_id != actor.user_id:
            raise NotAllowed(Action.SET_SLOTS)
        await work.doctors.set_slots(doctor_id, slots)
        await work.commit()
        return replace(doctor, slots=slots)
