"""SQLite files that have Rota's tables: made once, for to migrate one takes longer than most tests."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage import open_storage


def put_tables(file: Path) -> None:
    """Put a file there that is as after a first start."""
    file.write_bytes(_made_once())


@cache
def _made_once() -> bytes:
    with TemporaryDirectory(prefix="rota-tables-") as folder, ThreadPoolExecutor(1) as aside:
        file = Path(folder, "rota.db")
        aside.submit(asyncio.run, _start(file)).result()  # where it is asked for, a loop may be running
        return file.read_bytes()


async def _start(file: Path) -> None:
    await (await open_storage(f"sqlite+aiosqlite:///{file}")).close()
