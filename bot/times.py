"""Times of day as buttons, and hours as text: what every form and summary shows alike."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.screen import bold, Button, button, in_rows, Row
from bot.taps.form import Back, Cancel, PickFrom, PickTo, ShowNight, Step
from bot.taps.tap import Tap
from bot.words import Words
from clinic.calendar import Slot
from clinic.time_range import MINUTES_A_DAY, TimeRange

HALF_HOUR = 30
DAY_BEGINS, DAY_ENDS = 6 * 60, 22 * 60
LAST_NIGHT_END = MINUTES_A_DAY + 12 * 60
COLUMNS = {5: 4, 12: 3, 20: 2}
"""How many buttons stand side by side on a narrow phone, by the length of the longest label; else one."""


def _begin(minutes: int) -> Tap:
    return PickFrom(minutes=minutes)


def _turn(night: bool) -> Tap:
    return ShowNight(step=Step.FROM, on=night)


def from_rows(
    words: Words, *, night: bool, pick: Callable[[int], Tap] = _begin, turn: Callable[[bool], Tap] = _turn
) -> list[Row]:
    """Return the times to begin at in half-hours: those of the day, or with ``night`` the others.

    A time is ``pick``; ``turn`` leads to the other half.
    """
    day_times = range(DAY_BEGINS, DAY_ENDS, HALF_HOUR)
    night_times = [*range(0, DAY_BEGINS, HALF_HOUR), *range(DAY_ENDS, MINUTES_A_DAY, HALF_HOUR)]
    times = night_times if night else day_times
    rows = _in_columns([button(words.clock(minutes), pick(minutes)) for minutes in times])
    other = words.say("Day hours") if night else words.say("Night hours")
    return [*rows, [button(other, turn(not night))]]


def to_rows(start: int, words: Words, *, night: bool) -> list[Row]:
    """Return the times to end at, each with its length: later ones of the day, or with ``night`` the next day's."""
    later = start - start % HALF_HOUR + HALF_HOUR
    if night:
        last = min(MINUTES_A_DAY + start - 1, LAST_NIGHT_END)
        ends = range(MINUTES_A_DAY + HALF_HOUR, last + 1, HALF_HOUR)
    else:
        ends = range(later, MINUTES_A_DAY + 1, HALF_HOUR)
    rows = _in_columns(list(_end_buttons(start, ends, words)))
    if start:
        other = words.say("Same day") if night else words.say("Next day (+1)")
        rows.append([button(other, ShowNight(step=Step.TO, on=not night))])
    return rows


def _end_buttons(start: int, ends: range, words: Words) -> Iterator[Button]:
    for end in ends:
        length = words.short_length(end - start)
        mark = " (+1)" if end > MINUTES_A_DAY else ""
        yield button(f"{words.clock(end)}{mark} · {length}", PickTo(minutes=end))


def _in_columns(buttons: list[Button]) -> list[Row]:
    longest = max((len(one.text) for one in buttons), default=0)
    return in_rows(buttons, next((columns for length, columns in COLUMNS.items() if longest <= length), 1))


def way_back(step: Step, words: Words) -> Row:
    return [button(words.say("Back"), Back(step=step)), button(words.say("Cancel"), Cancel())]


def hours_text(hours: Iterable[TimeRange], words: Words) -> str:
    """Return ranges in one line, ``09:00–13:00, 15:00–19:00``, or ``off`` where there are none."""
    return ", ".join(map(words.hours, hours)) or words.say("off")


def change_line(dates: str, before: str, after: str) -> str:
    """Return as HTML what becomes of a date or a few: ``Wed 25 Nov: 09:00–17:00 → off``."""
    return f"{html.escape(f'{dates}: {before}', quote=False)} → {bold(after)}"


def night_lines(nights: Sequence[tuple[str, TimeRange]], words: Words) -> list[str]:
    """Return as HTML when ranges end that end on the next day, each with the days that it is about."""
    return [
        words.rich(
            "<b>{days}</b>: from {start} until {end} on the next day, {length}",
            days=days,
            start=words.clock(hours.start),
            end=words.clock(hours.end),
            length=words.length(timedelta(minutes=hours.minutes)),
        )
        for days, hours in nights
    ]


class Dated(Protocol):
    """A date's hours as instants, and on whose clocks they stand."""

    @property
    def day(self) -> date: ...
    @property
    def slots(self) -> Sequence[Slot]: ...
    @property
    def zone(self) -> ZoneInfo: ...


def differs(day: Dated, reader: ZoneInfo) -> bool:
    """Whether a date's hours stand at other times on the reader's clock."""
    return any(is_other(found, day.zone, reader) for found in day.slots)


def is_other(found: Slot, zone: ZoneInfo, reader: ZoneInfo) -> bool:
    """Whether the reader's clock shows another time at the slot's start or end."""
    moments = (found.start, found.end)
    return any(moment.astimezone(zone).utcoffset() != moment.astimezone(reader).utcoffset() for moment in moments)


def beside(shown: str, day: Dated, reader: ZoneInfo, words: Words) -> str:
    """Return a date's hours, as they are shown, with those on the reader's clock beside them where that is another."""
    if not differs(day, reader):
        return shown
    return f"{shown} ({day.zone.key}) = {', '.join(seen_hours(day, reader, words))}"


def seen_hours(day: Dated, zone: ZoneInfo, words: Words) -> list[str]:
    """Return a date's slots on another zone's clock."""
    return [seen(slot, day.day, zone, words) for slot in day.slots]


def seen(slot: Slot, day: date, zone: ZoneInfo, words: Words) -> str:
    """Return a date's slot on another zone's clock; ``(+1)`` and ``(-1)`` mark one that lies on another date too."""
    start, end = slot.start.astimezone(zone), slot.end.astimezone(zone)
    shown = f"{words.clock(_minute(start))}–{words.clock(_minute(end) or MINUTES_A_DAY)}"
    shift = (start.date() - day).days or ((end - timedelta(minutes=1)).date() - day).days
    return f"{shown} ({shift:+})" if shift else shown


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute
