"""A task that is cancelled leaves everything or nothing, and a connection that goes on working."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from clinic.ports.conversation import Draft
from storage import SqlStorage
from storage.sqlite_connection import Connection

BODY = "{}"


async def keep_two(storage: SqlStorage, now: datetime) -> None:
    """Write two drafts in one unit: both or none must be found."""
    async with storage.write() as work:
        await work.drafts.put(Draft(1, 1, BODY, now))
        await work.drafts.put(Draft(1, 2, BODY, now))
        await work.commit()


async def kept(storage: SqlStorage, now: datetime) -> list[bool]:
    before = now.replace(year=now.year - 1)
    async with storage.read() as work:
        return [(await work.people.caller(1, 1, message, before))[1] is not None for message in (1, 2)]


async def forget(storage: SqlStorage, now: datetime) -> None:
    async with storage.write() as work:
        await work.drafts.forget_expired(now)
        await work.commit()


def cancel_on_hop(task: asyncio.Task[object], on_hop: list[Callable[[], object]]) -> asyncio.Event:
    """Cancel a task as soon as it waits for the connection's thread; return what is set then."""
    cancelled = asyncio.Event()

    def cancel() -> None:
        task.cancel()
        cancelled.set()

    def hop() -> None:
        if asyncio.current_task() is task:
            asyncio.get_running_loop().call_soon(cancel)

    on_hop.append(hop)
    return cancelled


async def test_cancelled_while_the_thread_commits(
    storage: SqlStorage, now: datetime, on_hop: list[Callable[[], object]]
) -> None:
    """Cancelled with the commit under way, a write is whole or gone and the next one works."""
    task = asyncio.create_task(keep_two(storage, now))
    cancel_on_hop(task, on_hop)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await kept(storage, now) in ([False, False], [True, True])
    await forget(storage, now)
    await keep_two(storage, now)
    assert await kept(storage, now) == [True, True]


async def test_cancelled_while_the_thread_waits_for_the_lock(
    storage: SqlStorage, file: Path, now: datetime, on_hop: list[Callable[[], object]]
) -> None:
    """Cancelled with BEGIN under way, because another process has the lock, nothing is kept and the next one works."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(keep_two(storage, now))
        await cancel_on_hop(task, on_hop).wait()
        other.execute("COMMIT")
        with pytest.raises(asyncio.CancelledError):
            await task

    assert await kept(storage, now) == [False, False]
    await keep_two(storage, now)
    assert await kept(storage, now) == [True, True]


async def test_cancelled_at_any_step_of_the_loop(storage: SqlStorage, now: datetime) -> None:
    """Wherever among sixty steps of the loop the cancellation falls, nothing is half kept and nobody is locked out."""
    outcomes = set()
    for step in range(60):
        await forget(storage, now)
        tasks = [asyncio.create_task(keep_two(storage, now)) for _ in range(2)]
        for _ in range(step):
            await asyncio.sleep(0)
        tasks[step % 2].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        outcomes.add(type(done[step % 2]))
        found = await kept(storage, now)
        assert found == [True, True]
    assert asyncio.CancelledError in outcomes


@pytest.mark.parametrize("hop", [1, 2, 3])
async def test_cancelled_while_the_thread_puts_a_draft(
    storage: SqlStorage,
    now: datetime,
    on_hop: list[Callable[[], object]],
    monkeypatch: pytest.MonkeyPatch,
    hop: int,
) -> None:
    """Whichever step is under way there, the draft is whole, the old or the new, and the next is put."""
    old = Draft(1, 1, "old", now, revision=1)
    await storage.put_draft(replace(old, revision=0))
    task = asyncio.create_task(storage.put_draft(replace(old, body="new")))
    hops = count(1)
    on_hop.append(lambda: next(hops) == hop and asyncio.get_running_loop().call_soon(task.cancel))
    with monkeypatch.context() as patched:
        patched.setattr(Connection, "is_idle", property(lambda _: False, lambda *_: None))  # as if another waited there
        with pytest.raises(asyncio.CancelledError):
            await task
    on_hop.clear()

    async with storage.read() as work:
        found = (await work.people.caller(1, 1, 1, now.replace(year=now.year - 1)))[1]
    assert found in {old, replace(old, body="new", revision=2)}
    assert [await storage.put_draft(replace(old, body="newer", revision=revision)) for revision in (1, 2)].count(True)


async def test_cancelled_while_waiting_for_a_turn(storage: SqlStorage, now: datetime) -> None:
    """A task that gives up in the queue takes nobody's turn with it."""
    async with storage.write():
        waiting = [asyncio.create_task(kept(storage, now)) for _ in range(3)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        waiting[2].cancel()
        await asyncio.sleep(0.01)
    assert await waiting[1] == [False, False]
    assert await kept(storage, now) == [False, False]
