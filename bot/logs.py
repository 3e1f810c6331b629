"""The log: one line an event on standard error, without tokens and without the words of people."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

QUIET = {
    "telegram": logging.INFO,  # at DEBUG it writes whole updates and calls, people's words among them
    "telegram.ext.ExtBot": logging.CRITICAL + 1,  # all it says is an update that it cannot read, in full
    "telegram.ext.Updater": logging.CRITICAL,  # a last call that fails at the stop, with its traceback: nothing is lost
    "aiosqlite": logging.WARNING,  # at DEBUG it writes the values of every statement
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "aiohttp": logging.WARNING,
}
"""The least level of each library's log, whatever LOG_LEVEL says."""


OURS = frozenset({"bot", "storage", "clinic"})
"""The packages whose lines are known to quote nobody."""


_TEXT = "{time} {level} {logger}: {message} {error}"


class Line(logging.Formatter):
    """Writes a record as one line, as text or as a JSON object, with every trace of a secret taken out.

    Of an error stands there what kind it is and where it came by, not what it says: that may quote a message, a
    patient's reference, or the values of a statement. Of what libraries log stands there the sentence without what
    they fill in, for the same reason. Rota's own code logs no texts.
    """

    def __init__(self, secrets: Iterable[str], *, as_json: bool = False) -> None:
        super().__init__()
        parts = {part for secret in secrets for part in (secret, secret.rpartition(":")[2]) if part}
        self._secrets = sorted(parts, key=len, reverse=True)  # a part of one would leave the rest of it
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if record.name.partition(".")[0] in OURS else str(record.msg),
        }
        if record.exc_info and record.exc_info[1]:
            fields["error"] = described(record.exc_info[1])
        if self._as_json:
            incident = getattr(record, "incident", None)
            return self._redacted(json.dumps(fields | ({"incident": incident} if incident else {}), ensure_ascii=False))
        return self._redacted(" ".join(_TEXT.format_map(defaultdict(str, fields)).split()))

    def _redacted(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "<secret>")
        return line


def described(error: BaseException) -> str:
    """Return in one line what kind of error it is and by which lines of code it came, the innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return " < ".join([type(error).__name__, *(f"{_short(one.filename)}:{one.lineno} {one.name}" for one in frames)])


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def note_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong in a task that nobody waits for; asyncio itself would quote the error's words."""
    error = context.get("exception")
    log.error("an error in the background: %s", described(error) if error else context["message"])


def start_logging(level: str, secrets: Iterable[str], *, as_json: bool = False) -> None:
    """Log to standard error from now on; the secrets are never shown."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line(secrets, as_json=as_json))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library, least in QUIET.items():
        logging.getLogger(library).setLevel(max(least, logging.getLevelName(level)))
