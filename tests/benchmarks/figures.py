"""Rows of a table: a name, and what several rounds found in a column each."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

WIDTHS = (44, 24, 24, 24)


def row(*cells: str) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=False)).rstrip()


def spread(values: Sequence[float], unit: str, digits: int) -> str:
    """Return the median with the least and the most in brackets."""
    if not values:
        return "not known here"
    middle = f"{statistics.median(values):.{digits}f}{unit}"
    return f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})" if len(values) > 1 else middle
