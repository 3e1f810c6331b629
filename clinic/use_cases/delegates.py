"""A doctor names a delegate, who then sets hours in the doctor's name, and takes that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinic import policy
from clinic.errors import CannotDelegate, UnknownPerson
from clinic.people import Actor, Doctor
from clinic.ports import Clinic
from clinic.ports.notices import About
from clinic.use_cases.people import account_now


@dataclass(frozen=True, slots=True)
class Delegation:
    """Whom a doctor has named, and everybody who could be instead, by name."""

    delegate: Actor | None
    candidates: Sequence[Actor]


async def read_delegation(clinic: Clinic, actor: Actor) -> Delegation:
    """Return who sets the doctor's hours in the doctor's name.

    Raises:
        NotAllowed.
    """
    doctor_id = policy.ensure_can_name_delegate(actor)
    async with clinic.storage.read() as work:
        delegate = await work.delegates.of_doctor(doctor_id)
        people = await work.people.everybody()
    return Delegation(delegate, [person for person in people if _can_be_delegate(person, doctor_id)])


def _can_be_delegate(person: Actor, doctor_id: int) -> bool:
    try:
        policy.ensure_can_be_delegate(person, doctor_id)
    except CannotDelegate:
        return False
    return True


async def name_delegate(clinic: Clinic, actor: Actor, user_id: int) -> None:
    """Let somebody set the doctor's hours from now on, in the place of whoever did; both are told. Twice is once.

    Raises:
        NotAllowed, UnknownPerson, CannotDelegate.
    """
    policy.ensure_can_name_delegate(actor)
    async with clinic.storage.write() as work:
        doctor_id = policy.ensure_can_name_delegate(await account_now(clinic, work, actor))
        person = await work.people.get(user_id)
        if not person:
            raise UnknownPerson(user_id)
        policy.ensure_can_be_delegate(person, doctor_id)
        before = await work.delegates.of_doctor(doctor_id)
        if before and before.user_id == user_id:
            return
        await work.delegates.put(doctor_id, user_id)
        if before:
            await work.notices.owe_person(before.user_id, About.DELEGATE_DROPPED, doctor_id)
        await work.notices.owe_person(user_id, About.DELEGATE_NAMED, doctor_id)
        await work.commit()


async def drop_delegate(clinic: Clinic, actor: Actor, user_id: int) -> None:
    """Let this person no longer set the doctor's hours, who is told; whoever was named since stays.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_name_delegate(actor)
    async with clinic.storage.write() as work:
        doctor_id = policy.ensure_can_name_delegate(await account_now(clinic, work, actor))
        present = await work.delegates.of_doctor(doctor_id)
        if not present or present.user_id != user_id:
            return
        await work.delegates.put(doctor_id, None)
        await work.notices.owe_person(user_id, About.DELEGATE_DROPPED, doctor_id)
        await work.commit()


async def represented(clinic: Clinic, actor: Actor) -> Sequence[Doctor]:
    """Return the doctors whose hours the person sets in their name, by name.

    Raises:
        NotInvited, AccessSuspended.
    """
    policy.ensure_known(actor)
    async with clinic.storage.read() as work:
        return [doctor for doctor in await work.doctors.everybody() if doctor.doctor_id in actor.delegate_of]
