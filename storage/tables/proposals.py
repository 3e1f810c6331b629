"""Hours that are proposed to doctors, and the notices that concern one person alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant, Signed


class ProposalRow(Signed, Base):
    """One ``Proposal``; its ``days`` are ``{weekday: [on, [[start, end], ...]]}``. No id comes twice."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("answer IN ('waiting', 'accepted', 'refused', 'withdrawn')", name="answer"),
        Index(None, "doctor_id", "at"),
        Index(None, "by_user_id", "at"),
        {"sqlite_autoincrement": True},
    )

    proposal_id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"))
    days: Mapped[dict[str, Any]] = mapped_column(JSON)
    repeat: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    answer: Mapped[str] = mapped_column(String(16))


class PersonalNoticeRow(Base):
    """A message that a person is owed about a proposal or a doctor, by its id; claimed as those of ``notices`` are."""

    __tablename__ = "personal_notices"
    __table_args__ = (
        CheckConstraint(
            "about IN ('proposed', 'answered', 'delegate named', 'delegate dropped')",
            name="about",
        ),
        {"sqlite_autoincrement": True},
    )

    notice_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    about: Mapped[str] = mapped_column(String(16))
    subject: Mapped[int]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
