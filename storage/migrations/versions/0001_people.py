"""People, doctors, and the links that invite them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "doctors",
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("specialization", sa.String(64), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_doctors_name")),
        sa.PrimaryKeyConstraint("doctor_id", name=op.f("pk_doctors")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "people",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(create_constraint=True, name=op.f("ck_people_is_admin")), nullable=False),
        sa.Column(
            "is_receptionist",
            sa.Boolean(create_constraint=True, name=op.f("ck_people_is_receptionist")),
            nullable=False,
        ),
        sa.Column("doctor_id", sa.Integer()),
        sa.Column("language", sa.String(35)),
        sa.Column("suspended", sa.Boolean(create_constraint=True, name=op.f("ck_people_suspended")), nullable=False),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_people_doctor_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_people")),
        sa.UniqueConstraint("doctor_id", name=op.f("uq_people_doctor_id")),
    )
    op.create_table(
        "invitations",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(64)),
        sa.Column("specialization", sa.String(64)),
        sa.Column("doctor_id", sa.Integer()),
        sa.Column("used_by", sa.BigInteger()),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role IN ('doctor', 'receptionist', 'admin')", name=op.f("ck_invitations_role")),
        sa.CheckConstraint(
            "CASE WHEN role <> 'doctor' THEN name IS NULL AND specialization IS NULL AND doctor_id IS NULL"
            " WHEN doctor_id IS NULL THEN name IS NOT NULL AND specialization IS NOT NULL"
            " ELSE name IS NULL AND specialization IS NULL END",
            name=op.f("ck_invitations_doctor"),
        ),
        sa.CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name=op.f("ck_invitations_used")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.doctor_id"], name=op.f("fk_invitations_doctor_id")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("invitations")
    op.drop_table("people")
    op.drop_table("doctors")
