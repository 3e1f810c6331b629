"""Everybody's hours of a date on one board."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.agenda import mark_of, off_label
from bot.paging import blocks, in_pages, MOST_CHARACTERS, page_row
from bot.presence import hours_in, IN, NOT_IN
from bot.screen import bold, button, menu_button, Row, Screen
from bot.sharing import copying_button
from bot.summary import FURTHEST
from bot.taps.desk import CopyBoard, DrawBoard, ShowBoard
from bot.taps.tap import Open, Place
from bot.times import beside, differs
from bot.words import Words
from clinic.calendar import ResolvedDay, Schedule, today
from clinic.dates import ClinicClosure, DateSpan
from clinic.people import Doctor
from clinic.plan import ONE_DAY
from clinic.ports import Clinic
from clinic.search import folded
from clinic.time_range import MINUTES_A_DAY

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
    """One page of everybody's hours of a date; ``closure`` is why there are none. ``html`` is the message."""

    day: date
    page: int
    pages: int
    lines: Sequence[BoardLine]
    closure: ClinicClosure | None
    html: str

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


def board_of(clinic: Clinic, everybody: Sequence[tuple[Doctor, Schedule]], day: date, page: int, words: Words) -> Board:
    """Return a page of the board of a date, by specialization and name; the last one where there are not as many."""
    now = clinic.clock()
    is_today = day == today(now, clinic.zone)
    lines = []
    for doctor, schedule in sorted(everybody, key=lambda row: board_order(row[0])):
        resolved = schedule.day(day)
        present = is_today and hours_in(schedule, now) is not None
        text = f"{doctor.name}: {day_text(resolved, words, clinic.zone)}"
        lines.append(BoardLine(doctor, resolved, present, text))
    decides = lines[0].day.rules[0] if lines else None
    closure = decides if isinstance(decides, ClinicClosure) else None
    heading = _heading(day, lines, closure, words, is_today=is_today)
    shown = [] if closure else lines
    legend = "\n".join(_legend(shown, clinic.zone, words))
    pages = in_pages(shown, MOST_CHARACTERS - len(heading) - len(legend) - 4, MOST_LINES)
    page = min(page, len(pages) - 1)
    text = "\n\n".join(filter(None, [heading, blocks(pages[page]), legend]))
    return Board(day, page, len(pages), pages[page], closure, text)


def board_order(doctor: Doctor) -> tuple[str, str, str, int]:
    """Return what doctors are sorted by on a board: the specialization, then the name."""
    return folded(doctor.specialization), doctor.specialization, folded(doctor.name), doctor.doctor_id


def _heading(
    day: date, lines: Sequence[BoardLine], closure: ClinicClosure | None, words: Words, *, is_today: bool
) -> str:
    """Return as HTML which date it is, and how many are in now, or have hours at all."""
    full = words.full_date(day)
    title = words.rich("<b>Today, {date}</b>", date=full) if is_today else bold(full)
    if not lines:
        return f"{title}\n" + words.rich("There are no doctors yet. The administrator invites them.")
    if closure:
        return f"{title}\n" + html.escape(closed_text(closure, words), quote=False)
    if is_today:
        count = sum(line.present for line in lines)
        return f"{title}\n" + words.rich("In now: <b>{n}</b> of {all}", n=count, all=len(lines))
    count = sum(bool(line.day.hours) for line in lines)
    return f"{title}\n" + words.rich("With hours: <b>{n}</b> of {all}", n=count, all=len(lines))


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
    day, page, now = board.day, board.page, today(clinic.clock(), clinic.zone)
    present = [button(words.say("Today"), Open(place=Place.BOARD))] if day != now else []
    by_day = [
        button("◀", ShowBoard(day=day - ONE_DAY, page=0)),
        *present,
        button("▶", ShowBoard(day=day + ONE_DAY, page=0)),
    ]
    before, after = ShowBoard(day=day, page=max(page - 1, 0)), ShowBoard(day=day, page=page + 1)
    rows: list[Row] = [*page_row(page, board.pages, before, after), by_day]
    if board.lines:
        copy = copying_button(board.plain(words), CopyBoard(day=day, page=page), words)
        rows.append([copy, button(words.say("Picture"), DrawBoard(day=day, page=page))])
    rows.append([button(words.say("Who is in now?"), Open(place=Place.NOW)), menu_button(words)])
    return Screen(board.html, rows)
