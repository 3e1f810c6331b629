"""How often the bot may send: Telegram's limits as token buckets."""

import math
import time
from collections.abc import Callable

from bot.sandbox.errors import too_many_requests

BURST = 20  # messages to one chat at once before "one a second" holds
PAID = 1_000.0


class Bucket:
    """Fills at `rate` tokens a second up to `size`; every message takes one."""

    __slots__ = ("_at", "_clock", "_tokens", "rate", "size")

    def __init__(self, rate: float, size: float, clock: Callable[[], float]) -> None:
        self.rate = rate
        self.size = size
        self._clock = clock
        self._tokens = size
        self._at = clock()

    def wait(self) -> float:
        """Seconds until there is a token; 0 where there is one."""
        now = self._clock()
        self._tokens = min(self.size, self._tokens + (now - self._at) * self.rate)
        self._at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / self.rate

    def take(self) -> None:
        self._tokens -= 1


class Limits:
    """At most `overall` messages a second to everybody and `per_chat` a second to one chat; None is no limit.

    Telegram's FAQ names 30 and one, and lets short bursts to one chat through: 20 here. What is paid for has a limit of
    its own overall, 1,000 a second (Bot API, ``allow_paid_broadcast``).
    """

    def __init__(
        self,
        *,
        per_chat: float | None,
        overall: float | None,
        burst: int = BURST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._burst = burst
        self._chats: dict[int, Bucket] = {}
        self.set(per_chat=per_chat, overall=overall)

    def set(self, *, per_chat: float | None, overall: float | None) -> None:
        """Choose other limits; all buckets are full again."""
        self._chats.clear()
        self._per_chat = per_chat
        self._overall = None if overall is None else Bucket(overall, max(overall, 1.0), self._clock)
        self._paid = None if overall is None else Bucket(PAID, PAID, self._clock)

    def take(self, chat_id: int, *, paid: bool = False) -> None:
        """Count one message to a chat.

        Raises:
            ApiError: 429 with the whole seconds to wait; nothing is counted then.
        """
        overall = self._paid if paid else self._overall
        buckets = [] if overall is None else [overall]
        if self._per_chat is not None:
            bucket = self._chats.get(chat_id)
            if bucket is None:
                bucket = self._chats[chat_id] = Bucket(self._per_chat, float(self._burst), self._clock)
            buckets.append(bucket)
        wait = max((bucket.wait() for bucket in buckets), default=0.0)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.take()
