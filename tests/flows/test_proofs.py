"""The proofs of ``python -m tests.proofs``, in short."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proofs import database, faults, flood

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_conversations_end_right_though_calls_fail(tmp_path: Path) -> None:
    """429, 500, 502 with HTML, resets, stalls and lost answers, each for a tenth of all calls."""
    verdict = await faults.prove(tmp_path, 3, 0.2)
    assert verdict.holds, verdict


async def test_a_database_that_takes_no_writes_is_told_kindly(tmp_path: Path) -> None:
    """Locked and full: nothing half done, and it works again without a restart."""
    verdict = await database.prove(tmp_path)
    assert verdict.holds, verdict


async def test_a_flood_ends(tmp_path: Path) -> None:
    """Everybody is answered; how fast is for the proof itself, which a busy machine would spoil here."""
    assert "100 updates at once" in (await flood.prove(tmp_path, 100, 1)).said
