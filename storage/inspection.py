"""How a database is, for whoever wants to know before the bot starts on it."""

from __future__ import annotations

from sqlalchemy import make_url

from storage.database import Database
from storage.schema import HEAD, revision_of
from storage.sqlite import file_of
from storage.unusable import DatabaseUnusable


async def inspect_storage(url: str) -> tuple[str, str]:
    """Return how a database is, and of which revision its tables are, each in a few words; it is changed in nothing.

    Raises:
        DatabaseUnusable: the bot could not start on it.
    """
    database = Database(url)
    try:
        file = file_of(make_url(url)) if make_url(url).drivername.startswith("sqlite") else None
        if file and not file.exists():
            return f"{file} is not there yet; the first start makes it", f"{HEAD} is made at the first start"
        await database.check()
        revision = await _revision(database)
    finally:
        await database.close()
    if revision is None:
        return f"{database.place}: empty", f"{HEAD} is made at the first start"
    if revision > HEAD:
        raise DatabaseUnusable(f"{database.place} was written by a newer version of Rota (its revision is {revision}).")
    rest = "up to date" if revision == HEAD else f"becomes {HEAD} at the next start"
    return f"{database.place}: sound", f"{revision}, {rest}"


async def _revision(database: Database) -> str | None:
    with database.explained():
        async with database.reading() as connection:
            return await connection.run_sync(revision_of)
