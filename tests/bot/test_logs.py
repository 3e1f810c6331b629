"""The log never shows the token."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import Redacted, start_logging

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"  # noqa: S105 - nobody's
SECRET = TOKEN.rpartition(":")[2]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the test's own logger writes, through the formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Redacted(TOKEN))
    logger = logging.getLogger("test.token")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)


@pytest.fixture
def log(written: io.StringIO) -> logging.Logger:
    return logging.getLogger("test.token")


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
    assert "<token>" in written.getvalue()


def test_no_traceback_shows_the_token(written: io.StringIO, log: logging.Logger) -> None:
    """Not in an exception's own words, and not in those of what caused it."""

    def reach() -> None:
        raise OSError(f"cannot reach /bot{TOKEN}")

    def give_up() -> None:
        try:
            reach()
        except OSError as error:
            raise RuntimeError(f"gave up on {TOKEN}") from error

    try:
        give_up()
    except RuntimeError:
        log.exception("it failed")
    assert "Traceback" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_the_rest_of_a_line_stays(written: io.StringIO, log: logging.Logger) -> None:
    """Only the secret goes."""
    log.warning("bot%s/getMe failed", TOKEN)
    assert written.getvalue().endswith("WARNING test.token: bot<token>/getMe failed\n")


def test_without_a_token_nothing_is_taken_out(caplog: pytest.LogCaptureFixture) -> None:
    """An empty secret does not stand between all letters."""
    record = logging.LogRecord("name", logging.INFO, "", 0, "as it is", None, None)
    assert Redacted("").format(record).endswith("INFO name: as it is")


@pytest.mark.usefixtures("_root_as_it_was")
def test_all_loggers_are_covered(capsys: pytest.CaptureFixture[str]) -> None:
    """What a library logs goes through the same formatter, to standard error."""
    start_logging("INFO", TOKEN)
    logging.getLogger("telegram.ext").error("url /bot%s/x", TOKEN)
    assert capsys.readouterr().err.endswith("ERROR telegram.ext: url /bot<token>/x\n")


@pytest.mark.usefixtures("_root_as_it_was")
@pytest.mark.parametrize(("level", "shown"), [("DEBUG", logging.WARNING), ("ERROR", logging.ERROR)])
def test_chatty_libraries_speak_up_from_warning_on(level: str, shown: int) -> None:
    """The driver's every statement is not for the log, whatever its level."""
    start_logging(level, TOKEN)
    assert logging.getLogger("aiosqlite").level == shown
