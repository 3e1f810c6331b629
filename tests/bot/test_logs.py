"""The log: one line an event, without the token and without the words of people."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.logs import Line, note_loop_error, start_logging

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"  # noqa: S105 - nobody's
SECRET = TOKEN.rpartition(":")[2]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the test's own logger writes, through the formatter."""
    yield from writing(Line([TOKEN]))


@pytest.fixture
def objects() -> Iterator[io.StringIO]:
    """The same as JSON."""
    yield from writing(Line([TOKEN], as_json=True))


def writing(line: Line) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(line)
    logger = logging.getLogger("bot.test")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("bot.test")


@pytest.fixture
def _root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    yield
    root.handlers[:] = kept
    root.setLevel(level)


@pytest.mark.parametrize(
    "quoted",
    [TOKEN, f"https://api.telegram.org/bot{TOKEN}/getMe", f"bot110201543%3A{SECRET}", SECRET, f"{TOKEN}{TOKEN}"],
)
def test_no_message_shows_the_token(written: io.StringIO, log: logging.Logger, quoted: str) -> None:
    """Whole, in a URL, percent-encoded or without its id, the token is taken out."""
    log.error("no answer from %s", quoted)
    assert SECRET not in written.getvalue()
    assert "<secret>" in written.getvalue()


def fail(log: logging.Logger) -> None:
    """Log an error, and its cause, that quote what nobody should read."""
    try:
        try:
            Path(f"/bot{TOKEN}/getMe").read_text()
        except OSError as error:
            raise RuntimeError("book ruiz tue P-1042\nwith two lines") from error
    except RuntimeError:
        log.exception("it failed")


def test_an_error_is_one_line_without_its_words(written: io.StringIO, log: logging.Logger) -> None:
    """Its kind and where it was raised are there; what it says, and what its cause says, are not."""
    fail(log)
    (line,) = written.getvalue().splitlines()
    assert re.search(r"ERROR bot\.test: it failed RuntimeError < bot/test_logs\.py:\d+ fail$", line)


def test_json_says_the_same(objects: io.StringIO, log: logging.Logger) -> None:
    """One object a line, with the incident by itself."""
    fail(log)
    log.error("an update was not handled", extra={"incident": "c0ffee"})
    failed, unhandled = map(json.loads, objects.getvalue().splitlines())
    assert failed["error"].startswith("RuntimeError < bot/test_logs.py:")
    assert {key: unhandled[key] for key in ("level", "logger", "message", "incident")} == {
        "level": "ERROR",
        "logger": "bot.test",
        "message": "an update was not handled",
        "incident": "c0ffee",
    }
    assert datetime.fromisoformat(unhandled["time"]).utcoffset() == timedelta()


def test_a_line_stays_one(written: io.StringIO, log: logging.Logger) -> None:
    """Whatever is in it."""
    log.warning("first\nsecond\r\n third")
    assert written.getvalue().endswith(": first second third\n")


def test_the_rest_of_a_line_stays(written: io.StringIO, log: logging.Logger) -> None:
    """Only the secret goes."""
    log.warning("bot%s/getMe failed", TOKEN)
    assert written.getvalue().endswith("WARNING bot.test: bot<secret>/getMe failed\n")


def test_without_a_token_nothing_is_taken_out() -> None:
    """An empty secret does not stand between all letters."""
    record = logging.LogRecord("bot", logging.INFO, "", 0, "as it is", None, None)
    assert Line([""]).format(record).endswith("INFO bot: as it is")


@pytest.mark.usefixtures("_root_as_it_was")
def test_what_libraries_fill_in_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Their sentence is; an update or a URL in it is nobody's to read."""
    start_logging("INFO", [TOKEN])
    logging.getLogger("telegram.ext").error("no way to handle %s", "book ruiz tue P-1042")
    assert capsys.readouterr().err.endswith("ERROR telegram.ext: no way to handle %s\n")


@pytest.mark.usefixtures("_root_as_it_was")
async def test_an_error_in_the_background_is_told_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a task that nobody waits for, asyncio itself would quote the error."""
    start_logging("INFO", [TOKEN])
    asyncio.get_running_loop().set_exception_handler(note_loop_error)

    async def fails() -> None:
        raise ValueError("P-1042")

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    del task
    gc.collect()
    assert re.search(r"ERROR bot\.logs: an error in the background: ValueError < \S+ fails\n$", capsys.readouterr().err)


@pytest.mark.usefixtures("_root_as_it_was")
@pytest.mark.parametrize(("level", "shown"), [("DEBUG", logging.WARNING), ("ERROR", logging.ERROR)])
def test_chatty_libraries_speak_up_from_warning_on(level: str, shown: int) -> None:
    """The driver's every statement is not for the log, whatever its level."""
    start_logging(level, [TOKEN])
    assert logging.getLogger("aiosqlite").level == shown
