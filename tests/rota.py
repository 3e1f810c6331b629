"""Rota as a process of its own, spoken to over HTTP through the stand-in as people would."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from bot.sandbox import Person, StandIn
from tests.postgres import ask
from tests.tables import put_tables

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"https://t\.me/\S+\?start=[\w-]+")
START_SECONDS = 60
RUN_SECONDS = 20
LAUNCHED: list[asyncio.subprocess.Process] = []
"""What ``launch`` has started, for a fixture to end what a failed test leaves behind."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def environment(**settings: str) -> dict[str, str]:
    """Return what the process needs of this one, and these settings alone."""
    return {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "SYSTEMROOT"}} | settings


async def launch(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """Start ``python run_bot.py`` in a folder, its output to be read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "run_bot.py"),
        *arguments,
        cwd=folder,
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    LAUNCHED.append(process)
    return process


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    """Wait for a process and return its exit code and what it has written to both streams."""
    try:
        async with asyncio.timeout(RUN_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    process._transport.close()  # type: ignore[attr-defined]  # or its pipe warns after the loop is gone
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


class Rota:
    """``python run_bot.py`` with BOT_TOKEN and BOT_API_URL alone, in a folder of its own, and the people around it."""

    def __init__(self, stand_in: StandIn, folder: Path, settings: Mapping[str, str], clock: str | None = None) -> None:
        self.stand_in = stand_in
        self.folder = folder
        self.claim_link: str | None = None
        self.admin: Person | None = None
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._ids = itertools.count(5001)
        self._inviting = asyncio.Lock()
        self._program = [str(ROOT / "run_bot.py")]
        if clock:
            self._program = [str(ROOT / "tests" / "clocked.py")]
            self.set_clock(clock)

    def set_clock(self, moment: str) -> None:
        """Let the bot's clock show an instant, ``2026-03-08 14:00`` in UTC, and stand still there."""
        waiting = self.folder / "clock.next"
        waiting.write_text(moment, encoding="ascii")
        waiting.replace(self.folder / "clock")

    @property
    def database(self) -> Path:
        return self.folder / "rota.db"

    @property
    def log(self) -> str:
        return (self.folder / "rota.log").read_text()

    async def start(self) -> None:
        if "DATABASE_URL" not in self._settings and not self.database.exists():
            put_tables(self.database)
        self._process = await self._started()

    async def _started(self, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
        wire = {"BOT_TOKEN": self.stand_in.token, "BOT_API_URL": self.stand_in.url}
        with (self.folder / "rota.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._program,
                *arguments,
                cwd=self.folder,
                env=environment(**wire, **self._settings, **settings),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        async with asyncio.timeout(START_SECONDS):
            await self._until_ready(process)
        return process

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        async for line in process.stdout:
            if LINK.search(line.decode()):
                self.claim_link = line.decode().strip()
            if self.admin or self.claim_link:
                return
        raise RuntimeError(f"the bot did not start:\n{self.log}")

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the bot's database, or change it behind the bot's back."""
        if url := self._settings.get("DATABASE_URL"):
            return ask(url, statement, *values)
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            return database.execute(statement, values).fetchall()

    def week(self, doctor: Person) -> dict[str, str]:
        """Return the stored week that repeats, ``{"Mon": "09:00-13:00, 15:00-19:00", "Tue": "off 22:00-30:00"}``.

        Of several plans it is the one without an end, of two weeks that take turns the first.
        """
        found = self.rows(
            'SELECT weekday, is_on, start, "end" FROM people JOIN week_plans USING (doctor_id)'
            " JOIN day_availability USING (plan_id) JOIN time_ranges USING (plan_id, week, weekday)"
            " WHERE user_id = ? AND ends >= '9999-12-31' AND week = 0 ORDER BY weekday, start",
            doctor.user_id,
        )
        week: dict[str, str] = {}
        for day, is_on, start, end in found:
            hours = "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (start, end))
            before = week.get(DAYS[day])
            week[DAYS[day]] = f"{before}, {hours}" if before else hours if is_on else f"off {hours}"
        return week

    def doctor_id(self, doctor: Person) -> int:
        found: int = self.rows("SELECT doctor_id FROM people WHERE user_id = ?", doctor.user_id)[0][0]
        return found

    def history(self, doctor: Person) -> list[tuple[int, int | None]]:
        """Return each stored change as its version and the version that it took back."""
        return self.rows(
            "SELECT version, undoes FROM people JOIN week_changes USING (doctor_id) WHERE user_id = ? ORDER BY version",
            doctor.user_id,
        )

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is tidied up."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)

    async def stop(self) -> None:
        assert self._process
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        self._process._transport.close()  # type: ignore[attr-defined]  # or its pipe warns after the loop is gone

    async def kill_and_start(self) -> None:
        self.kill()
        await self.stop()
        await self.start()

    def person(self, name: str, language: str | None = "en") -> Person:
        """Return somebody new, who has not opened the bot yet."""
        return self.stand_in.person(next(self._ids), name, language_code=language)

    async def claimed(self) -> Person:
        """Return the first admin, who has opened the claim link."""
        if not self.admin:
            assert self.claim_link
            self.admin = self.person("Alma Vidal")
            self.admin.open(self.claim_link)
            await self.admin.sees("administrator")
        return self.admin

    async def doctor(
        self, name: str = "Ana Ruiz", specialization: str = "cardiology", *, language: str | None = "en"
    ) -> Person:
        """Return a doctor who has just come in by an invitation."""
        async with self._inviting:
            admin = await self.claimed()
            form = await self._after(admin, "/invite")
            admin.tap("Doctor", form)
            await admin.until(lambda person: "comma" in _text(person, form))
            admin.say(f"{name}, {specialization}")
            return await self._comes_in(admin, form, name, language)

    async def receptionist(self, name: str = "Rosa Klein", *, language: str | None = "en") -> Person:
        """Return a receptionist who has just come in by an invitation."""
        async with self._inviting:
            admin = await self.claimed()
            form = await self._after(admin, "/invite")
            admin.tap("Receptionist", form)
            return await self._comes_in(admin, form, name, language)

    async def _after(self, person: Person, command: str) -> int:
        said = person.say(command)
        await person.until(lambda someone: someone.last.id > said)
        return person.last.id

    async def _comes_in(self, admin: Person, form: int, name: str, language: str | None) -> Person:
        await admin.until(lambda person: LINK.search(_text(person, form)) is not None)
        link = LINK.search(_text(admin, form))
        assert link
        newcomer = self.person(name, language)
        newcomer.open(link[0])
        await newcomer.until(lambda person: bool(person.commands) and any(m.from_bot for m in person.messages))
        return newcomer


def _text(person: Person, message_id: int) -> str:
    message = person.message(message_id)
    return message.text if message else ""


@asynccontextmanager
async def running(folder: Path, settings: Mapping[str, str], clock: str | None = None) -> AsyncIterator[Rota]:
    """Start a stand-in and a bot against it, and stop both; with a ``clock`` the bot's stands still (``set_clock``)."""
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    rota = Rota(stand_in, folder, settings, clock)
    try:
        await rota.start()
        yield rota
    finally:
        await rota.stop()
        await stand_in.stop()
