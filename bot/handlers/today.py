"""What a doctor says on the day itself: late, leaving early, off sick; and taking a change of the calendar back."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date

from bot.agenda import time_off_text
from bot.front import Front, Handler
from bot.handlers.board import show_todays_board
from bot.handlers.own import own_doctor_id
from bot.notices import try_notices
from bot.protection import protected
from bot.screen import bold, Button, button, DANGER, GO, in_rows, menu_button, of_doctor, Row, Screen
from bot.summary import this_monday
from bot.taps.dates import SayToday, UndoDates
from bot.taps.tap import Open, Place
from bot.taps.week import ShowWeek
from bot.times import hours_text
from bot.turn import Turn
from clinic.calendar import today
from clinic.dates import DateChange, DateSpan, TimeOff, TimeOffKind
from clinic.errors import DateIsPast
from clinic.people import Role
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.use_cases.dates import take_time_off, undo_dates
from clinic.use_cases.hours import read_schedule
from clinic.use_cases.schedules import DoctorSchedule

DESK = frozenset({Role.RECEPTIONIST, Role.ADMIN})
LATE = (15, 30, 45, 60)
HALF_HOUR = 30
MOST_ENDS = 6


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("today", show_today),
        front.on_place(Place.TODAY, show_today),
        protected(front, SayToday, say_today),
        protected(front, UndoDates, take_back_dates),
    ]


async def show_today(turn: Turn, _given: object) -> None:
    """Show a doctor today's hours, with what can be said about them in one more tap; show the desk everybody's."""
    if turn.actor.doctor_id is None and turn.actor.roles & DESK:
        await show_todays_board(turn, None)
        return
    await turn.show(await _today_screen(turn, own_doctor_id(turn)))


async def _today_screen(turn: Turn, doctor_id: int, notice: str = "") -> Screen:
    words = turn.words
    now = turn.clinic.clock()
    read = await read_schedule(turn.clinic, turn.actor, doctor_id, _two_days(turn))
    local = now.astimezone(read.schedule.zone)
    day = read.schedule.day(local.date())
    minute = local.hour * 60 + local.minute
    left = [hours for hours in day.hours if hours.end > minute]
    text = words.rich("<b>Today, {date}</b>", date=words.short_date(day.day))
    text += "\n" + html.escape(hours_text(day.hours, words), quote=False)
    rows: list[Row] = []
    if left:
        text += "\n\n" + words.rich("Tap what is different today. The reception is told at once.")
        rows = [*in_rows(_late(turn, day.day, left[0], minute), 2), *in_rows(_early(turn, day.day, left, minute), 3)]
    if day.hours:
        sick = SayToday(kind=TimeOffKind.SICK, day=day.day, start=0, end=0)
        rows.append([button(words.say("Off sick today"), sick, DANGER)])
    else:
        text += "\n\n" + words.rich("You have no hours today, so there is nothing to change.")
    if turn.actor.roles & DESK:
        rows.append([button(words.say("Today's board"), Open(place=Place.BOARD))])
    rows.append([button(words.say("My week"), Open(place=Place.WEEK)), menu_button(words)])
    return Screen(f"{notice}\n\n{text}" if notice else text, rows)


def _two_days(turn: Turn) -> DateSpan:
    """Return the clinic's date with its neighbours: the doctor's own calendar may show either."""
    noon = today(turn.clinic.clock(), turn.clinic.zone)
    return DateSpan(date.fromordinal(noon.toordinal() - 1), date.fromordinal(noon.toordinal() + 1))


def _late(turn: Turn, day: date, hours: TimeRange, minute: int) -> Iterator[Button]:
    """Yield how late: counted from the next hours' start, or from now where they have begun."""
    start = max(hours.start, minute)
    for late in LATE:
        if start + late < hours.end and start < MINUTES_A_DAY:
            label = turn.words.say("Late {minutes} min: {time}", minutes=late, time=turn.words.clock(start + late))
            yield button(label, SayToday(kind=TimeOffKind.LATE, day=day, start=start, end=start + late))


def _early(turn: Turn, day: date, left: list[TimeRange], minute: int) -> Iterator[Button]:
    """Yield when to leave: the last half-hours before the end, earlier ones where few are left."""
    end = left[-1].end
    first = max(minute, left[0].start)
    ends = [each for each in range(first - first % HALF_HOUR + HALF_HOUR, end, HALF_HOUR) if each < MINUTES_A_DAY]
    for leave in ends[-MOST_ENDS:]:
        label = turn.words.say("Until {time}", time=turn.words.clock(leave))
        yield button(label, SayToday(kind=TimeOffKind.EARLY, day=day, start=leave, end=end))


async def say_today(turn: Turn, tap: SayToday) -> None:
    """Keep what was said, and tell the desk; the same tap twice says it once."""
    doctor_id = own_doctor_id(turn)
    read = await read_schedule(turn.clinic, turn.actor, doctor_id, _two_days(turn))
    if tap.day != _local_date(turn, read):
        raise DateIsPast(tap.day)
    hours = None if tap.kind is TimeOffKind.SICK else TimeRange(tap.start, tap.end)
    off = TimeOff(doctor_id, DateSpan(tap.day, tap.day), hours, kind=tap.kind)
    change = await take_time_off(turn.clinic, turn.actor, off, bookings=turn.bookings)
    await _show_said(turn, doctor_id, change, off)
    await try_notices(turn.clinic, turn.bot)


def _local_date(turn: Turn, read: DoctorSchedule) -> date:
    return today(turn.clinic.clock(), read.schedule.zone)


async def _show_said(turn: Turn, doctor_id: int, change: DateChange, off: TimeOff) -> None:
    words = turn.words
    read = await read_schedule(turn.clinic, turn.actor, doctor_id, _two_days(turn))
    day = read.schedule.day(off.span.first)
    lines = [
        f"✓ {bold(time_off_text(off, words))}",
        words.rich("Your hours today: {hours}", hours=hours_text(day.hours, words)),
        words.rich("The reception is told."),
    ]
    again = button(words.say("Today"), Open(place=Place.TODAY))
    rows: list[Row] = [[again, menu_button(words)]]
    if change.change_id:
        rows = [[button(words.say("↩ Undo"), UndoDates(change=change.change_id), GO)], *rows]
    await turn.show(Screen("\n".join(lines), rows))


async def take_back_dates(turn: Turn, tap: UndoDates) -> None:
    """Take a change of the calendar back, and tell the desk if it was told of it."""
    change = await undo_dates(turn.clinic, turn.actor, tap.change, bookings=turn.bookings)
    words = turn.words
    rows: list[Row] = [[menu_button(words)]]
    if change.doctor_id is not None:
        own = change.doctor_id == turn.actor.doctor_id
        week = ShowWeek(doctor=change.doctor_id, monday=this_monday(turn.clinic))
        rows = [[button(words.say("My week") if own else words.say("The week"), week), menu_button(words)]]
    screen = Screen(words.rich("↩ <b>Undone.</b> The calendar is as it was before."), rows)
    await turn.show(of_doctor(screen, change.stamp.on_behalf, words))
    await try_notices(turn.clinic, turn.bot)
