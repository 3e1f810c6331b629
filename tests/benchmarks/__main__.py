"""How fast a tap is: ``python -m tests.benchmarks``. It prints ratios and medians and asserts nothing."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.machine import description
from tests.benchmarks.rounds import measure
from tests.benchmarks.table import report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measure so often, everything in turn (default 5)")
    parser.add_argument("--people", type=int, default=50, help="who tap at once (default 50)")
    parser.add_argument("--taps", type=int, default=15, help="of each person in a round (default 15)")
    parser.add_argument("--folder", type=Path, help="where the database is put (default: where temporary files are)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rota-benchmark-", dir=given.folder) as folder:
        figures = asyncio.run(measure(Path(folder), given.people, given.taps, given.rounds))
    sys.stdout.write(f"{description()}\n\n{report(figures, given.people)}\n")


if __name__ == "__main__":
    main()
