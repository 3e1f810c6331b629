"""The benchmark runs; what it measures is for people to read."""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.rota import ROOT

SMALL = ("--rounds", "1", "--people", "3", "--taps", "2", "--small")
SAYS = {
    "taps": ("taps a second", "tap to edit, p50", "bare PTB", "statements: SELECT", "10,000"),
    "peers": ("bare aiogram, nothing stored", "stored by the async ORM", "Rota is better by"),
    "load": ("polling", "webhook", "tap to edit, p50"),
    "start": ("on a new file", "to the first poll", "memory"),
    "processes": ("2 processes", "CPU a tap", "PostgreSQL"),
    "doctors": ("100,000", "a doctor's week", "of a specialization", "board"),
    "size": ("board of so many doctors", "The next free slot", "1,000,000", "A name typed among 10,000"),
    "django": ("set a week", "get a week", "everybody's day, 500 doctors", "book a half-hour"),
}
PEERS = {"django": "Django", "peers": "aiogram"}


async def printed(*arguments: str, folder: Path) -> tuple[int | None, str, str]:
    """Run the benchmarks and return how they ended and what they printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks", *arguments, "--folder", str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode, said.decode(), errors.decode()


@pytest.mark.parametrize("table", SAYS)
async def test_it_prints_its_table(tmp_path: Path, table: str) -> None:
    """A table is printed alone, with the machine above it; where what it compares with is not installed, it says so."""
    code, said, errors = await printed(table, *SMALL, folder=tmp_path)
    assert (code, errors) == (0, "")
    assert "SQLite" in said
    peer = PEERS.get(table, "")
    absent = bool(peer) and find_spec(peer.lower()) is None
    nowhere = "compared with nothing: no PostgreSQL" in said
    for part in (f"{peer} is not installed",) if absent else () if nowhere else SAYS[table]:
        assert part in said


async def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    """Whoever mistypes a table is told which there are."""
    code, said, errors = await printed("tap", folder=tmp_path)
    assert (code, said) == (2, "")
    assert all(table in errors for table in SAYS)
