"""How fast a tap is, beside a bare bot: the rounds of a measurement as a table."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.benchmarks.crowd import Taps
from tests.benchmarks.figures import row, spread
from tests.benchmarks.past import SIZES
from tests.benchmarks.rounds import Figures, measure
from tests.benchmarks.run import Run
from tests.benchmarks.subjects import DELAY, FEW


def table(run: Run) -> str:
    return _report(asyncio.run(measure(run.folder, run.people, run.taps, run.rounds)), run.people)


def _report(figures: Figures, people: int) -> str:
    """Return everything as text: medians of the rounds, with the least and the most in brackets."""
    rota, bare, kept = figures.rota, figures.bare, figures.kept
    shares = [100 * one["cpu"] / whole for one, whole in zip(kept, rota.cpu, strict=False) if whole]
    said: list[str] = kept[0]["said"]
    lines = [
        f"{people} people; each taps again as soon as the message has changed.",
        f"Medians of {len(rota.fast)} rounds (least–most).",
        "",
        row(f"{DELAY * 1000:.0f} ms a Bot API call", "tap to edit, p50", "p99"),
        _slow("Rota", rota.slow),
        _slow(f"Rota, {min(FEW, people)} of the people", rota.calm),
        _slow("bare PTB", bare.slow),
        "",
        row("0 ms a Bot API call", "taps a second", "bot's CPU a tap", "the other core's"),
        rota.row("Rota"),
        bare.row("bare PTB"),
        rota.better_than(bare),
        "",
        row("The database of a Rota tap", "CPU", "time", "of Rota's CPU"),
        row("  the same use cases without a bot", _ms(kept, "cpu"), _ms(kept, "seconds"), spread(shares, " %", 0)),
        f"  {len(said)} statements: {', '.join(said)}",
        f"  making one page durable takes this disk {spread([1000 * one for one in figures.flushes], ' ms', 2)}",
        "",
        row("A week after so many exceptions in the past", *(f"{size:,}" for size in SIZES)),
        *_past(figures.past),
    ]
    if rota.megabytes is not None and bare.megabytes is not None:
        lines += ["", f"Memory at the end: Rota {rota.megabytes:.0f} MB, bare PTB {bare.megabytes:.0f} MB"]
    return "\n".join(lines)


def _slow(name: str, rounds: Sequence[Taps]) -> str:
    p50, p99 = ([seconds / DELAY for seconds in each] for each in zip(*((t.p50, t.p99) for t in rounds), strict=True))
    return row(f"  {name}", spread(p50, " x", 2), spread(p99, " x", 2))


def _ms(kept: Sequence[dict[str, float]], key: str) -> str:
    return spread([one[key] * 1000 for one in kept], " ms", 2)


def _past(rounds: Sequence[dict[int, float]]) -> tuple[str, str]:
    times = (spread([1000 * one[size] for one in rounds], " ms", 2) for size in SIZES)
    ratios = (spread([one[size] / one[SIZES[0]] for one in rounds], " x", 2) for size in SIZES)
    return row("  read by its use case", *times), row("  to the first", *ratios)
