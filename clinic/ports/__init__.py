"""What the rules ask of whatever keeps the data; ``storage`` answers, ``run_bot.py`` introduces the two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from clinic.broadcast import Delivery
from clinic.people import Doctor
from clinic.ports.bookings import Bookings
from clinic.ports.broadcasts import Broadcasts, Deliveries, Reminders
from clinic.ports.conversation import Draft, Drafts, Updates
from clinic.ports.hours import Confirmations, Dates, History, Proposals, Weeks
from clinic.ports.notices import Notices, Watches
from clinic.ports.people import Delegates, Doctors, Invitations, People
from clinic.reminder import USUAL_QUIET
from clinic.time_range import TimeRange

Clock = Callable[[], datetime]
"""Returns the present instant, aware, in UTC."""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without ``commit`` changes nothing."""

    @property
    def people(self) -> People: ...
    @property
    def doctors(self) -> Doctors: ...
    @property
    def delegates(self) -> Delegates: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def weeks(self) -> Weeks: ...
    @property
    def dates(self) -> Dates: ...
    @property
    def history(self) -> History: ...
    @property
    def bookings(self) -> Bookings: ...
    @property
    def confirmations(self) -> Confirmations: ...
    @property
    def watches(self) -> Watches: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def broadcasts(self) -> Broadcasts: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def reminders(self) -> Reminders: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def updates(self) -> Updates: ...

    async def commit(self) -> None: ...


class Storage(Protocol):
    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open for reading alone, without a transaction."""

    def write(self, doctor_id: int | None = None) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open for a change, the lock taken first: what is read inside cannot have changed at the commit.

        With a doctor, nothing may be changed but this doctor's hours, dates, answers and bookings, what is new (a line
        of history, a notice that is owed), what waits to be told of the doctor to those who watch, and drafts. That
        much is promised of them, and of what is the clinic's; others may write about other doctors meanwhile.
        """

    async def put_draft(self, draft: Draft) -> bool:
        """Do what ``Drafts.put`` does as a change of its own: one statement, kept without a commit."""

    async def claim_update(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        """Do what ``Updates.claim`` does as a change of its own."""

    async def finish_update(self, update_id: int) -> None:
        """Mark one that was claimed as handled, perhaps a little later, but before anything is claimed here again."""

    async def put_sent(self, deliveries: Sequence[Delivery], at: datetime) -> None:
        """Do what ``Deliveries.settle`` does with deliveries that were sent, in the same way."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic: what its settings say, and what its rules work with.

    ``zone`` is where its walls stand; ``admin_ids`` are the Telegram users whom the settings make admins.
    ``quiet`` are the hours of a person's own clock in which no reminder wakes them.
    """

    name: str
    zone: ZoneInfo
    admin_ids: frozenset[int]
    storage: Storage
    clock: Clock
    quiet: TimeRange | None = USUAL_QUIET

    def zone_of(self, doctor: Doctor) -> ZoneInfo:
        """Return the zone on whose clocks a doctor's hours stand."""
        return ZoneInfo(doctor.zone) if doctor.zone else self.zone
