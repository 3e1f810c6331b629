"""The queue of updates that wait for the bot (Bot API, "Getting updates")."""

import asyncio
from collections import deque, OrderedDict
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.parameters import GetUpdates

_KEPT = 1_000  # delivered updates that can still be sent again
# Telegram leaves these out unless a bot asks for them by name.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Update = dict[str, Any]


class Updates:
    """Updates in order, each kept until the bot confirms it; ids count up from `first_id`."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._confirmed = first_id  # ids below this are done with
        self._waiting: deque[Update] = deque()
        self._again: deque[Update] = deque()
        self._recent: OrderedDict[int, Update] = OrderedDict()
        self._poll: asyncio.Future[bool] | None = None
        self._arrived = asyncio.Event()
        self.allowed: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self._waiting) + len(self._again)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves the choice as it is, an empty one is Telegram's default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def put(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue an update of a kind unless the bot has not asked for it. Returns its id."""
        wanted = kind in self.allowed if self.allowed is not None else kind not in _ON_REQUEST
        return self.push({kind: body}) if wanted else None

    def push(self, update: Update) -> int:
        """Queue any update, as it is but for its id, which is put in where missing. Returns the id."""
        given = update.get("update_id")
        number = given if isinstance(given, int) else self._next_id
        whole = {"update_id": number, **update}
        if number < self._confirmed:
            self._again.append(whole)
        else:
            self._waiting.append(whole)
            self._next_id = max(self._next_id, number + 1)
        self._recent[number] = whole
        if len(self._recent) > _KEPT:
            self._recent.popitem(last=False)
        self._wake()
        return number

    def redeliver(self, update_id: int) -> None:
        """Queue a recent update once more, with the id that it had.

        Raises:
            KeyError: It is none of the recent ones.
        """
        self._again.append(self._recent[update_id])
        self._wake()

    def clear(self) -> None:
        self._waiting.clear()
        self._again.clear()
        self._confirmed = self._next_id

    async def poll(self, call: GetUpdates, alive: Callable[[], bool]) -> list[Update]:
        """What getUpdates answers: the unconfirmed updates, after waiting for the first.

        `alive` says whether the bot is still there to take them: one that was killed takes nothing away.

        Raises:
            ApiError: 409, where another poll has taken over meanwhile.
        """
        self._confirm(call.offset)
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
        if not len(self) and call.timeout > 0:
            mine = self._poll = asyncio.get_running_loop().create_future()
            await asyncio.wait([mine], timeout=call.timeout)
            if mine.done() and not mine.result():
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
        if not alive():
            return []
        batch = [self._again.popleft() for _ in range(min(call.limit, len(self._again)))]
        return batch + list(islice(self._waiting, call.limit - len(batch)))

    async def take(self) -> list[Update]:
        """Wait for updates and take them out of the queue, for delivery to a webhook."""
        while not len(self):
            self._arrived.clear()
            await self._arrived.wait()
        batch = [*self._again, *self._waiting]
        self.clear()
        return batch

    def _confirm(self, offset: int | None) -> None:
        if offset is None or offset == 0:
            return
        if offset < 0:  # counted from the end: the earlier ones are forgotten
            while len(self._waiting) > -offset:
                self._waiting.popleft()
            return
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
        self._confirmed = max(self._confirmed, min(offset, self._next_id))

    def _wake(self) -> None:
        self._arrived.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(True)
