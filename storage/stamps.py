"""Rows <-> who set something, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from clinic.plan import Stamp


def stamp_of(row: Row[Any]) -> Stamp | None:
    """Return the stamp of a row of ``tables.Stamped``."""
    return None if row.set_at is None else Stamp(row.set_by_id, row.set_by, row.set_at, row.on_behalf or "")


def stamped(stamp: Stamp | None) -> dict[str, Any]:
    """Return the columns of ``tables.Stamped``."""
    if stamp is None:
        return {"set_by_id": None, "set_by": None, "set_at": None, "on_behalf": None}
    return {
        "set_by_id": stamp.user_id,
        "set_by": stamp.name,
        "set_at": stamp.at,
        "on_behalf": stamp.on_behalf or None,
    }


def signer_of(row: Row[Any]) -> Stamp:
    """Return the stamp of a line of a history (``tables.Signed``)."""
    return Stamp(row.by_user_id, row.by_name, row.at, row.on_behalf or "")


def signed(stamp: Stamp) -> dict[str, Any]:
    """Return the columns of ``tables.Signed``."""
    return {
        "at": stamp.at,
        "by_user_id": stamp.user_id,
        "by_name": stamp.name,
        "on_behalf": stamp.on_behalf or None,
    }
