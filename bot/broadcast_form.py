"""The screens on which a broadcast is made."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, UTC

from bot.broadcast_draft import BroadcastDraft
from bot.free import specialization_key
from bot.month import month_rows
from bot.report import audience_text
from bot.screen import Button, button, DONE, GO, menu_button, page_buttons, Row, Screen
from bot.taps.broadcasts import (
    BroadcastStep,
    GoTo,
    ListBroadcasts,
    PickAudience,
    PickPerson,
    PickSkill,
    Send,
    SendDay,
    SendMonth,
    SendTime,
    SendTimes,
    TurnPeople,
    Whom,
)
from bot.times import from_rows
from bot.words import Words
from clinic.broadcast import Audience, AudienceKind, Reach
from clinic.calendar import today
from clinic.people import Actor
from clinic.ports import Clinic

PAGE = 8
AUDIENCES = {
    Whom.DOCTORS: Audience(AudienceKind.DOCTORS),
    Whom.NO_HOURS: Audience(AudienceKind.NO_HOURS),
    Whom.UNCONFIRMED: Audience(AudienceKind.UNCONFIRMED),
    Whom.RECEPTIONISTS: Audience(AudienceKind.RECEPTIONISTS),
    Whom.EVERYONE: Audience(AudienceKind.EVERYONE),
}
"""The audiences that one tap picks, in the order in which they are offered."""


def minute_of(due: datetime | None) -> int:
    """Return when a broadcast is to be sent as a tap carries it: minutes since 1970, 0 for now."""
    return round(due.astimezone(UTC).timestamp() / 60) if due else 0


def message_screen(words: Words) -> Screen:
    text = words.rich(
        "<b>What do you want to send?</b>\nSend me the message as everybody shall see it: a text, a picture, a file or "
        "a voice message.\n\nIn a text, <code>{{name}}</code> becomes each person's name, and <code>{{week}}</code> a "
        "doctor's coming week."
    )
    past = button(words.say("Broadcasts"), ListBroadcasts(page=0))
    return Screen(text, [[_drop(words)], [past, menu_button(words)]])


def audience_screen(reaches: Sequence[Reach], picked: int, words: Words) -> Screen:
    """Return the choice of an audience, with how many each has and the first names."""
    lines = [words.rich("<b>Who gets it?</b>")]
    rows: list[Row] = []
    for whom, reach in zip(AUDIENCES, reaches, strict=True):
        label = audience_text(reach.audience, words)
        lines.append(reach_line(reach, words))
        if reach.count:
            rows.append([button(f"{label} · {reach.count}", PickAudience(whom=whom))])
    by_name = words.say("People by name") + (f" · {picked}" if picked else "")
    rows.append([button(words.say("A specialization"), GoTo(step=BroadcastStep.SKILLS))])
    rows.append([button(by_name, GoTo(step=BroadcastStep.PEOPLE))])
    rows.append([button(words.say("Another message"), GoTo(step=BroadcastStep.MESSAGE)), _drop(words)])
    return Screen("\n".join(lines), rows)


def reach_line(reach: Reach, words: Words) -> str:
    """Return as HTML whom an audience has, and how many of it cannot be reached."""
    picked = reach.audience.kind is AudienceKind.PICKED
    label = words.say("People by name") if picked else audience_text(reach.audience, words)
    names = ", ".join(reach.first_names) + (", …" if reach.count > len(reach.first_names) else "")
    line = words.rich("<b>{label}: {n}</b>", label=label, n=reach.count) + (
        f" – {html.escape(names, quote=False)}" if names else ""
    )
    apart = []
    if reach.blocked:
        apart.append(words.count("{n} has blocked the bot", "{n} have blocked the bot", reach.blocked))
    if reach.unopened:
        apart.append(words.count("{n} has never opened it", "{n} have never opened it", reach.unopened))
    return f"{line}\n  <i>{html.escape(', '.join(apart), quote=False)}</i>" if apart else line


def skills_screen(reaches: Sequence[Reach], words: Words) -> Screen:
    lines = [words.rich("<b>Which specialization?</b>"), *(reach_line(reach, words) for reach in reaches)]
    found = [(one.audience.specialization, one.count) for one in reaches if one.count]
    rows: list[Row] = [[button(f"{name} · {n}", PickSkill(skill=specialization_key(name)))] for name, n in found]
    return Screen("\n".join(lines), [*rows, [_back(BroadcastStep.AUDIENCE, words)]])


def people_screen(draft: BroadcastDraft, people: Sequence[Actor], words: Words) -> Screen:
    """Return a page of those who can be picked, and how many are."""
    page = min(draft.page, max(0, len(people) - 1) // PAGE)
    rows: list[Row] = []
    for person in people[page * PAGE : (page + 1) * PAGE]:
        on = person.user_id in draft.picked
        label = f"{'✓ ' if on else ''}{person.name or person.user_id}"
        rows.append([button(label, PickPerson(user=person.user_id, on=not on), DONE if on else None)])
    before = TurnPeople(page=page - 1) if page else None
    after = TurnPeople(page=page + 1) if (page + 1) * PAGE < len(people) else None
    lines = [words.rich("<b>Who gets it?</b>\nTap people, or type a part of a name.")]
    if draft.said:
        lines.append(words.rich("With “{text}” in the name: {n}", text=draft.said, n=len(people)))
        rows.append([button(words.say("Show everybody"), GoTo(step=BroadcastStep.PEOPLE))])
    rows += page_buttons(before, after)
    if draft.picked:
        go = words.say("Next · {n}", n=len(draft.picked))
        rows.append([button(go, GoTo(step=BroadcastStep.PREVIEW), GO)])
    return Screen("\n".join(lines), [*rows, [_back(BroadcastStep.AUDIENCE, words)]])


def preview_screen(clinic: Clinic, draft: BroadcastDraft, reach: Reach, words: Words) -> Screen:
    """Return what is left to say: send it now, later, or go back. The message itself stands below."""
    lines = [words.rich("<b>Is this right?</b>\nThe message stands below, as they will see it."), ""]
    lines.append(reach_line(reach, words))
    rows: list[Row] = []
    if draft.due:
        when = words.moment(draft.due, clinic.zone)
        lines += ["", words.rich("It goes out on <b>{when}</b>, to those who are in the audience then.", when=when)]
        label = words.say("Send on {when}", when=when)
        rows.append([button(label, Send(at=minute_of(draft.due)), DONE)])
        rows.append([button(words.say("Another time"), GoTo(step=BroadcastStep.DAY))])
    elif reach.count:
        now = words.say("Send now to {n}", n=reach.count)
        rows.append([button(now, Send(at=0), DONE)])
        rows.append([button(words.say("Send later"), GoTo(step=BroadcastStep.DAY))])
    else:
        lines += ["", words.rich("Nobody in it can be reached. Choose another audience.")]
    return Screen("\n".join(lines), [*rows, [_back(BroadcastStep.AUDIENCE, words), _drop(words)]])


def day_screen(clinic: Clinic, draft: BroadcastDraft, words: Words) -> Screen:
    now = today(clinic.clock(), clinic.zone)
    rows = month_rows(
        draft.month or now,
        now,
        words,
        lambda day: SendDay(day=day),
        lambda _day: "",
        lambda month: SendMonth(month=month),
    )
    text = words.rich("<b>On which day?</b>\nTap one, or type a day and a time: <code>tomorrow 9:30</code>")
    return Screen(text, [*rows, [_back(BroadcastStep.PREVIEW, words)]])


def time_screen(clinic: Clinic, draft: BroadcastDraft, words: Words) -> Screen:
    day = draft.day or today(clinic.clock(), clinic.zone)
    text = words.rich(
        "<b>At what time?</b>\n{day}, on the clinic's clock ({zone}). Tap one, or type it.",
        day=words.full_date(day),
        zone=clinic.zone.key,
    )
    rows = from_rows(
        words, night=draft.night, pick=lambda minutes: SendTime(minutes=minutes), turn=lambda on: SendTimes(night=on)
    )
    return Screen(text, [*rows, [_back(BroadcastStep.DAY, words)]])


def closed_screen(words: Words) -> Screen:
    again = button(words.say("New broadcast"), GoTo(step=BroadcastStep.MESSAGE))
    past = button(words.say("Broadcasts"), ListBroadcasts(page=0))
    return Screen(words.rich("Closed. Nothing was sent."), [[again, past], [menu_button(words)]])


def _back(step: BroadcastStep, words: Words) -> Button:
    return button(words.say("Back"), GoTo(step=step))


def _drop(words: Words) -> Button:
    return button(words.say("Cancel"), GoTo(step=BroadcastStep.CLOSED))
