"""The migrations: every older database comes up with what is in it, and they make the tables that the code means."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import storage.migrations
from clinic.booking import SlotLength
from clinic.dates import DateSpan
from clinic.people import Actor, Doctor, Role
from clinic.search import board_order
from clinic.time_range import TimeRange
from storage import DatabaseUnusable, open_storage
from storage.database import Database
from storage.schema import HEAD, migrate, upgrade
from storage.tables import Base
from tests.storage.plain import Plain, Row
from tests.storage.revisions import fill, REVISIONS, there_and_back

SCRIPTS = Path(storage.migrations.__file__).parent
RESHAPED = {"day_availability", "time_ranges", "week_changes"}
"""What 0004 writes in another shape; ``test_week_plans_migration`` looks at what it says."""


@pytest.fixture
async def database(bare_url: str) -> AsyncIterator[Database]:
    made = Database(bare_url)
    yield made
    await made.close()


@pytest.fixture
def plain(database: Database) -> Plain:
    return Plain(database)


async def clauses(database: Database) -> dict[str, list[str]]:
    """Return what the database keeps of each table and index, without order and blanks."""
    plain = Plain(database)
    if plain.engine == "postgresql":
        constraints = "SELECT conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
        columns = (
            "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable,"
            " column_default) FROM information_schema.columns WHERE table_schema = 'public'"
        )
        indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        kept = [
            *await plain.execute(f"{constraints} WHERE connamespace = 'public'::regnamespace"),
            *await plain.execute(columns),
            *await plain.execute(indexes),
        ]
    else:
        kept = await plain.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: sorted(re.sub(r"\s+", " ", line).strip(' ,"') for line in sql.replace('"', "").splitlines())
        for name, sql in kept
    }


def test_the_head_is_the_newest_script() -> None:
    """The constant that spares a start the import of alembic names the newest of the revisions, which are one line."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)

    assert scripts.get_heads() == [HEAD]
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
async def test_an_older_database_comes_up(database: Database, plain: Plain, bare_url: str, revision: str) -> None:
    """From each revision, filled as it can be, the start brings everything along."""
    await fill(database, *(there for there in REVISIONS if there <= revision))
    before = await plain.rows()
    del before["alembic_version"]

    opened = await open_storage(bare_url)

    async with opened.read() as work:
        delegate_of = frozenset({1}) if revision > "0012" else frozenset()
        roles = frozenset({Role.DOCTOR, Role.RECEPTIONIST})
        language = "pt-BR" if revision > "0013" else None
        ada = Actor(7, "Ada", roles, 1, "de", delegate_of=delegate_of, telegram_language=language)
        assert await work.people.get(7) == ada
        invitation = await work.invitations.find("a")
        assert invitation
        assert invitation.doctor_id == 1
        found = await work.weeks.find(1, DateSpan(date.min, date.max))
    assert found
    doctor, record = found
    zone = "Asia/Tokyo" if revision > "0003" else None
    slots = SlotLength(20, 5) if revision > "0004" else SlotLength(30, 0)
    assert doctor == Doctor(1, "Ada", "Cardiology", 7, zone, slots)
    assert record.hours.on(date(2027, 1, 6)).ranges == ((TimeRange(540, 780),) if revision > "0001" else ())
    await opened.close()
    after = await plain.rows()
    assert after.pop("alembic_version") == [(HEAD,)]
    for table, kept in before.items():
        if revision < "0004" and table in RESHAPED:
            continue
        width = len(kept[0])
        assert [row[:width] for row in after[table]] == kept


async def test_down_and_up_again(database: Database, plain: Plain) -> None:
    """Every revision can be taken back, and nothing of it stays."""
    await upgrade(database)
    made = await clauses(database)

    await migrate(database, "base", down=True)
    assert set(await plain.rows()) == {"alembic_version"}
    await upgrade(database)

    assert await clauses(database) == made


@pytest.mark.parametrize("revision", ["0003", REVISIONS[-2]])
async def test_up_down_and_up(database: Database, revision: str) -> None:
    """Every row is as it was: of the older revision down there, of the newest up here (all: ``tests.proofs``)."""
    compared, changed = await there_and_back(database, revision)

    assert changed == []
    assert compared > 0


async def test_doctors_who_are_there_get_their_place_on_the_board(
    database: Database, plain: Plain, bare_url: str
) -> None:
    """As if they were added now."""
    await migrate(database, "0016")
    names = [("Zoë", "cardiology"), ("anna", "Surgery"), ("Álvaro", "Cardiology"), ("Bo", "surgery")]
    for name, of in names:
        await plain.execute(f"INSERT INTO doctors (name, specialization) VALUES ('{name}', '{of}')")  # noqa: S608

    opened = await open_storage(bare_url)

    async with opened.read() as work:
        doctors = await work.doctors.everybody()
        in_order = [doctor.doctor_id for doctor in sorted(doctors, key=board_order)]
        assert await work.doctors.on_board(0, 10) == (in_order, 0)
    await opened.close()


async def test_down_keeps_what_is_older(database: Database, plain: Plain) -> None:
    """Taking back each revision in turn leaves what was there before it, row by row."""
    left: dict[str, dict[str, list[Row]]] = {}
    for revision in REVISIONS:
        await fill(database, revision)
        left[revision] = await plain.rows()

    for revision in reversed(REVISIONS[:-1]):
        await migrate(database, revision, down=True)
        assert await plain.rows() == left[revision]


async def test_the_migrations_make_the_tables_that_are_meant(database: Database, plain: Plain) -> None:
    """Migrated and made at once, a database has the same columns, constraints and indexes, CHECKs included."""
    await upgrade(database)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await plain.execute("DROP TABLE alembic_version")
    made = await clauses(database)
    async with database.migrating() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    assert made == await clauses(database)


async def test_a_newer_database_is_refused(database: Database, plain: Plain, bare_url: str) -> None:
    """A database that a newer version has changed is left alone."""
    await upgrade(database)
    await plain.execute("UPDATE alembic_version SET version_num = '0999'")

    with pytest.raises(DatabaseUnusable, match=r"rota.* was written by a newer version of Rota .*0999"):
        await open_storage(bare_url)

    assert (await plain.rows())["alembic_version"] == [("0999",)]


async def test_another_programs_database_is_refused(plain: Plain, bare_url: str) -> None:
    """Tables that are not ours are not mixed with ours."""
    await plain.execute("CREATE TABLE songs (title TEXT)")

    with pytest.raises(DatabaseUnusable, match=r"rota.* holds the tables of another program"):
        await open_storage(bare_url)

    assert set(await plain.rows()) == {"songs"}


async def test_a_migration_that_fails_changes_nothing(database: Database, plain: Plain, bare_url: str) -> None:
    """Several revisions go up in one transaction: where the last one fails, the first is not left behind."""
    await migrate(database, "0001")
    await plain.execute("CREATE TABLE drafts (body TEXT)")
    before = await clauses(database)

    with pytest.raises(DatabaseUnusable, match=r"drafts\"? already exists"):
        await open_storage(bare_url)

    assert await clauses(database) == before
    assert (await plain.rows())["alembic_version"] == [("0001",)]


async def test_rows_that_point_nowhere_are_not_carried_along(database: Database, file: Path, plain: Plain) -> None:
    """Foreign keys are off while tables are rebuilt, and are looked at before the commit."""
    await migrate(database, "0001")
    await plain.execute("PRAGMA foreign_keys = OFF", "INSERT INTO people VALUES (7, 'Ada', 0, 0, 99, NULL, 0)")

    with pytest.raises(DatabaseUnusable, match="a row of people would point nowhere"):
        await upgrade(database)

    assert (await plain.rows())["alembic_version"] == [("0001",)]


async def test_three_that_start_at_once(plain: Plain, bare_url: str) -> None:
    """On a fresh file the first makes the tables and the others find them."""
    opened = await asyncio.gather(*(open_storage(bare_url) for _ in range(3)))

    assert (await plain.rows())["alembic_version"] == [(HEAD,)]
    for each in opened:
        await each.close()


async def test_a_start_with_nothing_to_do_is_cheap(database: Database, bare_url: str) -> None:
    """A database that is up to date is opened without alembic, whose import costs more than all the rest."""
    await upgrade(database)
    script = f"""
import asyncio, sys
from storage import open_storage
async def start():
    await (await open_storage({bare_url!r})).close()
asyncio.run(start())
print([name for name in sys.modules if name.split(".")[0] in ("alembic", "mako")])
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=SCRIPTS.parents[1], stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()

    assert printed.decode().strip() == "[]"
