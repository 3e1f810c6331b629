"""The desk finds one doctor, or those of a specialization, without a look at the others."""

from __future__ import annotations

import pytest

from clinic.dates import DateSpan
from clinic.errors import NotAllowed
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.use_cases.desk import find_doctor, find_specialists
from clinic.use_cases.free_slots import find_free
from tests.clinic.conftest import NOW


async def test_specialists_are_those_who_are_meant(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor
) -> None:
    """Whatever decides it sees each specialization, and the doctors of the others do not come."""
    everybody = await find_specialists(clinic, receptionist, lambda _: True)
    assert [found.name for found in everybody] == ["Ana Müller", "Bo Ek"]
    meant = everybody[0].specialization
    assert all(found.specialization == meant for found in await find_specialists(clinic, receptionist, meant.__eq__))
    assert not await find_specialists(clinic, receptionist, lambda _: False)


async def test_a_doctor_is_found_or_is_not_there(clinic: Clinic, doctor: Actor, receptionist: Actor) -> None:
    """A tap may mean nobody."""
    found = await find_doctor(clinic, receptionist, 1)
    assert found
    assert found.name == "Ana Müller"
    assert await find_doctor(clinic, receptionist, 99) is None


async def test_doctors_do_not_find_each_other(clinic: Clinic, doctor: Actor) -> None:
    """Neither is for anybody but the desk."""
    with pytest.raises(NotAllowed):
        await find_doctor(clinic, doctor, 1)
    with pytest.raises(NotAllowed):
        await find_specialists(clinic, doctor, lambda _: True)


async def test_slots_are_of_those_who_are_asked_for(
    clinic: Clinic, working: Actor, other_doctor: Actor, receptionist: Actor
) -> None:
    """Who works but is not asked for has none to offer."""
    today = DateSpan(NOW.date(), NOW.date())
    assert await find_free(clinic, receptionist, today, doctor_ids=[1, 2])
    assert not await find_free(clinic, receptionist, today, doctor_ids=[2])
