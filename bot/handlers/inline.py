"""Inline mode: ``@bot ruiz`` or ``@bot cardiology tomorrow``, in any chat, and a doctor's week to post there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent
from telegram.constants import ParseMode

from bot.agenda import off_label
from bot.find import find
from bot.front import Front, Handler
from bot.handlers.start import OPENED
from bot.summary import FURTHEST, week_text
from bot.times import hours_text, seen_hours
from bot.turn import Turn
from bot.typed import NotUnderstood
from bot.typed_dates import date_grammar_for
from bot.words import Words
from clinic.calendar import ResolvedDay, today
from clinic.dates import TimeOffKind, week_span
from clinic.errors import ClinicError, NotAllowed
from clinic.people import Doctor
from clinic.use_cases.hours import find_doctors, read_schedule
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import monday_of

PAGE = 10
"""Two screens of a phone; each result is a doctor's week, which is read for it. Telegram takes 50 at most."""
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is meant, in words that may be none, and the date whose hours are asked for."""

    who: str
    day: date


def handlers(front: Front) -> list[Handler]:
    return [front.on_inline(offer_weeks, refuse)]


async def offer_weeks(turn: Turn) -> None:
    """Offer the doctors whom the query means, each with the hours of the date, a page at a time."""
    query = turn.update.inline_query
    assert query is not None  # noqa: S101 - it is what this handles
    asked = read_asked(query.query, today(turn.clinic.clock(), turn.clinic.zone), turn.words)
    doctors = find(asked.who, await _readable(turn)).doctors
    begin = int(query.offset) if query.offset.isdecimal() and len(query.offset) <= MOST_DIGITS else 0
    results = [await _result(turn, doctor, asked.day) for doctor in doctors[begin : begin + PAGE]]
    await turn.offer(results, str(begin + PAGE) if begin + PAGE < len(doctors) else "")


async def refuse(turn: Turn, _error: ClinicError) -> None:
    """Offer nothing but the way to the bot itself, which says in its own chat what is wrong."""
    button = InlineQueryResultsButton(turn.words.say("Open the bot"), start_parameter=OPENED)
    await turn.offer([], button=button)


def read_asked(text: str, now: date, words: Words) -> Asked:
    """Read ``[WHO] [DATE]``; without a date it is today. A date that nobody plans for is a part of the name."""
    typed = text.split()
    grammar = date_grammar_for(words)
    for at in range(len(typed)):
        try:
            read = grammar.read(" ".join(typed[at:]), now)
        except (NotUnderstood, ClinicError):
            continue
        if read and not read.hours and not read.rest and abs(read.span.first - now) <= FURTHEST:
            return Asked(" ".join(typed[:at]), read.span.first)
    return Asked(" ".join(typed), now)


async def _readable(turn: Turn) -> Sequence[Doctor]:
    """Return the doctors whose hours the person may see: all of them, or oneself and those whose delegate one is."""
    actor = turn.actor
    try:
        return await find_doctors(turn.clinic, actor, "")
    except NotAllowed:
        mine = actor.delegate_of if actor.doctor_id is None else actor.delegate_of | {actor.doctor_id}
        if not mine:
            raise
    week = week_span(today(turn.clinic.clock(), turn.clinic.zone))
    return [(await read_schedule(turn.clinic, actor, doctor_id, week)).doctor for doctor_id in sorted(mine)]


async def _result(turn: Turn, doctor: Doctor, day: date) -> InlineQueryResultArticle:
    monday = monday_of(day)
    read = _without_reasons(await read_schedule(turn.clinic, turn.actor, doctor.doctor_id, week_span(monday)))
    return InlineQueryResultArticle(
        f"{doctor.doctor_id}-{day}",
        f"{doctor.name} · {doctor.specialization}",
        InputTextMessageContent(_posted(turn, read, monday), ParseMode.HTML),
        description=_day_text(turn, read.schedule.day(day)),
    )


def _without_reasons(read: DoctorSchedule) -> DoctorSchedule:
    """Return a schedule as anybody may read it: that a doctor is away, and not why; nor who set the hours.

    A week that is posted leaves the clinic, and a ``sick`` in it would too.
    """
    rules = read.schedule.rules
    away = tuple(replace(off, reason="", kind=TimeOffKind.PLANNED) for off in rules.time_off)
    schedule = replace(read.schedule, rules=replace(rules, time_off=away))
    return replace(read, schedule=schedule, record=replace(read.record, changed_at=None, changed_by=None, on_behalf=""))


def _posted(turn: Turn, read: DoctorSchedule, monday: date) -> str:
    words, clinic = turn.words, turn.clinic
    as_of = words.rich("<i>As of {when}</i>", when=words.moment(clinic.clock(), clinic.zone))
    return f"{week_text(clinic, read, monday, words, clinic.zone)}\n{as_of}"


def _day_text(turn: Turn, day: ResolvedDay) -> str:
    """Return a date's hours in one plain line, on the clinic's clock too where the doctor's is another."""
    words = turn.words
    shown = hours_text(day.hours, words) if day.hours else off_label(day, words)
    if day.hours and day.zone.key != turn.clinic.zone.key:
        shown += f" = {', '.join(seen_hours(day, turn.clinic.zone, words))}"
    return f"{words.short_date(day.day)}: {shown}"
