"""The tables, private to ``storage``. The migrations make them; a test holds the two together."""

from __future__ import annotations

from datetime import datetime, UTC
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    JSON,
    MetaData,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""Every constraint has a name, so that a migration can speak of it."""


class Instant(TypeDecorator[datetime]):
    """An instant: aware on both sides and in UTC, so that texts (SQLite) order as times do.

    Raises:
        ValueError: a naive time is given (SQLAlchemy wraps it in ``StatementError``).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("an instant knows its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


def _flag(name: str) -> Boolean:
    """Return a boolean that SQLite checks too, where it is a number."""
    return Boolean(create_constraint=True, name=name)


class DoctorRow(Base):
    """A doctor; ``week_version`` names the line of ``week_changes`` that made the stored week, 0 for none."""

    __tablename__ = "doctors"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("week_version >= 0", name="week_version"),
        {"sqlite_autoincrement": True},
    )

    doctor_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    specialization: Mapped[str] = mapped_column(String(64))
    week_version: Mapped[int] = mapped_column(default=0, server_default="0")


class PersonRow(Base):
    """A Telegram account that has or had a role; it is a doctor's account exactly while ``doctor_id`` is set."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("doctor_id"),)

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(_flag("is_admin"))
    is_receptionist: Mapped[bool] = mapped_column(_flag("is_receptionist"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.doctor_id"))
    language: Mapped[str | None] = mapped_column(String(35))
    suspended: Mapped[bool] = mapped_column(_flag("suspended"))


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


class DayRow(Base):
    """One weekday that has hours, on or off; a day that has none has no row."""

    __tablename__ = "day_availability"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    is_on: Mapped[bool] = mapped_column(_flag("is_on"))


class RangeRow(Base):
    """One ``TimeRange`` of a day, with its rules."""

    __tablename__ = "time_ranges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["doctor_id", "weekday"],
            ["day_availability.doctor_id", "day_availability.weekday"],
            ondelete="CASCADE",
        ),
        CheckConstraint("start >= 0 AND start < 1440", name="start"),
        CheckConstraint('"end" > start', name="length"),
        CheckConstraint('"end" <= 1440 OR "end" - 1440 < start', name="tail"),
    )

    doctor_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    end: Mapped[int] = mapped_column(SmallInteger)


class ChangeRow(Base):
    """One line of a week's history. A change is taken back once at most."""

    __tablename__ = "week_changes"
    __table_args__ = (
        ForeignKeyConstraint(["doctor_id", "undoes"], ["week_changes.doctor_id", "week_changes.version"]),
        UniqueConstraint("doctor_id", "undoes"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("undoes < version", name="undoes"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    by_user_id: Mapped[int] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(Text)
    before: Mapped[list[Any]] = mapped_column(JSON)
    after: Mapped[list[Any]] = mapped_column(JSON)
    undoes: Mapped[int | None]


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
    waits_for_text: Mapped[bool] = mapped_column(_flag("waits_for_text"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
