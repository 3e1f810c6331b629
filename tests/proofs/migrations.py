"""Up, down and up on both databases from every revision, filled as it can be: the rows are those that were there."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from storage.database import Database
from tests.postgres import serving
from tests.proofs.served import beside
from tests.proofs.verdict import Verdict
from tests.storage.revisions import REVISIONS, there_and_back


async def prove(folder: Path) -> Verdict:
    compared, changed = 0, list[str]()
    async with beside(serving()) as server:
        for revision in REVISIONS:
            async with AsyncExitStack() as stack:
                urls = {
                    "SQLite": f"sqlite+aiosqlite:///{folder / revision}.db",
                    "PostgreSQL": await stack.enter_async_context(beside(server.database(migrated=False))),
                }
                for engine, url in urls.items():
                    database = Database(url)
                    stack.push_async_callback(database.close)
                    rows, others = await there_and_back(database, revision)
                    compared += rows
                    changed += [f"{table} ({engine}, from {revision})" for table in others]
    said = f"from each of {len(REVISIONS)} revisions, on SQLite and PostgreSQL, {compared:,} rows compared: "
    return Verdict("migrations", f"{said}{', '.join(changed) or 'all equal'}", holds=not changed)
