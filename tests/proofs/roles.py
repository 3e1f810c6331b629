"""Who may do what, as it is done: every button, command and inline query by everybody, printed as one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.flows.test_roles import (
    allowed,
    buttons,
    Cell,
    commands,
    inline_queries,
    READERS,
    ROWS,
    Stage,
)
from tests.proofs.verdict import Verdict
from tests.rota import running

LEGEND = "R: is shown the doctor's hours. W: changes the tables named at the end."


async def prove(folder: Path) -> Verdict:
    """Try all that ``tests/flows/test_roles.py`` knows, which tells as well what policy lets everybody change."""
    async with running(folder, {}) as rota:
        stage = Stage(rota)
        await stage.begin()
        tried = {
            row: [
                *await buttons(stage, row),
                *await commands(stage, row),
                *await inline_queries(stage, row),
            ]
            for row in ROWS
        }
    sys.stdout.write(f"{_table(tried)}\n")
    wrong = [(row, cell.name) for row, cells in tried.items() for cell in cells if not _is_right(row, cell)]
    said = f"{len(tried[ROWS[0]])} taps, commands and inline queries by {len(ROWS)} kinds of people"
    return Verdict("roles", f"{said}: {len(wrong)} against policy {wrong or ''}".strip(), holds=not wrong)


def _is_right(row: str, cell: Cell) -> bool:
    """Return whether nothing was changed or shown that policy forbids, and what it lets be changed was."""
    may = allowed(row, cell.name)
    return cell.changed <= may and bool(cell.changed) is bool(may) and (not cell.shown or row in READERS)


def _table(tried: dict[str, list[Cell]]) -> str:
    lines = [LEGEND, _line("", [row.replace(", ", "/").replace("another's", "other") for row in ROWS], "")]
    for cells in zip(*tried.values(), strict=True):
        marks = [("R" if cell.shown else "") + ("W" if cell.changed else "") for cell in cells]
        tables = sorted(set().union(*(cell.changed for cell in cells)))
        lines.append(_line(cells[0].name, [mark or "·" for mark in marks], ", ".join(tables)))
    return "\n".join(lines)


def _line(name: str, marks: Sequence[str], tables: str) -> str:
    return f"{name:<26} {' '.join(f'{mark:<15}' for mark in marks)} {tables}".rstrip()
