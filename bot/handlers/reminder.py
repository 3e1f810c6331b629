"""Admins make a reminder, or change one, on a card."""

from __future__ import annotations

from contextlib import suppress

from telegram import Message

from bot.content import Content
from bot.find import letters
from bot.free import specialization_key
from bot.front import Front, Handler
from bot.handlers.forms import settled
from bot.handlers.reminders import show_kept, show_list
from bot.reminder_draft import ReminderDraft
from bot.reminder_form import (
    audience_screen,
    card_screen,
    closed_screen,
    days_screen,
    message_screen,
    nags_screen,
    people_screen,
    time_screen,
)
from bot.screen import Screen, too_old_screen
from bot.taps.reminders import (
    EditReminder,
    GoToReminder,
    NewReminder,
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
from bot.taps.tap import Tap
from bot.turn import Turn
from bot.typed import read_time
from clinic import policy
from clinic.broadcast import Audience, AudienceKind
from clinic.errors import DraftHasMoved, ReminderHasChanged
from clinic.people import Actor, Role
from clinic.use_cases import reminders
from clinic.use_cases.broadcasts import survey
from clinic.use_cases.drafts import keep_broadcast_draft
from clinic.use_cases.hours import find_doctors
from clinic.use_cases.people import roster

MOVES: tuple[type[Tap], ...] = (
    GoToReminder,
    PickClock,
    PickNag,
    PickQuestion,
    PickRemindDay,
    PickReminded,
    PickRemindedPerson,
    PickRemindedSkill,
    PickRemindTime,
    TurnReminded,
    TurnRemindTimes,
)


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_tap(NewReminder, begin),
        front.on_tap(EditReminder, edit),
        front.on_tap(SaveReminder, save),
        *(front.on_tap(kind, move) for kind in MOVES),
    ]


@settled
async def begin(turn: Turn, _tap: NewReminder) -> None:
    """Begin with the card, filled in with what most clinics want: Friday at nine, who has not confirmed."""
    await _show(turn, ReminderDraft())


@settled
async def edit(turn: Turn, tap: EditReminder) -> None:
    seen = await reminders.read(turn.clinic, turn.actor, tap.reminder)
    await _show(turn, ReminderDraft.of(seen.reminder))


@settled
async def move(turn: Turn, tap: Tap) -> None:
    """Move the form as the tap says; one that does not fit the step shows the step again."""
    draft = turn.draft
    if not isinstance(draft, ReminderDraft):
        await _too_old(turn)
    elif draft.step is ReminderStep.SAVED:
        await show_list(turn, None)
    elif isinstance(tap, PickRemindedSkill):
        names = {specialization_key(name): name for name in await _skills(turn)}
        if draft.step is ReminderStep.AUDIENCE and tap.skill in names:
            audience = Audience(AudienceKind.SPECIALIZATION, names[tap.skill])
            draft = draft.at(ReminderStep.CARD, audience=audience)
        await _show(turn, draft)
    else:
        await _show(turn, draft.after(tap))


@settled
async def save(turn: Turn, _tap: SaveReminder) -> None:
    """Keep what the card says; a second tap shows what the first has done."""
    draft = turn.draft
    if not isinstance(draft, ReminderDraft):
        await _too_old(turn)
    elif draft.step is ReminderStep.SAVED:
        await show_list(turn, None)
    elif draft.step is not ReminderStep.CARD or draft.missing:
        await _show(turn, draft)
    else:
        closing = turn.draft_row(draft.at(ReminderStep.SAVED), turn.tapped)
        try:
            kept = await reminders.keep(turn.clinic, turn.actor, draft.reminder(), closing=closing)
        except ReminderHasChanged as changed:
            notice = turn.words.rich("It was changed meanwhile, and nothing of your form is saved. This is it now:")
            await show_kept(turn, changed.current.reminder_id, notice)
            return
        await show_kept(turn, kept.reminder_id, turn.words.rich("✓ <b>Saved.</b>"))


async def take(turn: Turn, draft: ReminderDraft, message: Message) -> bool:
    """Take what was sent for the form that waits for it; return whether the form could mean it."""
    if draft.step is ReminderStep.MESSAGE:
        if turn.forgotten or message.media_group_id:
            return False
        await _bring_down(turn, draft, draft.with_content(Content.of(message)))
        return True
    minutes = read_time(message.text or "")
    if draft.step is not ReminderStep.TIME or minutes is None:
        return False
    await _bring_down(turn, draft, draft.at(ReminderStep.CARD, minutes=minutes % (24 * 60)))
    return True


async def _bring_down(turn: Turn, draft: ReminderDraft, moved: ReminderDraft) -> None:
    """Go on below what was sent, in a new message; the old one waits no longer."""
    screen = await _screen(turn, moved)
    sent = await turn.show(Screen(screen.text))
    await _keep(turn, moved, sent)
    await turn.show(screen, over=sent)
    with suppress(DraftHasMoved):
        await _keep(turn, draft.at(ReminderStep.CLOSED), turn.waiting)


async def _keep(turn: Turn, draft: ReminderDraft, message_id: int) -> None:
    await keep_broadcast_draft(turn.clinic, turn.actor, turn.draft_row(draft, message_id))


async def _show(turn: Turn, draft: ReminderDraft) -> None:
    """Keep and show the form in the tapped message."""
    if draft != turn.draft:
        await _keep(turn, draft, turn.tapped)
    shown = await turn.show(await _screen(turn, draft))
    if shown != turn.tapped:
        await _keep(turn, draft, shown)


async def _screen(turn: Turn, draft: ReminderDraft) -> Screen:  # noqa: PLR0911 - one table
    words = turn.words
    match draft.step:
        case ReminderStep.CARD:
            seen = None if draft.missing else await reminders.foresee(turn.clinic, turn.actor, draft.reminder())
            return card_screen(turn.clinic, draft, seen, words)
        case ReminderStep.MESSAGE:
            return message_screen(words)
        case ReminderStep.AUDIENCE:
            reaches = await survey(turn.clinic, turn.actor, [Audience(kind) for kind in draft.kinds])
            return audience_screen(draft, reaches, await _skills(turn), words)
        case ReminderStep.PEOPLE:
            return people_screen(draft, await _people(turn, draft), words)
        case ReminderStep.DAYS:
            return days_screen(draft, words)
        case ReminderStep.TIME:
            return time_screen(draft, words)
        case ReminderStep.NAGS:
            return nags_screen(draft, words)
    return closed_screen(words)


async def _skills(turn: Turn) -> list[str]:
    doctors = await find_doctors(turn.clinic, turn.actor, "")
    names = {specialization_key(doctor.specialization): doctor.specialization for doctor in doctors}
    return sorted(names.values(), key=letters)


async def _people(turn: Turn, draft: ReminderDraft) -> list[Actor]:
    """Return those who can be picked: for the question the doctors alone."""
    everybody = (await roster(turn.clinic, turn.actor)).people
    return [one for one in everybody if one.roles and not one.suspended and (draft.content or Role.DOCTOR in one.roles)]


async def _too_old(turn: Turn) -> None:
    policy.ensure_can_broadcast(turn.actor)
    await turn.show(too_old_screen(turn.words))
