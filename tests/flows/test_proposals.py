"""The desk proposes hours, and the doctor accepts or refuses them once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.sandbox.messages import Message
from tests.phone import data, handled, save, say, tap, type_into
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOW = "2026-03-02 09:00"


@dataclass(frozen=True)
class Desk:
    """A doctor with a week, and a receptionist."""

    rota: Rota
    ana: Person
    rosa: Person

    async def week(self) -> Message:
        shown = await say(self.rosa, "/help")
        self.rosa.press(shown.id, f"wk:{self.rota.doctor_id(self.ana)}:2026-03-02")
        await self.rosa.until(lambda _: "Propose hours" in shown.labels)
        return shown

    async def propose(self, *labels: str) -> tuple[Message, Message]:
        """Propose ten to two from Monday to Friday; return the receptionist's message and the doctor's."""
        form = await tap(self.rosa, "Propose hours", form=await self.week())
        await tap(self.rosa, *(labels or ("Mon–Fri", "Next", "10:00", "14:00")), form=form)
        assert form.text.startswith("Ana Ruiz's hours")
        asked = self.ana.messages[-1].id
        await tap(self.rosa, "Send to Ana Ruiz", form=form)
        return form, await self.ana.sees("Rosa Klein proposes hours for you", after=asked)

    @property
    def monday(self) -> str:
        return self.rota.week(self.ana)["Mon"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rota(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    async with running(tmp_path_factory.mktemp("proposals"), {}, NOW) as started:
        yield started
        assert "ERROR" not in started.log


@pytest_asyncio.fixture(loop_scope="session")
async def desk(rota: Rota) -> Desk:
    rota.set_clock(NOW)
    ana, rosa = await rota.doctor("Ana Ruiz"), await rota.receptionist("Rosa Klein")
    await save(ana, "mon-fri 9-13")
    return Desk(rota, ana, rosa)


async def test_an_accepted_proposal_is_saved(desk: Desk) -> None:
    """The doctor sees what becomes of which days; nothing changes before the yes, and whoever proposed is told."""
    sent, asked = await desk.propose()
    assert "Proposed to Ana Ruiz" in sent.text
    assert "Mon–Fri  10:00–14:00\nuntil now 09:00–13:00" in asked.text
    assert desk.monday == "09:00-13:00"
    await tap(desk.ana, "Accept", form=asked)
    assert "Accepted and saved." in asked.text
    assert asked.text.endswith("by Ana Ruiz")
    assert desk.monday == "10:00-14:00"
    await desk.rosa.sees("Ana Ruiz has accepted")


async def test_a_refused_proposal_changes_nothing(desk: Desk) -> None:
    """No reason is asked for."""
    _, asked = await desk.propose()
    await tap(desk.ana, "Refuse", form=asked)
    assert "Refused." in asked.text
    assert desk.monday == "09:00-13:00"
    await desk.rosa.sees("Ana Ruiz has refused")


async def test_a_week_that_changed_meanwhile_is_shown_beside_it(desk: Desk) -> None:
    """Both are shown, and the second yes is to what was shown then."""
    _, asked = await desk.propose()
    await save(desk.ana, "mon-tue 7-8")
    await tap(desk.ana, "Accept", form=asked)
    assert "The week was changed meanwhile." in asked.text
    assert "Mon, Tue  10:00–14:00\nuntil now 07:00–08:00" in asked.text
    assert desk.monday == "07:00-08:00"
    await tap(desk.ana, "Accept", form=asked)
    assert desk.monday == "10:00-14:00"


async def test_it_is_answered_once(desk: Desk) -> None:
    """Accepted on two phones, tapped twice, and refused after that: one change, and one word to whoever proposed."""
    _, asked = await desk.propose()
    accept, refuse = data(asked, "Accept"), data(asked, "Refuse")
    for answer in (accept, accept, refuse, accept):
        desk.ana.press(asked.id, answer)
    await handled(desk.ana)
    await handled(desk.rosa)
    assert len(desk.rota.history(desk.ana)) == 2
    assert sum("has accepted" in one.text for one in desk.rosa.messages) == 1
    assert not any("has refused" in one.text for one in desk.rosa.messages)


async def test_sending_twice_sends_once(desk: Desk) -> None:
    """A double tap on the last button asks the doctor one thing."""
    form = await tap(desk.rosa, "Propose hours", form=await desk.week())
    await tap(desk.rosa, "Mon–Fri", "Next", "10:00", "14:00", form=form)
    send = data(form, "Send to Ana Ruiz")
    for _ in range(2):
        desk.rosa.press(form.id, send)
    await handled(desk.rosa)
    await desk.ana.sees("proposes hours for you")
    await handled(desk.ana)
    assert sum("proposes hours" in one.text for one in desk.ana.messages) == 1


async def test_a_withdrawn_proposal_is_not_accepted(desk: Desk) -> None:
    """The button of the doctor's message says so, and changes nothing."""
    sent, asked = await desk.propose()
    await tap(desk.rosa, "Withdraw", form=sent)
    assert "Withdrawn." in sent.text
    await tap(desk.ana, "Accept", form=asked)
    assert "Withdrawn." in asked.text
    assert desk.monday == "09:00-13:00"


async def test_an_old_proposal_is_not_accepted(desk: Desk) -> None:
    """After fourteen days it is too old."""
    _, asked = await desk.propose()
    desk.rota.set_clock("2026-03-16 09:00")
    await tap(desk.ana, "Accept", form=asked)
    assert "Too old to be answered." in asked.text
    assert desk.monday == "09:00-13:00"


async def test_the_same_form_with_a_typed_week_and_one_week_alone(desk: Desk) -> None:
    """Whatever the doctor's own form can say can be proposed."""
    form = await tap(desk.rosa, "Propose hours", form=await desk.week())
    await type_into(desk.rosa, "wed 8-12", form)
    await tap(desk.rosa, "Every week", "Only the week of 9", "Send to Ana Ruiz", form=form)
    asked = await desk.ana.sees("proposes hours for you")
    assert "Only the week of 9" in asked.text
    await tap(desk.ana, "Accept", form=asked)
    assert desk.rota.week(desk.ana)["Wed"] == "09:00-13:00"
    alone = desk.rota.rows(
        "SELECT starts FROM week_plans JOIN people USING (doctor_id) WHERE user_id = ? AND once", desk.ana.user_id
    )
    assert alone == [("2026-03-09",)]


async def test_a_kill_between_loses_no_proposal(desk: Desk) -> None:
    """Killed before the send, between it and the answer, and after: each goes on where it stood."""
    form = await tap(desk.rosa, "Propose hours", form=await desk.week())
    await tap(desk.rosa, "Mon–Fri", "Next", "10:00", "14:00", form=form)
    await desk.rota.kill_and_start()
    await tap(desk.rosa, "Send to Ana Ruiz", form=form)
    asked = await desk.ana.sees("proposes hours for you")
    await desk.rota.kill_and_start()
    await tap(desk.ana, "Accept", form=asked)
    await desk.rosa.sees("Ana Ruiz has accepted")
    assert desk.monday == "10:00-14:00"


async def test_a_proposal_that_was_kept_is_put_to_the_doctor_after_a_kill(desk: Desk) -> None:
    """The message is owed with the proposal: whoever starts next sends it."""
    desk.rota.rows(
        "INSERT INTO proposals (doctor_id, days, repeat, day, answer, at, by_user_id, by_name)"
        " VALUES (?, '{\"0\": [true, [[600, 840]]]}', 'every week', '2026-03-02', 'waiting', ?, ?, 'Rosa Klein')",
        desk.rota.doctor_id(desk.ana),
        "2026-03-02 08:00:00.000000",
        desk.rosa.user_id,
    )
    desk.rota.rows(
        "INSERT INTO personal_notices (user_id, about, subject) SELECT ?, 'proposed', max(proposal_id) FROM proposals",
        desk.ana.user_id,
    )
    await desk.rota.kill_and_start()
    await desk.ana.sees("Rosa Klein proposes hours for you")


async def test_a_doctor_without_an_account_gets_none(desk: Desk) -> None:
    """The button says so before anything is picked."""
    doctor_id = desk.rota.doctor_id(desk.ana)
    shown = await desk.week()
    desk.rota.rows("UPDATE people SET doctor_id = NULL WHERE user_id = ?", desk.ana.user_id)
    desk.rosa.press(shown.id, f"po:{doctor_id}")
    assert (await desk.rosa.toast("Ana Ruiz has no account here that could answer")).alert


async def test_what_waits_is_listed_for_both(desk: Desk) -> None:
    """`/proposals` leads the doctor to the answer and the receptionist to the way back."""
    await desk.propose()
    for person, label, way in ((desk.ana, "From Rosa Klein", "Accept"), (desk.rosa, "To Ana Ruiz", "Withdraw")):
        shown = await say(person, "/proposals")
        await tap(person, label, form=shown)
        assert way in shown.labels
