"""What the rules ask of whatever keeps the data; ``storage`` answers, ``run_bot.py`` introduces the two."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from clinic.booking import Booking, BookingChange, SlotLength
from clinic.broadcast import Audience, Broadcast, Delivery, DeliveryState, Progress, Reach, Result, Undelivered
from clinic.calendar import Slot
from clinic.confirmation import Confirmation
from clinic.dates import ClinicClosure, DateChange, DateRules, DateSpan, TimeOff
from clinic.history import HoursChange
from clinic.people import Actor, Doctor, Invitation
from clinic.plan import Stamp, WeekChange, WeekRecord
from clinic.proposal import Proposal, ProposalStatus
from clinic.reminder import Occurrence, Reminder, USUAL_QUIET
from clinic.time_range import TimeRange
from clinic.watching import DayChange

Clock = Callable[[], datetime]
"""Returns the present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has picked so far in one message; ``body`` is the bot's own JSON.

    ``revision`` counts the writes from 1; 0 is a draft that was never kept. ``waits_for_text`` marks a draft that
    takes the next typed message of its chat.
    """

    chat_id: int
    message_id: int
    body: str
    expires_at: datetime
    waits_for_text: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about a change of the calendar that is owed to a person."""

    user_id: int
    change_id: int


@dataclass(frozen=True, slots=True)
class BookingNotice:
    """A message about bookings that were left without hours, owed to a person."""

    user_id: int
    booking_ids: tuple[int, ...]
    notice_id: int


class About(StrEnum):
    """What a personal notice is about: a proposal in the first two, and which doctor in the others."""

    PROPOSED = "proposed"
    ANSWERED = "answered"
    DELEGATE_NAMED = "delegate named"
    DELEGATE_DROPPED = "delegate dropped"


@dataclass(frozen=True, slots=True)
class PersonalNotice:
    """A message owed to one person, for it concerns that one alone; ``subject`` is an id of what ``about`` names."""

    user_id: int
    about: About
    subject: int
    notice_id: int


@dataclass(frozen=True, slots=True)
class HoursNotice:
    """A message about changes of a doctor's hours, owed to a person who watches, from ``due_at`` (UTC) on.

    ``names`` are those who made the changes. ``notice_id`` is 0 until it is stored.
    """

    user_id: int
    doctor_id: int
    due_at: datetime
    changes: tuple[DayChange, ...] = ()
    names: tuple[str, ...] = ()
    notice_id: int = 0


@dataclass(frozen=True, slots=True)
class RevertNotice:
    """A message that an admin has brought earlier hours back, owed to the doctor.

    ``number`` is the version of the weekly hours that this made, or else the id of the change of the calendar.
    """

    user_id: int
    doctor_id: int
    weekly: bool
    number: int
    notice_id: int = 0


AnyNotice = Notice | BookingNotice | HoursNotice | RevertNotice | PersonalNotice


class People(Protocol):
    async def caller(
        self, user_id: int, chat_id: int, message_id: int | None, now: datetime
    ) -> tuple[Actor | None, Draft | None]:
        """Return an account and the draft that its update speaks to, in one statement.

        With a ``message_id`` that is the message's draft; without, the chat's newest that waits for text. Drafts that
        have expired by ``now`` are not found.
        """

    async def get(self, user_id: int) -> Actor | None: ...

    async def everybody(self) -> Sequence[Actor]:
        """Return all accounts that have or had a role, by name."""

    async def has_admin(self) -> bool:
        """Return whether some account is an admin that is not suspended."""

    async def put(self, actor: Actor) -> None:
        """Insert or replace the account; a doctor's account is taken from whoever had it before."""

    async def of_ids(self, user_ids: Collection[int]) -> Mapping[int, Actor]:
        """Return those accounts that are there, by their ids."""

    async def seen(self, user_id: int, language: str | None) -> None:
        """Note that the person can be written to, and what Telegram calls their language."""


class Doctors(Protocol):
    async def add(self, name: str, specialization: str) -> Doctor: ...

    async def get(self, doctor_id: int) -> Doctor | None: ...

    async def everybody(self) -> Sequence[Doctor]:
        """Return all doctors, by name."""

    async def set_slots(self, doctor_id: int, slots: SlotLength) -> None: ...


class Delegates(Protocol):
    """Who sets a doctor's hours in the doctor's name: one person at most."""

    async def of_doctor(self, doctor_id: int) -> Actor | None:
        """Return whom the doctor has named, suspended or not."""

    async def put(self, doctor_id: int, user_id: int | None) -> None:
        """Name somebody in the place of whoever was named before, or nobody."""


class Proposals(Protocol):
    async def add(self, proposal: Proposal) -> Proposal:
        """Keep it and return it with its ``proposal_id``."""

    async def get(self, proposal_id: int) -> Proposal | None: ...

    async def waiting(self, since: datetime, *, user_id: int, doctor_id: int | None) -> Sequence[Proposal]:
        """Return what waits, made after ``since`` by a person or to a doctor, the oldest first."""

    async def answer(self, proposal_id: int, answer: ProposalStatus) -> None: ...


class Invitations(Protocol):
    async def add(self, invitation: Invitation) -> Invitation:
        """Keep it and return it with its ``invitation_id``."""

    async def find(self, token_hash: str) -> Invitation | None: ...

    async def get(self, invitation_id: int) -> Invitation | None: ...

    async def pending(self, now: datetime) -> Sequence[Invitation]:
        """Return those made by people (not claims) that are neither used nor expired at ``now``, newest first."""

    async def use(self, invitation_id: int, user_id: int, at: datetime) -> None: ...

    async def withdraw(self, invitation_id: int) -> None: ...

    async def withdraw_claims(self) -> None:
        """Forget the unused invitations that no person made (``created_by`` is null)."""


class Weeks(Protocol):
    async def find(self, doctor_id: int, span: DateSpan) -> tuple[Doctor, WeekRecord] | None:
        """Return a doctor with the plans that reach into the span, in one statement.

        In a write nobody else changes them until the end.
        """

    async def everybody(self, span: DateSpan) -> Sequence[tuple[Doctor, WeekRecord]]:
        """Return every doctor, by name, with the plans that reach into the span, in one statement."""

    async def save(self, change: WeekChange) -> None:
        """Take the plans before, put those after, count the version, and keep the change in the history."""

    async def change(self, doctor_id: int, version: int) -> WeekChange | None: ...


class Dates(Protocol):
    """What differs from the weekly hours on some dates, and its history."""

    async def of_doctor(self, doctor_id: int, span: DateSpan) -> DateRules:
        """Return a doctor's rules that reach into the span, the clinic's closures among them, in one statement."""

    async def of_everybody(self, span: DateSpan) -> Mapping[int, DateRules]:
        """Return the rules of every doctor who has some, in one statement; under 0 the closures, which are all's."""

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


class Bookings(Protocol):
    """Bookings with their history; every one that stands has its time for itself."""

    async def get(self, booking_id: int) -> Booking | None: ...

    async def of_ids(self, booking_ids: Collection[int]) -> Sequence[Booking]:
        """Return those that are there, by time."""

    async def standing(
        self, since: datetime, until: datetime, doctor_ids: Collection[int] | None = None
    ) -> Sequence[Booking]:
        """Return what stands and shares a moment with ``[since, until)``, of some doctors or of all, by time.

        In a write nobody else changes them until the end.
        """

    async def taken(
        self, since: datetime, until: datetime, doctor_ids: Collection[int], but: int = 0
    ) -> Mapping[int, Sequence[Slot]]:
        """Return by doctor the time of what ``standing`` finds, without the booking whose id is ``but``.

        They come in order; those that touch may be one.
        """

    async def flagged(self) -> Sequence[Booking]:
        """Return those that wait for somebody to act, by time."""

    async def add(self, booking: Booking, stamp: Stamp) -> Booking:
        """Keep a new one and its first line of history; return it with its ``booking_id``."""

    async def save(self, changes: Sequence[BookingChange]) -> None:
        """Write bookings over the version before theirs, all of them or none, each with its line of history.

        Raises:
            RuntimeError: one is not stored in the version before; nothing must be committed then.
        """

    async def history(self, booking_id: int) -> Sequence[BookingChange]:
        """Return a booking's changes, the oldest first."""

    async def erase(self, before: datetime, most: int) -> int:
        """Delete what was over before an instant, notes and history with it, the oldest ``most``; return how many."""


class Confirmations(Protocol):
    """Doctors' answers for their weeks, one a week; they are read with the dates (``DateRules``)."""

    async def put(self, confirmation: Confirmation) -> None:
        """Keep it in the place of the one before."""


class Watches(Protocol):
    """Who watches whom."""

    async def of_doctor(self, doctor_id: int | None) -> Mapping[int, Collection[int]]:
        """Return the accounts that watch a doctor (none: any) by the doctor's id, in one statement."""

    async def of_user(self, user_id: int) -> Collection[int]:
        """Return the ids of the doctors whom an account watches."""

    async def start(self, user_id: int, doctor_id: int) -> None:
        """Keep it; once more changes nothing."""

    async def stop(self, user_id: int, doctor_id: int) -> None:
        """Forget it, and what the person is still owed of the doctor."""


class Notices(Protocol):
    """Messages about a change that are owed to people: written with the change, sent after it, once."""

    async def owe(self, change_id: int, user_ids: Sequence[int]) -> None: ...

    async def owe_bookings(self, booking_ids: Sequence[int], user_ids: Sequence[int]) -> None: ...

    async def gathering(self, doctor_ids: Collection[int], now: datetime) -> Sequence[HoursNotice]:
        """Return those about doctors' hours that are not due at ``now``; nobody claims them until the end."""

    async def owe_hours(self, notices: Sequence[HoursNotice]) -> None:
        """Keep new ones, and write those that are stored over what they were."""

    async def claim(self, now: datetime, until: datetime) -> Notice | None:
        """Return one that nobody is sending at ``now``, and keep it from others until ``until``; the oldest first."""

    async def claim_bookings(self, now: datetime, until: datetime) -> BookingNotice | None:
        """Claim one about bookings, in the same way."""

    async def owe_person(self, user_id: int, about: About, subject: int) -> None: ...

    async def claim_personal(self, now: datetime, until: datetime) -> PersonalNotice | None:
        """Claim one that concerns its reader alone, in the same way."""

    async def claim_hours(self, now: datetime, until: datetime) -> HoursNotice | None:
        """Claim one about a doctor's hours that is due, in the same way."""

    async def owe_revert(self, notice: RevertNotice) -> None: ...

    async def claim_revert(self, now: datetime, until: datetime) -> RevertNotice | None:
        """Claim one about hours that were brought back, in the same way."""

    async def next_due(self, now: datetime) -> datetime | None:
        """Return when the next one falls due that is not due at ``now``."""

    async def done(self, notice: AnyNotice) -> None:
        """Forget one that was sent, or can never be."""


class Broadcasts(Protocol):
    """Messages to many: what is sent, to whom, and in which state."""

    async def reach(self, audience: Audience) -> Reach:
        """Return whom an audience reaches at this moment; what only the rules tell is ``PICKED``."""

    async def people(self, audience: Audience) -> Sequence[Actor]:
        """Return whom ``reach`` counts as reached, by name."""

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """Keep a new one and return it with its ``broadcast_id``."""

    async def of_ids(self, broadcast_ids: Collection[int]) -> Mapping[int, Broadcast]:
        """Return those that are there, by their ids."""

    async def page(self, skip: int, most: int) -> Sequence[Broadcast]:
        """Return coming ones first, the next on top, then the others, the newest on top."""

    async def have_work(self, now: datetime) -> bool:
        """Return whether one is to begin, to be sent on or to be shown at ``now``."""

    async def begin(self, now: datetime) -> Broadcast | None:
        """Let the first scheduled one that is due run, and return it, shown nowhere yet; it is found once."""

    async def end(self, broadcast: Broadcast) -> bool:
        """Keep the state that it has come to if it has not ended before; return whether it was so."""

    async def run_again(self, broadcast: Broadcast) -> None:
        """Keep one that had ended as it runs now: from when on, and where its progress is shown."""

    async def claim_progress(self, now: datetime, until: datetime) -> Broadcast | None:
        """Return one whose progress is to be shown at ``now``, and keep it from others until ``until``."""

    async def show_progress(self, broadcast: Broadcast, due: datetime | None) -> None:
        """Keep in which message the progress is shown, and when next; with none it never is again."""


class Deliveries(Protocol):
    """The copies of broadcasts, a row a person: claimed under a lease, sent, settled."""

    async def address(self, broadcast_id: int, audience: Audience, due: datetime) -> None:
        """Write a delivery from ``due`` on for everybody whom the audience reaches and who has none yet."""

    async def claim(self, most: int, now: datetime, until: datetime) -> Sequence[Delivery]:
        """Return those that are due at ``now``, the first due first, and keep them from others until ``until``.

        A chat to which something was sent within the last second is passed over, and so is what was cancelled.
        """

    async def reserve(self, slots: int, a_second: float) -> float:
        """Take the next slots of the rate that all processes share; return the seconds until the first of them."""

    async def hold(self, seconds: float) -> None:
        """Let no slot begin for so long, in any process."""

    async def settle(self, results: Sequence[Result], at: datetime) -> None:
        """Note tries that are through at ``at``, or that are to be made again."""

    async def cancel(self, broadcast_id: int, most: int) -> None:
        """Take back some of those that wait. One that is under way is noted as sent all the same when it is."""

    async def retry(self, broadcast_id: int, due: datetime) -> int:
        """Let those that failed, or whose person has written again since, wait anew; return how many."""

    async def progress(self, broadcast_ids: Collection[int]) -> Mapping[int, Progress]:
        """Return how far each of them is."""

    async def totals(self) -> Mapping[DeliveryState, int]:
        """Return how many there are in each state, of all broadcasts together; states that none is in are left out."""

    async def undelivered(self, broadcast_id: int, skip: int, most: int) -> Sequence[Undelivered]:
        """Return whom it did not reach, by why and by name."""


class Reminders(Protocol):
    """Reminders with the instants at which it is their turn, and what follows when one has asked."""

    async def everything(self) -> Sequence[Reminder]: ...

    async def get(self, reminder_id: int) -> Reminder | None: ...

    async def put(self, reminder: Reminder) -> Reminder:
        """Keep it, in the place of the one with its id; return it with its ``reminder_id``."""

    async def delete(self, reminder_id: int) -> None:
        """Forget it, and what was to follow."""

    async def have_due(self, now: datetime) -> bool:
        """Return whether there is anything to do at ``now``, in one statement."""

    async def due(self, now: datetime) -> Reminder | None:
        """Return the one whose turn came first by ``now``; until the end of the change nobody else gets it."""

    async def due_occurrence(self, now: datetime) -> Occurrence | None:
        """Return the one that is to be followed up first by ``now``, in the same way."""

    async def put_occurrence(self, occurrence: Occurrence) -> None:
        """Keep a new one, or one in the place of that with its id."""

    async def drop_occurrence(self, occurrence_id: int) -> None: ...

    async def drop_occurrences(self, reminder_id: int) -> None: ...


class Drafts(Protocol):
    async def put(self, draft: Draft) -> bool:
        """Write it as ``revision + 1`` if ``revision`` is what is stored (0: nothing is); return whether it was."""

    async def forget_expired(self, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class UpdateClaim:
    """An update that a process has taken for itself until an instant, or has handled."""

    update_id: int
    until: datetime
    handled: bool


class Updates(Protocol):
    """Which messages of the network were handled: none twice, and of one person's one at a time, by any process."""

    async def claim(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        """Take it until ``until``; false where it is taken or handled, or another one of its person's is taken."""

    async def claims(self, update_id: int, person_id: int | None) -> Sequence[UpdateClaim]:
        """Return what stands in the way of a claim."""

    async def release(self, update_id: int, person_id: int | None, now: datetime) -> None:
        """Forget what stands in the way of a claim and was to be handled by ``now``."""

    async def finish(self, update_id: int) -> None:
        """Mark one that was claimed as handled."""

    async def forget(self, before: datetime) -> None:
        """Forget those whose claim ended before an instant."""


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
        """Do what ``Updates.finish`` does as a change of its own."""

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
