"""Which words a person gets, and how their language writes days, times and lengths."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import Words, words_for
from clinic.time_range import TimeRange
from clinic.week import Weekday
from tests.bot.weeks import ENGLISH, OFFERED

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
NARROW = "\u202f"

TAGS: dict[str | None, tuple[str, bool]] = {
    "en": ("en_GB", False),
    "en-GB": ("en_GB", False),
    "EN": ("en_GB", False),
    "en-Latn": ("en_GB", False),
    "en-US": ("en_US", True),
    "en-us": ("en_US", True),
    "es": ("es", False),
    "es-ES": ("es_ES", False),
    "es-MX": ("es_MX", True),
    "ru": ("ru", False),
    "ru-RU": ("ru_RU", False),
    "en-ZZ-what": ("en_GB", False),
    "es-what-ever": ("es", False),
    "pt-br": ("en_GB", False),
    "zh-hans": ("en_GB", False),
    "uk": ("en_GB", False),
    "es_MX": ("en_GB", False),
    "-": ("en_GB", False),
    "en-": ("en_GB", False),
    "../../etc/passwd": ("en_GB", False),
    "": ("en_GB", False),
    None: ("en_GB", False),
}


@pytest.mark.parametrize(("tag", "expected"), TAGS.items(), ids=[repr(tag) for tag in TAGS])
def test_what_a_language_tag_gets(tag: str | None, expected: tuple[str, bool]) -> None:
    """A regional tag has its own clock; a language that is not offered gets English with 24 hours."""
    words = words_for(tag)
    assert (str(words.locale), words.twelve_hour) == expected


def test_the_first_tag_that_is_offered_counts() -> None:
    """What the person chose goes before what Telegram says."""
    assert words_for("ru", "es").locale.language == "ru"
    assert words_for(None, "es").locale.language == "es"
    assert words_for("fi", "es").locale.language == "es"


@given(tag=st.one_of(st.text(), st.from_regex(r"(en|es|ru)[-_@.][a-zA-Z0-9@_.-]{0,40}", fullmatch=True)))
def test_any_tag_gets_words(tag: str) -> None:
    """Telegram's language codes are not checked by anybody: all of them get some words."""
    assert words_for(tag).clock(540)


RUNS: dict[tuple[Weekday, ...], str] = {
    (): "",
    (MON,): "Mon",
    (MON, TUE): "Mon, Tue",
    (MON, TUE, WED): "Mon–Wed",
    (MON, TUE, WED, THU, SAT): "Mon–Thu, Sat",
    (SAT, SUN, MON): "Mon, Sat, Sun",
    (SUN, FRI, WED, MON): "Mon, Wed, Fri, Sun",
    tuple(Weekday): "Mon–Sun",
}


@pytest.mark.parametrize(("days", "shown"), RUNS.items(), ids=RUNS.values())
def test_days_as_a_person_lists_them(days: tuple[Weekday, ...], shown: str) -> None:
    """Monday first, runs of three or more joined."""
    assert ENGLISH.weekdays(days) == shown


@given(days=st.frozensets(st.sampled_from(Weekday)))
def test_every_list_of_days_tells_them_apart(days: frozenset[Weekday]) -> None:
    """Read back, the list is the days that went in."""
    names = {ENGLISH.weekday(day): day for day in Weekday}
    found: set[Weekday] = set()
    for part in filter(None, ENGLISH.weekdays(days).split(", ")):
        ends = [names[name] for name in part.split("–")]
        found |= {Weekday(day) for day in range(ends[0], ends[-1] + 1)}
    assert found == days


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(), "0 min"),
        (timedelta(minutes=30), "30 min"),
        (timedelta(hours=8), "8 h"),
        (timedelta(hours=8, minutes=5), "8 h 05"),
        (timedelta(hours=168), "168 h"),
        (timedelta(seconds=59 * 60 + 59), "1 h"),
    ],
)
def test_lengths(length: timedelta, shown: str) -> None:
    """Hours and minutes, neither where it is nought."""
    assert ENGLISH.length(length) == shown


@pytest.mark.parametrize(
    ("minutes", "shown"), [(20, "20 min"), (30, "½h"), (60, "1h"), (90, "1½h"), (95, "1 h 35"), (480, "8h")]
)
def test_short_lengths(minutes: int, shown: str) -> None:
    """On a button half an hour is a half, and no blank takes room."""
    assert ENGLISH.short_length(minutes) == shown


CLOCKS = {
    "en": ("00:00", "09:05", "12:00", "24:00", "06:00"),
    "en-US": ("12:00 AM", "9:05 AM", "12:00 PM", "12:00 AM", "6:00 AM"),
    "es": ("0:00", "9:05", "12:00", "24:00", "6:00"),
    "ru": ("00:00", "09:05", "12:00", "24:00", "06:00"),
}


@pytest.mark.parametrize("tag", CLOCKS)
def test_clocks(tag: str) -> None:
    """Midnight at both ends of a day, noon, and minutes of the next day."""
    assert tuple(OFFERED[tag].clock(minutes) for minutes in (0, 545, 720, 1440, 1800)) == CLOCKS[tag]


@pytest.mark.parametrize("tag", OFFERED)
def test_clocks_have_no_odd_blanks(tag: str) -> None:
    """The narrow no-break space that CLDR puts before AM breaks a column."""
    assert not any(NARROW in OFFERED[tag].clock(minutes) for minutes in range(1441))


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (540, 1020, "09:00–17:00"),
        (540, 1440, "09:00–24:00"),
        (1320, 1800, "22:00–06:00 (+1)"),
        (0, 1440, "00:00–24:00"),
    ],
)
def test_ranges(start: int, end: int, shown: str) -> None:
    """A range that ends on the next day says so; one that ends at midnight does not."""
    assert ENGLISH.hours(TimeRange(start, end)) == shown


@pytest.mark.parametrize(
    ("tag", "start", "end", "shown"),
    [
        ("en-US", 0, 1440, "all day"),
        ("en-US", 0, 720, "12:00 AM–12:00 PM"),
        ("es-MX", 0, 1440, "todo el día"),
        ("es-MX", 540, 1020, "9:00 am–5:00 pm"),
        ("es-CO", 1320, 1800, "10:00 pm–6:00 am (+1)"),
        ("en-CA", 1320, 1800, "10:00 pm–6:00 am (+1)"),
    ],
)
def test_ranges_of_twelve_hours(tag: str, start: int, end: int, shown: str) -> None:
    """Midnight does not stand at both ends of a day, and noon's half of the day has no dots."""
    assert words_for(tag).hours(TimeRange(start, end)) == shown


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "28 Mar 2026, 23:30"),
        ("Europe/Berlin", "29 Mar 2026, 00:30"),
        ("America/New_York", "28 Mar 2026, 19:30"),
        ("Pacific/Kiritimati", "29 Mar 2026, 13:30"),
    ],
)
def test_moments_are_the_clinics(zone: str, shown: str) -> None:
    """An instant is shown on the zone's calendar and clock."""
    assert ENGLISH.moment(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), ZoneInfo(zone)) == shown


@pytest.mark.parametrize(
    ("tag", "first", "last", "shown"),
    [
        ("en", date(2026, 11, 23), date(2026, 11, 29), "23–29 Nov 2026"),
        ("en", date(2026, 12, 28), date(2027, 1, 3), "28 Dec 2026 – 3 Jan 2027"),
        ("en-US", date(2026, 11, 23), date(2026, 11, 29), "Nov 23 – 29, 2026"),
        ("ru", date(2026, 11, 23), date(2026, 11, 29), "23–29 нояб. 2026 г."),
    ],
)
def test_spans_of_dates(tag: str, first: date, last: date, shown: str) -> None:
    """A week's dates say nothing twice; which kinds of blanks stand between is the language's own."""
    assert " ".join(OFFERED[tag].dates(first, last).split()) == shown


def test_values_are_escaped_in_html_alone() -> None:
    """``rich`` escapes what it puts in, ``say`` does not."""
    assert ENGLISH.rich("<b>{name}</b>", name="<i>&") == "<b>&lt;i&gt;&amp;</b>"
    assert ENGLISH.say("{name}", name="<i>&") == "<i>&"


@pytest.mark.parametrize("words", OFFERED.values(), ids=OFFERED)
def test_seven_names_of_days(words: Words) -> None:
    """Short names differ from one another and are short indeed."""
    names = [words.weekday(day) for day in Weekday]
    assert len(set(names)) == 7
    assert max(map(len, names)) <= 3


@pytest.mark.parametrize(("number", "shown"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_plurals(number: int, shown: str) -> None:
    """One takes the singular, all else the plural."""
    assert ENGLISH.count("{n} day", "{n} days", number) == shown
