"""Bring a database of any older revision up to the present one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.unusable import DatabaseUnusable

HEAD = "0017"
"""The newest revision in ``migrations/versions``, so that a start that has nothing to do need not import alembic."""

_SCRIPTS = Path(__file__).parent / "migrations"


async def upgrade(database: Database) -> None:
    """Make every table, or change those of an older version, in one transaction; cheap where nothing is to do.

    Two processes may start at once: the second waits, and finds the work done.

    Raises:
        DatabaseUnusable: the tables are of a newer version, or of another program.
    """
    with database.explained():
        async with database.reading() as connection:
            if await connection.run_sync(revision_of) == HEAD:
                return
        await migrate(database, HEAD)


async def migrate(database: Database, target: str, *, down: bool = False) -> None:
    """Move the schema up to a revision, or ``down`` to an older one or to ``base``.

    Raises:
        DatabaseUnusable: the tables are of a newer version, or of another program.
    """
    async with database.migrating() as connection:
        try:
            await connection.run_sync(_run, target, down)
        except _Unknown as error:
            raise DatabaseUnusable(f"{database.place} {error}") from error


class _Unknown(Exception):
    """The schema is none of ours."""


def revision_of(connection: Connection) -> str | None:
    """Return the revision that the tables are of; none before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _run(connection: Connection, target: str, down: bool) -> None:
    # alembic is slow to import and most starts do without it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    present = revision_of(connection)
    if present is None:
        if set(inspect(connection).get_table_names()) - {"alembic_version"}:
            raise _Unknown("holds the tables of another program.")
    elif present not in known:
        raise _Unknown(f"was written by a newer version of Rota (its revision is {present}).")
    (command.downgrade if down else command.upgrade)(config, target)
