"""Bookings in the database: as they were saved, found by an index, with their history, and erased with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, exc

import storage as package
from clinic.booking import Booking, BookingChange, BookingStatus, SlotLength
from clinic.calendar import Slot
from clinic.dates import DateSpan
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.ports.notices import BookingNotice
from clinic.time_range import TimeRange
from clinic.use_cases.bookings import book, erase_old
from clinic.use_cases.desk import attention, bookings_of_day
from clinic.use_cases.free_slots import find_free
from clinic.use_cases.hours import set_days
from clinic.week import DayAvailability, Weekday
from storage import SqlStorage
from tests.storage.drawn import INSTANTS, TEXTS
from tests.storage.plain import Plain

ROOT = Path(package.__file__).parents[1]
Run = Callable[[Callable[[SqlStorage], Coroutine[None, None, None]]], None]

RITA = Actor(21, "Rita", frozenset({Role.RECEPTIONIST}))
STAMP = Stamp(21, "Rita", datetime(2026, 7, 6, 18, 30, 15, 250, tzinfo=UTC))
TUESDAY = date(2026, 7, 7)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 7, 7, 9, tzinfo=UTC)


def slot(start: datetime, minutes: int = 30) -> Slot:
    return Slot(start, start + minutes * MINUTE)


async def add(storage: SqlStorage, *bookings: Booking) -> list[Booking]:
    async with storage.write() as work:
        added = [await work.bookings.add(booking, STAMP) for booking in bookings]
        await work.commit()
    return added


async def standing(
    storage: SqlStorage, since: datetime, until: datetime, doctor_ids: list[int] | None = None
) -> list[Booking]:
    async with storage.read() as work:
        return list(await work.bookings.standing(since, until, doctor_ids))


async def test_taken_is_the_time_of_what_stands(storage: SqlStorage, ada: Actor) -> None:
    """Of each doctor who is asked for and has some, in order, without the cancelled and without the one left out."""
    async with storage.write() as work:
        await work.doctors.add("Ben", "Cardiology")
        await work.commit()
    late, early, moved, _ = await add(
        storage,
        *(Booking(1, slot(NINE + ahead * HOUR), "P") for ahead in (3, 1, 2)),
        Booking(1, slot(NINE), "P", status=BookingStatus.CANCELLED),
    )
    await add(storage, Booking(2, slot(NINE), "P"))
    async with storage.read() as work:
        taken = await work.bookings.taken(NINE, NINE + DAY, [1], moved.booking_id)
        both = await work.bookings.taken(NINE, NINE + DAY, [1, 2, 3])
    assert taken == {1: [early.slot, late.slot]}
    assert both == {1: [early.slot, moved.slot, late.slot], 2: [slot(NINE)]}


REFERENCES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=32)
NOTES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)
STATES = st.sampled_from(
    [
        {},
        {"flagged": True},
        {"status": BookingStatus.NO_SHOW},
        {"status": BookingStatus.CANCELLED, "reason": "Ill"},
    ]
)


@settings(max_examples=60)
@given(st.tuples(INSTANTS, st.integers(5, 240)), st.tuples(REFERENCES, NOTES), STATES, TEXTS)
def test_bookings_come_back(
    run: Run, when: tuple[datetime, int], texts: tuple[str, str], state: dict[str, Any], name: str
) -> None:
    """A booking, what it becomes and its history are as they were saved, stamps and all."""

    async def keep(storage: SqlStorage) -> None:
        async with storage.write() as work:
            doctor = await work.doctors.add("Ada", "Cardiology")
            await work.commit()
        stamp = Stamp(2**52, name, when[0])
        made = Booking(doctor.doctor_id, slot(*when), *texts, stamp=STAMP)
        async with storage.write() as work:
            added = await work.bookings.add(made, stamp)
            became = replace(added, version=2, **state)
            await work.bookings.save([BookingChange(added, became, stamp)])
            await work.commit()
        async with storage.read() as work:
            assert repr(await work.bookings.get(added.booking_id)) == repr(became)
            history = await work.bookings.history(added.booking_id)
        assert repr(history) == repr([BookingChange(None, added, stamp), BookingChange(added, became, stamp)])
        assert repr(added) == repr(replace(made, booking_id=added.booking_id))

    run(keep)


async def test_only_what_reaches_into_a_span_is_found(
    storage: SqlStorage, ada: Actor, make_doctor: Callable[[str, int], Coroutine[Any, Any, Actor]]
) -> None:
    """What ends as the span begins, or begins as it ends, is not in it; the longest that reaches in is."""
    await make_doctor("Eva", 8)
    touching = [slot(NINE - 30 * MINUTE), slot(NINE + HOUR)]
    inside = [slot(NINE - 239 * MINUTE, 240), slot(NINE + MINUTE), slot(NINE + 59 * MINUTE)]
    await add(storage, *(Booking(1, each, "P") for each in touching), *(Booking(2, each, "P") for each in inside))

    assert [found.slot for found in await standing(storage, NINE, NINE + HOUR)] == inside


async def test_what_was_cancelled_stands_no_more(storage: SqlStorage, ada: Actor) -> None:
    """Missed bookings stand, cancelled ones do not."""
    states = {BookingStatus.CANCELLED: NINE, BookingStatus.NO_SHOW: NINE, BookingStatus.BOOKED: NINE + HOUR / 2}
    added = await add(storage, *(Booking(1, slot(at), "P", status=status) for status, at in states.items()))

    assert await standing(storage, NINE, NINE + HOUR) == added[1:]


async def test_some_doctors_bookings_or_alls(
    storage: SqlStorage, ada: Actor, make_doctor: Callable[[str, int], Coroutine[Any, Any, Actor]]
) -> None:
    """Asked for some doctors, others' are left out; for none, all are."""
    await make_doctor("Eva", 8)
    await make_doctor("Ben", 9)
    added = await add(storage, *(Booking(number, slot(NINE), "P") for number in (1, 2, 3)))

    assert await standing(storage, NINE, NINE + HOUR) == added
    assert await standing(storage, NINE, NINE + HOUR, [3, 1]) == [added[0], added[2]]
    assert await standing(storage, NINE, NINE + HOUR, []) == []


async def test_bookings_come_by_time(storage: SqlStorage, ada: Actor) -> None:
    """Whatever order they were made in, they are read by when they begin."""
    late, early = await add(
        storage, Booking(1, slot(NINE + HOUR), "P", flagged=True), Booking(1, slot(NINE), "P", flagged=True)
    )
    async with storage.read() as work:
        assert await work.bookings.flagged() == [early, late]
        assert await work.bookings.of_ids([late.booking_id, early.booking_id, 99]) == [early, late]
        assert await work.bookings.get(99) is None


async def test_a_booking_is_not_written_over_another_version(storage: SqlStorage, ada: Actor) -> None:
    """One of two that is stored otherwise takes the other with it."""
    first, second = await add(storage, Booking(1, slot(NINE), "P"), Booking(1, slot(NINE + HOUR), "P"))
    changes = [
        BookingChange(first, replace(first, note="x", version=2), STAMP),
        BookingChange(second, replace(second, note="x", version=3), STAMP),
    ]

    with pytest.raises(RuntimeError, match="not the one"):
        async with storage.write() as work:
            await work.bookings.save(changes)

    assert await standing(storage, NINE, NINE + 2 * HOUR) == [first, second]


async def test_instants_know_their_zone(storage: SqlStorage, ada: Actor) -> None:
    """A naive time is refused before it is stored."""
    with pytest.raises(exc.StatementError, match="an instant knows its zone"):
        await add(storage, Booking(1, slot(datetime(2026, 7, 7, 9)), "P"))  # noqa: DTZ001  the mistake itself


async def test_what_is_old_is_erased_with_its_history(clinic: Clinic, storage: SqlStorage, ada: Actor) -> None:
    """What was over before so many days goes, whatever became of it; what ended right then stays."""
    then = clinic.clock() - 365 * DAY
    ends = [then - timedelta(microseconds=1), then - DAY, then, then + MINUTE]
    await add(storage, *(Booking(1, Slot(end - timedelta(microseconds=1), end), "P", "a secret") for end in ends))

    assert [await erase_old(clinic, 365, 1) for _ in range(3)] == [1, 1, 0]

    kept = await Plain(storage._database).rows()
    assert [len(kept[of]) for of in ("bookings", "booking_changes")] == [2, 2]


async def test_slots_are_read_with_the_doctor(storage: SqlStorage, ada: Actor) -> None:
    """Wherever a doctor is read, how long the bookings are is."""
    async with storage.write() as work:
        await work.doctors.set_slots(1, SlotLength(20, 10))
        await work.commit()

    async with storage.read() as work:
        doctor, found = await work.doctors.get(1), await work.weeks.find(1, DateSpan(TUESDAY, TUESDAY))
        listed = [
            *await work.doctors.everybody(),
            *(each for each, _ in await work.weeks.everybody(DateSpan(TUESDAY, TUESDAY))),
        ]
    assert doctor
    assert found
    assert {each.slots for each in (doctor, found[0], *listed)} == {SlotLength(20, 10)}


async def test_notices_of_bookings_are_claimed_once(storage: SqlStorage, now: datetime) -> None:
    """They are claimed in the order in which they were owed, held for a while, and forgotten when done."""
    async with storage.write() as work:
        await work.notices.owe_bookings([3, 4], [2**52, 8])
        await work.notices.owe_bookings([5], [])
        await work.commit()

    async def claim(at: datetime) -> BookingNotice | None:
        async with storage.write() as work:
            notice = await work.notices.claim_bookings(at, at + MINUTE)
            await work.commit()
        return notice

    first, second = await claim(now), await claim(now)
    assert first
    assert (first.user_id, first.booking_ids) == (2**52, (3, 4))
    assert second
    assert second.user_id == 8
    assert await claim(now) is None
    async with storage.write() as work:
        await work.notices.done(first)
        await work.commit()
    assert await claim(now + MINUTE) == second


PLANS: dict[str, tuple[str, set[str]]] = {
    "a doctor's": ("ix_bookings_doctor_id_start", {"(doctor_id=? AND start>? AND start<?)"}),
    "a doctor's time": ("ix_bookings_doctor_id_start", {"doctor_id=? AND start>? AND start<?"}),
    "everybody's": ("ix_bookings_start", {"(start>? AND start<?)"}),
    "flagged": ("ix_bookings_flagged", set()),
    "old": ("ix_bookings_start", {"(start<?)"}),
}


@pytest.mark.parametrize("which", PLANS)
async def test_bookings_are_found_by_an_index(storage: SqlStorage, file: Path, ada: Actor, which: str) -> None:
    """Of a table of any size the rows that are asked for are read, and no others."""
    sent: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(storage._database.engine.sync_engine, "before_cursor_execute", hear)
    async with storage.write() as work:
        match which:
            case "a doctor's":
                await work.bookings.standing(NINE, NINE + 60 * DAY, [1, 2])
            case "a doctor's time":
                await work.bookings.taken(NINE, NINE + 60 * DAY, [1, 2])
            case "everybody's":
                await work.bookings.standing(NINE, NINE + DAY)
            case "old":
                await work.bookings.erase(NINE, 500)
            case _:
                await work.bookings.flagged()
    ((statement, parameters),) = [each for each in sent if "bookings" in each[0]]
    async with storage._database.reading() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[-1] for row in plan if "bookings" in row[-1]]
    index, searched = PLANS[which]
    assert any(index in step and all(each in step for each in searched) for step in steps)
    assert [step for step in steps if "SCAN" in step and index not in step] == []


async def open_every_day(clinic: Clinic, doctor: Actor) -> None:
    """Ten to twelve in Berlin, which are eight to ten of the clock of UTC."""
    assert doctor.doctor_id
    days = dict.fromkeys(Weekday, DayAvailability((TimeRange(600, 720),), on=True))
    closing = Draft(doctor.user_id, 1, "{}", clinic.clock() + DAY)
    recurrence = Recurrence(Repeat.EVERY_WEEK, clinic.clock().date())
    await set_days(clinic, doctor, doctor.doctor_id, days, recurrence, drawn_from=0, closing=closing)


@pytest.mark.parametrize("doctors", [1, 100])
async def test_the_desks_questions_cost_the_same_for_all_doctors(
    clinic: Clinic,
    storage: SqlStorage,
    make_doctor: Callable[[str, int], Coroutine[Any, Any, Actor]],
    statements: list[str],
    doctors: int,
) -> None:
    """A day's bookings and the list of attention are two statements, free slots of several doctors three."""
    for number in range(1, doctors + 1):
        await open_every_day(clinic, await make_doctor(f"Ada {number}", 100 + number))
    await add(storage, *(Booking(number, slot(NINE), "P", flagged=True) for number in range(1, doctors + 1)))

    costs = {}
    statements.clear()
    assert len(await bookings_of_day(clinic, RITA, TUESDAY)) == doctors
    costs["day"] = len(statements)
    statements.clear()
    assert len(await attention(clinic, RITA)) == doctors
    costs["attention"] = len(statements)
    statements.clear()
    span = DateSpan(TUESDAY, TUESDAY + 60 * DAY)
    free = await find_free(clinic, RITA, span, doctor_ids=range(1, doctors + 1), most=2 * doctors + 1)
    costs["free"] = len(statements)
    assert costs == {"day": 2, "attention": 2, "free": 3}
    assert [offer.slot.start for offer in free[: doctors + 1]] == [NINE - HOUR] * doctors + [NINE - HOUR / 2]


async def test_bookings_are_read_no_further_than_to_where_there_is_room(
    clinic: Clinic, storage: SqlStorage, ada: Actor, statements: list[str]
) -> None:
    """Twenty days are full: a first week and two more are read, and nothing of the others."""
    await open_every_day(clinic, ada)
    span = DateSpan(TUESDAY, TUESDAY + 60 * DAY)
    full = await find_free(clinic, RITA, DateSpan(TUESDAY, TUESDAY + 19 * DAY), doctor_id=1, most=1_000)
    await add(storage, *(Booking(1, offer.slot, "P") for offer in full))
    statements.clear()
    (free,) = await find_free(clinic, RITA, span, doctor_id=1, most=1)
    assert free.slot.start == full[0].slot.start + 20 * DAY
    assert sum("FROM bookings" in statement for statement in statements) == 2


async def test_a_booking_is_five_statements(clinic: Clinic, ada: Actor, statements: list[str]) -> None:
    """The hours cost two, who is there one, the booking and its history two; a refusal offers others for one more."""
    await open_every_day(clinic, ada)
    statements.clear()
    await book(clinic, RITA, 1, NINE, "P-1")
    assert len(statements) == 5


BOOKER = """
import asyncio, sys
from datetime import datetime, UTC
from zoneinfo import ZoneInfo
from clinic.errors import SlotTaken
from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.use_cases.bookings import book
from storage import open_storage

async def one(clinic, number):
    actor = Actor(number, f"Rita {number}", frozenset({Role.RECEPTIONIST}))
    try:
        booking = await book(clinic, actor, 1, datetime.fromisoformat(sys.argv[3]), f"P-{number}")
    except SlotTaken as error:
        free = [slot.start.isoformat() for slot in error.free]
        print("taken", error.booking.stamp.name, error.booking.reference, *free, flush=True)
    else:
        print("has", booking.stamp.name, booking.reference, flush=True)

async def main():
    storage = await open_storage(sys.argv[1])
    now = datetime.fromisoformat(sys.argv[2])
    clinic = Clinic("Hill Street", ZoneInfo("Europe/Berlin"), frozenset(), storage, lambda: now)
    print("ready", flush=True)
    sys.stdin.readline()
    first = int(sys.argv[4])
    await asyncio.gather(*(one(clinic, number) for number in range(first, first + 25)))
    await storage.close()

asyncio.run(main())
"""


async def test_fifty_who_want_one_slot(clinic: Clinic, ada: Actor, url: str) -> None:
    """Of fifty in two processes one has it; forty-nine hear who, and are offered the next three."""
    await open_every_day(clinic, ada)
    pipe = asyncio.subprocess.PIPE
    asked = (url, clinic.clock().isoformat(), (NINE - HOUR).isoformat())
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", BOOKER, *asked, str(first)), cwd=ROOT, stdin=pipe, stdout=pipe
        )
        for first in (100, 200)
    ]
    for process in processes:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
    outcomes = await asyncio.gather(*(process.communicate(b"\n") for process in processes))

    lines = [line for said, _ in outcomes for line in said.decode().splitlines()]
    ((has),) = [line.removeprefix("has ") for line in lines if line.startswith("has")]
    offers = " ".join((NINE + shift * MINUTE).isoformat() for shift in (-30, 0, 30))
    assert [line for line in lines if line.startswith("taken")] == [f"taken {has} {offers}"] * 49
    assert [found.reference for _, found in await bookings_of_day(clinic, RITA, TUESDAY)] == [has.split()[-1]]
