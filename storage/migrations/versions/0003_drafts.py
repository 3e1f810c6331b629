"""What a person has picked so far, by message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "waits_for_text",
            sa.Boolean(create_constraint=True, name=op.f("ck_drafts_waits_for_text")),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_drafts_revision")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_drafts")),
    )
    op.create_index(
        op.f("ix_drafts_chat_id_waits_for_text_message_id"), "drafts", ["chat_id", "waits_for_text", "message_id"]
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"])


def downgrade() -> None:
    op.drop_table("drafts")
