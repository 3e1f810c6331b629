"""The catalogues: complete, safe to show, and read back by the grammar; and no words outside of them."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.sandbox.markup import parse_html
from bot.settings import Settings
from bot.summary import week_table, WIDEST_LINE
from bot.typed import grammar_for, week_example
from bot.typed_booking import booking_grammar_for
from bot.typed_dates import date_grammar_for
from bot.typed_moment import read_moment
from bot.words import UNNAMED_CLINIC, Words, words_for
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, NO_HOURS, Weekday, WeeklyAvailability
from tests.bot.weeks import TODAY
from tests.catalogues import as_text, BOT, forms, kept, KEYWORDS, messages, template, TRANSLATED, updated

LONGEST_MESSAGE = 1_000
SPOKEN = messages(template())
RICH = messages(template("rich"))
SOURCES = {path.relative_to(BOT).as_posix(): path for path in BOT.rglob("*.py") if "sandbox" not in path.parts}

SAME: dict[tuple[str, str], str] = {
    ("es", "{minutes} min"): "the unit's symbol is international",
    ("es", "{seconds} s"): "the unit's symbol is international",
    ("es", "{hours} h"): "the unit's symbol is international",
    ("es", "{hours}h"): "the unit's symbol is international",
    ("es", "{hours} h {minutes:02}"): "the unit's symbol is international",
    ("es", "Total: <b>{hours}</b>"): "the word is Spanish too",
}
"""Why a translation may be its source; one of placeholders and tags alone needs no reason."""

ENGLISH = {
    "es": re.compile(r"\b(the|and|of|your|you|is|are|was|to|for|with|day|days|week|hours|tap|type|doctor)\b"),
    "ru": re.compile(r"\b(?!Rota\b|Telegram\b|ADMIN_IDS\b|ics\b|UTF\b)[A-Za-z]+\b"),
}
"""What a text of the language holds only where somebody forgot to translate it."""

OPEN = DayAvailability((TimeRange.from_clock(9 * 60, 13 * 60),), on=True)
VOCABULARY: dict[str, tuple[str, Mapping[Weekday, DayAvailability | None]]] = {
    "weekdays|working days": ("{word} 9-13", dict.fromkeys(tuple(Weekday)[:5], OPEN)),
    "weekend": ("{word} 9-13", dict.fromkeys(tuple(Weekday)[5:], OPEN)),
    "daily|every day|all": ("{word} 9-13", dict.fromkeys(Weekday, OPEN)),
    "off|free|closed": ("{monday} {word}", {Weekday.MON: None}),
    "clear|none": ("{monday} {word}", {Weekday.MON: DAY_OFF}),
    "all day": ("{monday} {word}", {Weekday.MON: DayAvailability((TimeRange(0, 24 * 60),), on=True)}),
}
"""What the grammar listens for, between bars: how it is typed, and what it is taken for."""

COMMANDS = {"/free ruiz 25", "/free ruiz 30", "/slots 25 5"}
ALIKE = {"es": {"5 may 10-14", "P-1042", *COMMANDS}, "ru": COMMANDS}
"""Examples that are what they are in English too."""
_REFERENCE = re.compile(r"[PП]-\d+")

by_language = pytest.mark.parametrize("language", TRANSLATED)
by_source = pytest.mark.parametrize("source", SOURCES)


def translations(language: str) -> Iterator[tuple[str, str, Message]]:
    """Yield each message's key, each of its translated forms, and the message."""
    for english, message in messages(kept(language)).items():
        for form in forms(message):
            yield english, form, message


def sources(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def placeholders(text: str) -> Counter[tuple[str, str, str]]:
    """Return the fields of a text with their format specs and conversions."""
    return Counter((name, spec or "", how or "") for _, name, spec, how in Formatter().parse(text) if name is not None)


def tags(text: str) -> Counter[str]:
    return Counter(re.findall(r"</?[a-z][^>]*>", text))


def bare(text: str) -> str:
    """Return the text without tags, placeholders and commands: what a person reads as words."""
    return re.sub(r"<[^>]*>|\{[^}]*\}|/\w+|\b\d+[ap]m\b", "", text)


@by_language
def test_every_message_is_there_and_no_other(language: str) -> None:
    """``python -m tests.catalogues`` brings a catalogue up to date."""
    assert set(messages(kept(language))) == set(SPOKEN)


@by_language
def test_nothing_is_obsolete_fuzzy_or_empty(language: str) -> None:
    """Every message is translated for good."""
    assert not kept(language).obsolete
    assert [message.id for message in kept(language) if message.id and message.fuzzy] == []
    assert [english for english, form, _ in translations(language) if not form.strip()] == []


@by_language
def test_every_plural_has_the_languages_forms(language: str) -> None:
    """Two in Spanish, three in Russian, none of them where English has none."""
    catalogue = kept(language)
    assert catalogue.plural_forms == Catalog(language).plural_forms
    for message in messages(catalogue).values():
        assert len(forms(message)) == (1 if isinstance(message.id, str) else catalogue.num_plurals)


@by_language
def test_placeholders_and_specs_are_the_sources(language: str) -> None:
    """A lost ``{name}`` says nothing, an invented one breaks the reply."""
    wrong = {
        english: form
        for english, form, message in translations(language)
        if placeholders(form) not in map(placeholders, sources(message))
    }
    assert wrong == {}


@by_language
def test_tags_are_the_sources(language: str) -> None:
    """Bold stays bold, and a plain message has none."""
    wrong = {
        english: form
        for english, form, message in translations(language)
        if tags(form) != tags(sources(message)[0]) or (english not in RICH and tags(form))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_every_rich_message_is_html_that_telegram_takes(language: str) -> None:
    """With values that look like markup: they stay text."""
    words = words_for(language)
    for english in RICH:
        value = "<b>Müller & Söhne</i>"
        text, _ = parse_html(words.rich(english, **{name: value for name, _, _ in placeholders(english)}))
        assert text.count(value) == placeholders(english).total()


@by_language
def test_every_plain_message_can_be_said(language: str) -> None:
    """With numbers, which every format spec takes."""
    for english in set(SPOKEN) - set(RICH):
        assert words_for(language).say(english, **{name: 7 for name, _, _ in placeholders(english)})


@by_language
def test_messages_are_short(language: str) -> None:
    """Telegram takes 4,096 characters, with what is inserted."""
    assert max(len(form) for english, form, _ in translations(language) for form in (english, form)) <= LONGEST_MESSAGE


@by_language
def test_edges_and_lines_are_the_sources(language: str) -> None:
    """No blank comes at the end of a message, no line break comes or goes, and a sentence ends as one."""
    wrong = {
        english: form
        for english, form, _ in translations(language)
        if form != form.strip()
        or form.count("\n") != english.count("\n")
        or (english.endswith(".") and not form.endswith("."))
    }
    assert wrong == {}


@by_language
def test_no_english_is_left(language: str) -> None:
    """A translation is its source, or has its words, for a reason only."""
    left = {
        english: form
        for english, form, _ in translations(language)
        if (form == english and re.search(r"\w", bare(form)) and (language, english) not in SAME)
        or ENGLISH[language].search(bare(form))
    }
    assert left == {}


def test_every_reason_to_stay_english_is_needed() -> None:
    """A reason whose message is gone or translated goes too."""
    needed = {(code, english) for code in TRANSLATED for english, form, _ in translations(code) if form == english}
    assert set(SAME) <= needed


@by_language
def test_an_update_loses_no_translation(language: str) -> None:
    """The command writes what it read."""
    written = read_po(io.BytesIO(as_text(updated(language)).encode()), locale=language)
    told = {english: forms(message) for english, message in messages(written).items()}
    assert told == {english: forms(message) for english, message in messages(kept(language)).items()}


@by_language
def test_a_catalogue_names_no_date_and_no_machine(language: str) -> None:
    """A diff shows changed words alone."""
    text = (BOT / "locales" / f"{language}.po").read_text(encoding="utf-8")
    assert not re.search(r"Date:|Generated-By|Last-Translator|^#: /|^#: .*:\d", text, re.MULTILINE)


@by_language
def test_a_clinic_without_a_name_has_one_in_every_language(language: str) -> None:
    """The settings' own default is said, a name that somebody chose stays."""
    assert Settings.model_fields["clinic_name"].default == UNNAMED_CLINIC
    assert words_for(language).clinic(UNNAMED_CLINIC) == forms(messages(kept(language))[UNNAMED_CLINIC])[0]
    assert words_for(language).clinic("Hill {Street}") == "Hill {Street}"


@by_language
def test_the_vocabulary_is_understood(language: str) -> None:
    """Each word between the bars is lower case, and the grammar takes it for what it stands for."""
    words = words_for(language)
    assert {message for message in SPOKEN if "|" in message} <= set(VOCABULARY) <= set(SPOKEN)
    for message, (typed, meant) in VOCABULARY.items():
        for word in words.say(message).split("|"):
            assert word == word.strip().lower()
            text = typed.format(word=word, monday=words.weekday(Weekday.MON))
            assert grammar_for(words).read(text) == meant, text


def _as_typed(text: str, words: Words) -> object:
    """Return what a text that is shown as typed means: days off, other hours, dates, a week, or a booking."""
    if text.startswith("/"):
        return re.findall(r"\d+", text)
    if _REFERENCE.match(text):
        return text.count(",")
    booking = booking_grammar_for(words).of(text)
    if booking:
        read = booking_grammar_for(words).read(booking, TODAY)
        return read.day, read.minutes, bool(read.reference), bool(read.note)
    if grammar_for(words).starts_like_a_week(text) and not date_grammar_for(words).off(text, TODAY):
        return grammar_for(words).read(text)
    if re.fullmatch(r"\S+ 9:30", text):
        return read_moment(text, TODAY, words)
    dates = date_grammar_for(words).off(text, TODAY) or date_grammar_for(words).read(text, TODAY)
    assert dates, text
    return dates.span, dates.hours, bool(dates.rest)


@by_language
def test_the_examples_are_understood(language: str) -> None:
    """What a catalogue shows as typed means in the person's language what it means in English."""
    english, theirs = words_for("en"), words_for(language)
    shown = [
        (of_english, of_theirs)
        for message in RICH
        for of_english, of_theirs in zip(_codes(english, message), _codes(theirs, message), strict=True)
        if re.search(r"\d", of_english)
    ]
    shown.append((week_example(english), week_example(theirs)))
    assert len(shown) > 5
    for of_english, of_theirs in shown:
        assert of_theirs != of_english or of_english in ALIKE[language]
        assert _as_typed(of_theirs, theirs) == _as_typed(of_english, english)


def _codes(words: Words, message: str) -> list[str]:
    said = words.rich(message, **{name: "-" for name, _, _ in placeholders(message)})
    return re.findall(r"<code>(.*?)</code>", said)


@by_language
def test_the_lines_of_a_week_fit_a_phone(language: str) -> None:
    """Days off, and nights that reach into the next day."""
    night = DayAvailability((TimeRange(22 * 60, 30 * 60),), on=True)
    week = WeeklyAvailability((night, *NO_HOURS.days[1:]))
    lines = re.sub(r"</?pre>", "", week_table(week, words_for(language))).splitlines()
    assert max(map(len, lines)) <= WIDEST_LINE


SHOWN = {"button": 0, "copy_button": 0, "link_button": 0, "Screen": 0, "answer": 0, "edit_message_text": 0}
SHOWN |= {"show": 1, "BotCommand": 1, "send_message": 1, "answer_callback_query": 1}
"""Which argument a person gets to read."""


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                yield name, node


@by_source
def test_every_literal_that_is_said_can_be_extracted(source: str) -> None:
    """One inside an f-string cannot."""
    for name, call in _calls(ast.parse(SOURCES[source].read_text(encoding="utf-8"))):
        match call:
            case ast.Call(args=[ast.Constant(value=str(message)), *_]) if name in KEYWORDS:
                assert message in SPOKEN, f"{source}:{call.lineno}"


@by_source
def test_every_word_that_is_shown_comes_from_the_catalogue(source: str) -> None:
    """No screen, button, alert or notice has letters of its own."""
    tree = ast.parse(SOURCES[source].read_text(encoding="utf-8"))
    own = [
        f"{source}:{call.lineno}: {prose!r}"
        for name, call in _calls(tree)
        for text in _shown_by(name, call)
        for prose in _prose(text)
    ]
    assert own == []


def _shown_by(name: str, call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments of a call that a person gets to read."""
    place = 0 if ast.unparse(call.func) == "turn.say" else SHOWN.get(name, len(call.args))
    yield from call.args[place:][:1]
    yield from (named.value for named in call.keywords if named.arg in {"text", "toast", "notice"})


def _prose(node: ast.AST) -> Iterator[str]:
    """Yield the literals below a node that have words in them, except what the catalogue is asked for."""
    match node:
        case ast.Constant(value=str(text)) if re.search(r"[^\W\d_]{2}", re.sub(r"<[^>]*>", "", text)):
            yield text
        case ast.Call(func=ast.Attribute(attr="say" | "rich" | "count")):
            return
    for child in ast.iter_child_nodes(node):
        yield from _prose(child)
