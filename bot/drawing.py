"""What stands on the pictures of a week and of a board."""

from __future__ import annotations

import html
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.board import Board, day_text
from bot.picture import bars_of, is_closed, Picture, Row
from bot.summary import zone_text
from bot.words import Words
from clinic.dates import week_span
from clinic.ports import Clinic
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import monday_of, weekday_of


def week_picture(read: DoctorSchedule, monday: date, words: Words) -> Picture:
    """Return a doctor's week, on the doctor's own clock."""
    schedule, doctor = read.schedule, read.doctor
    rows = [
        Row(
            day_text(day, words, schedule.zone).removesuffix(" *"),
            bars_of(day, schedule.zone),
            closed=is_closed(day),
            weekday=words.weekday(weekday_of(day.day)),
            day=words.day_of_month(day.day),
        )
        for day in schedule.days(week_span(monday))
    ]
    dates = words.dates(monday, monday + timedelta(days=6))
    return Picture(doctor.name, [doctor.specialization, f"{dates} · {_zone(schedule.zone, monday)}"], rows)


def board_picture(clinic: Clinic, board: Board, words: Words) -> Picture:
    """Return a page of a board, on the clinic's clock, with a line at the present time if it is today's."""
    rows, group = [], ""
    for line in board.lines:
        heading = line.doctor.specialization if line.doctor.specialization != group else ""
        group = line.doctor.specialization
        text = day_text(line.day, words, clinic.zone).removesuffix(" *")
        rows.append(Row(text, bars_of(line.day, clinic.zone), title=line.doctor.name, group=heading))
    now = clinic.clock().astimezone(clinic.zone)
    minute = now.hour * 60 + now.minute if now.date() == board.day else None
    title = words.full_date(board.day)
    title = title[:1].upper() + title[1:]
    lines = [f"{words.clinic(clinic.name)} · {_zone(clinic.zone, monday_of(board.day))}"]
    return Picture(title, lines, rows, minute)


def _zone(zone: ZoneInfo, monday: date) -> str:
    return html.unescape(zone_text(zone, monday))
