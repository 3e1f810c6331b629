"""A receptionist with a patient on the line asks who is free."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.taps.desk import FreeLength, FreeWhom, ShowFree, WhyNoneFree
from tests.phone import handled, save, say, tap, type_into
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

LENGTHS = ["15 min", "20 min", "30 min", "45 min", "60 min"]
TIMES = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True)
class Desk:
    rota: Rota
    rosa: Person
    ana: Person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with running(tmp_path_factory.mktemp("free"), {"CLINIC_TIME_ZONE": "Europe/Madrid"}) as rota:
        ana = await rota.doctor("Ana Ruiz", "cardiology")
        await save(ana, "daily 9-11")
        bo = await rota.doctor("Bo Kranz", "cardiology")
        await save(bo, "daily 10-10:20")
        await rota.doctor("Cem Demir", "surgery")
        yield Desk(rota, await rota.receptionist(), ana)
        assert "ERROR" not in rota.log


async def test_from_whom_to_length_to_slots(desk: Desk) -> None:
    """Two taps lead from the command to the next free slots."""
    form = await say(desk.rosa, "/free")
    assert form.labels[:5] == ["cardiology · 2 doctors", "surgery · 1 doctor", "Ana Ruiz", "Bo Kranz", "Cem Demir"]
    await tap(desk.rosa, "cardiology · 2 doctors", form=form)
    assert form.text.startswith("cardiology: how long a slot?")
    assert form.labels == [*LENGTHS, "Somebody else", "☰ Menu"]
    await tap(desk.rosa, "20 min", form=form)
    assert form.text.startswith("cardiology · free for 20 min\nOn the clock of Europe/Madrid\n")
    assert "10:00 Ana Ruiz, Bo Kranz" in form.text
    assert "✓ 20 min" in form.labels
    await tap(desk.rosa, "30 min", form=form)
    times = [label for label in form.labels if TIMES.search(label)]
    assert {label.partition(" · ")[2] for label in times} == {"Ana Ruiz"}
    await tap(desk.rosa, "Somebody else", form=form)
    assert form.text.startswith("Who should be free?")


@pytest.mark.parametrize("text", ["/free ruiz 30", "/free dr riuz 30 min"])
async def test_typed_in_one_line(desk: Desk, text: str) -> None:
    """One doctor's slots are buttons without the name, earliest first."""
    shown = await say(desk.rosa, text)
    assert shown.text.startswith("Ana Ruiz · free for 30 min")
    times = [label for label in shown.labels if TIMES.search(label)]
    assert len(times) == 12
    first = next(place for place, label in enumerate(times) if label.endswith("09:00"))
    assert [label[-5:] for label in times[first : first + 4]] == ["09:00", "09:30", "10:00", "10:30"]


async def test_a_free_time_is_booked_in_three_taps(desk: Desk) -> None:
    """From the command to the question for the patient's reference, and on as any booking."""
    await save(await desk.rota.doctor("Abe Three", "hearing"), "daily 9-11")
    form = await say(desk.rosa, "/free")
    await tap(desk.rosa, "Abe Three", "30 min", form=form)
    time = next(label for label in form.labels if TIMES.search(label))
    await tap(desk.rosa, time, form=form)
    assert "reference" in form.text
    assert "Abe Three" in form.text
    await type_into(desk.rosa, "P-FREE", form)
    await tap(desk.rosa, "Save", form=form)
    assert form.text.startswith("✓ Booked.")
    assert desk.rota.rows("SELECT count(*) FROM bookings WHERE reference = 'P-FREE'") == [(1,)]


async def test_another_length_is_a_list(desk: Desk) -> None:
    """A booking is as long as the doctor's are: of other lengths there is nothing to tap, but a line a date."""
    shown = await say(desk.rosa, "/free ruiz 20")
    assert "09:00 · 09:20 · 09:40" in shown.text
    assert [label for label in shown.labels if TIMES.search(label)] == []


async def test_more_turns_to_later_dates(desk: Desk) -> None:
    """The next slots come behind those before, none twice, and `◀` leads back."""
    form = await say(desk.rosa, "/free ruiz 60")
    first = form.text
    assert len(TIMES.findall(first)) == 12
    await tap(desk.rosa, "More", form=form)
    second = form.text
    assert not set(first.splitlines()[3::3]) & set(second.splitlines()[3::3])
    await tap(desk.rosa, "◀", form=form)
    assert form.text == first


@pytest.mark.parametrize("text", ["/free cardiology", "/free cardilogy", "/free cardiology 4", "/free cardiology 241"])
async def test_a_length_that_is_missing_or_impossible_is_asked_for(desk: Desk, text: str) -> None:
    """With the bounds where they were missed."""
    form = await say(desk.rosa, text)
    assert form.text.startswith("cardiology: how long a slot?")
    assert ("A slot takes 5 to 240 minutes." in form.text) is text.endswith(("4", "1"))


async def test_what_is_booked_is_not_free(desk: Desk) -> None:
    """A booking that stands takes its time, and a doctor who is booked up has no room left."""
    eva = await desk.rota.doctor("Eva Sol", "optics")
    await save(eva, "daily 9-10")
    (doctor,) = desk.rota.rows("SELECT doctor_id FROM doctors WHERE name = 'Eva Sol'")
    values = "'P-1', '', 'booked', 0, '', 1, 1, 'Rosa', '2026-01-01 00:00:00.000000'"
    columns = 'doctor_id, start, "end", reference, note, status, flagged, reason, version, set_by_id, set_by, set_at'
    free = await say(desk.rosa, "/free eva 60")
    assert free.text.count("09:00") == 12
    book = f"INSERT INTO bookings ({columns}) VALUES (?, ?, ?, {values})"  # noqa: S608 - nothing of a stranger's
    today = date.today()  # noqa: DTZ011 - some days around it are booked
    for day in (today + timedelta(days=n) for n in range(-1, 63)):
        desk.rota.rows(book, *doctor, f"{day} 07:00:00.000000", f"{day} 10:00:00.000000")
    form = await say(desk.rosa, "/free eva 60")
    assert form.text.endswith("Nothing is free in the coming 60 days.")
    await tap(desk.rosa, "Why none?", form=form)
    assert form.text.endswith("Eva Sol: no room left")


async def test_several_doctors_are_a_list_that_keeps_the_length(desk: Desk) -> None:
    """A text that two doctors of different skills have leads to each of them."""
    await desk.rota.doctor("Dana Demir", "cardiology")
    found = await say(desk.rosa, "/free demir 30")
    assert found.labels == ["Cem Demir · surgery", "Dana Demir · cardiology", "☰ Menu"]
    await tap(desk.rosa, "Cem Demir · surgery", form=found)
    assert found.text.startswith("Cem Demir · free for 30 min")


async def test_why_there_is_none(desk: Desk) -> None:
    """A line a doctor says what is in the way, and `Back` leads to the lengths."""
    form = await say(desk.rosa, "/free cem 30")
    assert form.text.endswith("Nothing is free in the coming 60 days.")
    await tap(desk.rosa, "Why none?", form=form)
    assert form.text == "Cem Demir · why not for 30 min?\nCem Demir: no hours"
    await tap(desk.rosa, "Back", form=form)
    form = await say(desk.rosa, "/free kranz 45")
    await tap(desk.rosa, "Why none?", form=form)
    assert form.text.endswith("Bo Kranz: hours too short, 20 min at most")


async def test_nobody_is_said(desk: Desk) -> None:
    """As for a week."""
    assert "No doctor has “nobody” in the name." in (await say(desk.rosa, "/free nobody 30")).text


async def test_a_doctors_own_clock_stands_beside(desk: Desk) -> None:
    """Where it is another than the clinic's."""
    eli = await desk.rota.doctor("Eli Cohen", "radiology")
    await save(eli, "daily 9-10")
    desk.rota.rows("UPDATE doctors SET zone = 'Asia/Tokyo' WHERE name = 'Eli Cohen'")
    shown = await say(desk.rosa, "/free cohen 60")
    assert "01:00 (09:00)" in shown.text
    assert "In brackets: the doctor's own clock" in shown.text


async def test_forged_taps_show_nothing(desk: Desk) -> None:
    """Of nobody, or by a doctor or a stranger: a kind word, and no hours."""
    form = await say(desk.rosa, "/free")
    for key in ("d999", "s0123456789ab"):
        for made in (FreeLength(whom=key), ShowFree(whom=key, minutes=30, page=0), WhyNoneFree(whom=key, minutes=30)):
            desk.rosa.press(form.id, made.pack())
    desk.rosa.press(form.id, ShowFree(whom="d1", minutes=30, page=200).pack())
    desk.rosa.press(form.id, FreeWhom(page=10_000).pack())
    await handled(desk.rosa)
    assert form.text.startswith("Who should be free?")
    sam = desk.rota.person("Sam Stone")
    for person in (desk.ana, sam):
        text = (await say(person, "/free kranz 15")).text
        assert "10:00" not in text
        for forged in (FreeWhom(page=0), ShowFree(whom="d2", minutes=15, page=0), WhyNoneFree(whom="d2", minutes=45)):
            person.press(person.last.id, forged.pack())
        await person.until(lambda someone: not someone.unanswered)
        said = "\n".join(one.text for one in person.messages if one.from_bot)
        assert "Kranz" not in said
        assert "10:00" not in said


async def test_the_menu_and_the_commands_lead_there(desk: Desk) -> None:
    """For the desk alone."""
    form = await say(desk.rosa, "/start")
    await tap(desk.rosa, "Free slots", form=form)
    assert form.text.startswith("Who should be free?")
    assert "free" in dict(desk.rosa.commands)
    assert "free" not in dict(desk.ana.commands)
