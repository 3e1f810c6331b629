"""Free slots against a slow oracle of minutes, and any sequence of bookings: none ever overlaps another."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta, UTC
from heapq import merge
from itertools import combinations
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.booking import Booking, BookingStatus, clashing, fits, free_slots, SlotLength
from clinic.calendar import joined, Slot
from clinic.dates import DateSpan
from clinic.errors import BookingIsSettled, BookingNotDue, OutsideHours, SlotIsPast, SlotTaken
from clinic.people import Actor, Doctor, Role
from clinic.plan import WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic
from clinic.use_cases.bookings import book, cancel, mark_no_show, move
from clinic.use_cases.free_slots import find_free
from tests.clinic.hours_of import every_day
from tests.clinic.memory import Memory
from tests.clinic.random_hours import CHANGES, weekly_hours

MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
DESK = Actor(21, "Rita", frozenset({Role.RECEPTIONIST}))
SIZE = SlotLength(30, 0)
SIZES = st.builds(SlotLength, st.integers(5, 60), st.sampled_from([0, 0, 1, 10, 45]))


def at(minute: int) -> datetime:
    return MIDNIGHT + minute * MINUTE


def runs(bounds: set[int]) -> list[Slot]:
    """From each second bound to the next; an odd one is left over."""
    in_order = sorted(bounds)
    return [Slot(at(first), at(last)) for first, last in zip(in_order[::2], in_order[1::2], strict=False)]


HOURS = st.sets(st.integers(0, 240), max_size=8).map(runs)
TAKEN = st.sets(st.integers(-30, 270), max_size=8).map(runs)


def minutes_of(slots: list[Slot]) -> set[int]:
    return {(slot.start - MIDNIGHT) // MINUTE + m for slot in slots for m in range((slot.end - slot.start) // MINUTE)}


def oracle(hours: list[Slot], taken: list[Slot], size: SlotLength, since: datetime) -> list[Slot]:
    """Walk each run of hours minute by minute: a booking is where all minutes are worked and none is held.

    A booking holds its own minutes, and those of its pause against others and of others' pauses against it.
    """
    worked = minutes_of(hours)
    held = minutes_of([Slot(each.start, each.end + size.pause) for each in taken])
    busy = minutes_of(taken)
    found, minute = [], 0
    while minute < 300:
        own = range(minute, minute + size.minutes)
        behind = range(minute, minute + size.minutes + size.buffer)
        if worked.issuperset(own) and held.isdisjoint(own) and busy.isdisjoint(behind):
            found.append(Slot(at(minute), at(minute + size.minutes)))
            gaps = [each for each in range(own.stop, behind.stop) if each not in worked]
            minute = gaps[0] if gaps else behind.stop  # hours that begin after a gap begin anew
        else:
            minute += 1
    return [each for each in found if each.start >= since]


@settings(max_examples=400)
@given(HOURS, TAKEN, SIZES, st.integers(0, 240).map(at))
def test_free_slots_are_those_that_walking_finds(
    hours: list[Slot], taken: list[Slot], size: SlotLength, since: datetime
) -> None:
    """One behind the other, none left out, none that has begun."""
    assert list(free_slots(hours, taken, size, since)) == oracle(hours, taken, size, since)


@settings(max_examples=200)
@given(HOURS, TAKEN, SIZES)
def test_bookings_that_touch_may_be_one(hours: list[Slot], taken: list[Slot], size: SlotLength) -> None:
    """A storage that gives stretches of bookings leaves the same slots free as one that gives each."""
    assert list(free_slots(hours, joined(taken), size, at(0))) == list(free_slots(hours, taken, size, at(0)))


@settings(max_examples=200)
@given(HOURS, TAKEN, SIZES)
def test_what_is_free_can_be_booked(hours: list[Slot], taken: list[Slot], size: SlotLength) -> None:
    """What ``book`` asks says yes to each free slot; to each minute that it says yes to, one is near."""
    free = list(free_slots(hours, taken, size, at(0)))
    bookings = [Booking(1, each, "P") for each in taken]
    near = size.length + size.pause
    for minute in range(300):
        slot = Slot(at(minute), at(minute) + size.length)
        takes = fits(slot, joined(hours)) and clashing(slot, bookings, size) is None
        assert takes or slot not in free
        assert not takes or any(each.start <= slot.start < each.start + near for each in free)


def desk_with(hours: WeeklyHours, size: SlotLength, zone: str, now: datetime) -> tuple[Clinic, Memory]:
    """A clinic with one doctor."""
    memory = Memory()
    memory.tables.doctors[1] = Doctor(1, "Ana", "GP", slots=size)
    memory.tables.weeks[1] = WeekRecord(1, hours, 1)
    return Clinic("Rota", ZoneInfo(zone), frozenset(), memory, lambda: now), memory


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SIZES, st.integers(0, 8)), min_size=1, max_size=6), st.integers(1, 12))
def test_the_first_of_many_doctors(doctors: list[tuple[SlotLength, int]], most: int) -> None:
    """What is found of all is the earliest of what each has, by name at one time; others have their turn."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def play() -> None:
        clinic, memory = desk_with(WeeklyHours(), SIZE, "UTC", at(0))
        for number, (size, hour) in enumerate(doctors, 1):
            memory.tables.doctors[number] = Doctor(number, f"Ana {number}", "GP", slots=size)
            hours = WeeklyHours((WeekPlan((every_day(f"{hour:02}:00-{hour + 2:02}:00"),)),))
            memory.tables.weeks[number] = WeekRecord(number, hours, 1)
        span = DateSpan(MIDNIGHT.date(), MIDNIGHT.date() + timedelta(days=2))
        each = [await find_free(clinic, DESK, span, doctor_id=number, most=99) for number in memory.tables.doctors]
        counting = asyncio.create_task(count())
        found = await find_free(clinic, DESK, span, most=most)
        counting.cancel()
        assert found == list(merge(*each, key=lambda offer: offer.slot.start))[:most]
        assert turns >= len(doctors)

    asyncio.run(play())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "move", "cancel", "missed", "came"]),
        st.integers(0, 5),
        st.integers(-4, 60).map(lambda quarter: 15 * quarter),
        st.none() | st.integers(5, 90),
    ),
    max_size=25,
)
REFUSED = (SlotTaken, OutsideHours, SlotIsPast, BookingIsSettled, BookingNotDue)


@settings(max_examples=150)
@given(STEPS, SIZES)
def test_no_two_that_stand_ever_overlap(steps: list[tuple[str, int, int, int | None]], size: SlotLength) -> None:
    """Booked, moved, cancelled, missed in any order, standing bookings keep apart, their pauses between them."""
    hours = WeeklyHours((WeekPlan((every_day("02:00-05:00", "05:00-08:00", "22:00-02:00"),)),))

    async def play() -> None:
        clinic, memory = desk_with(hours, size, "UTC", at(0))
        made: list[int] = []
        for number, (act, which, minute, minutes) in enumerate(steps):
            booking_id = made[which % len(made)] if made else 0
            try:
                match act:
                    case "book":
                        booking = await book(clinic, DESK, 1, at(minute), f"P-{number}", minutes=minutes)
                        made.append(booking.booking_id)
                    case "move" if made:
                        await move(clinic, DESK, booking_id, at(minute))
                    case "cancel" if made:
                        await cancel(clinic, DESK, booking_id, "")
                    case "missed" | "came" if made:
                        await mark_no_show(clinic, DESK, booking_id, missed=act == "missed")
            except REFUSED:
                pass
            standing = [b.slot for b in memory.tables.bookings.values() if b.status is not BookingStatus.CANCELLED]
            for one, other in combinations(sorted(standing), 2):
                assert one.end + size.pause <= other.start
            assert len(memory.tables.bookings) == len(made), "none is lost"

    asyncio.run(play())


@settings(max_examples=60)
@given(st.data(), st.sampled_from(CHANGES), st.builds(SlotLength, st.integers(5, 60)))
def test_free_slots_are_booked_one_after_the_other(
    data: st.DataObject, change: tuple[str, date], size: SlotLength
) -> None:
    """Around clock changes and nights, each slot that is offered is had, until none is left; a taken one offers it."""
    zone, day = change
    hours = data.draw(weekly_hours(day))
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    span = DateSpan(day, day)

    async def play() -> None:
        clinic, memory = desk_with(hours, size, zone, now)
        offers = await find_free(clinic, DESK, span, doctor_id=1, most=12)
        for offer in offers:
            booking = await book(clinic, DESK, 1, offer.slot.start, "P")
            assert booking.slot == offer.slot
        if len(offers) < 12:
            assert await find_free(clinic, DESK, span, doctor_id=1) == []
        if offers:
            await cancel(clinic, DESK, booking_id=max(memory.tables.bookings), reason="")
            again = await find_free(clinic, DESK, span, doctor_id=1)
            assert again[:1] == offers[-1:]

    asyncio.run(play())
