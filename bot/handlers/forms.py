"""What every form that asks for hours or dates has in common: begin, move on, take a text, ask about nights, save."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import singledispatch, wraps
from typing import Any

from telegram.ext import ConversationHandler

from bot.draft import FORGOTTEN
from bot.picking import HoursDraft
from bot.screen import of_doctor, Screen, too_old_screen
from bot.taps.form import Cancel, Save, SaveNight, SaveOver, Step
from bot.taps.tap import Tap
from bot.turn import Turn
from clinic.errors import DraftHasMoved

RACES = 5
"""How often a tap is applied anew because another process kept the same draft first."""
IN_SIGHT = timedelta(minutes=10)
"""A form untouched for longer has scrolled away: what is typed for it brings it down again."""
FIRST = frozenset({Step.DAYS, Step.DATES})
"""The steps that every form can be begun anew with."""
SAVES: dict[Step, type[Tap]] = {Step.REVIEW: Save, Step.NIGHT: SaveNight, Step.CHANGED: SaveOver}

Walk = Callable[[Turn, Any], Awaitable[Step | int | None]]


@singledispatch
async def screen_of(draft: HoursDraft, turn: Turn) -> Screen:
    """Return the screen of the step where a draft stands."""
    raise TypeError(f"{type(draft).__name__} has no screens for {turn.actor.user_id}")


async def _drawn(draft: HoursDraft, turn: Turn) -> Screen:
    """Return the screen with whose hours it asks for, where they are not the person's own."""
    return of_doctor(await screen_of(draft, turn), draft.whose, turn.words)


@singledispatch
async def keep(draft: HoursDraft, turn: Turn, message_id: int) -> None:
    """Keep a draft for a message, if the person may fill in such a form.

    Raises:
        NotAllowed, DraftHasMoved.
    """
    raise TypeError(f"{type(draft).__name__} cannot be kept for {turn.actor.user_id} in {message_id}")


@singledispatch
async def finish(draft: HoursDraft, turn: Turn, tap: Tap) -> Step | int:
    """Do what the draft asks for, close it in the same transaction, and show what came of it."""
    raise TypeError(f"{type(draft).__name__} has no end for {turn.actor.user_id} and {tap}")


@singledispatch
async def show_finished(draft: HoursDraft, turn: Turn) -> int:
    """Show again what came of a draft that is closed."""
    raise TypeError(f"{type(draft).__name__} is not shown to {turn.actor.user_id}")


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


async def pick(turn: Turn, draft: HoursDraft, tap: Tap) -> Step | int:
    """Move the draft as the tap says. A tap that does not fit the step shows the step again and changes nothing."""
    if draft.step is Step.SAVED:
        return await show_finished(draft, turn)
    moved = draft.after(tap)
    if moved != draft:
        await keep(moved, turn, turn.tapped)
    await show_form(turn, moved, turn.tapped)
    return ConversationHandler.END if moved.step is Step.CANCELLED else moved.step


async def save(turn: Turn, draft: HoursDraft, tap: Tap) -> Step | int:
    """Save what is reviewed, asking first about hours that end on the next day."""
    if draft.step is Step.SAVED:
        return await show_finished(draft, turn)
    if not isinstance(tap, SAVES.get(draft.step, Cancel)):
        await show_form(turn, draft, turn.tapped)
        return draft.step
    if isinstance(tap, Save) and draft.night_ranges():
        return await move(turn, draft.at(Step.NIGHT))
    return await finish(draft, turn, tap)


async def move(turn: Turn, draft: HoursDraft) -> Step:
    """Keep and show a draft in the message of the tapped button."""
    await keep(draft, turn, turn.tapped)
    await show_form(turn, draft, turn.tapped)
    return draft.step


async def type_into(turn: Turn, draft: HoursDraft, moved: Callable[[], HoursDraft]) -> Step:
    """Take a text for the step that waits for one; a form that may be forgotten is first shown again.

    Raises:
        ClinicError: what was typed cannot be; the draft stays.
    """
    if turn.untouched > FORGOTTEN:
        return await _bring_down(turn, draft, draft)
    after = moved()
    if turn.untouched > IN_SIGHT:
        return await _bring_down(turn, draft, after)
    form = turn.waiting
    await keep(after, turn, form)
    await show_form(turn, after, form)
    return after.step


async def _bring_down(turn: Turn, draft: HoursDraft, moved: HoursDraft) -> Step:
    """Go on with a form in a new message; the old one no longer waits, and begins anew if it is tapped."""
    words = turn.words
    since = words.moment(turn.clinic.clock() - turn.untouched, turn.clinic.zone)
    asked = words.rich("You left this form on {when}. To go on, choose the time again; or tap Cancel.", when=since)
    step = await begin(turn, moved, notice=asked if moved == draft else "")
    with suppress(DraftHasMoved):
        await keep(draft.begun_anew(), turn, turn.waiting)
    return step


async def begin(turn: Turn, draft: HoursDraft, toast: str = "", *, notice: str = "") -> Step:
    """Keep and show a new form: kept first where its message exists, after it is sent where it does not.

    A new message with picks in it gets its buttons once they are kept: what can be tapped survives a kill.
    """
    if turn.update.callback_query:
        await keep(draft, turn, turn.tapped)
        await show_form(turn, draft, turn.tapped, toast)
        return draft.step
    screen = await _drawn(draft, turn)
    if notice:
        screen = replace(screen, text=f"{notice}\n\n{screen.text}")
    if draft.step in FIRST:
        await keep(draft, turn, await turn.show(screen))
    else:
        sent = await turn.show(Screen(screen.text))
        await keep(draft, turn, sent)
        await turn.show(screen, over=sent)
    return draft.step


async def show_form(turn: Turn, draft: HoursDraft, message_id: int, toast: str = "") -> None:
    """Show the draft's step over its message. Where that is gone, the draft goes on with the one sent instead."""
    shown = await turn.show(await _drawn(draft, turn), toast, over=message_id)
    if shown != message_id:
        await keep(draft, turn, shown)


async def too_old(turn: Turn) -> int:
    """Answer a tap on a form whose draft has expired, and with it what was picked."""
    await turn.show(too_old_screen(turn.words))
    return ConversationHandler.END
