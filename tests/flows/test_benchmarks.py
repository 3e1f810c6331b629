"""The benchmark runs; what it measures is for people to read."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.rota import ROOT


async def test_it_prints_its_table(tmp_path: Path) -> None:
    """Both bots, the database, the past and the machine are in it."""
    sizes = ("--rounds", "1", "--people", "3", "--taps", "2", "--folder", str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks", *sizes),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    for part in ("taps a second", "tap to edit, p50", "bare PTB", "statements: SELECT", "SQLite", "10,000"):
        assert part in printed.decode()
