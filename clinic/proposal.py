"""Hours that the desk proposes to a doctor, who accepts or refuses them once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clinic.plan import Recurrence, Stamp
from clinic.week import DayAvailability, Weekday

LIFE = timedelta(days=14)
"""For so long a proposal can be answered."""


class ProposalStatus(StrEnum):
    """What has become of a proposal. One that is waiting and too old is ``EXPIRED``, which nobody writes down."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Weekdays as somebody would like a doctor to have them; ``stamp`` is who proposed it, and when."""

    doctor_id: int
    days: Mapping[Weekday, DayAvailability]
    recurrence: Recurrence
    stamp: Stamp
    answer: ProposalStatus = ProposalStatus.WAITING
    proposal_id: int = 0

    @property
    def expires_at(self) -> datetime:
        return self.stamp.at + LIFE

    def status(self, now: datetime) -> ProposalStatus:
        """Return what has become of it by ``now`` (aware)."""
        if self.answer is ProposalStatus.WAITING and self.expires_at <= now:
            return ProposalStatus.EXPIRED
        return self.answer
