"""Admins make a broadcast: the message, to whom, a look at it, and off it goes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from telegram import Message
from telegram.error import BadRequest

from bot.broadcast_draft import BroadcastDraft
from bot.broadcast_form import (
    audience_screen,
    AUDIENCES,
    closed_screen,
    day_screen,
    message_screen,
    minute_of,
    people_screen,
    preview_screen,
    skills_screen,
    time_screen,
)
from bot.content import Content
from bot.errors import explain
from bot.find import letters
from bot.free import specialization_key
from bot.front import Front, Handler
from bot.handlers.broadcasts import show_list, show_report
from bot.handlers.forms import settled
from bot.screen import Screen, too_old_screen
from bot.taps.broadcasts import (
    BroadcastStep,
    GoTo,
    PickAudience,
    PickPerson,
    PickSkill,
    Send,
    SendDay,
    SendMonth,
    SendTime,
    SendTimes,
    TurnPeople,
)
from bot.taps.tap import Place, Tap
from bot.turn import Turn
from bot.typed_moment import read_moment
from clinic import policy
from clinic.broadcast import Audience, AudienceKind
from clinic.calendar import instant, today
from clinic.errors import BroadcastIsPast, DraftHasMoved, NobodyToReach
from clinic.people import Actor
from clinic.plan import ONE_DAY
from clinic.use_cases import broadcasts
from clinic.use_cases.drafts import keep_broadcast_draft
from clinic.use_cases.hours import find_doctors
from clinic.use_cases.people import roster

ANY_TIME = {BroadcastStep.AUDIENCE, BroadcastStep.SKILLS, BroadcastStep.PEOPLE}
"""The steps that need no more than a message."""
RECENT = 30


def handlers(front: Front) -> list[Handler]:
    moves = (PickAudience, PickSkill, PickPerson, TurnPeople, SendMonth, SendDay, SendTimes, SendTime)
    return [
        front.on_command("broadcast", begin),
        front.on_place(Place.BROADCAST, begin),
        front.on_tap(GoTo, go_to),
        *(front.on_tap(kind, move) for kind in moves),
        front.on_tap(Send, send),
    ]


async def begin(turn: Turn, _given: object) -> None:
    """Ask for the message, in the tapped message or in a new one."""
    draft = BroadcastDraft()
    if turn.update.callback_query:
        await _keep(turn, draft, turn.tapped)
        await turn.show(message_screen(turn.words))
    else:
        policy.ensure_can_broadcast(turn.actor)
        await _keep(turn, draft, await turn.show(message_screen(turn.words)))


async def _keep(turn: Turn, draft: BroadcastDraft, message_id: int) -> None:
    await keep_broadcast_draft(turn.clinic, turn.actor, turn.draft_row(draft, message_id))


async def take(turn: Turn, draft: BroadcastDraft, message: Message) -> bool:
    """Take what was sent for the form that waits for it; return whether the form could mean it.

    One that may be forgotten is first shown again: what was sent may be meant for something else.
    """
    text = message.text or ""
    if draft.step is not BroadcastStep.MESSAGE and not text:
        return False
    if turn.forgotten:
        await _bring_down(turn, draft, draft)
    elif draft.step is BroadcastStep.MESSAGE:
        await _take_message(turn, draft, message)
    elif draft.step is BroadcastStep.PEOPLE:
        await _bring_down(turn, draft, await _with_named(turn, draft, text))
    else:
        await _bring_down(turn, draft, _at_typed(turn, draft, text))
    return True


async def _take_message(turn: Turn, draft: BroadcastDraft, message: Message) -> None:
    if message.media_group_id:
        await turn.say(turn.words.say("An album cannot be sent to everyone. Please send one picture or one file."))
        return
    await _bring_down(turn, draft, draft.with_content(Content.of(message)))


async def _bring_down(turn: Turn, draft: BroadcastDraft, moved: BroadcastDraft) -> None:
    """Go on below what was sent, in a new message; the old one waits no longer.

    Its buttons come once it is kept, so that what can be tapped survives a kill; the message is shown below it anew.
    """
    moved = moved.model_copy(update={"previewed": False})
    screen = await _screen(turn, moved)
    sent = await turn.show(Screen(screen.text))
    await _keep(turn, moved, sent)
    await turn.show(screen, over=sent)
    with suppress(DraftHasMoved):
        await _keep(turn, draft.at(BroadcastStep.CLOSED), turn.waiting)
    await _show_message(turn, moved, sent)


@settled
async def go_to(turn: Turn, tap: GoTo) -> None:
    """Go to another step, forth or back; begin anew where the form is closed."""
    draft = turn.draft
    if not isinstance(draft, BroadcastDraft):
        await _too_old(turn)
    elif draft.step is BroadcastStep.SENT:
        await _show_sent(turn)
    elif tap.step is BroadcastStep.MESSAGE:
        await _show(turn, BroadcastDraft())
    elif not draft.goes_on or draft.content is None or tap.step is BroadcastStep.CLOSED:
        await _show(turn, draft.at(BroadcastStep.CLOSED))
    elif tap.step is BroadcastStep.PREVIEW and draft.step is BroadcastStep.PEOPLE:
        await _show(turn, draft.to_picked() if draft.picked else draft)
    elif tap.step not in ANY_TIME and draft.audience is None:
        await _show(turn, draft)
    elif tap.step is BroadcastStep.PREVIEW:
        await _show(turn, draft.at(tap.step, due=None))
    elif tap.step in {*ANY_TIME, BroadcastStep.DAY}:
        await _show(turn, draft.at(tap.step, said="", page=0))
    else:
        await _show(turn, draft)


@settled
async def move(turn: Turn, tap: Tap) -> None:
    """Move the form as the tap says; one that does not fit the step shows the step again and changes nothing."""
    draft = turn.draft
    if not isinstance(draft, BroadcastDraft):
        await _too_old(turn)
    elif draft.step is BroadcastStep.SENT:
        await _show_sent(turn)
    else:
        await _show(turn, await _after(turn, draft, tap) if draft.goes_on and draft.content else draft)


async def _after(turn: Turn, draft: BroadcastDraft, tap: Tap) -> BroadcastDraft:  # noqa: PLR0911 - one table
    match draft.step, tap:
        case BroadcastStep.AUDIENCE, PickAudience(whom=whom):
            return draft.to(AUDIENCES[whom])
        case BroadcastStep.SKILLS, PickSkill(skill=skill):
            found = [one for one in await _skills(turn) if specialization_key(one.specialization) == skill]
            return draft.to(found[0]) if found else draft
        case BroadcastStep.PEOPLE, PickPerson(user=user, on=on):
            return draft.with_person(user, on=on)
        case BroadcastStep.PEOPLE, TurnPeople(page=page):
            return draft.model_copy(update={"page": page})
        case BroadcastStep.DAY, SendMonth(month=month):
            return draft.model_copy(update={"month": month})
        case BroadcastStep.DAY, SendDay(day=day) if day >= today(turn.clinic.clock(), turn.clinic.zone):
            return draft.on(day)
        case BroadcastStep.TIME, SendTimes(night=night):
            return draft.model_copy(update={"night": night})
        case BroadcastStep.TIME, SendTime(minutes=minutes) if draft.day:
            return _due(turn, draft, instant(draft.day, minutes, turn.clinic.zone))
    return draft


def _due(turn: Turn, draft: BroadcastDraft, due: datetime) -> BroadcastDraft:
    """Return it to be sent then.

    Raises:
        BroadcastIsPast: the draft stays.
    """
    if not turn.clinic.clock() < due <= turn.clinic.clock() + broadcasts.LONGEST_DELAY:
        raise BroadcastIsPast(due)
    return draft.later(due)


def _at_typed(turn: Turn, draft: BroadcastDraft, text: str) -> BroadcastDraft:
    """Return it with the day and the time that were typed, either of them alone too.

    Raises:
        NotUnderstood, BroadcastIsPast: the draft stays.
    """
    clinic, now = turn.clinic, today(turn.clinic.clock(), turn.clinic.zone)
    day, minutes = read_moment(text.strip(), now, turn.words)
    if minutes is None:
        return draft.on(day or now)
    if day is None and draft.step is BroadcastStep.TIME:
        day = draft.day
    due = instant(day or now, minutes, clinic.zone)
    if day is None and due <= clinic.clock():
        due = instant(now + ONE_DAY, minutes, clinic.zone)
    return _due(turn, draft, due)


async def _with_named(turn: Turn, draft: BroadcastDraft, text: str) -> BroadcastDraft:
    """Return it with the one person whom a text names picked, or showing all whom it may mean."""
    said = " ".join(text.split())[:32]
    found = await _people(turn, said)
    if len(found) == 1:
        return draft.with_person(found[0].user_id, on=True).model_copy(update={"said": ""})
    return draft.model_copy(update={"said": said if found else "", "page": 0})


async def _people(turn: Turn, said: str) -> list[Actor]:
    everybody = (await roster(turn.clinic, turn.actor)).people
    there = [one for one in everybody if one.roles and not one.suspended and not one.blocked]
    return [one for one in there if letters(said) in letters(one.name)]


async def _skills(turn: Turn) -> list[Audience]:
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    names = {specialization_key(doctor.specialization): doctor.specialization for doctor in doctors}
    return [Audience(AudienceKind.SPECIALIZATION, name) for name in sorted(names.values())]


async def _show(turn: Turn, draft: BroadcastDraft) -> None:
    """Keep and show the form in the tapped message; with the preview comes the message itself."""
    if draft != turn.draft:
        await _keep(turn, draft, turn.tapped)
    shown = await turn.show(await _screen(turn, draft))
    if shown != turn.tapped:
        await _keep(turn, draft, shown)
    await _show_message(turn, draft, shown)


async def _screen(turn: Turn, draft: BroadcastDraft) -> Screen:  # noqa: PLR0911 - one table
    words = turn.words
    match draft.step:
        case BroadcastStep.MESSAGE:
            return message_screen(words)
        case BroadcastStep.AUDIENCE:
            reaches = await broadcasts.survey(turn.clinic, turn.actor, list(AUDIENCES.values()))
            return audience_screen(reaches, len(draft.picked), words)
        case BroadcastStep.SKILLS:
            return skills_screen(await broadcasts.survey(turn.clinic, turn.actor, await _skills(turn)), words)
        case BroadcastStep.PEOPLE:
            return people_screen(draft, await _people(turn, draft.said), words)
        case BroadcastStep.PREVIEW if draft.audience:
            (reach,) = await broadcasts.survey(turn.clinic, turn.actor, [draft.audience])
            return preview_screen(turn.clinic, draft, reach, words)
        case BroadcastStep.DAY:
            return day_screen(turn.clinic, draft, words)
        case BroadcastStep.TIME:
            return time_screen(turn.clinic, draft, words)
    return closed_screen(words)


async def _show_message(turn: Turn, draft: BroadcastDraft, form: int) -> None:
    """Show the message as the first of those who get it will see it, unless it stands there already."""
    if draft.step is not BroadcastStep.PREVIEW or draft.previewed or not draft.content or not draft.audience:
        return
    (reach,) = await broadcasts.survey(turn.clinic, turn.actor, [draft.audience])
    everybody = await _people(turn, "")
    first = next((one for one in everybody if one.name in reach.first_names[:1]), turn.actor)
    seen = replace(first, language=first.language or turn.actor.language)
    try:
        await draft.content.send(turn.bot, turn.clinic, seen, chat_id=turn.chat_id)
    except BadRequest:
        turn = await turn.again()
        await _keep(turn, draft.at(BroadcastStep.MESSAGE), form)
        text = turn.words.rich("Telegram does not let me pass that message on. Please send another.")
        await turn.show(Screen(text, message_screen(turn.words).rows), over=form)
        return
    turn = await turn.again()
    with suppress(DraftHasMoved):
        await _keep(turn, draft.model_copy(update={"previewed": True}), form)


@settled
async def send(turn: Turn, tap: Send) -> None:
    """Send what is reviewed, now or then; a second tap, from another phone too, shows what the first has done."""
    draft = turn.draft
    if not isinstance(draft, BroadcastDraft):
        await _too_old(turn)
        return
    if draft.step is BroadcastStep.SENT:
        await _show_sent(turn)
        return
    ready = draft.step is BroadcastStep.PREVIEW and tap.at == minute_of(draft.due)
    if not ready or not draft.content or not draft.audience:
        await _show(turn, draft)
        return
    closing = turn.draft_row(draft.at(BroadcastStep.SENT), turn.tapped)
    body = draft.content.model_dump_json()
    try:
        made = await broadcasts.send(turn.clinic, turn.actor, body, draft.audience, due=draft.due, closing=closing)
    except (NobodyToReach, BroadcastIsPast) as error:
        await turn.answer(explain(error, turn.clinic, turn.words), alert=True)
        return
    await show_report(turn, made.broadcast_id)


async def _show_sent(turn: Turn) -> None:
    """Show what a closed form has sent: the broadcast whose progress stands in its message."""
    found = await broadcasts.page(turn.clinic, turn.actor, 0, RECENT)
    here = [one for one, _ in found if (one.chat_id, one.message_id) == (turn.chat_id, turn.tapped)]
    if here:
        await show_report(turn, here[0].broadcast_id)
    else:
        await show_list(turn, None)


async def _too_old(turn: Turn) -> None:
    policy.ensure_can_broadcast(turn.actor)
    await turn.show(too_old_screen(turn.words))
