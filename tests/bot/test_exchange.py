"""Doctors and hours as files: what is written is read again, and each mistake is told by its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from bot.exchange import BadFile, read_doctors, write_doctors
from clinic.people import Doctor
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases.exchange import DoctorHours, Entry
from clinic.week import DayAvailability, NO_HOURS, Weekday

CLINIC = cast("Clinic", None)
NINE = DayAvailability((TimeRange(540, 780), TimeRange(900, 1140)), on=True)
NIGHT = DayAvailability((TimeRange(1320, 1800),), on=True)
ANA = Doctor(1, "Ana “Nana” Ruiz, Dr.", "cardiología")
WEEK = NO_HOURS.with_days({Weekday.MON: NINE, Weekday.TUE: NINE.switched(on=False), Weekday.SUN: NIGHT})
MONDAY = date(2026, 11, 23)
HOURS = DoctorHours(ANA, (WEEK,), MONDAY, varies=False)
READ = dict.fromkeys(Weekday) | {Weekday.MON: NINE, Weekday.SUN: NIGHT}


@pytest.mark.parametrize("name", ["doctors.csv", "doctors.JSON"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    """Names with commas and accents, several ranges, nights, days that are off."""
    file = tmp_path / name
    write_doctors(file, [HOURS])
    (entry,) = read_doctors(file, CLINIC)
    assert (entry.doctor_id, entry.name, entry.specialization) == (1, ANA.name, ANA.specialization)
    assert entry.weeks == (READ,)


@pytest.mark.parametrize("name", ["doctors.csv", "doctors.json"])
def test_two_weeks_that_take_turns_are_read_again(tmp_path: Path, name: str) -> None:
    """Both, and which of them is when; one of them may have no hours."""
    write_doctors(tmp_path / name, [replace(HOURS, weeks=(NO_HOURS, WEEK))])
    (entry,) = read_doctors(tmp_path / name, CLINIC)
    assert (entry.weeks, entry.monday) == ((dict.fromkeys(Weekday), READ), MONDAY)


def test_files_of_before_are_read(tmp_path: Path) -> None:
    """Their two weeks that take turns were marked, and stay as they are."""
    lines = ("doctor,name,specialization,hours,varies", "1,Bo,GP,mon 9-13,", "2,Ek,GP,mon 9-13,yes")
    (tmp_path / "old.csv").write_text("\n".join(lines))
    bo, ek = read_doctors(tmp_path / "old.csv", CLINIC)
    assert [len(one.weeks) for one in (bo, ek)] == [1, 0]


def test_hours_that_vary_are_shown_and_not_read(tmp_path: Path) -> None:
    """A row has what repeats, and would lose what is planned from a later date on."""
    write_doctors(tmp_path / "doctors.csv", [replace(HOURS, varies=True)])
    assert "mon 09:00-13:00" in (tmp_path / "doctors.csv").read_text("utf-8")
    (entry,) = read_doctors(tmp_path / "doctors.csv", CLINIC)
    assert entry.weeks == ()


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    """Whatever it is."""
    (tmp_path / "mine.csv").write_text("mine")
    with pytest.raises(BadFile, match="is there already"):
        write_doctors(tmp_path / "mine.csv", [])
    assert (tmp_path / "mine.csv").read_text() == "mine"


@pytest.mark.parametrize("separator", [",", ";"])
def test_what_a_spreadsheet_saves_is_read(tmp_path: Path, separator: str) -> None:
    """With a mark of its encoding, with either separator, and with columns left out."""
    lines = (("specialization", "name", "hours"), ("GP", "Bo Ek", '"mon 9-13; fri off"'))
    text = "\r\n".join(separator.join(line) for line in lines)
    (tmp_path / "saved.csv").write_text(text, "utf-8-sig")
    assert read_doctors(tmp_path / "saved.csv", CLINIC) == [
        Entry(
            2,
            None,
            "Bo Ek",
            "GP",
            (dict.fromkeys(Weekday) | {Weekday.MON: DayAvailability((TimeRange(540, 780),), on=True)},),
        )
    ]


BAD = {
    "name,specialization,hours\nBo,GP,mon 9-9": "line 2: ",
    "name,specialization,hours\nBo,GP,mon 9-13, 12-14": "line 2: ",
    "name,specialization,hours\nBo,,": "line 2: ",
    "name,specialization\nBo,GP,x": "line 2: ",
    "name,specialization,pay\nBo,GP,x": "line 2: pay: Extra",
    "name,hours\nBo,": "line 2: specialization: Field required",
    "doctor,name,specialization\nx,Bo,GP": "line 2: doctor: ",
    "name,specialization,other_hours\nBo,GP,mon 9-13": "line 2: monday: of two weeks",
    "name,specialization,monday\nBo,GP,2026-11-24": "line 2: monday: of two weeks",
    "name,specialization,monday\nBo,GP,9999-12-27": "line 2: monday: of two weeks",
    "name,specialization\nBo,GP\nBo,GP": "line 3: the same doctor as in line 2",
    "doctor,name,specialization\n1,Bo,GP\n1,Ek,GP": "line 3: the same doctor as in line 2",
}


@pytest.mark.parametrize("text", BAD)
def test_a_mistake_is_told_by_its_line(tmp_path: Path, text: str) -> None:
    """Only what is wrong is named."""
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(BadFile) as refused:
        read_doctors(tmp_path / "bad.csv", CLINIC)
    (line,) = str(refused.value).splitlines()
    assert line.startswith(BAD[text])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b'[{"name": "Bo"}, 5]', b'"x"', b"[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    """In a sentence, whatever it holds."""
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(BadFile):
        read_doctors(tmp_path / "bad.json", CLINIC)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    """It says which it knows."""
    with pytest.raises(BadFile, match=r"\.csv nor with \.json"):
        write_doctors(tmp_path / "doctors.xlsx", [])
