"""One doctor's changes of the calendar, and the clinic's own, found without reading everybody's."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_date_changes_doctor_id"), "date_changes", ["doctor_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_date_changes_doctor_id"), "date_changes")
