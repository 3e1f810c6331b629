"""Read everybody's hours a page at a time: what a page does not show costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinic import policy
from clinic.calendar import Schedule
from clinic.dates import DateSpan
from clinic.people import Actor, Doctor
from clinic.ports import Clinic, UnitOfWork
from clinic.search import board_order
from clinic.use_cases.schedules import everybodys_schedules

MOST_COUNTED = 80
"""Where there are no more doctors all are read for each page, so that it can say how many of all are in."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Doctors who stand one behind the other on a board, by specialization and name.

    Asked for were ``most`` behind ``first`` others, of ``total`` that there are; ``rows`` are these, or everybody. More
    than ``MOST_AHEAD`` behind them are not counted.
    """

    rows: Sequence[tuple[Doctor, Schedule]]
    first: int
    most: int
    total: int

    @property
    def is_everybody(self) -> bool:
        return len(self.rows) == self.total

    @property
    def asked(self) -> slice:
        """Where in ``rows`` those stand who were asked for."""
        start = self.first if self.is_everybody else 0
        return slice(start, start + self.most)


async def read_stretch(clinic: Clinic, actor: Actor, span: DateSpan, first: int, most: int) -> Stretch:
    """Return the schedules of ``most`` doctors behind ``first`` others on a board, or of all where there are few.

    It is three statements however many doctors there are.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_search_doctors(actor)
    async with clinic.storage.read() as work:
        doctor_ids, first, behind = await find_standing(work, first, most)
        total = first + len(doctor_ids) + behind
        are_few = total <= MOST_COUNTED
        read = await everybodys_schedules(clinic, work, span, None if are_few else doctor_ids)
    rows = [(found.doctor, found.schedule) for found in sorted(read, key=lambda found: board_order(found.doctor))]
    return Stretch(rows, first, most, len(rows) if are_few else total)


async def find_standing(work: UnitOfWork, first: int, most: int) -> tuple[Sequence[int], int, int]:
    """Return the ids of ``most`` doctors on a board, behind how many others they stand, and how many follow.

    Asked for were those behind ``first``. Where there are not as many it is the last ones, by two statements more.
    """
    doctor_ids, behind = await work.doctors.on_board(first, most)
    if not doctor_ids and first:
        first = max(await work.doctors.count() - 1, 0) // most * most
        doctor_ids, behind = await work.doctors.on_board(first, most)
    return doctor_ids, first, behind
