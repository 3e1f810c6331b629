"""What the rules refuse, the database refuses too, whoever writes to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Boolean, exc
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.people import Actor, Role
from storage import open_storage
from storage.database import Database
from storage.tables import Base
from tests.storage.plain import execute, literal

AT = "2026-07-06 18:30:15.000000"
STAMP = {"set_by_id": 7, "set_by": "Ada", "set_at": AT}
TABLES: dict[str, dict[str, object]] = {
    "doctors": {
        "doctor_id": 2,
        "name": "Eva",
        "specialization": "Surgery",
        "week_version": 0,
        "zone": None,
        "slot_minutes": 30,
        "slot_buffer": 0,
        "sort_key": b"",
    },
    "people": {
        "user_id": 8,
        "name": "Ben",
        "is_admin": 0,
        "is_receptionist": 1,
        "doctor_id": None,
        "language": None,
        "suspended": 0,
        "blocked": 0,
    },
    "invitations": {
        "token_hash": "b",
        "role": "admin",
        "created_by": None,
        "expires_at": AT,
        "name": None,
        "specialization": None,
        "doctor_id": None,
        "used_by": None,
        "used_at": None,
    },
    "week_plans": {
        "doctor_id": 1,
        "once": 0,
        "starts": "2026-07-06",
        "ends": "2026-07-12",
        "anchor": "2001-01-01",
        "week_count": 1,
        **STAMP,
    },
    "day_availability": {"plan_id": 1, "week": 0, "weekday": 2, "is_on": 1},
    "time_ranges": {"plan_id": 1, "week": 0, "weekday": 0, "start": 900, "end": 1000},
    "week_changes": {
        "doctor_id": 1,
        "version": 3,
        "at": AT,
        "by_user_id": 7,
        "by_name": "Ada",
        "before": "[]",
        "after": "[]",
        "undoes": None,
    },
    "time_off": {
        "doctor_id": 1,
        "first": "2026-07-06",
        "last": "2026-07-06",
        "start": 540,
        "end": 780,
        "reason": "",
        "kind": "planned",
        **STAMP,
    },
    "date_overrides": {"doctor_id": 1, "day": "2026-07-07", "is_on": 1, **STAMP},
    "override_ranges": {"doctor_id": 1, "day": "2026-07-06", "start": 900, "end": 1000},
    "closures": {"first": "2026-07-06", "last": "2026-07-06", "name": "", **STAMP},
    "date_changes": {
        "doctor_id": 1,
        "at": AT,
        "by_user_id": 7,
        "by_name": "Ada",
        "before": "[]",
        "after": "[]",
        "undoes": None,
    },
    "notices": {"change_id": 2, "user_id": 8, "claimed_until": None},
    "bookings": {
        "booking_id": 2,
        "doctor_id": 1,
        "start": AT,
        "end": "2026-07-06 18:30:15.000001",
        "reference": "P-1",
        "note": "",
        "status": "booked",
        "flagged": 0,
        "reason": "",
        "version": 1,
        **STAMP,
    },
    "booking_changes": {
        "booking_id": 1,
        "version": 2,
        "at": AT,
        "by_user_id": 7,
        "by_name": "Ada",
        "before": "{}",
        "after": "{}",
    },
    "booking_notices": {"user_id": 8, "booking_ids": "[1]", "claimed_until": None},
    "broadcasts": {
        "body": "{}",
        "audience": "doctors",
        "specialization": "",
        "user_ids": "[]",
        "due": AT,
        "by_user_id": 7,
        "by_name": "Ada",
        "state": "running",
        "chat_id": 7,
        "message_id": 1,
        "begun_at": AT,
        "ended_at": None,
        "settled_before": 0,
        "progress_due": None,
    },
    "deliveries": {
        "broadcast_id": 1,
        "user_id": 8,
        "state": "waiting",
        "due": AT,
        "tries": 0,
        "reason": "",
        "at": None,
    },
    "rate_gates": {"name": "others", "free_at": 0.0},
    "confirmations": {
        "doctor_id": 1,
        "monday": "2026-07-13",
        "answer": "same",
        "seen": "c0ffeec0ffee",
        "set_by_id": 7,
        "set_by": "Ada",
        "set_at": AT,
    },
    "reminders": {
        "days": 16,
        "minutes": 540,
        "own_zone": 0,
        "audience": "doctors",
        "specialization": "",
        "user_ids": "[]",
        "body": "",
        "nags": "[]",
        "by_user_id": 7,
        "by_name": "Ada",
        "due": AT,
        "day": "2026-07-10",
        "broadcast_id": None,
        "version": 1,
    },
    "occurrences": {
        "reminder_id": 1,
        "day": "2026-07-10",
        "minutes": 540,
        "monday": "2026-07-13",
        "nags": "[]",
        "due": AT,
        "asked": 1,
    },
    "watches": {"doctor_id": 1, "user_id": 8},
    "hours_notices": {
        "user_id": 8,
        "doctor_id": 1,
        "due_at": AT,
        "changes": "[]",
        "names": "[]",
        "claimed_until": None,
    },
    "drafts": {
        "chat_id": 1,
        "message_id": 2,
        "body": "{}",
        "revision": 1,
        "waits_for_text": 0,
        "expires_at": AT,
    },
}
"""A row of every table that may be there, next to what ``database`` puts there before."""


async def insert(database: AsyncConnection, table: str, **changed: object) -> None:
    row = TABLES[table] | changed
    if database.dialect.name == "postgresql":  # to SQLite they are numbers
        columns = Base.metadata.tables[table].c
        flags = {name for name in row if isinstance(columns[name].type, Boolean)}
        row |= {name: bool(row[name]) for name in flags if row[name] in {0, 1}}
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(map(literal, row.values()))
    await execute(database, f"INSERT INTO {table} ({names}) VALUES ({values})")  # noqa: S608  own rows


SAID = {
    "CHECK": "check constraint",
    "UNIQUE": "unique constraint",
    "FOREIGN KEY": "foreign key",
    "NOT NULL": "not-null",
}


def refusal(database: AsyncConnection, broken: str) -> str:
    """Return a pattern of what the database says where SQLite says ``broken``; to PostgreSQL no flag is 2."""
    if database.dialect.name == "sqlite":
        return broken
    kind, _, name = broken.partition(".*")
    return f'{SAID[kind]} "{name.removesuffix("$")}"|of type boolean|value too long' if kind == "CHECK" else SAID[kind]


@pytest.fixture(scope="module")
def filled(shared_url: str) -> str:
    """Ada with a plan of a Monday, hours on a date, a change of each that was taken back, an invitation and a draft."""
    asyncio.run(fill(shared_url))
    return shared_url


async def fill(url: str) -> None:
    storage = await open_storage(url)
    async with storage.write() as work:
        await work.doctors.add("Ada", "Cardiology")
        await work.people.put(Actor(7, "Ada", frozenset({Role.DOCTOR}), 1))
        await work.commit()
    async with storage._database.writing() as connection:
        for table, changed in (
            ("invitations", {"token_hash": "a"}),
            ("week_plans", {"starts": "2026-06-01"}),
            ("day_availability", {"weekday": 0}),
            ("time_ranges", {"start": 540, "end": 780}),
            ("week_changes", {"version": 1}),
            ("week_changes", {"version": 2, "undoes": 1}),
            ("date_overrides", {"day": "2026-07-06"}),
            ("override_ranges", {"start": 540, "end": 780}),
            ("date_changes", {}),
            ("date_changes", {"undoes": 1}),
            ("notices", {"user_id": 7}),
            ("bookings", {"booking_id": 1, "start": "2026-07-06 17:30:15.000000", "end": AT}),
            ("booking_changes", {"version": 1, "before": None}),
            ("broadcasts", {}),
            ("deliveries", {"user_id": 7}),
            ("confirmations", {"monday": "2026-07-06"}),
            ("reminders", {}),
            ("drafts", {"message_id": 1}),
        ):
            await insert(connection, table, **changed)
        await connection.commit()
    await storage.close()


@pytest.fixture
async def database(filled: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that is taken back at the end: what a test inserts is gone for the next."""
    database = Database(filled)
    async with database.writing() as connection:
        yield connection
    await database.close()


@pytest.mark.parametrize("table", TABLES)
async def test_a_good_row_is_taken(database: AsyncConnection, table: str) -> None:
    """The row that the cases below change in one place is itself accepted."""
    await insert(database, table)


RANGES = ("time_ranges", "override_ranges", "time_off")
"""The tables that keep a ``TimeRange``."""


@pytest.mark.parametrize("table", RANGES)
@pytest.mark.parametrize(("start", "end"), [(0, 1440), (1439, 1440), (1439, 2878), (0, 1), (600, 2039)])
async def test_every_range_of_the_rules_is_taken(database: AsyncConnection, table: str, start: int, end: int) -> None:
    """Whole days and nights that end before their own start are ranges."""
    await insert(database, table, start=start, end=end)


@pytest.mark.parametrize("table", RANGES)
@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"start": -1}, "start"),
        ({"start": 1440, "end": 1441}, "start"),
        ({"end": 900}, "length"),
        ({"end": 899}, "length"),
        ({"end": 2340}, "tail"),
        ({"start": 0, "end": 1441}, "tail"),
    ],
)
async def test_no_other_range_is_taken(
    database: AsyncConnection, table: str, changed: dict[str, object], broken: str
) -> None:
    """Minutes that make no ``TimeRange`` are refused wherever one is kept."""
    with pytest.raises(exc.DBAPIError) as refused:
        await insert(database, table, **({"start": 900} | changed))
    assert re.search(refusal(database, f"CHECK.*ck_{table}_{broken}"), str(refused.value.orig))


async def test_time_off_needs_no_range(database: AsyncConnection) -> None:
    """Time off for whole dates has neither start nor end."""
    await insert(database, "time_off", start=None, end=None)


@pytest.mark.parametrize("table", ["week_plans", "time_off", "date_overrides", "closures", "bookings"])
@pytest.mark.parametrize("column", STAMP)
async def test_a_stamp_is_whole(database: AsyncConnection, table: str, column: str) -> None:
    """Who set something, by which name and when are known together, or none of them."""
    await insert(database, table, **dict.fromkeys(STAMP))
    await execute(database, f"DELETE FROM {table}")  # noqa: S608  own names

    with pytest.raises(exc.DBAPIError) as refused:
        await insert(database, table, **{column: None})
    assert re.search(refusal(database, f"CHECK.*ck_{table}_stamp"), str(refused.value.orig))


@pytest.mark.parametrize(
    ("table", "changed", "broken"),
    [
        ("doctors", {"name": ""}, "CHECK.*ck_doctors_name"),
        ("doctors", {"week_version": -1}, "CHECK.*ck_doctors_week_version"),
        ("doctors", {"doctor_id": 1}, "UNIQUE.*doctors.doctor_id"),
        ("doctors", {"zone": ""}, "CHECK.*ck_doctors_zone"),
        ("doctors", {"slot_minutes": 4}, "CHECK.*ck_doctors_slot_minutes"),
        ("doctors", {"slot_minutes": 241}, "CHECK.*ck_doctors_slot_minutes"),
        ("doctors", {"slot_minutes": None}, "NOT NULL"),
        ("doctors", {"slot_buffer": -1}, "CHECK.*ck_doctors_slot_buffer"),
        ("doctors", {"slot_buffer": 121}, "CHECK.*ck_doctors_slot_buffer"),
        ("doctors", {"sort_key": None}, "NOT NULL"),
        ("people", {"user_id": 7}, "UNIQUE.*people.user_id"),
        ("people", {"doctor_id": 1}, "UNIQUE.*people.doctor_id"),
        ("people", {"doctor_id": 9}, "FOREIGN KEY"),
        ("people", {"is_admin": 2}, "CHECK.*ck_people_is_admin"),
        ("people", {"is_receptionist": 2}, "CHECK.*ck_people_is_receptionist"),
        ("people", {"suspended": 2}, "CHECK.*ck_people_suspended"),
        ("invitations", {"token_hash": "a"}, "UNIQUE.*invitations.token_hash"),
        ("invitations", {"role": "owner"}, "CHECK.*ck_invitations_role"),
        ("invitations", {"doctor_id": 1}, "CHECK.*ck_invitations_doctor"),
        ("invitations", {"name": "Eva"}, "CHECK.*ck_invitations_doctor"),
        ("invitations", {"specialization": "Surgery"}, "CHECK.*ck_invitations_doctor"),
        ("invitations", {"role": "doctor"}, "CHECK.*ck_invitations_doctor"),
        ("invitations", {"role": "doctor", "name": "Eva"}, "CHECK.*ck_invitations_doctor"),
        ("invitations", {"role": "doctor", "name": "Eva", "doctor_id": 1}, "CHECK.*ck_invitations_doctor"),
        ("invitations", {"role": "doctor", "doctor_id": 9}, "FOREIGN KEY"),
        ("invitations", {"used_by": 7}, "CHECK.*ck_invitations_used"),
        ("invitations", {"used_at": AT}, "CHECK.*ck_invitations_used"),
        ("invitations", {"expires_at": None}, "NOT NULL"),
        ("week_plans", {"doctor_id": 9}, "FOREIGN KEY"),
        ("week_plans", {"starts": "2026-06-01"}, "UNIQUE.*week_plans.doctor_id, week_plans.once, week_plans.starts"),
        ("week_plans", {"plan_id": 1}, "UNIQUE.*week_plans.plan_id"),
        ("week_plans", {"once": 2}, "CHECK.*ck_week_plans_once"),
        ("week_plans", {"ends": "2026-07-05"}, "CHECK.*ck_week_plans_ends"),
        ("week_plans", {"week_count": 0}, "CHECK.*ck_week_plans_week_count"),
        ("week_plans", {"week_count": 3}, "CHECK.*ck_week_plans_week_count"),
        ("week_plans", {"week_count": 2, "once": 1}, "CHECK.*ck_week_plans_one_week"),
        ("week_plans", {"anchor": None}, "NOT NULL"),
        ("day_availability", {"weekday": -1}, "CHECK.*ck_day_availability_weekday"),
        ("day_availability", {"weekday": 7}, "CHECK.*ck_day_availability_weekday"),
        ("day_availability", {"weekday": 0}, "UNIQUE.*day_availability"),
        ("day_availability", {"is_on": 2}, "CHECK.*ck_day_availability_is_on"),
        ("day_availability", {"week": 2}, "CHECK.*ck_day_availability_week$"),
        ("day_availability", {"week": -1}, "CHECK.*ck_day_availability_week$"),
        ("day_availability", {"plan_id": 9}, "FOREIGN KEY"),
        ("time_ranges", {"weekday": 3}, "FOREIGN KEY"),
        ("time_ranges", {"week": 1}, "FOREIGN KEY"),
        ("time_ranges", {"plan_id": 9}, "FOREIGN KEY"),
        ("time_ranges", {"start": 540}, "UNIQUE.*time_ranges"),
        ("week_changes", {"version": 0}, "CHECK.*ck_week_changes_version"),
        ("week_changes", {"version": 2}, "UNIQUE.*week_changes.version"),
        ("week_changes", {"undoes": 1}, "UNIQUE.*week_changes.undoes"),
        ("week_changes", {"undoes": 3}, "CHECK.*ck_week_changes_undoes"),
        ("week_changes", {"undoes": 0}, "FOREIGN KEY"),
        ("week_changes", {"doctor_id": 9}, "FOREIGN KEY"),
        ("time_off", {"doctor_id": 9}, "FOREIGN KEY"),
        ("time_off", {"last": "2026-07-05"}, "CHECK.*ck_time_off_last"),
        ("time_off", {"start": None}, "CHECK.*ck_time_off_range"),
        ("time_off", {"end": None}, "CHECK.*ck_time_off_range"),
        ("time_off", {"reason": 65 * "x"}, "CHECK.*ck_time_off_reason"),
        ("time_off", {"kind": "holiday"}, "CHECK.*ck_time_off_kind"),
        ("date_overrides", {"doctor_id": 9}, "FOREIGN KEY"),
        ("date_overrides", {"day": "2026-07-06"}, "UNIQUE.*date_overrides.doctor_id, date_overrides.day"),
        ("date_overrides", {"is_on": 2}, "CHECK.*ck_date_overrides_is_on"),
        ("override_ranges", {"day": "2026-07-08"}, "FOREIGN KEY"),
        ("override_ranges", {"start": 540}, "UNIQUE.*override_ranges"),
        ("closures", {"last": "2026-07-05"}, "CHECK.*ck_closures_last"),
        ("closures", {"name": 65 * "x"}, "CHECK.*ck_closures_name"),
        ("date_changes", {"doctor_id": 9}, "FOREIGN KEY"),
        ("date_changes", {"undoes": 1}, "UNIQUE.*date_changes.undoes"),
        ("date_changes", {"undoes": 2**30}, "CHECK.*ck_date_changes_undoes"),
        ("date_changes", {"undoes": 0}, "FOREIGN KEY"),
        ("notices", {"change_id": 9}, "FOREIGN KEY"),
        ("notices", {"user_id": 7}, "UNIQUE.*notices.change_id, notices.user_id"),
        ("bookings", {"doctor_id": 9}, "FOREIGN KEY"),
        ("bookings", {"booking_id": 1}, "UNIQUE.*bookings.booking_id"),
        ("bookings", {"end": AT}, "CHECK.*ck_bookings_end"),
        ("bookings", {"end": "2026-07-06 18:30:14.999999"}, "CHECK.*ck_bookings_end"),
        ("bookings", {"reference": ""}, "CHECK.*ck_bookings_reference"),
        ("bookings", {"reference": 33 * "x"}, "CHECK.*ck_bookings_reference"),
        ("bookings", {"note": 201 * "x"}, "CHECK.*ck_bookings_note"),
        ("bookings", {"status": "here"}, "CHECK.*ck_bookings_status"),
        ("bookings", {"flagged": 2}, "CHECK.*ck_bookings_flagged"),
        ("bookings", {"flagged": 1, "status": "cancelled"}, "CHECK.*ck_bookings_waiting"),
        ("bookings", {"flagged": 1, "status": "no-show"}, "CHECK.*ck_bookings_waiting"),
        ("bookings", {"status": "cancelled", "reason": 65 * "x"}, "CHECK.*ck_bookings_reason"),
        ("bookings", {"reason": "x"}, "CHECK.*ck_bookings_cancelled"),
        ("bookings", {"version": 0}, "CHECK.*ck_bookings_version"),
        ("booking_changes", {"booking_id": 9}, "FOREIGN KEY"),
        ("booking_changes", {"version": 1, "before": None}, "UNIQUE.*booking_changes"),
        ("booking_changes", {"version": 0}, "CHECK.*ck_booking_changes_version"),
        ("booking_changes", {"before": None}, "CHECK.*ck_booking_changes_before"),
        ("booking_notices", {"booking_ids": None}, "NOT NULL"),
        ("people", {"blocked": 2}, "CHECK.*ck_people_blocked"),
        ("broadcasts", {"state": "paused"}, "CHECK.*ck_broadcasts_state"),
        ("broadcasts", {"chat_id": None}, "CHECK.*ck_broadcasts_message"),
        ("broadcasts", {"begun_at": None}, "CHECK.*ck_broadcasts_begun"),
        ("broadcasts", {"ended_at": AT}, "CHECK.*ck_broadcasts_ended"),
        ("broadcasts", {"state": "done"}, "CHECK.*ck_broadcasts_ended"),
        ("deliveries", {"broadcast_id": 9}, "FOREIGN KEY"),
        ("deliveries", {"user_id": 7}, "UNIQUE.*deliveries.broadcast_id, deliveries.user_id"),
        ("deliveries", {"state": "lost"}, "CHECK.*ck_deliveries_state"),
        ("deliveries", {"tries": -1}, "CHECK.*ck_deliveries_tries"),
        ("rate_gates", {"name": "broadcasts"}, "UNIQUE.*rate_gates"),
        ("confirmations", {"monday": "2026-07-06"}, "UNIQUE.*confirmations"),
        ("confirmations", {"doctor_id": 9}, "FOREIGN KEY"),
        ("confirmations", {"answer": "maybe"}, "CHECK.*ck_confirmations_answer"),
        ("confirmations", {"set_by": None}, "CHECK.*ck_confirmations_stamp"),
        ("confirmations", {"set_by_id": None, "set_by": None, "set_at": None}, "CHECK.*ck_confirmations_given"),
        ("reminders", {"days": 0}, "CHECK.*ck_reminders_days"),
        ("reminders", {"days": 128}, "CHECK.*ck_reminders_days"),
        ("reminders", {"minutes": -1}, "CHECK.*ck_reminders_minutes"),
        ("reminders", {"minutes": 1440}, "CHECK.*ck_reminders_minutes"),
        ("reminders", {"own_zone": 2}, "CHECK.*ck_reminders_own_zone"),
        ("reminders", {"due": None}, "CHECK.*ck_reminders_due"),
        ("reminders", {"day": None}, "CHECK.*ck_reminders_due"),
        ("reminders", {"version": 0}, "CHECK.*ck_reminders_version"),
        ("reminders", {"broadcast_id": 9}, "FOREIGN KEY"),
        ("occurrences", {"reminder_id": 9}, "FOREIGN KEY"),
        ("occurrences", {"minutes": 1440}, "CHECK.*ck_occurrences_minutes"),
        ("occurrences", {"asked": 0}, "CHECK.*ck_occurrences_asked"),
        ("occurrences", {"asked": 5}, "CHECK.*ck_occurrences_asked"),
        ("drafts", {"message_id": 1}, "UNIQUE.*drafts"),
        ("drafts", {"revision": 0}, "CHECK.*ck_drafts_revision"),
        ("drafts", {"waits_for_text": 2}, "CHECK.*ck_drafts_waits_for_text"),
    ],
)
async def test_a_bad_row_is_refused(
    database: AsyncConnection, table: str, changed: dict[str, object], broken: str
) -> None:
    """Each constraint is seen firing, by the name that a migration would call it."""
    with pytest.raises(exc.DBAPIError) as refused:
        await insert(database, table, **changed)
    assert re.search(refusal(database, broken), str(refused.value.orig))


async def test_a_days_ranges_go_with_it(database: AsyncConnection) -> None:
    """Deleting a day deletes its ranges."""
    await execute(database, "DELETE FROM day_availability")

    assert await execute(database, "SELECT count(*) FROM time_ranges") == [(0,)]


async def test_a_plans_days_go_with_it(database: AsyncConnection) -> None:
    """Deleting a plan deletes its days, and their ranges."""
    await execute(database, "DELETE FROM week_plans")

    for table in ("day_availability", "time_ranges"):
        assert await execute(database, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608  own names


async def test_a_dates_ranges_go_with_it(database: AsyncConnection) -> None:
    """Deleting the hours of a date deletes their ranges."""
    await execute(database, "DELETE FROM date_overrides")

    assert await execute(database, "SELECT count(*) FROM override_ranges") == [(0,)]


@pytest.mark.parametrize(
    ("table", "key"),
    [("time_off", "time_off_id"), ("closures", "closure_id"), ("booking_notices", "notice_id")],
)
async def test_no_id_comes_twice(database: AsyncConnection, table: str, key: str) -> None:
    """An old message's button, which names a rule by its id, never means a new one."""
    ids = f"SELECT {key} FROM {table}"  # noqa: S608  own names
    await insert(database, table)
    first = await execute(database, ids)
    await execute(database, f"DELETE FROM {table}")  # noqa: S608  own names
    await insert(database, table)

    assert await execute(database, ids) > first


async def test_a_bookings_history_goes_with_it(database: AsyncConnection) -> None:
    """Deleting a booking deletes its history, which has its notes in it."""
    await execute(database, "DELETE FROM bookings")

    assert await execute(database, "SELECT count(*) FROM booking_changes") == [(0,)]


async def test_a_doctor_with_hours_stays(database: AsyncConnection) -> None:
    """A doctor whom rows speak of cannot be deleted under them."""
    with pytest.raises(exc.DBAPIError) as refused:
        await execute(database, "DELETE FROM doctors")
    assert re.search(refusal(database, "FOREIGN KEY"), str(refused.value.orig))
