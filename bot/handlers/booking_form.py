"""Keep the form of a booking, or of its cancelling, for the message that it stands in."""

from __future__ import annotations

from bot.booking_draft import BookingDraft, BookingStep
from bot.turn import Turn
from clinic.use_cases.drafts import keep_booking_draft, keep_cancellation_draft


async def keep(turn: Turn, draft: BookingDraft, message_id: int) -> None:
    """Keep a draft for a message, if the person may fill in such a form.

    Raises:
        NotAllowed, DraftHasMoved.
    """
    row = turn.draft_row(draft, message_id)
    if draft.booking_id:
        await keep_cancellation_draft(turn.clinic, turn.actor, row, draft.doctor_id)
    else:
        await keep_booking_draft(turn.clinic, turn.actor, row)


async def put_aside(turn: Turn) -> None:
    """Let the form in the tapped message wait for no text: the person has gone on to something else.

    Raises:
        NotAllowed, DraftHasMoved.
    """
    draft = turn.draft
    if turn.update.callback_query and isinstance(draft, BookingDraft) and draft.waits_for_text:
        await keep(turn, draft.put_aside(), turn.tapped)


async def close(turn: Turn, draft: BookingDraft) -> None:
    """Close a form for good."""
    await keep(turn, draft.at(BookingStep.CLOSED), turn.waiting)
