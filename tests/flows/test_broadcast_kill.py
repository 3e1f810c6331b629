"""A broadcast under SIGKILL, in short; ``python -m tests.proofs`` does it at length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proofs.broadcasts import kill_runs

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_nobody_is_missed(tmp_path: Path) -> None:
    """Killed three times on its way, some blocked, some calls failing: all have it, and few have it twice."""
    killed = await kill_runs(tmp_path / "kills", 300, 3, rate=200)
    assert killed.holds, killed
