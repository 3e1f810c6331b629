"""Who changed which hours, in words: a line a change, one in full, and what taking it back means now."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.agenda import rule_text, signers
from bot.dates_editor import change_lines, changed_days, MOST_SHOWN
from bot.editor import day_text
from bot.screen import bold
from bot.summary import week_table
from bot.words import Words
from clinic.calendar import ResolvedDay, today
from clinic.dates import DateSpan, DoctorZone, LONGEST_SPAN
from clinic.history import dates_of, HoursChange, Piece
from clinic.people import Doctor
from clinic.plan import WeekChange, WeeklyHours, WeekPlan
from clinic.ports import Clinic
from clinic.use_cases.history import PastChange
from clinic.week import DayAvailability, Weekday, weekday_of

LONGEST_LINE = 90
"""What was changed, in a few words: two lines or three of a narrow phone."""
MOST_PLANS = 3
MOST_RULES = 12
MOST_SINCE = 3


def whose(doctor: Doctor | None, words: Words) -> str:
    return doctor.name if doctor else words.say("The clinic's closed days")


def signed(change: HoursChange, clinic: Clinic, words: Words) -> str:
    """Return when a change was made and by whom, as plain text."""
    return f"{words.moment(change.stamp.at, clinic.zone)} · {signers(change.stamp.name, change.stamp.on_behalf, words)}"


def entry_text(change: HoursChange, clinic: Clinic, words: Words) -> str:
    """Return as HTML when, who, and what in a few words."""
    return html.escape(f"{signed(change, clinic, words)}\n{few_words(change, clinic, words)}", quote=False)


def few_words(change: HoursChange, clinic: Clinic, words: Words) -> str:
    """Return what a change put, or took where it put nothing, as plain text of at most ``LONGEST_LINE`` characters."""
    pieces: Sequence[Piece] = change.after or change.before
    latest = max(pieces, key=lambda piece: piece.starts if isinstance(piece, WeekPlan) else date.min)
    text = piece_text(latest, clinic, words)
    if not change.after:
        text = words.say("No longer: {what}", what=text)
    elif isinstance(change, WeekChange) and isinstance(latest, WeekPlan):
        text = f"{text}: {_days_text(change, latest, clinic, words)}"
    elif len(pieces) > 1:
        text = words.say("{what} and {n} more", what=text, n=len(pieces) - 1)
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def _days_text(change: WeekChange, latest: WeekPlan, clinic: Clinic, words: Words) -> str:
    """Return the weekdays that a change gave other hours, days with the same hours together."""
    begins = latest.starts if latest.starts > date.min else today(change.stamp.at, clinic.zone)
    before, after = WeeklyHours(change.before), WeeklyHours(change.after)
    groups: dict[DayAvailability, list[Weekday]] = {}
    for ahead in range(7 * len(latest.weeks)):
        day = begins + timedelta(days=ahead)
        days = groups.setdefault(after.on(day), [])
        if before.on(day) != after.on(day) and weekday_of(day) not in days:
            days.append(weekday_of(day))
    return "; ".join(f"{words.weekdays(days)} {day_text(hours, words)}" for hours, days in groups.items() if days)


def piece_text(piece: Piece, clinic: Clinic, words: Words) -> str:
    """Return what a plan or a rule says, in one line."""
    if isinstance(piece, DoctorZone):
        return words.say("Time zone: {zone}", zone=piece.zone or clinic.zone.key)
    text = rule_text(piece, words)
    if isinstance(piece, WeekPlan) and not piece.once and piece.ends < date.max:
        return words.say("{what}, until {date}", what=text, date=words.date(piece.ends))
    return text


def change_text(past: PastChange, clinic: Clinic, words: Words) -> str:
    """Return as HTML a change in full: whose, when, who, before and after, and why it cannot be brought back."""
    change = past.change
    heading = bold(whose(past.read.doctor if past.read else None, words))
    parts = [f"{heading}\n{html.escape(signed(change, clinic, words), quote=False)}"]
    parts.append(words.rich("<b>Before</b>") + "\n" + _in_full(change.before, clinic, words))
    parts.append(words.rich("<b>After</b>") + "\n" + _in_full(change.after, clinic, words))
    if past.is_over:
        parts.append(words.rich("All of it is over: there is nothing to bring back."))
    elif not past.back:
        parts.append("\n".join(_since(past.since, clinic, words)))
    return "\n\n".join(parts)


def _in_full(pieces: Sequence[Piece], clinic: Clinic, words: Words) -> str:
    if not pieces:
        return words.rich("<i>nothing of it</i>")
    most = MOST_PLANS if isinstance(pieces[0], WeekPlan) else MOST_RULES
    lines = [line for piece in pieces[:most] for line in _piece_lines(piece, clinic, words)]
    if len(pieces) > most:
        lines.append(words.rich("… and {n} more", n=len(pieces) - most))
    return "\n".join(lines)


def _piece_lines(piece: Piece, clinic: Clinic, words: Words) -> Iterator[str]:
    yield html.escape(piece_text(piece, clinic, words), quote=False)
    if isinstance(piece, WeekPlan):
        yield from (week_table(week, words) for week in piece.weeks)


def _since(since: Sequence[HoursChange], clinic: Clinic, words: Words) -> Iterator[str]:
    """Yield as HTML why a change cannot be brought back, with the first few of what came after it."""
    yield words.rich("<b>It cannot be brought back as it was</b>: this was changed since.")
    yield from (f"• {entry_text(change, clinic, words)}" for change in since[:MOST_SINCE])
    if len(since) > MOST_SINCE:
        yield words.rich("… and {n} more", n=len(since) - MOST_SINCE)


def review_text(past: PastChange, clinic: Clinic, words: Words) -> str:
    """Return as HTML what taking a change back would make of the coming dates."""
    question = words.rich("<b>Bring this back?</b> Nothing is changed yet.")
    parts = [bold(whose(past.read.doctor if past.read else None, words)), question]
    if past.change.before:
        parts.append(words.rich("<b>It would hold again</b>") + "\n" + _in_full(past.change.before, clinic, words))
    else:
        parts.append(words.rich("<b>It would go</b>") + "\n" + _in_full(past.change.after, clinic, words))
    if past.read and past.then:
        lines = list(change_lines(_changes(past, clinic), words))
        parts.append("\n".join(lines) or words.rich("The hours of the coming dates stay as they are."))
    return "\n\n".join(parts)


def _changes(past: PastChange, clinic: Clinic) -> list[tuple[ResolvedDay, ResolvedDay]]:
    """Return the coming dates whose hours would change, of weekly hours the first of them."""
    if not past.read or not past.then:
        return []
    now, then = past.read.schedule, past.then
    first = today(clinic.clock(), now.zone)
    if isinstance(past.change, WeekChange):
        days = now.hours.changed_dates(then.hours, first, MOST_SHOWN)
        return [(now.day(day), then.day(day)) for day in days if now.day(day).hours != then.day(day).hours]
    dates = dates_of(past.change)
    span = DateSpan(max(dates.first, first), min(dates.last, first + LONGEST_SPAN))
    return changed_days(now, then, span)
