"""What doctors are owed to hear of hours that were brought back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revert_notices",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("weekly", sa.Boolean(create_constraint=True, name=op.f("ck_revert_notices_weekly")), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_revert_notices_doctor_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_revert_notices")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("revert_notices")
