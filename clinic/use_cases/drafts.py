"""Keep what a person has picked so far."""

from __future__ import annotations

from clinic import policy
from clinic.errors import DraftHasMoved
from clinic.people import Actor
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft


async def keep_week_draft(clinic: Clinic, actor: Actor, draft: Draft, doctor_id: int) -> None:
    """Write a draft of a doctor's week over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_set_hours(actor, doctor_id)
    await _keep(clinic, draft)


async def keep_proposal_draft(clinic: Clinic, actor: Actor, draft: Draft) -> None:
    """Write a draft of hours to be proposed over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_propose_hours(actor)
    await _keep(clinic, draft)


async def keep_closure_draft(clinic: Clinic, actor: Actor, draft: Draft) -> None:
    """Write a draft of the clinic's closures over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_close_clinic(actor)
    await _keep(clinic, draft)


async def keep_invitation_draft(clinic: Clinic, actor: Actor, draft: Draft) -> None:
    """Write a draft of an invitation over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_manage_people(actor)
    await _keep(clinic, draft)


async def keep_broadcast_draft(clinic: Clinic, actor: Actor, draft: Draft) -> None:
    """Write a draft of a broadcast over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_broadcast(actor)
    await _keep(clinic, draft)


async def keep_booking_draft(clinic: Clinic, actor: Actor, draft: Draft) -> None:
    """Write a draft of a booking over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_book(actor)
    await _keep(clinic, draft)


async def keep_cancellation_draft(clinic: Clinic, actor: Actor, draft: Draft, doctor_id: int) -> None:
    """Write a draft of why a doctor's booking is cancelled over the revision that it was made from.

    Raises:
        NotAllowed.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_cancel_booking(actor, doctor_id)
    await _keep(clinic, draft)


async def _keep(clinic: Clinic, draft: Draft) -> None:
    if draft.revision:  # nearly every tap: nothing else changes, so that one statement does
        if not await clinic.storage.put_draft(draft):
            raise DraftHasMoved
        return
    async with clinic.storage.write() as work:
        await write_draft(clinic, work, draft)
        await work.commit()


async def write_draft(clinic: Clinic, work: UnitOfWork, draft: Draft) -> None:
    """Write a draft inside another change; a new one finds the expired ones gone, its own message's among them.

    Raises:
        DraftHasMoved: another tap on the same message came between.
    """
    if not draft.revision:
        await work.drafts.forget_expired(clinic.clock())
    if not await work.drafts.put(draft):
        raise DraftHasMoved
