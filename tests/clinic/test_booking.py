"""Bookings as values: lengths, references, where there is room, and what a change of hours does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from clinic.booking import (
    Booking,
    BookingStatus,
    checked_note,
    checked_reference,
    clashing,
    fits,
    free_slots,
    hours_lost,
    left_without_hours,
    SlotLength,
)
from clinic.calendar import Slot, without
from clinic.errors import BadReason, BadReference, BadSlotLength
from tests.clinic.hours_of import slots, utc

EARLY = utc("2026-01-01T00:00")
HALF_HOUR = SlotLength(30, 0)


@pytest.mark.parametrize(("minutes", "buffer"), [(5, 0), (240, 120), (30, 0)])
def test_lengths_that_can_be(minutes: int, buffer: int) -> None:
    """From five minutes to four hours, with up to two hours behind."""
    size = SlotLength(minutes, buffer)
    assert (size.length.total_seconds(), size.pause.total_seconds()) == (minutes * 60, buffer * 60)


@pytest.mark.parametrize(("minutes", "buffer"), [(4, 0), (241, 0), (0, 0), (-30, 0), (30, -1), (30, 121)])
def test_lengths_that_cannot_be(minutes: int, buffer: int) -> None:
    """The error names both."""
    with pytest.raises(BadSlotLength) as refused:
        SlotLength(minutes, buffer)
    assert (refused.value.minutes, refused.value.buffer) == (minutes, buffer)


def test_a_booking_of_another_length_keeps_the_pause() -> None:
    """A length may be given for one booking; none is the doctor's own."""
    assert SlotLength(30, 10).lasting(45) == SlotLength(45, 10)
    assert SlotLength(30, 10).lasting(None) == SlotLength(30, 10)
    with pytest.raises(BadSlotLength):
        HALF_HOUR.lasting(0)


def test_a_reference_is_folded() -> None:
    """Blanks beside and within are no part of it."""
    assert checked_reference("  P-1042 \n b ") == "P-1042 b"
    assert checked_reference("x" * 32) == "x" * 32


@pytest.mark.parametrize("text", ["", "  \n", "x" * 33, "P\x00", "P\u202e1"])
def test_what_is_no_reference(text: str) -> None:
    """Nothing, too much, and what cannot be printed."""
    with pytest.raises(BadReference):
        checked_reference(text)


def test_a_note_may_be_empty_and_is_not_long() -> None:
    """Two hundred characters are a note, one more is not."""
    assert checked_note(" ") == ""
    assert checked_note("x" * 200) == "x" * 200
    with pytest.raises(BadReason):
        checked_note("x" * 201)


@pytest.mark.parametrize(
    ("hours", "taken", "size", "free"),
    [
        pytest.param(["09:00-10:00"], [], (30, 0), ["09:00-09:30", "09:30-10:00"], id="one behind the other"),
        pytest.param(["09:00-10:10"], [], (30, 10), ["09:00-09:30", "09:40-10:10"], id="the last needs no pause"),
        pytest.param(["09:00-09:29"], [], (30, 0), [], id="too short"),
        pytest.param(["09:00-09:20", "09:20-09:50"], [], (30, 0), ["09:00-09:30"], id="touching hours are one"),
        pytest.param(["09:00-09:20", "09:21-09:50"], [], (30, 0), [], id="a minute apart they are not"),
        pytest.param(["09:00-11:00"], ["09:10-09:40"], (30, 0), ["09:40-10:10", "10:10-10:40"], id="from its end on"),
        pytest.param(["09:00-11:00"], ["09:40-09:50"], (30, 10), ["09:00-09:30", "10:00-10:30"], id="pauses beside it"),
        pytest.param(["09:00-11:00"], ["09:39-09:50"], (30, 10), ["10:00-10:30"], id="a minute too early"),
        pytest.param(["09:00-10:00"], ["08:00-09:30"], (30, 0), ["09:30-10:00"], id="one that began before"),
        pytest.param(["09:00-10:00"], ["08:00-08:50"], (30, 20), ["09:10-09:40"], id="its pause reaches in"),
        pytest.param(
            ["09:00-10:00", "10:15-11:00"], ["09:45-10:30"], (30, 0), ["09:00-09:30", "10:30-11:00"], id="over a gap"
        ),
        pytest.param(
            ["09:00-10:00", "10:15-11:00"], ["09:30-10:00"], (30, 20), ["10:20-10:50"], id="a pause over a gap"
        ),
        pytest.param(["09:00-10:00"], ["10:00-10:30"], (30, 0), ["09:00-09:30", "09:30-10:00"], id="one behind it all"),
        pytest.param(["09:00-10:00"], ["10:00-10:30"], (30, 10), ["09:00-09:30"], id="the last pause is met"),
    ],
)
def test_where_there_is_room(hours: list[str], taken: list[str], size: tuple[int, int], free: list[str]) -> None:
    """Slots stand behind one another from where hours begin or a booking ends, pauses between them."""
    assert [*free_slots(slots(*hours), slots(*taken), SlotLength(*size), EARLY)] == slots(*free)


def test_what_has_begun_is_not_free() -> None:
    """A slot that begins now is, one that began a moment ago is not; the others stay where they are."""
    since = utc("2026-03-03T09:30")
    assert [*free_slots(slots("09:00-10:30"), [], HALF_HOUR, since)] == slots("09:30-10:00", "10:00-10:30")
    later = since.replace(second=1)
    assert [*free_slots(slots("09:00-10:30"), [], HALF_HOUR, later)] == slots("10:00-10:30")


def test_free_slots_ask_for_no_more_hours_than_they_need() -> None:
    """Hours are resolved as slots are asked for: the next range alone is looked at, for it might touch."""
    asked: list[Slot] = []

    def hours() -> Iterator[Slot]:
        for each in slots("09:00-10:00", "11:00-12:00", "13:00-14:00"):
            asked.append(each)
            yield each

    free = free_slots(hours(), [], HALF_HOUR, EARLY)
    assert next(free) == slots("09:00-09:30")[0]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("slot", "inside"),
    [
        ("09:00-10:00", True),
        ("09:30-09:31", True),
        ("08:59-09:30", False),
        ("09:30-10:01", False),
        ("10:30-10:45", False),
        ("11:00-12:00", True),
        ("12:00-12:30", False),
        ("08:00-08:30", False),
    ],
)
def test_what_fits_into_hours(slot: str, inside: bool) -> None:
    """A slot is wholly inside one run of hours, or it does not fit."""
    assert fits(slots(slot)[0], slots("09:00-10:00", "11:00-12:00")) is inside


def booking(text: str, status: BookingStatus = BookingStatus.BOOKED) -> Booking:
    return Booking(1, slots(text)[0], "P", status=status)


@pytest.mark.parametrize(
    ("slot", "buffer", "clashes"),
    [
        ("09:30-10:00", 0, False),
        ("09:30-10:01", 0, True),
        ("10:30-11:00", 0, False),
        ("10:29-11:00", 0, True),
        ("09:20-09:50", 10, False),
        ("09:21-09:51", 10, True),
        ("10:40-11:10", 10, False),
        ("10:39-11:09", 10, True),
        ("10:10-10:20", 0, True),
        ("09:00-12:00", 0, True),
    ],
)
def test_what_clashes(slot: str, buffer: int, clashes: bool) -> None:
    """Bookings may touch where there is no pause, and keep it where there is one, on either side."""
    there = booking("10:00-10:30")
    assert clashing(slots(slot)[0], [there], SlotLength(30, buffer)) == (there if clashes else None)


def test_the_first_that_clashes_is_named() -> None:
    """Of several it is the earliest; one that was cancelled is in no way, one that was missed is."""
    cancelled = booking("09:00-09:30", BookingStatus.CANCELLED)
    missed, late = booking("09:30-10:00", BookingStatus.NO_SHOW), booking("10:00-10:30")
    assert clashing(slots("09:00-12:00")[0], [late, missed, cancelled], HALF_HOUR) == missed
    assert clashing(slots("09:00-12:00")[0], [cancelled], HALF_HOUR) is None


def test_who_is_left_without_hours() -> None:
    """Those that lay inside and do so no longer, by time; not those that wait for nobody or lay outside before."""
    first, second, kept = booking("09:30-10:00"), booking("10:30-11:00"), booking("09:00-09:30")
    outside = booking("12:00-12:30")
    settled = [booking("09:30-10:00", status) for status in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)]
    everyone = [second, kept, *settled, outside, first]
    assert left_without_hours(everyone, slots("09:00-11:00"), slots("09:00-09:45")) == [first, second]


def test_hours_that_are_cut_another_way_leave_nobody_without() -> None:
    """Ranges that touch are one: a border that moves through a booking takes nothing from it."""
    assert left_without_hours([booking("09:30-10:30")], slots("09:00-11:00"), slots("09:00-10:00", "10:00-11:00")) == []


def test_the_hours_that_go_are_those_under_bookings() -> None:
    """What else goes is not named, nor what stays of the same run."""
    left = [booking("10:30-11:00")]
    before = slots("09:00-12:00", "13:00-14:00")
    assert hours_lost(left, before, slots("09:00-10:00", "11:30-11:45")) == slots("10:00-11:30")
    assert hours_lost([], before, []) == []


def test_slots_without_others() -> None:
    """Taken out of the middle, the ends, or all of it."""
    taken = slots("08:00-09:10", "09:20-09:30", "10:00-11:00", "11:50-13:00")
    left = slots("09:10-09:20", "09:30-10:00", "11:00-11:50")
    assert [*without(slots("09:00-12:00"), taken)] == left
    assert [*without(slots("10:15-10:30"), taken)] == []
    assert [*without(slots("14:00-15:00"), taken)] == slots("14:00-15:00")


def test_a_cancelled_booking_takes_no_time() -> None:
    """Every other does."""
    made = booking("09:00-09:30")
    assert [replace(made, status=status).stands for status in BookingStatus] == [True, False, True]
