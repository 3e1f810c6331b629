"""Doctors, accounts, invitations, and what a person has picked so far."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    false,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, flag, Instant


class DoctorRow(Base):
    """A doctor; ``week_version`` names the line of ``week_changes`` that made the stored hours, 0 for none.

    ``sort_key`` is that of ``clinic.search`` in UTF-8: bytes have one order in every database, texts have not.
    """

    __tablename__ = "doctors"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("week_version >= 0", name="week_version"),
        CheckConstraint("zone <> ''", name="zone"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_minutes"),
        CheckConstraint("slot_buffer BETWEEN 0 AND 120", name="slot_buffer"),
        Index(None, "specialization"),
        Index(None, "sort_key", "doctor_id"),
        {"sqlite_autoincrement": True},
    )

    doctor_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    specialization: Mapped[str] = mapped_column(String(64))
    week_version: Mapped[int] = mapped_column(default=0, server_default="0")
    zone: Mapped[str | None] = mapped_column(Text)
    slot_minutes: Mapped[int] = mapped_column(SmallInteger, default=30, server_default="30")
    slot_buffer: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    sort_key: Mapped[bytes]


class PersonRow(Base):
    """A Telegram account that has or had a role; it is a doctor's account exactly while ``doctor_id`` is set."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("doctor_id"),)

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(flag("is_admin"))
    is_receptionist: Mapped[bool] = mapped_column(flag("is_receptionist"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.doctor_id"))
    language: Mapped[str | None] = mapped_column(String(35))
    suspended: Mapped[bool] = mapped_column(flag("suspended"))
    blocked: Mapped[bool] = mapped_column(flag("blocked"), default=False, server_default=false())
    telegram_language: Mapped[str | None] = mapped_column(String(35))


class DelegateRow(Base):
    """Who sets a doctor's hours in the doctor's name."""

    __tablename__ = "delegates"
    __table_args__ = (Index(None, "user_id"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("people.user_id"))


class InvitationRow(Base):
    """A role that waits to be taken. No id comes twice: an old message's button must not mean a new invitation."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("role IN ('doctor', 'receptionist', 'admin')", name="role"),
        CheckConstraint(
            "CASE WHEN role <> 'doctor' THEN name IS NULL AND specialization IS NULL AND doctor_id IS NULL"
            " WHEN doctor_id IS NULL THEN name IS NOT NULL AND specialization IS NOT NULL"
            " ELSE name IS NULL AND specialization IS NULL END",
            name="doctor",
        ),
        CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name="used"),
        {"sqlite_autoincrement": True},
    )

    invitation_id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    name: Mapped[str | None] = mapped_column(String(64))
    specialization: Mapped[str | None] = mapped_column(String(64))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.doctor_id"))
    used_by: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class DraftRow(Base):
    """What a person has picked so far in one message."""

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        Index(None, "chat_id", "waits_for_text", "message_id"),
        Index(None, "expires_at"),
    )

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    waits_for_text: Mapped[bool] = mapped_column(flag("waits_for_text"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
