"""Taps under a doctor's week."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.taps.tap import Day, Id, Tap
from clinic.week import Weekday


class ShowWeek(Tap, prefix="wk"):
    doctor: Id
    monday: date


class SwitchDay(Tap, prefix="sd"):
    doctor: Id
    day: Weekday
    on: bool
    monday: date


class Undo(Tap, prefix="un"):
    doctor: Id
    version: Annotated[int, Field(ge=1, le=2**31)]


class ShowDoctors(Tap, prefix="ds"):
    page: Annotated[int, Field(ge=0, le=10_000)]


class ShowWhy(Tap, prefix="wy"):
    doctor: Id
    monday: date


class EditWeek(Tap, prefix="ew"):
    """Begin the form of a doctor's week."""

    doctor: Id


class DropPlan(Tap, prefix="dp"):
    doctor: Id
    starts: Day
    once: bool


class CopyWeek(Tap, prefix="cw"):
    doctor: Id
    monday: Day


class DrawWeek(Tap, prefix="dw"):
    doctor: Id
    monday: Day


class SendCalendar(Tap, prefix="sc"):
    """A doctor's hours as a calendar file."""

    doctor: Id
