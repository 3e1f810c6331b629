"""Keeps what the clinic keeps. SQLAlchemy lives here and nowhere else."""

from __future__ import annotations

from storage.backup import backup, NoBackup, restore
from storage.database import Database
from storage.inspection import inspect_storage
from storage.schema import upgrade
from storage.unit_of_work import SqlStorage
from storage.unusable import DatabaseUnusable

__all__ = [
    "DatabaseUnusable",
    "NoBackup",
    "SqlStorage",
    "backup",
    "inspect_storage",
    "open_storage",
    "restore",
]


async def open_storage(url: str) -> SqlStorage:
    """Open a database, check it, and bring its tables up to date.

    Args:
        url: as SQLAlchemy writes it. ``sqlite+aiosqlite:///rota.db`` makes the file where there is none;
            ``postgresql+asyncpg://user:password@host/rota`` wants the database to be there.

    Raises:
        DatabaseUnusable: it cannot be used; the message is one sentence for whoever runs the bot.
    """
    database = Database(url)
    try:
        await database.check()
        await upgrade(database)
    except BaseException:
        await database.close()
        raise
    return SqlStorage(database)
