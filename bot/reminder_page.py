"""Reminders on the screen: the list, one with what is coming, and what is asked before it is sent or deleted."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from bot.reminder_draft import A_DAY
from bot.report import audience_text
from bot.screen import button, DANGER, DONE, GO, menu_button, Row, Screen
from bot.taps.reminders import (
    AskDelete,
    AskSendNow,
    DeleteReminder,
    EditReminder,
    ListReminders,
    NewReminder,
    PauseReminder,
    SendReminder,
    ShowReminder,
)
from bot.words import Words
from clinic.broadcast import Reach
from clinic.ports import Clinic
from clinic.reminder import Reminder
from clinic.use_cases.reminders import Foreseen
from clinic.week import Weekday


def when_text(reminder: Reminder, words: Words) -> str:
    """Return on which days and at what time it goes out, as plain text."""
    every = len(reminder.days) == len(Weekday)
    days = words.say("every day") if every else words.weekdays(reminder.days)
    return f"{days}, {words.clock(reminder.minutes)}"


def what_text(reminder: Reminder, words: Words) -> str:
    """Return what kind of message it sends, as plain text."""
    return words.say("Confirm your week") if reminder.asks else words.say("Message")


def list_screen(reminders: Sequence[Reminder], words: Words) -> Screen:
    """Return all reminders, each a button."""
    rows: list[Row] = []
    for one in reminders:
        mark = "⏸" if one.paused else "🔔"
        label = f"{mark} {when_text(one, words)} · {what_text(one, words)}"
        rows.append([button(label, ShowReminder(reminder=one.reminder_id))])
    if reminders:
        text = words.rich("<b>Reminders</b>\nTap one to see when it goes out, or to change it.")
    else:
        text = words.rich(
            "<b>Reminders</b>\nThere are none yet. One can ask the doctors every Friday to confirm their coming week, "
            "and ask again whoever has not answered."
        )
    return Screen(text, [*rows, [button(words.say("New reminder"), NewReminder(), GO), menu_button(words)]])


def reminder_screen(clinic: Clinic, seen: Foreseen, words: Words, notice: str = "") -> Screen:
    """Return a reminder with what is coming; ``notice`` is HTML."""
    one = seen.reminder
    number = one.reminder_id
    lines = [notice, ""] if notice else []
    state = words.rich("⏸ <b>Reminder, paused</b>") if one.paused else words.rich("🔔 <b>Reminder</b>")
    lines += [state, *facts(clinic, one, words), "", *coming_lines(clinic, seen, words)]
    turn = words.say("Resume") if one.paused else words.say("Pause")
    rows: list[Row] = [
        [
            button(turn, PauseReminder(reminder=number, paused=not one.paused), GO if one.paused else None),
            button(words.say("Send now"), AskSendNow(reminder=number)),
        ],
        [
            button(words.say("Change"), EditReminder(reminder=number)),
            button(words.say("Delete"), AskDelete(reminder=number), DANGER),
        ],
        [button(words.say("Reminders"), ListReminders()), menu_button(words)],
    ]
    return Screen("\n".join(lines), rows)


def facts(clinic: Clinic, one: Reminder, words: Words) -> Iterator[str]:
    """Yield as HTML what it sends, to whom and when."""
    yield words.rich("What: <b>{what}</b>", what=what_text(one, words))
    yield words.rich("Who: <b>{who}</b>", who=audience_text(one.audience, words))
    yield words.rich("When: <b>{when}</b>, {clock}", when=when_text(one, words), clock=_clock_text(clinic, one, words))
    if one.asks:
        nags = [words.say("{length} later", length=nag_text(minutes, words)) for minutes in one.nags]
        yield words.rich("Asks again: <b>{times}</b>", times=", ".join(nags) or words.say("never"))


def _clock_text(clinic: Clinic, one: Reminder, words: Words) -> str:
    if one.own_zone:
        return words.say("on each doctor's own clock")
    return words.say("on the clinic's clock ({zone})", zone=clinic.zone.key)


def nag_text(minutes: int, words: Words) -> str:
    """Return how much later it asks again, as plain text."""
    if minutes % A_DAY:
        return words.count("{n} hour", "{n} hours", minutes // 60)
    return words.count("{n} day", "{n} days", minutes // A_DAY)


def coming_lines(clinic: Clinic, seen: Foreseen, words: Words) -> Iterator[str]:
    """Yield as HTML the next dates, and what quiet hours make of the time."""
    heading = words.rich("It would go out:") if seen.reminder.paused else words.rich("It goes out:")
    yield heading
    for day, due in seen.coming:
        yield html.escape(f"• {_due_text(clinic, seen, day, due, words)}", quote=False)
    if clinic.quiet and any(_is_late(clinic, seen, day, due) for day, due in seen.coming):
        yield words.rich("<i>Quiet hours are {hours}: it waits until they end.</i>", hours=words.hours(clinic.quiet))


def _due_text(clinic: Clinic, seen: Foreseen, day: date, due: datetime, words: Words) -> str:
    if seen.reminder.own_zone:
        return f"{words.full_date(day)}, {words.clock(seen.reminder.minutes)}"
    local = due.astimezone(clinic.zone)
    return f"{words.full_date(local.date())}, {words.clock(local.hour * 60 + local.minute)}"


def _is_late(clinic: Clinic, seen: Foreseen, day: date, due: datetime) -> bool:
    """Whether quiet hours delay it for the first of those who get it."""
    unhindered = seen.clocks.unhindered(day, seen.reminder.minutes)
    return due != unhindered and clinic.quiet is not None


def ask_send_screen(reminder: Reminder, reach: Reach, words: Words) -> Screen:
    who = audience_text(reminder.audience, words)
    text = words.rich("<b>Send it now?</b>\n{what} · {who}", what=what_text(reminder, words), who=who)
    if reminder.asks:
        text += "\n" + words.rich("Whoever has answered already is left out.")
    back = button(words.say("Back"), ShowReminder(reminder=reminder.reminder_id))
    if not reach.count:
        text += "\n" + words.rich("Nobody in it can be reached now.")
        return Screen(text, [[back]])
    tap = SendReminder(reminder=reminder.reminder_id, version=reminder.version)
    send = button(words.say("Send now to {n}", n=reach.count), tap, DONE)
    return Screen(text, [[send], [back]])


def ask_delete_screen(reminder: Reminder, words: Words) -> Screen:
    text = words.rich(
        "<b>Delete this reminder?</b>\n{when} · {what}\nWhat it has not sent yet stops too.",
        when=when_text(reminder, words),
        what=what_text(reminder, words),
    )
    yes = button(words.say("Yes, delete"), DeleteReminder(reminder=reminder.reminder_id), DANGER)
    return Screen(text, [[yes], [button(words.say("Back"), ShowReminder(reminder=reminder.reminder_id))]])
