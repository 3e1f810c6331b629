"""The desk's board of answers: which doctors have confirmed a week."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date, timedelta

from bot.confirmation import ago_text
from bot.paging import blocks, MOST_CHARACTERS, one_page, page_of, page_row
from bot.screen import bold, button, menu_button, Row, Screen
from bot.taps.confirmations import ShowConfirmed, ShowConfirmedBefore
from bot.taps.tap import Open, Place
from bot.words import Words
from clinic.confirmation import last_change
from clinic.people import Doctor
from clinic.plan import ONE_WEEK
from clinic.ports import Clinic
from clinic.use_cases.broadcasts import coming_monday
from clinic.use_cases.confirmations import Answers, DoctorWeek, Standing

MOST_LINES = 75
"""How many doctors stand on a page: as many usual lines nearly fill a message."""


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


def confirmed_screen(
    clinic: Clinic, answers: Answers, monday: date, words: Words, *, backwards: bool = False
) -> Screen:
    """Return as much of the board of a week's answers as a message holds of those asked for; ``backwards`` the last."""
    lines = [_Line(week.read.doctor, _standing(clinic, week, words)) for week in answers.weeks]
    heading = bold(words.say("Confirmed weeks")) + "\n"
    heading += html.escape(words.dates(monday, monday + timedelta(days=6)), quote=False) + "\n"
    if lines:
        heading += words.rich("Answered: <b>{n}</b> of {all}", n=answers.answered, all=answers.total)
    else:
        heading += words.rich("There are no doctors yet. The administrator invites them.")
    fitting = one_page(lines, MOST_CHARACTERS - len(heading) - 2, MOST_LINES, backwards=backwards)
    text = "\n\n".join(filter(None, [heading, blocks(fitting)]))
    first = answers.first + (len(lines) - len(fitting) if backwards else 0)
    end = first + len(fitting)
    before = ShowConfirmedBefore(monday=monday, end=max(first, 1))
    after = ShowConfirmed(monday=monday, first=end)
    doctors = button(words.say("Doctors' weeks"), Open(place=Place.DOCTORS))
    turn = page_row(*page_of(first, answers.total - end, MOST_LINES), before, after)
    return Screen(text, [*turn, _arrows(clinic, monday, words), [doctors, menu_button(words)]])


def _arrows(clinic: Clinic, monday: date, words: Words) -> Row:
    present = [button(words.say("Coming week"), Open(place=Place.CONFIRMED))] if monday != coming_monday(clinic) else []
    before, after = (ShowConfirmed(monday=monday + step, first=0) for step in (-ONE_WEEK, ONE_WEEK))
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
