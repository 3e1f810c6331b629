"""Who watches whom, and what they are owed: gathered while it waits, due at its time, claimed like other notices."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.dates import DateOverride
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.ports.notices import HoursNotice
from clinic.time_range import TimeRange
from clinic.use_cases.dates import set_dates
from clinic.watching import DayChange, DayHours
from storage import open_storage, SqlStorage
from tests.storage.conftest import MakeDoctor

MINUTE = timedelta(minutes=1)
DAY = date(2026, 7, 7)
NIGHT = DayHours(DAY, (TimeRange(0, 60), TimeRange(1320, 1800)), ZoneInfo("Asia/Kathmandu"))
OFF = DayHours(DAY, (), ZoneInfo("Europe/Berlin"))


@pytest.fixture
async def ben(make_doctor: MakeDoctor) -> Actor:
    return await make_doctor("Ben", 8)


async def start(storage: SqlStorage, user_id: int, *doctor_ids: int) -> None:
    async with storage.write() as work:
        for doctor_id in doctor_ids:
            await work.watches.start(user_id, doctor_id)
        await work.commit()


async def owe(storage: SqlStorage, *notices: HoursNotice) -> None:
    async with storage.write() as work:
        await work.notices.owe_hours(notices)
        await work.commit()


async def claim(storage: SqlStorage, now: datetime) -> HoursNotice | None:
    async with storage.write() as work:
        notice = await work.notices.claim_hours(now, now + MINUTE)
        await work.commit()
    return notice


@pytest.fixture
def notice(ada: Actor, now: datetime) -> HoursNotice:
    assert ada.doctor_id
    return HoursNotice(21, ada.doctor_id, now + MINUTE, (DayChange(NIGHT, OFF),), ("Ada", "Zoe"))


async def test_who_watches_whom(storage: SqlStorage, ada: Actor, ben: Actor, statements: list[str]) -> None:
    """Of one doctor or of all, in one statement; asked twice it is kept once."""
    assert (ada.doctor_id, ben.doctor_id) == (1, 2)
    await start(storage, 2**52, 1, 1, 2)
    await start(storage, 9, 2)
    async with storage.read() as work:
        statements.clear()
        assert await work.watches.of_doctor(1) == {1: [2**52]}
        assert await work.watches.of_doctor(3) == {}
        assert await work.watches.of_doctor(None) == {1: [2**52], 2: [9, 2**52]}
        assert await work.watches.of_user(2**52) == {1, 2}
        assert len(statements) == 4


async def test_stopping_is_of_one_doctor(
    storage: SqlStorage, ada: Actor, ben: Actor, notice: HoursNotice, now: datetime
) -> None:
    """With what is owed of this one; the other is watched, and told of, on."""
    assert (ada.doctor_id, ben.doctor_id) == (1, 2)
    await start(storage, 21, 1, 2)
    await start(storage, 22, 1)
    await owe(storage, notice, replace(notice, doctor_id=2), replace(notice, user_id=22))
    async with storage.write() as work:
        await work.watches.stop(21, 1)
        await work.commit()
    async with storage.read() as work:
        assert await work.watches.of_doctor(None) == {1: [22], 2: [21]}
        left = await work.notices.gathering([1, 2], now)
    assert [(each.user_id, each.doctor_id) for each in left] == [(21, 2), (22, 1)]


async def test_a_notice_comes_back_as_it_was(storage: SqlStorage, notice: HoursNotice, now: datetime) -> None:
    """With its dates, nights, zones and names; written over once more, it is the same one."""
    await owe(storage, notice)
    async with storage.write() as work:
        (kept,) = await work.notices.gathering([notice.doctor_id], now)
        assert kept == replace(notice, notice_id=kept.notice_id)
        more = replace(kept, changes=(DayChange(OFF, NIGHT),), names=("Eva",))
        await work.notices.owe_hours([more])
        await work.commit()
    assert await claim(storage, now + MINUTE) == more


async def test_a_notice_is_due_at_its_time(storage: SqlStorage, notice: HoursNotice, now: datetime) -> None:
    """Before it nobody claims it; from it on nothing is gathered into it."""
    await owe(storage, notice)
    assert await claim(storage, now + MINUTE - timedelta(microseconds=1)) is None
    async with storage.read() as work:
        assert await work.notices.next_due(now) == now + MINUTE
        assert await work.notices.next_due(now + MINUTE) is None
        assert await work.notices.gathering([notice.doctor_id], now + MINUTE) == []
        assert await work.notices.gathering([], now) == []
    assert await claim(storage, now + MINUTE)


async def test_nothing_is_gathered_into_what_is_being_sent(
    storage: SqlStorage, notice: HoursNotice, now: datetime
) -> None:
    """A process whose clock is behind begins another one."""
    await owe(storage, notice)
    assert await claim(storage, now + MINUTE)
    async with storage.read() as work:
        assert await work.notices.gathering([notice.doctor_id], now) == []


async def test_a_claim_is_taken_over_after_its_time(storage: SqlStorage, notice: HoursNotice, now: datetime) -> None:
    """Whoever claimed it may have died; sent, it is forgotten."""
    await owe(storage, notice)
    due = now + MINUTE
    claimed = await claim(storage, due)
    assert claimed
    assert await claim(storage, due + MINUTE - timedelta(microseconds=1)) is None
    assert await claim(storage, due + MINUTE) == claimed
    async with storage.write() as work:
        await work.notices.done(claimed)
        await work.commit()
    assert await claim(storage, due + 3 * MINUTE) is None


async def test_two_processes_share_no_notice(storage: SqlStorage, url: str, notice: HoursNotice, now: datetime) -> None:
    """Claimed on two engines at once, each goes to one of them."""
    await owe(storage, *(replace(notice, user_id=user_id) for user_id in range(1, 41)))
    other = await open_storage(url)

    async def all_of(one: SqlStorage) -> list[int]:
        claimed = []
        while found := await claim(one, now + MINUTE):
            claimed.append(found.user_id)
        return claimed

    lists = await asyncio.gather(all_of(storage), all_of(other))
    await other.close()
    assert sorted([*lists[0], *lists[1]]) == list(range(1, 41))


async def test_an_unwatched_change_costs_one_statement(
    storage: SqlStorage, ada: Actor, statements: list[str], clinic: Clinic
) -> None:
    """Where somebody watches it costs four more: what waits, the hours in two, and what is owed."""
    counts = []
    for ahead in (0, 1):
        other_hours = DateOverride.of(1, DAY + timedelta(days=ahead), [TimeRange(540, 600)])
        statements.clear()
        await set_dates(clinic, ada, 1, [other_hours])
        counts.append((len(statements), len([each for each in statements if "watches" in each])))
        await start(storage, 21, 1)
    (unwatched, asked), (watched, _) = counts
    assert asked == 1
    assert watched == unwatched + 4
