"""A database that cannot be used is refused at the start, with one sentence that names the file."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import DatabaseUnusable, open_storage
from storage.database import Database

ENGINES = ["sqlite"]


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-4096:] = random.Random(1).randbytes(4096)  # noqa: S311  no secret
    file.write_bytes(content)


def cut(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(3 * 4096)


async def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnusable) as refused:
        await open_storage(url)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


async def test_a_fresh_file_is_made(url: str) -> None:
    """Where there is no file, one is made, and it is opened again as it was left."""
    opened = await open_storage(url)
    async with opened.write() as work:
        doctor = await work.doctors.add("Ada", "Cardiology")
        await work.commit()
    await opened.close()

    opened = await open_storage(url)
    async with opened.read() as work:
        assert await work.doctors.get(doctor.doctor_id) == doctor
    await opened.close()


def test_blanks_and_marks_in_the_path(tmp_path: Path) -> None:
    """A folder may be named as people name folders."""
    folder = tmp_path / "Ärzte & 100%"
    folder.mkdir()

    async def start() -> None:
        await (await open_storage(f"sqlite+aiosqlite:///{folder}/rota.db")).close()

    asyncio.run(start())

    assert (folder / "rota.db").exists()


def test_a_file_of_something_else(url: str, file: Path) -> None:
    """A file that is no database is refused, and left as it is."""
    diary = "Dear diary,\n" * 1000
    file.write_text(diary)

    assert asyncio.run(refusal(url)) == f"{file} is not an SQLite database."
    assert file.read_text() == diary


async def test_a_damaged_file(url: str, file: Path) -> None:
    """Damage in one page of rows, which no start reads, is found at the start and not at the first tap."""
    opened = await open_storage(url)
    async with opened.write() as work:
        for number in range(500):
            await work.doctors.add(f"Ada {number}", "Cardiology")
        await work.commit()
    await opened.close()
    damage(file)

    sentence = await refusal(url)

    assert sentence.startswith(f"{file} is damaged")
    assert sentence.endswith("Restore it from a backup.")


async def test_a_truncated_file(url: str, file: Path) -> None:
    """A file that a full disk or a broken copy has cut off is damaged."""
    await (await open_storage(url)).close()
    cut(file)

    assert (await refusal(url)).startswith(f"{file} is damaged")


async def test_a_read_only_file(url: str, file: Path) -> None:
    """A file that can only be read is found out before anything is to be written."""
    await (await open_storage(url)).close()

    sentence = await refusal(f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true")

    assert sentence == f"{file} cannot be written: the file, its folder or its disk is read-only."


async def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    """A file in no folder is refused by the folder's name."""
    file = tmp_path / "no" / "rota.db"

    assert await refusal(f"sqlite+aiosqlite:///{file}") == (
        f"{file} cannot be opened: there is no folder {file.parent}."
    )


async def test_a_folder_in_the_files_place(tmp_path: Path) -> None:
    """A folder is no file."""
    assert (await refusal(f"sqlite+aiosqlite:///{tmp_path}")).startswith(f"{tmp_path} cannot be opened")


async def test_a_file_that_is_locked(url: str, file: Path) -> None:
    """A program that keeps the lock is waited for, and then named as the reason."""
    await (await open_storage(url)).close()
    impatient = Database(url, patience=0.2)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnusable) as refused:
            await impatient.check()
    await impatient.close()

    assert str(refused.value) == (f"{file} is locked by another program, which has not let go of it for 0.2 seconds.")


async def test_a_fresh_file_that_another_process_has_just_locked(url: str, file: Path) -> None:
    """The first start waits for another first start, though SQLite itself would give up at once."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        starting = asyncio.create_task(open_storage(url))
        await asyncio.sleep(0.2)
        assert not starting.done()
        other.execute("COMMIT")

    await (await starting).close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://rota:secret@db/rota",
        "mysql://rota:secret@db/rota",
        "sqlite:///rota.db",
        "nonsense+driver://rota:secret@db/rota",
    ],
)
async def test_another_kind_of_database(url: str) -> None:
    """A driver that is not supported is named, and the password beside it is not."""
    sentence = await refusal(url)

    assert sentence.startswith(f"A database URL that begins with {url.partition(':')[0]}:// is not supported")
    assert "secret" not in sentence


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rota.db",
        "secret",
        "sqlite+aiosqlite://rota:secret@db/rota.db",
        "sqlite+aiosqlite://rota:secret@db:port/rota.db",
        "sqlite+aiosqlite:///rota.db?timeout=secret",
    ],
)
async def test_a_url_that_makes_no_sense(url: str) -> None:
    """What cannot be read is not repeated: it may hold a password."""
    assert await refusal(url) == "The database URL cannot be read; one looks like sqlite+aiosqlite:///rota.db."


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:///file:rota?mode=memory&uri=true",
        "sqlite+aiosqlite:///file::memory:?uri=true",
    ],
)
async def test_a_database_in_memory(url: str) -> None:
    """What would be lost at the end is refused at the start."""
    assert await refusal(url) == "The database URL names no file, and in memory nothing would be kept."
