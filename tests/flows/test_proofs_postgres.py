"""The proofs of ``python -m tests.proofs`` that need PostgreSQL or a clock that is set, in short."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import NoServer, Server
from tests.proofs import nights, processes, restarts

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_several_processes_do_as_one_does(tmp_path: Path, postgres: Server) -> None:
    """Every conversation through two, each tap to one of them by chance: the rows are those of one process."""
    verdict = await processes.compared(tmp_path, postgres, 3, 2)
    assert verdict.holds, verdict


async def test_killed_processes_lose_nothing_that_was_confirmed(tmp_path: Path, postgres: Server) -> None:
    """Nor leave half a week; a second process takes over what one had begun."""
    verdict = await processes.killed(tmp_path, postgres, 3, 5.0, 2)
    assert verdict.holds, verdict


async def test_a_server_that_is_away_is_told_kindly(tmp_path: Path) -> None:
    """PostgreSQL is ended under load and comes back; the processes go on."""
    try:
        verdict = await restarts.prove(tmp_path, 4, 1)
    except NoServer as error:
        pytest.skip(str(error))
    assert verdict.holds, verdict


async def test_a_night_in_which_the_clocks_change(tmp_path: Path) -> None:
    """What can be booked, and when reminders ring, is what a walk along the clock finds."""
    verdict = await nights.prove(tmp_path, {"spring": nights.NIGHTS["spring"]})
    assert verdict.holds, verdict
