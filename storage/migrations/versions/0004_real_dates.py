"""Hours on real dates: plans that repeat, and what differs from them on some dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.week_plans import (
    history_to_plans,
    history_to_weeks,
    read_days,
    read_weeks,
    write_days,
    write_plans,
)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("doctors", table_kwargs={"sqlite_autoincrement": True}) as doctors:
        doctors.add_column(sa.Column("zone", sa.Text()))
        doctors.create_check_constraint(op.f("ck_doctors_zone"), "zone <> ''")
    days, ranges = read_days(op.get_bind())
    op.drop_table("time_ranges")
    op.drop_table("day_availability")
    op.create_table(
        "week_plans",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.Boolean(create_constraint=True, name=op.f("ck_week_plans_once")), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("week_count", sa.SmallInteger(), nullable=False),
        *_stamp("week_plans"),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_week_plans_ends")),
        sa.CheckConstraint("week_count BETWEEN 1 AND 2", name=op.f("ck_week_plans_week_count")),
        sa.CheckConstraint("NOT once OR week_count = 1", name=op.f("ck_week_plans_one_week")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_week_plans_doctor_id")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_week_plans")),
        sa.UniqueConstraint("doctor_id", "once", "starts", name=op.f("uq_week_plans_doctor_id_once_starts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_week_plans_doctor_id_ends"), "week_plans", ["doctor_id", "ends"])
    _create_days("plan_id", "week_plans.plan_id", "week", ondelete="CASCADE")
    write_plans(op.get_bind(), days, ranges)
    history_to_plans(op.get_bind())
    _create_rules()
    _create_changes()


def downgrade() -> None:
    """Keep the first week of the plan that goes on, and its history; all that speaks of dates is lost."""
    for table in ("notices", "date_changes", "closures", "override_ranges", "date_overrides", "time_off"):
        op.drop_table(table)
    history_to_weeks(op.get_bind())
    days, ranges = read_weeks(op.get_bind())
    for table in ("time_ranges", "day_availability", "week_plans"):
        op.drop_table(table)
    _create_days("doctor_id", "doctors.doctor_id")
    write_days(op.get_bind(), days, ranges)
    with op.batch_alter_table("doctors", table_kwargs={"sqlite_autoincrement": True}) as doctors:
        doctors.drop_constraint(op.f("ck_doctors_zone"), type_="check")
        doctors.drop_column("zone")


def _create_days(owner: str, pointed_at: str, *week: str, ondelete: str | None = None) -> None:
    """Make the tables of a week's days and ranges: a doctor's as in 0002, or of one of a plan's weeks."""
    keys = [owner, *week, "weekday"]
    checks = [sa.CheckConstraint("week BETWEEN 0 AND 1", name=op.f("ck_day_availability_week"))] if week else []
    op.create_table(
        "day_availability",
        *_keys(*keys),
        sa.Column("is_on", sa.Boolean(create_constraint=True, name=op.f("ck_day_availability_is_on")), nullable=False),
        *checks,
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_day_availability_weekday")),
        sa.ForeignKeyConstraint([owner], [pointed_at], name=op.f(f"fk_day_availability_{owner}"), ondelete=ondelete),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_day_availability")),
    )
    op.create_table(
        "time_ranges",
        *_keys(*keys),
        *_ranges("time_ranges", nullable=False),
        sa.ForeignKeyConstraint(
            keys,
            [f"day_availability.{key}" for key in keys],
            name=op.f("fk_time_ranges_" + "_".join(keys)),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*keys, "start", name=op.f("pk_time_ranges")),
    )


def _keys(owner: str, *small: str) -> list[sa.Column[int]]:
    columns: list[sa.Column[int]] = [sa.Column(owner, sa.Integer(), autoincrement=False, nullable=False)]
    return columns + [sa.Column(name, sa.SmallInteger(), autoincrement=False, nullable=False) for name in small]


def _create_rules() -> None:
    op.create_table(
        "time_off",
        sa.Column("time_off_id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        *_ranges("time_off", nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        *_stamp("time_off"),
        sa.CheckConstraint("last >= first", name=op.f("ck_time_off_last")),
        sa.CheckConstraint('(start IS NULL) = ("end" IS NULL)', name=op.f("ck_time_off_range")),
        sa.CheckConstraint("length(reason) <= 64", name=op.f("ck_time_off_reason")),
        sa.CheckConstraint("kind IN ('planned', 'late', 'early', 'sick')", name=op.f("ck_time_off_kind")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_time_off_doctor_id")),
        sa.PrimaryKeyConstraint("time_off_id", name=op.f("pk_time_off")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_time_off_doctor_id_last"), "time_off", ["doctor_id", "last"])
    op.create_index(op.f("ix_time_off_last"), "time_off", ["last"])
    op.create_table(
        "date_overrides",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_on", sa.Boolean(create_constraint=True, name=op.f("ck_date_overrides_is_on")), nullable=False),
        *_stamp("date_overrides"),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_date_overrides_doctor_id")),
        sa.PrimaryKeyConstraint("doctor_id", "day", name=op.f("pk_date_overrides")),
    )
    op.create_index(op.f("ix_date_overrides_day"), "date_overrides", ["day"])
    op.create_table(
        "override_ranges",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_ranges("override_ranges", nullable=False),
        sa.ForeignKeyConstraint(
            ["doctor_id", "day"],
            ["date_overrides.doctor_id", "date_overrides.day"],
            name=op.f("fk_override_ranges_doctor_id_day"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("doctor_id", "day", "start", name=op.f("pk_override_ranges")),
    )
    op.create_table(
        "closures",
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *_stamp("closures"),
        sa.CheckConstraint("last >= first", name=op.f("ck_closures_last")),
        sa.CheckConstraint("length(name) <= 64", name=op.f("ck_closures_name")),
        sa.PrimaryKeyConstraint("closure_id", name=op.f("pk_closures")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_closures_last"), "closures", ["last"])


def _create_changes() -> None:
    op.create_table(
        "date_changes",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.CheckConstraint("undoes < change_id", name=op.f("ck_date_changes_undoes")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_date_changes_doctor_id")),
        sa.ForeignKeyConstraint(["undoes"], ["date_changes.change_id"], name=op.f("fk_date_changes_undoes")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_date_changes")),
        sa.UniqueConstraint("undoes", name=op.f("uq_date_changes_undoes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notices",
        sa.Column("change_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["change_id"], ["date_changes.change_id"], name=op.f("fk_notices_change_id")),
        sa.PrimaryKeyConstraint("change_id", "user_id", name=op.f("pk_notices")),
    )


def _stamp(table: str) -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    """Return the columns of who set a row and when, all three or none."""
    together = "(set_by_id IS NULL) = (set_at IS NULL) AND (set_by IS NULL) = (set_at IS NULL)"
    return (
        sa.Column("set_by_id", sa.BigInteger()),
        sa.Column("set_by", sa.Text()),
        sa.Column("set_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(together, name=op.f(f"ck_{table}_stamp")),
    )


def _ranges(table: str, *, nullable: bool) -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    """Return the columns of a range of minutes, with its rules."""
    return (
        sa.Column("start", sa.SmallInteger(), autoincrement=False, nullable=nullable),
        sa.Column("end", sa.SmallInteger(), nullable=nullable),
        sa.CheckConstraint("start >= 0 AND start < 1440", name=op.f(f"ck_{table}_start")),
        sa.CheckConstraint('"end" > start', name=op.f(f"ck_{table}_length")),
        sa.CheckConstraint('"end" <= 1440 OR "end" - 1440 < start', name=op.f(f"ck_{table}_tail")),
    )
