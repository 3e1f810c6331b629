"""What may go wrong between the bot and Telegram, on request."""

import asyncio
from collections import deque
from dataclasses import dataclass

from bot.sandbox.errors import ApiError

_WORDS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

Stall = float | asyncio.Event
"""For how many seconds a call is held, or until which event."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, `times` times. `status` None resets the connection without an answer."""

    status: int | None
    times: int
    description: str | None
    retry_after: int | None
    body: str | None
    after_applying: bool

    def error(self) -> ApiError:
        """The refusal that the bot reads, for a fault with a status and no body of its own."""
        status = self.status or 500
        words = self.description or _WORDS.get(status, "Bad Request")
        if self.description is None and self.retry_after is not None:
            words = f"{words}: retry after {self.retry_after}"
        return ApiError(status, words, self.retry_after)


class Faults:
    """Faults and stalls by method, in the order in which they were asked for; `*` stands for every method."""

    def __init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = {}
        self._stalls: dict[str, deque[Stall]] = {}

    def add(self, method: str, fault: Fault) -> None:
        self._faults.setdefault(method, deque()).append(fault)

    def stall(self, method: str, stall: Stall, times: int) -> None:
        self._stalls.setdefault(method, deque()).extend([stall] * times)

    def clear(self) -> None:
        self._faults.clear()
        self._stalls.clear()

    async def hold(self, method: str) -> None:
        """Wait for as long as the method is to be stalled."""
        if not self._stalls:
            return
        for key in (method, "*"):
            if queue := self._stalls.get(key):
                stall = queue.popleft()
                await (stall.wait() if isinstance(stall, asyncio.Event) else asyncio.sleep(stall))
                return

    def next(self, method: str) -> Fault | None:
        """The fault that strikes this call; None is the rule."""
        if not self._faults:
            return None
        for key in (method, "*"):
            queue = self._faults.get(key)
            if queue:
                fault = queue[0]
                fault.times -= 1
                if fault.times <= 0:
                    queue.popleft()
                return fault
        return None
