"""A week as a message: one line a day that stands straight on a narrow phone."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from bot.agenda import clock_note, mark_of, off_label, off_reason, signers, why_lines
from bot.confirmation import answer_line, confirm_row
from bot.screen import bold, Button, button, GO, in_rows, menu_button, Row, Screen
from bot.sharing import share_row
from bot.taps.dates import Form, OpenForm
from bot.taps.roles import Propose
from bot.taps.tap import Open, Place
from bot.taps.watching import Watch
from bot.taps.week import DropPlan, EditWeek, ShowWeek, ShowWhy, SwitchDay, Undo
from bot.times import differs, is_other, seen
from bot.words import Words
from clinic import policy
from clinic.calendar import ResolvedDay, slot, today
from clinic.dates import DateSpan, week_span
from clinic.people import Actor
from clinic.plan import WeekPlan
from clinic.ports import Clinic
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import monday_of, Weekday, WeeklyAvailability

WIDEST_LINE = 32
WEEK = timedelta(days=7)
FURTHEST = 260 * WEEK
MOST_REASONS = 6
"""How many rules of one date are shown of it."""
MOST_LETTERS = 3_600
"""Of all the rules that are shown of a week: with headings they fit a message."""


def this_monday(clinic: Clinic) -> date:
    """Return the Monday of the week that the clinic's calendars show now."""
    return monday_of(today(clinic.clock(), clinic.zone))


def shown_monday(clinic: Clinic, asked: date) -> date:
    """Return the Monday of the asked week, or the present one where it is further off than anybody plans."""
    now = this_monday(clinic)
    return monday_of(asked) if abs(asked - now) <= FURTHEST else now


def week_table(week: WeeklyAvailability, words: Words) -> str:
    """Return seven weekdays as preformatted HTML: Monday first, each range on a line of its own.

    A line has at most ``WIDEST_LINE`` characters; the end of the night before stands first, as ``until 06:00``.
    """
    labels = [words.weekday(day) for day in Weekday]
    lines = [[*_tails(week.tails_into(day), words), *map(words.hours, hours.open_ranges)] for day, hours in week]
    return _table(labels, [shown or [words.say("off")] for shown in lines])


def dates_table(days: Sequence[ResolvedDay], words: Words, reader: ZoneInfo) -> str:
    """Return dates as preformatted HTML, as ``week_table`` does weekdays, with what is not usual marked.

    Each range that stands at other times on the ``reader``'s clock has them below it.
    """
    labels = [f"{words.weekday(Weekday(day.day.weekday()))} {day.day.day:>2}" for day in days]
    return _table(labels, [list(_date_lines(day, words, reader)) for day in days])


def _table(labels: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    width = max(map(len, labels))
    room = WIDEST_LINE - width - 2
    rows = []
    for label, shown in zip(labels, lines, strict=True):
        rows.append(f"{label.ljust(width)}  {_cut(shown[0], room)}")
        rows += [" " * (width + 2) + _cut(line, room) for line in shown[1:]]
    table = "\n".join(row.rstrip() for row in rows)
    return f"<pre>{html.escape(table, quote=False)}</pre>"


def _cut(line: str, room: int) -> str:
    return line if len(line) <= room else line[: room - 1] + "…"


def _tails(tails: Iterable[TimeRange], words: Words) -> Iterator[str]:
    for late in tails:
        yield words.say("until {time}", time=words.clock(late.end - MINUTES_A_DAY))


def _date_lines(day: ResolvedDay, words: Words, reader: ZoneInfo) -> Iterator[str]:
    yield from _tails(day.tails, words)
    for hours in day.hours:
        yield words.hours(hours) + mark_of(day)
        found = slot(day.day, hours, day.zone)
        if found and is_other(found, day.zone, reader):
            yield f"= {seen(found, day.day, reader, words)}"
    if not day.hours and not day.tails:
        yield off_label(day, words)


def week_text(clinic: Clinic, read: DoctorSchedule, monday: date, words: Words, reader: ZoneInfo) -> str:
    """Return the weekly summary as HTML: whose, which week and zone, the dates, the total, the last change."""
    doctor, record, schedule = read.doctor, read.record, read.schedule
    days = schedule.days(week_span(monday))
    heading = words.rich("<b>{name}</b> · {specialization}", name=doctor.name, specialization=doctor.specialization)
    dates = html.escape(words.dates(monday, monday + timedelta(days=6)), quote=False)
    parts = [f"{heading}\n{dates} · {zone_text(schedule.zone, monday)}", dates_table(days, words, reader)]
    parts += _legend(days, words, reader)
    planned = any(not plan.is_empty for plan in record.hours.plans)
    if not planned and not any(day.hours or day.usual or len(day.rules) > 1 for day in days):
        parts.append(words.rich("No hours yet."))
    else:
        total = words.length(sum((day.length for day in days), timedelta()))
        parts.append(words.rich("Total: <b>{hours}</b>", hours=total))
    if record.changed_at:
        when = words.moment(record.changed_at, clinic.zone)
        parts.append(
            words.rich(
                "Changed {when} by {name}", when=when, name=signers(record.changed_by or "", record.on_behalf, words)
            )
        )
    return "\n".join(parts)


def _legend(days: Sequence[ResolvedDay], words: Words, reader: ZoneInfo) -> Iterator[str]:
    """Yield what the table's signs mean, where they stand in it, and what the clock changes do."""
    if any(mark_of(day) and (day.hours or not (day.tails or off_reason(day, words))) for day in days):
        yield words.rich("<i>* not the usual hours</i>")
    if any(differs(day, reader) for day in days):
        yield words.rich("<i>= on the clock of {zone}</i>", zone=reader.key)
    for day in days:
        note = clock_note(day, words)
        if note:
            yield html.escape(note, quote=False)


def zone_text(zone: ZoneInfo, monday: date) -> str:
    """Return as HTML the zone's name with its offset in that week, ``Europe/Berlin (UTC+1)``."""
    if zone.key in {"UTC", "Etc/UTC"}:
        return "UTC"
    offset = datetime(monday.year, monday.month, monday.day, 12, tzinfo=zone).utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return html.escape(f"{zone.key} (UTC{sign}{hours}" + (f":{minutes:02})" if minutes else ")"))


def week_screen(
    clinic: Clinic,
    read: DoctorSchedule,
    monday: date,
    actor: Actor,
    words: Words,
    *,
    watched: bool | None = None,
    notice: str = "",
) -> Screen:
    """Return the summary with what the ``actor`` may do: set the hours, or propose others.

    ``watched`` is whether the actor watches the doctor; none is one who cannot. ``notice`` is HTML.
    """
    own = actor.doctor_id == read.doctor.doctor_id
    text = week_text(clinic, read, monday, words, read.schedule.zone if own else clinic.zone)
    if not own or read.schedule.rules.confirmation(monday):
        text += "\n" + answer_line(clinic, read, monday, words)
    rows: list[Row] = [_week_arrows(clinic, read.doctor.doctor_id, monday, words)]
    rows.append(share_row(read, monday, html.unescape(zone_text(read.schedule.zone, monday)), words))
    if policy.can_set_hours(actor, read.doctor.doctor_id):
        rows = [*_setting_buttons(clinic, read, monday, words), *rows]
        if own:
            rows = [*confirm_row(clinic, read, monday, words), *rows]
        else:
            rows.append(_dates_row(read.doctor.doctor_id, words))
    elif policy.is_desk(actor):
        rows = [[button(words.say("Propose hours"), Propose(doctor=read.doctor.doctor_id), GO)], *rows]
    if watched is not None:
        rows.append([watch_button(read.doctor.doctor_id, monday, words, watched=watched, told=False)])
    back = [button(words.say("Doctors"), Open(place=Place.DOCTORS))] if policy.is_desk(actor) and not own else []
    return Screen(f"{notice}\n\n{text}" if notice else text, [*rows, [*back, menu_button(words)]])


def _dates_row(doctor_id: int, words: Words) -> Row:
    """Return what doctors have in their own menu, for whoever stands in for one."""
    off = button(words.say("Time off"), OpenForm(form=Form.OFF, doctor=doctor_id))
    return [off, button(words.say("Other hours"), OpenForm(form=Form.DATE, doctor=doctor_id))]


def _week_arrows(clinic: Clinic, doctor_id: int, monday: date, words: Words) -> Row:
    def to(monday: date) -> ShowWeek:
        return ShowWeek(doctor=doctor_id, monday=monday)

    now = this_monday(clinic)
    present = [button(words.say("This week"), to(now))] if monday != now else []
    why = button(words.say("Why?"), ShowWhy(doctor=doctor_id, monday=monday))
    return [button("◀", to(monday - WEEK)), *present, why, button("▶", to(monday + WEEK))]


def watch_button(doctor_id: int, monday: date, words: Words, *, watched: bool, told: bool) -> Button:
    """Return the button that asks to be told of a doctor's changes, or where that is so, to be told no more."""
    label = words.say("Stop watching") if watched else words.say("Watch")
    return button(label, Watch(doctor=doctor_id, on=not watched, monday=monday, told=told))


def _setting_buttons(clinic: Clinic, read: DoctorSchedule, monday: date, words: Words) -> list[Row]:
    rows: list[Row] = []
    record, doctor_id = read.record, read.doctor.doctor_id
    present = [record.hours.on(day) for day in week_span(monday)]
    if any(day.ranges for day in present) and monday >= this_monday(clinic):
        switches = [
            button(
                f"{'✓' if now.on else '✕'} {words.weekday(day)}",
                SwitchDay(doctor=doctor_id, day=day, on=not now.on, monday=monday),
            )
            for day, now in zip(Weekday, present, strict=True)
        ]
        rows = in_rows(switches, 4)
    last = record.hours.plan_on(monday + timedelta(days=6))
    rows += _plan_buttons(doctor_id, last, monday, this_monday(clinic), words)
    change = button(words.say("Change hours"), EditWeek(doctor=doctor_id), GO)
    if record.undoable:
        return [*rows, [button(words.say("↩ Undo"), Undo(doctor=doctor_id, version=record.version)), change]]
    return [*rows, [change]]


def _plan_buttons(doctor_id: int, plan: WeekPlan, monday: date, now: date, words: Words) -> Iterator[Row]:
    """Yield the way back from the hours of one week, or from those that begin on a later date."""
    if plan.once and monday >= now:
        yield [button(words.say("Usual hours this week"), DropPlan(doctor=doctor_id, starts=plan.starts, once=True))]
    elif not plan.once and plan.starts > now + WEEK - timedelta(days=1):
        label = words.say("Drop the hours from {date} on", date=words.day_and_month(plan.starts))
        yield [button(label, DropPlan(doctor=doctor_id, starts=plan.starts, once=False))]


def why_screen(clinic: Clinic, read: DoctorSchedule, monday: date, actor: Actor, words: Words) -> Screen:
    """Return what decides each date of a week: the rule that does so first, those beneath it after."""
    parts = [words.rich("<b>Why these hours?</b>\nWhat stands first decides.")]
    lines = ((day.day, why_lines(day, actor, clinic, words)) for day in read.schedule.days(week_span(monday)))
    runs = [(why, [day for day, _ in alike]) for why, alike in groupby(lines, key=itemgetter(1))]
    room = MOST_LETTERS
    for shown, (why, dates) in enumerate(runs):
        few = why[:MOST_REASONS] or [words.say("No hours were ever set.")]
        if len(why) > MOST_REASONS:
            few.append(words.say("… and {n} more", n=len(why) - MOST_REASONS))
        room -= sum(map(len, few))
        if room < 0:
            parts.append(
                words.count("… and {n} more day", "… and {n} more days", sum(len(dates) for _, dates in runs[shown:]))
            )
            break
        heading = bold(words.span(DateSpan(dates[0], dates[-1])))
        parts.append("\n".join([heading, *(html.escape(line, quote=False) for line in few)]))
    back = button(words.say("Back"), ShowWeek(doctor=read.doctor.doctor_id, monday=monday))
    return Screen("\n\n".join(parts), [[back, menu_button(words)]])
