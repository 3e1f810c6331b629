"""The log: one line an event on standard error, and never the token."""

from __future__ import annotations

import logging


class Redacted(logging.Formatter):
    """Writes records with every trace of a secret taken out, tracebacks included.

    Rota's own code logs no URLs; what a library may quote one day is caught here.
    """

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = {secret, secret.rpartition(":")[2]} - {""}

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "<token>")
        return line


def start_logging(level: str, token: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiosqlite", "aiohttp.access", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
