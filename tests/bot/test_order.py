"""Updates in order per person, at the same time across people."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, UTC

import pytest
from telegram import Chat, Message, Update, User

from bot.network import FEW, PersonalOrder

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def update_of(user_id: int, update_id: int = 1) -> Update:
    user = User(user_id, "Ana", is_bot=False)
    return Update(update_id, Message(update_id, NOW, Chat(user_id, "private"), from_user=user, text="hello"))


async def test_one_persons_updates_keep_their_order() -> None:
    """The slow first goes before the quick second, and they never overlap."""
    order, seen = PersonalOrder(), list[str]()

    async def handle(number: int) -> None:
        seen.append(f"begin {number}")
        await asyncio.sleep(0.002 * (5 - number))
        seen.append(f"end {number}")

    await asyncio.gather(*(order.process_update(update_of(7, number), handle(number)) for number in range(5)))
    assert seen == [f"{what} {number}" for number in range(5) for what in ("begin", "end")]


async def test_different_people_are_served_at_once() -> None:
    """All of a hundred people are inside before the first one is done."""
    order, everybody = PersonalOrder(), asyncio.Barrier(100)

    async def handle() -> None:
        await everybody.wait()

    async with asyncio.timeout(5):
        await asyncio.gather(*(order.process_update(update_of(user), handle()) for user in range(1, 101)))


async def test_a_flood_of_one_person_delays_nobody_else() -> None:
    """While 1,000 updates of one person wait for each other, another's goes through."""
    order, gate = PersonalOrder(), asyncio.Event()
    flood = [asyncio.create_task(order.process_update(update_of(1, n), gate.wait())) for n in range(1000)]
    await asyncio.sleep(0.02)
    async with asyncio.timeout(20):
        await order.process_update(update_of(2), asyncio.sleep(0))
    assert not any(task.done() for task in flood)
    gate.set()
    await asyncio.gather(*flood)


async def test_the_first_is_shown_before_the_last_is_begun() -> None:
    """Of many that come at once, each a few rounds of the loop long; they would all end together otherwise."""
    order, seen = PersonalOrder(), list[str]()

    async def handle(user: int) -> None:
        seen.append(f"begin {user}")
        for _ in range(3):
            await asyncio.sleep(0)
        seen.append(f"end {user}")

    await asyncio.gather(*(order.process_update(update_of(user), handle(user)) for user in range(1, 51)))
    assert seen.index("end 1") < seen.index("begin 3")
    assert [each for each in seen if each.startswith("begin")] == [f"begin {user}" for user in range(1, 51)]


async def test_more_is_fetched_when_few_are_left_to_begin() -> None:
    """Though none of those that have begun is done; at once where few have come."""
    order, gate, inside = PersonalOrder(), asyncio.Event(), list[int]()

    async def handle(user: int) -> None:
        inside.append(user)
        await gate.wait()

    updates = [asyncio.create_task(order.process_update(update_of(user), handle(user))) for user in range(1, 51)]
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await order.few_left()
        assert inside == list(range(1, 51 - FEW))
        await order.few_left()
    assert len(inside) == 50 - FEW
    gate.set()
    await asyncio.gather(*updates)


async def test_nothing_is_kept_for_a_person_who_is_done() -> None:
    """A year of strangers leaves nothing behind."""
    order = PersonalOrder()
    await asyncio.gather(*(order.process_update(update_of(user), asyncio.sleep(0)) for user in range(1, 501)))
    assert len(order._turns) == 0


async def test_a_turn_that_fails_lets_the_next_one_in() -> None:
    """An error of one update is not the next one's."""
    order = PersonalOrder()

    async def fail() -> None:
        raise ValueError("this turn")

    async def answer() -> str:
        done.append("next")
        return "next"

    done: list[str] = []
    first = order.process_update(update_of(1, 1), fail())
    second: Coroutine[object, object, None] = order.process_update(update_of(1, 2), answer())
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert isinstance(results[0], ValueError)
    assert done == ["next"]


async def test_a_cancelled_turn_lets_the_next_one_in() -> None:
    """A turn that is cancelled while it waits takes nothing with it."""
    order, done = PersonalOrder(), asyncio.Event()

    async def finish() -> None:
        done.set()

    first = asyncio.create_task(order.process_update(update_of(1, 1), asyncio.sleep(0.05)))
    waiting = asyncio.sleep(0)
    second = asyncio.create_task(order.process_update(update_of(1, 2), waiting))
    third = asyncio.create_task(order.process_update(update_of(1, 3), finish()))
    await asyncio.sleep(0.01)
    second.cancel()
    async with asyncio.timeout(2):
        await done.wait()
    await asyncio.gather(first, second, third, return_exceptions=True)
    waiting.close()


@pytest.mark.parametrize("update", [Update(1), object(), None], ids=["nobody's", "a job", "nothing"])
async def test_what_is_nobodys_waits_for_nobody(update: object) -> None:
    """Channel posts and jobs of the library's go straight through."""
    done: list[int] = []

    async def handle() -> None:
        done.append(1)

    await PersonalOrder().process_update(update, handle())
    assert done == [1]
