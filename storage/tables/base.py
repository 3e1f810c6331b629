"""What the tables are made of: names of constraints, instants, flags, stamps, ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, UTC
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, Dialect, MetaData, Text, TypeDecorator
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
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Read SQLite's texts in one call, not four: a search for free slots reads very many."""
        return _of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _of_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


def flag(name: str) -> Boolean:
    """Return a boolean that SQLite checks too, where it is a number."""
    return Boolean(create_constraint=True, name=name)


class Stamped:
    """Who set what a row says, and when: all three or none (``stamp_check``); a delegate, on whose behalf."""

    set_by_id: Mapped[int | None] = mapped_column(BigInteger)
    set_by: Mapped[str | None] = mapped_column(Text)
    set_at: Mapped[datetime | None] = mapped_column(Instant)
    on_behalf: Mapped[str | None] = mapped_column(Text)


class Signed:
    """Who made a line of a history, and when; a delegate, on whose behalf."""

    at: Mapped[datetime] = mapped_column(Instant)
    by_user_id: Mapped[int] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(Text)
    on_behalf: Mapped[str | None] = mapped_column(Text)


def stamp_check() -> CheckConstraint:
    return CheckConstraint(
        "(set_by_id IS NULL) = (set_at IS NULL) AND (set_by IS NULL) = (set_at IS NULL)", name="stamp"
    )


def range_checks() -> tuple[CheckConstraint, ...]:
    """Return the rules of a ``TimeRange``; where there is none, they say nothing."""
    return (
        CheckConstraint("start >= 0 AND start < 1440", name="start"),
        CheckConstraint('"end" > start', name="length"),
        CheckConstraint('"end" <= 1440 OR "end" - 1440 < start', name="tail"),
    )
