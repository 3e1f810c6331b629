"""What is PostgreSQL's own: a server that many processes share, locks that Rota brings, and a wire that may break."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import bindparam, event, exc, ExceptionContext, func, Integer, select, text, URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from storage.unusable import DatabaseUnusable, unreadable

POOL = 5
"""Connections of one process: its event loop has one core, and a server lets about a hundred in."""
ANSWER = 30
"""Seconds for one statement. The server gives up first; the client does a little later, if nobody is there."""
HELD = 60
"""Seconds for which a process that has stopped in a transaction may keep its locks from everybody."""

_CLINIC = 0x526F7461
"""The key of the clinic's lock, "Rota" in ASCII; a doctor's has two keys, this and the doctor's id."""
_LOCK_ALL = select(func.pg_advisory_xact_lock(_CLINIC))
_LOCK_DOCTOR = select(
    func.pg_advisory_xact_lock_shared(_CLINIC),
    func.pg_advisory_xact_lock(_CLINIC, bindparam("doctor", type_=Integer())),
)

_EXCLUSION = "23P01"
_BUSY = (
    "08",  # the connection
    "40",  # a transaction that was rolled back for another's sake: deadlock, serialization
    "53",  # no room: memory, disk, connections
    "55P03",  # a lock that was waited for in vain
    "57014",  # a statement that took too long
    "57P",  # the server stops, starts, or has ended the session
    "25P03",  # a transaction that stood still for too long
)
"""The beginnings of those SQLSTATEs that another time may not bring."""

_OPTIONS = frozenset({"host", "passfile", "port", "ssl", "target_session_attrs"})
"""What a database URL may say behind its question mark; the rest is set here."""

_SENTENCES = {
    "28": "The server of {place} refuses the user or the password of the database URL.",
    "3D000": "{place} does not exist; create it (CREATE DATABASE), or name another in the database URL.",
    "42501": "{place} cannot be used: its user may not make or change tables there ({said}).",
    "53300": "The server of {place} has no connection left for another program.",
    "55P03": "{place} is locked by another program, which has not let go of it for {patience:g} seconds.",
    "57P03": "The server of {place} is starting or stopping; try again in a moment.",
}


class Postgres:
    """A database on a server, ``postgresql+asyncpg://...``, on a few connections.

    Raises:
        DatabaseUnusable: asyncpg is not installed, or the URL makes no sense.
    """

    errors = (exc.DBAPIError, OSError)

    def __init__(self, url: URL, patience: float, queue: float) -> None:
        if not url.database:
            raise DatabaseUnusable("The database URL names no database; one looks like .../rota at its end.")
        self._patience = patience
        self.place = f"The PostgreSQL database {url.database} on {_server(url)}"
        self.engine = _engine(url, patience, queue)
        self._alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self.engine.sync_engine, "checkout", _refuse_lost)
        event.listen(self.engine.sync_engine, "handle_error", _hide_row)

    def connect(self, *, writing: bool) -> AsyncConnection:
        """Lend a connection; SQLAlchemy begins with the first statement where it is for writing."""
        return (self.engine if writing else self._alone).connect()

    async def lock(self, connection: AsyncConnection, doctor_id: int | None) -> None:
        """Take the clinic's lock, or share it and take a doctor's, in one statement (``storage.database``)."""
        if doctor_id is None:
            await connection.execute(_LOCK_ALL)
        else:
            await connection.execute(_LOCK_DOCTOR, {"doctor": doctor_id})

    @asynccontextmanager
    async def passing(self, connection: AsyncConnection) -> AsyncIterator[None]:  # noqa: ARG002  it is autocommit
        """Do nothing: each statement is kept by itself, and says that it is not flushed (``Transaction.passing``)."""
        yield

    @asynccontextmanager
    async def rebuilding(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """Begin what may rebuild tables, when nobody else writes, however long that and it may take, and commit it."""
        for limit in ("lock_timeout", "statement_timeout"):
            await connection.execute(text(f"SET LOCAL {limit} = 0"))
        await self.lock(connection, None)
        yield
        await connection.commit()

    async def check(self, connection: AsyncConnection) -> None:
        """Find out whether the server answers, can be written, and knows every letter.

        Raises:
            DatabaseUnusable: it is a standby, or the database is not in UTF-8.
        """
        if (await connection.execute(text("SHOW transaction_read_only"))).scalar_one() == "on":
            raise DatabaseUnusable(f"{self.place} can only be read: its server is a standby, or set so.")
        encoding = (await connection.execute(text("SHOW server_encoding"))).scalar_one()
        if encoding != "UTF8":
            raise DatabaseUnusable(f"{self.place} is encoded in {encoding}; create it with ENCODING 'UTF8'.")

    async def close(self) -> None:
        await self.engine.dispose()

    def is_busy(self, error: BaseException) -> bool:
        """Return whether the server, or the way to it, may do at another time what it did not do now."""
        if not isinstance(error, exc.DBAPIError):
            return isinstance(error, OSError)  # nobody answers, or not in time
        dbapi: Any = self.engine.dialect.dbapi
        passing = (dbapi.InternalClientError, dbapi.InvalidCachedStatementError)  # cut off; tables have changed
        return (
            error.connection_invalidated or isinstance(error.orig, passing) or (sqlstate(error) or "").startswith(_BUSY)
        )

    def sentence(self, error: BaseException) -> str:
        """Return what an error at the start means to whoever runs the bot."""
        state = sqlstate(error) or ""
        pattern = _SENTENCES.get(state) or _SENTENCES.get(state[:2])
        said = error.orig if isinstance(error, exc.DBAPIError) and error.orig else error
        what = getattr(said, "strerror", None) or str(said).partition("\n")[0] or type(said).__name__
        if not pattern:
            pattern = "{place} cannot be " + ("reached" if isinstance(error, OSError) else "used") + ": {said}."
        return pattern.format(place=self.place, said=what, patience=self._patience)


def sqlstate(error: BaseException) -> str | None:
    """Return the five letters by which PostgreSQL names an error, where it was PostgreSQL that spoke."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, exc.DBAPIError) else None


def overlaps(error: exc.IntegrityError) -> bool:
    """Return whether an exclusion constraint was violated."""
    return sqlstate(error) == _EXCLUSION


def is_too_big(error: exc.DBAPIError) -> bool:
    """Return whether the driver, before it sent anything, found a number that its column has no room for."""
    return "(value out of int" in str(error.orig)


def _server(url: URL) -> str:
    host = url.host or url.query.get("host") or "localhost"
    return f"{host}:{url.port}" if url.port else str(host)


def _engine(url: URL, patience: float, queue: float) -> AsyncEngine:
    if not _OPTIONS.issuperset(url.query):
        raise DatabaseUnusable(
            f"The database URL has an option that is not known; known are {', '.join(sorted(_OPTIONS))}."
        )
    limits = {
        "application_name": "rota",
        "jit": "off",  # no statement here is worth compiling
        "lock_timeout": f"{patience * 1000:.0f}",
        "statement_timeout": f"{ANSWER * 1000}",
        "idle_in_transaction_session_timeout": f"{HELD * 1000}",
    }
    try:
        engine = create_async_engine(
            url,
            connect_args={"timeout": patience, "command_timeout": ANSWER + patience, "server_settings": limits},
            hide_parameters=True,  # an error that quotes a statement quotes no names
            poolclass=AsyncAdaptedQueuePool,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=queue,
        )
        engine.dialect.create_connect_args(url)
    except ModuleNotFoundError:
        raise DatabaseUnusable(
            'PostgreSQL needs asyncpg, which is not installed: pip install -e ".[postgres]".'
        ) from None
    except (exc.ArgumentError, ValueError):
        raise unreadable() from None
    return engine


def _refuse_lost(connection: Any, *_: object) -> None:
    """Let the pool replace a connection that the server has closed while it was idle: asyncpg knows without asking."""
    if connection.driver_connection.is_closed():
        raise exc.DisconnectionError


def _hide_row(context: ExceptionContext) -> None:
    """Take from an error the values of the row that it quotes: they are people's, and errors are logged."""
    said = context.original_exception.__cause__
    if getattr(said, "detail", None):
        said.detail = None  # type: ignore[union-attr]
