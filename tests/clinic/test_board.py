"""A page of everybody's hours: who is on it, and who is read for it."""

from __future__ import annotations

from datetime import date

import pytest

from clinic.dates import DateSpan
from clinic.people import Actor, Doctor
from clinic.ports import Clinic
from clinic.search import board_order, sort_key
from clinic.use_cases.board import MOST_COUNTED, read_stretch

TODAY = DateSpan(date(2026, 3, 2), date(2026, 3, 2))


async def add(clinic: Clinic, count: int) -> None:
    async with clinic.storage.write() as work:
        for number in range(count):
            await work.doctors.add(f"D{number:03}", f"field {number % 3}")
        await work.commit()


def test_the_order_of_a_board() -> None:
    """By specialization whatever its capitals, each spelling by itself, then by name, then by id."""
    rows = [
        Doctor(1, "Zoë", "Cardio"),
        Doctor(2, "Ana", "cardio vascular"),
        Doctor(3, "Álvaro", "Surgery"),
        Doctor(4, "anna", "cardio"),
        Doctor(5, "Ana", "Cardio"),
        Doctor(6, "Anna", "cardio"),
        Doctor(7, "Bo", "Surgery"),
    ]
    assert [doctor.doctor_id for doctor in sorted(rows, key=board_order)] == [5, 1, 4, 6, 2, 3, 7]


def test_a_sort_key_is_no_longer_than_an_index_takes() -> None:
    """PostgreSQL refuses an entry of more than a third of a page, 2,704 bytes; one letter here folds to eighteen."""
    assert len(sort_key("\ufdfa" * 64, "\ufdfa" * 64).encode()) < 1000


async def test_of_few_everybody_is_read(clinic: Clinic, receptionist: Actor) -> None:
    """So that it can be said how many of all are in."""
    await add(clinic, MOST_COUNTED)
    read = await read_stretch(clinic, receptionist, TODAY, 40, 40)
    assert (read.is_everybody, len(read.rows)) == (True, MOST_COUNTED)
    assert read.rows[read.asked] == read.rows[40:]


async def test_of_many_a_page_is_read(clinic: Clinic, receptionist: Actor) -> None:
    """The same ones as if everybody were, and pages meet."""
    await add(clinic, MOST_COUNTED + 1)
    pages = [await read_stretch(clinic, receptionist, TODAY, first, 40) for first in (0, 40, 80)]
    assert [(page.is_everybody, page.total) for page in pages] == [(False, MOST_COUNTED + 1)] * 3
    met = [doctor for page in pages for doctor, _ in page.rows[page.asked]]
    assert [len(page.rows) for page in pages] == [40, 40, 1]
    assert met == sorted(set(met), key=board_order)
    assert len(met) == MOST_COUNTED + 1


@pytest.mark.parametrize(("count", "first"), [(1, 0), (40, 0), (41, 40), (MOST_COUNTED + 20, MOST_COUNTED)])
@pytest.mark.parametrize("asked", [MOST_COUNTED + 20, 10_000_000])
async def test_behind_the_last_the_last_page_is_read(
    clinic: Clinic, receptionist: Actor, count: int, first: int, asked: int
) -> None:
    """A tap that was forged asks so."""
    await add(clinic, count)
    read = await read_stretch(clinic, receptionist, TODAY, asked, 40)
    assert (read.first, len(read.rows[read.asked])) == (first, count - first)


async def test_a_clinic_of_nobody(clinic: Clinic, receptionist: Actor) -> None:
    """It is read whole."""
    read = await read_stretch(clinic, receptionist, TODAY, 0, 40)
    assert (list(read.rows), read.is_everybody) == ([], True)
