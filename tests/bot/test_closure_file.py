"""Public holidays out of a calendar file: read as RFC 5545 has them, or refused with the line."""

from __future__ import annotations

from datetime import date
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.closure_file import BadFile, MOST_BYTES, MOST_CLOSURES, MOST_LINES, read_closures
from bot.dates_draft import ImportedClosure

TODAY = date(2026, 11, 25)
BERLIN = ZoneInfo("Europe/Berlin")
NAME, DAY = "SUMMARY:Christmas", "DTSTART;VALUE=DATE:20261225"
IN_TIME = 10
"""CPU seconds; a tenth of it is usual."""
FIRST_LINE = 4
"""Where the first event begins."""


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    every = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rota//EN", *lines, "END:VCALENDAR"]
    return "".join(line + end for line in every).encode()


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def spans(*lines: str, today: date = TODAY) -> list[tuple[date, date]]:
    """Return the dates that one event closes the clinic on."""
    return [(found.first, found.last) for found in read_closures(calendar(*event(NAME, *lines)), today, BERLIN)]


def test_a_day_with_its_name() -> None:
    """One date, one closure."""
    found = read_closures(calendar(*event(NAME, DAY)), TODAY, BERLIN)
    assert found == (ImportedClosure(first=date(2026, 12, 25), last=date(2026, 12, 25), name="Christmas"),)


ENDS = {
    "no end": ([DAY], 25),
    "the end is exclusive": ([DAY, "DTEND;VALUE=DATE:20261226"], 25),
    "two days": ([DAY, "DTEND;VALUE=DATE:20261227"], 26),
    "an end on the day itself": ([DAY, "DTEND;VALUE=DATE:20261225"], 25),
    "a length": ([DAY, "DURATION:P2D"], 26),
    "times": (["DTSTART:20261225T090000", "DTEND:20261225T170000"], 25),
    "until midnight": (["DTSTART:20261225T090000", "DTEND:20261226T000000"], 25),
    "past midnight": (["DTSTART:20261225T090000", "DTEND:20261226T020000"], 26),
    "in UTC": (["DTSTART:20261224T230000Z", "DTEND:20261225T230000Z"], 25),
    "in another zone": (["DTSTART;TZID=America/New_York:20261224T180000", "DURATION:P1D"], 25),
    "in a zone": (["DTSTART;TZID=Europe/Berlin:20261225T090000", "DTEND;TZID=Europe/Berlin:20261226T090000"], 26),
}


@pytest.mark.parametrize(("lines", "last"), ENDS.values(), ids=ENDS)
def test_the_last_day(lines: list[str], last: int) -> None:
    """Ends lie behind the last day; what reaches into a day closes it."""
    assert spans(*lines) == [(date(2026, 12, 25), date(2026, 12, last))]


REPEATS = {
    "each year": ("RRULE:FREQ=YEARLY", [2026, 2027, 2028]),
    "each year in other words": ("RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25;WKST=MO", [2026, 2027, 2028]),
    "a number of times": ("RRULE:FREQ=YEARLY;COUNT=18", [2026, 2027]),
    "until a date": ("RRULE:FREQ=YEARLY;UNTIL=20271225", [2026, 2027]),
    "until the day before": ("RRULE:FREQ=YEARLY;UNTIL=20271224", [2026]),
    "until a moment": ("RRULE:FREQ=YEARLY;UNTIL=20271225T000000Z", [2026, 2027]),
    "until it was over": ("RRULE:FREQ=YEARLY;UNTIL=20201225", []),
}


@pytest.mark.parametrize(("rule", "years"), REPEATS.values(), ids=REPEATS)
def test_a_day_that_repeats(rule: str, years: list[int]) -> None:
    """From a year long ago: those that are to come, this year's and the next two's."""
    found = spans("DTSTART;VALUE=DATE:20101225", rule)
    assert found == [(date(year, 12, 25), date(year, 12, 25)) for year in years]


def test_the_29th_of_february_comes_in_leap_years() -> None:
    """Years without it have none, and they do not count."""
    assert spans("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;COUNT=2") == [(date(2028, 2, 29), date(2028, 2, 29))]


def test_what_is_over_is_left_out() -> None:
    """Today's day still counts, and a span that has begun."""
    lines = [
        *event("SUMMARY:over", "DTSTART;VALUE=DATE:20261124"),
        *event("SUMMARY:now", "DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261126"),
    ]
    assert [found.name for found in read_closures(calendar(*lines), TODAY, BERLIN)] == ["now"]


def test_what_was_called_off_is_left_out() -> None:
    """A cancelled event stays in many files."""
    assert spans(DAY, "STATUS:CANCELLED") == []


def test_days_come_in_order_and_once() -> None:
    """However the file has them."""
    lines = [*event("SUMMARY:b", "DTSTART;VALUE=DATE:20261226"), *event(NAME, DAY), *event(NAME, DAY)]
    assert [found.name for found in read_closures(calendar(*lines), TODAY, BERLIN)] == ["Christmas", "b"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=repr)
def test_lines_end_as_they_like(end: str) -> None:
    """Windows', Unix's and the old Mac's."""
    assert len(read_closures(calendar(*event(NAME, DAY), end=end), TODAY, BERLIN)) == 1


def test_a_byte_order_mark_is_no_letter() -> None:
    """Some programs write one."""
    assert len(read_closures(b"\xef\xbb\xbf" + calendar(*event(NAME, DAY)), TODAY, BERLIN)) == 1


@pytest.mark.parametrize("fold", ["\r\n ", "\r\n\t", "\n "], ids=repr)
def test_folded_lines_are_one(fold: str) -> None:
    """A long name goes on below; what stands there is no line of its own."""
    content = calendar(*event("SUMMARY:Día deFOLD la Constitución", "DESCRIPTION:xFOLDBEGIN:VEVENT", DAY))
    found = read_closures(content.replace(b"FOLD", fold.encode()), TODAY, BERLIN)
    assert [closure.name for closure in found] == ["Día de la Constitución"]


def test_escaped_letters_are_themselves() -> None:
    """Commas and semicolons are escaped in a file."""
    found = read_closures(calendar(*event(r"SUMMARY:Christmas\, first day", DAY)), TODAY, BERLIN)
    assert found[0].name == "Christmas, first day"


def test_a_calendar_without_days() -> None:
    """It is one, and closes nothing."""
    assert read_closures(calendar(), TODAY, BERLIN) == ()


GOOD = event(NAME, DAY)
REFUSED = {
    "nothing": (b"", 1, "no calendar"),
    "a web page": (b"<html></html>", 1, "no calendar"),
    "a picture": (bytes(range(256)), 1, "no calendar"),
    "not UTF-8": (calendar(*event("SUMMARY:No\u00ebl", DAY)).decode().encode("latin-1"), 5, "UTF-8"),
    "a line of prose": (calendar(*GOOD, *event(NAME, DAY, "and so on")), 11, "cannot be read"),
    "a line without a name": (calendar(*event(NAME, ":x", DAY)), 6, "cannot be read"),
    "no such date": (calendar(*event(NAME, "DTSTART;VALUE=DATE:20261399")), 6, "cannot be read"),
    "no date": (calendar(*GOOD, *event(NAME)), 8, "no name or no date"),
    "no name": (calendar(*event(DAY)), 4, "no name or no date"),
    "an empty name": (calendar(*event("SUMMARY: ", DAY)), 4, "no name or no date"),
    "two names": (calendar(*event(NAME, NAME, DAY)), 4, "no name or no date"),
    "a name too long": (calendar(*event("SUMMARY:" + "x" * 65, DAY)), 4, "no name or no date"),
    "a name that cannot be shown": (calendar(*event("SUMMARY:a\u202eb", DAY)), 4, "no name or no date"),
    "an end before the start": (calendar(*event(NAME, DAY, "DTEND;VALUE=DATE:20261220")), 4, "no name or no date"),
    "years on end": (calendar(*event(NAME, DAY, "DTEND;VALUE=DATE:20301225")), 4, "no name or no date"),
    "the last day of all": (calendar(*event(NAME, "DTSTART;VALUE=DATE:99991231")), 4, "no name or no date"),
    "each month": (calendar(*event(NAME, DAY, "RRULE:FREQ=MONTHLY")), 7, "repeats"),
    "every other year": (calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY;INTERVAL=2")), 7, "repeats"),
    "the last Monday": (calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO")), 7, "repeats"),
    "another month": (calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY;BYMONTH=5")), 7, "repeats"),
    "no frequency": (calendar(*event(NAME, DAY, "RRULE:COUNT=3")), 7, "repeats"),
    "a number of times below none": (calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY;COUNT=-1")), 7, "repeats"),
    "two rules": (calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY")), 7, "repeats"),
    "but not in one year": (
        calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20271225")),
        8,
        "repeats",
    ),
    "and on another day": (calendar(*event(NAME, DAY, "RDATE;VALUE=DATE:20270101")), 7, "repeats"),
    "a frequency that is none": (calendar(*event(NAME, DAY, "RRULE:FREQ=NEVER")), 7, "cannot be read"),
    "cut off": (calendar(*GOOD, *GOOD)[:-60], 9, "cannot be read"),
    "two calendars": (calendar(*GOOD) * 2, 9, "second calendar"),
}


@pytest.mark.parametrize(("content", "line", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_refused_with_the_line(content: bytes, line: int, reason: str) -> None:
    """All or nothing: the first thing that cannot be taken, and where it stands."""
    with pytest.raises(BadFile) as refused:
        read_closures(content, TODAY, BERLIN)
    assert (refused.value.line, reason in refused.value.reason) == (line, True), refused.value


def test_too_many_days_are_refused() -> None:
    """At the first that is too many."""
    lines = [line for number in range(MOST_CLOSURES + 2) for line in event(f"SUMMARY:{number}", DAY)]
    with pytest.raises(BadFile) as refused:
        read_closures(calendar(*lines), TODAY, BERLIN)
    assert refused.value.line == FIRST_LINE + MOST_CLOSURES * len(GOOD)


def test_as_many_days_as_are_taken() -> None:
    """The most, and those of the past beside them."""
    lines = [line for number in range(MOST_CLOSURES) for line in event(f"SUMMARY:{number}", DAY)]
    lines += [line for number in range(50) for line in event(f"SUMMARY:{number}", "DTSTART;VALUE=DATE:20200101")]
    assert len(read_closures(calendar(*lines), TODAY, BERLIN)) == MOST_CLOSURES


PIECES = [
    b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"END:VCALENDAR\r\n", b"BEGIN:VALARM\r\n", b"SUMMARY:x\r\n", b"DTSTART",
    b";VALUE=DATE", b":", b";", b"=", b",", b'"', b"20261225", b"99991231", b"00010101", b"\r\n", b"\n ", b"DTEND",
    b"RRULE:", b"FREQ=YEARLY", b"COUNT=1", b"UNTIL=", b"T250000", b"DURATION:", b"-P9999999D", b"\x00", b"\xff",
]  # fmt: skip
"""What a calendar file is made of, and what it should not hold."""


def refusal(content: bytes) -> BadFile | None:
    try:
        read_closures(content, TODAY, BERLIN)
    except BadFile as refused:
        return refused
    return None


@given(content=st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)))
@settings(max_examples=500)
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    """Whatever is sent as a file is read, or refused with a line that it has."""
    for whole in (content, b"BEGIN:VCALENDAR\r\n" + content, calendar(*event(NAME, DAY))[:-15] + content):
        refused = refusal(whole)
        assert refused is None or 1 <= refused.line <= whole.count(b"\n") + whole.count(b"\r") + 1


@given(data=st.data())
@settings(max_examples=500)
def test_a_damaged_file_raises_nothing_else(data: st.DataObject) -> None:
    """A byte lost, changed or put in, anywhere in a good file."""
    whole = bytearray(calendar(*event(NAME, DAY, "RRULE:FREQ=YEARLY;COUNT=2", "DTEND;VALUE=DATE:20261227"), *GOOD))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    refused = refusal(bytes(whole))
    assert refused is None or refused.reason


@pytest.mark.parametrize(
    "piece", [b"BEGIN:VEVENT\r\n", b" \r\n", b"A:\r\n", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"x" * 99]
)
def test_the_largest_file_is_refused_in_time(piece: bytes) -> None:
    """A megabyte holds up nobody for long."""
    began = process_time()
    assert refusal((b"BEGIN:VCALENDAR\r\n" + piece * (MOST_BYTES // len(piece)))[:MOST_BYTES])
    assert process_time() - began < IN_TIME


@pytest.mark.parametrize("piece", [b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"A:\r\n", b"DTSTART:20261225T000000\r\n"])
def test_the_longest_file_is_refused_in_time(piece: bytes) -> None:
    """As many lines as are looked at."""
    began = process_time()
    lines = piece.count(b"\n")
    assert refusal(b"BEGIN:VCALENDAR\r\n" + piece * ((MOST_LINES - 1) // lines))
    assert process_time() - began < IN_TIME
