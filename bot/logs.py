"""The log: one line an event on standard error, and never the token."""

from __future__ import annotations

import logging

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


class Redacted(logging.Formatter):
    """Writes records with every trace of a secret taken out, tracebacks included.

    Rota's own code logs no URLs; what a library may quote one day is caught here.
    """

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [part for part in (secret, secret.rpartition(":")[2]) if part]  # the longer one first

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "<token>")
        return line


def start_logging(level: str, token: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library, least in QUIET.items():
        logging.getLogger(library).setLevel(max(least, logging.getLevelName(level)))
