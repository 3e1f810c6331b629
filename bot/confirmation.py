"""Confirm your week: the question, and what has become of it."""

from __future__ import annotations

from datetime import date, datetime

from bot.screen import Button, button, DONE, menu_button, Row, Screen
from bot.taps.confirmations import AskWeek, ChangeWeek, ConfirmWeek, TakeWeekOff
from bot.words import Words
from clinic.confirmation import Answer, fingerprint, last_change
from clinic.dates import week_span
from clinic.ports import Clinic
from clinic.use_cases.confirmations import coming_week
from clinic.use_cases.schedules import DoctorSchedule


def answer_line(clinic: Clinic, read: DoctorSchedule, monday: date, words: Words) -> str:
    """Return as HTML whether a doctor has confirmed a week, how long ago, and what has changed since."""
    days = read.schedule.days(week_span(monday))
    found, changed_at = read.schedule.rules.confirmation(monday), last_change(read.record, days)
    if found is None:
        if changed_at is None:
            return words.rich("Not confirmed")
        return words.rich("Not confirmed, last changed {ago}", ago=ago_text(clinic, changed_at, words))
    ago = ago_text(clinic, found.stamp.at, words)
    match found.counts_as(days):
        case Answer.SAME:
            return words.rich("✓ Confirmed {ago}", ago=ago)
        case Answer.OFF:
            return words.rich("✓ Confirmed {ago}: off that week", ago=ago)
        case Answer.CHANGED if found.answer is Answer.CHANGED and found.seen == fingerprint(days):
            return words.rich("✓ Changed and confirmed {ago}", ago=ago)
    since = max(changed_at or found.stamp.at, found.stamp.at)
    return words.rich("✎ Confirmed {before}, changed {ago}", before=ago, ago=ago_text(clinic, since, words))


def ago_text(clinic: Clinic, moment: datetime, words: Words) -> str:
    """Return how long ago something was, by the clinic's clock."""
    return words.ago(clinic.clock() - moment)


def confirm_row(clinic: Clinic, read: DoctorSchedule, monday: date, words: Words) -> list[Row]:
    """Return the button under one's own coming week, while there is no answer for it as it stands."""
    seen = fingerprint(read.schedule.days(week_span(monday)))
    found = read.schedule.rules.confirmation(monday)
    if monday != coming_week(clinic, read.doctor) or (found and found.seen == seen):
        return []
    return [[button(words.say("✓ Confirm"), ConfirmWeek(monday=monday, seen=seen), DONE)]]


def question_screen(
    read: DoctorSchedule, monday: date, week: str, words: Words, *, moved: bool = False, again: bool = False
) -> Screen:
    """Return the question with its three answers; ``week`` is the summary as HTML, ``moved`` says that it is new.

    ``again`` is for who was asked before and has not answered.
    """
    parts = [words.rich("<b>Confirm your week</b>")]
    if moved:
        parts.append(words.rich("It has changed since it was shown. Is it right now?"))
    if again:
        parts.append(words.rich("You have not answered yet. One tap does."))
    seen = fingerprint(read.schedule.days(week_span(monday)))
    same = button(words.say("Same as shown"), ConfirmWeek(monday=monday, seen=seen), DONE)
    change = button(words.say("Change"), ChangeWeek(monday=monday))
    off = button(words.say("Off that week"), TakeWeekOff(monday=monday))
    return Screen("\n".join([*parts, "", week]), [[same], [change, off], [menu_button(words)]])


def ask_button(monday: date, words: Words) -> Button:
    """Return the way back to the question."""
    return button(words.say("Back to the week"), AskWeek(monday=monday))
