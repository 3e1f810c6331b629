"""A real database for every test, and the clinic that works on it.

Each test runs on SQLite and on PostgreSQL. One that asks for SQLite's file, or listens to its thread, is about SQLite
alone; a module about one of them says so (``ENGINES``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from datetime import datetime, UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from clinic.people import Actor, Role
from clinic.ports import Clinic
from storage import open_storage, SqlStorage
from storage.sqlite_connection import Connection
from tests.postgres import Server
from tests.tables import put_tables

MakeDoctor = Callable[[str, int], Awaitable[Actor]]
Run = Callable[[Callable[[SqlStorage], Coroutine[None, None, None]]], None]
Hooks = list[Callable[[], object]]
SQLITES = {"file", "on_hop"}
"""The fixtures that only SQLite has."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        alone = SQLITES.intersection(metafunc.fixturenames)
        engines = ["sqlite"] if alone else getattr(metafunc.module, "ENGINES", ["sqlite", "postgresql"])
        metafunc.parametrize("engine", engines, scope="module", indirect=True)


@pytest.fixture
def now() -> datetime:
    """A summer evening; the tests' clock stands still."""
    return datetime(2026, 7, 6, 18, 30, 15, 250, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """SQLite's file."""
    return tmp_path / "rota.db"


@pytest.fixture
def url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where nothing is kept yet."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'rota.db'}"
    else:
        postgres: Server = request.getfixturevalue("postgres")
        with postgres.database() as made:
            yield made


@pytest.fixture
def bare_url(engine: str, url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where there are no tables either."""
    if engine == "sqlite":
        yield url
    else:
        postgres: Server = request.getfixturevalue("postgres")
        with postgres.database(migrated=False) as made:
            yield made


@pytest.fixture
async def storage(engine: str, url: str, tmp_path: Path) -> AsyncIterator[SqlStorage]:
    if engine == "sqlite":
        put_tables(tmp_path / "rota.db")
    opened = await open_storage(url)
    yield opened
    await opened.close()


@pytest.fixture
def clinic(storage: SqlStorage, now: datetime) -> Clinic:
    return Clinic("Hill Street", ZoneInfo("Europe/Berlin"), frozenset(), storage, lambda: now)


@pytest.fixture
def make_doctor(storage: SqlStorage) -> MakeDoctor:
    """Return a function that keeps a new doctor with an account and returns the account."""

    async def made(name: str, user_id: int) -> Actor:
        async with storage.write() as work:
            doctor = await work.doctors.add(name, "Cardiology")
            actor = Actor(user_id, name, frozenset({Role.DOCTOR}), doctor.doctor_id)
            await work.people.put(actor)
            await work.commit()
        return actor

    return made


@pytest.fixture
async def ada(make_doctor: MakeDoctor) -> Actor:
    return await make_doctor("Ada", 7)


@pytest.fixture
def on_hop(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """What is called at every trip to a connection's thread, right before it."""
    hooks: Hooks = []
    genuine = Connection._execute

    async def execute(self: Connection, step: Callable[..., object], *arguments: object, **options: object) -> object:
        for hook in hooks:
            hook()
        return await genuine(self, step, *arguments, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Connection, "_execute", execute)
    return hooks


@pytest.fixture
def statements(storage: SqlStorage) -> list[str]:
    """Every statement that SQLAlchemy sends but the one that takes PostgreSQL's lock; SQLite's BEGIN is none either."""
    sent: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("SELECT pg_advisory"):
            sent.append(statement)

    event.listen(storage._database.engine.sync_engine, "before_cursor_execute", heard)
    return sent


@pytest.fixture(scope="module")
def shared_url(engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """One database for all tests of a module."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('shared') / 'rota.db'}"
    else:
        postgres: Server = request.getfixturevalue("postgres")
        with postgres.database() as made:
            yield made


@pytest.fixture(scope="module")
def run(shared_url: str) -> Iterator[Run]:
    """Run something on one storage and one loop; hypothesis calls a test many times within one fixture."""
    with asyncio.Runner() as runner:
        storage = runner.run(open_storage(shared_url))
        yield lambda act: runner.run(act(storage))
        runner.run(storage.close())
