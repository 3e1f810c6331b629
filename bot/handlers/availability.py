"""A doctor sets a working week: taps through days, from, to, review; or types it in one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any

from telegram.ext import ConversationHandler

from bot.draft import WeekDraft
from bot.editor import closed_screen, editor_screen
from bot.handlers.start import show_menu
from bot.handlers.week import show_own_week
from bot.screen import Screen
from bot.taps import (
    AddHours,
    Back,
    Cancel,
    EndByDay,
    Next,
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
    Tap,
)
from bot.turn import Context, Front, Handler, Turn
from bot.typed import grammar_for
from clinic.errors import Action, DraftHasMoved, NotAllowed, WeekHasChanged
from clinic.use_cases.drafts import keep_week_draft
from clinic.use_cases.hours import read_week, set_days

RACES = 5
"""How often a tap is applied anew because another process kept the same draft first."""
IN_SIGHT = timedelta(minutes=10)
"""A form untouched for longer has scrolled away: what is typed for it brings it down again."""

PICKS: dict[Step, tuple[type[Tap], ...]] = {
    Step.DAYS: (PickDay, PickDays, Next),
    Step.FROM: (PickFrom, PickNoHours, ShowNight),
    Step.TO: (PickTo,),
    Step.REVIEW: (AddHours, Back, Cancel),
    Step.NIGHT: (EndByDay,),
}
SAVES: dict[Step, type[Tap]] = {Step.REVIEW: Save, Step.NIGHT: SaveNight, Step.CHANGED: SaveOver}

Walk = Callable[[Turn, Any], Awaitable[Step | int | None]]


def conversation(front: Front, typed: Handler) -> ConversationHandler[Context]:
    """Return the walk through the steps.

    Every step's taps are entry points too, and what is typed finds its draft in the storage: no step depends on what
    this process remembers.
    """
    walks: dict[object, list[Handler]] = {
        step: [front.on_tap(kind, pick) for kind in kinds] for step, kinds in PICKS.items()
    }
    saves: list[Handler] = [front.on_tap(kind, save) for kind in SAVES.values()]
    taps = [handler for handlers in walks.values() for handler in handlers] + saves
    entries = [
        front.on_command("availability", open_editor),
        front.on_command("cancel", cancel),
        front.on_place(Place.EDITOR, open_editor),
        *taps,
        typed,
    ]
    states = {**walks, Step.NIGHT: [*walks[Step.NIGHT], *saves], Step.CHANGED: saves}
    return ConversationHandler(entries, states, fallbacks=[], allow_reentry=True)


def settled(act: Walk) -> Walk:
    """Apply a tap anew where another process kept the same draft between reading and writing it."""

    @wraps(act)
    async def run(turn: Turn, given: Any) -> Step | int | None:
        for _ in range(RACES):
            try:
                return await act(turn, given)
            except DraftHasMoved:
                turn = await turn.again()
        return await act(turn, given)

    return run


@settled
async def open_editor(turn: Turn, _given: object) -> Step:
    """Begin with the days: over the message of the tapped button, or in a new one."""
    return await _begin(turn, await _new_draft(turn))


@settled
async def cancel(turn: Turn, _given: object) -> int:
    """Answer ``/cancel``: close the form that waits for a text, or show the menu where none does."""
    draft = turn.draft
    if isinstance(draft, WeekDraft) and turn.stored:
        cancelled = draft.at(Step.CANCELLED)
        await _keep(turn, cancelled, turn.stored.message_id)
        await turn.show(editor_screen(cancelled, turn.words), over=turn.stored.message_id)
    else:
        await show_menu(turn, None)
    return ConversationHandler.END


async def type_week(turn: Turn, text: str) -> Step:
    """Show a typed week beside the present one for review, in a new message."""
    draft = await _new_draft(turn)
    typed = grammar_for(turn.words).read(text)
    draft = draft.at(Step.REVIEW, typed=typed, days=frozenset(typed))
    draft.week()
    return await _begin(turn, draft)


async def type_time(turn: Turn, draft: WeekDraft, minutes: int) -> Step:
    """Take a typed time for the step that waits for one; a form that may be forgotten is first shown again."""
    if turn.forgotten:
        return await _bring_down(turn, draft, draft)
    moved = draft.after_time(minutes)
    if turn.untouched > IN_SIGHT:
        return await _bring_down(turn, draft, moved)
    form = turn.waiting
    await _keep(turn, moved, form)
    await _show(turn, moved, form)
    return moved.step


async def _bring_down(turn: Turn, draft: WeekDraft, moved: WeekDraft) -> Step:
    """Go on with a form in a new message; the old one no longer waits, and begins with its days if it is tapped."""
    words = turn.words
    since = words.moment(turn.clinic.clock() - turn.untouched, turn.clinic.zone)
    asked = words.rich("You left this form on {when}. To go on, choose the time again; or tap Cancel.", when=since)
    step = await _begin(turn, moved, notice=asked if moved == draft else "")
    with suppress(DraftHasMoved):
        await _keep(turn, draft.at(Step.DAYS, start=None, ranges=()), turn.waiting)
    return step


@settled
async def pick(turn: Turn, tap: Tap) -> Step | int:
    """Move the draft as the tap says. A tap that does not fit the step shows the step again and changes nothing."""
    draft = turn.draft
    if not isinstance(draft, WeekDraft):
        return await _begin_anew(turn, tap)
    if draft.step is Step.SAVED:
        return await _show_saved(turn, draft)
    moved = draft.after(tap)
    if moved != draft:
        await _keep(turn, moved, turn.tapped)
    await _show(turn, moved, turn.tapped)
    return ConversationHandler.END if moved.step is Step.CANCELLED else moved.step


@settled
async def save(turn: Turn, tap: Tap) -> Step | int:
    """Save what is reviewed, asking first about night hours and about a week that changed meanwhile."""
    draft = turn.draft
    if not isinstance(draft, WeekDraft):
        return await _begin_anew(turn, tap)
    if draft.step is Step.SAVED:
        return await _show_saved(turn, draft)
    if not isinstance(tap, SAVES.get(draft.step, Cancel)):
        await _show(turn, draft, turn.tapped)
        return draft.step
    if isinstance(tap, Save) and draft.night_ranges():
        return await _move(turn, draft.at(Step.NIGHT))
    if isinstance(tap, SaveOver):
        if tap.version != draft.their_version or draft.theirs is None:
            return await _move(turn, draft)
        draft = draft.model_copy(update={"base": draft.theirs, "version": draft.their_version})
    return await _save(turn, draft)


async def _save(turn: Turn, draft: WeekDraft) -> Step | int:
    closing = turn.draft_row(draft.at(Step.SAVED), turn.tapped)
    try:
        doctor, record = await set_days(
            turn.clinic, turn.actor, draft.doctor_id, draft.changes(), drawn_from=draft.version, closing=closing
        )
    except WeekHasChanged as changed:
        theirs = {"theirs": changed.current.week, "their_version": changed.current.version}
        return await _move(turn, draft.at(Step.CHANGED, **theirs))
    if record.version == draft.version:
        notice = turn.words.rich("Your week was like this already.")
    else:
        notice = turn.words.rich("✓ <b>Saved.</b>")
    await show_own_week(turn, doctor, record, notice=notice)
    return ConversationHandler.END


async def _show_saved(turn: Turn, draft: WeekDraft) -> int:
    doctor, record = await read_week(turn.clinic, turn.actor, draft.doctor_id)
    await show_own_week(turn, doctor, record, notice=turn.words.rich("✓ <b>Saved.</b>"))
    return ConversationHandler.END


async def _move(turn: Turn, draft: WeekDraft) -> Step:
    await _keep(turn, draft, turn.tapped)
    await _show(turn, draft, turn.tapped)
    return draft.step


async def _new_draft(turn: Turn) -> WeekDraft:
    if turn.actor.doctor_id is None:
        raise NotAllowed(Action.SET_HOURS)
    _, record = await read_week(turn.clinic, turn.actor, turn.actor.doctor_id)
    return WeekDraft(doctor_id=record.doctor_id, base=record.week, version=record.version)


async def _begin_anew(turn: Turn, tap: Tap) -> Step | int:
    """Go on from a form whose draft has expired: with the days, the tap among them where it picks some."""
    if isinstance(tap, Cancel):
        await turn.show(closed_screen(turn.words))
        return ConversationHandler.END
    draft = (await _new_draft(turn)).after(tap)
    toast = "" if isinstance(tap, PickDay | PickDays) else turn.words.say("This form was too old. Please begin again.")
    return await _begin(turn, draft.at(Step.DAYS), toast)


async def _begin(turn: Turn, draft: WeekDraft, toast: str = "", *, notice: str = "") -> Step:
    """Keep and show a new form: kept first where its message exists, after it is sent where it does not.

    A new message with picks in it gets its buttons once they are kept: what can be tapped survives a kill.
    """
    if turn.update.callback_query:
        await _keep(turn, draft, turn.tapped)
        await _show(turn, draft, turn.tapped, toast)
        return draft.step
    screen = editor_screen(draft, turn.words)
    if notice:
        screen = replace(screen, text=f"{notice}\n\n{screen.text}")
    if draft.step is Step.DAYS:
        await _keep(turn, draft, await turn.show(screen))
    else:
        sent = await turn.show(Screen(screen.text))
        await _keep(turn, draft, sent)
        await turn.show(screen, over=sent)
    return draft.step


async def _show(turn: Turn, draft: WeekDraft, message_id: int, toast: str = "") -> None:
    """Show the draft's step over its message. Where that is gone, the draft goes on with the one sent instead."""
    shown = await turn.show(editor_screen(draft, turn.words), toast, over=message_id)
    if shown != message_id:
        await _keep(turn, draft, shown)


async def _keep(turn: Turn, draft: WeekDraft, message_id: int) -> None:
    await keep_week_draft(turn.clinic, turn.actor, turn.draft_row(draft, message_id), draft.doctor_id)
