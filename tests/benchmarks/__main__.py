"""How fast Rota is: ``python -m tests.benchmarks [TABLE ...]``. It prints ratios and medians and asserts nothing."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import against_django, doctors, load, peers, processes, size, start, taps
from tests.benchmarks.machine import description
from tests.benchmarks.run import Run

TABLES: dict[str, Callable[[Run], str]] = {
    "taps": taps.table,
    "peers": peers.table,
    "load": load.table,
    "start": start.table,
    "processes": processes.table,
    "size": size.table,
    "doctors": doctors.table,
    "django": against_django.table,
}
"""Every table, by the name that asks for it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"{', '.join(TABLES)} (default: all of them)")
    parser.add_argument("--rounds", type=int, default=5, help="measure so often, everything in turn (default 5)")
    parser.add_argument("--people", type=int, default=50, help="who tap at once (default 50)")
    parser.add_argument("--taps", type=int, default=15, help="of each person in a round (default 15)")
    parser.add_argument("--small", action="store_true", help="tables of a hundredth of the size, to see that they run")
    parser.add_argument("--folder", type=Path, help="where the databases are put (default: where temporary files are)")
    given = parser.parse_args()
    unknown = set(given.tables) - set(TABLES)
    if unknown:
        parser.error(f"there is no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    sys.stdout.write(f"{description()}\n")
    for name in given.tables or TABLES:
        with tempfile.TemporaryDirectory(prefix="rota-benchmark-", dir=given.folder) as folder:
            run = Run(Path(folder), given.rounds, given.people, given.taps, given.small)
            sys.stdout.write(f"\n{TABLES[name](run)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
