"""`/closed`: the clinic's closures, typed or picked or sent as a calendar file, in every doctor's week."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox import Message, Person
from tests.calendar_file import calendar_file
from tests.phone import day_lines, handled, keep_dates, save, say, tap, type_into, type_week, week_of
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEGABYTE = 1024 * 1024
CHRISTMAS = ("2026-12-24", "2026-12-26", "Christmas")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """A process of its own: closures are everybody's."""
    async with running(tmp_path_factory.mktemp("closed"), {}, "2026-03-02 09:00") as started:
        yield started
    assert "ERROR" not in started.log


@pytest_asyncio.fixture(loop_scope="session")
async def admin(clinic: Rota) -> Person:
    """The admin of a clinic that is open."""
    found = await clinic.claimed()
    clinic.rows("DELETE FROM closures")
    return found


def closures(rota: Rota) -> list[tuple[Any, ...]]:
    return rota.rows("SELECT first, last, name FROM closures ORDER BY first")


async def sent(person: Person, content: bytes, name: str = "holidays.ics") -> Message:
    """Send a file and return the answer, once it can be tapped."""
    answer = await person.sees("", after=person.send_document(name, content))
    await person.until(lambda _: bool(answer.rows))
    return answer


async def test_a_closure_is_typed(clinic: Rota, admin: Person) -> None:
    """Dates and a name after the command."""
    await keep_dates(admin, "/closed 24 dec - 26 dec Christmas")
    assert closures(clinic) == [CHRISTMAS]


async def test_a_closure_is_picked_and_named(clinic: Rota, admin: Person) -> None:
    """First day, last day, a typed name, save."""
    form = await tap(admin, "10", "11", "Next", form=await type_week(admin, "/closed"))
    await type_into(admin, "Fiesta & <b>more", form)
    await tap(admin, "Save", form=form)
    assert "Clinic closed: Fiesta & <b>more" in form.text
    assert closures(clinic) == [("2026-03-10", "2026-03-11", "Fiesta & <b>more")]


async def test_a_closure_stands_in_every_doctors_week(clinic: Rota, admin: Person) -> None:
    """Over their own time off and hours; `Why?` names it first."""
    ana, ben = await clinic.doctor(), await clinic.doctor("Ben Adler")
    await save(ana, "thu 9-17")
    await keep_dates(ben, "off 24 dec trip")
    await keep_dates(admin, "/closed 24 dec - 26 dec Christmas")
    shown = [await week_of(doctor, clinic.doctor_id(doctor), date(2026, 12, 24)) for doctor in (ana, ben)]
    assert [day_lines(week, "Thu 24") for week in shown] == [["closed · Christmas"]] * 2
    await tap(ben, "Why?", form=shown[1])
    assert 0 < shown[1].text.index("Clinic closed: Christmas") < shown[1].text.index("Off: trip")


async def test_a_closure_is_changed_and_removed(clinic: Rota, admin: Person) -> None:
    """From the list, as time off is; Undo brings it back."""
    await keep_dates(admin, "/closed 24 mar - 26 mar Fiesta")
    form = await tap(
        admin, "Coming: 1", "Clinic closed", "Change", "27", "Next", form=await type_week(admin, "/closed")
    )
    await tap(admin, "Save", form=form)
    assert closures(clinic) == [("2026-03-24", "2026-03-27", "Fiesta")]
    await tap(admin, "What is coming", "Clinic closed", "Remove", form=form)
    assert closures(clinic) == []
    await tap(admin, "↩ Undo", form=form)
    assert closures(clinic) == [("2026-03-24", "2026-03-27", "Fiesta")]


async def test_a_calendar_file_is_shown_and_then_saved(clinic: Rota, admin: Person) -> None:
    """What is over is left out; nothing is kept before the tap."""
    form = await sent(admin, calendar_file(("2026-01-06", "Reyes"), ("2026-05-01", "May Day"), ("2026-12-25", "Xmas")))
    assert "May Day" in form.text
    assert "Xmas" in form.text
    assert "Reyes" not in form.text
    assert closures(clinic) == []
    await tap(admin, "Save", form=form)
    assert closures(clinic) == [("2026-05-01", "2026-05-01", "May Day"), ("2026-12-25", "2026-12-25", "Xmas")]


async def test_a_file_sent_twice_closes_once(clinic: Rota, admin: Person) -> None:
    """The second time all of it is there already."""
    for answer in ("Saved.", "The calendar was like this already."):
        form = await tap(admin, "Save", form=await sent(admin, calendar_file(("2026-05-01", "May Day"))))
        assert answer in form.text
    assert closures(clinic) == [("2026-05-01", "2026-05-01", "May Day")]


GOOD = calendar_file(("2026-05-01", "May Day"), ("2026-12-25", "Christmas"))
BAD = {
    "a date that is none": (GOOD.replace(b"20261225", b"20261345"), 14),
    "no name": (GOOD.replace(b"SUMMARY:Christmas\r\n", b""), 11),
    "not UTF-8": (GOOD.replace(b"Christmas", b"No\xebl"), 16),
    "repeated in a strange way": (GOOD.replace(b"SUMMARY:Christmas", b"RRULE:FREQ=WEEKLY\r\nSUMMARY:Christmas"), 16),
    "cut off": (GOOD[:-30], 16),
    "no calendar": (b"hello", 1),
    "empty": (b" ", 1),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_refused_with_its_line(clinic: Rota, admin: Person, name: str) -> None:
    """Nothing of it is kept, though the day before the line was good."""
    content, line = BAD[name]
    answer = await sent(admin, content)
    assert answer.text.startswith(f"Line {line} of the file: ")
    assert "Nothing was changed" in answer.text
    assert "Save" not in answer.labels
    assert closures(clinic) == []


async def test_a_large_file_is_refused_before_it_is_fetched(clinic: Rota, admin: Person) -> None:
    """More than 1 MiB: nobody asks Telegram for it. Exactly 1 MiB is asked for."""
    clinic.stand_in.calls.clear()
    answer = await sent(admin, b"x" * (MEGABYTE + 1))
    assert "larger than 1 MB" in answer.text
    assert [name for name, _ in clinic.stand_in.calls if name == "getFile"] == []
    await sent(admin, b"x" * MEGABYTE)
    assert [name for name, _ in clinic.stand_in.calls if name == "getFile"] == ["getFile"]


async def test_a_file_that_telegram_does_not_give_is_asked_for_again(clinic: Rota, admin: Person) -> None:
    """It says so, and the same file sent again is taken."""
    clinic.stand_in.fail("getFile", status=400, description="Bad Request: file is temporarily unavailable")
    assert "Please send it again." in (await sent(admin, GOOD)).text
    assert "May Day" in (await sent(admin, GOOD)).text


async def test_nobody_elses_file_is_fetched(clinic: Rota, admin: Person) -> None:
    """A doctor and a receptionist are told who closes the clinic."""
    clinic.stand_in.calls.clear()
    for person in (await clinic.doctor(), await clinic.receptionist()):
        answer = await person.sees("", after=person.send_document("holidays.ics", GOOD))
        assert "Only administrators close the clinic." in answer.text
    assert [name for name, _ in clinic.stand_in.calls if name == "getFile"] == []
    assert closures(clinic) == []


async def test_an_expired_form_of_an_admin_says_so(clinic: Rota, admin: Person) -> None:
    """Whatever is tapped on it, an admin is not asked for weekly hours."""
    for late in ("Save", "Back"):
        form = await type_week(admin, "/closed 24 dec Christmas")
        await handled(admin)
        clinic.rows("DELETE FROM drafts")
        await tap(admin, late, form=form)
        assert "This form was too old and is closed." in form.text
    assert closures(clinic) == []


async def test_what_is_no_date_opens_the_calendar(clinic: Rota, admin: Person) -> None:
    """`/closed` alone, and with words that name no date."""
    assert "When is the clinic closed?" in (await say(admin, "/closed")).text
