"""Every word that a person reads: catalogues in ``locales/``, and dates and clocks as the person writes them."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache, cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
    get_day_names,
    get_month_names,
)
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from clinic.dates import DateSpan
from clinic.people import Actor
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import Weekday

LOCALES = Path(__file__).with_name("locales")
LANGUAGES = {"en": "English", "en-US": "English (12-hour clock)", "es": "Español", "ru": "Русский"}
"""What ``/language`` offers; any regional tag of these languages is spoken too."""

UNNAMED_CLINIC = "the clinic"
"""What the settings call a clinic until somebody names it."""

_SOURCE = "en"
MENU_LANGUAGES = {None if tag == _SOURCE else tag: tag for tag in LANGUAGES if "-" not in tag}
"""Each language that a menu of commands is kept in, by Telegram's code for it: English is everybody else's."""

_PLAIN_ENGLISH = Locale("en", "GB")
"""What ``en`` alone is shown as: Telegram sends it for half the world, and most of it reads a 24-hour clock."""

_WHOLE_DAY = TimeRange(0, MINUTES_A_DAY)
_HALF_DAY = re.compile(r"([ap])\.\s?m\.")
"""``p. m.``: two such times, a day's name and its date are wider than a phone, and ``pm`` is read as well."""


class Words:
    """One language's words, and its way to write times and dates."""

    def __init__(self, locale: Locale, translations: NullTranslations) -> None:
        self.locale = locale
        self._translations = translations
        self.twelve_hour = "a" in locale.time_formats["short"].pattern
        self._clocks: dict[int, str] = {}  # of the times of a day: a screen of hours shows dozens

    def say(self, message: str, **values: object) -> str:
        """Return a message as plain text."""
        return self._translations.gettext(message).format(**values)

    def rich(self, message: str, **values: object) -> str:
        """Return a message as HTML: the catalogue's own tags count, the values are escaped."""
        escaped = {name: html.escape(str(value), quote=False) for name, value in values.items()}
        return self._translations.gettext(message).format(**escaped)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the plural form that the language has for ``number``, as plain text."""
        return self._translations.ngettext(one, many, number).format(n=number, **values)

    def clinic(self, name: str) -> str:
        """Return a clinic's name; the one that the settings have where nobody chose any, in the person's language."""
        return self.say("the clinic") if name == UNNAMED_CLINIC else name

    def weekday(self, day: Weekday) -> str:
        """Return the short name, as on a button: ``Mon``."""
        return self._short_days[day]

    @cached_property
    def _short_days(self) -> list[str]:
        names = _day_names("abbreviated", self.locale)
        return [names[day].rstrip(".").capitalize() for day in Weekday]

    def weekday_in_full(self, day: Weekday) -> str:
        return _day_names("wide", self.locale)[day]

    def weekdays(self, days: Iterable[Weekday]) -> str:
        """Return days as a person lists them, runs of three or more joined: ``Mon–Thu, Sat``."""
        runs: list[list[Weekday]] = []
        for day in sorted(days):
            if runs and runs[-1][-1] + 1 == day:
                runs[-1].append(day)
            else:
                runs.append([day])
        shown = []
        for run in runs:
            if len(run) > 2:  # noqa: PLR2004 - two days are no run
                shown.append(f"{self.weekday(run[0])}–{self.weekday(run[-1])}")
            else:
                shown.extend(self.weekday(day) for day in run)
        return ", ".join(shown)

    def clock(self, minutes: int) -> str:
        """Return a time of day; 1440 is the day's end, ``24:00`` where the clock has 24 hours; more is the next day."""
        if minutes == MINUTES_A_DAY and not self.twelve_hour:
            return "24:00"
        minutes %= MINUTES_A_DAY
        if minutes not in self._clocks:
            shown = format_time(time(*divmod(minutes, 60)), "short", locale=self.locale)
            self._clocks[minutes] = _HALF_DAY.sub(r"\1m", shown.replace("\u202f", " "))
        return self._clocks[minutes]

    def hours(self, hours: TimeRange) -> str:
        """Return ``09:00–17:00``, or ``22:00–06:00 (+1)`` where it ends on the next day.

        The whole day is said in words on a 12-hour clock, which would show midnight twice.
        """
        if self.twelve_hour and hours == _WHOLE_DAY:
            return self.say("all day")
        return f"{self.clock(hours.start)}–{self.clock(hours.end)}" + (" (+1)" if hours.tail else "")

    def length(self, length: timedelta) -> str:
        """Return ``8 h``, ``30 min`` or ``8 h 30``."""
        whole, minutes = divmod(round(length.total_seconds() / 60), 60)
        if not whole:
            return self.say("{minutes} min", minutes=minutes)
        if not minutes:
            return self.say("{hours} h", hours=whole)
        return self.say("{hours} h {minutes:02}", hours=whole, minutes=minutes)

    def ago(self, length: timedelta) -> str:
        """Return how long ago something was, ``2 hours ago``; what was just now is a minute ago."""
        past = -max(length, timedelta(minutes=1))
        return format_timedelta(past, "minute", threshold=1, add_direction=True, locale=self.locale)

    def short_length(self, minutes: int) -> str:
        """Return a length for a narrow button: ``8½h`` where halves do, else as ``length``."""
        hours, rest = divmod(minutes, 60)
        if rest not in {0, 30}:
            return self.length(timedelta(minutes=minutes))
        return self.say("{hours}h", hours=f"{hours or ''}{'½' if rest else ''}")

    def dates(self, first: date, last: date) -> str:
        """Return two dates as one span: ``23–29 Nov 2026``."""
        return format_interval(first, last, "yMMMd", locale=self.locale)

    def day_of_month(self, day: date) -> str:
        return format_skeleton("d", day, locale=self.locale)

    def short_date(self, day: date) -> str:
        """Return a date with its weekday and without its year: ``Wed 25 Nov``."""
        return format_skeleton("MMMEd", day, locale=self.locale)

    def full_date(self, day: date) -> str:
        """Return a date with its weekday and its year: ``Wed, 25 Nov 2026``."""
        return format_skeleton("yMMMEd", day, locale=self.locale)

    def day_and_month(self, day: date) -> str:
        """Return ``25 Nov``."""
        return format_skeleton("MMMd", day, locale=self.locale)

    def span(self, span: DateSpan) -> str:
        """Return one date with its weekday, or two as ``24 Dec – 2 Jan``, with years where they differ."""
        if span.first == span.last:
            return self.short_date(span.first)
        skeleton = "MMMd" if span.first.year == span.last.year else "yMMMd"
        return format_interval(span.first, span.last, skeleton, locale=self.locale)

    def month(self, day: date) -> str:
        """Return the name of a month with its year, as it stands above a calendar."""
        return format_skeleton("yMMMM", day, locale=self.locale).capitalize()

    @property
    def first_weekday(self) -> int:
        """On which day the weeks of a calendar begin, 0 for Monday."""
        return self.locale.first_week_day

    def weekday_letters(self, weekday: int) -> str:
        """Return a weekday's name as it stands above a calendar's column: ``Mo``."""
        return _day_names("short", self.locale)[weekday].rstrip(".").capitalize()

    def date(self, day: date) -> str:
        return format_date(day, "medium", locale=self.locale)

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        """Return an instant as ``zone``'s calendar and clock show it."""
        local = moment.astimezone(zone)
        return f"{self.date(local.date())}, {self.clock(local.hour * 60 + local.minute)}"


@cache
def _day_names(width: str, locale: Locale) -> dict[int, str]:
    return dict(get_day_names(width, "stand-alone", locale))  # type: ignore[arg-type]  # Babel's literal


@cache
def _month_names(width: str, context: str, locale: Locale) -> dict[int, str]:
    return dict(get_month_names(width, context, locale))  # type: ignore[arg-type]  # Babel's literals


def day_words(words: Words) -> dict[str, Weekday]:
    """Return every full and short name of a day in the person's language and in English, as written."""
    names: dict[str, Weekday] = {}
    for locale in (Locale(_SOURCE), words.locale):
        for width in ("wide", "abbreviated", "short"):
            for day in Weekday:
                names[_day_names(width, locale)[day].rstrip(".")] = day
    return names


def month_words(words: Words) -> dict[str, int]:
    """Return every full and short name of a month in the person's language and in English, as written."""
    names: dict[str, int] = {}
    for locale in (Locale(_SOURCE), words.locale):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names |= {name.rstrip("."): month for month, name in _month_names(width, context, locale).items()}
    return names


def catalogue_path(language: str) -> Path:
    """Return where a language's messages are kept (gettext PO)."""
    return LOCALES / f"{language}.po"


@cache
def _translations(language: str) -> NullTranslations:
    """Read a catalogue as it is edited, so that no compiled copy can be stale."""
    path = catalogue_path(language)
    if language == _SOURCE or not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(maxsize=256)
def words_for(*tags: str | None) -> Words:
    """Return the words of the first tag (BCP 47, as Telegram's ``language_code``) that is offered; else English."""
    for tag in tags:
        locale = _locale(tag)
        if locale:
            return Words(locale, _translations(locale.language))
    return Words(_PLAIN_ENGLISH, _translations(_SOURCE))


def words_of(person: Actor | None) -> Words:
    """Return the words of the language that a person has chosen, or else of the one that Telegram says they speak."""
    return words_for(person.language, person.telegram_language) if person else words_for()


def _locale(tag: str | None) -> Locale | None:
    if not tag or tag.partition("-")[0].lower() not in LANGUAGES:
        return None
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return _locale(tag.partition("-")[0].lower())
    return _PLAIN_ENGLISH if str(locale) == _SOURCE else locale
