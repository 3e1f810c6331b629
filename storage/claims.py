"""Claims of updates and their ends, those that wait together in one transaction."""

from __future__ import annotations

import asyncio
from datetime import datetime

from storage.database import Database
from storage.transaction import Transaction
from storage.updates import Claimed, Updates

LINGER = 0.01
"""For so many seconds the end of an update waits for a claim to be written with."""
MOST = 1_000
"""So many ends wait for a database that is away; of older ones the claims end by themselves."""


class Claims:
    """What one process claims and has handled.

    The end of an update is written a little after it is told, and before whatever is claimed here later. Nobody has to
    wait for it: a process that is killed meanwhile has answered the update, which is not delivered again then, or
    stands where it would if it had been killed a moment before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: list[tuple[Claimed, asyncio.Future[bool]]] = []
        self._handled: list[int] = []
        self._writing: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    async def claim(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        """Return whether it was free.

        Raises:
            StorageBusy: the database was not to be had in time.
        """
        free: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._wanted.append((Claimed(update_id, person_id, until), free))
        self._write()
        return await free

    def finish(self, update_id: int) -> None:
        self._handled.append(update_id)
        if not self._later:
            self._later = asyncio.get_running_loop().call_later(LINGER, self._write)

    async def close(self) -> None:
        """Write what waits, if the database takes it."""
        self._write()
        if self._writing:
            await self._writing

    def _write(self) -> None:
        if self._later:
            self._later.cancel()
            self._later = None
        if not self._writing:
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        written = True
        while self._wanted or (self._handled and written):
            written = await self._write_together()
        self._writing = None

    async def _write_together(self) -> bool:
        """Write all that waits when the connection is there; return whether it was written."""
        try:
            async with self._database.passing() as connection:
                updates = Updates(Transaction(connection, writing=True, lasting=False))
                wanted, handled = list(self._wanted), list(self._handled)
                await updates.finish_each(handled)
                free = await updates.claim_each([claimed for claimed, _ in wanted])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait have to hear it
            for _, waiting in self._wanted:
                if not waiting.done():
                    waiting.set_exception(error)
            self._wanted.clear()
            del self._handled[:-MOST]
            return False
        del self._wanted[: len(wanted)], self._handled[: len(handled)]
        for claimed, waiting in wanted:
            if not waiting.done():
                waiting.set_result(claimed.update_id in free)
            free.discard(claimed.update_id)  # one that was delivered twice at once is its first's
        return True
