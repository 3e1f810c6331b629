"""No change of hours leaves a booking without them unasked: the question, its answers, and what the desk hears."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.sandbox import Message, Person
from bot.taps.bookings import Despite
from bot.taps.dates import Form, RemoveRule, UndoDates
from bot.taps.form import PickRepeat
from bot.taps.people import Suspend
from bot.taps.roles import Propose
from bot.taps.week import DropPlan, SwitchDay, Undo
from clinic.booking import Affected, BookingStatus
from clinic.people import Actor, Role
from clinic.plan import Repeat
from clinic.ports import Clinic
from clinic.use_cases.bookings import book
from clinic.use_cases.desk import attention
from clinic.week import Weekday
from storage import open_storage, SqlStorage
from tests.asking import pressed
from tests.phone import data, handled, keep_dates, press, save, say, tap, type_week
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

EARLY_ON_MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
MONDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 4)
NEXT_WEEK = timedelta(days=7)
DESK = Actor(1, "Desk", frozenset({Role.RECEPTIONIST}))
QUESTION = "would lose"
KEEP, TELL, BACK = ANSWERS = ["Keep them, flag", "Tell the desk", "Back"]
TABLES = ("week_plans", "day_availability", "time_ranges", "time_off", "closures", "date_overrides", "override_ranges")


@dataclass(frozen=True)
class Stage:
    """A bot, and a second way to its database: bookings are made as the desk would make them."""

    rota: Rota
    storage: SqlStorage
    rosa: Person
    rita: Person

    @property
    def clinic(self) -> Clinic:
        return Clinic("Hill Street", ZoneInfo("UTC"), frozenset(), self.storage, lambda: EARLY_ON_MONDAY)

    async def book(self, doctor: Person, day: date, hour: int, reference: str = "P-1") -> None:
        start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        await book(self.clinic, DESK, self.rota.doctor_id(doctor), start, reference)

    async def flagged(self) -> list[str]:
        """Return the references that wait for somebody."""
        waiting = await attention(self.clinic, DESK)
        assert all(booking.status is BookingStatus.BOOKED for _, booking in waiting)
        return [booking.reference for _, booking in waiting]

    def hours(self) -> list[list[tuple[Any, ...]]]:
        """Return all that decides anybody's hours."""
        tables = [self.rota.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES]  # noqa: S608
        return [*tables, self.rota.rows("SELECT doctor_id, zone FROM doctors ORDER BY 1")]

    def changes(self) -> int:
        """Return how many changes of hours the history has."""
        ((count,),) = self.rota.rows("SELECT (SELECT count(*) FROM week_changes) + (SELECT count(*) FROM date_changes)")
        return int(count)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with running(tmp_path_factory.mktemp("protected"), {"CLINIC_TIME_ZONE": "UTC"}, "2026-03-02 08:00") as rota:
        storage = await open_storage(f"sqlite+aiosqlite:///{rota.database}")
        yield Stage(rota, storage, await rota.receptionist(), await rota.receptionist("Rita Roth"))
        await storage.close()
    assert "ERROR" not in rota.log


@pytest.fixture
def stage(started: Stage) -> Stage:
    """The bot of all these tests, with nobody booked and the clinic open."""
    for table in ("booking_changes", "bookings", "booking_notices", "closures"):
        started.rota.rows(f"DELETE FROM {table}")  # noqa: S608
    return started


def told(person: Person, reference: str) -> list[str]:
    """Return the messages that a person got with a patient's reference in them."""
    return [message.text for message in person.messages if message.from_bot and reference in message.text]


async def working(stage: Stage, hours: str = "mon-fri 9-17", name: str = "Ana Ruiz") -> Person:
    doctor = await stage.rota.doctor(name)
    await save(doctor, hours)
    return doctor


async def saved_week(stage: Stage) -> tuple[Person, Message]:
    """A typed week is saved."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    return doctor, await tap(doctor, "Save", form=await type_week(doctor, "wed 9-13"))


async def saved_night(stage: Stage) -> tuple[Person, Message]:
    """A typed night is saved, and confirmed to be one."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    return doctor, await tap(doctor, "Save", "Yes", form=await type_week(doctor, "wed 22-6"))


async def switched_off(stage: Stage) -> tuple[Person, Message]:
    """A day is switched off."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    shown = await type_week(doctor, "/toggle")
    wanted = SwitchDay(doctor=stage.rota.doctor_id(doctor), day=Weekday.WED, on=False, monday=MONDAY)
    await press(doctor, shown, wanted)
    return doctor, shown


async def undone(stage: Stage) -> tuple[Person, Message]:
    """The weekly hours are brought back that were before."""
    doctor = await working(stage, "mon-fri 9-13")
    await save(doctor, "mon-fri 9-17")
    await stage.book(doctor, WEDNESDAY, 14)
    shown = await type_week(doctor, "/week")
    await press(doctor, shown, Undo(doctor=stage.rota.doctor_id(doctor), version=2))
    return doctor, shown


async def dropped(stage: Stage) -> tuple[Person, Message]:
    """The hours of one week are given up."""
    doctor = await working(stage, "mon-fri 9-13")
    form = await tap(doctor, "Every week", form=await type_week(doctor, "mon-fri 9-17"))
    await press(doctor, form, PickRepeat(repeat=Repeat.ONE_WEEK, day=MONDAY + NEXT_WEEK))
    await tap(doctor, "Save", form=form)
    await stage.book(doctor, WEDNESDAY + NEXT_WEEK, 14)
    await press(doctor, form, DropPlan(doctor=stage.rota.doctor_id(doctor), starts=MONDAY + NEXT_WEEK, once=True))
    return doctor, form


async def away(stage: Stage) -> tuple[Person, Message]:
    """Time off is taken."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    return doctor, await tap(doctor, "Save", form=await type_week(doctor, "/off 4 mar"))


async def other_hours(stage: Stage) -> tuple[Person, Message]:
    """Other hours are set on a date."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    return doctor, await tap(doctor, "Save", form=await type_week(doctor, "/date 4 mar 9-12"))


async def removed(stage: Stage) -> tuple[Person, Message]:
    """Other hours are removed, and the shorter ones hold again."""
    doctor = await working(stage, "mon-fri 9-13")
    form = await keep_dates(doctor, "/date 4 mar 9-17")
    await stage.book(doctor, WEDNESDAY, 14)
    await press(doctor, form, RemoveRule(form=Form.DATE, key="2026-03-04", doctor=stage.rota.doctor_id(doctor)))
    return doctor, form


async def dates_undone(stage: Stage) -> tuple[Person, Message]:
    """Other hours are undone."""
    doctor = await working(stage, "mon-fri 9-13")
    form = await keep_dates(doctor, "/date 4 mar 9-17")
    await stage.book(doctor, WEDNESDAY, 14)
    ((change,),) = stage.rota.rows(
        "SELECT max(change_id) FROM date_changes WHERE doctor_id = ?", stage.rota.doctor_id(doctor)
    )
    await press(doctor, form, UndoDates(change=change))
    return doctor, form


async def zone_moved(stage: Stage) -> tuple[Person, Message]:
    """The doctor moves to another zone: nine o'clock is two o'clock for the clinic."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 10)
    shown = await type_week(doctor, "/zone new york")
    return doctor, await tap(doctor, "Save", form=shown)


async def accepted(stage: Stage) -> tuple[Person, Message]:
    """Hours that the desk proposes are accepted."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    form = await type_week(stage.rosa, "/help")
    await press(stage.rosa, form, Propose(doctor=stage.rota.doctor_id(doctor)))
    await tap(stage.rosa, "Wed", "Next", "09:00", "13:00", "Send to Ana Ruiz", form=form)
    asked = await doctor.sees("proposes hours for you")
    return doctor, await tap(doctor, "Accept", form=asked)


async def sick(stage: Stage) -> tuple[Person, Message]:
    """The doctor is off sick on the day itself."""
    doctor = await working(stage)
    await stage.book(doctor, MONDAY, 14)
    return doctor, await tap(doctor, "Off sick today", form=await type_week(doctor, "/today"))


async def closed(stage: Stage) -> tuple[Person, Message]:
    """The clinic closes."""
    doctor, admin = await working(stage), await stage.rota.claimed()
    await stage.book(doctor, WEDNESDAY, 14)
    return admin, await tap(admin, "Save", form=await type_week(admin, "/closed 4 mar party"))


Ask = Callable[[Stage], Awaitable[tuple[Person, Message]]]
ASKED: dict[Ask, tuple[str, str]] = {
    saved_week: ("Wed 4 Mar, 13:00–17:00", "Is this right?"),
    saved_night: ("Wed 4 Mar, 09:00–17:00", "Night hours?"),
    switched_off: ("Wed 4 Mar, 09:00–17:00", "Ana Ruiz"),
    undone: ("Wed 4 Mar, 13:00–17:00", "Ana Ruiz"),
    dropped: ("Wed 11 Mar, 13:00–17:00", "Ana Ruiz"),
    away: ("Wed 4 Mar, 09:00–17:00", "Is this right?"),
    other_hours: ("Wed 4 Mar, 12:00–17:00", "Is this right?"),
    removed: ("Wed 4 Mar, 13:00–17:00", "Other hours on Wed 4 Mar"),
    dates_undone: ("Wed 4 Mar, 13:00–17:00", "you are here as"),
    zone_moved: ("Wed 4 Mar, 09:00–14:00", "America/New_York: is this right?"),
    accepted: ("Wed 4 Mar, 13:00–17:00", "proposes hours for you"),
    sick: ("Mon 2 Mar, 09:00–17:00", "Today, "),
    closed: ("Wed 4 Mar, 09:00–17:00", "Is this right?"),
}
"""The changes, with what the question says of each, and where `Back` leads."""


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
async def test_back_changes_nothing(stage: Stage, ask: Ask) -> None:
    """The question names what goes; `Back` shows the screen before it, and nothing is changed or flagged."""
    goes, before = ASKED[ask]
    person, form = await ask(stage)
    kept, changes = stage.hours(), stage.changes()
    assert f"1 booking would lose its hours. Nothing is changed yet.\n\n{goes} goes: 1 booking\n" in form.text
    assert " · P-1\n" in form.text
    assert form.labels == ANSWERS
    await tap(person, BACK, form=form)
    assert before in form.text
    assert QUESTION not in form.text
    assert (stage.hours(), stage.changes(), await stage.flagged()) == (kept, changes, [])


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
async def test_kept_bookings_stand_flagged(stage: Stage, ask: Ask) -> None:
    """The hours go as asked, the booking stands on the list, and nobody is told of it."""
    person, form = await ask(stage)
    heard = len(told(stage.rosa, "P-1"))
    kept, changes = stage.hours(), stage.changes()
    answer = data(form, KEEP)
    person.press(form.id, answer)
    person.press(form.id, answer)
    await handled(person)
    assert QUESTION not in form.text
    assert stage.hours() != kept
    assert (stage.changes(), await stage.flagged()) == (changes + 1, ["P-1"])
    assert len(told(stage.rosa, "P-1")) == heard


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
async def test_the_desk_is_told_once(stage: Stage, ask: Ask) -> None:
    """Every receptionist, however often the answer is tapped."""
    person, form = await ask(stage)
    desk = (stage.rosa, stage.rita)
    heard, changes = [len(told(one, "P-1")) for one in desk], stage.changes()
    answer = data(form, TELL)
    person.press(form.id, answer)
    person.press(form.id, answer)
    await handled(person)
    assert (stage.changes(), await stage.flagged()) == (changes + 1, ["P-1"])
    assert [len(told(one, "P-1")) for one in desk] == [count + 1 for count in heard]
    said = next(message for message in reversed(stage.rosa.messages) if "P-1" in message.text)
    assert said.text.startswith("1 booking has lost its hours\n")
    assert "Ana Ruiz · P-1\n" in said.text
    assert said.labels == ["Without hours"]
    assert stage.rota.rows("SELECT * FROM booking_notices") == []


async def test_a_change_beside_the_bookings_is_not_asked_about(stage: Stage) -> None:
    """Longer hours, and another day's, are saved at once."""
    doctor = await working(stage)
    await stage.book(doctor, WEDNESDAY, 14)
    await save(doctor, "wed 8-20; thu off")
    assert await stage.flagged() == []


async def test_a_closure_shows_whose_bookings_they_are(stage: Stage) -> None:
    """The admin sees the first few of many, with the doctors' names."""
    ana, ben = await working(stage, name="Ana Ruiz"), await working(stage, name="Ben Ek")
    for hour in (9, 10, 11, 12):
        await stage.book(ana, WEDNESDAY, hour, f"A-{hour}")
        await stage.book(ben, WEDNESDAY, hour, f"B-{hour}")
    admin = await stage.rota.claimed()
    form = await tap(admin, "Save", form=await type_week(admin, "/closed 4 mar party"))
    assert "Wed 4 Mar, 09:00–17:00 goes: 8 bookings" in form.text
    assert "Wed 4 Mar, 09:00–09:30 · Ben Ek · B-9" in form.text
    assert "… and 3 more" in form.text
    await tap(admin, TELL, form=form)
    await stage.rosa.sees("8 bookings have lost their hours")
    assert len(await stage.flagged()) == 8


async def test_what_was_booked_meanwhile_is_flagged_too(stage: Stage) -> None:
    """The answer holds for all that stand in the hours when it is given: none is lost."""
    doctor, form = await saved_week(stage)
    await stage.book(doctor, WEDNESDAY, 15, "P-2")
    await tap(doctor, KEEP, form=form)
    assert await stage.flagged() == ["P-1", "P-2"]


async def test_hours_that_changed_meanwhile_are_not_saved_over(stage: Stage) -> None:
    """An answer to an older form shows what came between; saved over it, the question is asked anew."""
    doctor, form = await saved_week(stage)
    await save(doctor, "mon 8-9")
    await tap(doctor, KEEP, form=form)
    assert "meanwhile" in form.text, form
    assert await stage.flagged() == []
    await tap(doctor, "Save mine over it", form=form)
    assert form.labels == ANSWERS
    await tap(doctor, BACK, form=form)
    assert "meanwhile" in form.text, form
    await tap(doctor, "Save mine over it", KEEP, form=form)
    assert stage.rota.week(doctor)["Wed"] == "09:00-13:00"
    assert await stage.flagged() == ["P-1"]


async def test_an_answer_is_given_after_a_restart(stage: Stage) -> None:
    """The question lives in its message and the form in the database: a killed process forgets neither."""
    doctor, form = await saved_week(stage)
    await stage.rota.kill_and_start()
    await tap(doctor, TELL, form=form)
    assert "Saved." in form.text
    assert await stage.flagged() == ["P-1"]


@pytest.mark.parametrize("whose", ["stranger", "suspended", "another doctor's", "receptionist", "admin"])
async def test_nobody_else_answers(stage: Stage, whose: str) -> None:
    """A forged answer changes nothing: it is authorised as the change itself."""
    doctor, _ = await saved_week(stage)
    match whose:
        case "stranger":
            person = stage.rota.person("Sam Stone")
            person.say("/start")
            await person.sees("administrator")
        case "receptionist":
            person = stage.rita
        case "admin":
            person = await stage.rota.claimed()
        case _:
            person = await stage.rota.doctor("Cem Demir")
    if whose == "suspended":
        stage.rota.rows("UPDATE people SET suspended = 1 WHERE user_id = ?", person.user_id)
    switch = SwitchDay(doctor=stage.rota.doctor_id(doctor), day=Weekday.WED, on=False, monday=MONDAY)
    kept = stage.hours()
    for choice in Affected:
        await pressed(person, Despite.of(choice, switch).pack())
    assert stage.hours() == kept
    assert await stage.flagged() == []


async def test_an_answer_is_around_a_change_of_hours_alone(stage: Stage) -> None:
    """One around an answer, around another button or around nothing is no button at all."""
    doctor, _ = await saved_week(stage)
    admin = await stage.rota.claimed()
    switch = SwitchDay(doctor=stage.rota.doctor_id(doctor), day=Weekday.WED, on=False, monday=MONDAY)
    inner = Despite.of(Affected.FLAG, switch)
    forged = [
        (doctor, inner.pack().replace(":", "|")),
        (admin, Suspend(user=doctor.user_id, suspended=True).pack().replace(":", "|")),
        (doctor, "sd|1"),
        (doctor, "zz"),
    ]
    kept, people = stage.hours(), stage.rota.rows("SELECT * FROM people")
    for person, packed in forged:
        toast = await pressed(person, f"bf:flag:{packed}", (await say(person, "/help")).id)
        assert toast
        assert "older version" in toast.text
    assert (stage.hours(), stage.rota.rows("SELECT * FROM people")) == (kept, people)
