"""Admins see past and coming broadcasts, whom one did not reach, stop it, and try again."""

from __future__ import annotations

from bot.front import Front, Handler
from bot.report import broadcast_line, progress_screen
from bot.screen import button, GO, menu_button, page_buttons, Row, Screen
from bot.taps.broadcasts import CancelBroadcast, ListBroadcasts, RetryFailed, ShowBroadcast
from bot.taps.tap import Open, Place
from bot.turn import Turn
from clinic.broadcast import BroadcastState
from clinic.use_cases import broadcasts
from clinic.use_cases.broadcasts import Report
from clinic.use_cases.deliveries import FIRST_UNDELIVERED

PAGE = 6


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("broadcasts", show_list),
        front.on_place(Place.BROADCASTS, show_list),
        front.on_tap(ListBroadcasts, show_list),
        front.on_tap(ShowBroadcast, show_broadcast),
        front.on_tap(CancelBroadcast, cancel),
        front.on_tap(RetryFailed, retry),
    ]


async def show_list(turn: Turn, given: object) -> None:
    """Show coming broadcasts, then past ones, a page at a time."""
    words = turn.words
    page = given.page if isinstance(given, ListBroadcasts) else 0
    found = await broadcasts.page(turn.clinic, turn.actor, page * PAGE, PAGE + 1)
    rows: list[Row] = [
        [button(broadcast_line(turn.clinic, one, progress, words), ShowBroadcast(broadcast=one.broadcast_id, page=0))]
        for one, progress in found[:PAGE]
    ]
    before = ListBroadcasts(page=page - 1) if page else None
    after = ListBroadcasts(page=page + 1) if len(found) > PAGE else None
    text = words.rich("<b>Broadcasts</b>\nTap one to see who got it, or to cancel it.")
    if not found:
        text = words.rich("<b>Broadcasts</b>\nNothing has been sent yet.")
    foot = [button(words.say("New broadcast"), Open(place=Place.BROADCAST), GO), menu_button(words)]
    await turn.show(Screen(text, [*rows, *page_buttons(before, after), foot]))


async def show_broadcast(turn: Turn, tap: ShowBroadcast) -> None:
    await show_report(turn, tap.broadcast, tap.page)


async def show_report(turn: Turn, broadcast_id: int, page: int = 0, toast: str = "") -> None:
    """Show how far a broadcast is, or its report."""
    report = await _read(turn, broadcast_id, page)
    screen = progress_screen(turn.clinic, report.broadcast, report.progress, report.undelivered, turn.words, page=page)
    await turn.show(screen, toast)


async def _read(turn: Turn, broadcast_id: int, page: int) -> Report:
    return await broadcasts.read(turn.clinic, turn.actor, broadcast_id, page * FIRST_UNDELIVERED, FIRST_UNDELIVERED)


async def cancel(turn: Turn, tap: CancelBroadcast) -> None:
    """Stop a broadcast and say how many had gone out; one that has ended is shown as it is."""
    await broadcasts.cancel(turn.clinic, turn.actor, tap.broadcast)
    report = await _read(turn, tap.broadcast, 0)
    toast = ""
    if report.broadcast.state is BroadcastState.CANCELLED and report.broadcast.begun_at:
        sent, total = report.progress.sent, report.progress.total
        toast = turn.words.say("Cancelled. {n} of {total} had gone out.", n=sent, total=total)
    await show_report(turn, tap.broadcast, toast=toast)


async def retry(turn: Turn, tap: RetryFailed) -> None:
    count = await broadcasts.retry(turn.clinic, turn.actor, tap.broadcast, turn.tapped)
    words = turn.words
    toast = words.count("Sending to {n} again.", "Sending to {n} again.", count)
    if not count:
        toast = words.say("Those who have blocked the bot get it when they have opened it again.")
    await show_report(turn, tap.broadcast, toast=toast)
