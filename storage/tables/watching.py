"""Who watches whom, and the messages about hours that they are owed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, JSON
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant


class WatchRow(Base):
    """An account that watches a doctor; the admins whom the settings name watch too, and have no row in ``people``."""

    __tablename__ = "watches"
    __table_args__ = (Index(None, "user_id"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class HoursNoticeRow(Base):
    """A message about a doctor's hours that a person is owed from ``due_at`` on; claimed as those of ``notices`` are.

    ``changes`` are those of ``storage.history``, ``names`` those of the people who made them.
    """

    __tablename__ = "hours_notices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    notice_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"))
    due_at: Mapped[datetime] = mapped_column(Instant)
    changes: Mapped[list[Any]] = mapped_column(JSON)
    names: Mapped[list[str]] = mapped_column(JSON)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
