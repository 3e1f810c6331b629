"""The desk sees everybody's day, who is in now, and takes weeks and boards away."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
import vobject  # type: ignore[import-untyped]  # it has no types
from PIL import Image

from bot.sandbox import Message, Person
from bot.taps.desk import CopyBoard, DrawBoard, ShowBoard, ShowBoardBefore, ShowNow
from bot.taps.tap import Tap
from bot.taps.week import CopyWeek, DrawWeek, SendCalendar
from clinic.search import sort_key
from tests.asking import pressed
from tests.phone import handled, press, save, say, tap, zoned
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEN_ON_TUESDAY, TUESDAY = "2026-03-03 09:00", date(2026, 3, 3)
IN_MADRID = {"CLINIC_TIME_ZONE": "Europe/Madrid", "CLINIC_NAME": "San Telmo"}


class Clinic:
    """Ana and Ken are in on Tuesday at ten, Zoë comes at three; Rosa is at the desk."""

    def __init__(self, rota: Rota) -> None:
        self.rota = rota

    async def begin(self) -> None:
        self.ana = await self.rota.doctor("Ana Ruiz", "cardiology")
        self.week = await save(self.ana, "mon-thu 9-13, 15-19; fri 22-6")
        self.ken = await self.rota.doctor("Ken Itō", "surgery")
        await save(self.ken, "tue 16-20")
        await zoned(self.ken, "tokyo")
        zoe = await self.rota.doctor("Zoë <b>Ek", "cardiology")
        await save(zoe, "tue 15-18")
        self.rosa = await self.rota.receptionist()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    folder: Path = tmp_path_factory.mktemp("board")
    async with running(folder, IN_MADRID, TEN_ON_TUESDAY) as rota:
        made = Clinic(rota)
        await made.begin()
        yield made
        assert "ERROR" not in rota.log


async def answered(person: Person, label: str, form: Message) -> Message:
    """Tap a button that is answered with a new message, and return it."""
    before = person.last.id
    person.tap(label, form.id)
    await person.until(lambda someone: someone.last.id > before and not someone.unanswered)
    return person.last


BOARD = """\
Today, Tue, 3 Mar 2026
In now: 2 of 3

cardiology
🟢 Ana Ruiz: 09:00–13:00, 15:00–19:00
▫️ Zoë <b>Ek: 15:00–18:00

surgery
🟢 Ken Itō: 16:00–20:00 (Asia/Tokyo) = 08:00–12:00

🟢 in now
= on the clock of Europe/Madrid"""


@pytest.mark.parametrize("command", ["/today", "/day", "/day today", "/day 3.3.", "/day tue"])
async def test_the_desk_sees_everybodys_day(clinic: Clinic, command: str) -> None:
    """By specialization and name, with who is in now."""
    shown = await say(clinic.rosa, command)
    assert shown.text == BOARD
    assert shown.labels == ["◀", "▶", "Copy", "Picture", "Who is in now?", "☰ Menu"]


async def test_the_menu_leads_to_the_board(clinic: Clinic) -> None:
    """One tap from the menu, one back."""
    form = await say(clinic.rosa, "/start")
    await tap(clinic.rosa, "Today's board", form=form)
    assert form.text == BOARD
    await tap(clinic.rosa, "☰ Menu", form=form)
    assert "Hello" in form.text


async def test_the_arrows_walk_days(clinic: Clinic) -> None:
    """Forward, and back to today by its name."""
    shown = await say(clinic.rosa, "/day")
    await tap(clinic.rosa, "▶", form=shown)
    assert shown.text.startswith("Wed, 4 Mar 2026\nWith hours: 1 of 3\n")
    await tap(clinic.rosa, "Today", form=shown)
    assert shown.text == BOARD
    await tap(clinic.rosa, "◀", form=shown)
    assert shown.text.startswith("Mon, 2 Mar 2026\n")


@pytest.mark.parametrize("typed", ["tomorrow", "wed", "4 mar", "2026-03-04"])
async def test_a_date_can_be_typed(clinic: Clinic, typed: str) -> None:
    """As time off is."""
    assert (await say(clinic.rosa, f"/day {typed}")).text.startswith("Wed, 4 Mar 2026\n")


@pytest.mark.parametrize("typed", ["<b>soon", "30 feb 2026", "tomorrow 9-17", "3-5 mar", "2026-13-01"])
async def test_what_is_no_date_is_answered_with_an_example(clinic: Clinic, typed: str) -> None:
    """What was typed is quoted, and today's board is a tap away."""
    shown = await say(clinic.rosa, f"/day {typed}")
    assert shown.text == f"I know no date “{typed}”. For example: /day fri, /day 24 dec."
    await tap(clinic.rosa, "Today's board", form=shown)
    assert shown.text == BOARD


async def test_a_doctors_today_is_the_doctors_own(clinic: Clinic) -> None:
    """And no way leads to the board."""
    shown = await say(clinic.ana, "/today")
    assert "Off sick today" in shown.labels
    assert "Today's board" not in shown.labels


async def test_who_is_both_gets_the_doctors_with_a_way_to_the_board(rota: Rota) -> None:
    """In a small clinic the doctor is at the desk too."""
    both = await rota.doctor("Iva Both", "x-rays")
    rota.rows("UPDATE people SET is_receptionist = 1 WHERE user_id = ?", both.user_id)
    shown = await say(both, "/today")
    assert "You have no hours today" in shown.text
    await tap(both, "Today's board", form=shown)
    assert "\nIn now" in shown.text


async def test_now_says_who_is_in_and_who_comes(clinic: Clinic) -> None:
    """On the clinic's clock, the first to go and the first to come on top."""
    shown = await say(clinic.rosa, "/now")
    assert shown.text == (
        "Now, 3 Mar 2026, 10:00\n\n"
        "In now\n🟢 Ken Itō · surgery: until 12:00\n🟢 Ana Ruiz · cardiology: until 13:00\n\n"
        "Comes next\nZoë <b>Ek · cardiology: 15:00–18:00"
    )
    clinic.rota.set_clock("2026-03-03 20:00")
    await tap(clinic.rosa, "Refresh", form=shown)
    assert "Nobody is in at this moment." in shown.text
    assert "Ana Ruiz · cardiology: Wed 4 Mar, 09:00–13:00" in shown.text
    clinic.rota.set_clock(TEN_ON_TUESDAY)


async def test_a_board_is_copied_as_plain_text(clinic: Clinic) -> None:
    """A short one by the button itself."""
    shown = await say(clinic.rosa, "/day")
    (button,) = (one for row in shown.keyboard for one in row if one.text == "Copy")
    assert button.copy == (
        "Tue, 3 Mar 2026\n\n"
        "cardiology\nAna Ruiz: 09:00–13:00, 15:00–19:00\nZoë <b>Ek: 15:00–18:00\n\n"
        "surgery\nKen Itō: 16:00–20:00 (Asia/Tokyo) = 08:00–12:00"
    )


async def test_a_week_is_copied_as_plain_text(clinic: Clinic) -> None:
    """Days with the same hours in one line."""
    shown = await say(clinic.rosa, "/week ruiz")
    (button,) = (one for row in shown.keyboard for one in row if one.text == "Copy")
    assert button.copy == (
        "Ana Ruiz · cardiology\n2–8 Mar 2026 · Europe/Madrid (UTC+1)\n"
        "Mon 2–Thu 5: 09:00–13:00, 15:00–19:00\nFri 6: 22:00–06:00 (+1)\nSat 7: until 06:00\nSun 8: off"
    )


async def test_a_week_that_is_too_long_for_a_button_comes_as_a_message(rota: Rota) -> None:
    """A block of plain text, which a tap copies whole."""
    doctor = await rota.doctor("Max Lang", "dentistry")
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    form = await save(doctor, "; ".join(f"{day} 8:0{number}-12, 13-14, 15-18:30" for number, day in enumerate(days)))
    copied = await answered(doctor, "Copy", form)
    assert [one.type for one in copied.entities] == ["pre"]
    assert copied.text.startswith("Max Lang · dentistry\n")
    assert len(copied.text) > 256


async def test_a_board_that_is_too_long_for_a_button_comes_as_a_message(rota: Rota) -> None:
    """As it stands on the page, the first of which begins with these."""
    for number in range(4):
        await rota.doctor(f"Doctor with a longer name, number {number}".replace(",", ""), "a bit of everything")
    rosa = await rota.receptionist()
    copied = await answered(rosa, "Copy", await say(rosa, "/day"))
    assert [one.type for one in copied.entities] == ["pre"]
    assert "Doctor with a longer name number 3: off" in copied.text


def opened(message: Message) -> Image.Image:
    file = message.photo or message.document
    assert file
    return Image.open(io.BytesIO(file.content))


async def test_a_week_as_a_picture(clinic: Clinic) -> None:
    """A photo, for the doctor and for the desk."""
    for person, command in ((clinic.ana, "/week"), (clinic.rosa, "/week ruiz")):
        sent = await answered(person, "Picture", await say(person, command))
        assert sent.photo
        assert sent.text == "Ana Ruiz"
        assert (opened(sent).format, opened(sent).width) == ("PNG", 1080)


async def test_a_board_as_a_picture(clinic: Clinic) -> None:
    """Named by its date."""
    sent = await answered(clinic.rosa, "Picture", await say(clinic.rosa, "/day fri"))
    assert sent.photo
    assert sent.text == "Fri, 6 Mar 2026"
    assert opened(sent).width == 1080


async def test_a_tall_picture_is_a_file(rota: Rota) -> None:
    """As a photo it would be shrunk."""
    for number in range(11):
        await rota.doctor(f"Tall {number}", "heights")
    rosa = await rota.receptionist()
    sent = await answered(rosa, "Picture", await say(rosa, "/day"))
    assert sent.document
    assert sent.document.name.endswith(".png")
    assert opened(sent).height > 1280


async def test_a_week_as_a_calendar_file(clinic: Clinic) -> None:
    """Read by another library than the one that wrote it."""
    sent = await answered(clinic.ana, "Calendar file", await say(clinic.ana, "/week"))
    assert sent.document
    assert sent.document.name == "Ana-Ruiz.ics"
    assert "add these hours to your calendar" in sent.text
    events = vobject.readOne(sent.document.content.decode()).vevent_list
    assert sorted(event.rrule.value for event in events) == [
        "FREQ=WEEKLY;BYDAY=FR",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
    ]


async def test_without_hours_there_is_no_calendar_file(rota: Rota) -> None:
    """It is said, and nothing is sent."""
    doctor = await rota.doctor("Nil Nohours")
    shown = await say(doctor, "/week")
    doctor.tap("Calendar file", shown.id)
    assert (await doctor.toast("There are no hours from this week on")).alert
    assert doctor.last is shown


def of_another(doctor: int) -> list[Tap]:
    """Return every tap that shows somebody's hours, as an old or a forged message may hold it."""
    return [
        ShowBoard(day=TUESDAY, first=0),
        ShowBoardBefore(day=TUESDAY, end=1),
        ShowNow(page=0),
        CopyBoard(day=TUESDAY, first=0),
        DrawBoard(day=TUESDAY, first=0),
        CopyWeek(doctor=doctor, monday=TUESDAY),
        DrawWeek(doctor=doctor, monday=TUESDAY),
        SendCalendar(doctor=doctor),
    ]


async def test_a_doctor_takes_nothing_of_others_away(clinic: Clinic) -> None:
    """Each tap is refused, and nothing is sent."""
    ((anas_id,),) = clinic.rota.rows("SELECT doctor_id FROM doctors WHERE name = 'Ana Ruiz'")
    last = await say(clinic.ken, "/help")
    for forged in of_another(anas_id):
        refused = await pressed(clinic.ken, forged.pack(), last.id)
        assert refused
        assert refused.text.startswith("You can see your own hours"), forged
    assert clinic.ken.last is last
    assert "Other doctors' hours are for the reception" in (await say(clinic.ken, "/now")).text


PEOPLE = [(f"{number:02} {'&' * (10 + number % 40)}.", f"field {number % 4}") for number in range(90)]
"""Doctors whose lines are longer than a page has room for, some more and some less."""


async def turned(person: Person, form: Message, sign: str) -> list[list[str]]:
    """Turn pages as long as there is a button, and return the doctors of each."""
    pages = [names_of(form)]
    while turn := [label for label in form.labels if sign in label]:
        await tap(person, turn[0], form=form)
        pages.append(names_of(form))
    return pages


def names_of(form: Message) -> list[str]:
    return [line[2:].split(": ")[0].strip() for line in form.text.splitlines() if line.startswith(("▫️ ", "✕ "))]


async def test_a_board_of_many_is_turned(tmp_path: Path) -> None:
    """Everybody stands on one page, forwards and backwards; a page says whom it counts, and is taken away as it is."""
    async with running(tmp_path, IN_MADRID, TEN_ON_TUESDAY) as rota:
        rosa = await rota.receptionist()
        for name, of in PEOPLE:
            insert = "INSERT INTO doctors (name, specialization, sort_key) VALUES (?, ?, ?)"
            rota.rows(insert, name, of, sort_key(of, name).encode())
        in_order = [name for name, _ in sorted(PEOPLE, key=lambda each: each[::-1])]
        form = await say(rosa, "/day")
        assert "In now, on this page: 0 of " in form.text
        forwards = await turned(rosa, form, "»")
        backwards = await turned(rosa, form, "«")
        for pages in (forwards, backwards[::-1]):
            assert [name for page in pages for name in page] == in_order
            assert len(pages) > 3
        await tap(rosa, next(label for label in form.labels if "»" in label), form=form)
        copied = await answered(rosa, "Copy", form)
        assert [line.removesuffix(": off") for line in copied.text.splitlines() if ": off" in line] == names_of(form)
        assert (await answered(rosa, "Picture", form)).document
        await press(rosa, form, ShowBoard(day=TUESDAY, first=10_000_000))
        assert set(names_of(form)) <= set(in_order[80:])
        form = await say(rosa, "/confirmed")
        assert "Answered: 0 of 90" in form.text
        forwards = await turned(rosa, form, "»")
        assert [name for page in forwards for name in page] == in_order
        assert [name for page in (await turned(rosa, form, "«"))[::-1] for name in page] == in_order
        assert len(forwards) > 1
        assert "ERROR" not in rota.log


async def test_a_double_tap_draws_no_error(clinic: Clinic) -> None:
    """Two taps, two pictures."""
    shown = await say(clinic.ana, "/week")
    clinic.ana.tap("Picture", shown.id)
    clinic.ana.tap("Picture", shown.id)
    await handled(clinic.ana)
    assert sum(message.photo is not None and message.id > shown.id for message in clinic.ana.messages) == 2
