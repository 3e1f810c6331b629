"""Dates typed in one line: what is understood, what is refused, and that nothing of it is lost."""

from __future__ import annotations

import string
from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dates_draft import MOST_DATES
from bot.taps.dates import Form
from bot.typed import LONGEST_TEXT, NotUnderstood
from bot.typed_dates import date_grammar_for, FURTHEST, TypedDates
from bot.words import words_for
from clinic.dates import DateSpan
from clinic.errors import BadDates, ClinicError, DateIsPast
from clinic.time_range import TimeRange
from clinic.week import Weekday
from tests.bot.weeks import OFFERED

TODAY = date(2026, 11, 25)
"""A Wednesday."""
AT_ONCE = 1.0
"""CPU seconds that the worst text may take; a pattern that tries everything has no end."""
LONGEST_MESSAGE = 4096
EVE, NEW_YEAR = date(2026, 12, 24), date(2027, 1, 2)
TOMORROW = date(2026, 11, 26)


def off(text: str, tag: str = "en", today: date = TODAY) -> TypedDates | None:
    return date_grammar_for(words_for(tag)).off(text, today)


def other_hours(text: str, tag: str = "en") -> TypedDates | None:
    return date_grammar_for(words_for(tag)).other_hours(text, TODAY)


def dates(first: date, last: date | None = None, *hours: tuple[int, int], rest: str = "") -> TypedDates:
    """Return what is typed: hours are whole ones here."""
    ranges = tuple(TimeRange(start * 60, end * 60) for start, end in hours)
    return TypedDates(DateSpan(first, last or first), ranges, rest)


OFF = {
    "off 24 dec - 2 jan holiday": dates(EVE, NEW_YEAR, rest="holiday"),
    "off tomorrow 14-18": dates(TOMORROW, None, (14, 18)),
    "off tomorrow 14-18 dentist": dates(TOMORROW, None, (14, 18), rest="dentist"),
    "Off: tomorrow, 2pm to 6pm": dates(TOMORROW, None, (14, 18)),
    "off today": dates(TODAY),
    "off 24-28 dec": dates(EVE, date(2026, 12, 28)),
    "off 24th to 28th of December": dates(EVE, date(2026, 12, 28)),
    "off from the 24th until the 28th of december": dates(EVE, date(2026, 12, 28)),
    "off dec 24": dates(EVE),
    "off dec 24-28": dates(EVE, date(2026, 12, 28)),
    "off December 24 to 28 course": dates(EVE, date(2026, 12, 28), rest="course"),
    "off 24.12.": dates(EVE),
    "off 24.12.-2.1.": dates(EVE, NEW_YEAR),
    "off 24-28.12.": dates(EVE, date(2026, 12, 28)),
    "off 24/12-28/12": dates(EVE, date(2026, 12, 28)),
    "off 2026-12-24": dates(EVE),
    "off 2026-12-24 - 2027-01-02": dates(EVE, NEW_YEAR),
    "off 24 dec 2026-2 jan 2027": dates(EVE, NEW_YEAR),
    "off 24 dec - 2 jan 2027": dates(EVE, NEW_YEAR),
    "off 24.12.26": dates(EVE),
    "off wed": dates(TODAY),
    "off fri": dates(date(2026, 11, 27)),
    "off tue": dates(date(2026, 12, 1)),
    "off mon-fri": dates(date(2026, 11, 30), date(2026, 12, 4)),
    "off fri-mon": dates(date(2026, 11, 27), date(2026, 11, 30)),
    "off today - fri": dates(TODAY, date(2026, 11, 27)),
    "off mon to wed 14-18 course": dates(date(2026, 11, 30), date(2026, 12, 2), (14, 18), rest="course"),
    "off 5 may 1000-1400": dates(date(2027, 5, 5), None, (10, 14)),
    "off 5 may 2000-2200": dates(date(2027, 5, 5), None, (20, 22)),
    "off 24 dec: 22-6": dates(EVE, None, (22, 30)),
}


@pytest.mark.parametrize(("text", "read"), OFF.items(), ids=OFF)
def test_dates_as_people_type_them(text: str, read: TypedDates) -> None:
    """Names, numbers, spans that share a month or cross the year, weekdays, hours, and a reason."""
    assert off(text) == read


OTHER_LANGUAGES = [
    ("es", "libre mañana 14-18", dates(TOMORROW, None, (14, 18))),
    ("es", "LIBRE MANANA 14-18", dates(TOMORROW, None, (14, 18))),
    ("es", "libre hoy de 14 a 18 dentista", dates(TODAY, None, (14, 18), rest="dentista")),
    ("es", "libre del 24 al 28 dic", dates(EVE, date(2026, 12, 28))),
    ("es", "libre del 24 al 28 de diciembre", dates(EVE, date(2026, 12, 28))),
    ("es", "libre desde el 24 de dic hasta el 2 de enero de 2027 vacaciones", dates(EVE, NEW_YEAR, rest="vacaciones")),
    ("es", "libre 24 dic - 2 ene vacaciones", dates(EVE, NEW_YEAR, rest="vacaciones")),
    ("es", "libre el viernes", dates(date(2026, 11, 27))),
    ("es", "festivo 24 dic", dates(EVE)),
    ("es", "off 24 dec", dates(EVE)),
    ("ru", "выходной завтра 14-18", dates(TOMORROW, None, (14, 18))),
    ("ru", "выходной 24-28 декабря", dates(EVE, date(2026, 12, 28))),
    ("ru", "выходной с 24 по 28 декабря", dates(EVE, date(2026, 12, 28))),
    ("ru", "выходной 24 дек - 2 янв отпуск", dates(EVE, NEW_YEAR, rest="отпуск")),
    ("ru", "вых. пт с 14 до 18 врач", dates(date(2026, 11, 27), None, (14, 18), rest="врач")),
    ("ru", "Выходной сегодня", dates(TODAY)),
    ("ru", "off 24 dec", dates(EVE)),
    ("en-US", "off 12/24", dates(EVE)),
    ("en-US", "off 12/24-28", dates(EVE, date(2026, 12, 28))),
    ("en-US", "off 12/24/2026-1/2/2027", dates(EVE, NEW_YEAR)),
    ("en-US", "off 24.12.", dates(EVE)),
]


@pytest.mark.parametrize(("tag", "text", "read"), OTHER_LANGUAGES, ids=[row[1] for row in OTHER_LANGUAGES])
def test_dates_in_other_languages(tag: str, text: str, read: TypedDates) -> None:
    """The months, small words and order of numbers are the person's; English is understood too."""
    assert off(text, tag) == read


@pytest.mark.parametrize("tag", OFFERED)
def test_every_month_is_understood(tag: str) -> None:
    """Written out or short, as the language declines it behind a day."""
    words = OFFERED[tag]
    for month in range(1, 13):
        day = date(2027, month, 10)
        assert off(f"off {words.day_and_month(day)}", tag, date(2027, 1, 1)) == dates(day)
        assert off(f"off {words.date(day)}", tag, date(2027, 1, 1)) == dates(day)


@pytest.mark.parametrize("tag", OFFERED)
def test_every_word_for_off_begins_time_off(tag: str) -> None:
    """The words that switch a weekday off take dates off too."""
    for word in OFFERED[tag].say("off|free|closed").split("|"):
        assert off(f"{word} 2026-12-24", tag) == dates(EVE)


REASONS = [
    ("en", "(family)"),
    ("en", "Christmas 2026"),
    ("en", "COVID-19"),
    ("en", "to my sister's wedding"),
    ("en", "so tired"),
    ("es", "mi cumpleaños"),
    ("es", "viaje a Madrid"),
    ("ru", "по болезни"),
    ("ru", "к морю"),
    ("en", "<b>&amp;</b>"),
]


@pytest.mark.parametrize(("tag", "reason"), REASONS)
@pytest.mark.parametrize("gap", [" ", " - ", ", ", ": "])
def test_a_reason_is_kept_as_it_was_typed(tag: str, reason: str, gap: str) -> None:
    """Whatever stands between it and the dates, and though it begins like a day or like a span's second half."""
    assert off(f"off 2026-12-24{gap}{reason}", tag) == dates(EVE, rest=reason)


LOST = {
    "off tomorrow 14-18, 20-22": "14-18",
    "off tomorrow 14-18 and 20-22": "20-22",
    "off tomorrow 14-": "14-",
    "off tomorrow from 14": "from 14",
    "off tomorrow at 14": "at 14",
    "off tomorrow after 14:00": "after 14",
    "off tomorrow dentist 14-18": "14-18",
    "off fri until 14": "until 14",
    "off 24 dec 2 weeks": "2 weeks",
    "off 24 dec until further notice": "until",
    "off 24 dec holiday until 2 jan": "until 2 jan",
    "off 24 dec, 26 dec": "26 dec",
    "off mon and wed": "wed",
    "off mon wed": "wed",
    "off 24 dec 1999": "1999",
    "off tomorrow 25-26": "25-26",
    "off 30 feb": "30 feb",
    "off 24-31 feb": "24-31 feb",
    "off 14-18": "14-18",
}


@pytest.mark.parametrize(("text", "part"), LOST.items(), ids=LOST)
def test_nothing_is_half_taken(text: str, part: str) -> None:
    """Dates and hours that are not understood are pointed at; they never become a reason, nor are they dropped."""
    with pytest.raises(NotUnderstood) as refused:
        off(text)
    assert part in refused.value.text[refused.value.start : refused.value.end]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("es", "libre mañana desde las 14"),
        ("es", "libre mañana 14-18 y 20-22"),
        ("es", "libre lun y mié"),
        ("es", "libre 24 dic hasta nuevo aviso"),
        ("ru", "выходной завтра с 14"),
        ("ru", "выходной завтра до 14:00"),
        ("ru", "выходной пн и ср"),
    ],
)
def test_nothing_is_half_taken_in_other_languages(tag: str, text: str) -> None:
    """The small words before a lost time or day are the language's own."""
    with pytest.raises(NotUnderstood):
        off(text, tag)


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        (date(2026, 12, 24), "off 24 dec", date(2026, 12, 24)),
        (date(2026, 12, 25), "off 24 dec", date(2027, 12, 24)),
        (date(2026, 3, 1), "off 29 feb", date(2028, 2, 29)),
        (date(2028, 2, 29), "off 29 feb", date(2028, 2, 29)),
        (date(2097, 3, 1), "off 29 feb", None),
    ],
)
def test_a_date_without_a_year_is_the_next_of_its_name(today: date, text: str, day: date | None) -> None:
    """From today on; the 29th of February waits for a leap year, if one is near enough."""
    if day:
        assert off(text, today=today) == dates(day)
    else:
        with pytest.raises(BadDates):
            off(text, today=today)


@pytest.mark.parametrize("text", ["off 28-24 dec", "off dec 28-24", "off 2027-01-02 - 2026-12-24", "off fri - today"])
def test_a_last_date_before_the_first_is_refused(text: str) -> None:
    """Within one month, with years, and from a weekday back to today."""
    with pytest.raises(BadDates) as refused:
        off(text)
    assert refused.value.last < refused.value.first


@pytest.mark.parametrize("text", ["off 2026-11-24", "off 24.11.2020", "off 1 nov 2026 - 2 nov 2026"])
def test_dates_that_are_over_are_refused(text: str) -> None:
    """A year that was typed is not replaced by another."""
    with pytest.raises(DateIsPast):
        off(text)


def test_a_span_that_has_begun_is_not_over() -> None:
    """Somebody who is away already says until when."""
    assert off("off 2026-11-23 - 2026-11-27 sick") == dates(date(2026, 11, 23), date(2026, 11, 27), rest="sick")


@pytest.mark.parametrize("text", ["off 9999-12-31", "off 31.12.2099", f"off {TODAY + FURTHEST + timedelta(days=1)}"])
def test_dates_too_far_off_are_refused(text: str) -> None:
    """A mistyped year overflows no calendar."""
    with pytest.raises(BadDates):
        off(text)


@pytest.mark.parametrize(
    "text",
    ["", "off", "offer 24 dec", "holiday 24 dec", "mon off", "off work", "off the record", "off may be", "24 dec"],
)
def test_another_text_is_no_time_off(text: str) -> None:
    """It is left to whatever else it may answer."""
    assert off(text) is None


HOURS = {
    "5 may 10-14": dates(date(2027, 5, 5), None, (10, 14)),
    "5 may: 10-12, 14-16": dates(date(2027, 5, 5), None, (10, 12), (14, 16)),
    "may 5 from 10 to 14": dates(date(2027, 5, 5), None, (10, 14)),
    "24-28 dec 9-12": dates(EVE, date(2026, 12, 28), (9, 12)),
    "tomorrow 22-6": dates(TOMORROW, None, (22, 30)),
    "24.12. 9.00-12.00": dates(EVE, None, (9, 12)),
}


@pytest.mark.parametrize(("text", "read"), HOURS.items(), ids=HOURS)
def test_other_hours_on_dates(text: str, read: TypedDates) -> None:
    """Dates first, then all the hours that they are to have."""
    assert other_hours(text) == read


@pytest.mark.parametrize(
    "text",
    ["fri 8-14", "mon-thu 9-13", "mar 9-13", "5 may", "10-14", "10-14 may", "5 may 10-14 something", "off 5 may 10-14"],
)
def test_another_text_is_no_other_hours(text: str) -> None:
    """A weekday's hours are every week's, and dates alone, hours alone, or words behind them are something else."""
    assert other_hours(text, "es" if text.startswith("mar") else "en") is None


@pytest.mark.parametrize("text", ["5 may 10-14, 6 may 9-12", "5 may 10-14, 16-", "1 dec - 31 jan 9-12"])
def test_other_hours_are_not_half_taken(text: str) -> None:
    """A second date, a lost time, or more dates than one form takes."""
    with pytest.raises(NotUnderstood):
        other_hours(text)


def test_as_many_dates_as_a_form_takes() -> None:
    """The most is still understood."""
    read = other_hours("1-31 dec 9-12")
    assert read
    assert len(read.span) == MOST_DATES


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Form.OFF, "24 dec 10-12, 14-16"),
        (Form.DATE, "24 dec 10-12 something"),
        (Form.CLOSED, "24 dec 10-12 Christmas"),
    ],
)
def test_a_form_is_not_filled_with_what_it_does_not_take(form: Form, text: str) -> None:
    """One range for time off, no words with other hours, no hours where the clinic closes."""
    with pytest.raises(NotUnderstood):
        date_grammar_for(words_for("en")).fill(form, text, TODAY)


def test_a_form_is_filled_with_what_it_takes() -> None:
    """Closures have dates and a name."""
    grammar = date_grammar_for(words_for("en"))
    assert grammar.fill(Form.CLOSED, "24-26 dec Christmas", TODAY) == dates(EVE, date(2026, 12, 26), rest="Christmas")
    assert grammar.fill(Form.CLOSED, "Christmas", TODAY) is None


TYPED = st.one_of(
    st.text(max_size=LONGEST_TEXT),
    st.text(alphabet="0123456789-–.:/, apmofdecanj" + string.whitespace, max_size=80),
    st.lists(
        st.sampled_from(
            ["off", "24", "dec", "2", "jan", "-", "to", "14-18", ",", "fri", "tomorrow", "24.12.", "2026-12-24", "feb"]
        ),
        max_size=12,
    ).map(" ".join),
)


@given(text=TYPED, tag=st.sampled_from(sorted(OFFERED)), today=st.dates(date(2000, 1, 1), date(2199, 12, 31)))
@settings(max_examples=500)
def test_whatever_is_typed_is_read_or_refused(text: str, tag: str, today: date) -> None:
    """Nothing but the two kinds of refusal is ever raised, and what is read lies within reach."""
    grammar = date_grammar_for(OFFERED[tag])
    for read in (grammar.off, grammar.other_hours, grammar.read):
        try:
            found = read(text, today)
        except (ClinicError, NotUnderstood):
            continue
        assert found is None or today <= found.span.last <= today + FURTHEST


@given(
    first=st.dates(TODAY, TODAY + timedelta(days=365)),
    length=st.integers(0, 300),
    tag=st.sampled_from(sorted(OFFERED)),
)
@settings(max_examples=200)
def test_what_is_shown_can_be_typed(first: date, length: int, tag: str) -> None:
    """A span as a summary shows it, with its years, is read back as it was."""
    last, words = first + timedelta(days=length), OFFERED[tag]
    assert off(f"off {words.date(first)} - {words.date(last)}", tag) == dates(first, last)


@pytest.mark.parametrize(
    "piece",
    [
        "0",
        "9 ",
        "24 ",
        "24-",
        "24 dec ",
        "24 dec - ",
        "dec ",
        "off ",
        "24.12.",
        "14-18, ",
        "2000-",
        "- ",
        "a ",
        "и ",
        "\n",
    ],
)
def test_the_worst_texts_are_read_at_once(piece: str) -> None:
    """As long as a message may be, and made to be tried in every way."""
    text = f"off 24 dec {piece * LONGEST_MESSAGE}"[:LONGEST_MESSAGE]
    began = process_time()
    for typed in (text, text.removeprefix("off "), piece * (LONGEST_MESSAGE // len(piece))):
        try:
            off(typed)
            other_hours(typed)
        except (ClinicError, NotUnderstood):
            continue
    assert process_time() - began < AT_ONCE


def test_weekdays_are_the_next_of_their_name() -> None:
    """Today's own name is today."""
    found = {day: off(f"off {day.name.lower()}") for day in Weekday}
    assert found == {day: dates(TODAY + timedelta(days=(day - TODAY.weekday()) % 7)) for day in Weekday}
