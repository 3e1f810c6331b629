"""What size costs: many doctors on a board, a calendar nearly full, very many bookings, a long list of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta, UTC
from functools import partial

from bot.find import find
from clinic.dates import DateSpan, week_span
from clinic.ports import Clinic
from clinic.use_cases.desk import bookings_of_doctor
from clinic.use_cases.free_slots import find_free
from clinic.use_cases.hours import find_doctors, read_schedule
from clinic.week import monday_of
from storage import SqlStorage
from tests.benchmarks.clinics import add_names, clinic_in, clinic_with, DESK, fill, take, THIS_WEEK
from tests.benchmarks.doctors import show_board
from tests.benchmarks.figures import row, spread
from tests.benchmarks.interleaved import Act, medians, running, timed
from tests.benchmarks.kept import statements_of
from tests.benchmarks.run import Run

BOARDS = (10, 100, 500)
FULL_DOCTORS = (1, 100)
FULL = 0.9
SEARCHED = 60
BOOKED = (THIS_WEEK, 1_000_000)
BOOKED_DOCTORS = 20
NAMES = 10_000
TYPED = {"part of a name": "muller 00", "a slip in it": "mulelr", "a specialization": "neurology"}


class _Size:
    """One table: what is timed by what it is and how big, and what each says to the database."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stack = AsyncExitStack()
        self.acts: dict[tuple[str, int | str], Act] = {}
        self.said: dict[tuple[str, int | str], int] = {}
        self.close = self._stack.aclose

    async def open(self) -> None:
        """Make the clinics, and count each act's statements."""
        for make in (self._boards, self._full_calendars, self._bookings, self._names):
            await make()

    async def _add(self, clinic: Clinic, name: str, size: int | str, act: Act) -> None:
        self.acts[name, size] = act
        assert isinstance(clinic.storage, SqlStorage)
        self.said[name, size] = len(await statements_of(clinic.storage, act))

    async def _boards(self) -> None:
        for size in BOARDS:
            file = self._run.folder / f"board-{size}.db"
            clinic = await self._stack.enter_async_context(clinic_with(file, self._run.scaled(size)))
            await self._add(clinic, "board", size, partial(show_board, clinic))

    async def _full_calendars(self) -> None:
        """Book nine tenths of the next 60 days of each doctor, the first slots, so that the search is the longest."""
        file, doctors = self._run.folder / "full.db", self._run.scaled(FULL_DOCTORS[-1])
        clinic = await self._stack.enter_async_context(clinic_with(file, doctors))
        span = _days(SEARCHED)
        for doctor_id in range(1, doctors + 1):
            free = await find_free(clinic, DESK, span, doctor_id=doctor_id, most=10_000)
            take(file, doctor_id, [offer.slot for offer in free[: int(FULL * len(free))]])
        one = partial(find_free, clinic, DESK, span, doctor_id=1, most=1)
        for size, act in zip(FULL_DOCTORS, (one, partial(find_free, clinic, DESK, span, most=1)), strict=True):
            await self._add(clinic, "free", size, act)

    async def _bookings(self) -> None:
        week = week_span(monday_of(datetime.now(UTC).date()))
        for size in BOOKED:
            file = self._run.folder / f"bookings-{size}.db"
            clinic = await self._stack.enter_async_context(clinic_with(file, BOOKED_DOCTORS))
            fill(file, BOOKED_DOCTORS, max(THIS_WEEK, self._run.scaled(size)))
            await self._add(clinic, "week", size, partial(read_schedule, clinic, DESK, 1, week))
            await self._add(clinic, "week's bookings", size, partial(bookings_of_doctor, clinic, DESK, 1, week))

    async def _names(self) -> None:
        file = self._run.folder / "names.db"
        clinic = await self._stack.enter_async_context(clinic_in(file))
        add_names(file, self._run.scaled(NAMES))
        doctors = await find_doctors(clinic, DESK, "")

        async def search(text: str) -> None:
            find(text, doctors)

        for what, text in TYPED.items():
            await self._add(clinic, "search", what, partial(search, text))
        await self._add(clinic, "doctors", NAMES, partial(find_doctors, clinic, DESK, ""))


def _days(count: int) -> DateSpan:
    now = datetime.now(UTC).date()
    return DateSpan(now, now + timedelta(days=count - 1))


def table(run: Run) -> str:
    with running() as runner:
        size = _Size(run)
        try:
            runner.run(size.open())
            found = medians({name: timed(runner, act) for name, act in size.acts.items()}, run.rounds)
        finally:
            runner.run(size.close())
    return _report(run, found, size.said)


def _report(
    run: Run, found: Mapping[tuple[str, int | str], Sequence[float]], said: Mapping[tuple[str, int | str], int]
) -> str:
    def times(name: str, *sizes: int | str) -> list[str]:
        return [spread([1000 * one for one in found[name, size]], " ms", 2) for size in sizes]

    def counts(name: str, *sizes: int | str) -> list[str]:
        return [str(said[name, size]) for size in sizes]

    def ratio(name: str) -> str:
        first, last = (found[name, size] for size in BOOKED)
        return spread([much / little for little, much in zip(first, last, strict=True)], " x", 2)

    return "\n".join(
        [
            f"What size costs. Medians of {run.rounds} rounds (least–most)"
            + (", a hundredth of it." if run.small else "."),
            "",
            row("The day's board of so many doctors", *(f"{size:,}" for size in BOARDS)),
            row("  its first page read and drawn", *times("board", *BOARDS)),
            row("  statements", *counts("board", *BOARDS)),
            "",
            row(f"The next free slot, {SEARCHED} days, {FULL:.0%} full", "1 doctor", f"{FULL_DOCTORS[1]:,} doctors"),
            row("  found", *times("free", *FULL_DOCTORS)),
            row("  statements", *counts("free", *FULL_DOCTORS)),
            "",
            row("A week in a table of so many bookings", *(f"{size:,}" for size in BOOKED), "the last to the first"),
            row("  a doctor's hours", *times("week", *BOOKED), ratio("week")),
            row("  a doctor's bookings", *times("week's bookings", *BOOKED), ratio("week's bookings")),
            "",
            row(f"A name typed among {NAMES:,} doctors", *TYPED),
            row("  found", *times("search", *TYPED)),
            row("  all of them read and sorted before", *times("doctors", NAMES)),
        ]
    )
