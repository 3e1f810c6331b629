"""Everybody's hours of a date on one board."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.agenda import mark_of, off_label
from bot.paging import blocks, MOST_CHARACTERS, one_page, page_of, page_row
from bot.presence import hours_in, IN, NOT_IN
from bot.screen import bold, button, menu_button, Row, Screen
from bot.sharing import copying_button
from bot.summary import FURTHEST
from bot.taps.desk import CopyBoard, DrawBoard, ShowBoard, ShowBoardBefore
from bot.taps.tap import Open, Place
from bot.times import beside, differs
from bot.words import Words
from clinic.calendar import ResolvedDay, Schedule, today
from clinic.dates import ClinicClosure, DateSpan
from clinic.people import Doctor
from clinic.plan import ONE_DAY
from clinic.ports import Clinic
from clinic.ports.people import MOST_AHEAD
from clinic.time_range import MINUTES_A_DAY
from clinic.use_cases.board import Stretch

MARK = " *"
MOST_LINES = 40
"""How many doctors stand on a page: more could not be drawn as one picture that a phone shows."""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A doctor's date on a board; ``present`` is whether the doctor is in now."""

    doctor: Doctor
    day: ResolvedDay
    present: bool
    text: str

    @property
    def under(self) -> str:
        return self.doctor.specialization

    @property
    def html(self) -> str:
        return html.escape(f"{IN if self.present else NOT_IN} {self.text}", quote=False)


@dataclass(frozen=True, slots=True)
class Board:
    """One page of everybody's hours of a date; ``closure`` is why there are none. ``html`` is the message.

    ``first`` doctors stand on the pages before it, and ``rest`` on those behind it.
    """

    day: date
    lines: Sequence[BoardLine]
    closure: ClinicClosure | None
    html: str
    first: int = 0
    rest: int = 0

    def plain(self, words: Words) -> str:
        """Return the page as it is pasted elsewhere, where no legend explains its signs."""
        parts = [words.full_date(self.day)]
        if self.closure:
            parts.append(closed_text(self.closure, words))
        for heading, lines in groupby(self.lines, key=lambda line: line.under):
            parts.append("\n".join([heading, *(line.text.removesuffix(MARK) for line in lines)]))
        return "\n\n".join(parts)


def shown_day(clinic: Clinic, asked: date) -> date:
    """Return the asked date, or the clinic's present one where it is further off than anybody plans."""
    now = today(clinic.clock(), clinic.zone)
    return asked if abs(asked - now) <= FURTHEST else now


def board_span(day: date) -> DateSpan:
    """Return the dates to read for a board: a doctor's own calendar may be a date off, and nights began before."""
    return DateSpan(day - 2 * ONE_DAY, day + 2 * ONE_DAY)


def closed_text(closure: ClinicClosure, words: Words) -> str:
    return words.say("The clinic is closed: {name}.", name=closure.name)


def day_text(day: ResolvedDay, words: Words, reader: ZoneInfo) -> str:
    """Return a date's hours in one line, after them those on the ``reader``'s clock where that is another."""
    if not day.hours and not day.tails:
        return off_label(day, words)
    tails = [words.say("until {time}", time=words.clock(late.end - MINUTES_A_DAY)) for late in day.tails]
    shown = ", ".join([*tails, *map(words.hours, day.hours)])
    return beside(shown, day, reader, words) + (mark_of(day) if day.hours else "")


def board_of(clinic: Clinic, read: Stretch, day: date, words: Words, *, backwards: bool = False) -> Board:
    """Return as much of the board of a date as a message holds of those who were asked for; ``backwards`` the last."""
    is_today = day == today(clinic.clock(), clinic.zone)
    everybody = [_line(clinic, doctor, schedule, day, words) for doctor, schedule in read.rows]
    decides = everybody[0].day.rules[0] if everybody else None
    if isinstance(decides, ClinicClosure):
        closed = html.escape(closed_text(decides, words), quote=False)
        return Board(day, [], decides, f"{_title(day, words, is_today=is_today)}\n{closed}")
    asked = everybody[read.asked]
    legend = "\n".join(_legend(asked, clinic.zone, words))
    room = MOST_CHARACTERS - len(_heading(day, read, asked, words, is_today=is_today)) - len(legend) - 4
    fitting = one_page(asked, room, MOST_LINES, backwards=backwards)
    first = read.first + (len(asked) - len(fitting) if backwards else 0)
    counted = everybody if read.is_everybody else fitting
    heading = _heading(day, read, counted, words, is_today=is_today)
    text = "\n\n".join(filter(None, [heading, blocks(fitting), legend]))
    return Board(day, fitting, None, text, first, read.total - first - len(fitting))


def _line(clinic: Clinic, doctor: Doctor, schedule: Schedule, day: date, words: Words) -> BoardLine:
    resolved, now = schedule.day(day), clinic.clock()
    present = day == today(now, clinic.zone) and hours_in(schedule, now) is not None
    return BoardLine(doctor, resolved, present, f"{doctor.name}: {day_text(resolved, words, clinic.zone)}")


def _title(day: date, words: Words, *, is_today: bool) -> str:
    full = words.full_date(day)
    return words.rich("<b>Today, {date}</b>", date=full) if is_today else bold(full)


def _heading(day: date, read: Stretch, counted: Sequence[BoardLine], words: Words, *, is_today: bool) -> str:
    """Return as HTML which date it is, and how many are in now, or have hours at all: of everybody, or of the page."""
    title = _title(day, words, is_today=is_today)
    if not counted:
        return f"{title}\n" + words.rich("There are no doctors yet. The administrator invites them.")
    count = sum(line.present if is_today else bool(line.day.hours) for line in counted)
    of_all = len(counted)
    if read.is_everybody and is_today:
        return f"{title}\n" + words.rich("In now: <b>{n}</b> of {all}", n=count, all=of_all)
    if read.is_everybody:
        return f"{title}\n" + words.rich("With hours: <b>{n}</b> of {all}", n=count, all=of_all)
    if is_today:
        return f"{title}\n" + words.rich("In now, on this page: <b>{n}</b> of {all}", n=count, all=of_all)
    return f"{title}\n" + words.rich("With hours, on this page: <b>{n}</b> of {all}", n=count, all=of_all)


def _legend(lines: Sequence[BoardLine], reader: ZoneInfo, words: Words) -> Iterator[str]:
    """Yield as HTML what the signs mean, where they stand on the board."""
    if any(line.present for line in lines):
        yield words.rich("<i>{sign} in now</i>", sign=IN)
    if any(line.text.endswith(MARK) for line in lines):
        yield words.rich("<i>* not the usual hours</i>")
    if any(differs(line.day, reader) for line in lines):
        yield words.rich("<i>= on the clock of {zone}</i>", zone=reader.key)


def board_screen(clinic: Clinic, board: Board, words: Words) -> Screen:
    """Return a board with its buttons: by day, by page, and what else can be done with it."""
    day, first, now = board.day, board.first, today(clinic.clock(), clinic.zone)
    present = [button(words.say("Today"), Open(place=Place.BOARD))] if day != now else []
    by_day = [
        button("◀", ShowBoard(day=day - ONE_DAY, first=0)),
        *present,
        button("▶", ShowBoard(day=day + ONE_DAY, first=0)),
    ]
    before, after = ShowBoardBefore(day=day, end=max(first, 1)), ShowBoard(day=day, first=first + len(board.lines))
    turn = page_row(*page_of(first, board.rest, MOST_LINES), before, after, more=board.rest > MOST_AHEAD)
    rows: list[Row] = [*turn, by_day]
    if board.lines:
        copy = copying_button(board.plain(words), CopyBoard(day=day, first=first), words)
        rows.append([copy, button(words.say("Picture"), DrawBoard(day=day, first=first))])
    rows.append([button(words.say("Who is in now?"), Open(place=Place.NOW)), menu_button(words)])
    return Screen(board.html, rows)
