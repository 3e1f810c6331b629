"""Start Rota: ``python run_bot.py``. Without BOT_TOKEN it starts the sandbox, which needs no Telegram."""

from __future__ import annotations

import gc

gc.disable()  # of what the modules make while they load nothing is garbage, and to look for some takes a tenth of it

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, UTC
from pathlib import Path
from typing import Any, TYPE_CHECKING

from bot.app import build_application, connect, describe, noticing, polling, started, TokenRefused
from bot.check import ask_telegram, Finding, table
from bot.command_line import read_arguments
from bot.erasure import erasing
from bot.exchange import BadFile, read_doctors, refused, told, write_doctors
from bot.health import health_routes
from bot.logs import note_loop_error, start_logging
from bot.pump import pumping
from bot.reminding import reminding
from bot.server import CannotListen, listening
from bot.settings import BadSettings, Hook, hook_of, read_settings, Settings
from bot.webhook import BODY_BYTES, HookRefused, point, receiving
from clinic.people import Actor, Role
from clinic.ports import Clinic, Clock
from clinic.use_cases.exchange import export_doctors, import_doctors, ImportRefused
from clinic.use_cases.people import claim
from storage import backup, DatabaseUnusable, inspect_storage, NoBackup, open_storage, restore

if TYPE_CHECKING:
    from bot.sandbox import StandIn

CANNOT_START = 2
WEBHOOK_PORT = 8080
SANDBOX_ADMIN = 1001

if sys.platform == "win32":
    new_event_loop = asyncio.new_event_loop
else:
    import uvloop

    new_event_loop = uvloop.new_event_loop

gc.freeze()  # or the first look would be at all of it
gc.enable()


class CannotStart(Exception):
    """What whoever runs the bot has to mend first, in a sentence."""


def _now() -> datetime:
    return datetime.now(UTC)


def main(clock: Clock = _now) -> int:
    """Do what the arguments say: 0, or 2 where it cannot be done, the reason on standard error; 1 is ``check``'s."""
    arguments = read_arguments(__doc__)
    try:
        settings = read_settings()
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(_do(arguments, settings, clock))
    except (BadSettings, TokenRefused, CannotStart, CannotListen, HookRefused, NoBackup, BadFile) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_START
    except DatabaseUnusable as error:
        sys.stderr.write(f"DATABASE_URL: {error}\n")
        return CANNOT_START


async def _do(arguments: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    match arguments.command:
        case "check":
            return await _check(settings)
        case "backup":
            backup(settings.database_url, arguments.file)
            return _said(f"The database is copied to {arguments.file}.")
        case "restore":
            kept = restore(settings.database_url, arguments.file, clock())
            return _said(f"{arguments.file} is in place." + (f" What was there is kept as {kept}." if kept else ""))
        case "export":
            return await _export(settings, clock, arguments.file)
        case "import":
            return await _import(settings, clock, arguments.file, keep=arguments.yes)
    hook = hook_of(settings) if arguments.webhook else None
    page = arguments.port if arguments.sandbox or settings.bot_token is None else None
    await _run(settings, clock, hook=hook, page=page)
    return 0


def _said(sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return 0


@asynccontextmanager
async def _clinic(settings: Settings, clock: Clock) -> AsyncIterator[Clinic]:
    """Lend the clinic of the settings, for a command that talks to nobody."""
    storage = await open_storage(settings.database_url)
    try:
        yield Clinic(settings.clinic_name, settings.clinic_time_zone, settings.admin_ids, storage, clock)
    finally:
        await storage.close()


async def _export(settings: Settings, clock: Clock, file: Path) -> int:
    async with _clinic(settings, clock) as clinic:
        doctors = await export_doctors(clinic)
    write_doctors(file, doctors)
    return _said(f"{len(doctors)} doctors are in {file}.")


async def _import(settings: Settings, clock: Clock, file: Path, *, keep: bool) -> int:
    async with _clinic(settings, clock) as clinic:
        entries = read_doctors(file, clinic)
        try:
            effects = await import_doctors(clinic, entries, keep=keep)
        except ImportRefused as error:
            raise BadFile(refused(error, clinic)) from None
    return _said(told(entries, effects) + ("Done." if keep else "Nothing is changed yet. Add --yes to do it."))


async def _check(settings: Settings) -> int:
    """Print a line for each thing that the bot needs; 0 where all are there, else 1."""
    findings = [Finding("settings", f"{settings.clinic_name}, {settings.clinic_time_zone}")]
    try:
        database, revision = await inspect_storage(settings.database_url)
        findings += [Finding("database", database), Finding("migrations", revision)]
    except DatabaseUnusable as error:
        findings.append(Finding("database", str(error), ok=False))
    findings += await ask_telegram(settings)
    sys.stdout.write(table(findings))
    return 0 if all(finding.ok for finding in findings) else 1


@dataclass(frozen=True)
class Place:
    """Where the bot runs: against which Bot API, on which database, with which admins."""

    token: str
    api_url: str
    database_url: str
    admin_ids: frozenset[int]
    stand_in: StandIn | None = None


async def _run(settings: Settings, clock: Clock, *, hook: Hook | None, page: int | None) -> None:
    """Run until told to stop: by webhook where there is one, in the sandbox where its page has a port."""
    stopped = asyncio.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(kind, stopped.set)
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(_sandbox(page)) if page is not None else _telegram(settings)
        secrets = [place.token, hook.secret.get_secret_value()] if hook else [place.token]
        start_logging(settings.log_level, secrets, as_json=settings.log_format == "json")
        asyncio.get_running_loop().set_exception_handler(note_loop_error)
        storage = await open_storage(place.database_url)
        stack.push_async_callback(storage.close)
        clinic = Clinic(
            settings.clinic_name, settings.clinic_time_zone, place.admin_ids, storage, clock, settings.quiet_hours
        )
        if place.stand_in:
            await _people_the_sandbox(clinic, place.stand_in)
        application = build_application(clinic, place.token, place.api_url)
        if not await _unless_stopped(connect(application), stopped):
            await application.bot.shutdown()
            return
        await stack.enter_async_context(started(application))
        routes = health_routes(clinic, application.bot)
        if hook:
            routes.append(await stack.enter_async_context(receiving(application, clinic, hook)))
        port = WEBHOOK_PORT if hook and settings.listen_port is None else settings.listen_port
        if port is not None:
            await stack.enter_async_context(listening(settings.listen_host, port, routes, BODY_BYTES))
        if hook:
            if not await _unless_stopped(point(application, hook), stopped):
                return
        else:
            await stack.enter_async_context(polling(application))
        await describe(application)
        _collect_less_often()
        await _say_ready(clinic, place, application.bot.username)
        pump = pumping(clinic, place.token, place.api_url, settings.broadcast_rate)
        erasure = erasing(clinic, settings.bookings_kept_days)
        async with noticing(clinic, application.bot), pump, erasure, reminding(clinic):
            await stopped.wait()


def _collect_less_often() -> None:
    """Spare the garbage collector what was loaded at the start, and most looks at what a tap leaves: 7 % of its CPU."""
    gc.freeze()
    gc.set_threshold(5_000, 20, 100)


async def _unless_stopped(calling: Coroutine[Any, Any, None], stopped: asyncio.Event) -> bool:
    """Wait for a call to the Bot API, which may be away for long; return false where the stop came first."""
    connecting, stopping = asyncio.create_task(calling), asyncio.create_task(stopped.wait())
    await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (connecting, stopping):
        task.cancel()
    await asyncio.wait((connecting, stopping))
    if connecting.cancelled():
        return False
    connecting.result()
    return True


def _telegram(settings: Settings) -> Place:
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    return Place(token, settings.bot_api_url, settings.database_url, settings.admin_ids)


@asynccontextmanager
async def _sandbox(port: int) -> AsyncIterator[Place]:
    """Start the stand-in. Its people are made up, so they get a database of their own that ends with it.

    Raises:
        CannotStart: the port is taken.
    """
    from bot.sandbox import StandIn  # noqa: PLC0415  a bot of Telegram's does without it

    stand_in = StandIn()
    try:
        await stand_in.start(port=port)
    except OSError as error:
        raise CannotStart(f"Port {port} is not to be had ({error.strerror}). Choose another with --port.") from None
    with tempfile.TemporaryDirectory(prefix="rota-sandbox-") as folder:
        database_url = f"sqlite+aiosqlite:///{Path(folder, 'rota.db')}"
        try:
            yield Place(stand_in.token, stand_in.url, database_url, frozenset({SANDBOX_ADMIN}), stand_in)
        finally:
            await stand_in.stop()


async def _people_the_sandbox(clinic: Clinic, stand_in: StandIn) -> None:
    """Give the chat page somebody of each role, and a stranger."""
    async with clinic.storage.write() as work:
        ana = await work.doctors.add("Ana Ruiz", "cardiology")
        ben = await work.doctors.add("Ben Müller", "dermatology")
        for actor in (
            Actor(SANDBOX_ADMIN, "Alma Vidal", frozenset({Role.ADMIN})),
            Actor(1002, ana.name, frozenset({Role.DOCTOR}), ana.doctor_id),
            Actor(1003, ben.name, frozenset({Role.DOCTOR}), ben.doctor_id),
            Actor(1004, "Rosa Klein", frozenset({Role.RECEPTIONIST})),
        ):
            await work.people.put(actor)
        await work.commit()
    for user_id, first_name, last_name, hint in (
        (1002, "Ana", "Ruiz", "doctor"),
        (1003, "Ben", "Müller", "doctor"),
        (1004, "Rosa", "Klein", "receptionist"),
        (SANDBOX_ADMIN, "Alma", "Vidal", "admin"),
        (1005, "Sam", "Stone", "stranger"),
    ):
        stand_in.person(user_id, first_name, last_name, hint=hint)


async def _say_ready(clinic: Clinic, place: Place, username: str) -> None:
    if place.stand_in:
        sys.stdout.write(f"The sandbox is open: {place.stand_in.url}\n")
    else:
        sys.stdout.write(f"@{username} answers. Stop it with Ctrl+C.\n")
    token = await claim(clinic)
    if token:
        sys.stdout.write(
            "Nobody is an administrator yet. Open this link to become the first; it works once, for seven days:\n"
            f"  https://t.me/{username}?start={token}\n"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
