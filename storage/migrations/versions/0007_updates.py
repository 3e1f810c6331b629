"""Which of Telegram's updates were handled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled", sa.Boolean(create_constraint=True, name=op.f("ck_updates_handled")), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_updates")),
    )
    unhandled = sa.text("NOT handled")
    op.create_index(
        op.f("ix_updates_person_id"),
        "updates",
        ["person_id"],
        unique=True,
        sqlite_where=unhandled,
        postgresql_where=unhandled,
    )
    op.create_index(op.f("ix_updates_claimed_until"), "updates", ["claimed_until"])


def downgrade() -> None:
    op.drop_table("updates")
