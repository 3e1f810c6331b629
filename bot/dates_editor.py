"""The screens of dates in the making: a calendar, from, to, a name, review, and what became of them."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.agenda import rule_text
from bot.dates_draft import DatesDraft
from bot.month import month_rows
from bot.screen import bold, button, DONE, GO, menu_button, Row, Screen
from bot.taps.dates import Form, LastDate, ListRules, PickDate, SomeHours, UndoDates, WholeDays
from bot.taps.form import AddHours, Cancel, Next, NoHoursKind, PickNoHours, Save, SaveNight, Step
from bot.taps.tap import Tap
from bot.times import change_line, from_rows, hours_text, night_lines, to_rows, way_back
from bot.words import Words
from clinic.calendar import ResolvedDay, Schedule
from clinic.dates import ClinicClosure, DateChange, DateOverride, DateRules, DateSpan, TimeOff
from clinic.week import MOST_RANGES_A_DAY

MOST_SHOWN = 6
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What the calendar holds from today on: the doctor's, named unless one's own, or the closures alone."""

    today: date
    schedule: Schedule
    whose: str = ""

    def coming(self, form: Form) -> Sequence[TimeOff | DateOverride | ClinicClosure]:
        """Return the rules of one kind that are not over, the earliest first."""
        rules = self.schedule.rules
        match form:
            case Form.OFF:
                return sorted((off for off in rules.time_off if off.span.last >= self.today), key=lambda off: off.span)
            case Form.DATE:
                return sorted((each for each in rules.overrides if each.day >= self.today), key=lambda each: each.day)
            case Form.CLOSED:
                closures = (closure for closure in rules.closures if closure.span.last >= self.today)
                return sorted(closures, key=lambda closure: closure.span)


def dates_screen(draft: DatesDraft, known: Known, words: Words) -> Screen:  # noqa: PLR0911 - one table
    """Return the screen of the step where the draft stands; a saved one is shown by ``saved_screen``."""
    match draft.step:
        case Step.FROM:
            return _from(draft, words)
        case Step.TO:
            rows = [*to_rows(draft.start or 0, words, night=draft.night), way_back(draft.step, words)]
            question = words.rich(
                "From <b>{start}</b> <b>to</b> what time?\nTap or type a time.", start=words.clock(draft.start or 0)
            )
            return Screen(f"{_heading(draft, words)}\n{question}", rows)
        case Step.NAME:
            question = words.rich("What is it called? Type a name, for example <code>Christmas</code>.")
            return Screen(f"{_heading(draft, words)}\n{question}", [way_back(draft.step, words)])
        case Step.REVIEW:
            return _review(draft, known, words)
        case Step.NIGHT:
            question = words.rich("<b>Night hours?</b> These end on the day after they start:")
            nights = night_lines([(_dates(draft, words), hours) for hours in draft.night_ranges()], words)
            yes = button(words.say("Yes, they end the next day"), SaveNight(), DONE)
            return Screen("\n".join([question, *nights]), [[yes], way_back(draft.step, words)])
        case Step.CANCELLED:
            text = words.rich("Cancelled. The calendar is as it was.")
            return Screen(
                text,
                [
                    [
                        button(words.say("What is coming"), ListRules(form=draft.form, doctor=draft.doctor_id)),
                        menu_button(words),
                    ]
                ],
            )
    return _calendar(draft, known, words)


def _dates(draft: DatesDraft, words: Words) -> str:
    if draft.form is Form.DATE:
        shown = ", ".join(map(words.short_date, draft.dates[:MOST_SHOWN]))
        more = len(draft.dates) - MOST_SHOWN
        return words.say("{dates} and {n} more", dates=shown, n=more) if more > 0 else shown
    return words.span(draft.span)


def _heading(draft: DatesDraft, words: Words) -> str:
    heading = bold(_dates(draft, words))
    return f"{heading} · {html.escape(hours_text(draft.ranges, words))}" if draft.ranges else heading


def _calendar(draft: DatesDraft, known: Known, words: Words) -> Screen:
    def tap(day: date) -> Tap:
        return LastDate(day=day) if draft.step is Step.LAST else PickDate(day=day, on=not draft.has(day))

    def mark(day: date) -> str:
        return "✓" if draft.has(day) else _mark(day, known.schedule.rules)

    rows = month_rows(draft.month or known.today, known.today, words, tap, mark)
    if draft.step is Step.LAST:
        return Screen(_ask_last(draft, words), [*rows, _go_on(draft, words), way_back(draft.step, words)])
    cancel: Row = [button(words.say("Cancel"), Cancel())]
    if draft.form is Form.DATE and draft.dates:
        cancel = [*cancel, button(words.say("Next"), Next(step=Step.DATES), GO)]
    coming = known.coming(draft.form)
    if coming:
        label = words.say("Coming: {n}. Change or remove", n=len(coming))
        rows.append([button(label, ListRules(form=draft.form, doctor=draft.doctor_id))])
    return Screen(_ask_dates(draft.form, words), [*rows, cancel])


def _ask_dates(form: Form, words: Words) -> str:
    match form:
        case Form.OFF:
            return words.rich(
                "<b>Away on which days?</b>\nTap the first day, or type it all:\n"
                "<code>off 24 dec - 2 jan holiday</code>\n<i>✕ is off already, * has other hours.</i>"
            )
        case Form.DATE:
            return words.rich(
                "<b>Other hours on which dates?</b>\nTap one or more, then Next; or type it all:\n"
                "<code>5 may 10-14</code>\n<i>✕ is off already, * has other hours.</i>"
            )
        case Form.CLOSED:
            return words.rich(
                "<b>When is the clinic closed?</b>\nTap the first day, or type it: <code>24 dec - 2 jan</code>\n"
                "Or send a calendar file (.ics) of public holidays."
            )


def _ask_last(draft: DatesDraft, words: Words) -> str:
    question = words.rich("Tap the last day if it is more than one, or go on.")
    return f"{bold(words.span(draft.span))}\n{question}"


def _go_on(draft: DatesDraft, words: Words) -> Row:
    if draft.form is Form.CLOSED:
        return [button(words.say("Next"), Next(step=Step.LAST), GO)]
    whole = words.count("Whole day", "Whole days", len(draft.span))
    kept = [button(hours_text(draft.ranges, words), Next(step=Step.LAST), GO)] if draft.ranges else []
    return [*kept, button(whole, WholeDays(), None if kept else GO), button(words.say("Some hours"), SomeHours())]


def _mark(day: date, rules: DateRules) -> str:
    """Return the sign of a date: off, or other hours than usual."""
    time_off = [off for off in rules.time_off if day in off.span]
    if any(day in closure.span for closure in rules.closures) or any(off.hours is None for off in time_off):
        return "✕"
    return "*" if time_off or any(override.day == day for override in rules.overrides) else ""


def _from(draft: DatesDraft, words: Words) -> Screen:
    rows = from_rows(words, night=draft.night)
    if draft.form is Form.DATE and not draft.ranges:
        rows.append([button(words.say("Day off"), PickNoHours(kind=NoHoursKind.OFF))])
    question = words.rich("<b>From</b> what time?\nTap or type a time: 9, 9:15, 9am.")
    return Screen(f"{_heading(draft, words)}\n{question}", [*rows, way_back(draft.step, words)])


def _review(draft: DatesDraft, known: Known, words: Words) -> Screen:
    parts = [words.rich("<b>Is this right?</b> Nothing is saved yet."), _asked(draft, words)]
    parts += ["\n".join(_effects(known.schedule, _changed(draft, known), draft, words))]
    rows: list[Row] = []
    if draft.form is Form.DATE and draft.ranges and len(draft.ranges) < MOST_RANGES_A_DAY:
        rows.append([button(words.say("Add hours"), AddHours())])
    if draft.form is Form.OFF and not draft.text:
        parts.append(words.rich("<i>To add a reason, type it.</i>"))
    rows += [[button(words.say("Save"), Save(), DONE)], way_back(draft.step, words)]
    return Screen("\n\n".join(filter(None, parts)), rows)


def _asked(draft: DatesDraft, words: Words) -> str:
    rules: Sequence[TimeOff | DateOverride | ClinicClosure]
    match draft.form:
        case Form.OFF:
            rules = [draft.time_off()]
        case Form.DATE:
            rules = draft.overrides()
        case Form.CLOSED:
            rules = draft.closures()
    return _rule_lines(rules, words)


def _rule_lines(rules: Sequence[TimeOff | DateOverride | ClinicClosure], words: Words) -> str:
    """Return as HTML what rules say, the first few of many."""
    lines = [bold(rule_text(rule, words)) for rule in rules[:MOST_SHOWN]]
    if len(rules) > MOST_SHOWN:
        lines.append(words.rich("… and {n} more", n=len(rules) - MOST_SHOWN))
    return "\n".join(lines)


def _changed(draft: DatesDraft, known: Known) -> Schedule:
    """Return the schedule as it would be."""
    rules = known.schedule.rules
    match draft.form:
        case Form.OFF:
            kept = tuple(off for off in rules.time_off if off.time_off_id != draft.replaces)
            rules = DateRules((*kept, draft.time_off()), rules.overrides, rules.closures)
        case Form.DATE:
            gone = {*draft.dates, draft.moved_from}
            kept_dates = tuple(override for override in rules.overrides if override.day not in gone)
            rules = DateRules(rules.time_off, (*kept_dates, *draft.overrides()), rules.closures)
        case Form.CLOSED:
            pass
    return Schedule(known.schedule.zone, known.schedule.hours, rules)


def _effects(before: Schedule, after: Schedule, draft: DatesDraft, words: Words) -> Iterator[str]:
    """Yield as HTML what the dates become, and what the night before loses."""
    if draft.form is Form.CLOSED:
        return
    dates = {*draft.dates, *_left(before.rules, draft)}
    span = DateSpan(min(dates) - ONE_DAY, max(dates) + ONE_DAY)
    changes = changed_days(before, after, span)
    for was, will in changes:
        if not draft.has(was.day) and draft.has(was.day + ONE_DAY) and any(hours.tail for hours in was.hours):
            yield words.rich("The night of {date} then ends at 24:00.", date=words.short_date(will.day))
    if not changes:
        yield words.rich("There are no hours then, so nothing else changes.")
    yield from change_lines(changes, words)


def _left(rules: DateRules, draft: DatesDraft) -> Iterator[date]:
    """Yield the dates between which a changed rule has stood until now."""
    if draft.moved_from:
        yield draft.moved_from
    for off in rules.time_off:
        if draft.replaces and off.time_off_id == draft.replaces:
            yield from (off.span.first, off.span.last)


def changed_days(before: Schedule, after: Schedule, span: DateSpan) -> list[tuple[ResolvedDay, ResolvedDay]]:
    """Return the dates whose hours differ, as they are and as they would be."""
    pairs = zip(before.days(span), after.days(span), strict=True)
    return [(was, will) for was, will in pairs if was.hours != will.hours]


def change_lines(changes: Sequence[tuple[ResolvedDay, ResolvedDay]], words: Words) -> Iterator[str]:
    """Yield as HTML a line a date, ``Wed 25 Nov: 09:00–17:00 → off``, the first few of many."""
    for was, will in changes[:MOST_SHOWN]:
        yield change_line(words.short_date(was.day), hours_text(was.hours, words), hours_text(will.hours, words))
    if len(changes) > MOST_SHOWN:
        yield words.count("… and {n} more day", "… and {n} more days", len(changes) - MOST_SHOWN)


def saved_screen(draft: DatesDraft, change: DateChange, words: Words) -> Screen:
    """Return what a person sees once the dates are kept, with the way back."""
    if not change.change_id:
        parts = [words.rich("The calendar was like this already."), _asked(draft, words)]
    else:
        kept = [rule for rule in change.after if isinstance(rule, TimeOff | DateOverride | ClinicClosure)]
        parts = [words.rich("✓ <b>Saved.</b>"), _rule_lines(kept, words)]
        if draft.form is Form.OFF and len(change.before) > (1 if draft.replaces else 0):
            parts.append(words.rich("It is one with the time off that was there already."))
    return Screen("\n".join(parts), after_rows(draft.form, change, words))


def after_rows(form: Form, change: DateChange, words: Words) -> list[Row]:
    """Return the buttons below a change that was made."""
    coming = button(words.say("What is coming"), ListRules(form=form, doctor=change.doctor_id or 0))
    if not change.change_id:
        return [[coming], [menu_button(words)]]
    undo = button(words.say("↩ Undo"), UndoDates(change=change.change_id))
    return [[undo, coming], [menu_button(words)]]
