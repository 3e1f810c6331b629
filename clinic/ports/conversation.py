"""Where conversations stand, and which updates were handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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

    async def forget(self, before: datetime) -> None:
        """Forget those whose claim ended before an instant."""
