"""Copies of an SQLite database: made while the bot works on it, and put back in its place while it does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from storage.database import Database
from storage.schema import HEAD
from storage.sqlite import file_of
from storage.sqlite_connection import is_busy

_SIDE_FILES = ("-wal", "-shm")


class NoBackup(Exception):
    """A copy cannot be made, or cannot be put in place; the message is a sentence for whoever asked for it."""


def backup(url: str, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes meanwhile, into a new file that nobody else may read.

    Raises:
        DatabaseUnusable: the URL makes no sense.
        NoBackup: it is no SQLite file, or is not to be read, or there is something at ``target`` already.
    """
    file = _file(url)
    if not file.is_file():
        raise NoBackup(f"There is no database to copy: {file} is not there.")
    if target.exists():
        raise NoBackup(f"{target} is there already, and nothing was changed. Name a new file.")
    with _beside(target) as made:
        _copy(file, made)
        _ensure_sound(made, target)
        made.rename(target)


def restore(url: str, source: Path, now: datetime) -> Path | None:
    """Put a copy in the place of the database, and return where that is kept as it was; none where there was none.

    Raises:
        DatabaseUnusable: the URL makes no sense.
        NoBackup: the copy is none, or damaged, or of a newer version; or the bot runs. Nothing is changed then.
    """
    file = _file(url)
    if not source.is_file():
        raise NoBackup(f"{source} is not there.")
    with _beside(file) as made:
        _copy(source, made)
        _ensure_sound(made, source)
        _ensure_nobody_there(file)
        kept = _kept(file, now)
        os.replace(made, file)  # noqa: PTH105  it replaces on every system
    return kept


def _file(url: str) -> Path:
    """Return the file of a database URL; ``Database`` says what is wrong with one, and opens nothing."""
    Database(url)
    file = file_of(make_url(url))
    if file is None or not make_url(url).drivername.startswith("sqlite"):
        raise NoBackup("This is for SQLite alone; PostgreSQL has pg_dump and pg_restore.")
    return file


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Lend a new, private file in the folder of another, and leave nothing of it behind."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise NoBackup(f"{file.parent} cannot be written ({error.strerror}).") from None
    os.close(handle)
    made = Path(name)
    try:
        yield made
    except OSError as error:
        raise NoBackup(f"{file} cannot be written ({error.strerror}).") from None
    finally:
        for rest in (made, *(Path(f"{made}{suffix}") for suffix in _SIDE_FILES)):
            rest.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy in one step, under one lock for reading: what is written meanwhile is in it as a whole, or not at all."""
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
    except sqlite3.Error as error:
        raise NoBackup(f"{source} cannot be copied ({error}).") from None


def _ensure_sound(copy: Path, named: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as database:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise NoBackup(f"{named} is no database of Rota ({error}).") from None
    if verdict != "ok" or broken or not found:
        raise NoBackup(f"{named} is damaged, and nothing was changed.")
    if found[0] > HEAD:
        raise NoBackup(f"{named} was written by a newer version of Rota (its revision is {found[0]}).")


def _ensure_nobody_there(file: Path) -> None:
    """Refuse to replace a file that a process has open: only who is alone with it can leave WAL."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=1)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if is_busy(error):
            raise NoBackup(f"{file} is in use. Stop the bot first; nothing was changed.") from None
    except sqlite3.DatabaseError:
        pass  # it is damaged, which is what a backup is for


def _kept(file: Path, now: datetime) -> Path | None:
    """Copy what stands there to a name of its own; what is left of its log would otherwise be played into the new."""
    if not file.exists():
        return None
    kept = file.with_name(f"{file.name}.before-{now:%Y%m%d-%H%M%S}")
    for suffix in ("", *_SIDE_FILES):
        old = Path(f"{file}{suffix}")
        if old.exists():
            shutil.copy2(old, Path(f"{kept}{suffix}"))
            if suffix:
                old.unlink()
    return kept
