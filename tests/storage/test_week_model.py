"""Whatever is done to weekly hours through the use cases, the stored plans are what a model in memory says."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta, UTC
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from clinic.dates import DateSpan
from clinic.errors import ClinicError, NothingToUndo, UnknownDateRule, WeekHasChanged
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp, WeeklyHours, WeekRecord
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.time_range import TimeRange
from clinic.use_cases import hours
from clinic.week import DayAvailability, Weekday, weekday_of
from storage import SqlStorage

NOW = datetime(2026, 7, 6, 18, 30, tzinfo=UTC)
TODAY = date(2026, 7, 6)
STAMP = Stamp(1, "Ada", NOW)
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
DATES = st.integers(0, 20).map(lambda days: TODAY + timedelta(days=days))
MONDAYS = st.integers(0, 2).map(lambda weeks: TODAY + timedelta(weeks=weeks))
RECURRENCES = st.one_of(
    st.just(Recurrence(Repeat.EVERY_WEEK, TODAY)),
    st.builds(Recurrence, st.just(Repeat.FROM_DATE), DATES),
    st.builds(Recurrence, st.sampled_from([Repeat.EVERY_OTHER_WEEK, Repeat.ONE_WEEK]), MONDAYS),
)
STEPS = st.one_of(
    st.tuples(st.just("set"), st.dictionaries(WEEKDAYS, st.lists(TIME_RANGES, max_size=3), min_size=1), RECURRENCES),
    st.tuples(st.just("switch"), DATES, st.booleans()),
    st.tuples(st.just("drop"), DATES, st.booleans()),
    st.tuples(st.just("undo"), st.integers(-1, 0)),
)


class Model:
    """A doctor's hours and their past, kept as nothing but a list; how they change is the rules' own."""

    def __init__(self) -> None:
        self.past: list[tuple[WeeklyHours, int | None]] = [(WeeklyHours(), None)]

    @property
    def version(self) -> int:
        return len(self.past) - 1

    @property
    def hours(self) -> WeeklyHours:
        return self.past[-1][0]

    def take(self, hours: WeeklyHours) -> None:
        there, new = set(self.hours.plans), set(hours.plans)
        if there - new or not all(plan.is_empty for plan in new - there):
            self.past.append((hours, None))

    def switch(self, day: date, *, on: bool) -> None:
        plan = self.hours.plan_on(day)
        switched = plan.with_week(day, plan.week_of(day).switched(weekday_of(day), on=on))
        self.take(self.hours.with_plan(switched, TODAY))

    def drop(self, starts: date, *, once: bool) -> None:
        plans = [plan for plan in self.hours.plans if (plan.starts, plan.once) == (starts, once)]
        if not plans or not (once or starts > TODAY):
            raise UnknownDateRule
        self.take(self.hours.without(plans[0], TODAY))

    def undo(self, version: int) -> None:
        if self.version and self.past[-1][1] == version:
            return
        if version != self.version:
            raise WeekHasChanged(WeekRecord(0))
        if not self.version or self.past[-1][1] is not None:
            raise NothingToUndo
        self.past.append((self.past[-2][0], version))


def do_to_model(model: Model, step: object) -> None:
    match step:
        case ("set", dict(days), Recurrence() as recurrence):
            drawn = {day: DayAvailability.of(day, ranges) for day, ranges in days.items()}
            model.take(model.hours.changed(drawn, recurrence, TODAY, STAMP))
        case ("switch", date() as day, bool(on)):
            model.switch(day, on=on)
        case ("drop", date() as day, bool(once)):
            model.drop(day, once=once)
        case ("undo", int(back)):
            model.undo(model.version + back)


async def do(clinic: Clinic, actor: Actor, version: int, step: object) -> None:
    assert actor.doctor_id
    match step:
        case ("set", dict(days), Recurrence() as recurrence):
            drawn = {day: DayAvailability.of(day, ranges) for day, ranges in days.items()}
            closing = Draft(1, next(NUMBERS), "{}", NOW)
            await hours.set_days(clinic, actor, actor.doctor_id, drawn, recurrence, drawn_from=version, closing=closing)
        case ("switch", date() as day, bool(on)):
            await hours.switch_day(clinic, actor, actor.doctor_id, day, on=on)
        case ("drop", date() as day, bool(once)):
            await hours.drop_plan(clinic, actor, actor.doctor_id, day, once=once)
        case ("undo", int(back)):
            await hours.undo(clinic, actor, actor.doctor_id, version + back)


def open_minutes(rows: list[tuple[int, int, int]]) -> list[int]:
    """Return every minute of the week that the raw rows cover, Sunday's tail on Monday."""
    return [(weekday * 1440 + minute) % (7 * 1440) for weekday, start, end in rows for minute in range(start, end)]


async def stored(storage: SqlStorage, doctor_id: int) -> WeekRecord:
    async with storage._database.reading() as connection:
        of_weeks = (
            'SELECT plan_id, week, is_on, weekday, start, "end" FROM time_ranges NATURAL JOIN day_availability'
            " NATURAL JOIN (SELECT plan_id FROM week_plans WHERE doctor_id = :doctor) AS own"
        )
        rows = [tuple(row) for row in await connection.execute(text(of_weeks), {"doctor": doctor_id})]
    for which in {row[:2] for row in rows}:
        week = [row[2:] for row in rows if row[:2] == which]
        across = [row[1:] for row in week if row[0]]
        within = [[row[1:] for row in week if row[1] == day] for day in Weekday]
        for minutes in map(open_minutes, [across, *within]):
            assert len(minutes) == len(set(minutes))
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id, DateSpan(date.min, date.max))
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
        hours, undoes = model.past[-1]
        assert (record.hours, record.version) == (hours, model.version)
        assert record.undoable == (model.version > 0 and undoes is None)


Run = Callable[[Callable[[SqlStorage], Coroutine[None, None, None]]], None]


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=12))
def test_any_sequence_gives_the_models_hours(run: Run, steps: list[object]) -> None:
    """Setting, switching, dropping and undoing in any order gives the model's plans, whose ranges share no minute."""
    run(lambda storage: play(storage, steps))
