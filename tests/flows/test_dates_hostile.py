"""Forged taps, absurd dates and hostile texts about dates: a plain answer each, no error, and no change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.sandbox import Person
from bot.taps.dates import ChangeRule, Form, RemoveRule, ShowRule, UndoDates
from tests.phone import handled, keep_dates, save, say, tap, type_into, type_week, week_of
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

DATES = (
    "0001-01-01",
    "1999-12-31",
    "2000-01-01",
    "2026-02-31",
    "2199-12-31",
    "9999-12-31",
    "99999-01-01",
    "-1-1-1",
    "x",
)
FORGED = ("sm:{}", "da:{}:1", "da:{}:0", "dl:{}", "pr:one week:{}", "pr:from a date:{}", "wk:1:{}", "wy:1:{}")
ENTRIES = ("/off", "/date", "/closed", "mon 9-17")
TABLES = ("week_plans", "time_off", "date_overrides", "closures", "date_changes", "notices")


def kept(rota: Rota) -> list[object]:
    return [rota.rows(f"SELECT * FROM {name}") for name in TABLES]  # noqa: S608


async def forge(person: Person, message_id: int, *sent: str) -> None:
    for each in sent:
        person.press(message_id, each)
    await person.until(lambda someone: not someone.unanswered, timeout=20)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("day", DATES)
async def test_absurd_dates_change_nothing(timed: Rota, entry: str, day: str) -> None:
    """Picked, as a month, as a last day, as the beginning of weeks: answered soon, and nothing breaks."""
    who = await timed.claimed() if entry == "/closed" else await timed.doctor()
    before = kept(timed)
    form = await type_week(who, entry)
    for first in ("", "da:2026-03-10:1", "nx:r", "pr:from a date:2026-03-02"):
        if first:
            await forge(who, form.id, first)
        await forge(who, form.id, *(data.format(day) for data in FORGED))
    await handled(who)
    assert kept(timed) == before


@pytest.mark.parametrize("day", DATES)
async def test_absurd_dates_of_what_acts_at_once_change_nothing(timed: Rota, day: str) -> None:
    """Today's buttons, the plan to drop, a rule to show, change or remove."""
    doctor = await timed.doctor()
    before = kept(timed)
    form = await type_week(doctor, "/today")
    ofs = [f"{kind}:{form_}:{day}" for kind in ("rs", "rc", "rx") for form_ in "odc"]
    acts = [f"td:{kind}:{day}:0:0" for kind in ("sick", "late", "planned", "x")]
    await forge(doctor, form.id, *ofs, *acts, f"dp:{day}:1", f"dp:{day}:0", "td:late:2026-03-02:600:600")
    await handled(doctor)
    assert kept(timed) == before


@pytest.mark.parametrize(
    "typed",
    [
        "off 0001-01-01",
        "off 1 jan 2020 - 31 dec 2199",
        "off 9999-12-31",
        "off 31 dec 9999 - 1 jan 9999",
        "off 2 jan - 1 jan 2026",
        "off 30 feb",
        "off 1.13.",
        "off 99999999999999999999",
        "/date 1 jan - 31 dec 9-17",
        "/date 9999-12-31 22-6",
        "/off 10 mar " + "x" * 65,
        "/off 10 mar " + "word " * 500,
        "/closed 10 mar " + "y" * 3000,
        "/date " + "9" * 3000,
        "/zone " + "z" * 3000,
    ],
)
async def test_absurd_typed_dates_are_answered_and_save_nothing(timed: Rota, typed: str) -> None:
    """One sentence, or a form that has kept nothing; a doctor and an admin alike."""
    for who in (await timed.doctor(), await timed.claimed()):
        before = kept(timed)
        answer = await say(who, typed)
        assert answer.text
        assert kept(timed) == before


HOSTILE = "<b>Bob</b> & {name} %s"


async def test_a_hostile_reason_is_shown_as_written(timed: Rota) -> None:
    """In the review, the week, the reasons, the list and what is removed, braces and tags are but letters."""
    doctor = await timed.doctor()
    await save(doctor, "tue 9-17")
    form = await type_week(doctor, "off 3 mar")
    await type_into(doctor, HOSTILE, form)
    assert f"Off: {HOSTILE}" in form.text
    await tap(doctor, "Save", form=form)
    assert f"Off: {HOSTILE}" in form.text
    shown = await say(doctor, "/week")
    assert "off · <b>Bob</b> & {na" in shown.text
    await tap(doctor, "Why?", form=shown)
    assert f"Off: {HOSTILE}" in shown.text
    await tap(doctor, "What is coming", "Off: ", "Remove", form=form)
    assert f"Off: {HOSTILE}" in form.text


@pytest.mark.parametrize("reason", ["x" * 65, "y" * 4096, "a\u202eb", "\x00\x01"])
async def test_a_reason_that_cannot_be_is_asked_for_again(timed: Rota, reason: str) -> None:
    """Too long, or with what cannot be shown: the form stays, and takes the next one."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "off 3 mar")
    assert "at most 64 characters" in (await say(doctor, reason)).text
    await type_into(doctor, "flu", form)
    await tap(doctor, "Save", form=form)
    assert timed.rows("SELECT reason FROM time_off WHERE doctor_id = ?", timed.doctor_id(doctor)) == [("flu",)]


async def test_nobody_reads_why_another_doctor_is_off(timed: Rota) -> None:
    """A forged `Why?` of another doctor's week is refused."""
    ana, ben = await timed.doctor(), await timed.doctor("Ben Adler")
    await keep_dates(ana, "off 3 mar secret")
    form = await type_week(ben, "/week")
    await forge(ben, form.id, f"wy:{timed.doctor_id(ana)}:2026-03-02", f"wk:{timed.doctor_id(ana)}:2026-03-02")
    assert "Other doctors' hours are for the reception." in ben.toasts[-1].text
    assert "secret" not in str(ben)


async def test_nobody_undoes_another_doctors_change(timed: Rota) -> None:
    """Whoever knows its number."""
    ana, ben = await timed.doctor(), await timed.doctor("Ben Adler")
    await keep_dates(ana, "off 3 mar")
    ((change, rule),) = timed.rows(
        "SELECT change_id, time_off_id FROM date_changes JOIN time_off USING (doctor_id) WHERE doctor_id = ?",
        timed.doctor_id(ana),
    )
    before = kept(timed)
    for other in (ben, await timed.receptionist(), await timed.claimed()):
        form = await type_week(other, "/help")
        about: dict[str, Any] = {"form": Form.OFF, "key": str(rule), "doctor": timed.doctor_id(ana)}
        taps = (UndoDates(change=change), RemoveRule(**about), ShowRule(**about), ChangeRule(**about))
        await forge(other, form.id, *(one.pack() for one in taps))
        assert len([toast for toast in other.toasts if toast.alert]) >= 4
    assert kept(timed) == before


async def test_a_week_far_away_is_shown_as_this_one(timed: Rota) -> None:
    """Nobody plans it, and `Why?` there is no error either."""
    doctor = await timed.doctor()
    await save(doctor, "mon 9-17")
    shown = await week_of(doctor, timed.doctor_id(doctor), date(2150, 1, 1))
    assert "2–8 Mar 2026" in shown.text
