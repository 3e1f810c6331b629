"""The Bot API fails, is slow, or loses answers in the middle of a conversation."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from bot.sandbox.messages import Message
from bot.sandbox.people import Person
from tests.phone import data, handled, review, say, tap
from tests.rota import DAYS, Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

WEEK = dict.fromkeys(DAYS[:5], "09:00-17:00")
WALK = (
    ("Mon–Fri", "✓ Fri · off"),
    ("Next", "From what time?"),
    ("09:00", "From 09:00 to"),
    ("17:00", "Is this right?"),
    ("Save", "Saved."),
)
BAD_GATEWAY = "<html><body><h1>502 Bad Gateway</h1></body></html>"
PEOPLE = 20


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shaken(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """A process of its own: faults leave their lines in the log."""
    async with running(tmp_path_factory.mktemp("shaken"), {}) as started:
        yield started
    assert started.stand_in.token not in started.log


@pytest.fixture(autouse=True)
def calm(shaken: Rota) -> Iterator[None]:
    """No test inherits another's faults."""
    yield
    shaken.stand_in.clear_faults()
    shaken.stand_in.delay = 0.0


def shows(form: Message, text: str) -> bool:
    return form.contains(text)


@pytest.mark.parametrize("step", range(len(WALK)))
async def test_a_step_that_telegram_holds_off_is_shown_when_it_says(shaken: Rota, step: int) -> None:
    """After a 429 the edit is made again, once the seconds are over, and nobody has to tap again."""
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    for label, _ in WALK[:step]:
        await tap(doctor, label, form=form)
    shaken.stand_in.fail("editMessageText", status=429, retry_after=0)
    label, shown = WALK[step]
    doctor.tap(label, form.id)
    await doctor.until(lambda _: shows(form, shown))
    assert doctor.toasts == []


async def test_the_seconds_that_telegram_asks_for_are_waited(shaken: Rota) -> None:
    """Between the refused call and the next one lies what `retry_after` says."""
    doctor = await shaken.doctor()
    shaken.stand_in.fail("sendMessage", status=429, retry_after=2)
    doctor.say("/availability")
    with pytest.raises(TimeoutError):
        await doctor.sees("Which days?", timeout=0.9)
    await doctor.sees("Which days?")


async def test_a_proxys_error_page_is_waited_out(shaken: Rota) -> None:
    """A 502 with HTML instead of JSON is tried again."""
    doctor = await shaken.doctor()
    form = await review(doctor)
    shaken.stand_in.fail("editMessageText", status=502, body=BAD_GATEWAY)
    await tap(doctor, "Save", form=form)
    assert shaken.history(doctor) == [(1, None)]


async def test_a_step_that_was_never_shown_is_shown_by_the_next_tap(shaken: Rota) -> None:
    """The connection breaks before the edit: it says so, and the same button leads on."""
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon–Fri", form=form)
    shaken.stand_in.fail("editMessageText", status=None)
    doctor.tap("Next", form.id)
    await doctor.until(lambda _: not doctor.unanswered)
    assert not shows(form, "From what time?")
    await tap(doctor, "Next", form=form)
    assert "From what time?" in form.text


@pytest.mark.parametrize("after_applying", [False, True])
@pytest.mark.parametrize("method", ["editMessageText", "answerCallbackQuery"])
async def test_a_save_whose_answer_is_lost_is_saved_once(shaken: Rota, method: str, after_applying: bool) -> None:
    """Whatever got lost on the way, a second tap on Save finds the week saved and saves nothing."""
    doctor = await shaken.doctor()
    form = await review(doctor)
    late = data(form, "Save")
    shaken.stand_in.fail(method, status=None, after_applying=after_applying)
    doctor.press(form.id, late)
    await handled(doctor)
    assert shaken.week(doctor) == WEEK
    doctor.press(form.id, late)
    await handled(doctor)
    assert "Saved." in form.text
    assert shaken.history(doctor) == [(1, None)]


async def test_a_lost_answer_to_a_tap_is_no_failure(shaken: Rota) -> None:
    """Where the screen has moved on, nobody apologises for a spinner."""
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    shaken.stand_in.fail("answerCallbackQuery", status=None)
    doctor.tap("Mon–Fri", form.id)
    await handled(doctor)
    assert "Next" in form.labels
    assert doctor.toasts == []


async def test_a_failure_is_told_with_an_incident_that_the_log_has(shaken: Rota) -> None:
    """Where the screen could not be shown, the person gets a sentence with an id, and the log has the same id."""
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    shaken.stand_in.fail("editMessageText", status=429, retry_after=3600)
    doctor.tap("Mon–Fri", form.id)
    sorry = await doctor.sees("Sorry, something went wrong (incident ")
    incident = sorry.text.partition("(incident ")[2].partition(")")[0]
    assert f"incident {incident}" in shaken.log


async def test_a_form_that_could_not_be_sent_is_asked_for_again(shaken: Rota) -> None:
    """The command fails with a sentence; repeated, it works."""
    doctor = await shaken.doctor()
    shaken.stand_in.fail("sendMessage", status=None)
    assert "Sorry, something went wrong" in (await say(doctor, "/availability")).text
    assert "Which days?" in (await say(doctor, "/availability")).text


async def test_a_form_that_was_sent_though_its_answer_was_lost_can_be_used(shaken: Rota) -> None:
    """The form stands in the chat, and its first tap takes it up."""
    doctor = await shaken.doctor()
    shaken.stand_in.fail("sendMessage", status=None, after_applying=True)
    doctor.say("/availability")
    form = await doctor.sees("Which days?")
    await doctor.sees("Sorry, something went wrong")
    for label, _ in WALK:
        await tap(doctor, label, form=form)
    assert shaken.week(doctor) == WEEK


@pytest.mark.parametrize("status", [502, 429, None])
async def test_taps_are_fetched_again_after_an_outage(shaken: Rota, status: int | None) -> None:
    """A failing getUpdates loses no tap."""
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    shaken.stand_in.fail("getUpdates", status=status, retry_after=0 if status == 429 else None)
    doctor.tap("Mon–Fri", form.id)
    doctor.press(form.id, "nx:d")
    await doctor.until(lambda _: shows(form, "From what time?"), timeout=15)


async def test_an_outage_is_a_line_of_the_log(shaken: Rota) -> None:
    """Nobody reads a traceback for each time that Telegram was away."""
    doctor = await shaken.doctor()
    before = len(shaken.log)
    shaken.stand_in.fail("getUpdates", status=None)
    await handled(doctor)
    await doctor.until(lambda _: "updates cannot be fetched" in shaken.log[before:])
    (line,) = shaken.log[before:].splitlines()
    assert "WARNING" in line


async def test_a_person_who_has_blocked_the_bot_is_no_error(shaken: Rota) -> None:
    """Telegram refuses to deliver (403): that is noted, and not reported as a failure."""
    doctor = await shaken.doctor()
    before = len(shaken.log)
    shaken.stand_in.fail("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    doctor.say("/availability")
    await handled(doctor)
    assert "ERROR" not in shaken.log[before:]


@pytest.mark.parametrize("seed", range(6))
async def test_a_patient_person_ends_with_one_saved_week(shaken: Rota, seed: int) -> None:
    """Whatever fails on the way, tapping again leads to the end, and the week is saved once."""
    fate = random.Random(seed)  # noqa: S311 - chance that can be repeated
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    for label, shown in WALK:
        tapped = data(form, exact(form, label))
        while not shows(form, shown):
            unlucky(shaken, fate)
            doctor.press(form.id, tapped)
            await handled(doctor)
    assert shaken.history(doctor) == [(1, None)]
    assert shaken.week(doctor) == WEEK


def exact(form: Message, label: str) -> str:
    return next(one for one in form.labels if one == label or one.startswith(f"{label} ·"))


def unlucky(rota: Rota, fate: random.Random) -> None:
    rota.stand_in.clear_faults()
    for method in ("editMessageText", "answerCallbackQuery"):
        match fate.randrange(5):
            case 0:
                rota.stand_in.fail(method, status=None)
            case 1:
                rota.stand_in.fail(method, status=None, after_applying=True)
            case 2:
                rota.stand_in.fail(method, status=429, retry_after=0)
            case 3:
                rota.stand_in.fail(method, status=429, retry_after=3600)


async def test_others_go_on_while_one_persons_call_is_slow(shaken: Rota) -> None:
    """A doctor, a receptionist and a stranger are answered while another doctor's edit hangs."""
    slow, ben, rosa = await shaken.doctor(), await shaken.doctor("Ben Adler"), await shaken.receptionist()
    waiting, form = await say(slow, "/availability"), await say(ben, "/availability")
    let_go = asyncio.Event()
    shaken.stand_in.stall("editMessageText", let_go)
    slow.tap("Mon–Fri", waiting.id)
    await until_called(shaken, slow, "editMessageText")
    await tap(ben, "Mon–Fri", "Next", "09:00", "17:00", "Save", form=form)
    await say(rosa, "/week")
    await say(shaken.person("Sam Stone"), "hello")
    assert "Next" not in waiting.labels
    let_go.set()
    await slow.until(lambda _: "Next" in waiting.labels)


async def until_called(rota: Rota, person: Person, method: str) -> None:
    """Wait until a call about somebody's chat has arrived, be it made or held."""
    called = (method, person.user_id)
    async with asyncio.timeout(5):
        while called not in ((name, call.get("chat_id")) for name, call in rota.stand_in.calls):  # noqa: ASYNC110 - a held call changes nothing in the chat
            await asyncio.sleep(0)


async def test_many_people_are_served_side_by_side(shaken: Rota) -> None:
    """With slow calls the taps of twenty people are under way at once, not one after the other."""
    doctors = [await shaken.doctor() for _ in range(PEOPLE)]
    forms = [await say(doctor, "/availability") for doctor in doctors]
    shaken.stand_in.calls.clear()
    shaken.stand_in.delay = 0.5
    for doctor, form in zip(doctors, forms, strict=True):
        doctor.tap("Mon–Fri", form.id)
    await doctors[0].until(lambda _: "Next" in forms[0].labels)
    under_way = sum(name == "editMessageText" for name, _ in shaken.stand_in.calls)
    for doctor, form in zip(doctors, forms, strict=True):
        await doctor.until(lambda _, form=form: "Next" in form.labels)  # type: ignore[misc]
    assert under_way >= PEOPLE // 4  # one after the other it would be 1


async def test_one_persons_updates_stay_in_order(shaken: Rota) -> None:
    """Though the first edit hangs, seven quick taps are shown one after the other."""
    doctor = await shaken.doctor()
    form = await say(doctor, "/availability")
    shaken.stand_in.calls.clear()
    shaken.stand_in.stall("editMessageText", 0.3)
    for day in DAYS:
        doctor.tap(f"{day} · off", form.id)
    await doctor.until(lambda _: sum(label.startswith("✓") for label in form.labels) == 7)
    edits = [call for name, call in shaken.stand_in.calls if name == "editMessageText"]
    assert [str(call["reply_markup"]).count("✓") for call in edits] == [1, 2, 3, 4, 5, 6, 7]
