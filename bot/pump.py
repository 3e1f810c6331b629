"""Works off the deliveries of broadcasts: claims those that are due, paces and sends them, and notes what came of it.

Every process of a clinic runs one. They share the claims and the rate through the database, so that one may be killed
at any time: what it had claimed is taken over when its lease ends, and only what was on the wire can arrive twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic

from pydantic import ValidationError
from telegram import Bot
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.network import AiohttpRequest
from bot.progress import show_progress
from bot.reminded import NotWanted, read_body
from clinic.broadcast import DeliveryState, LEASE, Result
from clinic.errors import ClinicError
from clinic.ports import Clinic
from clinic.use_cases import deliveries
from clinic.use_cases.deliveries import Addressed

log = logging.getLogger(__name__)

MOST_IN_FLIGHT = 32
"""How many messages may be on the wire, or arrived and not yet noted: those that a kill can send twice."""
CALL_SECONDS = 4.0
"""After so long nobody waits for Telegram's answer: a lease holds for a call and for noting what came of it."""
FRESH_SECONDS = LEASE.total_seconds() - CALL_SECONDS - 1
"""A claim that is older than that is not sent: another process may have it before the answer is there."""
AHEAD_SECONDS = 0.5
"""How much is claimed ahead of its slots: what is claimed when a broadcast is cancelled still goes out."""
MOST_CLAIMED = 64
"""Whatever comes in waits while a claim is read: small ones are no longer than what else is done."""
IDLE_SECONDS = 0.5
FREE_A_SECOND = 30
"""What Telegram lets through for nothing (Bots FAQ); more is paid for (Bot API, ``allow_paid_broadcast``)."""
HEADROOM = 0.965
"""The share of the rate that is used, or all but one a second of it where that is more: what comes late by a little
does not push a second over it.
"""
SLACK_SECONDS = 0.008
"""How much of a delay is caught up with: messages that leave in clumps wait for each other, there and back."""
LINGER_SECONDS = 0.1
"""For how long results are gathered at a rate that leaves room on the wire: people who tap wait for every write."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """A claimed delivery, and when it is to be sent and was claimed, by ``monotonic``."""

    addressed: Addressed
    at: float
    claimed_at: float


class Pump:
    """One process's share of the sending; ``a_second`` is the rate of all processes together."""

    def __init__(self, clinic: Clinic, bot: Bot, a_second: float) -> None:
        self._clinic = clinic
        self._bot = bot
        self._a_second = a_second
        self._ahead = max(1, min(MOST_CLAIMED, round(a_second * AHEAD_SECONDS)))
        self._linger = LINGER_SECONDS if a_second * LINGER_SECONDS * 8 <= MOST_IN_FLIGHT else 0.0
        self._slots: asyncio.Queue[_Slot | None] = asyncio.Queue()
        self._wanting = asyncio.Event()
        self._stopping = False
        self._door = asyncio.Lock()
        self._next_at = 0.0
        self._held_until = 0.0
        self._results: list[Result] = []
        self._keeping = asyncio.Lock()

    async def run(self) -> None:
        """Send until ``stop``; what is on the wire then is noted, what is only claimed goes back."""
        workers = [asyncio.create_task(self._work()) for _ in range(MOST_IN_FLIGHT)]
        try:
            await self._claim()
        finally:
            self._stopping = True
            await self._give_back()
            self._slots.put_nowait(None)
            await asyncio.wait(workers)

    def stop(self) -> None:
        self._stopping = True
        self._wanting.set()

    async def _claim(self) -> None:
        """Keep a little more claimed than is being sent."""
        idle = True
        while not self._stopping:
            self._wanting.clear()
            try:
                idle = not (await deliveries.have_work(self._clinic) if idle else True) or not await self._take()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
                log.warning("deliveries wait (%s)", type(error).__name__)
                idle = True
            if not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanting.wait(), IDLE_SECONDS if idle else None)

    async def _take(self) -> bool:
        """Claim the next deliveries and their slots; return whether there were any."""
        a_second = max(self._a_second * HEADROOM, self._a_second - 1)
        claimed_at = monotonic()
        batch = await deliveries.claim(self._clinic, self._ahead, a_second)
        begin = monotonic() + batch.first_in
        for number, addressed in enumerate(batch.addressed):
            self._slots.put_nowait(_Slot(addressed, begin + number / a_second, claimed_at))
        return bool(batch.addressed)

    async def _work(self) -> None:
        """Send one after the other, the next when it is kept what became of the one before."""
        while slot := await self._next():
            await self._keep(await self._result_of(slot))

    async def _next(self) -> _Slot | None:
        """Return the next that is claimed, at its time; none at the end.

        What was late is caught up with by ``SLACK_SECONDS`` at most: after a pause they do not rush. The loop's own
        clock is not fine enough for that: uvloop's shows milliseconds, and stands still for a round of the loop.
        """
        async with self._door:
            slot = await self._slots.get()
            if slot is None:
                self._slots.put_nowait(None)  # for the next worker
                return None
            if self._slots.qsize() <= self._ahead // 2:
                self._wanting.set()
            at = max(slot.at, self._next_at)
            if (early := at - monotonic()) > 0:
                await asyncio.sleep(early)
            self._next_at = max(at, monotonic() - SLACK_SECONDS) + 1 / self._a_second
            return slot

    async def _result_of(self, slot: _Slot) -> Result:
        now = monotonic()
        if now - slot.claimed_at > FRESH_SECONDS or now < self._held_until:
            return Result.put_back(slot.addressed.delivery, self._clinic.clock())
        return await self._try(slot.addressed)

    async def _keep(self, result: Result) -> None:
        """Keep what became of a try, in one with those that come at the same time or while others are being kept."""
        together = self._results
        together.append(result)
        await asyncio.sleep(self._linger)
        async with self._keeping:
            if together is self._results:
                self._results = []
                await _until_kept(partial(deliveries.settle, self._clinic, together))

    async def _try(self, addressed: Addressed) -> Result:  # noqa: PLR0911 - one table
        """Send one and return what became of it."""
        delivery, person = addressed.delivery, addressed.person
        if person is None or person.suspended:
            return Result(delivery, DeliveryState.CANCELLED)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                content = read_body(addressed.broadcast.body)
                await content.send(self._bot, self._clinic, person, paid=self._a_second > FREE_A_SECOND)
        except NotWanted:
            return Result(delivery, DeliveryState.CANCELLED)
        except RetryAfter as error:
            return await self._held(addressed, error.retry_after)
        except Forbidden:
            return Result.blocked(delivery)
        except BadRequest as error:
            return Result.failed(delivery, error.message)
        except (TelegramError, TimeoutError) as error:
            return Result.again(delivery, _reason(error), self._clinic.clock())
        except (ValidationError, ClinicError) as error:
            return Result.failed(delivery, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are sent
            log.error("a delivery has failed (%s)", type(error).__name__)  # noqa: TRY400 - a traceback may quote it
            return Result.failed(delivery, type(error).__name__)
        return Result.sent(delivery)

    async def _held(self, addressed: Addressed, retry_after: float | timedelta) -> Result:
        """Keep everybody's gate shut for as long as Telegram says; what is claimed goes back."""
        seconds = retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)
        log.warning("Telegram asks to wait for %d s with broadcasts", seconds)
        self._held_until = max(self._held_until, monotonic() + seconds)
        await _until_kept(partial(deliveries.hold, self._clinic, seconds))
        later = self._clinic.clock() + timedelta(seconds=seconds)
        if not self._stopping:  # then the rest has gone back, or will
            await self._give_back()
        return Result.put_back(addressed.delivery, later)

    async def _give_back(self) -> None:
        """Give back what is claimed and not yet begun."""
        unsent = []
        while not self._slots.empty():
            if slot := self._slots.get_nowait():
                unsent.append(Result.put_back(slot.addressed.delivery, self._clinic.clock()))
        if unsent:
            await _until_kept(partial(deliveries.settle, self._clinic, unsent))
        self._wanting.set()  # nothing is left whose sending would ask for more


async def _until_kept(keep: Callable[[], Awaitable[None]]) -> None:
    """Try until it is kept, as the storage may be busy: to go on without it would send twice."""
    while True:
        try:
            await keep()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            log.warning("what became of deliveries is not kept yet (%s)", type(error).__name__)
            await asyncio.sleep(IDLE_SECONDS)
        else:
            return


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, TelegramError) else "Timed out"


@asynccontextmanager
async def pumping(clinic: Clinic, token: str, api_url: str, a_second: float) -> AsyncIterator[None]:
    """Work off broadcasts while the context lasts, on a wire of their own, which tries nothing twice by itself."""
    request = AiohttpRequest(MOST_IN_FLIGHT + 1, tries=1)
    bot = Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)  # or PTB loads its own
    pump, stopping = Pump(clinic, bot, a_second), asyncio.Event()
    async with request:
        tasks = [asyncio.create_task(pump.run()), asyncio.create_task(show_progress(clinic, bot, stopping))]
        try:
            yield
        finally:
            pump.stop()
            stopping.set()
            await asyncio.gather(*tasks)
