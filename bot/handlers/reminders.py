"""Admins see reminders, pause, send and delete them."""

from __future__ import annotations

from bot.front import Front, Handler
from bot.reminded import written
from bot.reminder_page import ask_delete_screen, ask_send_screen, list_screen, reminder_screen
from bot.taps.reminders import (
    AskDelete,
    AskSendNow,
    DeleteReminder,
    ListReminders,
    PauseReminder,
    SendReminder,
    ShowReminder,
)
from bot.taps.tap import Place
from bot.turn import Turn
from clinic.errors import ReminderHasChanged
from clinic.use_cases import reminders
from clinic.use_cases.broadcasts import survey


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("reminders", show_list),
        front.on_place(Place.REMINDERS, show_list),
        front.on_tap(ListReminders, show_list),
        front.on_tap(ShowReminder, show_one),
        front.on_tap(PauseReminder, pause),
        front.on_tap(AskSendNow, ask_send),
        front.on_tap(SendReminder, send),
        front.on_tap(AskDelete, ask_delete),
        front.on_tap(DeleteReminder, delete),
    ]


async def show_list(turn: Turn, _given: object) -> None:
    await turn.show(list_screen(await reminders.everything(turn.clinic, turn.actor), turn.words))


async def show_one(turn: Turn, tap: ShowReminder) -> None:
    await show_kept(turn, tap.reminder)


async def show_kept(turn: Turn, reminder_id: int, notice: str = "") -> None:
    seen = await reminders.read(turn.clinic, turn.actor, reminder_id)
    await turn.show(reminder_screen(turn.clinic, seen, turn.words, notice))


async def pause(turn: Turn, tap: PauseReminder) -> None:
    await reminders.pause(turn.clinic, turn.actor, tap.reminder, paused=tap.paused)
    await show_kept(turn, tap.reminder)


async def ask_send(turn: Turn, tap: AskSendNow) -> None:
    """Ask before what cannot be called back."""
    one = (await reminders.read(turn.clinic, turn.actor, tap.reminder)).reminder
    (reach,) = await survey(turn.clinic, turn.actor, [one.audience])
    await turn.show(ask_send_screen(one, reach, turn.words))


async def send(turn: Turn, tap: SendReminder) -> None:
    """Send it, once: a second tap finds another version, and shows the reminder as it now is."""
    words = turn.words
    try:
        count = await reminders.send_now(turn.clinic, turn.actor, tap.reminder, tap.version, written)
    except ReminderHasChanged:
        await show_kept(turn, tap.reminder)
        return
    notice = words.count("✓ On its way to {n} person.", "✓ On its way to {n} people.", count)
    if not count:
        notice = words.rich("Everybody has answered already: nothing was sent.")
    await show_kept(turn, tap.reminder, notice)


async def ask_delete(turn: Turn, tap: AskDelete) -> None:
    seen = await reminders.read(turn.clinic, turn.actor, tap.reminder)
    await turn.show(ask_delete_screen(seen.reminder, turn.words))


async def delete(turn: Turn, tap: DeleteReminder) -> None:
    await reminders.delete(turn.clinic, turn.actor, tap.reminder)
    await show_list(turn, None)
