"""What the repositories run their statements on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast, Self

from sqlalchemy import ColumnElement, CursorResult, exc, Executable, literal_column, Row, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.postgres import is_too_big
from storage.tables import Base

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
_UNFLUSHED: ColumnElement[str] = literal_column("set_config('synchronous_commit', 'off', true)")


class Transaction:
    """A borrowed connection. A change is refused where no transaction would hold it: in a read, and after the commit.

    Reads run in the driver's autocommit mode; a change that slipped through there would be kept by itself.
    """

    def __init__(
        self, connection: AsyncConnection, *, writing: bool, lasting: bool = True, doctor_id: int | None = None
    ) -> None:
        self._connection = connection
        self._writing = writing
        self._lasting = lasting
        self._doctor_id = doctor_id
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let nothing more be asked: the connection is the next one's."""
        self._over = True

    async def read(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row[Any]]:
        """Return the rows; none where an id is asked for that is too big for its column, for then there is none.

        Raises:
            RuntimeError: the transaction is over.
        """
        if self._over:
            raise RuntimeError("the transaction is over")
        try:
            return (await self._connection.execute(statement, parameters)).all()
        except exc.DBAPIError as error:
            if not is_too_big(error):
                raise
            return ()

    async def change(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run an INSERT, UPDATE or DELETE; a sequence of parameters is one statement run for each.

        Raises:
            RuntimeError: the transaction is for reading, or over.
        """
        self._ensure_writing()
        return await self._connection.execute(statement, parameters)

    async def change_each(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run an UPDATE or DELETE for each of the rows, and return how many it has met.

        That is one trip where the driver counts over all of them; PostgreSQL's does not.

        Raises:
            RuntimeError: the transaction is for reading, or over.
        """
        if self._connection.dialect.supports_sane_multi_rowcount:
            return (await self.change(statement, rows)).rowcount
        return sum([(await self.change(statement, row)).rowcount for row in rows])

    def insert(self, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that may say ON CONFLICT, which both databases have and the SQL standard has not."""
        target = cast(Table, table.__table__)  # a declarative class might stand for a join; none does here
        return postgresql.insert(target) if self._connection.dialect.name == "postgresql" else sqlite.insert(target)

    def passing(self, change: UpdateBase) -> UpdateBase:
        """Return a change so that a power loss may take it back, if this transaction lets it (``Database.passing``).

        PostgreSQL, where each is a transaction of its own, hears so by the row; SQLite's connection knows.
        """
        heard = not self._lasting and self._connection.dialect.name == "postgresql"
        return change.returning(_UNFLUSHED) if heard else change

    async def commit(self) -> None:
        """Keep what was changed; nothing more can be changed then.

        Raises:
            RuntimeError: the transaction is for reading, or over.
        """
        self._ensure_writing()
        await self._connection.commit()
        self._writing = False

    def ensure_covers(self, *doctor_ids: int | None) -> None:
        """Refuse a change of what the lock, a doctor's alone, is not for; none stands for what is the clinic's.

        Raises:
            RuntimeError.
        """
        if self._doctor_id is not None and {self._doctor_id} != set(doctor_ids):
            raise RuntimeError(f"a write for doctor {self._doctor_id} must change nothing else")

    async def give_up(self) -> None:
        """Take everything back. Reads go on, of what others have committed; nothing more can be changed."""
        await self._connection.rollback()
        self._writing = False

    def _ensure_writing(self) -> None:
        if self._over or not self._writing:
            raise RuntimeError("the transaction is for reading, or over")
