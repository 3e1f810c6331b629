"""Whose hours a screen is about."""

from __future__ import annotations

from bot.turn import Turn
from clinic.errors import Action, NotAllowed
from clinic.people import Doctor


def own_doctor_id(turn: Turn) -> int:
    """Return the doctor that the person is.

    Raises:
        NotAllowed: the person is none.
    """
    if turn.actor.doctor_id is None:
        raise NotAllowed(Action.SET_HOURS)
    return turn.actor.doctor_id


def name_unless_own(turn: Turn, doctor: Doctor) -> str:
    """Return a doctor's name for the head of a screen; nothing where the person is that doctor, and needs none."""
    return "" if turn.actor.doctor_id == doctor.doctor_id else doctor.name
