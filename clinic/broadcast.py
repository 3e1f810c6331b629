"""Messages to many: to whom, in which state, and what became of each delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=7)
"""For so long one process alone works on a delivery that it has claimed; killed meanwhile, another does after it."""
MOST_TRIES = 8
PROGRESS_PAUSE = timedelta(seconds=2)
"""How often the progress is shown anew: Telegram takes one message a second in a chat, and people tap there too."""


class AudienceKind(StrEnum):
    DOCTORS = "doctors"
    SPECIALIZATION = "specialization"
    NO_HOURS = "no hours"
    """Doctors who have no hours in the week that begins next Monday."""
    UNCONFIRMED = "not confirmed"
    """Doctors who have given no answer for that week."""
    RECEPTIONISTS = "receptionists"
    EVERYONE = "everyone"
    PICKED = "picked"


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom a broadcast goes. Who that is, is settled at the moment when it begins.

    ``specialization`` belongs to its kind alone, ``user_ids`` to ``PICKED``, and to ``EVERYONE`` those whom nothing but
    the settings makes one of them.
    """

    kind: AudienceKind
    specialization: str = ""
    user_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.specialization) != (self.kind is AudienceKind.SPECIALIZATION):
            raise ValueError("a specialization belongs to its kind")
        if self.user_ids and self.kind not in {AudienceKind.PICKED, AudienceKind.EVERYONE}:
            raise ValueError("people are picked or described")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an audience reaches, the first of their names, and how many it does not.

    ``blocked`` have blocked the bot, ``unopened`` have never opened it.
    """

    audience: Audience
    count: int
    first_names: tuple[str, ...]
    blocked: int
    unopened: int = 0


class BroadcastState(StrEnum):
    SCHEDULED = "scheduled"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One message to many; ``body`` is the bot's own JSON of what is sent.

    ``due`` is when it begins, ``begun_at`` and ``ended_at`` when it did (all aware). Its progress is shown in
    ``message_id`` of ``chat_id``: without a chat nowhere, without a message in a new one. ``settled_before``
    counts those that were through when it began, as after a retry.
    """

    body: str
    audience: Audience
    due: datetime
    by_user_id: int
    by_name: str
    state: BroadcastState = BroadcastState.SCHEDULED
    chat_id: int | None = None
    message_id: int | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    settled_before: int = 0
    broadcast_id: int = 0


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One person's copy of a broadcast that is claimed to be sent; ``tries`` have failed so far."""

    delivery_id: int
    broadcast_id: int
    user_id: int
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a try: ``reason`` says what failed, and what waits is tried again from ``due`` (aware) on."""

    delivery: Delivery
    state: DeliveryState
    reason: str = ""
    due: datetime | None = None
    tries: int = 0

    @classmethod
    def sent(cls, delivery: Delivery) -> Result:
        return cls(delivery, DeliveryState.SENT)

    @classmethod
    def blocked(cls, delivery: Delivery) -> Result:
        return cls(delivery, DeliveryState.BLOCKED)

    @classmethod
    def failed(cls, delivery: Delivery, reason: str) -> Result:
        return cls(delivery, DeliveryState.FAILED, reason)

    @classmethod
    def put_back(cls, delivery: Delivery, due: datetime) -> Result:
        """Return that of a delivery that was not tried, or that Telegram asks to wait with: it costs no try."""
        return cls(delivery, DeliveryState.WAITING, due=due, tries=delivery.tries)

    @classmethod
    def again(cls, delivery: Delivery, reason: str, now: datetime) -> Result:
        """Return that of a try which may yet succeed: later, and ever later, until there were ``MOST_TRIES``."""
        tries = delivery.tries + 1
        if tries >= MOST_TRIES:
            return cls.failed(delivery, reason)
        return cls(delivery, DeliveryState.WAITING, reason, now + timedelta(seconds=2**delivery.tries), tries)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many deliveries of a broadcast are in which state."""

    sent: int = 0
    waiting: int = 0
    blocked: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.blocked + self.failed + self.cancelled

    @property
    def undelivered(self) -> int:
        return self.blocked + self.failed

    @property
    def settled(self) -> int:
        """How many were tried and are through."""
        return self.sent + self.blocked + self.failed


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Somebody whom a broadcast did not reach, and why."""

    user_id: int
    name: str
    state: DeliveryState
    reason: str
