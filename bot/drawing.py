"""What stands on the pictures of a week and of a board."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.bars import bars_of, booked_bars, Picture, Row, shade_of
from bot.board import Board, day_text
from bot.summary import zone_text
from bot.words import Words
from clinic.calendar import Slot
from clinic.dates import week_span
from clinic.ports import Clinic
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import monday_of, weekday_of


def week_picture(read: DoctorSchedule, monday: date, booked: Sequence[Slot], words: Words) -> Picture:
    """Return a doctor's week, on the doctor's own clock; of bookings their times alone."""
    schedule, doctor = read.schedule, read.doctor
    rows = [
        Row(
            day_text(day, words, schedule.zone).removesuffix(" *"),
            bars_of(day, schedule.zone),
            shade_of(day),
            booked_bars(booked, day, schedule.zone),
            weekday=words.weekday(weekday_of(day.day)),
            day=words.day_of_month(day.day),
        )
        for day in schedule.days(week_span(monday))
    ]
    dates = words.dates(monday, monday + timedelta(days=6))
    return Picture(doctor.name, [doctor.specialization, f"{dates} · {_zone(schedule.zone, monday)}"], rows)


def board_picture(clinic: Clinic, board: Board, booked: Mapping[int, Sequence[Slot]], words: Words) -> Picture:
    """Return a page of a board, on the clinic's clock, with a line at the present time if it is today's.

    ``booked`` are the times of bookings by the doctor's id.
    """
    rows, group = [], ""
    for line in board.lines:
        taken = booked_bars(booked.get(line.doctor.doctor_id, ()), line.day, clinic.zone)
        heading = line.doctor.specialization if line.doctor.specialization != group else ""
        group = line.doctor.specialization
        text = day_text(line.day, words, clinic.zone).removesuffix(" *")
        bars, name = bars_of(line.day, clinic.zone), line.doctor.name
        rows.append(Row(text, bars, shade_of(line.day), taken, title=name, group=heading))
    now = clinic.clock().astimezone(clinic.zone)
    minute = now.hour * 60 + now.minute if now.date() == board.day else None
    title = words.full_date(board.day)
    title = title[:1].upper() + title[1:]
    lines = [f"{words.clinic(clinic.name)} · {_zone(clinic.zone, monday_of(board.day))}"]
    return Picture(title, lines, rows, minute)


def _zone(zone: ZoneInfo, monday: date) -> str:
    return html.unescape(zone_text(zone, monday))
