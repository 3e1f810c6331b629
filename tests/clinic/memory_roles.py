"""Delegates and proposals kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from clinic.people import Actor
from clinic.proposal import Proposal, ProposalStatus


@dataclass
class RoleTables:
    """Who stands in for whom, and what is proposed."""

    people: dict[int, Actor] = field(default_factory=dict)
    delegates: dict[int, int] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)

    def actor(self, user_id: int) -> Actor | None:
        """Return an account with the doctors in whose name it acts."""
        actor = self.people.get(user_id)
        able = {one.doctor_id for one in self.people.values() if not one.suspended}
        named = {doctor_id for doctor_id, delegate in self.delegates.items() if delegate == user_id}
        return actor and replace(actor, delegate_of=frozenset(named & able))


@dataclass
class FakeDelegates:
    tables: RoleTables

    async def of_doctor(self, doctor_id: int) -> Actor | None:
        return self.tables.actor(self.tables.delegates.get(doctor_id, 0))

    async def put(self, doctor_id: int, user_id: int | None) -> None:
        self.tables.delegates.pop(doctor_id, None)
        if user_id is not None:
            self.tables.delegates[doctor_id] = user_id


@dataclass
class FakeProposals:
    tables: RoleTables

    async def add(self, proposal: Proposal) -> Proposal:
        kept = replace(proposal, proposal_id=len(self.tables.proposals) + 1)
        self.tables.proposals[kept.proposal_id] = kept
        return kept

    async def get(self, proposal_id: int) -> Proposal | None:
        return self.tables.proposals.get(proposal_id)

    async def waiting(self, since: datetime, *, user_id: int, doctor_id: int | None) -> Sequence[Proposal]:
        return [
            proposal
            for proposal in self.tables.proposals.values()
            if proposal.answer is ProposalStatus.WAITING and proposal.stamp.at > since
            if proposal.stamp.user_id == user_id or proposal.doctor_id == doctor_id
        ]

    async def answer(self, proposal_id: int, answer: ProposalStatus) -> None:
        found = self.tables.proposals[proposal_id]
        assert found.answer is ProposalStatus.WAITING, "a proposal is answered once"
        self.tables.proposals[proposal_id] = replace(found, answer=answer)
