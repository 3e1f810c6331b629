"""``Propose hours`` under a doctor's week, ``/proposals``, and the doctor's answer."""

from __future__ import annotations

from telegram.ext import ConversationHandler

from bot.draft import ProposalDraft
from bot.front import Front, Handler
from bot.handlers import forms
from bot.handlers.week import show_week_of
from bot.notices import try_notices
from bot.proposals import proposal_screen
from bot.protection import protected
from bot.screen import button, menu_button, Row, Screen
from bot.summary import this_monday
from bot.taps.form import Step
from bot.taps.roles import AcceptProposal, Propose, RefuseProposal, ShowProposal, WithdrawProposal
from bot.taps.tap import Place, Tap
from bot.turn import Turn
from clinic.errors import WeekHasChanged
from clinic.proposal import ProposalStatus
from clinic.use_cases.drafts import keep_proposal_draft
from clinic.use_cases.hours import today_of
from clinic.use_cases.proposals import (
    accept_proposal,
    proposable,
    propose_hours,
    ProposedHours,
    read_proposal,
    refuse_proposal,
    waiting_proposals,
    withdraw_proposal,
)

MOST_LISTED = 20


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("proposals", list_proposals),
        front.on_place(Place.PROPOSALS, list_proposals),
        front.on_tap(ShowProposal, show_proposal),
        protected(front, AcceptProposal, accept),
        front.on_tap(RefuseProposal, refuse),
        front.on_tap(WithdrawProposal, withdraw),
    ]


@forms.settled
async def propose(turn: Turn, tap: Propose) -> Step:
    """Begin with the days of the doctor's week, as the doctor would; at its end it is sent and not saved."""
    doctor, record = await proposable(turn.clinic, turn.actor, tap.doctor)
    draft = ProposalDraft.drawn_from(record, today_of(turn.clinic, doctor), doctor.name)
    return await forms.begin(turn, draft)


@forms.keep.register
async def _(draft: ProposalDraft, turn: Turn, message_id: int) -> None:
    await keep_proposal_draft(turn.clinic, turn.actor, turn.draft_row(draft, message_id))


@forms.finish.register
async def _(draft: ProposalDraft, turn: Turn, _tap: Tap) -> int:
    closing = turn.draft_row(draft.at(Step.SAVED), turn.tapped)
    made = await propose_hours(
        turn.clinic, turn.actor, draft.doctor_id, draft.changes(), draft.recurrence, closing=closing
    )
    await _show(turn, await read_proposal(turn.clinic, turn.actor, made.proposal_id), turn.words.say("Sent"))
    await try_notices(turn.clinic, turn.bot)
    return ConversationHandler.END


@forms.show_finished.register
async def _(_draft: ProposalDraft, turn: Turn) -> int:
    await list_proposals(turn, None)
    return ConversationHandler.END


async def list_proposals(turn: Turn, _given: object) -> None:
    """Show what waits for the person's answer, and what the person has proposed."""
    words = turn.words
    waiting = await waiting_proposals(turn.clinic, turn.actor)
    rows: list[Row] = []
    for doctor, proposal in waiting[:MOST_LISTED]:
        mine = doctor.doctor_id == turn.actor.doctor_id
        who = words.say("From {name}", name=proposal.stamp.name) if mine else words.say("To {name}", name=doctor.name)
        label = f"{who} · {words.weekdays(proposal.days)}"
        rows.append([button(label, ShowProposal(proposal=proposal.proposal_id))])
    text = words.rich("<b>Proposed hours</b>\nNot answered yet. Tap one to look at it.")
    if not rows:
        text = words.rich("No proposal waits for an answer. The reception proposes hours under a doctor's week.")
    await turn.show(Screen(text, [*rows, [menu_button(words)]]))


async def show_proposal(turn: Turn, tap: ShowProposal) -> None:
    await _show(turn, await read_proposal(turn.clinic, turn.actor, tap.proposal))


async def _show(turn: Turn, found: ProposedHours, toast: str = "", *, changed: bool = False) -> None:
    await turn.show(proposal_screen(turn.clinic, found, turn.actor, turn.words, changed=changed), toast)


async def accept(turn: Turn, tap: AcceptProposal) -> None:
    """Save the proposed hours; where the week has changed since it was shown, show both and ask again."""
    try:
        found = await accept_proposal(
            turn.clinic, turn.actor, tap.proposal, drawn_from=tap.version, bookings=turn.bookings
        )
    except WeekHasChanged:
        await _show(turn, await read_proposal(turn.clinic, turn.actor, tap.proposal), changed=True)
        return
    if found.status is not ProposalStatus.ACCEPTED:
        await _show(turn, found)
        return
    notice = turn.words.rich("✓ <b>Accepted and saved.</b>")
    await show_week_of(turn, found.doctor.doctor_id, this_monday(turn.clinic), notice=notice)
    await try_notices(turn.clinic, turn.bot)


async def refuse(turn: Turn, tap: RefuseProposal) -> None:
    await _show(turn, await refuse_proposal(turn.clinic, turn.actor, tap.proposal))
    await try_notices(turn.clinic, turn.bot)


async def withdraw(turn: Turn, tap: WithdrawProposal) -> None:
    await _show(turn, await withdraw_proposal(turn.clinic, turn.actor, tap.proposal))
