"""The machine that a measurement was made on, and what a process takes of it."""

from __future__ import annotations

import gc
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("python-telegram-bot", "aiohttp", "httpx", "SQLAlchemy", "aiosqlite", "pydantic")
FLUSHES = 200


def description() -> str:
    """Say what figures depend on; no names of hosts or folders."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    place = "bot on one, stand-in and people on another" if _cores() else "shared as the system likes"
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores ({place}), "
        f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n{libraries}"
    )


def _cores() -> list[int]:
    """Return two cores to give to the bot and to the rest; none where they cannot be given out."""
    if not hasattr(os, "sched_setaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0) | _ALL)
    return cores[:2] if len(cores) > 1 else []


_ALL = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


@contextmanager
def bots_core() -> Iterator[None]:
    """Let what is started inside run on the bots' core alone, and this process on another afterwards."""
    cores = _cores()
    if cores:
        os.sched_setaffinity(0, cores[:1])
    try:
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores[1:])


@contextmanager
def without_pauses() -> Iterator[None]:
    """Keep this process's garbage collector out of what it measures: it stops the stand-in for a tenth of a second."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def all_cores() -> Iterator[None]:
    """Let this process, and what is started inside, run wherever the system likes."""
    if not _ALL:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _ALL)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds_below(pid: int) -> float:
    """Return the CPU time of a process and of those that it has started and that still run."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="latin-1").rpartition(")")[2].split()[1])
    return sum(cpu_seconds(each) or 0.0 for each in (pid, *(child for child, above in parents.items() if above == pid)))


def cpu_seconds(pid: int) -> float | None:
    """Return the CPU time of a process with all its threads; none where there is no ``/proc``."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float | None:
    """Return the memory that a process has in use; none where there is no ``/proc``."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def flush_seconds(folder: Path) -> float:
    """Return how long the folder's disk takes to make one page durable, the median of many."""
    times = []
    with (folder / "flushed").open("wb", buffering=0) as file:
        for _ in range(FLUSHES):
            file.write(os.urandom(4096))
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times)
