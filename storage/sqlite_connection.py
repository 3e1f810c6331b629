"""SQLite by aiosqlite, with one thread hop a statement."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

import aiosqlite

PRAGMAS = (
    "PRAGMA synchronous = FULL",  # what a person was told is saved, is saved, though the power fails
    "PRAGMA foreign_keys = ON",
)

SWITCH_PAUSE = 0.01
"""Seconds between two tries to switch a file to WAL."""


class Cursor:
    """One statement: run, fetched and closed in the connection's thread at one go.

    It has what SQLAlchemy's adapter asks of aiosqlite's cursor, which costs a hop for each of the four steps.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.run(lambda driver: self._take(driver.execute(sql, parameters)))

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        await self._connection.run(lambda driver: self._take(driver.executemany(sql, parameters)))

    def _take(self, done: sqlite3.Cursor) -> None:
        self._rows = done.fetchall() if done.description else []
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid
        done.close()

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left to close."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection in the driver's autocommit mode: ``begin`` opens a transaction, and nothing else does.

    Whether one is open is kept on the event loop's side, set before the thread is told: a task that is cancelled
    while ``BEGIN`` is still under way leaves a connection that knows that it has to roll back. Without a transaction
    ``rollback`` costs no hop, so that the pool may ask for one whenever a connection comes back to it.
    """

    begun = False

    async def run(self, step: Callable[[sqlite3.Connection], object]) -> None:
        """Run ``step`` in the connection's thread: one hop."""
        await self._execute(step, self._conn)  # type: ignore[no-untyped-call]

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def begin(self) -> None:
        """Open a transaction and take SQLite's write lock, waiting as long as the busy timeout says."""
        self.begun = True
        await self.run(lambda driver: driver.execute("BEGIN IMMEDIATE"))

    async def commit(self) -> None:
        if self.begun:
            await super().commit()
            self.begun = False

    async def rollback(self) -> None:
        if self.begun:
            await super().rollback()
            self.begun = False


async def connect(name: str, options: Mapping[str, Any], patience: float) -> Connection:
    """Open a file with the pragmas set, in one hop; ``patience`` is the busy timeout in seconds.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    settings = {**options, "timeout": patience, "isolation_level": None}

    def opened() -> sqlite3.Connection:
        driver: sqlite3.Connection = sqlite3.connect(name, **settings)
        try:
            _write_ahead(driver, patience)
            for pragma in PRAGMAS:
                driver.execute(pragma)
        except BaseException:
            driver.close()
            raise
        return driver

    connection = Connection(opened, iter_chunk_size=64)
    # A process that is told to stop does not wait for a thread; before 0.22 the connection was the thread itself.
    thread: Any = getattr(connection, "_thread", connection)
    thread.daemon = True
    try:
        await connection
    except Exception:
        thread.join()  # it has nothing left to do, and must not speak to a loop that is closed after this
        raise
    return connection


def _write_ahead(driver: sqlite3.Connection, patience: float) -> None:
    """Switch to WAL, in which readers and the one writer do not wait for each other.

    The first switch of a file wants it alone, and against another connection that does the same SQLite gives up at
    once, whatever the busy timeout says: it is tried again here for as long.
    """
    until = time.monotonic() + patience
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= until:
                raise
            time.sleep(SWITCH_PAUSE)
        else:
            return


def is_busy(error: BaseException) -> bool:
    """Return whether another connection holds a lock, for whichever of SQLite's reasons (its extended codes)."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
