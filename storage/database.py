"""The ways of using a database: read, one change, write, migrate. ``sqlite`` and ``postgres`` have what differs.

**What holds inside a write.** The lock is taken first, by whichever kind of database, and kept until the end: nothing
that was read inside has changed at the commit. That is the one rule that use cases stand on (versions of weeks,
bookings beside each other, invitations that are used once, the last administrator), and it needs no care of theirs.

- SQLite has one write lock, ``BEGIN IMMEDIATE``. Whoever is in a write is alone in it.
- PostgreSQL lets many write at once, so Rota brings a lock of its own: an advisory one of the transaction, which ends
  with it however it ends. ``write()`` holds the clinic's alone, as on SQLite. ``write(doctor_id)`` shares the clinic's
  and holds this doctor's alone: those for other doctors go on beside it, those for all wait. Each takes the clinic's
  and then at most one doctor's, so that none waits in a circle. Reads under it are ``READ COMMITTED``: every statement
  sees all that was committed before the lock was given.
- Drafts are put without it (``passing``): their revision is compared and written in one statement.
- Constraints hold on their own, without the lock: keys, checks, a draft's revision, a version of a history, and on
  PostgreSQL two bookings of one doctor that overlap (``ex_bookings_slot``).

Nothing is tried again here: whoever waits too long, or loses the connection, hears ``StorageBusy`` and has changed
nothing, unless the connection broke while the commit was under way. Every change is a target that can be asked again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Protocol

from sqlalchemy import exc, make_url, URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from clinic.errors import StorageBusy
from storage.postgres import Postgres
from storage.sqlite import Sqlite
from storage.unusable import DatabaseUnusable, unreadable

PATIENCE = 10.0
"""Seconds that a write waits for others to finish theirs."""
QUEUE = 30.0
"""Seconds that a task waits for its turn at a connection."""


class Kind(Protocol):
    """What differs between one kind of database and another. It opens nothing until it is used."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What may come from it: SQLAlchemy's errors, and those of the driver that come around them."""

    place: str
    """How a sentence for whoever runs the bot names it; no password is in it."""
    engine: AsyncEngine

    def connect(self, *, writing: bool) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend a connection; without ``writing`` each statement is a transaction of its own."""

    async def lock(self, connection: AsyncConnection, doctor_id: int | None) -> None:
        """Begin a transaction and take the lock of everything, or of all that is one doctor's."""

    def passing(self, connection: AsyncConnection) -> AbstractAsyncContextManager[None]:
        """Hold a connection without a transaction for changes that need not be flushed to the disk."""

    def rebuilding(self, connection: AsyncConnection) -> AbstractAsyncContextManager[None]:
        """Begin a transaction that may rebuild tables while nobody else writes; it is committed inside."""

    async def check(self, connection: AsyncConnection) -> None:
        """Find out what would fail later, on a connection without a transaction.

        Raises:
            DatabaseUnusable.
        """

    async def close(self) -> None:
        """Close the connections; what is not committed is lost."""

    def is_busy(self, error: BaseException) -> bool:
        """Return whether the same may succeed at another time: a lock that was not to be had, a lost connection."""

    def sentence(self, error: BaseException) -> str:
        """Return what an error at the start means to whoever runs the bot."""


class Database:
    """The database of one ``DATABASE_URL``.

    Raises:
        DatabaseUnusable: the URL makes no sense, names another kind of database, or what is not there.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE, queue: float = QUEUE) -> None:
        self._kind = _kind(url, patience, queue)
        self.place = self._kind.place
        self.engine = self._kind.engine

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend a connection without a transaction.

        Raises:
            StorageBusy: others have kept it for too long, or it was lost.
        """
        return self._lent(writing=False)

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection for changes that a power loss, and nothing else, may take back; they are kept at the end.

        That is for what nobody was told is saved. Of drafts the last taps are gone then, and the next one shows what is
        left: what is saved is reviewed before. Of deliveries that were sent, the last go out once more. Of claims of
        updates and their ends: what an update changed is flushed by its own commit, before its answer. Where the
        machine of the process fails, the claim's update is not answered and comes again, which it must; if its end is
        lost as well, that is as if the process had been killed a moment before, and every change is a target that can
        be asked again. Where PostgreSQL's machine fails alone, its last half second of claims and ends is gone: a
        person waits until a claim is over whose end was lost, and without a claim another process would handle an
        update that Telegram, before the first has answered it, delivers again; drafts' revisions and the locks of
        writes hold there.

        Raises:
            StorageBusy: others have kept the connection or the lock for too long, or it was lost.
        """
        async with self._lent(writing=False) as connection, self._kind.passing(connection):
            yield connection

    @asynccontextmanager
    async def writing(self, doctor_id: int | None = None) -> AsyncIterator[AsyncConnection]:
        """Lend a connection in a transaction that holds the lock; without ``commit`` it is rolled back.

        Raises:
            StorageBusy: others have kept the connection or the lock for too long, or it was lost.
        """
        async with self._lent(writing=True) as connection:
            await self._kind.lock(connection, doctor_id)
            yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection in a write transaction that may rebuild tables, and commit it at the end.

        Raises:
            DatabaseUnusable: a row would point nowhere; nothing is changed.
        """
        async with self._lent(writing=True) as connection, self._kind.rebuilding(connection):
            yield connection

    @asynccontextmanager
    async def _lent(self, *, writing: bool) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._kind.connect(writing=writing) as connection:
                yield connection
        except exc.TimeoutError as error:
            raise StorageBusy from error
        except self._kind.errors as error:
            if not self._kind.is_busy(error):
                raise
            raise StorageBusy from error

    async def check(self) -> None:
        """Find out at the start what would fail at the first tap.

        Raises:
            DatabaseUnusable: it is damaged, locked, away, or cannot be read and written.
        """
        with self.explained():
            async with self.reading() as connection:
                await self._kind.check(connection)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the driver says at the start into a sentence.

        Raises:
            DatabaseUnusable: it said something.
        """
        try:
            yield
        except StorageBusy as error:
            raise DatabaseUnusable(self._kind.sentence(error.__cause__ or error)) from error
        except self._kind.errors as error:
            raise DatabaseUnusable(self._kind.sentence(error)) from error

    async def close(self) -> None:
        await self._kind.close()


def _kind(url: str, patience: float, queue: float) -> Kind:
    parsed = _parsed(url)
    match parsed.drivername:
        case "sqlite+aiosqlite":
            return Sqlite(parsed, patience, queue)
        case "postgresql+asyncpg":
            return Postgres(parsed, patience, queue)
    raise DatabaseUnusable(
        f"A database URL that begins with {parsed.drivername}:// is not supported; one looks like "
        "sqlite+aiosqlite:///rota.db or postgresql+asyncpg://user:password@host/rota."
    )


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (exc.ArgumentError, ValueError):
        raise unreadable() from None
