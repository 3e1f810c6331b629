"""The desk's board of answers: which doctors have confirmed a week."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date, timedelta

from bot.confirmation import ago_text
from bot.paging import blocks, in_pages, MOST_CHARACTERS, page_row
from bot.screen import bold, button, menu_button, Row, Screen
from bot.taps.confirmations import ShowConfirmed
from bot.taps.tap import Open, Place
from bot.words import Words
from clinic.confirmation import last_change
from clinic.people import Doctor
from clinic.plan import ONE_WEEK
from clinic.ports import Clinic
from clinic.search import board_order
from clinic.use_cases.broadcasts import coming_monday
from clinic.use_cases.confirmations import DoctorWeek, Standing


@dataclass(frozen=True, slots=True)
class _Line:
    doctor: Doctor
    text: str

    @property
    def under(self) -> str:
        return self.doctor.specialization

    @property
    def html(self) -> str:
        return html.escape(self.text, quote=False)


def confirmed_screen(clinic: Clinic, weeks: list[DoctorWeek], monday: date, page: int, words: Words) -> Screen:
    """Return the board of a week's answers, by specialization and name."""
    in_order = sorted(weeks, key=lambda week: board_order(week.read.doctor))
    lines = [_Line(week.read.doctor, _standing(clinic, week, words)) for week in in_order]
    heading = bold(words.say("Confirmed weeks")) + "\n"
    heading += html.escape(words.dates(monday, monday + timedelta(days=6)), quote=False) + "\n"
    if weeks:
        answered = sum(week.confirmation is not None for week in weeks)
        heading += words.rich("Answered: <b>{n}</b> of {all}", n=answered, all=len(weeks))
    else:
        heading += words.rich("There are no doctors yet. The administrator invites them.")
    pages = in_pages(lines, MOST_CHARACTERS - len(heading) - 2)
    page = min(page, len(pages) - 1)
    text = "\n\n".join(filter(None, [heading, blocks(pages[page])]))
    before, after = (ShowConfirmed(monday=monday, page=max(page + step, 0)) for step in (-1, 1))
    doctors = button(words.say("Doctors' weeks"), Open(place=Place.DOCTORS))
    turn = page_row(page, len(pages), before, after)
    return Screen(text, [*turn, _arrows(clinic, monday, words), [doctors, menu_button(words)]])


def _arrows(clinic: Clinic, monday: date, words: Words) -> Row:
    present = [button(words.say("Coming week"), Open(place=Place.CONFIRMED))] if monday != coming_monday(clinic) else []
    before, after = (ShowConfirmed(monday=monday + step, page=0) for step in (-ONE_WEEK, ONE_WEEK))
    return [button("◀", before), *present, button("▶", after)]


def _standing(clinic: Clinic, week: DoctorWeek, words: Words) -> str:
    """Return a doctor's name with how it stands, as plain text."""
    name = week.read.doctor.name
    at = week.confirmation.stamp.at if week.confirmation else clinic.clock()
    match week.standing:
        case Standing.CONFIRMED:
            return words.say("✓ {name}: confirmed {ago}", name=name, ago=ago_text(clinic, at, words))
        case Standing.OFF:
            return words.say("✓ {name}: off that week, said {ago}", name=name, ago=ago_text(clinic, at, words))
        case Standing.CHANGED:
            changed_at = max(last_change(week.read.record, week.days) or at, at)
            return words.say("✎ {name}: changed {ago}", name=name, ago=ago_text(clinic, changed_at, words))
        case Standing.NO_ANSWER:
            return words.say("… {name}: no answer", name=name)
        case Standing.NOT_REACHED:
            return words.say("✕ {name}: not reached", name=name)
