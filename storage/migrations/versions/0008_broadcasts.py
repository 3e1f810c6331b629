"""Broadcasts, a delivery a person, the gate that paces them, and who has blocked the bot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        blocked = sa.Boolean(create_constraint=True, name=op.f("ck_people_blocked"))
        people.add_column(sa.Column("blocked", blocked, server_default=sa.false(), nullable=False))
    _create_broadcasts()
    _create_deliveries()
    gates = op.create_table(
        "rate_gates",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("free_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rate_gates")),
    )
    op.bulk_insert(gates, [{"name": "broadcasts", "free_at": 0.0}])


def _create_broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("specialization", sa.Text(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("settled_before", sa.Integer(), nullable=False),
        sa.Column("progress_due", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('scheduled', 'running', 'done', 'cancelled')", name=op.f("ck_broadcasts_state")),
        sa.CheckConstraint("message_id IS NULL OR chat_id IS NOT NULL", name=op.f("ck_broadcasts_message")),
        sa.CheckConstraint(
            "begun_at IS NOT NULL OR state IN ('scheduled', 'cancelled')", name=op.f("ck_broadcasts_begun")
        ),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('done', 'cancelled'))", name=op.f("ck_broadcasts_ended")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    coming, shown = sa.text("state = 'scheduled'"), sa.text("progress_due IS NOT NULL")
    op.create_index(op.f("ix_broadcasts_coming"), "broadcasts", ["due"], sqlite_where=coming, postgresql_where=coming)
    op.create_index(
        op.f("ix_broadcasts_shown"), "broadcasts", ["progress_due"], sqlite_where=shown, postgresql_where=shown
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'blocked', 'failed', 'cancelled')", name=op.f("ck_deliveries_state")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_deliveries_tries")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.broadcast_id"], name=op.f("fk_deliveries_broadcast_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("broadcast_id", "user_id", name=op.f("uq_deliveries_broadcast_id_user_id")),
        sqlite_autoincrement=True,
    )
    waiting, tried = sa.text("state = 'waiting'"), sa.text("at IS NOT NULL")
    op.create_index(
        op.f("ix_deliveries_waiting"),
        "deliveries",
        ["due", "delivery_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        op.f("ix_deliveries_tried"), "deliveries", ["user_id", "at"], sqlite_where=tried, postgresql_where=tried
    )
    op.create_index(op.f("ix_deliveries_broadcast_id_state"), "deliveries", ["broadcast_id", "state"])


def downgrade() -> None:
    """Forget the broadcasts, and who has blocked the bot."""
    for table in ("rate_gates", "deliveries", "broadcasts"):
        op.drop_table(table)
    with op.batch_alter_table("people") as people:
        if op.get_bind().dialect.name == "sqlite":  # where a flag is a number that is checked
            people.drop_constraint(op.f("ck_people_blocked"), type_="check")
        people.drop_column("blocked")
