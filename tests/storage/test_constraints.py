"""What the rules refuse, the database refuses too, whoever writes to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clinic.people import Actor
from storage import SqlStorage

AT = "2026-07-06 18:30:15.000000"
TABLES: dict[str, dict[str, object]] = {
    "doctors": {"doctor_id": 2, "name": "Eva", "specialization": "Surgery", "week_version": 0},
    "people": {
        "user_id": 8,
        "name": "Ben",
        "is_admin": 0,
        "is_receptionist": 1,
        "doctor_id": None,
        "language": None,
        "suspended": 0,
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
    "day_availability": {"doctor_id": 1, "weekday": 2, "is_on": 1},
    "time_ranges": {"doctor_id": 1, "weekday": 0, "start": 900, "end": 1000},
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


def insert(driver: sqlite3.Connection, table: str, **changed: object) -> None:
    row = TABLES[table] | changed
    columns = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join("?" for _ in row)
    driver.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608  own names


@pytest.fixture
def database(storage: SqlStorage, ada: Actor, file: Path) -> Iterator[sqlite3.Connection]:
    """Ada with a Monday, a change that was taken back, an invitation and a draft."""
    with closing(sqlite3.connect(file, isolation_level=None)) as driver:
        driver.execute("PRAGMA foreign_keys = ON")
        insert(driver, "invitations", token_hash="a")  # noqa: S106  a hash of nothing
        insert(driver, "day_availability", weekday=0)
        insert(driver, "time_ranges", start=540, end=780)
        insert(driver, "week_changes", version=1)
        insert(driver, "week_changes", version=2, undoes=1)
        insert(driver, "drafts", message_id=1)
        yield driver


@pytest.mark.parametrize("table", TABLES)
def test_a_good_row_is_taken(database: sqlite3.Connection, table: str) -> None:
    """The row that the cases below change in one place is itself accepted."""
    insert(database, table)


@pytest.mark.parametrize(("start", "end"), [(0, 1440), (1439, 1440), (1439, 2878), (0, 1), (600, 2039)])
def test_every_range_of_the_rules_is_taken(database: sqlite3.Connection, start: int, end: int) -> None:
    """Whole days and nights that end before their own start are ranges."""
    insert(database, "day_availability")
    insert(database, "time_ranges", weekday=2, start=start, end=end)


@pytest.mark.parametrize(
    ("table", "changed", "broken"),
    [
        ("doctors", {"name": ""}, "CHECK.*ck_doctors_name"),
        ("doctors", {"week_version": -1}, "CHECK.*ck_doctors_week_version"),
        ("doctors", {"doctor_id": 1}, "UNIQUE.*doctors.doctor_id"),
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
        ("day_availability", {"weekday": -1}, "CHECK.*ck_day_availability_weekday"),
        ("day_availability", {"weekday": 7}, "CHECK.*ck_day_availability_weekday"),
        ("day_availability", {"weekday": 0}, "UNIQUE.*day_availability"),
        ("day_availability", {"is_on": 2}, "CHECK.*ck_day_availability_is_on"),
        ("day_availability", {"doctor_id": 9}, "FOREIGN KEY"),
        ("time_ranges", {"weekday": 3}, "FOREIGN KEY"),
        ("time_ranges", {"start": 540}, "UNIQUE.*time_ranges"),
        ("time_ranges", {"start": -1}, "CHECK.*ck_time_ranges_start"),
        ("time_ranges", {"start": 1440, "end": 1441}, "CHECK.*ck_time_ranges_start"),
        ("time_ranges", {"end": 900}, "CHECK.*ck_time_ranges_length"),
        ("time_ranges", {"end": 899}, "CHECK.*ck_time_ranges_length"),
        ("time_ranges", {"end": 2340}, "CHECK.*ck_time_ranges_tail"),
        ("time_ranges", {"start": 0, "end": 1441}, "CHECK.*ck_time_ranges_tail"),
        ("week_changes", {"version": 0}, "CHECK.*ck_week_changes_version"),
        ("week_changes", {"version": 2}, "UNIQUE.*week_changes.version"),
        ("week_changes", {"undoes": 1}, "UNIQUE.*week_changes.undoes"),
        ("week_changes", {"undoes": 3}, "CHECK.*ck_week_changes_undoes"),
        ("week_changes", {"undoes": 0}, "FOREIGN KEY"),
        ("week_changes", {"doctor_id": 9}, "FOREIGN KEY"),
        ("drafts", {"message_id": 1}, "UNIQUE.*drafts"),
        ("drafts", {"revision": 0}, "CHECK.*ck_drafts_revision"),
        ("drafts", {"waits_for_text": 2}, "CHECK.*ck_drafts_waits_for_text"),
    ],
)
def test_a_bad_row_is_refused(
    database: sqlite3.Connection, table: str, changed: dict[str, object], broken: str
) -> None:
    """Each constraint is seen firing, by the name that a migration would call it."""
    with pytest.raises(sqlite3.IntegrityError, match=broken):
        insert(database, table, **changed)


def test_a_days_ranges_go_with_it(database: sqlite3.Connection) -> None:
    """Deleting a day deletes its ranges."""
    database.execute("DELETE FROM day_availability")

    assert database.execute("SELECT count(*) FROM time_ranges").fetchone() == (0,)


def test_a_doctor_with_hours_stays(database: sqlite3.Connection) -> None:
    """A doctor whom rows speak of cannot be deleted under them."""
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("DELETE FROM doctors")
