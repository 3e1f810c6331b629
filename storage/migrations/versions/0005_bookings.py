"""Patients' bookings, and how long each doctor's are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("doctors", table_kwargs={"sqlite_autoincrement": True}) as doctors:
        doctors.add_column(sa.Column("slot_minutes", sa.SmallInteger(), server_default="30", nullable=False))
        doctors.add_column(sa.Column("slot_buffer", sa.SmallInteger(), server_default="0", nullable=False))
        doctors.create_check_constraint(op.f("ck_doctors_slot_minutes"), "slot_minutes BETWEEN 5 AND 240")
        doctors.create_check_constraint(op.f("ck_doctors_slot_buffer"), "slot_buffer BETWEEN 0 AND 120")
    _create_bookings()
    op.create_table(
        "booking_changes",
        sa.Column("booking_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_booking_changes_version")),
        sa.CheckConstraint("(before IS NULL) = (version = 1)", name=op.f("ck_booking_changes_before")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.booking_id"], name=op.f("fk_booking_changes_booking_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("booking_id", "version", name=op.f("pk_booking_changes")),
    )
    op.create_table(
        "booking_notices",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_ids", sa.JSON(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_booking_notices")),
        sqlite_autoincrement=True,
    )


def _create_bookings() -> None:
    """Make the table of bookings.

    On SQLite one writer at a time looks for an overlap and inserts. PostgreSQL, which lets many write at once, says it
    itself too; a range of one number stands for the doctor, as ``=`` beside ``&&`` wants the extension btree_gist.

    The pause after a booking is the doctor's at the time of asking and no part of the row, so that it cannot be in the
    constraint: two that come closer than it at once are kept apart by the lock alone.
    """
    op.create_table(
        "bookings",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("flagged", sa.Boolean(create_constraint=True, name=op.f("ck_bookings_flagged")), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.BigInteger()),
        sa.Column("set_by", sa.Text()),
        sa.Column("set_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint('"end" > start', name=op.f("ck_bookings_end")),
        sa.CheckConstraint("length(reference) BETWEEN 1 AND 32", name=op.f("ck_bookings_reference")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_bookings_note")),
        sa.CheckConstraint("status IN ('booked', 'cancelled', 'no-show')", name=op.f("ck_bookings_status")),
        sa.CheckConstraint("NOT flagged OR status = 'booked'", name=op.f("ck_bookings_waiting")),
        sa.CheckConstraint("length(reason) <= 64", name=op.f("ck_bookings_reason")),
        sa.CheckConstraint("reason = '' OR status = 'cancelled'", name=op.f("ck_bookings_cancelled")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_bookings_version")),
        sa.CheckConstraint(
            "(set_by_id IS NULL) = (set_at IS NULL) AND (set_by IS NULL) = (set_at IS NULL)",
            name=op.f("ck_bookings_stamp"),
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_bookings_doctor_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_bookings")),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE bookings ADD CONSTRAINT ex_bookings_slot EXCLUDE USING gist (int4range(doctor_id, doctor_id,"
            " '[]') WITH &&, tstzrange(start, \"end\") WITH &&) WHERE (status <> 'cancelled')"
        )
    op.create_index(op.f("ix_bookings_doctor_id_start"), "bookings", ["doctor_id", "start"])
    op.create_index(op.f("ix_bookings_start"), "bookings", ["start"])
    flagged = sa.text("flagged")
    op.create_index(op.f("ix_bookings_flagged"), "bookings", ["start"], sqlite_where=flagged, postgresql_where=flagged)


def downgrade() -> None:
    """Forget the bookings, and how long they are."""
    for table in ("booking_notices", "booking_changes", "bookings"):
        op.drop_table(table)
    with op.batch_alter_table("doctors", table_kwargs={"sqlite_autoincrement": True}) as doctors:
        for column in ("slot_buffer", "slot_minutes"):
            doctors.drop_constraint(op.f(f"ck_doctors_{column}"), type_="check")
            doctors.drop_column(column)
