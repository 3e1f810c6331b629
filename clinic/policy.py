"""Who may do what. Use cases ask here on every use; nothing else decides."""

from __future__ import annotations

from clinic.errors import AccessSuspended, Action, CannotDelegate, CannotSuspend, NotAllowed, NotInvited
from clinic.people import Actor, Role


def ensure_not_suspended(actor: Actor) -> None:
    """Keep a suspended person out, whatever link they hold."""
    if actor.suspended:
        raise AccessSuspended


def ensure_known(actor: Actor) -> None:
    """Let in whoever has a role that is not suspended.

    Raises:
        AccessSuspended, NotInvited: the two ways of standing outside.
    """
    ensure_not_suspended(actor)
    if not actor.roles:
        raise NotInvited


def ensure_can_set_hours(actor: Actor, doctor_id: int) -> None:
    """Doctors change their own hours, and their delegates do so in their name; nobody else does."""
    ensure_known(actor)
    if not can_set_hours(actor, doctor_id):
        raise NotAllowed(Action.SET_HOURS)


def can_set_hours(actor: Actor, doctor_id: int) -> bool:
    """Whether a known actor is the doctor or stands in for the doctor."""
    return _is_doctor(actor, doctor_id) or doctor_id in actor.delegate_of


def ensure_can_name_delegate(actor: Actor) -> int:
    """Doctors say who stands in for them, and nobody says it for them; return which doctor that is."""
    ensure_known(actor)
    if Role.DOCTOR not in actor.roles or actor.doctor_id is None:
        raise NotAllowed(Action.NAME_DELEGATE)
    return actor.doctor_id


def ensure_can_be_delegate(person: Actor, doctor_id: int) -> None:
    """Everybody with a role stands in for a doctor but the doctor and the suspended."""
    if person.suspended or not person.roles or person.doctor_id == doctor_id:
        raise CannotDelegate


def ensure_can_propose_hours(actor: Actor) -> None:
    """Receptionists and admins, who never change hours, propose them."""
    ensure_known(actor)
    if not is_desk(actor):
        raise NotAllowed(Action.PROPOSE_HOURS)


def ensure_can_answer_proposal(actor: Actor, doctor_id: int) -> None:
    """The doctor alone accepts or refuses: what is proposed is asked of the doctor, not of a delegate."""
    ensure_known(actor)
    if not _is_doctor(actor, doctor_id):
        raise NotAllowed(Action.ANSWER_PROPOSAL)


def ensure_can_withdraw_proposal(actor: Actor, proposed_by: int) -> None:
    """Whoever proposed takes it back, whatever their role has become."""
    ensure_known(actor)
    if actor.user_id != proposed_by:
        raise NotAllowed(Action.WITHDRAW_PROPOSAL)


def ensure_can_read_hours(actor: Actor, doctor_id: int) -> None:
    """Receptionists and admins read every doctor's hours, doctors their own, and delegates those that they set."""
    ensure_known(actor)
    if not is_desk(actor) and actor.doctor_id != doctor_id and doctor_id not in actor.delegate_of:
        raise NotAllowed(Action.READ_HOURS)


def ensure_can_search_doctors(actor: Actor) -> None:
    """Receptionists and admins look doctors up by name."""
    ensure_known(actor)
    if not actor.roles & {Role.RECEPTIONIST, Role.ADMIN}:
        raise NotAllowed(Action.READ_HOURS)


def ensure_can_watch(actor: Actor) -> None:
    """The desk is told when a doctor's hours change."""
    ensure_known(actor)
    if not is_desk(actor):
        raise NotAllowed(Action.READ_HOURS)


def ensure_can_stop_watching(actor: Actor) -> None:
    """Whoever has left the desk, or the clinic, may still want to be told no more."""
    ensure_not_suspended(actor)


def ensure_can_manage_people(actor: Actor) -> None:
    """Admins invite, suspend and restore."""
    ensure_known(actor)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(Action.MANAGE_PEOPLE)


def ensure_can_close_clinic(actor: Actor) -> None:
    """Admins close the clinic on dates, and open it again."""
    ensure_known(actor)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(Action.CLOSE_CLINIC)


def ensure_can_broadcast(actor: Actor) -> None:
    """Admins write to many, see what became of it, and stop it."""
    ensure_known(actor)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(Action.BROADCAST)


def ensure_can_book(actor: Actor) -> None:
    """Receptionists make, move and settle bookings and read everybody's; so do admins.

    What a closure does to bookings must be seen by the admin who closes, and where there is no receptionist a flagged
    booking still needs somebody to act; a refusal would keep nothing from whoever can invite themselves to the desk.
    """
    ensure_known(actor)
    if not is_desk(actor):
        raise NotAllowed(Action.BOOK)


def ensure_can_read_bookings(actor: Actor, doctor_id: int) -> None:
    """The desk reads every doctor's bookings, doctors their own."""
    ensure_known(actor)
    if not is_desk(actor) and not _is_doctor(actor, doctor_id):
        raise NotAllowed(Action.READ_BOOKINGS)


def ensure_can_cancel_booking(actor: Actor, doctor_id: int) -> None:
    """The desk cancels every doctor's bookings, doctors their own."""
    ensure_known(actor)
    if not is_desk(actor) and not _is_doctor(actor, doctor_id):
        raise NotAllowed(Action.CANCEL_BOOKING)


def ensure_can_set_slots(actor: Actor, doctor_id: int) -> None:
    """Doctors say how long their bookings are, and admins for them; to the desk it is given, as hours are."""
    ensure_known(actor)
    if Role.ADMIN not in actor.roles and not _is_doctor(actor, doctor_id):
        raise NotAllowed(Action.SET_SLOTS)


def ensure_can_revert(actor: Actor) -> None:
    """Admins see who changed which hours, and bring back what was before."""
    ensure_known(actor)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(Action.REVERT)


def is_desk(actor: Actor) -> bool:
    """Whether the actor works with every doctor's bookings."""
    return bool(actor.roles & {Role.RECEPTIONIST, Role.ADMIN})


def _is_doctor(actor: Actor, doctor_id: int) -> bool:
    return Role.DOCTOR in actor.roles and actor.doctor_id == doctor_id


def ensure_can_suspend(actor: Actor, person: Actor) -> None:
    """Admins suspend anybody but themselves and those whom the settings name."""
    ensure_can_manage_people(actor)
    if person.fixed or person.user_id == actor.user_id:
        raise CannotSuspend
