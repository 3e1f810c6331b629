"""Copies of an SQLite database: whole though somebody writes, and put back only where that does no harm."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from storage import backup, NoBackup, open_storage, restore, SqlStorage

PAIRS = 200


async def add_pairs(storage: SqlStorage, count: int) -> None:
    """Add doctors in twos, each two in one transaction."""
    for number in range(count):
        async with storage.write() as work:
            for name in "AB":
                await work.doctors.add(f"{name} {number}", "")
            await work.commit()


def names(folder: Path) -> set[str]:
    """Return what lies in a folder, but for what SQLite keeps beside a file."""
    return {each.name for each in folder.iterdir() if not each.name.endswith(("-shm", "-wal"))}


def doctors(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        count: int = database.execute("SELECT count(*) FROM doctors").fetchone()[0]
        return count


async def test_a_copy_is_of_one_moment(storage: SqlStorage, file: Path, url: str, tmp_path: Path) -> None:
    """Made while somebody writes, it holds every change as a whole, and the writer goes on."""
    writing = asyncio.create_task(add_pairs(storage, PAIRS))
    copies = [tmp_path / f"copy-{number}.db" for number in range(5)]
    for copy in copies:
        await asyncio.to_thread(backup, url, copy)
    await writing
    found = [doctors(copy) for copy in copies]
    assert found == sorted(found)
    assert all(count % 2 == 0 for count in found)
    assert doctors(file) == 2 * PAIRS


async def test_a_copy_is_one_private_file(storage: SqlStorage, file: Path, url: str, tmp_path: Path) -> None:
    """Nothing lies beside it, nobody else may read it, and what was last committed is in it."""
    await add_pairs(storage, 1)
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(url, folder / "copy.db")
    assert names(folder) == {"copy.db"}
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600
    assert doctors(folder / "copy.db") == 2


async def test_a_copy_replaces_nothing(storage: SqlStorage, file: Path, url: str, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    there = tmp_path / "there.db"
    there.write_text("mine")
    with pytest.raises(NoBackup, match="is there already"):
        backup(url, there)
    assert there.read_text() == "mine"


async def test_what_is_put_back_is_what_was_copied(file: Path, url: str, tmp_path: Path, now: datetime) -> None:
    """And what stood there is kept under a name of its own, with what its log held."""
    storage = await open_storage(url)
    await add_pairs(storage, 1)
    backup(url, tmp_path / "copy.db")
    await add_pairs(storage, 1)
    await storage.close()
    kept = restore(url, tmp_path / "copy.db", now)
    assert doctors(file) == 2
    assert kept
    assert kept.name == "rota.db.before-20260706-183015"
    assert doctors(kept) == 4
    reopened = await open_storage(url)
    await add_pairs(reopened, 1)
    await reopened.close()


async def test_a_bot_that_runs_is_not_overwritten(storage: SqlStorage, file: Path, url: str, tmp_path: Path) -> None:
    """Whoever has the file open would write into what is no longer there."""
    await add_pairs(storage, 1)
    backup(url, tmp_path / "copy.db")
    await add_pairs(storage, 1)
    with pytest.raises(NoBackup, match="Stop the bot first"):
        restore(url, tmp_path / "copy.db", datetime.now())  # noqa: DTZ005  it is only a name
    assert doctors(file) == 4
    assert names(tmp_path) == {"rota.db", "copy.db"}
    await add_pairs(storage, 1)


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[5000:9000] = b"x" * 4000
    file.write_bytes(content)


BAD: dict[str, Callable[[Path], object]] = {
    "damaged": damaged,
    "text": lambda file: file.write_text("no database" * 1000),
    "another program's": lambda file: change(file, "DROP TABLE alembic_version"),
    "newer": lambda file: change(file, "UPDATE alembic_version SET version_num = '9999'"),
    "missing": lambda file: file.unlink(),
}


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)


@pytest.mark.parametrize("fault", BAD)
async def test_what_is_no_sound_copy_is_refused(
    file: Path, url: str, tmp_path: Path, now: datetime, fault: str
) -> None:
    """Checked first: the database that is there stays, and nothing lies about."""
    storage = await open_storage(url)
    await add_pairs(storage, 1)
    await storage.close()
    copy = tmp_path / "copy.db"
    backup(url, copy)
    BAD[fault](copy)
    before = names(tmp_path)
    with pytest.raises(NoBackup):
        restore(url, copy, now)
    assert doctors(file) == 2
    assert names(tmp_path) == before


async def test_a_damaged_database_is_replaced_and_kept(file: Path, url: str, tmp_path: Path, now: datetime) -> None:
    """That is what a backup is for."""
    storage = await open_storage(url)
    await add_pairs(storage, 1)
    await storage.close()
    backup(url, tmp_path / "copy.db")
    BAD["text"](file)
    kept = restore(url, tmp_path / "copy.db", now)
    assert doctors(file) == 2
    assert kept
    assert kept.read_text().startswith("no database")


def test_postgresql_has_its_own(tmp_path: Path, now: datetime) -> None:
    """It says which."""
    url = "postgresql+asyncpg://rota:secret@localhost/rota"
    with pytest.raises(NoBackup, match="pg_dump") as refused:
        backup(url, tmp_path / "copy.db")
    assert "secret" not in str(refused.value)
    with pytest.raises(NoBackup, match="pg_dump"):
        restore(url, tmp_path / "copy.db", now)
