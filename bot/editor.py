"""The screens of a week in the making: days, from, to, review, and the questions before it is saved."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.draft import WeekDraft
from bot.screen import Button, button, DANGER, DONE, GO, in_rows, menu_button, Row, Screen
from bot.summary import week_table
from bot.taps import (
    AddHours,
    Back,
    Cancel,
    EndByDay,
    Next,
    NoHoursKind,
    Open,
    PickDay,
    PickDays,
    PickFrom,
    PickNoHours,
    PickTo,
    Place,
    Save,
    SaveNight,
    SaveOver,
    ShowNight,
    Step,
)
from bot.typed import week_example
from bot.words import Words
from clinic.time_range import MINUTES_A_DAY
from clinic.week import DayAvailability, MOST_RANGES_A_DAY, Weekday

HALF_HOUR = 30
DAY_BEGINS, DAY_ENDS = 6 * 60, 22 * 60
LAST_NIGHT_END = MINUTES_A_DAY + 12 * 60
WORKING_DAYS = 0b0011111
ALL_DAYS = 0b1111111
WIDEST_LABEL = 40
COLUMNS = {5: 4, 12: 3, 20: 2}
"""How many buttons stand side by side on a narrow phone, by the length of the longest label; else one."""


def editor_screen(draft: WeekDraft, words: Words) -> Screen:
    """Return the screen of the step where the draft stands; a saved one shows the week instead, elsewhere."""
    return _SCREENS[draft.step](draft, words)


def day_text(day: DayAvailability, words: Words) -> str:
    """Return a day's hours in one line: ``09:00–13:00, 15:00–19:00``, ``off``, or ``off (09:00–17:00)``."""
    ranges = ", ".join(map(words.hours, day.ranges))
    if day.on:
        return ranges
    return words.say("off ({hours})", hours=ranges) if ranges else words.say("off")


def _days(draft: WeekDraft, words: Words) -> Screen:
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


def _picked(draft: WeekDraft, words: Words) -> str:
    days = f"<b>{html.escape(words.weekdays(draft.days))}</b>"
    if not draft.ranges:
        return days
    return f"{days} · {html.escape(', '.join(map(words.hours, draft.ranges)))}"


def _from(draft: WeekDraft, words: Words) -> Screen:
    day_times = range(DAY_BEGINS, DAY_ENDS, HALF_HOUR)
    night_times = [*range(0, DAY_BEGINS, HALF_HOUR), *range(DAY_ENDS, MINUTES_A_DAY, HALF_HOUR)]
    times = night_times if draft.night else day_times
    rows = _in_columns([button(words.clock(minutes), PickFrom(minutes=minutes)) for minutes in times])
    other = words.say("Day hours") if draft.night else words.say("Night hours")
    rows.append([button(other, ShowNight(step=Step.FROM, on=not draft.night))])
    if not draft.ranges:
        off = button(words.say("Day off"), PickNoHours(kind=NoHoursKind.OFF))
        rows.append([off, button(words.say("Clear hours"), PickNoHours(kind=NoHoursKind.CLEAR))])
    rows.append(_way_back(draft, words))
    question = words.rich("<b>From</b> what time?\nTap or type a time: 9, 9:15, 9am.")
    return Screen(f"{_picked(draft, words)}\n{question}", rows)


def _to(draft: WeekDraft, words: Words) -> Screen:
    start = draft.start or 0
    later = start - start % HALF_HOUR + HALF_HOUR
    if draft.night:
        last = min(MINUTES_A_DAY + start - 1, LAST_NIGHT_END)
        ends = range(MINUTES_A_DAY + HALF_HOUR, last + 1, HALF_HOUR)
    else:
        ends = range(later, MINUTES_A_DAY + 1, HALF_HOUR)
    rows = _in_columns(list(_end_buttons(start, ends, words)))
    if start:
        other = words.say("Same day") if draft.night else words.say("Next day (+1)")
        rows.append([button(other, ShowNight(step=Step.TO, on=not draft.night))])
    rows.append(_way_back(draft, words))
    question = words.rich("From <b>{start}</b> <b>to</b> what time?\nTap or type a time.", start=words.clock(start))
    return Screen(f"{_picked(draft, words)}\n{question}", rows)


def _end_buttons(start: int, ends: range, words: Words) -> Iterator[Button]:
    for end in ends:
        length = words.short_length(end - start)
        mark = " (+1)" if end > MINUTES_A_DAY else ""
        yield button(f"{words.clock(end)}{mark} · {length}", PickTo(minutes=end))


def _in_columns(buttons: list[Button]) -> list[Row]:
    longest = max((len(one.text) for one in buttons), default=0)
    return in_rows(buttons, next((columns for length, columns in COLUMNS.items() if longest <= length), 1))


def _way_back(draft: WeekDraft, words: Words) -> Row:
    return [button(words.say("Back"), Back(step=draft.step)), button(words.say("Cancel"), Cancel())]


def _review(draft: WeekDraft, words: Words) -> Screen:
    rows: list[Row] = []
    if draft.ranges and len(draft.ranges) < MOST_RANGES_A_DAY:
        rows.append([button(words.say("Add hours"), AddHours())])
    rows.append([button(words.say("Save"), Save(), DONE)])
    heading = words.rich("<b>Is this right?</b> Nothing is saved yet.")
    if draft.typed is None:
        rows.append(_way_back(draft, words))
    else:
        rows.append([button(words.say("Cancel"), Cancel())])
        heading += "\n" + words.rich("If something is wrong, type it again.")
    return Screen("\n\n".join([heading, *differences(draft, words)]), rows)


def differences(draft: WeekDraft, words: Words) -> Iterator[str]:
    """Yield as HTML what the draft makes of its days and what they were, days with the same change together."""
    groups: dict[tuple[DayAvailability, DayAvailability], list[Weekday]] = {}
    for day, now in sorted(draft.changes().items()):
        groups.setdefault((draft.base[day], now), []).append(day)
    for (before, after), days in groups.items():
        line = f"<b>{html.escape(words.weekdays(days))}</b>  {html.escape(day_text(after, words))}"
        if before == after:
            beside = words.rich("<i>as it is now</i>")
        else:
            beside = words.rich("<i>until now {hours}</i>", hours=day_text(before, words))
        yield f"{line}\n{beside}"


def _night(draft: WeekDraft, words: Words) -> Screen:
    nights: dict[tuple[int, int], list[Weekday]] = {}
    for day, hours in draft.night_ranges():
        nights.setdefault((hours.start, hours.end), []).append(day)
    lines = [
        words.rich(
            "<b>{days}</b>: from {start} until {end} on the next day, {length}",
            days=words.weekdays(days),
            start=words.clock(start),
            end=words.clock(end),
            length=words.length(timedelta(minutes=end - start)),
        )
        for (start, end), days in nights.items()
    ]
    heading = words.rich("<b>Night hours?</b> These end on the day after they start:")
    rows: list[Row] = [[button(words.say("Yes, they end the next day"), SaveNight(), DONE)]]
    if draft.day_end is not None:
        no = words.say("No, until {time}", time=words.clock(draft.day_end))
        rows.append([button(no, EndByDay(minutes=draft.day_end))])
    return Screen("\n".join([heading, *lines]), [*rows, _way_back(draft, words)])


def _changed(draft: WeekDraft, words: Words) -> Screen:
    heading = words.rich(
        "<b>Your week was changed meanwhile</b>, after you opened this form. Nothing of the form is saved yet."
    )
    over = draft.model_copy(update={"base": draft.theirs or draft.base})
    theirs = words.rich("It now is:") + "\n" + week_table(over.base, words)
    yours = words.rich("You were about to set:")
    rows = [
        [button(words.say("Save mine over it"), SaveOver(version=draft.their_version), DANGER)],
        [button(words.say("Keep it as it now is"), Cancel())],
    ]
    return Screen("\n\n".join([heading, theirs, yours, *differences(over, words)]), rows)


def _cancelled(draft: WeekDraft, words: Words) -> Screen:
    if draft.theirs is not None:
        text = words.rich("Your week stays as it now is. Nothing of this form was saved.")
    else:
        text = words.rich("Cancelled. Your hours are as they were.")
    return _ways_on(text, words)


def closed_screen(words: Words) -> Screen:
    """Return what is left of a form whose draft is gone, and which is not wanted any more."""
    return _ways_on(words.rich("This form is closed. Your hours stay as they are."), words)


def _ways_on(text: str, words: Words) -> Screen:
    week = button(words.say("My week"), Open(place=Place.WEEK))
    again = button(words.say("Change hours"), Open(place=Place.EDITOR), GO)
    return Screen(text, [[week, again], [menu_button(words)]])


_SCREENS: dict[Step, Callable[[WeekDraft, Words], Screen]] = {
    Step.DAYS: _days,
    Step.FROM: _from,
    Step.TO: _to,
    Step.REVIEW: _review,
    Step.NIGHT: _night,
    Step.CHANGED: _changed,
    Step.CANCELLED: _cancelled,
}
