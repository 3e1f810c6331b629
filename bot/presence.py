"""Who is in at this moment and until when, and who comes next."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.paging import blocks, in_pages, MOST_CHARACTERS, page_row
from bot.screen import button, menu_button, Screen
from bot.taps.desk import ShowNow
from bot.taps.tap import Open, Place
from bot.words import Words
from clinic.calendar import joined, Schedule, Slot, today
from clinic.dates import DateSpan
from clinic.people import Doctor
from clinic.plan import ONE_DAY, ONE_WEEK
from clinic.ports import Clinic

IN, NOT_IN = "🟢", "▫️"
MOST_NEXT = 20
"""How many of those who come next are named: the desk asks for the first ones."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A doctor who is in until some time, or comes at one."""

    doctor: Doctor
    at: datetime
    under: str
    text: str

    @property
    def html(self) -> str:
        return html.escape(self.text, quote=False)


def now_span(clinic: Clinic) -> DateSpan:
    """Return the dates to read: a doctor's calendar may be a date off, nights began before, and a week lies ahead."""
    now = today(clinic.clock(), clinic.zone)
    return DateSpan(now - 2 * ONE_DAY, now + ONE_WEEK + 2 * ONE_DAY)


def hours_in(schedule: Schedule, now: datetime) -> Slot | None:
    """Return the hours in which a doctor is in at ``now``, those that touch as one."""
    local = today(now, schedule.zone)
    near = joined(schedule.slots(DateSpan(local - ONE_DAY, local + ONE_DAY)))
    return next((slot for slot in near if slot.start <= now < slot.end), None)


def hours_to_come(schedule: Schedule, now: datetime) -> Slot | None:
    """Return the first hours that begin after ``now`` and within a week."""
    local = today(now, schedule.zone)
    coming = schedule.slots(DateSpan(local, local + ONE_WEEK))
    return next((slot for slot in coming if now < slot.start <= now + ONE_WEEK), None)


def now_screen(clinic: Clinic, everybody: Sequence[tuple[Doctor, Schedule]], page: int, words: Words) -> Screen:
    """Return who is in and who is next, on the clinic's clock, the first to go and the first to come on top."""
    now = clinic.clock()
    heading = words.rich("<b>Now, {moment}</b>", moment=words.moment(now, clinic.zone))
    present = sorted(_present(clinic, everybody, now, words), key=lambda each: (each.at, each.doctor.name))
    coming = sorted(_coming(clinic, everybody, now, words), key=lambda each: (each.at, each.doctor.name))
    parts = [heading]
    if not present:
        parts.append(words.rich("Nobody is in at this moment."))
    if not present and not coming:
        parts.append(words.rich("Nobody has hours in the next 7 days."))
    pages = in_pages([*present, *coming[:MOST_NEXT]], MOST_CHARACTERS - len("\n\n".join(parts)) - 2)
    page = min(page, len(pages) - 1)
    parts += filter(None, [blocks(pages[page])])
    turn = page_row(page, len(pages), ShowNow(page=max(page - 1, 0)), ShowNow(page=page + 1))
    again = button(words.say("Refresh"), ShowNow(page=0))
    board = button(words.say("Today's board"), Open(place=Place.BOARD))
    return Screen("\n\n".join(parts), [*turn, [again, board], [menu_button(words)]])


def _present(
    clinic: Clinic, everybody: Sequence[tuple[Doctor, Schedule]], now: datetime, words: Words
) -> Iterator[_Moment]:
    under = words.say("In now")
    for doctor, schedule in everybody:
        slot = hours_in(schedule, now)
        if slot:
            until = words.say("until {time}", time=_clock(clinic, slot.end, now, words))
            yield _Moment(doctor, slot.end, under, f"{IN} {doctor.name} · {doctor.specialization}: {until}")


def _coming(
    clinic: Clinic, everybody: Sequence[tuple[Doctor, Schedule]], now: datetime, words: Words
) -> Iterator[_Moment]:
    under = words.say("Comes next")
    for doctor, schedule in everybody:
        slot = None if hours_in(schedule, now) else hours_to_come(schedule, now)
        if slot:
            hours = f"{_clock(clinic, slot.start, now, words)}–{_clock(clinic, slot.end, slot.start, words)}"
            yield _Moment(doctor, slot.start, under, f"{doctor.name} · {doctor.specialization}: {hours}")


def _clock(clinic: Clinic, at: datetime, since: datetime, words: Words) -> str:
    """Return a time on the clinic's clock, with its date where that is another than the one of ``since``."""
    local = at.astimezone(clinic.zone)
    clock = words.clock(local.hour * 60 + local.minute)
    if local.date() == today(since, clinic.zone):
        return clock
    return f"{words.short_date(local.date())}, {clock}"
