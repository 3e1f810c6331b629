"""Rows <-> hours that are proposed to doctors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, Row, select, update

from clinic.plan import Recurrence, Repeat
from clinic.proposal import Proposal, ProposalStatus
from clinic.week import Weekday
from storage.history import day_of, plain_day
from storage.stamps import signed, signer_of
from storage.tables import ProposalRow
from storage.transaction import Transaction

_PROPOSALS = select(*ProposalRow.__table__.c)


class Proposals:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, proposal: Proposal) -> Proposal:
        """Keep it and return it with its ``proposal_id``."""
        line = insert(ProposalRow).values(
            doctor_id=proposal.doctor_id,
            days={str(int(weekday)): plain_day(day) for weekday, day in proposal.days.items()},
            repeat=proposal.recurrence.repeat.value,
            day=proposal.recurrence.day,
            answer=proposal.answer.value,
            **signed(proposal.stamp),
        )
        result = await self._transaction.change(line.returning(ProposalRow.proposal_id))
        return replace(proposal, proposal_id=result.scalar_one())

    async def get(self, proposal_id: int) -> Proposal | None:
        rows = await self._transaction.read(_PROPOSALS.where(ProposalRow.proposal_id == proposal_id))
        return _proposal(rows[0]) if rows else None

    async def waiting(self, since: datetime, *, user_id: int, doctor_id: int | None) -> Sequence[Proposal]:
        """Return what waits, made after ``since`` (aware) by a person or to a doctor, the oldest first."""
        waiting = _PROPOSALS.where(
            ProposalRow.answer == ProposalStatus.WAITING.value,
            ProposalRow.at > since,
            or_(ProposalRow.by_user_id == user_id, ProposalRow.doctor_id == doctor_id),
        )
        return [_proposal(row) for row in await self._transaction.read(waiting.order_by(ProposalRow.proposal_id))]

    async def answer(self, proposal_id: int, answer: ProposalStatus) -> None:
        """Note what has become of one.

        Raises:
            RuntimeError: it is answered already; nothing must be committed then.
        """
        waiting = update(ProposalRow).where(
            ProposalRow.proposal_id == proposal_id, ProposalRow.answer == ProposalStatus.WAITING.value
        )
        if not (await self._transaction.change(waiting.values(answer=answer.value))).rowcount:
            raise RuntimeError("a proposal is answered once")


def _proposal(row: Row[Any]) -> Proposal:
    days = {Weekday(int(weekday)): day_of(day) for weekday, day in row.days.items()}
    recurrence = Recurrence(Repeat(row.repeat), row.day)
    return Proposal(row.doctor_id, days, recurrence, signer_of(row), ProposalStatus(row.answer), row.proposal_id)
