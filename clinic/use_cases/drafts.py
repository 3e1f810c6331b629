"""Keep what a person has picked so far."""

from __future__ import annotations

from clinic import policy
from clinic.errors import DraftHasMoved
from clinic.people import Actor
from clinic.ports import Clinic, Draft


async def keep_draft(clinic: Clinic, actor: Actor, draft: Draft) -> None:
    """Write a draft over the revision that it was made from.

    Raises:
        NotInvited, AccessSuspended.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_known(actor)
    async with clinic.storage.write() as work:
        if not draft.revision:
            await work.drafts.forget_expired(clinic.clock())
        if not await work.drafts.put(draft):
            raise DraftHasMoved
        await work.commit()
