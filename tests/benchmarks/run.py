"""What a table is asked for: where, how often, how much."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One call of the benchmarks; ``folder`` is the table's own, and goes when it is printed.

    ``people`` tap at once, ``taps`` times in a round. ``small`` is a hundredth of everything else, to see that it runs.
    """

    folder: Path
    rounds: int
    people: int
    taps: int
    small: bool

    def scaled(self, size: int) -> int:
        return max(2, size // 100) if self.small else size
