"""Reminders, and what follows each time that one has asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("own_zone", sa.Boolean(create_constraint=True, name=op.f("ck_reminders_own_zone")), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("specialization", sa.Text(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("nags", sa.JSON(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True)),
        sa.Column("day", sa.Date()),
        sa.Column("broadcast_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 127", name=op.f("ck_reminders_days")),
        sa.CheckConstraint("minutes >= 0 AND minutes < 1440", name=op.f("ck_reminders_minutes")),
        sa.CheckConstraint("(due IS NULL) = (day IS NULL)", name=op.f("ck_reminders_due")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_reminders_version")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.broadcast_id"], name=op.f("fk_reminders_broadcast_id")),
        sa.PrimaryKeyConstraint("reminder_id", name=op.f("pk_reminders")),
        sqlite_autoincrement=True,
    )
    active = sa.text("due IS NOT NULL")
    op.create_index("ix_reminders_due", "reminders", ["due"], sqlite_where=active, postgresql_where=active)
    op.create_table(
        "occurrences",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("nags", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND minutes < 1440", name=op.f("ck_occurrences_minutes")),
        sa.CheckConstraint("asked BETWEEN 1 AND 4", name=op.f("ck_occurrences_asked")),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.reminder_id"], name=op.f("fk_occurrences_reminder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_due"), "occurrences", ["due"])
    op.create_index(op.f("ix_occurrences_reminder_id"), "occurrences", ["reminder_id"])


def downgrade() -> None:
    """Forget all reminders."""
    op.drop_table("occurrences")
    op.drop_table("reminders")
