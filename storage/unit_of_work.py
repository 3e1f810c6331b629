"""``clinic.ports.Storage`` and ``UnitOfWork`` on a database: no commit, no change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from clinic.broadcast import Delivery
from clinic.ports.conversation import Draft
from storage.bookings import Bookings
from storage.broadcasts import Broadcasts
from storage.changes import History
from storage.claims import Claims
from storage.confirmations import Confirmations
from storage.database import Database
from storage.dates import Dates
from storage.deliveries import Deliveries
from storage.notices import Notices
from storage.proposals import Proposals
from storage.reminders import Reminders
from storage.repositories import Delegates, Doctors, Drafts, Invitations, People
from storage.transaction import Transaction
from storage.updates import Updates
from storage.watches import Watches
from storage.weeks import Weeks


class SqlUnitOfWork:
    """One transaction. Leaving it without ``commit`` changes nothing; one for reading refuses to commit."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.people = People(transaction)
        self.doctors = Doctors(transaction)
        self.delegates = Delegates(transaction)
        self.proposals = Proposals(transaction)
        self.invitations = Invitations(transaction)
        self.weeks = Weeks(transaction)
        self.dates = Dates(transaction)
        self.history = History(transaction)
        self.bookings = Bookings(transaction)
        self.confirmations = Confirmations(transaction)
        self.watches = Watches(transaction)
        self.notices = Notices(transaction)
        self.broadcasts = Broadcasts(transaction)
        self.deliveries = Deliveries(transaction)
        self.reminders = Reminders(transaction)
        self.drafts = Drafts(transaction)
        self.updates = Updates(transaction)

    async def commit(self) -> None:
        """Keep all of it, once; what is told to a person is told after this.

        Raises:
            RuntimeError: the unit is for reading, or was committed before.
        """
        await self._transaction.commit()


class SqlStorage:
    """Everything that the clinic keeps, in one database that is ready for use (``open_storage`` makes it so)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claims = Claims(database)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlUnitOfWork]:
        """Open for reading alone, without a transaction.

        Raises:
            StorageBusy: the database was not to be had in time.
        """
        async with self._database.reading() as connection:
            with Transaction(connection, writing=False) as transaction:
                yield SqlUnitOfWork(transaction)

    @asynccontextmanager
    async def write(self, doctor_id: int | None = None) -> AsyncIterator[SqlUnitOfWork]:
        """Open for a change, the lock taken first: what is read inside cannot have changed at the commit.

        With a doctor that is promised of this doctor's hours, dates and bookings and of what is the clinic's, and
        PostgreSQL lets others write about other doctors meanwhile (``storage.database``).

        Raises:
            StorageBusy: the database was not to be had in time.
        """
        async with self._database.writing(doctor_id) as connection:
            with Transaction(connection, writing=True, doctor_id=doctor_id) as transaction:
                yield SqlUnitOfWork(transaction)

    async def put_draft(self, draft: Draft) -> bool:
        """Put a draft by itself, in one statement that is its own transaction; return whether it was written.

        A kill does not take it back; a power loss may, and what was tapped last is then tapped again.

        Raises:
            StorageBusy: the database was not to be had in time.
        """
        async with self._database.passing() as connection:
            return await Drafts(Transaction(connection, writing=True, lasting=False)).put(draft)

    async def claim_update(self, update_id: int, person_id: int | None, until: datetime) -> bool:
        """Claim an update, with all that wait to be claimed or finished; return whether it was free.

        Raises:
            StorageBusy: the database was not to be had in time.
        """
        return await self._claims.claim(update_id, person_id, until)

    async def finish_update(self, update_id: int) -> None:
        """Mark an update as handled, a little later or with the next claims, whichever comes first."""
        self._claims.finish(update_id)

    async def put_sent(self, deliveries: Sequence[Delivery], at: datetime) -> None:
        """Note that deliveries were sent at ``at`` (aware), in one statement that is its own transaction.

        A kill does not take it back; a power loss does, and what was noted since the last claim is sent once more.

        Raises:
            StorageBusy: the database was not to be had in time.
        """
        async with self._database.passing() as connection:
            await Deliveries(Transaction(connection, writing=True, lasting=False)).put_sent(deliveries, at)

    async def close(self) -> None:
        """Close the connections. Units that are open lose what they have not committed."""
        await self._claims.close()
        await self._database.close()
