"""The screens of a week in the making: days, from, to, review, and the questions before it is saved."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from bot.confirmation import ask_button
from bot.draft import AnyWeekDraft, ProposalDraft
from bot.month import month_rows
from bot.screen import bold, button, DANGER, DONE, GO, menu_button, Row, Screen
from bot.summary import week_table
from bot.taps.dates import PickDate
from bot.taps.form import (
    AddHours,
    Cancel,
    EndByDay,
    Next,
    NoHoursKind,
    PickDay,
    PickDays,
    PickNoHours,
    PickRepeat,
    Save,
    SaveNight,
    SaveOver,
    Step,
)
from bot.taps.roles import Propose
from bot.taps.tap import Open, Place
from bot.taps.week import EditWeek, ShowWeek
from bot.times import change_line, from_rows, hours_text, night_lines, to_rows, way_back
from bot.typed import week_example
from bot.words import Words
from clinic.dates import week_span
from clinic.plan import Recurrence, Repeat
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, monday_of, MOST_RANGES_A_DAY, Weekday, WeeklyAvailability

WORKING_DAYS = 0b0011111
ALL_DAYS = 0b1111111
WIDEST_LABEL = 40
SHOWN_DATES = 4
"""The first dates that a change reaches, shown before it is saved."""
COMING_WEEKS = 4


def editor_screen(draft: AnyWeekDraft, words: Words) -> Screen:
    """Return the screen of the step where the draft stands; a saved one shows the week instead, elsewhere."""
    return _SCREENS[draft.step](draft, words)


def day_text(day: DayAvailability, words: Words) -> str:
    """Return a day's hours in one line: ``09:00–13:00, 15:00–19:00``, ``off``, or ``off (09:00–17:00)``."""
    ranges = ", ".join(map(words.hours, day.ranges))
    if day.on:
        return ranges
    return words.say("off ({hours})", hours=ranges) if ranges else words.say("off")


def _days(draft: AnyWeekDraft, words: Words) -> Screen:
    rows: list[Row] = []
    for day, present in draft.base:
        picked = day in draft.days
        label = f"{'✓ ' if picked else ''}{words.weekday(day)} · {day_text(present, words)}"
        if len(label) > WIDEST_LABEL:
            label = label[: WIDEST_LABEL - 1] + "…"
        rows.append([button(label, PickDay(day=day, on=not picked))])
    shortcuts = ((words.say("Mon–Fri"), WORKING_DAYS), (words.say("All"), ALL_DAYS), (words.say("Clear"), 0))
    rows.append([button(label, PickDays(days=days)) for label, days in shortcuts])
    cancel = button(words.say("Cancel"), Cancel())
    rows.append([cancel, button(words.say("Next"), Next(step=Step.DAYS), GO)] if draft.days else [cancel])
    text = words.rich(
        "<b>Which days?</b>\nTap the days that share the same hours, then Next.\n"
        "Or type the whole week:\n<code>{example}</code>",
        example=week_example(words),
    )
    return Screen(text, rows)


def _picked(draft: AnyWeekDraft, words: Words) -> str:
    days = bold(words.weekdays(draft.days))
    if not draft.ranges:
        return days
    return f"{days} · {html.escape(', '.join(map(words.hours, draft.ranges)))}"


def _from(draft: AnyWeekDraft, words: Words) -> Screen:
    rows = from_rows(words, night=draft.night)
    if not draft.ranges:
        off = button(words.say("Day off"), PickNoHours(kind=NoHoursKind.OFF))
        rows.append([off, button(words.say("Clear hours"), PickNoHours(kind=NoHoursKind.CLEAR))])
    question = words.rich("<b>From</b> what time?\nTap or type a time: 9, 9:15, 9am.")
    return Screen(f"{_picked(draft, words)}\n{question}", [*rows, way_back(draft.step, words)])


def _to(draft: AnyWeekDraft, words: Words) -> Screen:
    start = draft.start or 0
    rows = [*to_rows(start, words, night=draft.night), way_back(draft.step, words)]
    question = words.rich("From <b>{start}</b> <b>to</b> what time?\nTap or type a time.", start=words.clock(start))
    return Screen(f"{_picked(draft, words)}\n{question}", rows)


def _review(draft: AnyWeekDraft, words: Words) -> Screen:
    rows: list[Row] = []
    if draft.ranges and len(draft.ranges) < MOST_RANGES_A_DAY:
        rows.append([button(words.say("Add hours"), AddHours())])
    rows.append([button(f"{repeat_text(draft.recurrence, words)} ▾", Next(step=Step.REVIEW))])
    if isinstance(draft, ProposalDraft):
        rows.append([button(words.say("Send to {name}", name=draft.whose), Save(), DONE)])
        heading = words.rich("<b>Is this right?</b> Nothing is sent yet.")
    else:
        rows.append([button(words.say("Save"), Save(), DONE)])
        heading = words.rich("<b>Is this right?</b> Nothing is saved yet.")
    if draft.typed is None:
        rows.append(way_back(draft.step, words))
    else:
        rows.append([button(words.say("Cancel"), Cancel())])
        heading += "\n" + words.rich("If something is wrong, type it again.")
    return Screen("\n\n".join([heading, *_differences(draft, words), *_when(draft, words)]), rows)


def _when(draft: AnyWeekDraft, words: Words) -> Iterator[str]:
    """Yield as HTML on which dates the change holds, where that is not every week, and the first that it changes."""
    if draft.repeat is Repeat.EVERY_WEEK:
        return
    parts = [bold(repeat_text(draft.recurrence, words))]
    if draft.repeat is Repeat.FROM_DATE:
        parts.append(words.rich("Until then the hours stay as they are."))
    after = draft.changed_hours()
    dates = draft.hours.changed_dates(after, max(draft.today, draft.day), SHOWN_DATES)
    hours = ((day, draft.hours.on(day).open_ranges, after.on(day).open_ranges) for day in dates)
    parts += [
        change_line(words.short_date(day), hours_text(was, words), hours_text(will, words)) for day, was, will in hours
    ]
    yield "\n".join(parts)


def repeat_text(recurrence: Recurrence, words: Words) -> str:
    """Return on which dates weekly hours hold, as plain text."""
    day = recurrence.day
    match recurrence.repeat:
        case Repeat.EVERY_WEEK:
            return words.say("Every week")
        case Repeat.ONE_WEEK:
            return words.say("Only the week of {dates}", dates=words.span(week_span(day)))
        case Repeat.EVERY_OTHER_WEEK:
            return words.say("Every other week, as {dates}", dates=words.span(week_span(day)))
        case Repeat.FROM_DATE:
            return words.say("From {date} on", date=words.short_date(day))


def _ask_when(draft: AnyWeekDraft, words: Words) -> Screen:
    """Return what to choose from: every week, one of the coming, every other, or from a date."""
    mondays = [monday_of(draft.today) + timedelta(weeks=ahead) for ahead in range(COMING_WEEKS)]
    choices = [
        Recurrence(Repeat.EVERY_WEEK, draft.today),
        *(Recurrence(Repeat.ONE_WEEK, monday) for monday in mondays),
        *(Recurrence(Repeat.EVERY_OTHER_WEEK, monday) for monday in mondays[:2]),
    ]
    rows: list[Row] = []
    for choice in choices:
        chosen = "✓ " if choice == draft.recurrence else ""
        rows.append([button(f"{chosen}{repeat_text(choice, words)}", PickRepeat(repeat=choice.repeat, day=choice.day))])
    from_date = PickRepeat(repeat=Repeat.FROM_DATE, day=draft.today)
    rows.append([button(words.say("From a date on …"), from_date)])
    text = words.rich("<b>In which weeks?</b>\nThe hours of all other weeks stay as they are.")
    return Screen(f"{_picked(draft, words)}\n{text}", [*rows, way_back(draft.step, words)])


def _from_date(draft: AnyWeekDraft, words: Words) -> Screen:
    def tap(day: date) -> PickDate:
        return PickDate(day=day, on=True)

    rows = month_rows(draft.month or draft.today, draft.today, words, tap, lambda _: "")
    text = words.rich("<b>From which date on?</b>\nUntil then the hours stay as they are.")
    return Screen(f"{_picked(draft, words)}\n{text}", [*rows, way_back(draft.step, words)])


def _differences(draft: AnyWeekDraft, words: Words) -> Iterator[str]:
    return differences(draft.base, draft.changes(), words)


def differences(base: WeeklyAvailability, changes: Mapping[Weekday, DayAvailability], words: Words) -> Iterator[str]:
    """Yield as HTML what days become and what they are in ``base``, days with the same change together."""
    groups: dict[tuple[DayAvailability, DayAvailability], list[Weekday]] = {}
    for day, now in sorted(changes.items()):
        groups.setdefault((base[day], now), []).append(day)
    for (before, after), days in groups.items():
        line = f"{bold(words.weekdays(days))}  {html.escape(day_text(after, words))}"
        if before == after:
            beside = words.rich("<i>as it is now</i>")
        else:
            beside = words.rich("<i>until now {hours}</i>", hours=day_text(before, words))
        yield f"{line}\n{beside}"


def _night(draft: AnyWeekDraft, words: Words) -> Screen:
    nights: dict[TimeRange, list[Weekday]] = {}
    for day, hours in draft.night_ranges():
        nights.setdefault(hours, []).append(day)
    lines = night_lines([(words.weekdays(days), hours) for hours, days in nights.items()], words)
    heading = words.rich("<b>Night hours?</b> These end on the day after they start:")
    rows: list[Row] = [[button(words.say("Yes, they end the next day"), SaveNight(), DONE)]]
    if draft.day_end is not None:
        no = words.say("No, until {time}", time=words.clock(draft.day_end))
        rows.append([button(no, EndByDay(minutes=draft.day_end))])
    return Screen("\n".join([heading, *lines]), [*rows, way_back(draft.step, words)])


def _changed(draft: AnyWeekDraft, words: Words) -> Screen:
    heading = words.rich(
        "<b>The week was changed meanwhile</b>, after you opened this form. Nothing of the form is saved yet."
    )
    over = draft.over_theirs()
    theirs = words.rich("It now is:") + "\n" + week_table(over.base, words)
    yours = words.rich("You were about to set:")
    rows = [
        [button(words.say("Save mine over it"), SaveOver(version=draft.their_version), DANGER)],
        [button(words.say("Keep it as it now is"), Cancel())],
    ]
    return Screen("\n\n".join([heading, theirs, yours, *_differences(over, words)]), rows)


def _cancelled(draft: AnyWeekDraft, words: Words) -> Screen:
    if draft.theirs is not None:
        text = words.rich("The week stays as it now is. Nothing of this form was saved.")
    else:
        text = words.rich("Cancelled. The hours are as they were.")
    proposes = isinstance(draft, ProposalDraft)
    begin = Propose(doctor=draft.doctor_id) if proposes else EditWeek(doctor=draft.doctor_id)
    label = words.say("Propose hours") if proposes else words.say("Change hours")
    week = words.say("The week") if draft.whose else words.say("My week")
    ways = [button(week, ShowWeek(doctor=draft.doctor_id, monday=monday_of(draft.today))), button(label, begin, GO)]
    back = [[ask_button(draft.answers, words)]] if draft.answers else []
    return Screen(text, [*back, ways, [menu_button(words)]])


def closed_screen(words: Words) -> Screen:
    """Return what is left of a form whose draft is gone, and which is not wanted any more."""
    text = words.rich("This form is closed. Your hours stay as they are.")
    week = button(words.say("My week"), Open(place=Place.WEEK))
    again = button(words.say("Change hours"), Open(place=Place.EDITOR), GO)
    return Screen(text, [[week, again], [menu_button(words)]])


_SCREENS: dict[Step, Callable[[AnyWeekDraft, Words], Screen]] = {
    Step.DAYS: _days,
    Step.FROM: _from,
    Step.TO: _to,
    Step.REVIEW: _review,
    Step.WHEN: _ask_when,
    Step.DATES: _from_date,
    Step.NIGHT: _night,
    Step.CHANGED: _changed,
    Step.CANCELLED: _cancelled,
}
