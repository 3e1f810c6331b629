"""What stands on a picture: hours, bookings and days without hours, as bars in rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.canvas import Colour
from clinic.calendar import ResolvedDay, Slot, slot
from clinic.dates import ClinicClosure, TimeOff
from clinic.plan import ONE_DAY
from clinic.time_range import MINUTES_A_DAY


@dataclass(frozen=True, slots=True)
class Bar:
    """Minutes from a date's midnight, on the reader's clock; ``usual`` is false for what does not repeat."""

    start: int
    end: int
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the grid: a weekday with its date beside it, or a doctor's name above it (``title``).

    ``empty`` is the shade of one without hours; ``booked`` lie over the hours.
    """

    text: str
    bars: Sequence[Bar]
    empty: Colour = Colour.OFF
    booked: Sequence[Bar] = ()
    weekday: str = ""
    day: str = ""
    title: str = ""
    present: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn; ``now`` is the minute at which each row has an upright line."""

    title: str
    lines: Sequence[str]
    rows: Sequence[Row]
    now: int | None = None


def bars_of(day: ResolvedDay, reader: ZoneInfo) -> list[Bar]:
    """Return a date's hours and what the night before left of its own, as far as they lie on the date."""
    tails = [slot(day.day - ONE_DAY, late, day.zone) for late in day.tails]
    usual = day.hours == day.usual
    pieces = [(found, True) for found in tails if found] + [(found, usual) for found in day.slots]
    cut = ((_cut(found, day, reader), is_usual) for found, is_usual in pieces)
    return [replace(bar, usual=is_usual) for bar, is_usual in cut if bar]


def booked_bars(bookings: Iterable[Slot], day: ResolvedDay, reader: ZoneInfo) -> list[Bar]:
    """Return what of the bookings lies on a date."""
    return [bar for bar in (_cut(found, day, reader) for found in bookings) if bar]


def _cut(found: Slot, day: ResolvedDay, reader: ZoneInfo) -> Bar | None:
    """Return the part of a slot that lies on a date of the reader's, if some does."""
    start, end = (_minute(at, day, reader) for at in (found.start, found.end))
    return Bar(max(start, 0), min(end, MINUTES_A_DAY)) if end > 0 and start < MINUTES_A_DAY else None


def _minute(at: datetime, day: ResolvedDay, reader: ZoneInfo) -> int:
    midnight = datetime.combine(day.day, time())
    return round((at.astimezone(reader).replace(tzinfo=None) - midnight) / timedelta(minutes=1))


def shade_of(day: ResolvedDay) -> Colour:
    """Return the shade of a date that has no hours."""
    match day.rules[0]:
        case ClinicClosure():
            return Colour.CLOSED
        case TimeOff():
            return Colour.AWAY
    return Colour.OFF
