"""Taps by which the desk watches doctors."""

from __future__ import annotations

from bot.taps.tap import Day, Id, Page, Tap


class Watch(Tap, prefix="wa"):
    """Under a doctor's week, which is shown again; ``told`` is under a message about changes, whose text stays."""

    doctor: Id
    on: bool
    monday: Day
    told: bool


class ListWatching(Tap, prefix="wl"):
    page: Page


class StopWatching(Tap, prefix="wx"):
    """In the list of those who are watched."""

    doctor: Id
    page: Page
