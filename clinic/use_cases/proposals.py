"""The desk proposes hours; the doctor accepts or refuses them once, or they are withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clinic import policy
from clinic.booking import Affected
from clinic.errors import DateIsPast, NobodyToAnswer, UnknownProposal
from clinic.people import Actor, Doctor
from clinic.plan import Recurrence, WeekRecord
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.ports.notices import About
from clinic.proposal import LIFE, Proposal, ProposalStatus
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.hours import found_week, from_now_on, replace_days, stamp_of, today_of
from clinic.use_cases.people import account_now
from clinic.week import DayAvailability, Weekday


@dataclass(frozen=True, slots=True)
class ProposedHours:
    """A proposal beside the doctor's hours as they are now: they may have changed since it was made."""

    proposal: Proposal
    doctor: Doctor
    record: WeekRecord
    status: ProposalStatus


async def proposable(clinic: Clinic, actor: Actor, doctor_id: int) -> tuple[Doctor, WeekRecord]:
    """Return a doctor with the hours from now on, to propose others.

    Raises:
        NotAllowed, UnknownDoctor, NobodyToAnswer.
    """
    policy.ensure_can_propose_hours(actor)
    async with clinic.storage.read() as work:
        doctor, record, _ = await _answerable(clinic, work, doctor_id)
        return doctor, record


async def propose_hours(
    clinic: Clinic,
    actor: Actor,
    doctor_id: int,
    days: Mapping[Weekday, DayAvailability],
    recurrence: Recurrence,
    *,
    closing: Draft,
) -> Proposal:
    """Keep hours that are proposed, and close the draft; the doctor is owed the question. One draft proposes once.

    Raises:
        NotAllowed, UnknownDoctor, NobodyToAnswer, RangesOverlap, DateIsPast.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_propose_hours(actor)
    async with clinic.storage.write() as work:
        policy.ensure_can_propose_hours(await account_now(clinic, work, actor))
        doctor, record, account = await _answerable(clinic, work, doctor_id)
        await write_draft(clinic, work, closing)
        now = today_of(clinic, doctor)
        if recurrence.is_over(now):
            raise DateIsPast(recurrence.day)
        record.hours.changed(days, recurrence, now)  # what cannot stand is not asked for
        made = await work.proposals.add(Proposal(doctor_id, days, recurrence, stamp_of(clinic, actor)))
        await work.notices.owe_person(account.user_id, About.PROPOSED, made.proposal_id)
        await work.commit()
        return made


async def _answerable(clinic: Clinic, work: UnitOfWork, doctor_id: int) -> tuple[Doctor, WeekRecord, Actor]:
    """Return a doctor with the hours from now on, and the account that can answer.

    Raises:
        UnknownDoctor, NobodyToAnswer.
    """
    doctor, record = await found_week(work, doctor_id, from_now_on(clinic))
    account = await work.people.get(doctor.user_id) if doctor.user_id is not None else None
    if account is None or account.suspended:
        raise NobodyToAnswer(doctor.name)
    return doctor, record, account


async def read_proposal(clinic: Clinic, actor: Actor, proposal_id: int) -> ProposedHours:
    """Return a proposal to the doctor whom it asks, or to whoever made it.

    Raises:
        NotAllowed, UnknownProposal.
    """
    policy.ensure_known(actor)
    async with clinic.storage.read() as work:
        found = await proposed_hours(clinic, work, proposal_id)
    if found.proposal.stamp.user_id != actor.user_id:
        policy.ensure_can_answer_proposal(actor, found.doctor.doctor_id)
    return found


async def proposed_hours(clinic: Clinic, work: UnitOfWork, proposal_id: int) -> ProposedHours:
    """Return a proposal inside another question.

    Raises:
        UnknownProposal.
    """
    proposal = await work.proposals.get(proposal_id)
    if not proposal:
        raise UnknownProposal
    doctor, record = await found_week(work, proposal.doctor_id, from_now_on(clinic))
    proposal = replace(proposal, recurrence=proposal.recurrence.on(today_of(clinic, doctor)))
    return ProposedHours(proposal, doctor, record, proposal.status(clinic.clock()))


async def waiting_proposals(clinic: Clinic, actor: Actor) -> Sequence[tuple[Doctor, Proposal]]:
    """Return what waits for the person's answer, and what the person has proposed and can withdraw, the oldest first.

    Raises:
        NotInvited, AccessSuspended.
    """
    policy.ensure_known(actor)
    async with clinic.storage.read() as work:
        since = clinic.clock() - LIFE
        waiting = await work.proposals.waiting(since, user_id=actor.user_id, doctor_id=actor.doctor_id)
        doctors = {doctor.doctor_id: doctor for doctor in await work.doctors.everybody()} if waiting else {}
    return [(doctors[proposal.doctor_id], proposal) for proposal in waiting]


async def accept_proposal(
    clinic: Clinic, actor: Actor, proposal_id: int, *, drawn_from: int, bookings: Affected | None = None
) -> ProposedHours:
    """Set the proposed hours as the doctor's own save does; whoever proposed them is told.

    ``drawn_from`` is the version that the doctor saw them beside. What was answered before stays as it was answered.

    Raises:
        NotAllowed, UnknownProposal, RangesOverlap, DateIsPast.
        WeekHasChanged: another change came between; it carries the hours as they now are.
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
    """
    async with clinic.storage.write() as work:
        found = await _to_answer(clinic, work, actor, proposal_id)
        if found.status is not ProposalStatus.WAITING:
            return found
        proposal = found.proposal
        now = (found.doctor, found.record)
        record = await replace_days(
            clinic, work, actor, now, proposal.days, proposal.recurrence, drawn_from=drawn_from, bookings=bookings
        )
        return await _answer(work, replace(found, record=record), ProposalStatus.ACCEPTED)


async def refuse_proposal(clinic: Clinic, actor: Actor, proposal_id: int) -> ProposedHours:
    """Leave the hours as they are; whoever proposed others is told. What was answered before stays so.

    Raises:
        NotAllowed, UnknownProposal.
    """
    async with clinic.storage.write() as work:
        found = await _to_answer(clinic, work, actor, proposal_id)
        if found.status is not ProposalStatus.WAITING:
            return found
        return await _answer(work, found, ProposalStatus.REFUSED)


async def _to_answer(clinic: Clinic, work: UnitOfWork, actor: Actor, proposal_id: int) -> ProposedHours:
    """Return a proposal, now that the lock is held, to the doctor who answers it."""
    policy.ensure_known(actor)
    found = await proposed_hours(clinic, work, proposal_id)
    policy.ensure_can_answer_proposal(await account_now(clinic, work, actor), found.doctor.doctor_id)
    return found


async def _answer(work: UnitOfWork, found: ProposedHours, answer: ProposalStatus) -> ProposedHours:
    """Note the answer, owe it to whoever proposed, and commit."""
    proposal = found.proposal
    await work.proposals.answer(proposal.proposal_id, answer)
    await work.notices.owe_person(proposal.stamp.user_id, About.ANSWERED, proposal.proposal_id)
    await work.commit()
    return replace(found, proposal=replace(proposal, answer=answer), status=answer)


async def withdraw_proposal(clinic: Clinic, actor: Actor, proposal_id: int) -> ProposedHours:
    """Take a proposal back before it is answered; what was answered stays so.

    Raises:
        NotAllowed, UnknownProposal.
    """
    policy.ensure_known(actor)
    async with clinic.storage.write() as work:
        found = await proposed_hours(clinic, work, proposal_id)
        person = await account_now(clinic, work, actor)
        policy.ensure_can_withdraw_proposal(person, found.proposal.stamp.user_id)
        if found.status is not ProposalStatus.WAITING:
            return found
        await work.proposals.answer(proposal_id, ProposalStatus.WITHDRAWN)
        await work.commit()
        withdrawn = replace(found.proposal, answer=ProposalStatus.WITHDRAWN)
        return replace(found, proposal=withdrawn, status=ProposalStatus.WITHDRAWN)
