"""What can be taken away from a week: its plain text, a picture, a calendar file."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from bot.agenda import off_label
from bot.screen import Button, button, copy_button, Row
from bot.taps.tap import Tap
from bot.taps.week import CopyWeek, DrawWeek, SendCalendar
from bot.words import Words
from clinic.calendar import ResolvedDay
from clinic.dates import week_span
from clinic.time_range import MINUTES_A_DAY
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import weekday_of

MOST_COPIED = 256
"""Bot API, CopyTextButton: text."""
MARK = " *"


def copying_button(text: str, tap: Tap, words: Words) -> Button:
    """Return a button that copies a text, or where it is too long for that, one that asks for it as a message."""
    label = words.say("Copy")
    fits = len(text.encode("utf-16-le")) // 2 <= MOST_COPIED
    return copy_button(label, text) if fits else button(label, tap)


def share_row(read: DoctorSchedule, monday: date, zone: str, words: Words) -> Row:
    """Return the buttons under a week; ``zone`` is what it is called there."""
    doctor = read.doctor.doctor_id
    return [
        copying_button(plain_week(read, monday, zone, words), CopyWeek(doctor=doctor, monday=monday), words),
        button(words.say("Picture"), DrawWeek(doctor=doctor, monday=monday)),
        button(words.say("Calendar file"), SendCalendar(doctor=doctor)),
    ]


def plain_week(read: DoctorSchedule, monday: date, zone: str, words: Words) -> str:
    """Return a week as it is pasted elsewhere: dates that follow one another with the same hours in one line."""
    sunday = monday + timedelta(days=6)
    lines = [f"{read.doctor.name} · {read.doctor.specialization}", f"{words.dates(monday, sunday)} · {zone}"]
    hours = [(_hours(day, words), day.day) for day in read.schedule.days(week_span(monday))]
    for shown, alike in groupby(hours, key=lambda each: each[0]):
        days = [_day(day, words) for _, day in alike]
        lines.append(f"{'–'.join(dict.fromkeys([days[0], days[-1]]))}: {shown}")
    return "\n".join(lines)


def _day(day: date, words: Words) -> str:
    return f"{words.weekday(weekday_of(day))} {day.day}"


def _hours(day: ResolvedDay, words: Words) -> str:
    """Return what begins on a date; a night's end is told by the night, but where nothing else is to be told."""
    if day.hours:
        return ", ".join(map(words.hours, day.hours))
    if day.tails:
        return words.say("until {time}", time=words.clock(day.tails[-1].end - MINUTES_A_DAY))
    return off_label(day, words).removesuffix(MARK)
