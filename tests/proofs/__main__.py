"""What is promised, proved at length: ``python -m tests.proofs [NAME ...]``; each prints its figures.

It ends with 1 where a promise was broken. The suite has short versions of them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.postgres import NoServer
from tests.proofs import broadcasts, database, faults, flood, hostile, migrations, nights, processes, restarts, roles
from tests.proofs.verdict import Verdict

Proof = Callable[[Path], Coroutine[Any, Any, Verdict]]
PROOFS: dict[str, Proof] = {
    "broadcast": lambda folder: broadcasts.prove_kills(folder, 5_000, 20),
    "takeover": broadcasts.prove_takeover,
    "hostile": lambda folder: hostile.prove(folder, 100_000),
    "flood": lambda folder: flood.prove(folder, 1_000, 3),
    "faults": lambda folder: faults.prove(folder, 20, 30.0),
    "database": database.prove,
    "migrations": migrations.prove,
    "processes": lambda folder: processes.prove(folder, 300),
    "kills": lambda folder: processes.prove_kills(folder, 300, 120.0),
    "restarts": lambda folder: restarts.prove(folder, 30, 4),
    "nights": lambda folder: nights.prove(folder, nights.NIGHTS),
    "roles": roles.prove,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PROOFS)}; all without one")
    names = parser.parse_args().names or list(PROOFS)
    if unknown := [name for name in names if name not in PROOFS]:
        parser.error(f"no such proof: {', '.join(unknown)}")
    gc.freeze()  # the collector need not stop everybody to look at what was loaded
    verdicts = []
    for name in names:
        try:
            with tempfile.TemporaryDirectory(prefix="rota-proof-") as folder:
                verdicts.append(asyncio.run(PROOFS[name](Path(folder))))
            sys.stdout.write(f"{verdicts[-1]}\n")
        except NoServer as error:
            sys.stdout.write(f"skipped {name}: {error}\n")
        sys.stdout.flush()
    return 0 if all(verdict.holds for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
