"""Take a week or a board away: as text, as a picture, as a calendar file. Each tap reads anew, and is authorised so."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date

from telegram.constants import ParseMode

from bot.bars import Picture
from bot.calendar_file import calendar_file
from bot.drawing import board_picture, week_picture
from bot.front import Front, Handler
from bot.handlers.board import read_page
from bot.picture import draw
from bot.sharing import plain_week
from bot.summary import shown_monday, this_monday, zone_text
from bot.taps.desk import CopyBoard, DrawBoard
from bot.taps.week import CopyWeek, DrawWeek, SendCalendar
from bot.turn import Turn
from clinic.calendar import Slot
from clinic.dates import DateSpan, week_span
from clinic.errors import NotAllowed
from clinic.plan import ONE_DAY
from clinic.use_cases.desk import bookings_of_doctor, times_booked
from clinic.use_cases.hours import read_schedule

MOST_ROWS = 10
"""A taller picture is sent as a file: as a photo it would be shrunk until nobody can read it."""


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_tap(CopyWeek, copy_week),
        front.on_tap(CopyBoard, copy_board),
        front.on_tap(DrawWeek, draw_week),
        front.on_tap(DrawBoard, draw_board),
        front.on_tap(SendCalendar, send_calendar),
    ]


async def copy_week(turn: Turn, tap: CopyWeek) -> None:
    monday = shown_monday(turn.clinic, tap.monday)
    read = await read_schedule(turn.clinic, turn.actor, tap.doctor, week_span(monday))
    zone = html.unescape(zone_text(read.schedule.zone, monday))
    await _send_text(turn, plain_week(read, monday, zone, turn.words))


async def copy_board(turn: Turn, tap: CopyBoard) -> None:
    board = await read_page(turn, tap.day, tap.first)
    await _send_text(turn, board.plain(turn.words))


async def _send_text(turn: Turn, text: str) -> None:
    """Send a text alone in a message, as a block that one tap copies whole, however long it is."""
    await turn.answer(turn.words.say("Tap the text to copy it."))
    await turn.bot.send_message(turn.chat_id, f"<pre>{html.escape(text, quote=False)}</pre>", ParseMode.HTML)


async def draw_week(turn: Turn, tap: DrawWeek) -> None:
    monday = shown_monday(turn.clinic, tap.monday)
    read = await read_schedule(turn.clinic, turn.actor, tap.doctor, week_span(monday))
    booked: list[Slot] = []
    with suppress(NotAllowed):  # whoever may not read bookings sees the hours
        span = DateSpan(monday - ONE_DAY, monday + 7 * ONE_DAY)
        _, bookings = await bookings_of_doctor(turn.clinic, turn.actor, tap.doctor, span)
        booked = [booking.slot for booking in bookings]
    await _send_picture(turn, week_picture(read, monday, booked, turn.words), read.doctor.name, monday)


async def draw_board(turn: Turn, tap: DrawBoard) -> None:
    board = await read_page(turn, tap.day, tap.first)
    booked: Mapping[int, Sequence[Slot]] = {}
    with suppress(NotAllowed):
        doctor_ids = [line.doctor.doctor_id for line in board.lines]
        booked = await times_booked(turn.clinic, turn.actor, board.day, doctor_ids)
    await _send_picture(turn, board_picture(turn.clinic, board, booked, turn.words), turn.clinic.name, board.day)


async def _send_picture(turn: Turn, picture: Picture, name: str, day: date) -> None:
    """Draw in a thread, so that nobody else waits, and send what was drawn."""
    _, content = await asyncio.gather(turn.answer(), asyncio.to_thread(draw, picture, turn.words))
    file = f"{_file_name(name)}-{day}.png"
    if len(picture.rows) <= MOST_ROWS:
        await turn.bot.send_photo(turn.chat_id, content, picture.title, filename=file)
    else:
        await turn.bot.send_document(turn.chat_id, content, picture.title, filename=file)


async def send_calendar(turn: Turn, tap: SendCalendar) -> None:
    """Send a doctor's hours from this week on, for a phone's own calendar."""
    clinic, words, first = turn.clinic, turn.words, this_monday(turn.clinic)
    read = await read_schedule(clinic, turn.actor, tap.doctor, DateSpan(first, date.max))
    content = await asyncio.to_thread(calendar_file, read.doctor, read.schedule, first, clinic.clock())
    if content is None:
        await turn.answer(words.say("There are no hours from this week on to put into a calendar."), alert=True)
        return
    caption = words.say("Open the file to add these hours to your calendar. Later changes are not in it.")
    await turn.answer()
    await turn.bot.send_document(turn.chat_id, content, caption, filename=f"{_file_name(read.doctor.name)}.ics")


def _file_name(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-") or "rota"
