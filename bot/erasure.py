"""Erase old bookings with their notes: at the start, and once a day from then on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from clinic.errors import StorageBusy
from clinic.ports import Clinic
from clinic.use_cases.bookings import erase_old

log = logging.getLogger(__name__)

DAILY = timedelta(days=1)
LOOK_SECONDS = 60.0
"""How often the clock is looked at: whoever sets it on, or wakes a machine, waits no longer for the next round."""
PORTION = 500
"""So many bookings go in one transaction: a few hundredths of a second for which others wait."""
PAUSE_SECONDS = 0.1
"""Left to others between two portions."""


@asynccontextmanager
async def erasing(clinic: Clinic, days: int, *, look_seconds: float = LOOK_SECONDS) -> AsyncIterator[None]:
    """Erase what was over ``days`` days ago, daily by the clinic's clock, while the context lasts.

    Any number of processes may do it at once: what one has erased, the others do not find.
    """
    stopping = asyncio.Event()
    job = asyncio.create_task(_erase_daily(clinic, days, stopping, look_seconds))
    try:
        yield
    finally:
        stopping.set()
        await job


async def _erase_daily(clinic: Clinic, days: int, stopping: asyncio.Event, look_seconds: float) -> None:
    due = clinic.clock()
    while not stopping.is_set():
        if clinic.clock() >= due:
            try:
                count = await _erase(clinic, days, stopping)
            except StorageBusy:
                log.warning("old bookings are not erased yet: the storage is busy; trying again soon")
            except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on, and tomorrow tries again
                log.error("old bookings were not erased (%s)", type(error).__name__)  # noqa: TRY400  no values
                due = clinic.clock() + DAILY
            else:
                log.info("old bookings erased: %d", count)
                due = clinic.clock() + DAILY
        await _wait(stopping, look_seconds)


async def _erase(clinic: Clinic, days: int, stopping: asyncio.Event) -> int:
    """Erase in portions, none of which keeps others waiting; return how many bookings that were."""
    count = 0
    while erased := await erase_old(clinic, days, PORTION):
        count += erased
        if erased < PORTION or stopping.is_set():
            break
        await _wait(stopping, PAUSE_SECONDS)
    return count


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
