"""Who is known, and who may become so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from clinic.booking import SlotLength
from clinic.people import Actor, Doctor, Invitation
from clinic.ports.conversation import Draft


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


MOST_AHEAD = 4000
"""So many doctors behind a page are counted: to count all of very many would cost more than the page."""


class Doctors(Protocol):
    async def add(self, name: str, specialization: str) -> Doctor: ...

    async def get(self, doctor_id: int) -> Doctor | None: ...

    async def everybody(self) -> Sequence[Doctor]:
        """Return all doctors, by name."""

    async def on_board(self, first: int, most: int) -> tuple[Sequence[int], int]:
        """Return the ids of ``most`` doctors in the order of a board behind ``first`` others, and how many follow.

        Those who follow are counted up to one more than ``MOST_AHEAD``. It is one statement.
        """

    async def count(self) -> int:
        """Return how many doctors there are."""

    async def specializations(self) -> Sequence[str]:
        """Return what doctors' specializations are, each spelling once."""

    async def of_specializations(self, spellings: Collection[str]) -> Sequence[Doctor]:
        """Return the doctors of these, by name."""

    async def set_slots(self, doctor_id: int, slots: SlotLength) -> None: ...


class Delegates(Protocol):
    """Who sets a doctor's hours in the doctor's name: one person at most."""

    async def of_doctor(self, doctor_id: int) -> Actor | None:
        """Return whom the doctor has named, suspended or not."""

    async def put(self, doctor_id: int, user_id: int | None) -> None:
        """Name somebody in the place of whoever was named before, or nobody."""


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
