"""The hours that repeat every week, and their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("doctors", table_kwargs={"sqlite_autoincrement": True}) as doctors:
        doctors.add_column(sa.Column("week_version", sa.Integer(), server_default="0", nullable=False))
        doctors.create_check_constraint(op.f("ck_doctors_week_version"), "week_version >= 0")
    op.create_table(
        "day_availability",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(create_constraint=True, name=op.f("ck_day_availability_is_on")), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_day_availability_weekday")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_day_availability_doctor_id")),
        sa.PrimaryKeyConstraint("doctor_id", "weekday", name=op.f("pk_day_availability")),
    )
    op.create_table(
        "time_ranges",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("start", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("end", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("start >= 0 AND start < 1440", name=op.f("ck_time_ranges_start")),
        sa.CheckConstraint('"end" > start', name=op.f("ck_time_ranges_length")),
        sa.CheckConstraint('"end" <= 1440 OR "end" - 1440 < start', name=op.f("ck_time_ranges_tail")),
        sa.ForeignKeyConstraint(
            ["doctor_id", "weekday"],
            ["day_availability.doctor_id", "day_availability.weekday"],
            name=op.f("fk_time_ranges_doctor_id_weekday"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("doctor_id", "weekday", "start", name=op.f("pk_time_ranges")),
    )
    op.create_table(
        "week_changes",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.CheckConstraint("version >= 1", name=op.f("ck_week_changes_version")),
        sa.CheckConstraint("undoes < version", name=op.f("ck_week_changes_undoes")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_week_changes_doctor_id")),
        sa.ForeignKeyConstraint(
            ["doctor_id", "undoes"],
            ["week_changes.doctor_id", "week_changes.version"],
            name=op.f("fk_week_changes_doctor_id_undoes"),
        ),
        sa.PrimaryKeyConstraint("doctor_id", "version", name=op.f("pk_week_changes")),
        sa.UniqueConstraint("doctor_id", "undoes", name=op.f("uq_week_changes_doctor_id_undoes")),
    )


def downgrade() -> None:
    op.drop_table("week_changes")
    op.drop_table("time_ranges")
    op.drop_table("day_availability")
    with op.batch_alter_table("doctors", table_kwargs={"sqlite_autoincrement": True}) as doctors:
        doctors.drop_constraint(op.f("ck_doctors_week_version"), type_="check")
        doctors.drop_column("week_version")
