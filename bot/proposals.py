"""Proposed hours as a message: who proposes, what becomes of which days, and what can be done about it."""

from __future__ import annotations

from bot.editor import differences, repeat_text
from bot.screen import bold, button, DANGER, DONE, GO, menu_button, Row, Screen
from bot.summary import this_monday, week_table
from bot.taps.roles import AcceptProposal, RefuseProposal, WithdrawProposal
from bot.taps.week import ShowWeek
from bot.words import Words
from clinic.people import Actor
from clinic.plan import Repeat
from clinic.ports import Clinic
from clinic.proposal import ProposalStatus
from clinic.use_cases.proposals import ProposedHours


def proposal_screen(
    clinic: Clinic, found: ProposedHours, reader: Actor, words: Words, *, changed: bool = False
) -> Screen:
    """Return a proposal to the doctor, who can answer it, or to whoever made it, who can withdraw it.

    ``changed`` shows the doctor's whole week beside it, for it has changed since the doctor was asked.
    """
    proposal, doctor = found.proposal, found.doctor
    asked = reader.doctor_id == doctor.doctor_id
    parts = [_heading(found, words, asked=asked)]
    base = found.record.hours.base_of(proposal.recurrence)
    if changed:
        parts.append(words.rich("<b>The week was changed meanwhile.</b> It now is:") + "\n" + week_table(base, words))
        parts.append(words.rich("Proposed:"))
    parts += differences(base, proposal.days, words)
    if proposal.recurrence.repeat is not Repeat.EVERY_WEEK:
        parts.append(bold(repeat_text(proposal.recurrence, words)))
    parts.append(_standing(clinic, found, words))
    week = button(
        words.say("My week") if asked else words.say("The week"),
        ShowWeek(doctor=doctor.doctor_id, monday=this_monday(clinic)),
    )
    return Screen("\n\n".join(parts), [*_answers(found, reader, words, asked=asked), [week, menu_button(words)]])


def _heading(found: ProposedHours, words: Words, *, asked: bool) -> str:
    if asked:
        return words.rich("<b>{name} proposes hours for you</b>", name=found.proposal.stamp.name)
    return words.rich("<b>Proposed to {name}</b>", name=found.doctor.name)


def _standing(clinic: Clinic, found: ProposedHours, words: Words) -> str:
    match found.status:
        case ProposalStatus.WAITING:
            until = words.moment(found.proposal.expires_at, clinic.zone)
            return words.rich("Nothing is changed before it is accepted. Valid until {until}.", until=until)
        case ProposalStatus.ACCEPTED:
            return words.rich("✓ <b>Accepted.</b>")
        case ProposalStatus.REFUSED:
            return words.rich("✕ <b>Refused.</b> The hours stay as they are.")
        case ProposalStatus.WITHDRAWN:
            return words.rich("<b>Withdrawn.</b> The hours stay as they are.")
        case ProposalStatus.EXPIRED:
            return words.rich("<b>Too old to be answered.</b> The hours stay as they are.")


def _answers(found: ProposedHours, reader: Actor, words: Words, *, asked: bool) -> list[Row]:
    if found.status is not ProposalStatus.WAITING:
        return []
    proposal_id = found.proposal.proposal_id
    rows: list[Row] = []
    if asked:
        accept = AcceptProposal(proposal=proposal_id, version=found.record.version)
        refuse = button(words.say("Refuse"), RefuseProposal(proposal=proposal_id), DANGER)
        rows.append([button(words.say("Accept"), accept, DONE), refuse])
    if found.proposal.stamp.user_id == reader.user_id:
        rows.append([button(words.say("Withdraw"), WithdrawProposal(proposal=proposal_id), DANGER)])
    return rows


def answer_screen(clinic: Clinic, found: ProposedHours, words: Words) -> Screen:
    """Return what whoever proposed hears of the answer."""
    if found.status is ProposalStatus.ACCEPTED:
        text = words.rich("✓ <b>{name} has accepted</b> the hours that you proposed.", name=found.doctor.name)
    else:
        text = words.rich("✕ <b>{name} has refused</b> the hours that you proposed.", name=found.doctor.name)
    week = ShowWeek(doctor=found.doctor.doctor_id, monday=this_monday(clinic))
    return Screen(text, [[button(words.say("The week"), week, GO)]])
