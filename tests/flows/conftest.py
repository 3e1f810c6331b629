"""One running bot for all flows, and one for a test that wants its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rota import Rota, running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rota(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """One process for many tests: each brings people of its own."""
    async with running(tmp_path_factory.mktemp("rota"), {"CLINIC_TIME_ZONE": "Europe/Madrid"}) as started:
        yield started


@pytest.fixture(autouse=True)
def no_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever people do to the shared process, its log holds no error."""
    shared: Rota | None = request.getfixturevalue("rota") if "rota" in request.fixturenames else None
    before = len(shared.log) if shared else 0
    yield
    if shared:
        said = shared.log[before:]
        assert "ERROR" not in said, said
        assert "Traceback" not in said, said


@pytest_asyncio.fixture(loop_scope="session")
async def own_rota(tmp_path: Path) -> AsyncIterator[Rota]:
    """A process for one test alone, to be killed or set up as it likes."""
    async with running(tmp_path, {}) as started:
        yield started
