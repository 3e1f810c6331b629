"""The desk watches doctors: begin, stop, and the list of those who are watched."""

from __future__ import annotations

from bot.front import Front, Handler
from bot.handlers.week import show_week
from bot.taps.tap import Place
from bot.taps.watching import ListWatching, StopWatching, Watch
from bot.taps.week import ShowWeek
from bot.turn import Turn
from bot.watching import told_rows, watching_screen
from clinic import policy
from clinic.use_cases.watching import stop_watching, watch, watched_doctors


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("watching", list_watching),
        front.on_place(Place.WATCHING, list_watching),
        front.on_tap(ListWatching, list_watching),
        front.on_tap(StopWatching, stop),
        front.on_tap(Watch, begin_or_stop, strangers=True),
    ]


async def list_watching(turn: Turn, given: object, toast: str = "") -> None:
    """Answer ``/watching``: those whom the person watches."""
    doctors = await watched_doctors(turn.clinic, turn.actor)
    page = given.page if isinstance(given, ListWatching | StopWatching) else 0
    await turn.show(watching_screen(turn.clinic, doctors, page, turn.words), toast)


async def stop(turn: Turn, tap: StopWatching) -> None:
    await stop_watching(turn.clinic, turn.actor, tap.doctor)
    await list_watching(turn, tap, _stopped(turn))


async def begin_or_stop(turn: Turn, tap: Watch) -> None:
    """Begin, or stop: that can also be done by whoever was at the desk once and has a message left of it."""
    words = turn.words
    if tap.on:
        doctor = await watch(turn.clinic, turn.actor, tap.doctor)
        toast = words.say("You watch {name}: you are told when hours of the next 14 days change.", name=doctor.name)
    else:
        await stop_watching(turn.clinic, turn.actor, tap.doctor)
        toast = _stopped(turn)
    if not policy.is_desk(turn.actor):
        await turn.show_buttons((), toast)
    elif tap.told:
        await turn.show_buttons(told_rows(tap.doctor, tap.monday, words, watched=tap.on), toast)
    else:
        await show_week(turn, ShowWeek(doctor=tap.doctor, monday=tap.monday), toast)


def _stopped(turn: Turn) -> str:
    return turn.words.say("You no longer watch this doctor.")
