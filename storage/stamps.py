"""Rows <-> who set something, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from clinic.plan import Stamp


def stamp_of(row: Row[Any]) -> Stamp | None:
    """Return the stamp of a row of ``tables.Stamped``."""
    return None if row.set_at is None else Stamp(row.set_by_id, row.set_by, row.set_at)


def stamped(stamp: Stamp | None) -> dict[str, Any]:
    """Return the columns of ``tables.Stamped``."""
    if stamp is None:
        return {"set_by_id": None, "set_by": None, "set_at": None}
    return {"set_by_id": stamp.user_id, "set_by": stamp.name, "set_at": stamp.at}
