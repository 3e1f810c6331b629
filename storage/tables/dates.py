"""What differs from the weekly hours on some dates, its history, and the notices of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    JSON,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, flag, Instant, range_checks, Signed, stamp_check, Stamped


class TimeOffRow(Stamped, Base):
    """One ``TimeOff``; without a range it is for whole dates. No id comes twice: it is what an old button names."""

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("last >= first", name="last"),
        CheckConstraint('(start IS NULL) = ("end" IS NULL)', name="range"),
        *range_checks(),
        CheckConstraint("length(reason) <= 64", name="reason"),
        CheckConstraint("kind IN ('planned', 'late', 'early', 'sick')", name="kind"),
        stamp_check(),
        Index(None, "doctor_id", "last"),  # for one doctor, and below for all: the past is not read
        Index(None, "last"),
        {"sqlite_autoincrement": True},
    )

    time_off_id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"))
    first: Mapped[date]
    last: Mapped[date]
    start: Mapped[int | None] = mapped_column(SmallInteger)
    end: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))


class OverrideRow(Stamped, Base):
    """One ``DateOverride``: the date's other hours, on or off."""

    __tablename__ = "date_overrides"
    __table_args__ = (stamp_check(), Index(None, "day"))

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(flag("is_on"))


class OverrideRangeRow(Base):
    """One ``TimeRange`` of an override, with its rules."""

    __tablename__ = "override_ranges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["doctor_id", "day"], ["date_overrides.doctor_id", "date_overrides.day"], ondelete="CASCADE"
        ),
        *range_checks(),
    )

    doctor_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    end: Mapped[int] = mapped_column(SmallInteger)


class ConfirmationRow(Stamped, Base):
    """One ``Confirmation``: a doctor's last answer for a week."""

    __tablename__ = "confirmations"
    __table_args__ = (
        CheckConstraint("answer IN ('same', 'changed', 'off')", name="answer"),
        CheckConstraint("set_at IS NOT NULL", name="given"),
        stamp_check(),
        Index(None, "monday"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    monday: Mapped[date] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(16))
    seen: Mapped[str] = mapped_column(String(12))


class ClosureRow(Stamped, Base):
    """One ``ClinicClosure``."""

    __tablename__ = "closures"
    __table_args__ = (
        CheckConstraint("last >= first", name="last"),
        CheckConstraint("length(name) <= 64", name="name"),
        stamp_check(),
        Index(None, "last"),
        {"sqlite_autoincrement": True},
    )

    closure_id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    name: Mapped[str] = mapped_column(Text)


class DateChangeRow(Signed, Base):
    """One line of the calendar's history, with rules (``storage.history``). A change is taken back once at most."""

    __tablename__ = "date_changes"
    __table_args__ = (
        UniqueConstraint("undoes"),
        CheckConstraint("undoes < change_id", name="undoes"),
        Index(None, "doctor_id"),  # one doctor's, and the clinic's own
        {"sqlite_autoincrement": True},
    )

    change_id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.doctor_id"))
    before: Mapped[list[Any]] = mapped_column(JSON)
    after: Mapped[list[Any]] = mapped_column(JSON)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("date_changes.change_id"))


class RevertNoticeRow(Base):
    """A message that a doctor is owed: an admin has brought earlier hours back; claimed as those of ``notices`` are."""

    __tablename__ = "revert_notices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    notice_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"))
    weekly: Mapped[bool] = mapped_column(flag("weekly"))
    number: Mapped[int]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)


class NoticeRow(Base):
    """A message about a change that a person is owed; whoever sends it keeps it from others until ``claimed_until``."""

    __tablename__ = "notices"

    change_id: Mapped[int] = mapped_column(ForeignKey("date_changes.change_id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
