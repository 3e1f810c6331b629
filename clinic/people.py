"""Who is known to the clinic, in which roles, and how a stranger becomes one of them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clinic.booking import SlotLength, USUAL_LENGTH
from clinic.errors import BadName

INVITATION_LIFE = timedelta(days=7)
LONGEST_NAME = 64
LONGEST_LANGUAGE = 35
"""RFC 5646, 4.4.1: no tag of a language that is in use is longer."""
ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER = "\u200c", "\u200d"
"""Not to be seen themselves, but Persian and Indic names are misspelt without them."""


class Role(StrEnum):
    DOCTOR = "doctor"
    RECEPTIONIST = "receptionist"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """One Telegram account as the clinic knows it at this moment; no roles at all is a stranger.

    A person may hold several roles: in a small clinic the admin is a doctor. ``doctor_id`` is set with
    ``Role.DOCTOR`` alone. ``language`` is what the person chose by ``/language``, if anything. ``fixed`` marks an admin
    named in the settings, ``blocked`` somebody whom Telegram lets the bot write to no more, until they write again.
    ``delegate_of`` are the doctors in whose name the person sets hours; one who is suspended is not among them.
    ``telegram_language`` is what Telegram last called the person's language (BCP 47): it speaks where none was chosen.
    """

    user_id: int
    name: str = ""
    roles: frozenset[Role] = frozenset()
    doctor_id: int | None = None
    language: str | None = None
    suspended: bool = False
    fixed: bool = False
    blocked: bool = False
    delegate_of: frozenset[int] = frozenset()
    telegram_language: str | None = None


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor whose hours are kept. ``user_id`` is the Telegram account that sets them, if one does.

    ``zone`` is the IANA name of the doctor's own time zone; none is the clinic's. ``slots`` is how long the doctor's
    bookings are.
    """

    doctor_id: int
    name: str
    specialization: str
    user_id: int | None = None
    zone: str | None = None
    slots: SlotLength = USUAL_LENGTH


@dataclass(frozen=True, slots=True)
class Invitation:
    """A role that waits to be taken by whoever opens the link: single use, until ``expires_at`` (UTC).

    Only the token's SHA-256 is kept. For a doctor, either ``doctor_id`` (again, on a new phone) or ``name`` and
    ``specialization`` (a new doctor) are set.
    """

    token_hash: str
    role: Role
    created_by: int | None
    expires_at: datetime
    name: str | None = None
    specialization: str | None = None
    doctor_id: int | None = None
    invitation_id: int = 0
    used_by: int | None = None


def new_token() -> str:
    """Return 128 random bits in the letters that a deep link may carry (Bot API, "Deep linking")."""
    return secrets.token_urlsafe(16)


def hash_token(token: str) -> str:
    """Return what is stored of a token: one that is random needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_name(text: str) -> str:
    """Return a name or a specialization with its blanks folded.

    Raises:
        BadName: nothing is left, more than ``LONGEST_NAME`` characters, or some that cannot be printed.
    """
    name = " ".join(text.split())
    shown = name.replace(ZERO_WIDTH_NON_JOINER, "").replace(ZERO_WIDTH_JOINER, "")
    if not shown or len(name) > LONGEST_NAME or not shown.isprintable():
        raise BadName(text)
    return name
