"""SQLite by aiosqlite, with a hop to its thread where something is waited for."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiosqlite

LASTING = {
    True: ("PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 1000"),
    False: ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 10000"),
}
"""What a person was told is saved, is saved, though the power fails. What need not last so leaves the checkpoints,
which flush as well, to what does, unless nothing does for 40 MB.
"""
PRAGMAS = (*LASTING[True], "PRAGMA foreign_keys = ON")

NO_PATIENCE = "PRAGMA busy_timeout = 0"
SWITCH_PAUSE = 0.01
"""Seconds between two tries to switch a file to WAL."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection in the driver's autocommit mode: ``begin`` opens a transaction, and nothing else does.

    Whether one is open is kept on the event loop's side, set before the thread is told: a task that is cancelled
    while ``BEGIN`` is still under way leaves a connection that knows that it has to roll back. Without a transaction
    ``rollback`` costs no hop, so that the pool may ask for one whenever a connection comes back to it.
    """

    patience = 0.0
    begun = False
    lasting = True
    """Whether what is changed now is durable once it is kept."""
    is_idle = True
    """No step is in the thread; one that a cancelled task has left there is not overtaken."""

    async def run(self, step: Callable[[sqlite3.Connection], object], *, flushes: bool = True) -> None:
        """Run ``step`` in the connection's thread: one hop; or at once and here, where it has nothing to wait for.

        A hop takes longer than most statements, and far longer while the loop is busy: the thread has to get the
        interpreter's lock, twice. Here the busy timeout is none, and what finds the file locked goes to the thread
        after all.
        """
        if not flushes and self.runs_here(step):
            return
        self.is_idle = False
        try:
            await self._execute(self._patiently, step)  # type: ignore[no-untyped-call]
        except Exception:
            self.is_idle = True
            raise
        self.is_idle = True

    def runs_here(self, step: Callable[[sqlite3.Connection], object]) -> bool:
        """Run ``step`` at once; return false, and nothing has happened, where it has to wait."""
        if not self.is_idle or not self._connection:
            return False
        try:
            step(self._conn)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            return False
        return True

    def _patiently(self, step: Callable[[sqlite3.Connection], object]) -> None:
        try:
            step(self._conn)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        else:
            return
        self._conn.execute(f"PRAGMA busy_timeout = {round(1000 * self.patience)}")
        try:
            step(self._conn)
        finally:
            self._conn.execute(NO_PATIENCE)

    def _let_last(self, *, lasting: bool) -> None:
        if lasting is not self.lasting:
            for pragma in LASTING[lasting]:
                self._conn.execute(pragma)
            self.lasting = lasting

    async def begin(self, *, lasting: bool = True) -> None:
        """Open a transaction and take SQLite's write lock, waiting as long as the busy timeout says.

        One that is not ``lasting`` survives the process once it is kept, but not the machine.
        """

        def begun(driver: sqlite3.Connection) -> None:
            self._let_last(lasting=lasting)
            driver.execute("BEGIN IMMEDIATE")

        self.begun = True
        await self.run(begun, flushes=False)

    async def commit(self) -> None:
        if self.begun:
            await self.run(sqlite3.Connection.commit, flushes=self.lasting)
            self.begun = False

    async def rollback(self) -> None:
        if self.begun:
            await self.run(sqlite3.Connection.rollback, flushes=False)
            self.begun = False


async def connect(name: str, options: Mapping[str, Any], patience: float) -> Connection:
    """Open a file with the pragmas set, in one hop; ``patience`` is the busy timeout in seconds.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    settings = {**options, "timeout": patience, "isolation_level": None, "check_same_thread": False}

    def opened() -> sqlite3.Connection:
        driver: sqlite3.Connection = sqlite3.connect(name, **settings)
        try:
            _write_ahead(driver, patience)
            for pragma in PRAGMAS:
                driver.execute(pragma)
            driver.execute(NO_PATIENCE)
        except BaseException:
            driver.close()
            raise
        return driver

    connection = Connection(opened, iter_chunk_size=64)
    connection.patience = patience
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
