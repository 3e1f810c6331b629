"""Delegates, proposed hours, the notices of both, and on whose behalf something was set."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SIGNED = {
    "week_plans": True,
    "time_off": True,
    "date_overrides": False,
    "closures": True,
    "confirmations": False,
    "bookings": True,
    "week_changes": False,
    "date_changes": True,
    "booking_changes": False,
}
"""The tables that say who did something, and whether SQLite counts their ids (AUTOINCREMENT)."""


def upgrade() -> None:
    # SQLite would else patch the text of the CREATE TABLE, in a form of its own.
    rebuild: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    for table, counted in SIGNED.items():
        with op.batch_alter_table(table, recreate=rebuild, table_kwargs={"sqlite_autoincrement": counted}) as signed:
            signed.add_column(sa.Column("on_behalf", sa.Text()))
    op.create_table(
        "delegates",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_delegates_doctor_id")),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], name=op.f("fk_delegates_user_id")),
        sa.PrimaryKeyConstraint("doctor_id", name=op.f("pk_delegates")),
    )
    op.create_index(op.f("ix_delegates_user_id"), "delegates", ["user_id"])
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("repeat", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("on_behalf", sa.Text()),
        sa.CheckConstraint(
            "answer IN ('waiting', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_proposals_answer")
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_proposals_doctor_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposals")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposals_doctor_id_at"), "proposals", ["doctor_id", "at"])
    op.create_index(op.f("ix_proposals_by_user_id_at"), "proposals", ["by_user_id", "at"])
    op.create_table(
        "personal_notices",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "about IN ('proposed', 'answered', 'delegate named', 'delegate dropped')",
            name=op.f("ck_personal_notices_about"),
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_personal_notices")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Forget delegates and proposals; what a delegate has set is the delegate's alone then."""
    for table in ("personal_notices", "proposals", "delegates"):
        op.drop_table(table)
    for table, counted in SIGNED.items():
        with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": counted}) as signed:
            signed.drop_column("on_behalf")
