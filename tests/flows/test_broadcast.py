"""An admin writes to many: the message, to whom, a look at it, off it goes, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox import Message, Person
from bot.sandbox.entities import cut, Entity
from tests.phone import data, handled, save, say, tap
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def people(own_rota: Rota) -> AsyncIterator[tuple[Person, Person, Person, Person]]:
    """An admin, two doctors of different specializations, and a receptionist; their faults end with the test."""
    admin = await own_rota.claimed()
    ana = await own_rota.doctor("Ana Ruiz", "cardiology")
    ben = await own_rota.doctor("Ben Ek", "dermatology")
    rosa = await own_rota.receptionist("Rosa Klein")
    yield admin, ana, ben, rosa
    own_rota.stand_in.clear_faults()


async def previewed(admin: Person, text: str, *audience: str) -> Message:
    """Walk to the preview of a text, which then stands below the form, and return the form."""
    await say(admin, "/broadcast")
    form = await say(admin, text)
    await tap(admin, *audience, form=form)
    await admin.until(lambda someone: "Is this right?" in form.text and someone.last.id > form.id)
    return form


async def test_a_text_goes_to_all_doctors(people: tuple[Person, Person, Person, Person]) -> None:
    """It is copied as it is, to them alone; the form becomes its progress and its report."""
    admin, ana, ben, rosa = people
    form = await previewed(admin, "Please set your hours by Friday.", "All doctors")
    await admin.sees("Please set your hours by Friday.", after=form.id)
    await tap(admin, "Send now to 2", form=form)
    for doctor in (ana, ben):
        await doctor.sees("Please set your hours by Friday.")
    await admin.until(lambda _: "Sent: 2 of 2" in form.text, timeout=10)
    assert not any(message.contains("by Friday") for message in rosa.messages)


async def test_blanks_are_filled_in(people: tuple[Person, Person, Person, Person]) -> None:
    """Each reads their own name and week, with what was bold where it belongs; others read that they have none."""
    admin, ana, _, rosa = people
    await save(ana, "mon-fri 9-13")
    await say(admin, "/broadcast")
    text = "🙂 Dear {name}, your week:\n{week}\nThanks!"
    bold = [Entity("bold", 8, 6), Entity("italic", text.index("Thanks") + 1, 7)]
    said = admin.say(text, bold)
    form = await admin.sees("Who gets it?", after=said)
    await tap(admin, "Everyone", form=form)
    shown = await admin.sees("Dear Alma Vidal", after=form.id)
    await tap(admin, "Send now to 4", form=form)
    got = await ana.sees("Dear Ana Ruiz, your week:")
    assert "09:00–13:00" in got.text
    assert "{" not in got.text
    assert [cut(got.text, one.offset, one.end) for one in got.entities] == ["Ana Ruiz", "Thanks!"]
    other = await rosa.sees("Dear Rosa Klein, your week:\n(no working week)\nThanks!")
    assert [one.type for one in other.entities] == ["bold", "italic"]
    assert shown.text.startswith("🙂 Dear Alma Vidal")


@pytest.mark.parametrize("kind", ["photo", "document", "voice"])
async def test_anything_is_passed_on(people: tuple[Person, Person, Person, Person], kind: str) -> None:
    """A picture, a file or a voice message arrives with its caption, whose blanks are filled in."""
    admin, _, _, rosa = people
    await say(admin, "/broadcast")
    sending = {"photo": admin.send_photo, "document": admin.send_document, "voice": admin.send_voice}
    sent = sending[kind](f"plan.{kind}", b"plan", "For {name}")
    form = await admin.sees("Who gets it?", after=sent)
    await tap(admin, "Receptionists", "Send now to 1", form=form)
    got = await rosa.sees("For Rosa Klein")
    media = getattr(got, kind)
    assert (media.name, media.content) == (f"plan.{kind}", b"plan")


async def test_sent_once(people: tuple[Person, Person, Person, Person]) -> None:
    """Confirmed by two phones at once, and again after a restart: everybody has one."""
    admin, ana, _, _ = people
    form = await previewed(admin, "Only once.", "All doctors")
    send = data(form, "Send now to 2")
    queries = [admin.press(form.id, send) for _ in range(3)]
    await admin.until(lambda someone: not someone.unanswered & set(queries))
    await admin.until(lambda _: "Sent: 2 of 2" in form.text, timeout=10)
    admin.press(form.id, send)
    await handled(admin)
    assert len([message for message in ana.messages if message.text == "Only once."]) == 1


async def test_a_scheduled_one(people: tuple[Person, Person, Person, Person], own_rota: Rota) -> None:
    """It waits among the coming ones, can be cancelled there, and then nobody gets it."""
    admin, _, _, rosa = people
    form = await previewed(admin, "In a week.", "Receptionists")
    await tap(admin, "Send later", form=form)
    said = admin.say("tomorrow 9:30")
    form = await admin.sees("It goes out on", after=said)
    await tap(admin, "Send on", form=form)
    await admin.until(lambda _: "Goes out on" in form.text)
    listed = await say(admin, "/broadcasts")
    await tap(admin, "🕒", form=listed)
    await tap(admin, "Cancel broadcast", form=listed)
    await admin.until(lambda _: "Nobody got it" in listed.text)
    assert own_rota.rows("SELECT state FROM broadcasts") == [("cancelled",)]
    assert own_rota.rows("SELECT count(*) FROM deliveries") == [(0,)]
    assert not any(message.contains("In a week") for message in rosa.messages)


async def test_a_blocked_and_a_failed_one(people: tuple[Person, Person, Person, Person], own_rota: Rota) -> None:
    """The report says who did not get it and why; a retry reaches who can be reached by then, once."""
    admin, ana, ben, rosa = people
    form = await previewed(admin, "Who is there?", "Everyone")
    ana.block()
    own_rota.stand_in.fail("copyMessage", status=400, description="Bad Request: chat not found")
    await tap(admin, "Send now to 4", form=form)
    await admin.until(lambda _: "Sent: 2 of 4" in form.text, timeout=15)
    assert "Ana Ruiz – has blocked the bot" in form.text
    assert "– Chat not found" in form.text
    assert own_rota.rows("SELECT name FROM people WHERE blocked") == [("Ana Ruiz",)]
    await tap(admin, "Retry failed", form=form)
    await admin.until(lambda _: "Sent: 3 of 4" in form.text, timeout=15)
    ana.say("/start")
    await handled(ana)
    assert own_rota.rows("SELECT name FROM people WHERE blocked") == []
    await tap(admin, "Retry failed", form=form)
    await admin.until(lambda _: "Sent: 4 of 4" in form.text, timeout=15)
    for person in (ana, ben, rosa):
        assert len([message for message in person.messages if message.text == "Who is there?"]) == 1


async def test_people_by_name(people: tuple[Person, Person, Person, Person]) -> None:
    """Picked by a tap and by a part of a name; nobody else gets it."""
    admin, ana, ben, rosa = people
    await say(admin, "/broadcast")
    form = await say(admin, "For two of you.")
    await tap(admin, "People by name", "Ben Ek", form=form)
    said = admin.say("ros")
    form = await admin.sees("Who gets it?", after=said)
    await tap(admin, "Next · 2", "Send now to 2", form=form)
    await ben.sees("For two of you.")
    await rosa.sees("For two of you.")
    assert not any(message.contains("For two") for message in ana.messages)


async def test_a_form_can_be_left(people: tuple[Person, Person, Person, Person], own_rota: Rota) -> None:
    """From every step there is a way back, and a closed form takes no message."""
    admin, *_ = people
    form = await previewed(admin, "Never mind.", "A specialization", "cardiology · 1")
    await tap(admin, "Back", form=form)
    await tap(admin, "Everyone", "Send later", "Back", "Cancel", form=form)
    assert "Nothing was sent" in form.text
    assert "did not understand" in (await say(admin, "Hello?")).text
    assert own_rota.rows("SELECT count(*) FROM broadcasts") == [(0,)]


async def test_no_words_in_the_log(people: tuple[Person, Person, Person, Person], own_rota: Rota) -> None:
    """What is sent stands in no log, though Telegram refuses it."""
    admin, *_ = people
    form = await previewed(admin, "A secret word for {name}.", "Everyone")
    own_rota.stand_in.fail("sendMessage", status=400, description="Bad Request: secret")
    await tap(admin, "Send now to 4", form=form)
    await admin.until(lambda _: "✓" in form.text, timeout=15)
    assert "secret" not in own_rota.log


async def test_telegram_asks_to_wait(people: tuple[Person, Person, Person, Person], own_rota: Rota) -> None:
    """After a 429, and after answers that fail, everybody has one all the same."""
    admin, ana, ben, _ = people
    form = await previewed(admin, "Slowly.", "All doctors")
    own_rota.stand_in.fail("copyMessage", status=429, retry_after=1)
    own_rota.stand_in.fail("copyMessage", status=502)
    await tap(admin, "Send now to 2", form=form)
    await admin.until(lambda _: "Sent: 2 of 2" in form.text, timeout=20)
    for doctor in (ana, ben):
        assert len([message for message in doctor.messages if message.text == "Slowly."]) == 1
