"""Taps in the history of a doctor's hours; doctor 0 stands for the clinic, whose closures it then is about."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.taps.tap import Id, Page, Tap
from clinic.use_cases.history import ChangeKind

Whose = Annotated[int, Field(ge=0, le=2**53)]


class PickHistory(Tap, prefix="hp"):
    """Everybody whose history can be looked at."""

    page: Page


class ShowHistory(Tap, prefix="hi"):
    doctor: Whose
    page: Page


class ShowChange(Tap, prefix="hc"):
    doctor: Whose
    kind: ChangeKind
    number: Id


class AskRevert(Tap, prefix="ha"):
    """Show what would change now."""

    doctor: Whose
    kind: ChangeKind
    number: Id


class Revert(Tap, prefix="hr"):
    """Yes, bring back what was before: with ``seen`` the last change that there is."""

    doctor: Whose
    kind: ChangeKind
    number: Id
    seen: Id
