"""Rota behind a webhook: what it refuses, what its replies carry, and that nothing that was posted is lost."""

from __future__ import annotations

import asyncio
import io
import json
import random
import signal
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.webhook import HOLD_SECONDS, SECRET_HEADER
from tests.group import Group, grouped, PATH, SECRET
from tests.phone import handled, review, say, tap
from tests.rota import DAYS
from tests.strange import message_of, STRANGE, tap_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

WEEK = dict.fromkeys(DAYS[:5], "09:00-17:00")
SEED = 20260302


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def group(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Group]:
    """Two processes on one file."""
    async with grouped(tmp_path_factory.mktemp("group"), 2) as started:
        yield started
    assert SECRET not in started.log
    assert started.stand_in.token.partition(":")[2] not in started.log
    assert "ERROR" not in started.log


@pytest_asyncio.fixture(loop_scope="session")
async def own_group(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Group]:
    """Two processes for one test, to be ended one by one."""
    async with grouped(tmp_path_factory.mktemp("group"), 2) as started:
        yield started


async def posted(port: int, body: bytes | object, secret: str | None = SECRET) -> tuple[int, bytes]:
    """Post to a process as Telegram does; return the status and the reply."""
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"http://127.0.0.1:{port}{PATH}"
    async with (
        aiohttp.ClientSession() as telegram,
        telegram.post(url, data=io.BytesIO(content), headers=headers) as answer,
    ):
        return answer.status, await answer.read()


async def test_telegram_is_told_all_that_it_needs(group: Group) -> None:
    """The address, the most connections that it takes, and the kinds of updates that are asked for."""
    async with (
        aiohttp.ClientSession() as bot,
        bot.get(f"{group.stand_in.url}/bot{group.stand_in.token}/getWebhookInfo") as answer,
    ):
        info = (await answer.json())["result"]
    assert info["url"].endswith(PATH)
    assert info["max_connections"] == 100
    assert set(info["allowed_updates"]) == {"message", "callback_query", "inline_query"}


async def test_a_week_is_set_through_two_processes(group: Group) -> None:
    """Each step goes to the other process, and ends in one saved week."""
    doctor = await group.doctor()
    form = await review(doctor)
    await tap(doctor, "Save", form=form)
    assert "Saved." in form.text
    assert group.week(doctor) == WEEK
    assert group.history(doctor) == [(1, None)]


async def test_a_taps_answer_goes_back_in_the_reply(group: Group) -> None:
    """No call is made for it: five taps are five edits and nothing else."""
    doctor = await group.doctor()
    form = await say(doctor, "/availability")
    group.stand_in.calls.clear()
    await tap(doctor, "Mon–Fri", "Next", "09:00", "17:00", "Save", form=form)
    methods = [name for name, call in group.stand_in.calls if call.get("chat_id", doctor.user_id) == doctor.user_id]
    assert methods == ["editMessageText"] * 5


async def test_a_toast_goes_with_the_reply(group: Group) -> None:
    """What a tap is told in passing is told, and only once."""
    doctor = await group.doctor()
    doctor.press(doctor.last.id, "zz:1")
    await doctor.until(lambda _: bool(doctor.toasts))
    await handled(doctor)
    assert [toast.text for toast in doctor.toasts] == ["That button is from an older version. Here is a fresh menu."]


async def test_a_slow_edit_does_not_hold_the_answer(group: Group) -> None:
    """The spinner stops by a call of its own, while the screen is still on its way."""
    doctor = await group.doctor()
    form = await say(doctor, "/availability")
    let_go = asyncio.Event()
    group.stand_in.stall("editMessageText", let_go)
    query = doctor.tap("Mon–Fri", form.id)
    await doctor.until(lambda _: query not in doctor.unanswered)
    assert "Next" not in form.labels
    let_go.set()
    await doctor.until(lambda _: "Next" in form.labels)


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", "\udcff", "ключ"])
async def test_who_does_not_know_the_secret_is_refused(group: Group, secret: str | None) -> None:
    """Whatever is posted: it is not even read."""
    stranger = group.person("Sam Stone")
    shown = secret.encode("utf-8", "surrogateescape").decode("latin-1") if secret else secret
    update = {"update_id": 1, **message_of(stranger, text="hello")}
    assert await posted(group.ports[0], update, shown) == (403, b"")
    assert stranger.messages == []


BAD = [b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"update_id": "7"}', b'{"update_id": true}', b'{"update_id": -1}']


@pytest.mark.parametrize("body", [*BAD, b'{"update_id": 1e999}', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_update_is_refused(group: Group, body: bytes) -> None:
    """Bad JSON and JSON of another shape get a 400."""
    assert (await posted(group.ports[0], body))[0] == 400


async def test_a_body_over_a_mebibyte_is_refused(group: Group) -> None:
    """One byte less is read."""
    assert (await posted(group.ports[0], b" " * (1 << 20)))[0] == 400
    assert (await posted(group.ports[0], b" " * ((1 << 20) + 1)))[0] == 413


async def test_another_path_is_not_there(group: Group) -> None:
    """Only the address that Telegram was given takes posts."""
    async with aiohttp.ClientSession() as stranger, stranger.post(f"http://127.0.0.1:{group.ports[0]}/") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("name", STRANGE)
async def test_strange_updates_are_taken(group: Group, name: str) -> None:
    """What cannot be read is passed over: refused, it would come again and again."""
    person = group.person("Sam Stone")
    group.stand_in.push(STRANGE[name](person))
    await handled_by_all(group, person)


async def handled_by_all(group: Group, person: Person) -> None:
    """Wait until an update of a person is answered by each process, behind all that was sent before."""
    for _ in group.ports:
        await say(person, "/help")


async def test_an_update_that_comes_again_is_not_handled_again(group: Group) -> None:
    """To the same process or to the other: it is taken, and nobody is answered twice."""
    stranger = group.person("Sam Stone")
    await say(stranger, "/start")
    before = len(stranger.messages)
    update = {"update_id": 10**12, **message_of(stranger, text="hello")}
    answers = [await posted(port, update) for port in group.ports * 2]
    assert answers == [(200, b"")] * 4
    assert len(stranger.messages) == before + 1


async def test_an_update_that_comes_to_both_at_once_is_handled_once(group: Group) -> None:
    """One of them takes it, and the other answers when that one is through."""
    stranger = group.person("Sam Stone")
    await say(stranger, "/start")
    before = len(stranger.messages)
    update = {"update_id": 10**12 + 1, **message_of(stranger, text="hello")}
    group.stand_in.stall("sendMessage", 0.3)
    answers = await asyncio.gather(*(posted(port, update) for port in group.ports * 5))
    assert answers == [(200, b"")] * 10
    assert len(stranger.messages) == before + 1


async def test_a_tap_that_comes_again_gets_its_spinner_stopped_again(group: Group) -> None:
    """The first reply may have been lost on its way."""
    doctor = await group.doctor()
    update = {"update_id": 10**12 + 2, **tap_of(doctor, "op:h", id="77")}
    for port in group.ports:
        status, reply = await posted(port, update)
        assert (status, json.loads(reply)) == (200, {"method": "answerCallbackQuery", "callback_query_id": "77"})


async def test_a_tap_that_comes_again_while_it_takes_long_is_taken(group: Group) -> None:
    """When the first is through, Telegram no longer takes an answer for the second; that is no error."""
    doctor = await group.doctor()
    update = {"update_id": 10**12 + 3, **tap_of(doctor, "op:h", id="78")}
    group.stand_in.stall("editMessageText", 1.5 * HOLD_SECONDS)
    answers = await asyncio.gather(*(posted(port, update) for port in group.ports))
    assert answers == [(200, b"")] * 2


async def test_one_persons_taps_stay_in_order_across_processes(group: Group) -> None:
    """Seven quick taps through two processes are shown one after the other."""
    doctor = await group.doctor()
    form = await say(doctor, "/availability")
    group.stand_in.calls.clear()
    group.stand_in.stall("editMessageText", 0.3)
    for day in DAYS:
        doctor.tap(f"{day} · off", form.id)
    await doctor.until(lambda _: sum(label.startswith("✓") for label in form.labels) == 7)
    edits = [call for name, call in group.stand_in.calls if name == "editMessageText"]
    assert [str(call["reply_markup"]).count("✓") for call in edits] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_process_that_is_told_to_stop_ends_what_it_has_begun(own_group: Group) -> None:
    """SIGTERM in the middle of a save: it is saved, shown and answered, and the exit code is 0."""
    doctor = await own_group.doctor()
    form = await review(doctor)
    own_group.stand_in.stall("editMessageText", 0.5)
    own_group.balancer.statuses.clear()
    query = doctor.tap("Save", form.id)
    await doctor.until(lambda _: bool(own_group.history(doctor)))
    codes = [await own_group.end(port, signal.SIGTERM) for port in own_group.ports]
    assert codes == [0, 0]
    assert "Saved." in form.text
    assert query not in doctor.unanswered
    assert own_group.balancer.statuses[0] == 200
    assert "ERROR" not in own_group.log


async def test_what_a_killed_process_had_begun_is_ended_by_another(own_group: Group) -> None:
    """SIGKILL between the commit and the screen: Telegram posts the tap again, and the other process shows it."""
    doctor = await own_group.doctor()
    form = await review(doctor)
    own_group.stand_in.stall("editMessageText", 60)
    doctor.tap("Save", form.id)
    await doctor.until(lambda _: bool(own_group.history(doctor)))
    await asyncio.gather(*(own_group.end(port, signal.SIGKILL) for port in own_group.ports))
    own_group.stand_in.clear_faults()
    assert "Saved." not in form.text
    await own_group.start_one(own_group.ports[1])
    await doctor.until(lambda _: "Saved." in form.text, timeout=30)
    assert own_group.history(doctor) == [(1, None)]


async def test_nothing_is_lost_though_processes_are_killed(own_group: Group) -> None:
    """Taps of several doctors, processes killed at random: every walk ends in one saved week, nobody taps twice."""
    fate = random.Random(SEED)  # noqa: S311 - chance that can be repeated
    doctors = [await own_group.doctor(f"Ana {number}") for number in "ABCD"]
    forms = [await say(doctor, "/availability") for doctor in doctors]

    async def walk(doctor: Person, number: int) -> None:
        for label in ("Mon–Fri", "Next", "09:00", "17:00", "Save"):
            shown = forms[number].edited
            doctor.tap(label, forms[number].id)
            await doctor.until(lambda _, shown=shown: forms[number].edited > shown, timeout=60)  # type: ignore[misc]

    walks = asyncio.gather(*(walk(doctor, number) for number, doctor in enumerate(doctors)))
    while not walks.done():
        port = fate.choice(own_group.ports)
        await own_group.end(port, signal.SIGKILL)
        await own_group.start_one(port)
    await walks
    for doctor in doctors:
        assert own_group.week(doctor) == WEEK
        assert own_group.history(doctor) == [(1, None)]
