"""The figures as a table."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from tests.benchmarks.rounds import DELAY, Figures, Subject

WIDTHS = (38, 20, 20, 20)


def report(figures: Figures, people: int) -> str:
    """Return everything as text: medians of the rounds, with the least and the most in brackets."""
    rota, bare, kept = figures.rota, figures.bare, figures.kept
    said: Sequence[str] = kept[0]["said"]
    faster = [ours.a_second / theirs.a_second for ours, theirs in zip(rota.fast, bare.fast, strict=True)]
    lines = [
        f"{people} people, each taps again as soon as the message has changed; medians of {len(rota.fast)} rounds "
        "(least–most)",
        "",
        _row(f"{DELAY * 1000:.0f} ms a Bot API call: tap to edit", "p50", "p99"),
        _slow("Rota", rota),
        _slow("bare PTB", bare),
        "",
        _row("0 ms a Bot API call", "taps a second", "CPU of the bot a tap", "and of the stand-in"),
        _fast("Rota", rota),
        _fast("bare PTB", bare),
        _row("Rota to bare PTB", _range(faster, " x", 1), _ratio(bare.cpu, rota.cpu)),
        "",
        _row("The database's part of Rota's tap", "CPU", "time, alone"),
        _row("the same use cases without a bot", *(_milliseconds([one[key] for one in kept]) for key in ("cpu", "seconds"))),
        _row("share of Rota's CPU a tap", _ratio([one["cpu"] for one in kept], rota.cpu, percent=True)),
        f"{len(said)} statements a tap: {', '.join(said)}; one page made durable in {figures.flush * 1000:.2f} ms",
    ]
    if rota.megabytes is not None and bare.megabytes is not None:
        lines.append(f"Memory at the end: Rota {rota.megabytes:.0f} MB, bare PTB {bare.megabytes:.0f} MB")
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=False)).rstrip()


def _slow(name: str, subject: Subject) -> str:
    cells = ([taps.p50 / DELAY for taps in subject.slow], [taps.p99 / DELAY for taps in subject.slow])
    return _row(f"  {name}", *(_range(cell, " x", 2) for cell in cells))


def _fast(name: str, subject: Subject) -> str:
    taps = _range([one.a_second for one in subject.fast], "", 0)
    return _row(f"  {name}", taps, _milliseconds(subject.cpu), _milliseconds(subject.others))


def _milliseconds(seconds: Iterable[float]) -> str:
    return _range([one * 1000 for one in seconds], " ms", 2)


def _range(values: Sequence[float], unit: str, digits: int) -> str:
    if not values:
        return "not known here"
    middle = f"{statistics.median(values):.{digits}f}{unit}"
    return f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})" if len(values) > 1 else middle


def _ratio(above: Sequence[float], below: Sequence[float], *, percent: bool = False) -> str:
    if not above or not below or not statistics.median(below):
        return "not known here"
    ratio = statistics.median(above) / statistics.median(below)
    return f"{ratio:.0%}" if percent else f"{ratio:.1f} x less"
