"""One running bot for a module's flows, and one for a test that wants its own.

A module's, not the session's: modules are spread over processes as these come free, and a board that pages by how many
doctors earlier modules have brought would make a test pass on one machine and fail on the next.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rota import Rota, running

NOW = "2026-03-02 09:00"
"""A Monday."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rota(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """One process for many tests: each brings people of its own."""
    async with running(tmp_path_factory.mktemp("rota"), {"CLINIC_TIME_ZONE": "Europe/Madrid"}) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_timed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    async with running(tmp_path_factory.mktemp("timed"), {"CLINIC_TIME_ZONE": "UTC"}, NOW) as started:
        yield started


@pytest.fixture
def timed(shared_timed: Rota) -> Rota:
    """One process for many tests that name dates: in UTC, on a clock that shows ``NOW`` and that a test may set."""
    shared_timed.set_clock(NOW)
    return shared_timed


@pytest.fixture(autouse=True)
def no_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever people do to a shared process, its log holds no error."""
    shared: list[Rota] = [request.getfixturevalue(name) for name in ("rota", "timed") if name in request.fixturenames]
    before = [len(each.log) for each in shared]
    yield
    for each, length in zip(shared, before, strict=True):
        said = each.log[length:]
        assert "ERROR" not in said, said
        assert "Traceback" not in said, said


@pytest_asyncio.fixture(loop_scope="session")
async def own_rota(tmp_path: Path) -> AsyncIterator[Rota]:
    """A process for one test alone, to be killed or set up as it likes."""
    async with running(tmp_path, {}) as started:
        yield started
