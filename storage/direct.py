"""SQLite under SQLAlchemy without its greenlets, where nothing is waited for.

An ``AsyncConnection`` runs each statement in a greenlet of its own, so that the driver may wait inside; that, the four
turns of SQLAlchemy's adapter, and a pool's queue cost more than the statement. Here a statement is first run as it
stands, on the event loop. What would have to wait, for the disk or for a lock, does nothing then, and says
``MissingGreenlet``, as SQLAlchemy does whenever somebody waits outside of one: it is run again in a greenlet.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any, cast, Self

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

from storage.sqlite_connection import Connection


class Direct(AsyncConnection):
    """SQLAlchemy's connection, which waits only where there is something to wait for.

    It is entered again and again, by one at a time, and stays open while it is left as it was found.
    """

    @property
    def driver(self) -> Connection | None:
        """The driver's connection; none where it is lost."""
        sync = self._proxied
        driver: Any = None if sync.closed or sync.invalidated else sync.connection.driver_connection
        return driver if isinstance(driver, Connection) else None

    async def start(self, is_ctxmanager: bool = False) -> Self:
        if self.sync_connection and self.sync_connection.closed:
            self.sync_connection = None
        if not self.sync_connection:
            try:
                self.sync_connection = self._assign_proxied(self.sync_engine.connect())
            except MissingGreenlet:  # the file is not open yet
                await super().start(is_ctxmanager)
        return self

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        driver = self.driver
        if driver and (driver.begun or statement.is_select):
            try:
                return self._proxied.execute(statement, parameters, execution_options=execution_options)
            except MissingGreenlet:
                pass
        return await super().execute(statement, parameters, execution_options=execution_options)

    async def commit(self) -> None:
        """Commit by the driver alone; SQLAlchemy goes on seeing a transaction, which means nothing to SQLite."""
        driver = self.driver
        await (driver.commit() if driver else super().commit())

    async def __aexit__(self, raised: object, *rest: object) -> None:
        driver = self.driver
        if not driver or not driver.is_idle:
            await super().__aexit__(raised, *rest)
        elif raised or driver.begun:
            self._proxied.close()


class Adapted(AsyncAdapt_aiosqlite_connection):
    """The driver's connection as SQLAlchemy speaks to it."""

    __slots__ = ()
    _connection: Any

    def __init__(self, dbapi: Any, driver: Connection) -> None:
        super().__init__(dbapi, cast(Any, driver))

    def cursor(self, server_side: bool = False) -> AsyncAdapt_aiosqlite_cursor:  # noqa: ARG002  nothing is streamed
        return _Cursor(self)

    def rollback(self) -> None:
        driver: Connection = self._connection
        if driver.begun:
            if in_greenlet() or not driver.runs_here(sqlite3.Connection.rollback):
                super().rollback()
            driver.begun = False


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """One statement: run and fetched at one go, in the connection's thread if it waits for the disk."""

    __slots__ = ()
    _awaitable_cursor_close = False
    _connection: Any

    def _make_new_cursor(self, connection: Any) -> Any:
        return connection._conn.cursor()  # noqa: SLF001  the driver's own, not aiosqlite's

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._run(operation, lambda: self._cursor.execute(operation, parameters or ()))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        self._run(operation, lambda: self._cursor.executemany(operation, seq_of_parameters))

    def _run(self, sql: str, step: Callable[[], object]) -> None:
        def fetched(_driver: sqlite3.Connection) -> None:
            step()
            found: Any = self._cursor.fetchall() if self._cursor.description else ()
            self._rows = deque(found)

        driver: Connection = self._connection
        # What changes something without a transaction is one of its own, and waits until it is durable.
        flushes = not driver.begun and not sql.startswith("SELECT")
        if flushes or in_greenlet() or not driver.runs_here(fetched):
            await_only(driver.run(fetched, flushes=flushes))
