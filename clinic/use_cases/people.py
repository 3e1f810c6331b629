"""Recognise, invite, let in, suspend and restore people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clinic import policy
from clinic.errors import (
    AlreadyDoctor,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    UnknownDoctor,
    UnknownPerson,
)
from clinic.people import Actor, checked_name, Doctor, hash_token, Invitation, INVITATION_LIFE, new_token, Role
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.use_cases.drafts import write_draft


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody whom the clinic knows, and the invitations that nobody has opened yet."""

    people: Sequence[Actor]
    doctors: Sequence[Doctor]
    pending: Sequence[Invitation]


async def identify(
    clinic: Clinic,
    user_id: int,
    name: str,
    chat_id: int,
    message_id: int | None,
    language: str | None = None,
) -> tuple[Actor, Draft | None]:
    """Say who sends an update, a stranger included, and which draft it speaks to; one statement.

    ``language`` is what Telegram calls theirs: of somebody who is kept it is told by ``see``. An admin of the settings
    who is not kept yet cannot be written to, and stands as ``blocked``.
    """
    async with clinic.storage.read() as work:
        actor, draft = await work.people.caller(user_id, chat_id, message_id, clinic.clock())
    unseen = Actor(user_id, name, telegram_language=language, blocked=user_id in clinic.admin_ids)
    return with_settings(actor or unseen, clinic), draft


async def see(clinic: Clinic, actor: Actor, language: str | None) -> None:
    """Note of somebody who writes that they can be written to, and what Telegram now calls their language.

    An admin of the settings is kept from then on, without the role: that stays the settings' to give.
    """
    async with clinic.storage.write() as work:
        if actor.fixed and not await work.people.get(actor.user_id):
            await work.people.put(Actor(actor.user_id, actor.name))
        await work.people.seen(actor.user_id, language)
        await work.commit()


def with_settings(actor: Actor, clinic: Clinic) -> Actor:
    """Return the account with the role that the settings give it."""
    if actor.user_id not in clinic.admin_ids:
        return actor
    return replace(actor, roles=actor.roles | {Role.ADMIN}, suspended=False, fixed=True)


async def invite(
    clinic: Clinic, actor: Actor, role: Role, name: str = "", specialization: str = "", *, closing: Draft
) -> tuple[str, Invitation]:
    """Return a new invitation with its token, which is not kept. Doctors need a name and a specialization.

    The draft that asked for it is closed in the same transaction: one draft makes one invitation.

    Raises:
        NotAllowed, BadName.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_manage_people(actor)
    new = (checked_name(name), checked_name(specialization)) if role is Role.DOCTOR else (None, None)
    async with clinic.storage.write() as work:
        await write_draft(clinic, work, closing)
        made = await _issue(work, clinic, actor.user_id, role, name=new[0], specialization=new[1])
        await work.commit()
        return made


async def invite_again(clinic: Clinic, actor: Actor, doctor_id: int, *, closing: Draft) -> tuple[str, Invitation]:
    """Return an invitation by which a doctor goes on with another account; the old one then loses the doctor's role.

    Raises:
        NotAllowed, UnknownDoctor.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_manage_people(actor)
    async with clinic.storage.write() as work:
        await write_draft(clinic, work, closing)
        await _doctor(work, doctor_id)
        made = await _issue(work, clinic, actor.user_id, Role.DOCTOR, doctor_id=doctor_id)
        await work.commit()
        return made


async def claim(clinic: Clinic) -> str | None:
    """Return the token of a one-time link for the first admin, where there is no admin yet.

    Raises nothing: it is asked by the command line at the start, not by a person.
    """
    async with clinic.storage.write() as work:
        await work.invitations.withdraw_claims()
        if clinic.admin_ids or await work.people.has_admin():
            await work.commit()
            return None
        token, _ = await _issue(work, clinic, None, Role.ADMIN)
        await work.commit()
        return token


async def _issue(
    work: UnitOfWork,
    clinic: Clinic,
    by: int | None,
    role: Role,
    *,
    name: str | None = None,
    specialization: str | None = None,
    doctor_id: int | None = None,
) -> tuple[str, Invitation]:
    token = new_token()
    expires_at = clinic.clock() + INVITATION_LIFE
    invitation = Invitation(hash_token(token), role, by, expires_at, name, specialization, doctor_id)
    return token, await work.invitations.add(invitation)


async def withdraw(clinic: Clinic, actor: Actor, invitation_id: int) -> Actor | None:
    """Make an unopened link worthless; asked twice, it is done once. Return whoever has come in by it before.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_manage_people(actor)
    async with clinic.storage.write() as work:
        invitation = await work.invitations.get(invitation_id)
        if invitation and invitation.used_by is not None:
            return with_settings(await _stored(work, Actor(invitation.used_by)), clinic)
        await work.invitations.withdraw(invitation_id)
        await work.commit()
        return None


async def accept(clinic: Clinic, actor: Actor, token: str) -> tuple[Actor, Actor | None]:
    """Give the role that the link carries to whoever opened it. The same person may open it twice.

    Return the account as it now is, and the one that has lost the doctor's role to it, if one did.

    Raises:
        AccessSuspended: a link does not lift a suspension.
        InvitationUnknown, InvitationUsed, InvitationExpired, AlreadyDoctor.
    """
    now = clinic.clock()
    async with clinic.storage.write() as work:
        person = await _stored(work, actor)
        policy.ensure_not_suspended(with_settings(person, clinic))
        invitation = await work.invitations.find(hash_token(token))
        if not invitation:
            raise InvitationUnknown
        if invitation.used_by == person.user_id and invitation.role in person.roles:
            return with_settings(person, clinic), None
        if invitation.used_by is not None:
            raise InvitationUsed
        if invitation.expires_at <= now:
            raise InvitationExpired
        member, before = await _with_role(work, person, invitation)
        await work.people.put(member)
        await work.invitations.use(invitation.invitation_id, person.user_id, now)
        left = await work.people.get(before) if before is not None and before != member.user_id else None
        await work.commit()
        return with_settings(member, clinic), left and with_settings(left, clinic)


async def _stored(work: UnitOfWork, actor: Actor) -> Actor:
    """Return the account as it is kept: the role that the settings add to ``actor`` is theirs to take away again."""
    kept = await work.people.get(actor.user_id)
    return kept or Actor(actor.user_id, actor.name, telegram_language=actor.telegram_language)


async def account_now(clinic: Clinic, work: UnitOfWork, actor: Actor) -> Actor:
    """Return the account as it is now that the lock is held: it may have been suspended, moved, or taken back since."""
    return with_settings(await _stored(work, actor), clinic)


async def _with_role(work: UnitOfWork, person: Actor, invitation: Invitation) -> tuple[Actor, int | None]:
    """Return the person with the link's role, and the user id whose account has been the doctor's so far."""
    roles = person.roles | {invitation.role}
    if invitation.role is not Role.DOCTOR:
        return replace(person, roles=roles), None
    if person.doctor_id not in {None, invitation.doctor_id}:
        raise AlreadyDoctor(person.name)
    if invitation.doctor_id is None:
        doctor = await work.doctors.add(invitation.name or "", invitation.specialization or "")
    else:
        doctor = await _doctor(work, invitation.doctor_id)
    return replace(person, name=doctor.name, roles=roles, doctor_id=doctor.doctor_id), doctor.user_id


async def _doctor(work: UnitOfWork, doctor_id: int) -> Doctor:
    doctor = await work.doctors.get(doctor_id)
    if not doctor:
        raise UnknownDoctor(doctor_id)
    return doctor


async def roster(clinic: Clinic, actor: Actor) -> Roster:
    """Return everybody, by name.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_manage_people(actor)
    async with clinic.storage.read() as work:
        people = [with_settings(person, clinic) for person in await work.people.everybody()]
        return Roster(people, await work.doctors.everybody(), await work.invitations.pending(clinic.clock()))


async def suspend(clinic: Clinic, actor: Actor, user_id: int, *, suspended: bool) -> Actor:
    """Shut a person out, or let the same roles in again. ``suspended`` is a target: asked twice, it is done once.

    Raises:
        NotAllowed, UnknownPerson, CannotSuspend.
    """
    policy.ensure_can_manage_people(actor)
    async with clinic.storage.write() as work:
        person = await work.people.get(user_id)
        if not person:
            raise UnknownPerson(user_id)
        admin = await account_now(clinic, work, actor)
        policy.ensure_can_suspend(admin, with_settings(person, clinic))
        person = replace(person, suspended=suspended)
        await work.people.put(person)
        await work.commit()
        return person


async def choose_language(clinic: Clinic, actor: Actor, language: str | None) -> Actor:
    """Keep the language that a known person wants to be spoken to in; None follows Telegram's.

    Raises:
        NotInvited, AccessSuspended.
    """
    policy.ensure_known(actor)
    async with clinic.storage.write() as work:
        chosen = replace(await _stored(work, actor), language=language)
        await work.people.put(chosen)
        await work.commit()
        return with_settings(chosen, clinic)
