"""Which of Telegram's updates were handled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, flag, Instant

_UNHANDLED = text("NOT handled")


class UpdateRow(Base):
    """One update; whoever handles it keeps it from others until ``claimed_until``, and for good once it is handled.

    One of a person's is under way at a time, whichever process it came to.
    """

    __tablename__ = "updates"
    __table_args__ = (
        Index(None, "person_id", unique=True, sqlite_where=_UNHANDLED, postgresql_where=_UNHANDLED),
        Index(None, "claimed_until"),
    )

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    claimed_until: Mapped[datetime] = mapped_column(Instant)
    handled: Mapped[bool] = mapped_column(flag("handled"))
