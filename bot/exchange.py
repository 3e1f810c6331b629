"""Doctors and hours as CSV and JSON: a row a doctor, with the week as one would type it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.errors import explain
from bot.typed import grammar_for, NotUnderstood, week_as_text
from bot.words import words_for
from clinic.errors import BadName, ClinicError, UnknownDoctor
from clinic.people import checked_name
from clinic.ports import Clinic
from clinic.use_cases.exchange import DoctorHours, Effect, Entry, ImportRefused
from clinic.week import DayAvailability, Weekday, WeeklyAvailability

ENGLISH = words_for("en")
LARGEST = 1 << 22
"""Bytes of a file: a clinic group's doctors fit many times."""
YEARS = range(2000, 2100)
"""In which a Monday may stand; in others it is a slip."""


class BadFile(Exception):
    """What is wrong with a file, a line each; nothing was changed."""


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _no_if_empty(value: Any) -> Any:
    return False if value == "" else value


class Row(BaseModel):
    """One doctor; ``hours`` as in ``mon-thu 9-13, 15-19; fri off``.

    Where two weeks take turns, ``monday`` begins one that has ``hours``, and the week after it has ``other_hours``.
    Where others are planned as well, it ``varies``: the hours are shown, and not read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    doctor: Annotated[int | None, BeforeValidator(_none_if_empty)] = None
    name: str
    specialization: str
    hours: str = ""
    other_hours: str = ""
    monday: Annotated[date | None, BeforeValidator(_none_if_empty)] = Field(default=None, validate_default=True)
    varies: Annotated[bool, BeforeValidator(_no_if_empty)] = False

    @field_validator("monday")
    @classmethod
    def _begins_a_week(cls, monday: date | None, others: ValidationInfo) -> date | None:
        is_right = not monday.weekday() and monday.year in YEARS if monday else not others.data.get("other_hours")
        if not is_right:
            raise PydanticCustomError("monday", "of two weeks this is a Monday of the first, as in 2026-11-23")
        return monday


def write_doctors(file: Path, doctors: Sequence[DoctorHours]) -> None:
    """Write a new file, as CSV or JSON by how its name ends.

    Raises:
        BadFile: its name ends otherwise, it is there already, or cannot be written.
    """
    rows = [_row(each).model_dump(mode="json") for each in doctors]
    if _kind(file) == ".json":
        text = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    else:
        with io.StringIO(newline="") as made:
            writer = csv.DictWriter(made, list(Row.model_fields))
            writer.writeheader()
            writer.writerows({**row, "varies": "yes" if row["varies"] else ""} for row in rows)
            text = made.getvalue()
    try:
        with file.open("x", encoding="utf-8", newline="") as new:
            new.write(text)
    except FileExistsError:
        raise BadFile(f"{file} is there already, and nothing was changed. Name a new file.") from None
    except OSError as error:
        raise BadFile(f"{file} cannot be written ({error.strerror}).") from None


def _row(each: DoctorHours) -> Row:
    doctor = each.doctor
    hours, *others = map(_as_text, each.weeks)
    return Row(
        doctor=doctor.doctor_id,
        name=doctor.name,
        specialization=doctor.specialization,
        hours=hours,
        other_hours="".join(others),
        monday=each.monday if others else None,
        varies=each.varies,
    )


def _as_text(week: WeeklyAvailability) -> str:
    return week_as_text({day: hours for day, hours in week if hours.ranges})


def read_doctors(file: Path, clinic: Clinic) -> list[Entry]:
    """Read what ``write_doctors`` writes, or what somebody typed.

    Raises:
        BadFile: a line for each thing that is wrong.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    seen: dict[object, int] = {}
    for line, given in _given(file):
        try:
            entry = _entry(line, Row.model_validate(given))
        except ValidationError as error:
            problems += [f"line {line}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        except (ClinicError, NotUnderstood) as error:
            problems.append(f"line {line}: {_one_line(explain(error, clinic, ENGLISH))}")
        else:
            key = entry.doctor_id or (entry.name, entry.specialization)
            if key in seen:
                problems.append(f"line {line}: the same doctor as in line {seen[key]}")
            seen[key] = line
            entries.append(entry)
    if problems:
        raise BadFile("\n".join(problems))
    return entries


def _entry(line: int, row: Row) -> Entry:
    """Return what a row says; no hours at all leave those that are there, but of two weeks one may have none."""
    texts = [row.hours, row.other_hours] if row.monday else [row.hours] if row.hours.strip() else []
    weeks = () if row.varies else tuple(map(_week, texts))
    return Entry(line, row.doctor, checked_name(row.name), checked_name(row.specialization), weeks, row.monday)


def _week(text: str) -> Mapping[Weekday, DayAvailability | None]:
    """Return a whole week: days that the text does not name are off."""
    named = grammar_for(ENGLISH).read(text) if text.strip() else {}
    return {day: named.get(day) for day in Weekday}


def _given(file: Path) -> Iterator[tuple[int, Any]]:
    """Yield each doctor's fields with where they stand: the line of a CSV, which of the objects of a JSON."""
    kind = _kind(file)
    try:
        content = file.read_bytes()
        text = content[:LARGEST].decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{file} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadFile(f"{file} is no UTF-8. Save it as CSV UTF-8.") from None
    if len(content) > LARGEST:
        raise BadFile(f"{file} is too large.")
    try:
        if kind == ".json":
            found = json.loads(text)
            yield from enumerate(found if isinstance(found, list) else [found], 1)
            return
        first = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="," if "," in first else ";")
        for fields in reader:
            yield reader.line_num, {str(name): value for name, value in fields.items() if value is not None}
    except (ValueError, RecursionError, csv.Error) as error:
        raise BadFile(f"{file} cannot be read as {kind[1:].upper()} ({type(error).__name__}).") from None


def _kind(file: Path) -> str:
    kind = file.suffix.lower()
    if kind not in {".csv", ".json"}:
        raise BadFile(f"{file} ends neither with .csv nor with .json.")
    return kind


def told(entries: Sequence[Entry], effects: Sequence[Effect]) -> str:
    """Return a line for each entry that does something, and how many do nothing."""
    lines = [
        f"line {entry.line}: {entry.name}, {entry.specialization}: {effect}\n"
        for entry, effect in zip(entries, effects, strict=True)
        if effect is not Effect.SAME
    ]
    return "".join(lines) + f"{effects.count(Effect.SAME)} of {len(effects)} stay as they are.\n"


def refused(error: ImportRefused, clinic: Clinic) -> str:
    """Return a line for each problem that the clinic has with an import."""
    return "\n".join(f"line {line}: {_problem(problem, clinic)}" for line, problem in error.problems)


def _problem(error: ClinicError, clinic: Clinic) -> str:
    if isinstance(error, UnknownDoctor):
        return f"no doctor {error.doctor_id} has this name and specialization"
    if isinstance(error, BadName):
        return "a name takes 1 to 64 characters in one line"
    return _one_line(explain(error, clinic, ENGLISH))


def _one_line(text: str) -> str:
    return " ".join(text.split())
