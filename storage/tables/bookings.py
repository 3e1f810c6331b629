"""Patients' bookings, their history, and the notices of those that were left without hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, JSON, String, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, flag, Instant, Signed, stamp_check, Stamped

_FLAGGED = text("flagged")


class BookingRow(Stamped, Base):
    """One ``Booking``. That those which stand do not overlap is seen to under the lock; PostgreSQL says it as well."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint('"end" > start', name="end"),
        CheckConstraint("length(reference) BETWEEN 1 AND 32", name="reference"),
        CheckConstraint("length(note) <= 200", name="note"),
        CheckConstraint("status IN ('booked', 'cancelled', 'no-show')", name="status"),
        CheckConstraint("NOT flagged OR status = 'booked'", name="waiting"),
        CheckConstraint("length(reason) <= 64", name="reason"),
        CheckConstraint("reason = '' OR status = 'cancelled'", name="cancelled"),
        CheckConstraint("version >= 1", name="version"),
        stamp_check(),
        # A range of one number overlaps with its like alone: so it needs no extension, which not everybody may create.
        ExcludeConstraint(
            (text("int4range(doctor_id, doctor_id, '[]')"), "&&"),
            (text('tstzrange(start, "end")'), "&&"),
            name="ex_bookings_slot",
            where=text("status <> 'cancelled'"),
        ).ddl_if(dialect="postgresql"),
        Index(None, "doctor_id", "start"),  # for one doctor, and below for all
        Index(None, "start"),
        Index("ix_bookings_flagged", "start", sqlite_where=_FLAGGED, postgresql_where=_FLAGGED),  # few of very many
        {"sqlite_autoincrement": True},
    )

    booking_id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"))
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)
    reference: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    flagged: Mapped[bool] = mapped_column(flag("flagged"))
    reason: Mapped[str] = mapped_column(Text)
    version: Mapped[int]


class BookingChangeRow(Signed, Base):
    """One line of a booking's history, which goes when the booking is erased: it has the notes in it."""

    __tablename__ = "booking_changes"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(before IS NULL) = (version = 1)", name="before"),
    )

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("bookings.booking_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class BookingNoticeRow(Base):
    """A message about bookings, by their ids, that a person is owed; claimed as those of ``notices`` are."""

    __tablename__ = "booking_notices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    notice_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    booking_ids: Mapped[list[int]] = mapped_column(JSON)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
