"""Handle each update once and a person's one by one, though they be delivered twice, or to several processes."""

from __future__ import annotations

from datetime import timedelta
from enum import auto, Enum

from clinic.ports import Clinic

LEASE = timedelta(seconds=10)
"""For so long one process alone handles an update; killed meanwhile, another does after it."""
COMES_AGAIN = timedelta(seconds=30)
"""For so long after it a person's next update lets the one that was begun go first: it is on its way again."""
KEPT = timedelta(days=2)
"""For how long an update is known: Telegram keeps one that was not taken for 24 hours (Bot API, getUpdates)."""


class Claim(Enum):
    """Whose an update is."""

    OURS = auto()
    OTHERS = auto()
    """A process handles it, or another one of the same person, or was killed while it did: ask again."""
    HANDLED = auto()


async def claim_update(clinic: Clinic, update_id: int, person_id: int | None) -> Claim:
    """Take an update of a person for this process alone.

    Raises:
        StorageBusy.
    """
    now = clinic.clock()
    if await clinic.storage.claim_update(update_id, person_id, now + LEASE):
        return Claim.OURS
    async with clinic.storage.read() as work:
        claims = await work.updates.claims(update_id, person_id)
    if any(claim.handled for claim in claims):
        return Claim.HANDLED
    if any(now < claim.until + (timedelta() if claim.update_id == update_id else COMES_AGAIN) for claim in claims):
        return Claim.OTHERS
    async with clinic.storage.write() as work:
        await work.updates.release(update_id, person_id, now)
        claimed = await work.updates.claim(update_id, person_id, now + LEASE)
        await work.commit()
    return Claim.OURS if claimed else Claim.OTHERS


async def forget_updates(clinic: Clinic) -> None:
    """Forget what will not be delivered again.

    Raises:
        StorageBusy.
    """
    async with clinic.storage.write() as work:
        await work.updates.forget(clinic.clock() - KEPT)
        await work.commit()
