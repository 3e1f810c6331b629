"""What ``python run_bot.py`` can be told: how to run, or one of the commands that run nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.settings import Settings

DEFAULT_PORT = 8765


def read_arguments(description: str | None) -> argparse.Namespace:
    """Return ``command``, none of which is to run, with its ``file``, or ``sandbox``, ``webhook`` and ``port``."""
    keys = "\n".join(f"  {name.upper():<20}{field.description}" for name, field in Settings.model_fields.items())
    parser = argparse.ArgumentParser(
        description=description,
        epilog=f"settings, from the environment or a file .env:\n{keys}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sandbox", action="store_true", help="talk to a stand-in instead of Telegram, on a chat page")
    parser.add_argument("--webhook", action="store_true", help="let Telegram post updates here, not fetch them")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help=f"the chat page's port (default {DEFAULT_PORT})"
    )
    commands = parser.add_subparsers(title="commands, instead of running", dest="command", metavar="COMMAND")
    commands.add_parser("check", help="say whether the bot could start: settings, database, token")
    copy = commands.add_parser("backup", help="copy the SQLite database into a new file, while the bot runs or not")
    copy.add_argument("file", type=Path)
    put_back = commands.add_parser("restore", help="put a backup in its place; what was there is kept beside it")
    put_back.add_argument("file", type=Path)
    out = commands.add_parser("export", help="write doctors and their weekly hours into a new file, .csv or .json")
    out.add_argument("file", type=Path)
    read = commands.add_parser("import", help="say what such a file would change; with --yes change it, all or nothing")
    read.add_argument("file", type=Path)
    read.add_argument("--yes", action="store_true", help="change it")
    return parser.parse_args()


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 2**16:
        raise argparse.ArgumentTypeError(f"{port} is none: ports are 1 to 65535, and 0 takes a free one")
    return port
