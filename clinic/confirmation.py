"""A doctor's answer to "is this your week?": of what was shown, and what it counts as once hours have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from clinic.plan import Stamp, WeekPlan, WeekRecord

if TYPE_CHECKING:
    from clinic.calendar import ResolvedDay


class Answer(StrEnum):
    """The week as it was shown, as the doctor has changed it, or a week off."""

    SAME = "same"
    CHANGED = "changed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A doctor's last answer for the week that begins on ``monday``; ``seen`` marks the hours that it is of.

    Raises:
        ValueError: the week begins on no Monday.
    """

    doctor_id: int
    monday: date
    answer: Answer
    seen: str
    stamp: Stamp

    def __post_init__(self) -> None:
        if self.monday.weekday():
            raise ValueError(f"{self.monday} is no Monday")

    def counts_as(self, days: Sequence[ResolvedDay]) -> Answer:
        """Return what it is worth for the week as it now is: of other hours, no more than that they have changed.

        An answer stays one all the same, whoever made the change: nobody is asked again for it.
        """
        return self.answer if fingerprint(days) == self.seen else Answer.CHANGED


def fingerprint(days: Sequence[ResolvedDay]) -> str:
    """Return twelve letters that differ where the hours of two weeks do, or the zone that they stand in."""
    hours = [(day.zone.key, day.day, *((each.start, each.end) for each in (*day.tails, *day.hours))) for day in days]
    return hashlib.sha256(repr(hours).encode()).hexdigest()[:12]


def last_change(record: WeekRecord, days: Sequence[ResolvedDay]) -> datetime | None:
    """Return when something was last set that speaks of these days; what was taken away again leaves no trace."""
    stamps = (rule.stamp for day in days for rule in day.rules if not isinstance(rule, WeekPlan))
    moments = [record.changed_at, *(stamp.at for stamp in stamps if stamp)]
    return max((moment for moment in moments if moment), default=None)
