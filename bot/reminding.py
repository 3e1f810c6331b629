"""Takes the turns of reminders as they come; what they send goes out by the pump."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.reminded import written
from clinic.errors import StorageBusy
from clinic.ports import Clinic
from clinic.use_cases.reminding import have_due, remind

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often it is looked for what is due, at the price of one read: nobody set a time by the second."""


@asynccontextmanager
async def reminding(clinic: Clinic) -> AsyncIterator[None]:
    """Take turns while the context lasts. Any number of processes may: each turn is taken once."""
    stopping = asyncio.Event()
    job = asyncio.create_task(_take_turns(clinic, stopping))
    try:
        yield
    finally:
        stopping.set()
        await job


async def _take_turns(clinic: Clinic, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            while await have_due(clinic) and await remind(clinic, written):
                pass
        except StorageBusy:
            log.warning("reminders wait: the storage is busy")
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.error("reminders wait (%s)", type(error).__name__)  # noqa: TRY400 - a traceback may quote what is sent
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
