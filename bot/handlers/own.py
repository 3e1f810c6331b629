"""Whose hours a doctor's own screens are about."""

from __future__ import annotations

from bot.turn import Turn
from clinic.errors import Action, NotAllowed


def own_doctor_id(turn: Turn) -> int:
    """Return the doctor that the person is.

    Raises:
        NotAllowed: the person is none.
    """
    if turn.actor.doctor_id is None:
        raise NotAllowed(Action.SET_HOURS)
    return turn.actor.doctor_id
