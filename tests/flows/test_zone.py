"""`/zone`: hours stay on the doctor's clock, instants move, and everybody sees which."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sandbox import Person
from bot.taps.dates import PickZone, SetZone
from tests.phone import dated, day_lines, handled, press, save, say, tap, type_week, week_of, zoned
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


def zone(rota: Rota, doctor: Person) -> str | None:
    found: str | None = rota.rows("SELECT zone FROM doctors WHERE doctor_id = ?", rota.doctor_id(doctor))[0][0]
    return found


async def test_a_zone_is_picked_by_region_and_city(timed: Rota) -> None:
    """From the menu through pages of cities to the question; nothing is kept before Save."""
    doctor = await timed.doctor()
    form = await tap(doctor, "Time zone", "Europe", "Berlin", form=await type_week(doctor, "/start"))
    assert "Europe/Berlin: is this right? Nothing is saved yet." in form.text
    assert zone(timed, doctor) is None
    await tap(doctor, "Save", form=form)
    assert "Your time zone is Europe/Berlin." in form.text
    assert zone(timed, doctor) == "Europe/Berlin"


async def test_the_days_that_move_are_said_before_it_is_saved(timed: Rota) -> None:
    """Each of the coming week's, on the clinic's clock, before and after."""
    doctor = await timed.doctor()
    await save(doctor, "tue 9-17; thu 22-2")
    form = await type_week(doctor, "/zone berlin")
    assert "For the clinic (UTC) they move:" in form.text
    assert f"{dated(date(2026, 3, 3))}: 09:00–17:00 → 08:00–16:00" in form.text
    assert f"{dated(date(2026, 3, 5))}: 22:00–02:00 (+1) → 21:00–01:00 (+1)" in form.text


async def test_a_zone_that_moves_nothing_says_so(timed: Rota) -> None:
    """Without hours nothing moves."""
    doctor = await timed.doctor()
    assert "No hours of the coming week move for the clinic." in (await type_week(doctor, "/zone lisbon")).text


async def test_the_reception_sees_both_clocks(timed: Rota) -> None:
    """The doctor's own times first, those of the clinic below; the doctor sees the own ones alone."""
    doctor, rosa = await timed.doctor(), await timed.receptionist()
    await zoned(doctor, "berlin")
    shown = await save(doctor, "tue 9-17")
    assert day_lines(shown, "Tue  3") == ["09:00–17:00"]
    assert "on the clock of" not in shown.text
    seen = await week_of(rosa, timed.doctor_id(doctor), date(2026, 3, 3))
    assert day_lines(seen, "Tue  3") == ["09:00–17:00", "= 08:00–16:00"]
    assert "= on the clock of UTC" in seen.text
    assert "Europe/Berlin (UTC+1)" in seen.text


async def test_undo_brings_the_clinics_zone_back(timed: Rota) -> None:
    """As if it had never been set."""
    doctor = await timed.doctor()
    form = await tap(doctor, "Save", form=await type_week(doctor, "/zone berlin"))
    await tap(doctor, "↩ Undo", form=form)
    assert zone(timed, doctor) is None


async def test_the_clinics_zone_can_be_chosen_again(timed: Rota) -> None:
    """By its own button, above the regions."""
    doctor = await timed.doctor()
    await zoned(doctor, "berlin")
    await tap(doctor, "The clinic's: UTC", "Save", form=await type_week(doctor, "/zone"))
    assert zone(timed, doctor) is None


async def test_a_part_of_a_name_lists_what_it_fits(timed: Rota) -> None:
    """A tap on one leads to its question; a city that nobody knows leads to the regions."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "/zone san")
    assert "Which one?" in form.text
    await tap(doctor, "Santiago", form=form)
    assert "is this right?" in form.text
    assert "I know no city “<b>atlantis”. Pick a region." in (await say(doctor, "/zone <b>atlantis")).text


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "../etc/passwd", "Europe", "Europe/", "/etc/localtime", "posixrules-", "a"]
)
async def test_a_forged_zone_is_refused(timed: Rota, name: str) -> None:
    """Neither asked about nor saved, and no file is read for it."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "/zone")
    for forged in (f"{PickZone.prefix}:{name}", f"{SetZone.prefix}:{name}"):
        doctor.press(form.id, forged)
    await doctor.until(lambda person: not person.unanswered)
    assert zone(timed, doctor) is None


async def test_a_zone_saved_twice_is_saved_once(timed: Rota) -> None:
    """The second tap changes nothing more."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "/zone berlin")
    for _ in range(2):
        await press(doctor, form, SetZone(zone="Europe/Berlin"))
    await handled(doctor)
    changes = timed.rows("SELECT count(*) FROM date_changes WHERE doctor_id = ?", timed.doctor_id(doctor))
    assert changes == [(1,)]
