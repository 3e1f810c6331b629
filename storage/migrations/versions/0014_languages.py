"""The language that Telegram says a person speaks."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite would else patch the text of the CREATE TABLE, in a form of its own.
    rebuild: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("people", recreate=rebuild) as people:
        people.add_column(sa.Column("telegram_language", sa.String(35)))


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_column("telegram_language")
