"""Pictures: what is drawn of a date, that every letter is there, and that a phone shows it well."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from PIL import Image, ImageColor

from bot.bars import Bar, bars_of, Picture, Row
from bot.board import board_of, MOST_LINES
from bot.canvas import Colour, font, wrapped
from bot.drawing import board_picture, week_picture
from bot.picture import draw
from clinic.calendar import Schedule, Slot
from clinic.dates import ClinicClosure, DateOverride, DateRules, DateSpan, NO_RULES, TimeOff
from clinic.people import Doctor
from clinic.plan import WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic, Storage
from clinic.use_cases.board import Stretch
from clinic.use_cases.schedules import DoctorSchedule
from tests.bot.weeks import ENGLISH, OFFERED
from tests.clinic.hours_of import day, every_day, utc, week

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
MADRID = ZoneInfo("Europe/Madrid")
OTHER: dict[int, list[str]] = {3: ["10:00-12:00"], 4: []}
"""A week with every shade: hours that are not usual, and none."""
NOBODY = "\U0010fffe"
"""What no font has a letter for."""


def works(rules: DateRules = NO_RULES, zone: ZoneInfo = MADRID, **days: str) -> Schedule:
    return Schedule(zone, WeeklyHours((WeekPlan((week(**days),)),)), rules)


def daily(rules: DateRules, *ranges: str) -> Schedule:
    return Schedule(MADRID, WeeklyHours((WeekPlan((every_day(*ranges),)),)), rules)


def read(schedule: Schedule, name: str = "Ana Ruiz") -> DoctorSchedule:
    return DoctorSchedule(Doctor(1, name, "cardiology"), WeekRecord(1, schedule.hours), schedule)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def has(image: Image.Image, colour: Colour) -> int:
    """Return how many pixels are exactly of a colour."""
    wanted = ImageColor.getrgb(colour)
    return sum(count for count, found in image.getcolors(1 << 24) or () if found == wanted)


def test_bars_of_a_split_day() -> None:
    """Minutes of the date, each range a bar."""
    found = bars_of(works(tue="09:00-13:00,15:00-19:00").day(TUESDAY), MADRID)
    assert found == [Bar(540, 780), Bar(900, 1140)]


def test_a_night_is_cut_at_midnight() -> None:
    """The rest of it is a bar of the next date."""
    schedule = works(mon="22:00-06:00")
    assert bars_of(schedule.day(MONDAY), MADRID) == [Bar(1320, 1440)]
    assert bars_of(schedule.day(TUESDAY), MADRID) == [Bar(0, 360)]


def test_bars_are_on_the_readers_clock() -> None:
    """Nine to five in Tokyo ends at nine in Madrid."""
    assert bars_of(works(zone=ZoneInfo("Asia/Tokyo"), tue="09:00-17:00").day(TUESDAY), MADRID) == [Bar(60, 540)]


def test_hours_of_another_date_of_the_readers_are_no_bars() -> None:
    """The morning in Auckland is the evening before in Madrid."""
    found = bars_of(works(zone=ZoneInfo("Pacific/Auckland"), tue="08:00-11:00,14:00-16:00").day(TUESDAY), MADRID)
    assert found == [Bar(120, 240)]


def test_other_hours_are_told_apart() -> None:
    """Only hours that do not repeat have the other colour."""
    other = DateRules((), (DateOverride(1, TUESDAY, day("10:00-12:00")),))
    image = opened(draw(week_picture(read(works(other, mon="09:00-17:00")), MONDAY, (), ENGLISH), ENGLISH))
    assert has(image, Colour.OTHER_HOURS) > 4000
    plain = opened(draw(week_picture(read(works(mon="09:00-17:00")), MONDAY, (), ENGLISH), ENGLISH))
    assert has(plain, Colour.OTHER_HOURS) == 0


def test_days_off_and_closures_have_shades_of_their_own() -> None:
    """Each is there only where it is meant."""
    closed = DateRules((), (), (ClinicClosure(DateSpan(TUESDAY, TUESDAY), "Fair"),))
    for rules, shades in (
        (NO_RULES, (False, False)),
        (DateRules((TimeOff(1, DateSpan(TUESDAY, TUESDAY)),)), (True, False)),
        (closed, (False, True)),
    ):
        image = opened(draw(week_picture(read(daily(rules, "09:00-17:00")), MONDAY, (), ENGLISH), ENGLISH))
        assert (has(image, Colour.AWAY) > 0, has(image, Colour.CLOSED) > 0) == shades
        assert has(image, Colour.OFF) == 0


def test_bookings_lie_on_the_hours_in_a_shade_of_their_own() -> None:
    """On their date alone, and nothing but their times."""
    booked = [Slot(utc("2026-03-03T09:00"), utc("2026-03-03T09:30"))]
    picture = week_picture(read(works(tue="09:00-17:00")), MONDAY, booked, ENGLISH)
    assert [row.booked for row in picture.rows] == [[], [Bar(600, 630)], [], [], [], [], []]
    image, without = (
        opened(draw(picture, ENGLISH)),
        replace(picture, rows=[replace(row, booked=()) for row in picture.rows]),
    )
    assert has(image, Colour.BOOKED) > 500
    assert has(opened(draw(without, ENGLISH)), Colour.BOOKED) == 0


def test_a_booking_without_hours_is_drawn_too() -> None:
    """One that was kept on a day off stands on the day's stripes, and the clock reaches to it."""
    booked = [Slot(utc("2026-03-03T20:00"), utc("2026-03-03T20:30"))]
    off = DateRules((TimeOff(1, DateSpan(TUESDAY, TUESDAY)),))
    image = opened(draw(week_picture(read(daily(off, "09:00-17:00")), MONDAY, booked, ENGLISH), ENGLISH))
    assert has(image, Colour.BOOKED) > 500
    assert has(image, Colour.AWAY) > 0


def letters_of(tag: str) -> str:
    """Return the letters that a language is written with, and what stands in hours."""
    own = {
        "en": "abcdefghijklmnopqrstuvwxyz",
        "es": "áéíóúüñ¿¡«»ªº",
        "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя№",
    }
    names = own[Locale.parse(tag, sep="-").language]
    return names + names.upper() + "0123456789:–·,.()/+-=…\u202f\xa0½’"


@pytest.mark.parametrize(("tag", "bold"), list(product(OFFERED, [True, False])))
def test_the_font_has_every_letter(tag: str, bold: bool) -> None:
    """None of an offered language is the box that stands for a missing one."""
    face = font(40, bold=bold)
    missing = bytes(face.getmask(NOBODY))
    assert [letter for letter in letters_of(tag) if bytes(face.getmask(letter)) == missing] == []


@pytest.mark.parametrize("letter", "łōğşźçøåßþœ")
def test_the_font_has_the_letters_of_many_names(letter: str) -> None:
    """People come from everywhere."""
    assert bytes(font(40).getmask(letter)) != bytes(font(40).getmask(NOBODY))


def luminance(colour: Colour) -> float:
    """Relative luminance (WCAG 2.1)."""
    shares = [part / 255 for part in ImageColor.getrgb(colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground"), list(product((Colour.TEXT, Colour.FAINT), (Colour.GROUND, Colour.CARD))))
def test_text_stands_out(text: Colour, ground: Colour) -> None:
    """At least 4.5 to 1 (WCAG 2.1, 1.4.3), wherever it stands."""
    assert (luminance(ground) + 0.05) / (luminance(text) + 0.05) >= 4.5


@pytest.mark.parametrize("ground", [Colour.HOURS, Colour.OTHER_HOURS, Colour.TRACK, Colour.AWAY])
def test_bookings_stand_out(ground: Colour) -> None:
    """At least 2.5 to 1 on whatever they lie on; they are lower than a bar, too."""
    assert (luminance(ground) + 0.05) / (luminance(Colour.BOOKED) + 0.05) >= 2.5


@pytest.mark.parametrize("bars", [Colour.HOURS, Colour.OTHER_HOURS])
def test_bars_stand_out(bars: Colour) -> None:
    """At least 3 to 1 on their track (WCAG 2.1, 1.4.11)."""
    assert (luminance(Colour.TRACK) + 0.05) / (luminance(bars) + 0.05) >= 3


def test_nothing_shines_through() -> None:
    """A chat may be light or dark: the picture has no transparent pixel."""
    assert opened(draw(week_picture(read(works()), MONDAY, (), ENGLISH), ENGLISH)).mode == "RGB"


@pytest.mark.parametrize("tag", OFFERED)
def test_a_week_is_shaped_for_a_phone(tag: str) -> None:
    """As Telegram shows photos: no more than 1280 pixels either way, for what is larger is shrunk."""
    words = OFFERED[tag]
    rules = DateRules(
        (TimeOff(1, DateSpan(TUESDAY, TUESDAY)),),
        tuple(DateOverride(1, MONDAY + timedelta(days=ahead), day(*hours)) for ahead, hours in OTHER.items()),
        (ClinicClosure(DateSpan(MONDAY, MONDAY), "Fair"),),
    )
    booked = [Slot(utc("2026-03-04T10:00"), utc("2026-03-04T10:30"))]
    schedule = daily(rules, "09:30-13:30", "15:30-19:30")
    image = opened(draw(week_picture(read(schedule), MONDAY, booked, words), words))
    assert image.width == 1080
    assert image.height <= 1280
    right = image.crop((image.width - 10, 0, image.width, image.height))
    assert right.getcolors() == [(right.width * right.height, ImageColor.getrgb(Colour.GROUND))]


def test_the_longest_names_stay_on_the_picture() -> None:
    """What is too wide goes on below, and letters without a blank are cut."""
    face = font(36)
    for text in ("W" * 64, "Щ " * 32, ", ".join(["09:30–13:30"] * 6), "off · " + "ж" * 64):
        lines = wrapped(text, face, 800)
        assert max(map(face.getlength, lines)) <= 800
    assert "".join(wrapped(", ".join(["09:30–13:30"] * 6), face, 800)).count("–") == 6


def test_a_board_has_a_row_a_doctor_and_the_present_time() -> None:
    """The line of the present time is on today's board alone."""
    now = utc("2026-03-03T09:00")
    clinic = Clinic("San Telmo", MADRID, frozenset(), cast("Storage", None), lambda: now)
    everybody = [(Doctor(number, f"D{number}", "surgery"), works(tue="09:00-12:00")) for number in (1, 2)]
    for on, there in ((TUESDAY, True), (MONDAY, False)):
        board = board_of(clinic, Stretch(everybody, 0, MOST_LINES, 2), on, ENGLISH)
        picture = board_picture(clinic, board, {}, ENGLISH)
        assert [row.title for row in picture.rows] == ["D1", "D2"]
        assert [row.group for row in picture.rows] == ["surgery", ""]
        assert (has(opened(draw(picture, ENGLISH)), Colour.NOW) > 0) is there


def test_a_bar_lies_where_its_hours_are() -> None:
    """The first four hours of an axis that ends at sixteen take its left half."""
    image = opened(draw(Picture("", [], [Row("", [Bar(8 * 60, 12 * 60)])]), ENGLISH))
    hours = ImageColor.getrgb(Colour.HOURS)
    grid = image.crop((0, 0, image.width, image.height - 100))
    columns = [x for x in range(grid.width) if any(grid.getpixel((x, y)) == hours for y in range(0, grid.height, 5))]
    assert 60 <= columns[0] <= 70
    assert 535 <= columns[-1] <= 545


def test_a_clock_change_moves_no_bar() -> None:
    """Bars stand at what the clock shows."""
    found = bars_of(works(sun="02:30-08:00").day(date(2026, 3, 29)), MADRID)
    assert found == [Bar(180, 480)]


def test_many_doctors_are_drawn_within_seconds() -> None:
    """A page of a board at its longest."""
    rows = [Row("09:00–17:00", [Bar(540, 1020)], title=f"Doctor {number}") for number in range(MOST_LINES)]
    began = datetime.now(MADRID)
    image = opened(draw(Picture("Board", [], rows), ENGLISH))
    assert image.height < 8_000
    assert (datetime.now(MADRID) - began).total_seconds() < 5
