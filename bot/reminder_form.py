"""Reminders on the screen: the list, one with what is coming, and the card on which it is made."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from bot.free import specialization_key
from bot.reminder_draft import A_DAY, NAGS, OF_ALL, OF_DOCTORS, ReminderDraft
from bot.report import audience_text
from bot.screen import Button, button, DANGER, DONE, GO, in_rows, menu_button, page_buttons, Row, Screen
from bot.taps.reminders import (
    AskDelete,
    AskSendNow,
    DeleteReminder,
    EditReminder,
    GoToReminder,
    ListReminders,
    NewReminder,
    PauseReminder,
    PickClock,
    PickNag,
    PickQuestion,
    PickRemindDay,
    PickReminded,
    PickRemindedPerson,
    PickRemindedSkill,
    PickRemindTime,
    ReminderStep,
    SaveReminder,
    SendReminder,
    ShowReminder,
    TurnReminded,
    TurnRemindTimes,
)
from bot.times import from_rows
from bot.words import Words
from clinic.broadcast import Audience, Reach
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.reminder import MOST_NAGS, Reminder
from clinic.use_cases.reminders import Foreseen
from clinic.week import Weekday

PAGE = 8


def when_text(reminder: Reminder, words: Words) -> str:
    """Return on which days and at what time it goes out, as plain text."""
    every = len(reminder.days) == len(Weekday)
    days = words.say("every day") if every else words.weekdays(reminder.days)
    return f"{days}, {words.clock(reminder.minutes)}"


def what_text(reminder: Reminder, words: Words) -> str:
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
    lines += [state, *_facts(clinic, one, words), "", *_coming(clinic, seen, words)]
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


def _facts(clinic: Clinic, one: Reminder, words: Words) -> Iterator[str]:
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


def _coming(clinic: Clinic, seen: Foreseen, words: Words) -> Iterator[str]:
    """Yield the next dates, and what quiet hours make of the time."""
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


def card_screen(clinic: Clinic, draft: ReminderDraft, seen: Foreseen | None, words: Words) -> Screen:
    """Return what is chosen so far, each to be changed, with the dates that it makes; none without a day."""
    heading = words.rich("<b>New reminder</b>") if not draft.reminder_id else words.rich("<b>Change the reminder</b>")
    lines = [heading + " " + words.rich("Nothing is saved yet.")]
    rows: list[Row] = [
        [_to(ReminderStep.MESSAGE, words.say("What"), words), _to(ReminderStep.AUDIENCE, words.say("Who"), words)],
        [_to(ReminderStep.DAYS, words.say("Days"), words), _to(ReminderStep.TIME, words.say("Time"), words)],
    ]
    clock = words.say("Clinic's clock") if draft.own else words.say("Each doctor's clock")
    clock_row = [button(clock, PickClock(own=not draft.own))]
    if draft.content is None:
        clock_row.append(_to(ReminderStep.NAGS, words.say("Ask again"), words))
    rows.append(clock_row)
    if seen:
        lines += ["", *_facts(clinic, seen.reminder, words), "", *_coming(clinic, seen, words)]
        rows.append([button(words.say("Save"), SaveReminder(), DONE)])
    else:
        lines += ["", words.rich("Choose at least one day.")]
    return Screen("\n".join(lines), [*rows, [_to(ReminderStep.CLOSED, words.say("Cancel"), words)]])


def _to(step: ReminderStep, label: str, _words: Words) -> Button:
    return button(label, GoToReminder(step=step))


def _back(words: Words, label: str = "") -> Row:
    return [button(label or words.say("Back"), GoToReminder(step=ReminderStep.CARD))]


def message_screen(words: Words) -> Screen:
    text = words.rich(
        "<b>What shall it send?</b>\nThe question to confirm the coming week; or send me the message as everybody "
        "shall see it: a text, a picture, a file or a voice message."
    )
    question = button(words.say("Confirm your week"), PickQuestion(), GO)
    return Screen(text, [[question], _back(words)])


def days_screen(draft: ReminderDraft, words: Words) -> Screen:
    buttons = [
        button(
            f"{'✓ ' if day in draft.days else ''}{words.weekday(day)}", PickRemindDay(day=day, on=day not in draft.days)
        )
        for day in Weekday
    ]
    done = _back(words, words.say("Done"))
    return Screen(words.rich("<b>On which days?</b>\nIt goes out each week on these."), [*in_rows(buttons, 4), done])


def time_screen(draft: ReminderDraft, words: Words) -> Screen:
    rows = from_rows(
        words,
        night=draft.night,
        pick=lambda minutes: PickRemindTime(minutes=minutes),
        turn=lambda on: TurnRemindTimes(night=on),
    )
    return Screen(words.rich("<b>At what time?</b>\nTap one, or type it: 9, 9:15, 9am."), [*rows, _back(words)])


def nags_screen(draft: ReminderDraft, words: Words) -> Screen:
    """Return when it can ask again: all that there is, or what is picked already where that is as much as can be."""
    buttons = [
        button(
            f"{'✓ ' if minutes in draft.nags else ''}{nag_text(minutes, words)}",
            PickNag(minutes=minutes, on=minutes not in draft.nags),
        )
        for minutes in NAGS
        if minutes in draft.nags or len(draft.nags) < MOST_NAGS
    ]
    text = words.rich(
        "<b>Ask again after how long?</b>\nOnly those who have not answered are asked again, three times at most. "
        "An hour after the last time the administrators get the list of who has not."
    )
    return Screen(text, [*in_rows(buttons, 3), _back(words, words.say("Done"))])


def audience_screen(draft: ReminderDraft, skills: Sequence[str], words: Words) -> Screen:
    kinds = OF_ALL if draft.content else OF_DOCTORS
    rows: list[Row] = []
    for kind in kinds:
        chosen = "✓ " if draft.audience.kind is kind else ""
        rows.append([button(chosen + audience_text(Audience(kind), words), PickReminded(kind=kind))])
    names = [button(_chosen(draft, name) + name, PickRemindedSkill(skill=specialization_key(name))) for name in skills]
    by_name = _to(ReminderStep.PEOPLE, words.say("People by name"), words)
    return Screen(words.rich("<b>Who gets it?</b>"), [*rows, *in_rows(names, 2), [by_name], _back(words)])


def _chosen(draft: ReminderDraft, name: str) -> str:
    return "✓ " if draft.audience.specialization == name else ""


def people_screen(draft: ReminderDraft, people: Sequence[Actor], words: Words) -> Screen:
    """Return a page of those who can be picked."""
    picked = draft.audience.user_ids
    page = min(draft.page, max(0, len(people) - 1) // PAGE)
    rows: list[Row] = []
    for person in people[page * PAGE : (page + 1) * PAGE]:
        on = person.user_id in picked
        label = f"{'✓ ' if on else ''}{person.name or person.user_id}"
        rows.append([button(label, PickRemindedPerson(user=person.user_id, on=not on))])
    before = TurnReminded(page=page - 1) if page else None
    after = TurnReminded(page=page + 1) if (page + 1) * PAGE < len(people) else None
    text = words.rich("<b>Who gets it?</b>\nTap people.")
    return Screen(text, [*rows, *page_buttons(before, after), _back(words, words.say("Done"))])


def closed_screen(words: Words) -> Screen:
    row = [button(words.say("Reminders"), ListReminders()), menu_button(words)]
    return Screen(words.rich("Closed. Nothing was changed."), [row])
