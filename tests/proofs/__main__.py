"""What holds when processes are killed: ``python -m tests.proofs``. It prints what was counted beside what is promised.

It ends with 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.proofs.broadcasts import kill_runs, takeover


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=5_000, help="of the one broadcast (default 5,000)")
    parser.add_argument("--kills", type=int, default=20, help="SIGKILLs over it (default 20)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rota-proofs-") as folder:
        killed = asyncio.run(kill_runs(Path(folder, "kills"), given.recipients, given.kills))
        sys.stdout.write(f"{killed}\n")
        seconds = asyncio.run(takeover(Path(folder, "takeover")))
        sys.stdout.write(
            f"Of two processes one is killed: all it had claimed was sent by the other {seconds:.1f} s later.\n"
        )
    return 0 if killed.holds and seconds < 10 else 1


if __name__ == "__main__":
    sys.exit(main())
