"""What very many doctors cost: the taps that ask for a doctor, for a specialization and for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import date, datetime, UTC
from functools import partial

from bot import confirmed
from bot.board import board_of, board_screen, board_span, MOST_LINES
from bot.free import find_whom, specialization_key
from bot.handlers.free import PAGE
from bot.words import words_for
from clinic.dates import DateSpan, week_span
from clinic.ports import Clinic
from clinic.use_cases.board import read_stretch
from clinic.use_cases.confirmations import read_answers
from clinic.use_cases.free_slots import find_free, SEARCHED
from clinic.use_cases.hours import read_schedule
from clinic.week import monday_of
from tests.benchmarks.clinics import add_others, clinic_with, DESK, FIELDS
from tests.benchmarks.figures import row, spread
from tests.benchmarks.interleaved import Act, medians, running, timed
from tests.benchmarks.run import Run

ASKED = 100
SIZES = (ASKED, 100_000)
ASKED_FIELD = FIELDS[0]
SAID = {
    "week": "a doctor's week",
    "free": "free slots of a doctor",
    "free of many": f"free slots of {ASKED} of a specialization",
    "board": "today's board, its first page",
    "last of the board": "today's board, its last full page",
    "confirmed": "the answers for a week, their first page",
}


async def show_board(clinic: Clinic, first: int = 0) -> None:
    """Do what a tap on the board behind ``first`` doctors does, between the update and the reply."""
    day, words = _today(), words_for("en")
    read = await read_stretch(clinic, DESK, board_span(day), first, MOST_LINES)
    board_screen(clinic, board_of(clinic, read, day, words), words)


async def _show_confirmed(clinic: Clinic) -> None:
    monday = monday_of(_today())
    answers = await read_answers(clinic, DESK, monday, 0, confirmed.MOST_LINES)
    confirmed.confirmed_screen(clinic, answers, monday, words_for("en"))


async def _show_free(clinic: Clinic, key: str) -> None:
    """Do what a tap on free slots does: find whom it means, then the slots."""
    whom = await find_whom(clinic, DESK, key)
    span = DateSpan(_today(), _today() + SEARCHED)
    one = whom.doctor_ids[0] if len(whom.doctors) == 1 else None
    several = None if one else whom.doctor_ids
    await find_free(clinic, DESK, span, doctor_id=one, doctor_ids=several, minutes=30, most=PAGE + 1)


def _today() -> date:
    return datetime.now(UTC).date()


async def _acts(stack: AsyncExitStack, run: Run) -> dict[tuple[str, int], Act]:
    """Make the clinics: in both the same doctors are asked for, and in the second very many others stand beside."""
    week = week_span(monday_of(_today()))
    acts: dict[tuple[str, int], Act] = {}
    for size in SIZES:
        file = run.folder / f"doctors-{size}.db"
        clinic = await stack.enter_async_context(clinic_with(file, ASKED))
        add_others(file, ASKED, max(ASKED, run.scaled(size)), ASKED_FIELD)
        acts["week", size] = partial(read_schedule, clinic, DESK, 1, week)
        acts["free", size] = partial(_show_free, clinic, "d1")
        acts["free of many", size] = partial(_show_free, clinic, specialization_key(ASKED_FIELD))
        acts["confirmed", size] = partial(_show_confirmed, clinic)
        acts["board", size] = partial(show_board, clinic)
        acts["last of the board", size] = partial(show_board, clinic, max(ASKED, run.scaled(size)) - MOST_LINES)
    return acts


def table(run: Run) -> str:
    with running() as runner:
        stack = AsyncExitStack()
        try:
            acts = runner.run(_acts(stack, run))
            found = medians({name: timed(runner, act) for name, act in acts.items()}, run.rounds, calls=1)
        finally:
            runner.run(stack.aclose())
    return _report(run, found)


def _report(run: Run, found: Mapping[tuple[str, int], Sequence[float]]) -> str:
    lines = []
    for name, said in SAID.items():
        few, many = (found[name, size] for size in SIZES)
        times = [spread([1000 * one for one in each], " ms", 2) for each in (few, many)]
        ratio = [much / little for little, much in zip(few, many, strict=True)]
        lines.append(row(f"  {said}", *times, spread(ratio, " x", 2)))
    return "\n".join(
        [
            f"The same {ASKED} doctors of one specialization, alone and among very many of others; each has a week.",
            f"Medians of {run.rounds} rounds (least–most)" + (", a hundredth of them." if run.small else "."),
            "",
            row("Doctors", *(f"{size:,}" for size in SIZES), "the last to the first"),
            *lines,
        ]
    )
