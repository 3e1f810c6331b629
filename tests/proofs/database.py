"""The SQLite file is locked, its disk full, or read-only: a kind answer, nothing half done, no restart is needed."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from bot.sandbox import Person
from tests.phone import review, tap
from tests.proofs.verdict import Verdict
from tests.rota import Rota, running

KIND = ("I am busy just now", "Sorry, something went wrong")
PATIENCE = 40.0


async def prove(folder: Path) -> Verdict:
    """Save a week while the database takes no write, for each reason, and once more when it does."""
    async with running(folder, {}) as rota:
        unable = _why_unable_to_freeze(rota)
        faults = {name: fault for name, fault in FAULTS.items() if not (unable and fault is _frozen)}
        found = {name: await _through(rota, await rota.doctor(name), fault) for name, fault in faults.items()}
    told = [f"{name}: {', '.join(wrong) or 'as promised'}" for name, wrong in found.items()]
    told += [f"{name}: skipped, {unable}" for name in FAULTS.keys() - faults.keys()]
    return Verdict("database", "; ".join(told), holds=not any(found.values()))


async def _through(rota: Rota, doctor: Person, fault: Callable[[Rota], AbstractContextManager[None]]) -> list[str]:
    """Return which promises were broken."""
    wrong = []
    form = await review(doctor)
    before = rota.history(doctor)
    with fault(rota):
        query = doctor.tap("Save", form.id)
        await doctor.until(lambda _: query not in doctor.unanswered, PATIENCE)
        await doctor.until(lambda _: _is_told_kindly(doctor), PATIENCE)
    if rota.history(doctor) != before or "Saved." in form.text:
        wrong.append("something was kept, or said to be")
    doctor.toasts.clear()
    await tap(doctor, "Save", form=form)
    if "Saved." not in form.text or len(rota.history(doctor)) != len(before) + 1:
        wrong.append("not saved afterwards")
    return wrong


def _is_told_kindly(doctor: Person) -> bool:
    said = [toast.text for toast in doctor.toasts[-1:]] + [doctor.messages[-1].text]
    return any(kind in text for text in said for kind in KIND)


@contextmanager
def _locked(rota: Rota) -> Iterator[None]:
    """Hold the write lock until the bot has given up, which takes it ten seconds."""
    with closing(sqlite3.connect(rota.database, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _full(rota: Rota) -> Iterator[None]:
    """Let no file of the process grow, nor change, by a byte: to it that is a disk that takes nothing."""
    assert rota._process
    free = resource.prlimit(rota._process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(rota._process.pid, resource.RLIMIT_FSIZE, (0, free[1]))
    try:
        yield
    finally:
        resource.prlimit(rota._process.pid, resource.RLIMIT_FSIZE, free)


@contextmanager
def _frozen(rota: Rota) -> Iterator[None]:
    """Make the file and its log read-only, to root and to who has them open too, which ``chmod`` does not."""
    _freeze(rota, "+i").check_returncode()
    try:
        yield
    finally:
        _freeze(rota, "-i").check_returncode()


def _freeze(rota: Rota, flag: str) -> subprocess.CompletedProcess[str]:
    command = ["chattr", flag, str(rota.database), f"{rota.database}-wal"]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  own files


def _why_unable_to_freeze(rota: Rota) -> str:
    """Return why files cannot be made read-only here: no ``chattr``, no right to, or a file system without it."""
    try:
        tried = [_freeze(rota, flag) for flag in ("+i", "-i")]
    except OSError as error:
        return f"chattr: {error.strerror}"
    return next((one.stderr.strip().splitlines()[-1] for one in tried if one.returncode), "")


FAULTS: dict[str, Callable[[Rota], AbstractContextManager[None]]] = {
    "locked for 10 s": _locked,
    "disk full": _full,
    "read-only": _frozen,
}
