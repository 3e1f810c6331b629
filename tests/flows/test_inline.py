"""`@bot ruiz` in any chat: who is offered what, and what is posted there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.sandbox.inline import Offers
from tests.phone import handled, save, say, tap
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = "09:07"


@dataclass(frozen=True)
class Desk:
    rota: Rota
    rosa: Person
    ana: Person
    bo: Person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with running(tmp_path_factory.mktemp("inline"), {"CLINIC_TIME_ZONE": "Europe/Madrid"}) as rota:
        ana = await rota.doctor("Ana Ruiz", "cardiology")
        await save(ana, "daily 9:07-13")
        bo = await rota.doctor("Bo Kranz", "cardiology")
        await save(bo, "daily 8-9")
        form = await say(bo, "off tomorrow flu")
        await tap(bo, "Save", form=form)
        await rota.doctor("<b>O'Neil & Söhne", "ear & nose")
        yield Desk(rota, await rota.receptionist(), ana, bo)
        assert "ERROR" not in rota.log


async def asked(person: Person, query: str, offset: str = "") -> Offers:
    """Ask inline and return what is offered."""
    number = person.inline(query, offset)
    await person.until(lambda someone: number in someone.offers)
    return person.offers[number]


@pytest.mark.parametrize("query", ["ruiz", "dr riuz", "RUIZ today", "руис"])
async def test_a_name_offers_the_doctor_with_todays_hours(desk: Desk, query: str) -> None:
    """With slips too, and for this person alone, for a few seconds."""
    offers = await asked(desk.rosa, query)
    (one,) = offers.results
    assert one.title == "Ana Ruiz · cardiology"
    assert one.description.endswith(": 09:07–13:00")
    assert (offers.is_personal, offers.next_offset, offers.button) == (True, "", None)
    assert offers.cache_time <= 10


async def test_a_date_is_read_at_the_end(desk: Desk) -> None:
    """`cardiology tomorrow` is the cardiologists' next day: one works, one is off."""
    offers = await asked(desk.rosa, "cardilogy tomorrow")
    assert [(one.title, one.description.partition(": ")[2]) for one in offers.results] == [
        ("Ana Ruiz · cardiology", "09:07–13:00"),
        ("Bo Kranz · cardiology", "off *"),
    ]
    today = await asked(desk.rosa, "cardiology")
    assert today.results[0].description != offers.results[0].description


@pytest.mark.parametrize("query", ["", "tomorrow", "  "])
async def test_without_a_name_everybody_is_offered(desk: Desk, query: str) -> None:
    """By name, as in every list."""
    names = [title.partition(" ·")[0] for title in (await asked(desk.rosa, query)).titles]
    assert set(names) >= {"Ana Ruiz", "Bo Kranz", "<b>O'Neil & Söhne"}


async def test_picking_posts_the_week_and_nothing_to_tap(desk: Desk) -> None:
    """As text that anybody in that chat may read; the bot does not answer what it has offered itself."""
    query = desk.rosa.inline("ruiz")
    await desk.rosa.until(lambda rosa: query in rosa.offers)
    posted = desk.rosa.message(desk.rosa.pick(query, "Ana Ruiz · cardiology"))
    assert posted
    assert posted.text.startswith("Ana Ruiz · cardiology\n")
    assert posted.text.count("09:07–13:00") == 7
    assert "As of " in posted.text
    assert posted.rows == []
    assert "Changed" not in posted.text
    await handled(desk.rosa)
    assert [one for one in desk.rosa.messages if one.from_bot and one.id > posted.id] == [desk.rosa.last]


async def test_why_a_doctor_is_away_stays_in_the_clinic(desk: Desk) -> None:
    """The desk reads `off · flu`; what is offered and posted says `off`."""
    assert "flu" in (await say(desk.rosa, "kranz")).text or "flu" in (await say(desk.rosa, "/day tomorrow")).text
    query = desk.rosa.inline("kranz tomorrow")
    await desk.rosa.until(lambda rosa: query in rosa.offers)
    (one,) = desk.rosa.offers[query].results
    assert "flu" not in one.description + one.text
    assert "off" in one.text


async def test_a_hostile_name_is_letters(desk: Desk) -> None:
    """Angle brackets are shown as they are."""
    (one,) = (await asked(desk.rosa, "o'neil")).results
    assert one.title == "<b>O'Neil & Söhne · ear & nose"
    assert one.text.startswith("<b>O'Neil & Söhne · ear & nose\n")


async def test_a_doctor_is_offered_the_own_week_alone(desk: Desk) -> None:
    """Whoever is asked for."""
    for query in ("", "ana", "cardiology", "tomorrow"):
        assert (await asked(desk.ana, query)).titles == ["Ana Ruiz · cardiology"], query
    for query in ("kranz", "bo tomorrow", "o'neil"):
        assert (await asked(desk.ana, query)).results == [], query
        assert SHOWN not in str(await asked(desk.bo, "ruiz")), query


async def test_a_stranger_gets_one_button_that_opens_the_bot(desk: Desk) -> None:
    """Nothing is said of anybody; the button leads to the word that an invitation is needed."""
    sam = desk.rota.person("Sam Stone")
    for query in ("ruiz", "", "tomorrow"):
        offers = await asked(sam, query)
        assert (offers.results, offers.button, offers.is_personal) == ([], "Open the bot", True)
        assert offers.start_parameter == "inline"
    sam.open("inline")
    await sam.sees("ask the clinic's administrator for an invitation")


async def test_a_suspended_person_gets_the_button_too(desk: Desk) -> None:
    """From the moment of the suspension on."""
    eva = await desk.rota.receptionist("Eva Sol")
    assert (await asked(eva, "ruiz")).results
    desk.rota.rows("UPDATE people SET suspended = 1 WHERE user_id = ?", eva.user_id)
    offers = await asked(eva, "ruiz")
    assert (offers.results, offers.button) == ([], "Open the bot")


async def test_the_button_shows_a_known_person_the_menu(desk: Desk) -> None:
    """What it starts the bot with is no invitation."""
    said = desk.rosa.say("/start inline")
    await desk.rosa.sees("Hello Rosa Klein", after=said)


@pytest.mark.parametrize(
    "query", ["x" * 256, "tomorrow " * 28, "31.12.9999", "ruiz 1.1.0001", "ruiz 9-8", "\x00", "🎉"]
)
async def test_a_strange_query_is_answered(desk: Desk, query: str) -> None:
    """With whatever fits it, or with nothing."""
    assert isinstance((await asked(desk.rosa, query)).titles, list)


@pytest.mark.parametrize("offset", ["-1", "x", "9" * 64, "²", "1e3", "10 "])
async def test_a_forged_offset_begins_anew_or_offers_nothing(desk: Desk, offset: str) -> None:
    """An offset is a number of ours, or none."""
    assert len((await asked(desk.rosa, "ruiz", offset)).results) <= 1


async def test_more_is_offered_by_pages(desk: Desk) -> None:
    """Every doctor once, over as many pages as it takes, none with more than Telegram's fifty."""
    insert = "INSERT INTO doctors (name, specialization, sort_key) VALUES (?, 'many', x'')"
    for number in range(57):
        desk.rota.rows(insert, f"Many {number:02}")
    titles: list[str] = []
    offset = ""
    while True:
        offers = await asked(desk.rosa, "many", offset)
        assert len(offers.results) <= 50
        titles += offers.titles
        if not offers.next_offset:
            break
        assert offers.next_offset != offset
        offset = offers.next_offset
    assert titles == [f"Many {number:02} · many" for number in range(57)]


async def test_a_query_from_a_group_is_answered_too(desk: Desk) -> None:
    """The person is who asks, wherever."""
    number = desk.rosa.inline("ruiz", chat_type="supergroup")
    await desk.rosa.until(lambda rosa: number in rosa.offers)
    assert desk.rosa.offers[number].results


async def test_a_query_that_is_too_old_stops_nothing(desk: Desk) -> None:
    """A key typed later has overtaken it: no incident, and the next one is answered."""
    body: dict[str, Any] = {"id": "1", "from": desk.rosa.account, "query": "ruiz", "offset": ""}
    desk.rota.stand_in.push({"inline_query": body})
    assert (await asked(desk.rosa, "ruiz")).results
    assert "incident" not in desk.rota.log
