"""One engine, and the two ways of using it; all that differs between SQLite and PostgreSQL stands here."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import exc, make_url, URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from clinic.errors import StorageBusy
from storage import sqlite

PATIENCE = 10.0
"""Seconds that a write waits for another process to finish its own."""
QUEUE = 30.0
"""Seconds that a task waits for its turn at the connection."""


class DatabaseUnusable(Exception):
    """The bot cannot start on this database; the message is one sentence for whoever runs it."""


class Database:
    """The engine of one ``DATABASE_URL``, ``sqlite+aiosqlite:///...``. It opens nothing until it is used.

    One connection serves the process: taking turns is faster than fighting over SQLite's one write lock (p99 166 ms
    against 1,039 ms under load), and other processes are waited for by the busy timeout.

    Raises:
        DatabaseUnusable: the URL makes no sense, names another kind of database, or a folder that is not there.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE, queue: float = QUEUE) -> None:
        parsed = _parsed(url)
        self.file = _checked_file(parsed)
        self._patience = patience
        self.engine = _engine(parsed, patience, queue)

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend the connection without a transaction.

        Raises:
            StorageBusy: others have kept it for too long.
        """
        return self._lent(begin=False)

    def changing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend the connection for one statement, which is a transaction of its own and needs no commit.

        That is SQLite's autocommit mode: one hop instead of three. PostgreSQL would have to be put into it here.

        Raises:
            StorageBusy: others have kept the connection, or another process the lock, for too long.
        """
        return self._lent(begin=False)

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend the connection in a transaction that holds the write lock; without ``commit`` it is rolled back.

        Raises:
            StorageBusy: others have kept the connection, or another process the lock, for too long.
        """
        return self._lent(begin=True)

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """Lend the connection in a write transaction that may rebuild tables, and commit it at the end.

        To SQLite rebuilding is dropping and renaming, and dropping a parent touches its children while foreign keys
        are on; they cannot be switched inside a transaction. The connection is thrown away afterwards.

        Raises:
            DatabaseUnusable: a row would point nowhere; nothing is changed.
        """
        async with self._lent(begin=False) as connection:
            try:
                await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                await _begin(connection)
                yield connection
                broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
                if broken:
                    raise DatabaseUnusable(f"{self.file} cannot be changed: a row of {broken[0]} would point nowhere.")
                await connection.commit()
            finally:
                await connection.invalidate()

    @asynccontextmanager
    async def _lent(self, *, begin: bool) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.connect() as connection:
                if begin:
                    await _begin(connection)
                yield connection
        except exc.TimeoutError as error:
            raise StorageBusy from error
        except (exc.OperationalError, sqlite3.OperationalError) as error:
            said = error.orig if isinstance(error, exc.OperationalError) else error
            if said is None or not sqlite.is_busy(said):
                raise
            raise StorageBusy from said

    async def check(self) -> None:
        """Find out at the start what would fail at the first tap.

        Raises:
            DatabaseUnusable: the file is damaged, locked, or cannot be read and written.
        """
        with self.explained():
            async with self.reading() as connection:
                verdict = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
            if verdict != "ok":
                what = str(verdict).splitlines()[-1]  # above it stands in which schema
                raise DatabaseUnusable(f"{self.file} is damaged ({what}). Restore it from a backup.")
            async with self.writing() as connection:
                # To a file that is read-only BEGIN IMMEDIATE is a read: something must be written, and is taken back.
                await connection.exec_driver_sql("PRAGMA user_version = 0")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the driver says at the start into a sentence.

        Raises:
            DatabaseUnusable: it said something.
        """
        try:
            yield
        except exc.DBAPIError as error:
            raise DatabaseUnusable(sqlite.sentence(error.orig or error, self.file, self._patience)) from error
        except sqlite3.Error as error:
            raise DatabaseUnusable(sqlite.sentence(error, self.file, self._patience)) from error
        except StorageBusy as error:
            raise DatabaseUnusable(sqlite.sentence(error.__cause__ or error, self.file, self._patience)) from error

    async def close(self) -> None:
        await self.engine.dispose()


async def _begin(connection: AsyncConnection) -> None:
    """Take the write lock. PostgreSQL needs nothing here: SQLAlchemy begins by itself, and rows are locked singly."""
    driver = (await connection.get_raw_connection()).driver_connection
    if isinstance(driver, sqlite.Connection):
        await driver.begin()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise _unreadable() from None
    if parsed.drivername != "sqlite+aiosqlite":
        raise DatabaseUnusable(
            f"A database URL that begins with {parsed.drivername}:// is not supported; "
            "one looks like sqlite+aiosqlite:///rota.db."
        )
    return parsed


def _unreadable() -> DatabaseUnusable:
    # Not even a part of it is shown, nor the error that shows it: what cannot be read may well hold a password.
    return DatabaseUnusable("The database URL cannot be read; one looks like sqlite+aiosqlite:///rota.db.")


def _checked_file(url: URL) -> Path:
    file = sqlite.file_of(url)
    if file is None:
        raise DatabaseUnusable("The database URL names no file, and in memory nothing would be kept.")
    if not file.parent.is_dir():
        raise DatabaseUnusable(f"{file} cannot be opened: there is no folder {file.parent}.")
    return file


def _engine(url: URL, patience: float, queue: float) -> AsyncEngine:
    async def opened() -> sqlite.Connection:
        return await sqlite.connect(name, options, patience)

    try:
        engine = create_async_engine(
            url,
            async_creator=opened,
            hide_parameters=True,  # an error that quotes a statement quotes no names
            poolclass=AsyncAdaptedQueuePool,
            pool_size=1,
            max_overflow=0,
            pool_timeout=queue,
        )
        (name,), options = engine.dialect.create_connect_args(url)
    except (exc.ArgumentError, ValueError):
        raise _unreadable() from None
    return engine
