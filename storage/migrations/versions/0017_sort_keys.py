"""Keep where each doctor stands on a board, so that a page of it is read without all the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clinic.search import sort_key

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_DOCTORS = sa.table(
    "doctors",
    sa.column("doctor_id", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("specialization", sa.String()),
    sa.column("sort_key", sa.LargeBinary()),
)
_AS_BEFORE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("doctors", table_kwargs=_AS_BEFORE) as doctors:
        doctors.add_column(sa.Column("sort_key", sa.LargeBinary()))
    _fill(op.get_bind())
    with op.batch_alter_table("doctors", table_kwargs=_AS_BEFORE) as doctors:
        doctors.alter_column("sort_key", existing_type=sa.LargeBinary(), nullable=False)
    op.create_index(op.f("ix_doctors_sort_key_doctor_id"), "doctors", ["sort_key", "doctor_id"])


def _fill(connection: sa.Connection) -> None:
    rows = connection.execute(sa.select(_DOCTORS.c.doctor_id, _DOCTORS.c.name, _DOCTORS.c.specialization)).all()
    keys = [{"doctor": row.doctor_id, "key": sort_key(row.specialization, row.name).encode()} for row in rows]
    if keys:
        theirs = sa.update(_DOCTORS).where(_DOCTORS.c.doctor_id == sa.bindparam("doctor"))
        connection.execute(theirs.values(sort_key=sa.bindparam("key")), keys)


def downgrade() -> None:
    op.drop_index(op.f("ix_doctors_sort_key_doctor_id"), "doctors")
    with op.batch_alter_table("doctors", table_kwargs=_AS_BEFORE) as doctors:
        doctors.drop_column("sort_key")
