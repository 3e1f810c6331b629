"""Taps with which a doctor answers for a week, and the desk sees who has."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.taps.tap import Day, Passed, Skipped, Tap


def _monday(day: date) -> date:
    if day.weekday():
        raise ValueError("a week begins on a Monday")
    return day


Monday = Annotated[Day, AfterValidator(_monday)]


class AskWeek(Tap, prefix="aw"):
    """The question whether a week of one's own is right."""

    monday: Monday


class ConfirmWeek(Tap, prefix="cf"):
    """It is, as it was shown (``clinic.confirmation.fingerprint``)."""

    monday: Monday
    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


class ChangeWeek(Tap, prefix="ch"):
    monday: Monday


class TakeWeekOff(Tap, prefix="co"):
    monday: Monday


class ShowConfirmed(Tap, prefix="cd"):
    """Who has answered for a week, from a doctor on."""

    monday: Monday
    first: Skipped


class ShowConfirmedBefore(Tap, prefix="cv"):
    monday: Monday
    end: Passed
