"""Plain SQL past the storage, as whoever has the database at hand may write it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

Row = tuple[Any, ...]


def literal(value: object) -> str:
    """Return a value as both databases read it."""
    match value:
        case None:
            return "NULL"
        case int():
            return str(value).upper()
        case _:
            return "'" + str(value).replace("'", "''") + "'"


async def execute(connection: AsyncConnection, *statements: str) -> list[Row]:
    """Return the rows of the last statement, in an order of their own.

    Instants without a zone are in UTC, as SQLite keeps them.
    """
    rows: list[Row] = []
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("SET TIME ZONE 'UTC'")
    for statement in statements:
        result = await connection.exec_driver_sql(statement)
        rows = sorted(map(tuple, result), key=repr) if result.returns_rows else []
    return rows


class Plain:
    """One database, where each statement is kept at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.engine = database.engine.dialect.name

    async def execute(self, *statements: str) -> list[Row]:
        async with self._database.reading() as connection:
            return await execute(connection, *statements)

    async def tables(self) -> list[str]:
        if self.engine == "postgresql":
            found = await self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        else:
            found = await self.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        return [name for (name,) in found]

    async def rows(self) -> dict[str, list[Row]]:
        """Return all that is stored, by table, whatever its columns have become meanwhile."""
        await self._database.close()
        return {name: await self.execute(f"SELECT * FROM {name}") for name in await self.tables()}  # noqa: S608  own names
