"""A week typed in one line: what is understood, what is refused, and where."""

from __future__ import annotations

import string
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.typed import grammar_for, LONGEST_TEXT, NotUnderstood, week_as_text
from bot.words import words_for
from clinic.errors import ClinicError, RangesOverlap, TooManyRanges
from clinic.time_range import TimeRange
from clinic.week import DayAvailability, Weekday, WeeklyAvailability
from tests.bot.weeks import ENGLISH, OFFERED, SPOKEN, weeks

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
AT_ONCE = 1.0
"""CPU seconds that the worst text may take; a pattern that tries everything has no end."""


def read(text: str, language: str = "en") -> dict[Weekday, DayAvailability | None]:
    return grammar_for(words_for(language)).read(text)


def on(day: Weekday, *ranges: tuple[int, int]) -> DayAvailability:
    return DayAvailability.of(day, [TimeRange(start, end) for start, end in ranges])


def test_the_example_of_the_issue() -> None:
    """``mon-thu 9-13, 15-19; fri 8-14; sat off`` sets six days."""
    shared = {day: on(day, (540, 780), (900, 1140)) for day in (MON, TUE, WED, THU)}
    assert read("mon-thu 9-13, 15-19; fri 8-14; sat off") == {**shared, FRI: on(FRI, (480, 840)), SAT: None}


WORKING, EVERY = (MON, TUE, WED, THU, FRI), tuple(Weekday)
SPANS = {
    "weekdays 9-17": WORKING,
    "weekend 9-17": (SAT, SUN),
    "daily 9-17": EVERY,
    "DAILY 9-17": EVERY,
    "fri-mon 9-17": (FRI, SAT, SUN, MON),
    "sun-sat 9-17": (SUN, MON, TUE, WED, THU, FRI, SAT),
    "mon-mon 9-17": (MON,),
    "mon,wed,fri 9-17": (MON, WED, FRI),
    "mon wed fri 9-17": (MON, WED, FRI),
    "mon-wed, sat 9-17": (MON, TUE, WED, SAT),
    "Monday to Wednesday 9-17": (MON, TUE, WED),
    "mon – wed 9–17": (MON, TUE, WED),
    "mon—wed 9—17": (MON, TUE, WED),
    "mon.: 9 to 17": (MON,),
    "tu = 9am - 5pm": (TUE,),
    "thurs 09:00-17:00": (THU,),
    "mon 9-17, tue 9-17": (MON, TUE),
    "mon 9-17; tue 9-17": (MON, TUE),
    "mon 9-17\ntue 9-17\n": (MON, TUE),
    "; ;mon 9-17;;": (MON,),
    "mon 9-17,": (MON,),
    "mon-fri from 9 to 17": WORKING,
    "From Mon to Fri FROM 9 TO 17": WORKING,
    "mon - 9-17": (MON,),
    "mon – fri – 9-17": WORKING,
    "mon-fri — from 9 to 17": WORKING,
    "mon and tue 9-17": (MON, TUE),
    "mon, wed and fri 9-17": (MON, WED, FRI),
    "mon & tue 9-17": (MON, TUE),
    "mon-wed and sat 9-17": (MON, TUE, WED, SAT),
    "mon 9-17 and tue 9-17": (MON, TUE),
    "mon 9-17, and tue from 9 to 17": (MON, TUE),
    "mon 9-17, from wed to fri 9-17": (MON, WED, THU, FRI),
}


@pytest.mark.parametrize(("text", "days"), SPANS.items(), ids=SPANS)
def test_days_are_named_as_people_name_them(text: str, days: tuple[Weekday, ...]) -> None:
    """Names, spans that wrap the week, groups, and clauses between commas, semicolons or lines."""
    assert read(text) == {day: on(day, (540, 1020)) for day in days}


@pytest.mark.parametrize("tag", OFFERED)
@pytest.mark.parametrize("day", Weekday, ids=lambda day: day.name)
def test_days_in_every_language(tag: str, day: Weekday) -> None:
    """Full and short names are understood in the person's language, in capitals too."""
    words = OFFERED[tag]
    for name in (words.weekday_in_full(day), words.weekday(day), words.weekday_in_full(day).upper()):
        assert list(read(f"{name} 9-17", tag)) == [day]


@pytest.mark.parametrize("tag", OFFERED)
def test_english_is_always_understood(tag: str) -> None:
    """Nobody has to switch languages to paste an example."""
    assert list(read("mon-thu 9-13, 15-19; fri off; weekend clear", tag)) == list(Weekday)


@pytest.mark.parametrize(
    ("tag", "text", "days"),
    [
        ("es", "lunes a jueves 9-13", (MON, TUE, WED, THU)),
        ("es", "mie, sab 9 a 13", (WED, SAT)),
        ("es", "miércoles-viernes 9-13", (WED, THU, FRI)),
        ("ru", "понедельник-среда 9-13", (MON, TUE, WED)),
        ("ru", "пн, ср 9 до 13", (MON, WED)),
        ("ru", "ВС 9-13", (SUN,)),
        ("es", "lun-vie de 9 a 13", WORKING),
        ("es", "de lunes a jueves de 9 a 13", (MON, TUE, WED, THU)),
        ("es", "desde lunes hasta jueves desde 9 hasta 13", (MON, TUE, WED, THU)),
        ("es", "lunes y martes 9-13", (MON, TUE)),
        ("es", "sábado y domingo de 9 a 13", (SAT, SUN)),
        ("ru", "пн-пт с 9 до 13", WORKING),
        ("ru", "пн и вт 9-13", (MON, TUE)),
        ("ru", "С пн по чт с 9 до 13", (MON, TUE, WED, THU)),
        ("ru", "вс – 9-13", (SUN,)),
    ],
)
def test_spans_in_other_languages(tag: str, text: str, days: tuple[Weekday, ...]) -> None:
    """Accents may be left out, and the word between two days or times is the language's own."""
    assert read(text, tag) == {day: on(day, (540, 780)) for day in days}


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "mon 9-13 and 15-19"),
        ("en", "mon from 9 to 13, and from 15 to 19"),
        ("es", "lun de 9 a 13 y de 15 a 19"),
        ("es", "lunes de 9 a 13, de 15 a 19"),
        ("ru", "пн с 9 до 13 и с 15 до 19"),
        ("ru", "пн - с 9 до 13, с 15 до 19"),
    ],
)
def test_a_lunch_break_in_a_sentence(tag: str, text: str) -> None:
    """The small words between two ranges are the language's own."""
    assert read(text, tag) == {MON: on(MON, (540, 780), (900, 1140))}


@pytest.mark.parametrize(
    ("tag", "text"), [("ru", "вс - выходной"), ("es", "dom – libre"), ("en", "sun — off"), ("en", "sun: closed")]
)
def test_a_day_off_after_a_dash(tag: str, text: str) -> None:
    """A dash says what a colon does."""
    assert read(text, tag) == {SUN: None}


@pytest.mark.parametrize("tag", SPOKEN)
def test_a_shown_range_can_be_typed_back(tag: str) -> None:
    """Whatever the table shows as hours is understood behind a day, but for the mark of the next day."""
    words = words_for(tag)
    for hours in (TimeRange(0, 1440), TimeRange(540, 1020), TimeRange(1320, 1800)):
        shown = words.hours(hours).removesuffix(" (+1)")
        assert read(f"{words.weekday(MON)} {shown}", tag) == {MON: DayAvailability.of(MON, [hours])}


def test_off_says_nothing_of_the_hours_that_there_are() -> None:
    """Which hours a day typed as off keeps is known only where it is saved."""
    assert read("mon off") == {MON: None}


def test_clear_takes_the_hours_away() -> None:
    """A day typed as clear has none left."""
    assert read("mon clear") == {MON: DayAvailability()}


HOURS = {
    "22-6": (1320, 1800),
    "9-0": (540, 1440),
    "9-24": (540, 1440),
    "0-24": (0, 1440),
    "0-0": (0, 1440),
    "9am-5pm": (540, 1020),
    "9:15 - 13.45": (555, 825),
    "0915-1345": (555, 825),
    "12am-12pm": (0, 720),
}


@pytest.mark.parametrize(("text", "hours"), HOURS.items(), ids=HOURS)
def test_ranges(text: str, hours: tuple[int, int]) -> None:
    """A range may end at midnight or on the next day."""
    assert read(f"mon {text}") == {MON: on(MON, hours)}


NO_DAY, NO_TIME = "that is no day of the week", "that is no time of day"
ZONE = "hours are in the clinic's own time, without a zone or an offset"
TWICE, EMPTY = "that day is named twice", "there are no hours after the days"
NO_LENGTH = "a range must end after it starts"

REFUSED = [
    ("", "", 0, NO_DAY),
    ("9-10", "9-10", 0, NO_DAY),
    ("mon 9-10; 11-12", "11-12", 10, NO_DAY),
    ("foo 9-10", "foo", 0, NO_DAY),
    ("mon-foo 9-10", "mon-foo", 0, NO_DAY),
    ("mon 9-10; t 9-10", "t", 10, NO_DAY),
    ("monday on 9-5", "on", 7, NO_DAY),
    ("mon, tue, monda9 9-5", "monda9", 10, NO_DAY),
    ("mon 9-10; =", "=", 10, NO_DAY),
    ("mon", "mon", 0, EMPTY),
    ("mon-fri:", "mon-fri:", 0, EMPTY),
    ("mon 9-13; fri, sat", "fri, sat", 10, EMPTY),
    ("mon 9-13, fri", "fri", 10, EMPTY),
    ("mon 9", "9", 4, NO_TIME),
    ("mon 9-25", "9-25", 4, NO_TIME),
    ("mon 24-9", "24-9", 4, NO_TIME),
    ("mon 9:60-10", "9:60-10", 4, NO_TIME),
    ("mon 9-13, 25-26", "25-26", 10, NO_TIME),
    ("mon 9-13, tue 25-26", "25-26", 14, NO_TIME),
    ("mon 9-10 11-12", "9-10 11-12", 4, NO_TIME),
    ("mon 9-10-11", "9-10-11", 4, NO_TIME),
    ("mon off off", "off off", 4, NO_TIME),
    ("mon 9-10 please", "9-10 please", 4, NO_TIME),
    ("mon 9-13+02", "9-13+02", 4, ZONE),
    ("mon 9-13 +02:00", "9-13 +02:00", 4, ZONE),
    ("mon 9-13Z", "9-13Z", 4, ZONE),
    ("mon 9-13 z", "9-13 z", 4, ZONE),
    ("mon 9-13 UTC", "9-13 UTC", 4, ZONE),
    ("tue 8-9; mon 9-13 gmt+1", "9-13 gmt+1", 13, ZONE),
    ("mon 9-9", "9-9", 4, NO_LENGTH),
    ("mon 9-13, 15-15", "15-15", 10, NO_LENGTH),
    ("mon mon 9-10", "mon mon", 0, TWICE),
    ("mon-wed, tue 9-10", "tue", 9, TWICE),
    ("mon 9-10; mon 11-12", "mon", 10, TWICE),
    ("daily 9-10; sat off", "sat", 12, TWICE),
]


@pytest.mark.parametrize(("text", "part", "place", "reason"), REFUSED, ids=[repr(row[0]) for row in REFUSED])
def test_a_refusal_names_the_part_and_its_place(text: str, part: str, place: int, reason: str) -> None:
    """The first part that makes no sense is quoted where it stands, with the reason."""
    with pytest.raises(NotUnderstood) as refused:
        read(text)
    found = refused.value
    assert (found.text[found.start : found.end], found.start, found.reason) == (part, place, reason)


def test_a_text_that_is_too_long_is_refused_whole() -> None:
    """More than 500 characters are no week."""
    with pytest.raises(NotUnderstood, match="too long"):
        read("mon 9-10;" + " " * LONGEST_TEXT)


def test_ranges_that_share_a_minute_are_refused_by_the_rules() -> None:
    """What is understood may still not be."""
    with pytest.raises(RangesOverlap):
        read("mon 9-13, 12-15")


def test_more_ranges_than_a_day_takes_are_refused_by_the_rules() -> None:
    """Seven ranges are one too many."""
    with pytest.raises(TooManyRanges):
        read("mon 1-2, 3-4, 5-6, 7-8, 9-10, 11-12, 13-14")


@given(week=weeks())
def test_a_week_written_down_is_read_back(week: WeeklyAvailability) -> None:
    """``week_as_text`` and ``read`` are each other's inverse; days that are off lose what text has no word for."""
    text = week_as_text(dict(week))
    if len(text) <= LONGEST_TEXT:
        assert read(text) == {day: now if now.on else None for day, now in week}


pieces = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["mon", "fri", "sat", "-", "–", ",", ";", " ", "9", "13", ":", "off", "clear", "daily", "am", "+02", "\n", "24"]
    ),
    st.sampled_from(["from", "to", "and", "y", "de", "с", "по", "и", "&", "all day", "—"]),
)


@given(text=st.lists(pieces, max_size=60).map("".join), tag=st.sampled_from(sorted(OFFERED)))
@settings(max_examples=600)
def test_any_text_is_a_week_or_refused(text: str, tag: str) -> None:
    """Whatever is typed is days, or one of the two refusals, whose part lies in the text."""
    found: dict[Weekday, DayAvailability | None] | NotUnderstood | None = None
    try:
        found = read(text, tag)
    except NotUnderstood as refused:
        found = refused
    except ClinicError:
        return
    if isinstance(found, NotUnderstood):
        assert 0 <= found.start <= found.end <= len(text)
    else:
        assert found


PATHOLOGICAL = [
    "mon" + "," * 400,
    "9" * 400,
    "mon-" * 100,
    "mon " + "9-" * 240,
    "mon " + "9 " * 240,
    "mon," * 124,
    "mon 9-10," * 55,
    "a, " * 160,
    "mon 9" + " " * 490,
    "mon " + "9 to " * 95,
    "mon" + " " * 240 + "-" + " " * 240 + "x",
    "." * 499,
    "m" + "." * 490,
    ("mon 9-10" + "\n") * 55,
    "mon 9-10" + "+" * 480,
    "ﷺ" * 400,
    "mon 9-" + "9." * 200,
    "mon " + "and " * 120,
    "mon " + "from " * 99,
    "mon 9-10" + " and" * 120,
    "mon 9-10" + " and a" * 80,
    "mon" + " -" * 240 + " x",
    "de " * 160,
]


@pytest.mark.parametrize("text", PATHOLOGICAL, ids=range(len(PATHOLOGICAL)))
def test_no_text_takes_long(text: str) -> None:
    """500 characters made to be hard are refused at once."""
    grammar = grammar_for(ENGLISH)
    began = process_time()
    grammar.starts_like_a_week(text)
    with pytest.raises((NotUnderstood, ClinicError)):
        grammar.read(text)
    assert process_time() - began < AT_ONCE


@pytest.mark.parametrize("text", ["9 " * 2048, "mon " * 1024, "9" + " " * 4095, "9 to " * 819, "a" * 4096])
def test_the_longest_message_is_judged_at_once(text: str) -> None:
    """Whether 4,096 characters are meant as a week is known as fast."""
    began = process_time()
    grammar_for(ENGLISH).starts_like_a_week(text)
    assert process_time() - began < AT_ONCE


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("mon 9-10", True),
        ("  Monday off", True),
        ("daily", True),
        ("foo 9-10", True),
        ("mondai", False),
        ("hello", False),
        ("hello, see you at 9", False),
        ("9-10", False),
        ("", False),
        ("!" + string.punctuation, False),
    ],
)
def test_what_is_meant_as_a_week(text: str, *, like: bool) -> None:
    """A day or a group first, or a word and a range: anything else is talk."""
    assert grammar_for(ENGLISH).starts_like_a_week(text) is like
