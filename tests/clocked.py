"""``run_bot.py`` on a clock that a test sets: it shows the instant that the file ``clock`` of its folder holds."""

from __future__ import annotations

import runpy
import sys
from datetime import datetime, UTC
from pathlib import Path

ROOT = Path(__file__).parents[1]


def clock() -> datetime:
    return datetime.fromisoformat(Path("clock").read_text(encoding="ascii")).replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    sys.exit(runpy.run_path(str(ROOT / "run_bot.py"))["main"](clock))
