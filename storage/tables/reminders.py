"""Reminders, and what follows each time that one has asked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, JSON, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, flag, Instant

_ACTIVE = text("due IS NOT NULL")


class ReminderRow(Base):
    """One ``Reminder``; ``days`` has a bit a day from Monday's 1. It has no turn while ``due`` is NULL."""

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 127", name="days"),
        CheckConstraint("minutes >= 0 AND minutes < 1440", name="minutes"),
        CheckConstraint("(due IS NULL) = (day IS NULL)", name="due"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_reminders_due", "due", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        {"sqlite_autoincrement": True},
    )

    reminder_id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger)
    minutes: Mapped[int] = mapped_column(SmallInteger)
    own_zone: Mapped[bool] = mapped_column(flag("own_zone"))
    audience: Mapped[str] = mapped_column(String(16))
    specialization: Mapped[str] = mapped_column(Text)
    user_ids: Mapped[list[int]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
    nags: Mapped[list[int]] = mapped_column(JSON)
    by_user_id: Mapped[int] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(Text)
    due: Mapped[datetime | None] = mapped_column(Instant)
    day: Mapped[date | None]
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.broadcast_id"))
    version: Mapped[int]


class OccurrenceRow(Base):
    """One ``Occurrence`` that is not over: what is due next of it."""

    __tablename__ = "occurrences"
    __table_args__ = (
        CheckConstraint("minutes >= 0 AND minutes < 1440", name="minutes"),
        CheckConstraint("asked BETWEEN 1 AND 4", name="asked"),
        Index(None, "due"),
        Index(None, "reminder_id"),
    )

    occurrence_id: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminders.reminder_id", ondelete="CASCADE"))
    day: Mapped[date]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    monday: Mapped[date]
    nags: Mapped[list[int]] = mapped_column(JSON)
    due: Mapped[datetime] = mapped_column(Instant)
    asked: Mapped[int] = mapped_column(SmallInteger)
