"""Doctors' hours: the weekly ones, what differs on dates, their history, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from clinic.confirmation import Confirmation
from clinic.dates import ClinicClosure, DateChange, DateRules, DateSpan, TimeOff
from clinic.history import HoursChange
from clinic.people import Doctor
from clinic.plan import WeekChange, WeekRecord
from clinic.proposal import Proposal, ProposalStatus


class Proposals(Protocol):
    async def add(self, proposal: Proposal) -> Proposal:
        """Keep it and return it with its ``proposal_id``."""

    async def get(self, proposal_id: int) -> Proposal | None: ...

    async def waiting(self, since: datetime, *, user_id: int, doctor_id: int | None) -> Sequence[Proposal]:
        """Return what waits, made after ``since`` by a person or to a doctor, the oldest first."""

    async def answer(self, proposal_id: int, answer: ProposalStatus) -> None: ...


class Weeks(Protocol):
    async def find(self, doctor_id: int, span: DateSpan) -> tuple[Doctor, WeekRecord] | None:
        """Return a doctor with the plans that reach into the span, in one statement.

        In a write nobody else changes them until the end.
        """

    async def everybody(
        self, span: DateSpan, doctor_ids: Collection[int] | None = None
    ) -> Sequence[tuple[Doctor, WeekRecord]]:
        """Return every doctor, or these alone, by name, with the plans that reach into the span, in one statement."""

    async def save(self, change: WeekChange) -> None:
        """Take the plans before, put those after, count the version, and keep the change in the history."""

    async def change(self, doctor_id: int, version: int) -> WeekChange | None: ...


class Dates(Protocol):
    """What differs from the weekly hours on some dates, and its history."""

    async def of_doctor(self, doctor_id: int, span: DateSpan) -> DateRules:
        """Return a doctor's rules that reach into the span, the clinic's closures among them, in one statement."""

    async def of_everybody(self, span: DateSpan, doctor_ids: Collection[int] | None = None) -> Mapping[int, DateRules]:
        """Return the rules of every doctor who has some, or of these alone, in one statement; under 0 the closures."""

    async def time_off(self, time_off_id: int) -> TimeOff | None: ...

    async def closure(self, closure_id: int) -> ClinicClosure | None: ...

    async def save(self, change: DateChange) -> DateChange:
        """Take the rules before, put those after, keep the change in the history; return it with the ids given.

        Raises:
            DatesHaveChanged: a rule before is not stored as it stands there; nothing must be committed then.
        """

    async def change(self, change_id: int) -> DateChange | None: ...


class History(Protocol):
    """What ``Weeks`` and ``Dates`` keep of each change, read in the order of time."""

    async def newest(self, doctor_id: int | None, skipped: int, most: int) -> Sequence[HoursChange]:
        """Return the newest changes of a doctor's hours and the clinic's closures, or those alone, in one statement."""

    async def later(self, change: HoursChange, most: int) -> Sequence[HoursChange]:
        """Return the newest changes of the same kind that were made after one, of its doctor and of the clinic."""


class Confirmations(Protocol):
    """Doctors' answers for their weeks, one a week; they are read with the dates (``DateRules``)."""

    async def put(self, confirmation: Confirmation) -> None:
        """Keep it in the place of the one before."""

    async def count(self, monday: date) -> int:
        """Return how many doctors have answered for a week."""
