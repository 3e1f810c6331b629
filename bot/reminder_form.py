"""The card on which a reminder is made, and what is chosen for it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.broadcast_form import reach_line
from bot.free import specialization_key
from bot.reminder_draft import NAGS, ReminderDraft
from bot.reminder_page import coming_lines, facts, nag_text
from bot.report import audience_text
from bot.screen import Button, button, DONE, GO, in_rows, menu_button, page_buttons, Row, Screen
from bot.taps.reminders import (
    GoToReminder,
    ListReminders,
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
    TurnReminded,
    TurnRemindTimes,
)
from bot.times import from_rows
from bot.words import Words
from clinic.broadcast import Reach
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.reminder import MOST_NAGS
from clinic.use_cases.reminders import Foreseen
from clinic.week import Weekday

PAGE = 8


def card_screen(clinic: Clinic, draft: ReminderDraft, seen: Foreseen | None, words: Words) -> Screen:
    """Return what is chosen so far, each to be changed, with the dates that it makes; none without a day."""
    heading = words.rich("<b>New reminder</b>") if not draft.reminder_id else words.rich("<b>Change the reminder</b>")
    lines = [heading + " " + words.rich("Nothing is saved yet.")]
    rows: list[Row] = [
        [_to(ReminderStep.MESSAGE, words.say("What")), _to(ReminderStep.AUDIENCE, words.say("Who"))],
        [_to(ReminderStep.DAYS, words.say("Days")), _to(ReminderStep.TIME, words.say("Time"))],
    ]
    clock = words.say("Clinic's clock") if draft.own else words.say("Each doctor's clock")
    clock_row = [button(clock, PickClock(own=not draft.own))]
    if draft.content is None:
        clock_row.append(_to(ReminderStep.NAGS, words.say("Ask again")))
    rows.append(clock_row)
    if seen:
        lines += ["", *facts(clinic, seen.reminder, words), "", *coming_lines(clinic, seen, words)]
        rows.append([button(words.say("Save"), SaveReminder(), DONE)])
    else:
        nobody = draft.missing is ReminderStep.PEOPLE
        lines += ["", words.rich("Choose who gets it.") if nobody else words.rich("Choose at least one day.")]
    return Screen("\n".join(lines), [*rows, [_to(ReminderStep.CLOSED, words.say("Cancel"))]])


def _to(step: ReminderStep, label: str) -> Button:
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


def audience_screen(draft: ReminderDraft, reaches: Sequence[Reach], skills: Sequence[str], words: Words) -> Screen:
    """Return the choice of an audience, with how many each has at this moment and the first names."""
    lines = [words.rich("<b>Who gets it?</b>"), *(reach_line(reach, words) for reach in reaches)]
    rows: list[Row] = []
    for reach in reaches:
        kind = reach.audience.kind
        label = f"{audience_text(reach.audience, words)} · {reach.count}"
        rows.append([button(f"{'✓ ' if draft.audience.kind is kind else ''}{label}", PickReminded(kind=kind))])
    names = [button(_chosen(draft, name) + name, PickRemindedSkill(skill=specialization_key(name))) for name in skills]
    by_name = _to(ReminderStep.PEOPLE, words.say("People by name"))
    return Screen("\n".join(lines), [*rows, *in_rows(names, 2), [by_name], _back(words)])


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
