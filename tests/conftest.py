"""For every test: no example of hypothesis is timed, for a busy machine would fail what is right; and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import NoServer, Server, serving

settings.register_profile("rota", deadline=None)
settings.load_profile("rota")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started by the first test that asks; skipped with the reason where there is none."""
    try:
        with serving() as server:
            yield server
    except NoServer as error:
        pytest.skip(str(error))
