"""Messages to many, and those that come again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from clinic.broadcast import Audience, Broadcast, Delivery, DeliveryState, Progress, Reach, Result, Undelivered
from clinic.people import Actor
from clinic.reminder import Occurrence, Reminder


class Broadcasts(Protocol):
    """Messages to many: what is sent, to whom, and in which state."""

    async def reach(self, audience: Audience) -> Reach:
        """Return whom an audience reaches at this moment; what only the rules tell is ``PICKED``."""

    async def people(self, audience: Audience) -> Sequence[Actor]:
        """Return whom ``reach`` counts as reached, by name."""

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """Keep a new one and return it with its ``broadcast_id``."""

    async def of_ids(self, broadcast_ids: Collection[int]) -> Mapping[int, Broadcast]:
        """Return those that are there, by their ids."""

    async def page(self, skip: int, most: int) -> Sequence[Broadcast]:
        """Return coming ones first, the next on top, then the others, the newest on top."""

    async def have_work(self, now: datetime) -> bool:
        """Return whether one is to begin, to be sent on or to be shown at ``now``."""

    async def begin(self, now: datetime) -> Broadcast | None:
        """Let the first scheduled one that is due run, and return it, shown nowhere yet; it is found once."""

    async def end(self, broadcast: Broadcast) -> bool:
        """Keep the state that it has come to if it has not ended before; return whether it was so."""

    async def run_again(self, broadcast: Broadcast) -> None:
        """Keep one that had ended as it runs now: from when on, and where its progress is shown."""

    async def claim_progress(self, now: datetime, until: datetime) -> Broadcast | None:
        """Return one whose progress is to be shown at ``now``, and keep it from others until ``until``."""

    async def show_progress(self, broadcast: Broadcast, due: datetime | None) -> None:
        """Keep in which message the progress is shown, and when next; with none it never is again."""


class Deliveries(Protocol):
    """The copies of broadcasts, a row a person: claimed under a lease, sent, settled."""

    async def address(self, broadcast_id: int, audience: Audience, due: datetime) -> None:
        """Write a delivery from ``due`` on for everybody whom the audience reaches and who has none yet."""

    async def claim(self, most: int, now: datetime, until: datetime) -> Sequence[Delivery]:
        """Return those that are due at ``now``, the first due first, and keep them from others until ``until``.

        A chat to which something was sent within the last second is passed over, and so is what was cancelled.
        """

    async def reserve(self, slots: int, a_second: float) -> float:
        """Take the next slots of the rate that all processes share; return the seconds until the first of them."""

    async def hold(self, seconds: float) -> None:
        """Let no slot begin for so long, in any process."""

    async def settle(self, results: Sequence[Result], at: datetime) -> None:
        """Note tries that are through at ``at``, or that are to be made again."""

    async def cancel(self, broadcast_id: int, most: int) -> None:
        """Take back some of those that wait. One that is under way is noted as sent all the same when it is."""

    async def retry(self, broadcast_id: int, due: datetime) -> int:
        """Let those that failed, or whose person has written again since, wait anew; return how many."""

    async def progress(self, broadcast_ids: Collection[int]) -> Mapping[int, Progress]:
        """Return how far each of them is."""

    async def totals(self) -> Mapping[DeliveryState, int]:
        """Return how many there are in each state, of all broadcasts together; states that none is in are left out."""

    async def undelivered(self, broadcast_id: int, skip: int, most: int) -> Sequence[Undelivered]:
        """Return whom it did not reach, by why and by name."""


class Reminders(Protocol):
    """Reminders with the instants at which it is their turn, and what follows when one has asked."""

    async def everything(self) -> Sequence[Reminder]: ...

    async def get(self, reminder_id: int) -> Reminder | None: ...

    async def put(self, reminder: Reminder) -> Reminder:
        """Keep it, in the place of the one with its id; return it with its ``reminder_id``."""

    async def delete(self, reminder_id: int) -> None:
        """Forget it, and what was to follow."""

    async def have_due(self, now: datetime) -> bool:
        """Return whether there is anything to do at ``now``, in one statement."""

    async def due(self, now: datetime) -> Reminder | None:
        """Return the one whose turn came first by ``now``; until the end of the change nobody else gets it."""

    async def due_occurrence(self, now: datetime) -> Occurrence | None:
        """Return the one that is to be followed up first by ``now``, in the same way."""

    async def put_occurrence(self, occurrence: Occurrence) -> None:
        """Keep a new one, or one in the place of that with its id."""

    async def drop_occurrence(self, occurrence_id: int) -> None: ...

    async def drop_occurrences(self, reminder_id: int) -> None: ...
