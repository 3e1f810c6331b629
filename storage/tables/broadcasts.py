"""Broadcasts, their deliveries, and the gate through which all processes send."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    JSON,
    SmallInteger,
    String,
    Text,
    text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant

_WAITING = text("state = 'waiting'")
_TRIED = text("at IS NOT NULL")
_COMING = text("state = 'scheduled'")
_SHOWN = text("progress_due IS NOT NULL")


class BroadcastRow(Base):
    """One ``Broadcast``; its progress is to be shown anew from ``progress_due`` on, and never without it."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint("state IN ('scheduled', 'running', 'done', 'cancelled')", name="state"),
        CheckConstraint("message_id IS NULL OR chat_id IS NOT NULL", name="message"),
        CheckConstraint("begun_at IS NOT NULL OR state IN ('scheduled', 'cancelled')", name="begun"),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('done', 'cancelled'))", name="ended"),
        Index("ix_broadcasts_coming", "due", sqlite_where=_COMING, postgresql_where=_COMING),
        Index("ix_broadcasts_shown", "progress_due", sqlite_where=_SHOWN, postgresql_where=_SHOWN),
        {"sqlite_autoincrement": True},
    )

    broadcast_id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(16))
    specialization: Mapped[str] = mapped_column(Text)
    user_ids: Mapped[list[int]] = mapped_column(JSON)
    due: Mapped[datetime] = mapped_column(Instant)
    by_user_id: Mapped[int] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_before: Mapped[int]
    progress_due: Mapped[datetime | None] = mapped_column(Instant)


class DeliveryRow(Base):
    """One ``Delivery`` from the first to the last: while it waits, nobody but its claimer touches it before ``due``.

    ``at`` is when it was last tried; of one that is claimed, when the claim ends.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "user_id"),
        CheckConstraint("state IN ('waiting', 'sent', 'blocked', 'failed', 'cancelled')", name="state"),
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_deliveries_waiting", "due", "delivery_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_deliveries_tried", "user_id", "at", sqlite_where=_TRIED, postgresql_where=_TRIED),
        Index(None, "broadcast_id", "state"),
        {"sqlite_autoincrement": True},
    )

    delivery_id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.broadcast_id"))
    user_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    due: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime | None] = mapped_column(Instant)


class RateGateRow(Base):
    """When the next message may begin (GCRA's theoretical arrival time), in Unix seconds of the database's clock."""

    __tablename__ = "rate_gates"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    free_at: Mapped[float] = mapped_column(Float(53))
