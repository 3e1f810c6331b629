"""Doctors' answers for their weeks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("seen", sa.String(12), nullable=False),
        sa.Column("set_by_id", sa.BigInteger()),
        sa.Column("set_by", sa.Text()),
        sa.Column("set_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("answer IN ('same', 'changed', 'off')", name=op.f("ck_confirmations_answer")),
        sa.CheckConstraint("set_at IS NOT NULL", name=op.f("ck_confirmations_given")),
        sa.CheckConstraint(
            "(set_by_id IS NULL) = (set_at IS NULL) AND (set_by IS NULL) = (set_at IS NULL)",
            name=op.f("ck_confirmations_stamp"),
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_confirmations_doctor_id")),
        sa.PrimaryKeyConstraint("doctor_id", "monday", name=op.f("pk_confirmations")),
    )
    op.create_index(op.f("ix_confirmations_monday"), "confirmations", ["monday"])


def downgrade() -> None:
    """Forget the answers."""
    op.drop_table("confirmations")
