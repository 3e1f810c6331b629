"""Notices: claimed by one sender at a time, and by another when that one dies."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import storage as package
from clinic.dates import DateChange
from clinic.people import Actor
from clinic.plan import Stamp
from clinic.ports.notices import Notice, RevertNotice
from storage import SqlStorage

ROOT = Path(package.__file__).parents[1]
MINUTE = timedelta(minutes=1)

SENDER = """
import asyncio, sys
from datetime import datetime, timedelta
from storage import open_storage

async def main():
    storage = await open_storage(sys.argv[1])
    now = datetime.fromisoformat(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(sys.argv[3])):
        async with storage.write() as work:
            notice = await work.notices.claim(now, now + timedelta(minutes=1))
            await work.commit()
        if not notice:
            break
        print(notice.user_id, flush=True)
    print("claimed", flush=True)
    sys.stdin.readline()
    await storage.close()

asyncio.run(main())
"""


@pytest.fixture
async def change_id(storage: SqlStorage, now: datetime) -> int:
    async with storage.write() as work:
        change = await work.dates.save(DateChange(None, (), (), Stamp(7, "Ada", now)))
        await work.commit()
    return change.change_id


async def owe(storage: SqlStorage, change_id: int, *user_ids: int) -> None:
    async with storage.write() as work:
        await work.notices.owe(change_id, user_ids)
        await work.commit()


async def claim(storage: SqlStorage, now: datetime) -> Notice | None:
    async with storage.write() as work:
        notice = await work.notices.claim(now, now + MINUTE)
        await work.commit()
    return notice


async def started(url: str, now: datetime, count: int) -> asyncio.subprocess.Process:
    """Start a process that waits for a line, claims up to ``count`` notices, and waits for another line."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SENDER, url, now.isoformat(), str(count)), cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert process.stdout
    assert await process.stdout.readline() == b"ready\n"
    return process


async def told(process: asyncio.subprocess.Process) -> list[int]:
    """Let a process claim, and return whose notices it got."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"\n")
    lines = []
    while (line := await process.stdout.readline()) != b"claimed\n":
        lines.append(int(line))
    return lines


async def test_the_oldest_comes_first(storage: SqlStorage, change_id: int, now: datetime) -> None:
    """Notices are claimed in the order of the changes, each one once."""
    async with storage.write() as work:
        later = (await work.dates.save(DateChange(None, (), (), Stamp(7, "Ada", now)))).change_id
        await work.commit()
    await owe(storage, later, 1, 5)
    await owe(storage, change_id, 2**52, 3)

    claimed = [await claim(storage, now) for _ in range(5)]

    assert claimed == [
        Notice(3, change_id),
        Notice(2**52, change_id),
        Notice(1, later),
        Notice(5, later),
        None,
    ]


async def test_nobody_may_be_owed(storage: SqlStorage, change_id: int, now: datetime) -> None:
    """A clinic without receptionists owes nobody, and that is no error."""
    await owe(storage, change_id)

    assert await claim(storage, now) is None


async def test_what_is_done_is_forgotten(storage: SqlStorage, change_id: int, now: datetime) -> None:
    """A notice that was sent is not claimed again, and the other person's still is."""
    await owe(storage, change_id, 8, 9)
    notice = await claim(storage, now)
    assert notice
    async with storage.write() as work:
        await work.notices.done(notice)
        await work.commit()

    claimed = [await claim(storage, now + 2 * MINUTE) for _ in range(2)]

    assert claimed == [Notice(9, change_id), None]


async def test_a_claim_holds_until_its_time(storage: SqlStorage, change_id: int, now: datetime) -> None:
    """It keeps others away to the last microsecond, and from then on it is free again."""
    await owe(storage, change_id, 8)
    assert await claim(storage, now)

    assert await claim(storage, now + MINUTE - timedelta(microseconds=1)) is None
    assert await claim(storage, now + MINUTE) == Notice(8, change_id)


async def test_a_claim_that_is_not_committed_is_none(storage: SqlStorage, change_id: int, now: datetime) -> None:
    """Claimed and rolled back, a notice is free at once."""
    await owe(storage, change_id, 8)
    async with storage.write() as work:
        await work.notices.claim(now, now + MINUTE)

    assert await claim(storage, now) == Notice(8, change_id)


async def test_two_processes_share_no_notice(storage: SqlStorage, url: str, change_id: int, now: datetime) -> None:
    """Claimed by two processes at once, neither of which may take all, each of two hundred goes to one of them."""
    await owe(storage, change_id, *range(200))
    processes = [await started(url, now, 150) for _ in range(2)]

    lists = await asyncio.gather(*map(told, processes))

    for process in processes:
        await process.communicate(b"\n")
    assert sorted([*lists[0], *lists[1]]) == list(range(200))
    assert all(lists)


async def test_a_killed_claim_is_free_again(storage: SqlStorage, url: str, change_id: int, now: datetime) -> None:
    """What a process had claimed when it was killed goes to another one, but not before the claim's time."""
    await owe(storage, change_id, 8)
    process = await started(url, now, 1)
    assert await told(process) == [8]
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    assert await claim(storage, now + MINUTE / 2) is None
    assert await claim(storage, now + MINUTE) == Notice(8, change_id)


async def test_a_notice_of_hours_brought_back_is_claimed_once(storage: SqlStorage, ada: Actor, now: datetime) -> None:
    """It is held for a while, taken over from whoever died with it, and forgotten when done."""
    minute = timedelta(minutes=1)

    async def claim(at: datetime) -> RevertNotice | None:
        async with storage.write() as work:
            notice = await work.notices.claim_revert(at, at + minute)
            await work.commit()
        return notice

    async with storage.write() as work:
        await work.notices.owe_revert(RevertNotice(2**52, 1, weekly=True, number=3))
        await work.commit()
    first = await claim(now)
    assert first == RevertNotice(2**52, 1, weekly=True, number=3, notice_id=1)
    assert await claim(now) is None
    assert await claim(now + minute) == first
    async with storage.write() as work:
        await work.notices.done(first)
        await work.commit()
    assert await claim(now + 2 * minute) is None
