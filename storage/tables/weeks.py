"""The hours that repeat, and their history."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    JSON,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, flag, range_checks, Signed, stamp_check, Stamped

BY_KEY = {"sqlite_with_rowid": False}
"""A small row that its key finds is kept in the key's own order, and not in another beside it."""


class PlanRow(Stamped, Base):
    """One ``WeekPlan``. Its ``week_count`` is kept, for a week that is all off has no rows that would show it."""

    __tablename__ = "week_plans"
    __table_args__ = (
        UniqueConstraint("doctor_id", "once", "starts"),
        CheckConstraint("ends >= starts", name="ends"),
        CheckConstraint("week_count BETWEEN 1 AND 2", name="week_count"),
        CheckConstraint("NOT once OR week_count = 1", name="one_week"),
        stamp_check(),
        Index(None, "doctor_id", "ends"),  # plans of the past are not read
        {"sqlite_autoincrement": True},
    )

    plan_id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"))
    once: Mapped[bool] = mapped_column(flag("once"))
    starts: Mapped[date]
    ends: Mapped[date]
    anchor: Mapped[date]
    week_count: Mapped[int] = mapped_column(SmallInteger)


class DayRow(Base):
    """One weekday of a plan that has hours, on or off; a day that has none has no row."""

    __tablename__ = "day_availability"
    __table_args__ = (
        CheckConstraint("week BETWEEN 0 AND 1", name="week"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        BY_KEY,
    )

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("week_plans.plan_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    week: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    is_on: Mapped[bool] = mapped_column(flag("is_on"))


class RangeRow(Base):
    """One ``TimeRange`` of a day, with its rules."""

    __tablename__ = "time_ranges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["plan_id", "week", "weekday"],
            ["day_availability.plan_id", "day_availability.week", "day_availability.weekday"],
            ondelete="CASCADE",
        ),
        *range_checks(),
        BY_KEY,
    )

    plan_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    end: Mapped[int] = mapped_column(SmallInteger)


class ChangeRow(Signed, Base):
    """One line of the weekly hours' history, with plans (``storage.history``). A change is taken back once at most."""

    __tablename__ = "week_changes"
    __table_args__ = (
        ForeignKeyConstraint(["doctor_id", "undoes"], ["week_changes.doctor_id", "week_changes.version"]),
        UniqueConstraint("doctor_id", "undoes"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("undoes < version", name="undoes"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.doctor_id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    before: Mapped[list[Any]] = mapped_column(JSON)
    after: Mapped[list[Any]] = mapped_column(JSON)
    undoes: Mapped[int | None]
