"""Taps about who is here, and in which language."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.taps.tap import Id, Tap
from clinic.people import Role


class InviteRole(Tap, prefix="ir"):
    role: Role


class ShowPeople(Tap, prefix="pp"):
    page: Annotated[int, Field(ge=0, le=10_000)]


class ShowPerson(Tap, prefix="pe"):
    user: Id


class Suspend(Tap, prefix="su"):
    user: Id
    suspended: bool


class InviteAgain(Tap, prefix="ia"):
    doctor: Id


class MakeAgain(Tap, prefix="ma"):
    """Yes, make the link for the doctor's new phone."""


class ShowInvitation(Tap, prefix="iv"):
    invitation: Id


class Withdraw(Tap, prefix="wi"):
    invitation: Id


class ChooseLanguage(Tap, prefix="la"):
    """A tag of ``words.LANGUAGES``; ``auto`` follows Telegram."""

    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,4}(-[A-Z]{2})?$")]
