"""Find the doctors of a specialization without a look at all the others."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_doctors_specialization"), "doctors", ["specialization"])


def downgrade() -> None:
    op.drop_index(op.f("ix_doctors_specialization"), "doctors")
