"""The desk asks for everybody's day, and for who is in now."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from bot.board import Board, board_of, board_screen, board_span, MOST_LINES, shown_day
from bot.front import Front, Handler
from bot.presence import now_screen, now_span
from bot.screen import button, menu_button, Screen
from bot.taps.desk import ShowBoard, ShowBoardBefore, ShowNow
from bot.taps.tap import Open, Place
from bot.turn import Turn
from bot.typed import NotUnderstood
from bot.typed_dates import date_grammar_for
from clinic import policy
from clinic.calendar import today
from clinic.errors import BadDates
from clinic.use_cases.board import read_stretch
from clinic.use_cases.hours import read_board


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("day", show_typed_day),
        front.on_command("now", show_now),
        front.on_place(Place.BOARD, show_todays_board),
        front.on_place(Place.NOW, show_now),
        front.on_tap(ShowBoard, show_board),
        front.on_tap(ShowBoardBefore, show_board_before),
        front.on_tap(ShowNow, show_now),
    ]


async def show_typed_day(turn: Turn, text: str) -> None:
    """Answer ``/day DATE``; without a date it is today's board."""
    policy.ensure_can_search_doctors(turn.actor)
    words, now = turn.words, today(turn.clinic.clock(), turn.clinic.zone)
    day = _typed_day(text, now, turn) if text else now
    if day:
        await show_board(turn, ShowBoard(day=day, first=0))
        return
    said = words.rich(
        "I know no date “{text}”. For example: /day <code>fri</code>, /day <code>24 dec</code>.", text=text
    )
    await turn.show(Screen(said, [[button(words.say("Today's board"), Open(place=Place.BOARD)), menu_button(words)]]))


def _typed_day(text: str, now: date, turn: Turn) -> date | None:
    """Return the one date that a text is, if it is one."""
    with suppress(NotUnderstood, BadDates):
        typed = date_grammar_for(turn.words).read(text, now)
        if typed and not typed.hours and not typed.rest and len(typed.span) == 1:
            return typed.span.first
    return None


async def show_todays_board(turn: Turn, _given: object) -> None:
    await show_board(turn, ShowBoard(day=today(turn.clinic.clock(), turn.clinic.zone), first=0))


async def show_board(turn: Turn, tap: ShowBoard) -> None:
    board = await read_page(turn, tap.day, tap.first)
    await turn.show(board_screen(turn.clinic, board, turn.words))


async def show_board_before(turn: Turn, tap: ShowBoardBefore) -> None:
    day, first = shown_day(turn.clinic, tap.day), max(tap.end - MOST_LINES, 0)
    read = await read_stretch(turn.clinic, turn.actor, board_span(day), first, tap.end - first)
    board = board_of(turn.clinic, read, day, turn.words, backwards=True)
    await turn.show(board_screen(turn.clinic, board, turn.words))


async def read_page(turn: Turn, asked: date, first: int) -> Board:
    """Return the page of a date's board that begins behind ``first`` doctors, read anew."""
    day = shown_day(turn.clinic, asked)
    read = await read_stretch(turn.clinic, turn.actor, board_span(day), first, MOST_LINES)
    return board_of(turn.clinic, read, day, turn.words)


async def show_now(turn: Turn, tap: object) -> None:
    """Show who is in and who comes next."""
    everybody = await read_board(turn.clinic, turn.actor, now_span(turn.clinic))
    page = tap.page if isinstance(tap, ShowNow) else 0
    await turn.show(now_screen(turn.clinic, everybody, page, turn.words))
