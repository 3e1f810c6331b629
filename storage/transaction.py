"""What the repositories run their statements on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import Base

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Transaction:
    """A borrowed connection. A change is refused where no transaction would hold it: in a read, and after the commit.

    Reads run in the driver's autocommit mode; a change that slipped through there would be kept by itself.
    """

    def __init__(self, connection: AsyncConnection, *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing

    async def read(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row[Any]]:
        return (await self._connection.execute(statement, parameters)).all()

    async def change(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run an INSERT, UPDATE or DELETE; a sequence of parameters is one statement run for each.

        Raises:
            RuntimeError: the transaction is for reading, or over.
        """
        self._ensure_writing()
        return await self._connection.execute(statement, parameters)

    def insert(self, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that may say ON CONFLICT, which both databases have and the SQL standard has not."""
        target = cast(Table, table.__table__)  # a declarative class might stand for a join; none does here
        return postgresql.insert(target) if self._connection.dialect.name == "postgresql" else sqlite.insert(target)

    async def commit(self) -> None:
        """Keep what was changed; nothing more can be changed then.

        Raises:
            RuntimeError: the transaction is for reading, or over.
        """
        self._ensure_writing()
        await self._connection.commit()
        self._writing = False

    def _ensure_writing(self) -> None:
        if not self._writing:
            raise RuntimeError("the transaction is for reading, or over")
