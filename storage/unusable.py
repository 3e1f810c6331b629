"""What is wrong with a database at the start."""

from __future__ import annotations


class DatabaseUnusable(Exception):
    """The bot cannot start on this database; the message is one sentence for whoever runs it."""


def unreadable() -> DatabaseUnusable:
    # Not even a part of it is shown, nor the error that shows it: what cannot be read may well hold a password.
    return DatabaseUnusable("The database URL cannot be read; one looks like sqlite+aiosqlite:///rota.db.")
