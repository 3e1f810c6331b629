"""What is SQLite's own: one file, one write lock, and plain sentences for what can be wrong with them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import exc, URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import await_only

from clinic.errors import StorageBusy
from storage.direct import Adapted, Direct
from storage.sqlite_connection import connect, is_busy
from storage.unusable import DatabaseUnusable, unreadable

_SENTENCES = {
    sqlite3.SQLITE_NOTADB: "{file} is not an SQLite database.",
    sqlite3.SQLITE_CORRUPT: "{file} is damaged ({said}). Restore it from a backup.",
    sqlite3.SQLITE_READONLY: "{file} cannot be written: the file, its folder or its disk is read-only.",
    sqlite3.SQLITE_PERM: "{file} cannot be written: the system refuses access to it.",
    sqlite3.SQLITE_CANTOPEN: "{file} cannot be opened: it is no file, or the system refuses access to it.",
    sqlite3.SQLITE_BUSY: "{file} is locked by another program, which has not let go of it for {patience:g} seconds.",
    sqlite3.SQLITE_FULL: "{file} cannot be written: its disk is full.",
}


class Sqlite:
    """A file, ``sqlite+aiosqlite:///...``, on one connection.

    One connection serves the process: taking turns is faster than fighting over SQLite's one write lock (p99 166 ms
    against 1,039 ms under load), and other processes are waited for by the busy timeout.

    Raises:
        DatabaseUnusable: the URL names no file, or a folder that is not there.
    """

    errors = (exc.DBAPIError, sqlite3.Error)

    def __init__(self, url: URL, patience: float, queue: float) -> None:
        self._patience = patience
        self._queue = queue
        self._turn = asyncio.Lock()
        self.engine = _engine(url, patience)
        self._connection = Direct(self.engine)
        self.place = str(_checked_file(url))

    @asynccontextmanager
    async def connect(self, *, writing: bool) -> AsyncIterator[AsyncConnection]:  # noqa: ARG002  both are autocommit
        try:
            async with asyncio.timeout(self._queue):
                await self._turn.acquire()
        except TimeoutError as error:
            raise StorageBusy from error
        try:
            async with self._connection as connection:
                yield connection
        finally:
            self._turn.release()

    async def lock(self, connection: AsyncConnection, doctor_id: int | None) -> None:  # noqa: ARG002  one lock for all
        if isinstance(connection, Direct) and connection.driver:
            await connection.driver.begin()

    @asynccontextmanager
    async def passing(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """Hold one transaction, whose commit costs neither a flush nor a hop."""
        if isinstance(connection, Direct) and connection.driver:
            await connection.driver.begin(lasting=False)
        yield
        await connection.commit()

    @asynccontextmanager
    async def rebuilding(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """Begin what may rebuild tables, and commit it if no row points nowhere.

        To SQLite rebuilding is dropping and renaming, and dropping a parent touches its children while foreign keys
        are on; they cannot be switched inside a transaction. The connection is thrown away afterwards.

        Raises:
            DatabaseUnusable: a row would point nowhere; nothing is changed.
        """
        try:
            await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            await self.lock(connection, None)
            yield
            broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
            if broken:
                raise DatabaseUnusable(f"{self.place} cannot be changed: a row of {broken[0]} would point nowhere.")
            await connection.commit()
        finally:
            await connection.invalidate()

    async def check(self, connection: AsyncConnection) -> None:
        """Find out whether the file is whole and can be written.

        Raises:
            DatabaseUnusable: it is damaged.
        """
        verdict = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
        if verdict != "ok":
            what = str(verdict).splitlines()[-1]  # above it stands in which schema
            raise DatabaseUnusable(f"{self.place} is damaged ({what}). Restore it from a backup.")
        await self.lock(connection, None)
        # To a file that is read-only BEGIN IMMEDIATE is a read: something must be written, and is taken back.
        await connection.exec_driver_sql("PRAGMA user_version = 0")

    async def close(self) -> None:
        if self._connection.sync_connection:
            await self._connection.close()
        await self.engine.dispose()

    def is_busy(self, error: BaseException) -> bool:
        """Return whether another connection holds a lock."""
        said = _said(error)
        return isinstance(said, sqlite3.OperationalError) and is_busy(said)

    def sentence(self, error: BaseException) -> str:
        """Return what an SQLite error at the start means to whoever runs the bot."""
        said = _said(error)
        code = getattr(said, "sqlite_errorcode", 0) & 0xFF  # without the extended part
        pattern = _SENTENCES.get(code, "{file} cannot be used: {said}.")
        return pattern.format(file=self.place, said=said, patience=self._patience)


def _said(error: BaseException) -> BaseException:
    """Return what SQLite said, without SQLAlchemy around it."""
    return error.orig if isinstance(error, exc.DBAPIError) and error.orig else error


def _engine(url: URL, patience: float) -> AsyncEngine:
    def opened() -> Adapted:
        return Adapted(engine.dialect.dbapi, await_only(connect(name, options, patience)))

    try:
        engine = create_async_engine(
            url,
            creator=opened,
            hide_parameters=True,  # an error that quotes a statement quotes no names
            poolclass=StaticPool,
        )
        (name,), options = engine.dialect.create_connect_args(url)
    except (exc.ArgumentError, ValueError):
        raise unreadable() from None
    return engine


def _checked_file(url: URL) -> Path:
    file = file_of(url)
    if file is None:
        raise DatabaseUnusable("The database URL names no file, and in memory nothing would be kept.")
    if not file.parent.is_dir():
        raise DatabaseUnusable(f"{file} cannot be opened: there is no folder {file.parent}.")
    return file


def file_of(url: URL) -> Path | None:
    """Return the file that an SQLite URL names; none for a database in memory."""
    name = url.database or ""
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:"))
    return None if name in {"", ":memory:"} or url.query.get("mode") == "memory" else Path(name)
