"""A doctor names a delegate, who sets hours in the doctor's name until that is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.sandbox import Person
from bot.sandbox.messages import Message
from bot.taps.roles import DropDelegate, NameDelegate
from tests.phone import press, save, say, table, tap, type_into
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANAS = "Ana Ruiz's hours"


@dataclass(frozen=True)
class Pair:
    """A doctor with a week, and the delegate, once named."""

    rota: Rota
    ana: Person
    rosa: Person

    async def week(self) -> Message:
        """Open the doctor's week by way of the delegate's menu."""
        menu = await say(self.rosa, "/start")
        return await tap(self.rosa, "I stand in for", "Ana Ruiz", form=menu)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rota(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    async with running(tmp_path_factory.mktemp("delegates"), {}) as started:
        yield started
        assert "ERROR" not in started.log


@pytest_asyncio.fixture(loop_scope="session")
async def pair(rota: Rota) -> Pair:
    ana, rosa = await rota.doctor("Ana Ruiz"), await rota.receptionist("Rosa Klein")
    await save(ana, "mon-fri 9-13")
    await named(ana, rosa)
    return Pair(rota, ana, rosa)


async def named(doctor: Person, delegate: Person) -> None:
    """Name a delegate, who is told; of many people the button may stand on a later page."""
    await press(doctor, await say(doctor, "/delegate"), NameDelegate(user=delegate.user_id))
    await delegate.sees("has named you delegate")


async def test_a_delegate_sets_the_week_in_the_doctors_name(pair: Pair) -> None:
    """The same form, with whose hours they are on every step, and both names below the week."""
    shown = await pair.week()
    form = await tap(pair.rosa, "Change hours", form=shown)
    for label in ("Mon–Fri", "Next", "10:00", "14:00"):
        assert form.text.startswith(ANAS)
        await tap(pair.rosa, label, form=form)
    assert form.text.startswith(ANAS)
    await tap(pair.rosa, "Save", form=form)
    assert "Ana Ruiz · cardiology" in form.text
    assert "by Rosa Klein for Ana Ruiz" in form.text
    assert pair.rota.week(pair.ana)["Mon"] == "10:00-14:00"
    own = await say(pair.ana, "/week")
    assert "by Rosa Klein for Ana Ruiz" in own.text


async def test_a_delegate_types_a_week_into_the_doctors_form(pair: Pair) -> None:
    """What is typed while the form is open is the doctor's; again, it takes the place of the first."""
    form = await tap(pair.rosa, "Change hours", form=await pair.week())
    await type_into(pair.rosa, "tue 8-12", form)
    assert form.text.startswith(ANAS)
    await type_into(pair.rosa, "wed 8-12", form)
    await tap(pair.rosa, "Save", form=form)
    week = pair.rota.week(pair.ana)
    assert (week["Tue"], week["Wed"]) == ("09:00-13:00", "08:00-12:00")


async def test_a_delegate_switches_and_undoes(pair: Pair) -> None:
    """The switches and the undo below the doctor's week."""
    shown = await tap(pair.rosa, "✓ Mon", form=await pair.week())
    assert pair.rota.week(pair.ana)["Mon"] == "off 09:00-13:00"
    await tap(pair.rosa, "Undo", form=shown)
    assert pair.rota.week(pair.ana)["Mon"] == "09:00-13:00"


async def test_a_delegate_takes_time_off_and_sets_other_hours(pair: Pair) -> None:
    """Picked or typed, listed, removed and undone: every screen says whose it is."""
    rosa = pair.rosa
    form = await tap(rosa, "Time off", form=await pair.week())
    assert form.text.startswith(ANAS)
    await type_into(rosa, "24 dec - 2 jan holiday", form)
    await tap(rosa, "Save", form=form)
    assert form.text.startswith(ANAS)
    await tap(rosa, "What is coming", "holiday", form=form)
    assert form.text.startswith(ANAS)
    await tap(rosa, "Remove", form=form)
    assert form.text.startswith(ANAS)
    await tap(rosa, "Undo", form=form)
    assert form.text.startswith(ANAS)
    stamps = pair.rota.rows(
        "SELECT set_by, on_behalf FROM time_off JOIN people USING (doctor_id) WHERE user_id = ?", pair.ana.user_id
    )
    assert stamps == [("Rosa Klein", "Ana Ruiz")]
    other = await tap(rosa, "Other hours", form=await pair.week())
    await type_into(rosa, "23 dec 10-12", other)
    await tap(rosa, "Save", form=other)
    assert other.text.startswith(ANAS)


async def test_what_is_typed_without_a_form_is_ones_own(pair: Pair) -> None:
    """A doctor who stands in for another sets the own week by typing it."""
    ben = await pair.rota.doctor("Ben Ek")
    await named(pair.ana, ben)
    await save(ben, "mon 15-16")
    assert (pair.rota.week(ben)["Mon"], pair.rota.week(pair.ana)["Mon"]) == ("15:00-16:00", "09:00-13:00")


@pytest.mark.parametrize("how", ["removed", "another is named", "delegate suspended", "doctor suspended"])
async def test_a_delegate_is_refused_at_the_next_tap(pair: Pair, how: str) -> None:
    """The form stands open, and its next button changes nothing any more."""
    form = await tap(pair.rosa, "Change hours", "Mon–Fri", "Next", "10:00", "14:00", form=await pair.week())
    match how:
        case "removed":
            await tap(pair.ana, "Remove Rosa Klein", form=await say(pair.ana, "/delegate"))
            await pair.rosa.sees("You no longer set the hours of Ana Ruiz")
        case "another is named":
            await named(pair.ana, await pair.rota.receptionist("Eva Sol"))
            await pair.rosa.sees("You no longer set the hours of Ana Ruiz")
        case "delegate suspended":
            pair.rota.rows("UPDATE people SET suspended = 1 WHERE user_id = ?", pair.rosa.user_id)
        case "doctor suspended":
            pair.rota.rows("UPDATE people SET suspended = 1 WHERE user_id = ?", pair.ana.user_id)
    for label in ("Save", "Every week"):
        pair.rosa.tap(label, form.id)
        told = "suspended" if how == "delegate suspended" else "or the doctor's delegate"
        assert (await pair.rosa.toast(told)).alert
    assert pair.rota.week(pair.ana)["Mon"] == "09:00-13:00"


async def test_naming_and_removing_twice_is_once(pair: Pair) -> None:
    """The same buttons again: the delegate hears of each once, and an old one removes nobody else."""
    form = await say(pair.ana, "/delegate")
    eva = await pair.rota.receptionist("Eva Sol")
    for _ in range(2):
        await press(pair.ana, form, NameDelegate(user=eva.user_id))
    await eva.sees("has named you delegate")
    await press(pair.ana, form, DropDelegate(user=pair.rosa.user_id))
    still = await say(pair.ana, "/delegate")
    assert "Your delegate: Eva Sol" in still.text
    assert sum("has named you" in one.text for one in eva.messages) == 1
    assert sum("You no longer set" in one.text for one in pair.rosa.messages) == 1


async def test_a_delegate_who_is_no_doctor_is_asked_whose(pair: Pair) -> None:
    """`/availability` and `/delegate` lead to the doctors; the week that opens says whose it is."""
    for command in ("/availability", "/delegate"):
        shown = await say(pair.rosa, command)
        await tap(pair.rosa, "Ana Ruiz", form=shown)
        assert table(shown)


async def test_a_kill_leaves_the_form_the_doctors(pair: Pair) -> None:
    """The draft knows whose week it is."""
    form = await tap(pair.rosa, "Change hours", "Mon–Fri", "Next", "10:00", "14:00", form=await pair.week())
    await pair.rota.kill_and_start()
    await tap(pair.rosa, "Save", form=form)
    assert pair.rota.week(pair.ana)["Mon"] == "10:00-14:00"


async def test_a_mere_delegates_typed_week_is_nobodys(pair: Pair) -> None:
    """Where no form of the doctor's is open, a receptionist has no week to type."""
    shown = await say(pair.rosa, "tue 8-12")
    assert "I did not understand that." in shown.text
