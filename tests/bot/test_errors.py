"""Every error has its sentence, and what nobody foresaw is logged and owned up to."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, UTC
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot import typed
from bot.errors import explain, on_error
from bot.typed import grammar_for, NotUnderstood
from bot.typed_dates import date_grammar_for
from bot.words import Words
from clinic import errors
from clinic.booking import Booking, LONGEST_REFERENCE
from clinic.broadcast import Audience, AudienceKind
from clinic.calendar import Slot
from clinic.errors import ClinicError
from clinic.people import Role
from clinic.plan import WeekRecord
from clinic.ports import Clinic, Storage
from clinic.reminder import Reminder
from clinic.time_range import TimeRange
from clinic.week import Weekday
from tests.bot.weeks import ENGLISH, OFFERED

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLINIC = Clinic("Hill & <Street>", ZoneInfo("UTC"), frozenset(), cast("Storage", None), lambda: NOW)
ALERT = 200
SLOT = Slot(NOW, NOW + timedelta(minutes=30))
BOOKING = Booking(7, SLOT, "P" * LONGEST_REFERENCE)
MADE_OF: dict[str, Any] = {
    "int": 7,
    "str": "Ana",
    "Weekday": Weekday.MON,
    "TimeRange": TimeRange(1320, 1800),
    "date": NOW.date(),
    "Role": Role.ADMIN,
    "Action": errors.Action.SET_HOURS,
    "WeekRecord": WeekRecord(1),
    "datetime": NOW,
    "Slot": SLOT,
    "Sequence[Slot]": [SLOT],
    "Booking": BOOKING,
    "Sequence[Booking]": [BOOKING],
    "Reminder": Reminder(frozenset({Weekday.MON}), 9 * 60, Audience(AudienceKind.DOCTORS)),
}


def every_kind(kind: type[ClinicError] = ClinicError) -> list[type[ClinicError]]:
    return [found for child in kind.__subclasses__() for found in (child, *every_kind(child))]


def made(kind: type[ClinicError]) -> ClinicError:
    """Build an error of any values that its fields take."""
    annotations = {name: str(kind.__annotations__[name]) for name in getattr(kind, "__dataclass_fields__", {})}
    return kind(*(MADE_OF[annotation] for annotation in annotations.values()))


KINDS = [kind for kind in every_kind() if kind.__module__ == errors.__name__]
ONE_SENTENCE = {errors.UnknownDoctor: errors.UnknownPerson}
"""Different facts that a person is told in the same words."""


def test_all_errors_are_tried() -> None:
    """The tree is walked: there are some."""
    assert len(KINDS) >= 19


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_own_sentence(kind: type[ClinicError]) -> None:
    """A new error without words of its own fails here."""
    said = explain(made(kind), CLINIC, ENGLISH)
    alike = [other for other in KINDS if explain(made(other), CLINIC, ENGLISH) == said]
    assert said.endswith(".")
    assert len(alike) == (2 if kind in {*ONE_SENTENCE, *ONE_SENTENCE.values()} else 1)


def test_an_error_without_words_is_a_bug() -> None:
    """It is not passed off as a refusal."""

    class Unforeseen(ClinicError):
        """Nobody has words for this."""

    with pytest.raises(TypeError, match="Unforeseen has no words"):
        explain(Unforeseen(), CLINIC, ENGLISH)


@pytest.mark.parametrize("action", errors.Action)
def test_every_refusal_says_who_may(action: errors.Action) -> None:
    """A refusal by policy has a sentence for each action, and no two share one."""
    said = [explain(errors.NotAllowed(each), CLINIC, ENGLISH) for each in errors.Action]
    assert said.count(explain(errors.NotAllowed(action), CLINIC, ENGLISH)) == 1


@pytest.mark.parametrize("tag", OFFERED)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_sentence_fits_an_alert(kind: type[ClinicError], tag: str) -> None:
    """A tap is answered with 200 characters at most, in any language."""
    assert 1 <= len(explain(made(kind), CLINIC, OFFERED[tag])) <= ALERT


def test_both_ranges_of_an_overlap_are_named() -> None:
    """Whoever made it sees which two."""
    error = errors.RangesOverlap(Weekday.SUN, TimeRange(1320, 1800), Weekday.MON, TimeRange(300, 600))
    assert explain(error, CLINIC, ENGLISH).startswith("Sun 22:00–06:00 (+1) and Mon 05:00–10:00 overlap")


def test_what_was_not_understood_is_quoted_with_its_place() -> None:
    """The part, what stands before it, and the reason."""
    with pytest.raises(NotUnderstood) as refused:
        grammar_for(ENGLISH).read("mon 9-13, 25-26")
    said = explain(refused.value, CLINIC, ENGLISH)
    assert "I did not understand “25-26” (after “mon 9-13”): that is no time of day." in said


PLACES = {
    "foo 9-10": "at the beginning",
    "mon 9-10; foo 9-10": "after “mon 9-10”",
    "mon 9-10, 11-12, 13-14; tue 9-10, 25": "after “…9-10, 11-12, 13-14; tue 9-10”",
    "mon 9-10\ntue 9-10\n\nfoo": "after “mon 9-10 tue 9-10”",
}


@pytest.mark.parametrize(("text", "place"), PLACES.items(), ids=PLACES)
def test_a_place_is_said_in_words(text: str, place: str) -> None:
    """The few words before the part, without the sign that parts them, or that there are none."""
    with pytest.raises(NotUnderstood) as refused:
        grammar_for(ENGLISH).read(text)
    assert f"({place}): " in explain(refused.value, CLINIC, ENGLISH)


def test_a_long_part_is_cut() -> None:
    """An answer about 4,096 typed characters fits a message, whichever part of them it is about."""
    for start in (0, 2048):
        error = NotUnderstood("x" * 4096, start, 4096, typed._NO_DAY)
        assert len(explain(error, CLINIC, ENGLISH)) < 500


@pytest.mark.parametrize("text", ["{0}", "{name!r}", "%s%n", "}{", "{part}"])
def test_braces_in_a_typed_text_are_text(text: str) -> None:
    """What a person types is never taken for a format."""
    error = NotUnderstood(text, 0, len(text), typed._NO_DAY)
    assert f"“{text}”" in explain(error, CLINIC, ENGLISH)


class TalkingBot:
    """Takes the apologies."""

    def __init__(self, error: TelegramError | None = None, *, answered: bool = False) -> None:
        self.said: list[tuple[Any, str]] = []
        self._error, self._answered = error, answered

    async def send_message(self, chat_id: int, text: str, *_: Any, **__: Any) -> None:
        self._take(chat_id, text)

    async def answer_callback_query(self, query_id: str, text: str, *_: Any, **__: Any) -> bool:
        if self._answered:
            raise BadRequest("query is too old")
        self._take(query_id, text)
        return True

    def _take(self, to: int | str, text: str) -> None:
        if self._error:
            raise self._error
        self.said.append((to, text))


class Raised:
    """PTB's context of an error."""

    def __init__(self, error: Exception, bot: TalkingBot) -> None:
        self.error, self.bot = error, bot


ANA = User(7, "Ana", is_bot=False, language_code="en")
PRIVATE = Message(1, NOW, Chat(7, "private"), from_user=ANA, text="mon 9-13 is between us")
GROUP = Message(1, NOW, Chat(-100, "group"), from_user=ANA, text="hello")
SAID = Update(1, PRIVATE)
TAPPED = Update(2, callback_query=CallbackQuery("query", ANA, "chat", message=PRIVATE, data="pd:0:1"))


async def reported(update: object, error: Exception, bot: TalkingBot | None = None) -> TalkingBot:
    bot = bot or TalkingBot()
    await on_error(update, cast("Any", Raised(error, bot)))
    return bot


def caught(error: Exception) -> Exception:
    """Return the error with a traceback, as one that was raised."""
    try:
        raise error
    except type(error) as raised:
        return raised


def incident_of(text: str) -> str:
    found = re.search(r"incident ([0-9a-f]{8})", text)
    assert found, text
    return found[1]


@pytest.mark.parametrize(("update", "to"), [(SAID, 7), (TAPPED, "query")], ids=["said", "tapped"])
async def test_the_apology_has_the_incident_of_the_log(
    caplog: pytest.LogCaptureFixture, update: Update, to: int | str
) -> None:
    """One id in both, so that a person's report finds the line."""
    bot = await reported(update, ZeroDivisionError("by nought"))
    assert [told for told, _ in bot.said] == [to]
    assert incident_of(bot.said[0][1]) == incident_of(caplog.text)


async def test_a_tap_that_was_answered_before_is_apologised_for_in_a_message() -> None:
    """Its spinner has stopped: an alert would not be seen."""
    bot = await reported(TAPPED, ValueError(), TalkingBot(answered=True))
    assert [told for told, _ in bot.said] == [7]


async def test_every_incident_has_an_id_of_its_own() -> None:
    """Two errors are two incidents."""
    told = [(await reported(SAID, ValueError())).said[0][1] for _ in range(2)]
    assert incident_of(told[0]) != incident_of(told[1])


async def test_the_log_has_no_text_of_the_message(caplog: pytest.LogCaptureFixture) -> None:
    """What a person wrote is theirs."""
    await reported(SAID, ValueError("a bug"))
    assert "between us" not in caplog.text
    assert "Ana" not in caplog.text


async def test_a_bug_is_logged_with_where_it_was(caplog: pytest.LogCaptureFixture) -> None:
    """Where it happened is what mends it; what the error says may be what a person wrote, and is nobody's."""
    bot = await reported(SAID, caught(ValueError(SAID.message and SAID.message.text)))
    assert re.search(r"ValueError < bot/test_errors\.py:\d+ caught$", caplog.text)
    assert "between us" not in caplog.text + bot.said[0][1]


async def test_a_lost_connection_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """The network's failures are no bugs: no traceback."""
    await reported(SAID, caught(NetworkError("gone")))
    assert len(caplog.text.splitlines()) == 1


async def test_the_apology_speaks_the_persons_language(caplog: pytest.LogCaptureFixture) -> None:
    """As Telegram names it: the account may be what could not be read."""
    maria = User(8, "Maria", is_bot=False, language_code="es")
    said = Update(1, Message(1, NOW, Chat(8, "private"), from_user=maria, text="hola"))
    bot = await reported(said, ValueError())
    incident = incident_of(caplog.text)
    sentence = "Sorry, something went wrong (incident {id}). Please try again."
    assert bot.said == [(8, OFFERED["es"].say(sentence, id=incident))]


@pytest.mark.parametrize("update", [None, object(), Update(1), Update(1, GROUP)], ids=range(4))
async def test_nobody_is_apologised_to_in_public(update: object, caplog: pytest.LogCaptureFixture) -> None:
    """An update of nobody's, or of a group, is logged and no more."""
    assert (await reported(update, ValueError())).said == []
    assert "incident" in caplog.text


@pytest.mark.parametrize("again", [Forbidden("blocked"), NetworkError("gone"), BadRequest("query is too old")])
async def test_an_apology_that_does_not_arrive_raises_nothing(
    again: TelegramError, caplog: pytest.LogCaptureFixture
) -> None:
    """The handler of errors makes none of its own."""
    await reported(TAPPED, ValueError(), TalkingBot(again))
    assert "the apology did not arrive" in caplog.text


def test_sentences_are_plain(english: Words) -> None:
    """Replies to errors are sent as plain text: a clinic's name is not escaped in them."""
    assert "Hill & <Street>" in explain(errors.NotInvited(), CLINIC, english)


@pytest.fixture
def english() -> Words:
    return ENGLISH


def test_a_date_that_is_not_understood_gets_an_example_of_dates() -> None:
    """What was meant as dates is answered with dates, not with a week."""
    with pytest.raises(NotUnderstood) as wrong:
        date_grammar_for(ENGLISH).off("off 24 dec 14-16, 18-20", NOW.date())
    assert "off 24 dec - 2 jan holiday" in explain(wrong.value, CLINIC, ENGLISH)
