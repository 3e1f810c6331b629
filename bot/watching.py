"""What whoever watches doctors sees: the list of them, and messages about their changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.screen import button, GO, menu_button, page_buttons, Row, Screen
from bot.summary import this_monday, watch_button
from bot.taps.tap import Open, Place
from bot.taps.watching import ListWatching, StopWatching
from bot.taps.week import ShowWeek
from bot.times import beside, change_line, hours_text
from bot.words import Words
from clinic.dates import DateSpan
from clinic.people import Doctor
from clinic.plan import ONE_DAY
from clinic.ports import Clinic
from clinic.use_cases.notices import OwedHours
from clinic.watching import DayChange, DayHours
from clinic.week import monday_of

PAGE = 8
MOST_LETTERS = 3_600
"""Of the dates in one message: with what stands around them they fit it."""


def watching_screen(clinic: Clinic, doctors: Sequence[Doctor], page: int, words: Words) -> Screen:
    """Return a page of those whom somebody watches, each with the way to the week and a way to stop."""
    if not doctors:
        text = words.rich(
            "<b>You watch nobody yet</b>\nOpen a doctor's week and tap <b>Watch</b>: you are told when hours of the "
            "next 14 days change."
        )
        weeks = button(words.say("Doctors' weeks"), Open(place=Place.DOCTORS), GO)
        return Screen(text, [[weeks], [menu_button(words)]])
    page = min(page, (len(doctors) - 1) // PAGE)
    rows: list[Row] = [
        [
            button(doctor.name, ShowWeek(doctor=doctor.doctor_id, monday=this_monday(clinic))),
            button(words.say("Stop watching"), StopWatching(doctor=doctor.doctor_id, page=page)),
        ]
        for doctor in doctors[page * PAGE : (page + 1) * PAGE]
    ]
    before = ListWatching(page=page - 1) if page else None
    after = ListWatching(page=page + 1) if (page + 1) * PAGE < len(doctors) else None
    text = words.rich("<b>You watch</b>\nYou are told when their hours of the next 14 days change.")
    return Screen(text, [*rows, *page_buttons(before, after), [menu_button(words)]])


def hours_screen(clinic: Clinic, owed: OwedHours, words: Words) -> Screen:
    """Return which dates of a doctor have other hours, who made them so, and how to be told no more."""
    notice = owed.notice
    lines = [
        words.rich("<b>{name}</b>: hours have changed", name=owed.doctor.name),
        words.rich("Changed by {names}", names=", ".join(notice.names)),
        "",
        *_day_lines(clinic, notice.changes, words),
    ]
    monday = monday_of(notice.changes[0].day)
    return Screen("\n".join(lines), told_rows(notice.doctor_id, monday, words, watched=True))


def told_rows(doctor_id: int, monday: date, words: Words, *, watched: bool) -> list[Row]:
    """Return the buttons below a message about changes: the week, and a way to be told no more, or again."""
    week = button(words.say("Week"), ShowWeek(doctor=doctor_id, monday=monday), GO)
    return [[week, watch_button(doctor_id, monday, words, watched=watched, told=True)]]


def _day_lines(clinic: Clinic, changes: Sequence[DayChange], words: Words) -> Iterator[str]:
    """Yield as HTML what becomes of each date, those in one line that follow one another and change alike."""
    room, runs = MOST_LETTERS, _runs(clinic, changes, words)
    for shown, (span, both) in enumerate(runs):
        line = change_line(words.span(span), *both)
        room -= len(line)
        if room < 0:
            left = sum(len(span) for span, _ in runs[shown:])
            yield words.count("… and {n} more day", "… and {n} more days", left)
            return
        yield line


def _runs(clinic: Clinic, changes: Sequence[DayChange], words: Words) -> list[tuple[DateSpan, tuple[str, str]]]:
    runs: list[tuple[DateSpan, tuple[str, str]]] = []
    for change in changes:
        both = _hours(clinic, change.before, words), _hours(clinic, change.after, words)
        span = DateSpan(change.day, change.day)
        if runs and runs[-1][1] == both and runs[-1][0].last == change.day - ONE_DAY:
            span = runs.pop()[0].joined(span)
        runs.append((span, both))
    return runs


def _hours(clinic: Clinic, hours: DayHours, words: Words) -> str:
    return beside(hours_text(hours.hours, words), hours, clinic.zone, words)
