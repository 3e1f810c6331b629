"""Whatever is done to a week through the use cases, the stored one is what a model in memory says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime, UTC
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.errors import ClinicError, NothingToUndo, WeekHasChanged
from clinic.people import Actor, Role
from clinic.ports import Clinic, Draft
from clinic.time_range import TimeRange
from clinic.use_cases import hours
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability, WeekRecord
from storage import open_storage, SqlStorage

NOW = datetime(2026, 7, 6, 18, 30, tzinfo=UTC)
NUMBERS = count(1)
"""People, chats and messages are numbered through: the examples share one file."""

QUARTER = 180
TIME_RANGES = st.tuples(st.integers(0, 7), st.integers(1, 8)).map(
    lambda picked: (
        TimeRange.from_clock(picked[0] * QUARTER, (picked[0] + picked[1]) * QUARTER % 1440)
        if picked[1] < 8
        else TimeRange(0, 1440)
    )
)
"""Few and long, so that they often meet: within a day, over midnight, and over the week's end."""
WEEKDAYS = st.sampled_from(Weekday)
STEPS = st.one_of(
    st.tuples(st.just("set"), st.dictionaries(WEEKDAYS, st.lists(TIME_RANGES, max_size=3), min_size=1)),
    st.tuples(st.just("switch"), st.tuples(WEEKDAYS, st.booleans())),
    st.tuples(st.just("undo"), st.integers(-1, 0)),
)


class Model:
    """A week and its past, kept as nothing but a list."""

    def __init__(self) -> None:
        self.past: list[tuple[WeeklyAvailability, int | None]] = [(NO_HOURS, None)]

    @property
    def version(self) -> int:
        return len(self.past) - 1

    def take(self, week: WeeklyAvailability, undoes: int | None = None) -> None:
        if week != self.past[-1][0]:
            self.past.append((week, undoes))

    def undo(self, version: int) -> None:
        if self.version and self.past[-1][1] == version:
            return
        if version != self.version:
            raise WeekHasChanged(WeekRecord(0))
        if not self.version or self.past[-1][1] is not None:
            raise NothingToUndo
        self.take(self.past[-2][0], version)


def do_to_model(model: Model, step: object) -> None:
    match step:
        case ("set", dict(days)):
            drawn = {day: DayAvailability.of(day, ranges) for day, ranges in days.items()}
            model.take(model.past[-1][0].with_days(drawn))
        case ("switch", (Weekday() as day, bool(on))):
            model.take(model.past[-1][0].switched(day, on=on))
        case ("undo", int(back)):
            model.undo(model.version + back)


async def do(clinic: Clinic, actor: Actor, version: int, step: object) -> None:
    assert actor.doctor_id
    match step:
        case ("set", dict(days)):
            drawn = {day: DayAvailability.of(day, ranges) for day, ranges in days.items()}
            closing = Draft(1, next(NUMBERS), "{}", NOW)
            await hours.set_days(clinic, actor, actor.doctor_id, drawn, drawn_from=version, closing=closing)
        case ("switch", (Weekday() as day, bool(on))):
            await hours.switch_day(clinic, actor, actor.doctor_id, day, on=on)
        case ("undo", int(back)):
            await hours.undo(clinic, actor, actor.doctor_id, version + back)


def open_minutes(rows: list[tuple[int, int, int]]) -> list[int]:
    """Return every minute of the week that the raw rows cover, Sunday's tail on Monday."""
    return [(weekday * 1440 + minute) % (7 * 1440) for weekday, start, end in rows for minute in range(start, end)]


async def stored(storage: SqlStorage, doctor_id: int) -> WeekRecord:
    async with storage._database.reading() as connection:
        of_days = 'SELECT weekday, start, "end" FROM time_ranges WHERE doctor_id = ?'
        within = [tuple(row) for row in await connection.exec_driver_sql(of_days, (doctor_id,))]
        of_open = (
            'SELECT r.weekday, start, "end" FROM time_ranges r JOIN day_availability d'
            " ON d.doctor_id = r.doctor_id AND d.weekday = r.weekday WHERE is_on AND r.doctor_id = ?"
        )
        across = [tuple(row) for row in await connection.exec_driver_sql(of_open, (doctor_id,))]
    for day in Weekday:
        minutes = open_minutes([row for row in within if row[0] == day])
        assert len(minutes) == len(set(minutes))
    minutes = open_minutes(across)
    assert len(minutes) == len(set(minutes))
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id)
    assert found
    return found[1]


async def play(storage: SqlStorage, steps: list[object]) -> None:
    clinic = Clinic("Hill Street", ZoneInfo("Europe/Berlin"), frozenset(), storage, lambda: NOW)
    async with storage.write() as work:
        doctor = await work.doctors.add("Ada", "Cardiology")
        actor = Actor(next(NUMBERS), "Ada", frozenset({Role.DOCTOR}), doctor.doctor_id)
        await work.people.put(actor)
        await work.commit()
    model = Model()
    for step in steps:
        expected = outcome = None
        version = model.version
        try:
            do_to_model(model, step)
        except ClinicError as error:
            expected = type(error)
        try:
            await do(clinic, actor, version, step)
        except ClinicError as error:
            outcome = type(error)
        assert outcome == expected
        record = await stored(storage, doctor.doctor_id)
        week, undoes = model.past[-1]
        assert (record.week, record.version) == (week, model.version)
        assert record.undoable == (model.version > 0 and undoes is None)


Run = Callable[[Callable[[SqlStorage], Coroutine[None, None, None]]], None]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run something on one storage and one loop; hypothesis calls a test many times within one fixture."""
    file: Path = tmp_path_factory.mktemp("model") / "rota.db"
    with asyncio.Runner() as runner:
        storage = runner.run(open_storage(f"sqlite+aiosqlite:///{file}"))
        yield lambda act: runner.run(act(storage))
        runner.run(storage.close())


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=12))
def test_any_sequence_gives_the_models_week(run: Run, steps: list[object]) -> None:
    """Setting, switching and undoing in any order gives the model's week, and no two stored ranges share a minute."""
    run(lambda storage: play(storage, steps))
