"""A week as a message: one line a day that stands straight on a narrow phone."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.screen import button, GO, in_rows, menu_button, Row, Screen
from bot.taps import Open, Place, ShowWeek, SwitchDay, Undo
from bot.words import Words
from clinic.calendar import today, worked_in_week
from clinic.people import Doctor
from clinic.ports import Clinic
from clinic.time_range import MINUTES_A_DAY
from clinic.week import monday_of, Weekday, WeeklyAvailability, WeekRecord

WIDEST_LINE = 32
WEEK = timedelta(days=7)
FURTHEST = 260 * WEEK


def this_monday(clinic: Clinic) -> date:
    """Return the Monday of the week that the clinic's calendars show now."""
    return monday_of(today(clinic.clock(), clinic.zone))


def shown_monday(clinic: Clinic, asked: date) -> date:
    """Return the Monday of the asked week, or the present one where it is further off than anybody plans."""
    now = this_monday(clinic)
    return monday_of(asked) if abs(asked - now) <= FURTHEST else now


def week_table(week: WeeklyAvailability, words: Words, monday: date | None = None) -> str:
    """Return the seven days as preformatted HTML, with dates where the ``monday`` is given.

    Monday first; each range on a line of its own, at most ``WIDEST_LINE`` characters; the end of the night before
    stands first, as ``until 06:00``.
    """
    names = [words.weekday(day) for day in Weekday]
    width = max(map(len, names))
    lines = []
    for day, name in zip(Weekday, names, strict=True):
        label = name.ljust(width)
        if monday:
            label += f" {(monday + timedelta(days=day)).day:>2}"
        shown = list(_day_lines(week, day, words)) or [words.say("off")]
        lines += [f"{label}  {shown[0]}", *(" " * len(label) + f"  {line}" for line in shown[1:])]
    table = "\n".join(line.rstrip() for line in lines)
    return f"<pre>{html.escape(table, quote=False)}</pre>"


def _day_lines(week: WeeklyAvailability, day: Weekday, words: Words) -> Iterator[str]:
    for late in week.tails_into(day):
        yield words.say("until {time}", time=words.clock(late.end - MINUTES_A_DAY))
    for hours in week[day].open_ranges:
        yield words.hours(hours)


def week_text(clinic: Clinic, doctor: Doctor, record: WeekRecord, monday: date, words: Words) -> str:
    """Return the weekly summary as HTML: whose, which week and zone, the days, the total, the last change."""
    heading = words.rich("<b>{name}</b> · {specialization}", name=doctor.name, specialization=doctor.specialization)
    sunday = monday + timedelta(days=6)
    parts = [
        f"{heading}\n{html.escape(words.dates(monday, sunday))} · {html.escape(_zone(clinic, monday))}",
        week_table(record.week, words, monday),
    ]
    if record.week.is_empty:
        parts.append(words.rich("No hours yet."))
    else:
        total = words.length(worked_in_week(record.week, monday, clinic.zone))
        parts.append(words.rich("Total: <b>{hours}</b>", hours=total))
    if record.changed_at:
        when = words.moment(record.changed_at, clinic.zone)
        parts[-1] += "\n" + words.rich("Changed {when} by {name}", when=when, name=record.changed_by)
    return "\n".join(parts)


def _zone(clinic: Clinic, monday: date) -> str:
    """Return the zone's name with its offset in that week, ``Europe/Berlin (UTC+1)``."""
    noon = datetime(monday.year, monday.month, monday.day, 12, tzinfo=clinic.zone)
    offset = noon.utcoffset() or timedelta()
    if clinic.zone.key in {"UTC", "Etc/UTC"}:
        return "UTC"
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{clinic.zone.key} (UTC{sign}{hours}" + (f":{minutes:02})" if minutes else ")")


def week_screen(
    clinic: Clinic, doctor: Doctor, record: WeekRecord, monday: date, words: Words, *, own: bool, notice: str = ""
) -> Screen:
    """Return the summary with its buttons; ``own`` adds what only the doctor may do. ``notice`` is HTML."""
    text = week_text(clinic, doctor, record, monday, words)
    rows: list[Row] = _week_arrows(clinic, doctor, monday, words)
    if own:
        rows = [*_own_buttons(doctor, record, monday, words), *rows]
    back = [] if own else [button(words.say("Doctors"), Open(place=Place.DOCTORS))]
    return Screen(f"{notice}\n\n{text}" if notice else text, [*rows, [*back, menu_button(words)]])


def _week_arrows(clinic: Clinic, doctor: Doctor, monday: date, words: Words) -> list[Row]:
    def to(monday: date) -> ShowWeek:
        return ShowWeek(doctor=doctor.doctor_id, monday=monday)

    now = this_monday(clinic)
    present = [button(words.say("This week"), to(now))] if monday != now else []
    return [[button("◀", to(monday - WEEK)), *present, button("▶", to(monday + WEEK))]]


def _own_buttons(doctor: Doctor, record: WeekRecord, monday: date, words: Words) -> list[Row]:
    rows: list[Row] = []
    if not record.week.is_empty:
        switches = [
            button(
                f"{'✓' if now.on else '✕'} {words.weekday(day)}",
                SwitchDay(doctor=doctor.doctor_id, day=day, on=not now.on, monday=monday),
            )
            for day, now in record.week
        ]
        rows = in_rows(switches, 4)
    change = button(words.say("Change hours"), Open(place=Place.EDITOR), GO)
    if record.undoable:
        return [*rows, [button(words.say("↩ Undo"), Undo(doctor=doctor.doctor_id, version=record.version)), change]]
    return [*rows, [change]]
