"""``python run_bot.py``: what it says when it starts, when it cannot, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import StandIn
from bot.settings import Settings
from tests.phone import say
from tests.rota import ended, launch, LAUNCHED, LINK, Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "123456789:AAE_never_to_be_seen"  # noqa: S105 - nobody's
BAD = {
    "BOT_TOKEN": f"{SECRET} oops",
    "BOT_API_URL": "ftp://values-are-private",
    "ADMIN_IDS": "1001,values-are-private",
    "CLINIC_NAME": "values-are-private" * 10,
    "CLINIC_TIME_ZONE": "Values/Are_Private",
    "BOOKINGS_KEPT_DAYS": "values-are-private",
    "LOG_LEVEL": "values-are-private",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stand_in() -> AsyncIterator[StandIn]:
    """Telegram's side alone."""
    started = StandIn(per_chat=None, overall=None)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """A test that fails leaves no process behind."""
    yield
    while LAUNCHED:
        process = LAUNCHED.pop()
        if process.returncode is None:
            process.kill()


async def line_with(process: asyncio.subprocess.Process, text: str) -> str:
    assert process.stdout
    async with asyncio.timeout(20):
        async for line in process.stdout:
            if text in line.decode():
                return line.decode().strip()
    assert process.stderr
    raise AssertionError((await process.stderr.read()).decode())


async def told_to_stop(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    process.send_signal(signal.SIGTERM)
    return await ended(process)


def a_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def test_help_names_every_setting(tmp_path: Path) -> None:
    """`--help` is the list of what can be set."""
    code, out, _ = await ended(await launch(tmp_path, "--help"))
    assert code == 0
    assert [name for name in Settings.model_fields if name.upper() not in out] == []


async def test_bad_values_are_told_by_their_keys_and_never_shown(tmp_path: Path) -> None:
    """A line for each setting that cannot be, none of them with the value: it may be a secret in the wrong place."""
    code, out, err = await ended(await launch(tmp_path, **BAD))
    assert code == 2
    assert [key for key in BAD if f"{key}: " not in err] == []
    assert len(err.splitlines()) == len(BAD)
    assert not [value for value in ("private", "Private", "never_to_be_seen", "Traceback") if value in err + out]


async def test_an_unknown_token_is_told(stand_in: StandIn, tmp_path: Path) -> None:
    """A token that Telegram does not know ends the start with where to find the right one."""
    code, out, err = await ended(await launch(tmp_path, BOT_TOKEN=SECRET, BOT_API_URL=stand_in.url))
    assert code == 2
    assert "BOT_TOKEN: the Bot API does not know it." in err
    assert "Traceback" not in err
    assert SECRET.partition(":")[2] not in err + out


UNUSABLE = {
    "sqlite+aiosqlite:///corrupt.db": "is not an SQLite database",
    "sqlite+aiosqlite:///file:sound.db?mode=ro&uri=true": "cannot be written",
    "sqlite+aiosqlite:///no/such/folder/rota.db": "there is no folder",
    "mysql://root:never_to_be_seen@localhost/rota": "is not supported",
    "never_to_be_seen": "cannot be read",
}


@pytest.mark.parametrize("url", UNUSABLE)
async def test_an_unusable_database_is_told(stand_in: StandIn, tmp_path: Path, url: str) -> None:
    """What is wrong with the database stands in one sentence under its key."""
    (tmp_path / "corrupt.db").write_bytes(b"no database" * 1000)
    (tmp_path / "sound.db").touch()
    settings = {"BOT_TOKEN": stand_in.token, "BOT_API_URL": stand_in.url, "DATABASE_URL": url}
    code, _, err = await ended(await launch(tmp_path, **settings))
    assert code == 2
    assert err.startswith("DATABASE_URL: ")
    assert UNUSABLE[url] in err
    assert "Traceback" not in err
    assert "never_to_be_seen" not in err


async def test_without_a_token_the_sandbox_opens(tmp_path: Path) -> None:
    """It says where, the page answers there, an admin is in already, and SIGTERM ends it with 0 and no traces."""
    process = await launch(tmp_path, "--port", "0")
    url = (await line_with(process, "The sandbox is open: ")).rpartition(" ")[2]
    async with aiohttp.ClientSession() as browser, browser.get(url) as page:
        assert page.status == 200
        assert "<html" in await page.text()
    code, out, err = await told_to_stop(process)
    assert code == 0, err
    assert not LINK.search(out)
    assert "ERROR" not in err
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - the bot is through


async def test_the_sandbox_opens_on_the_port_that_is_asked_for(tmp_path: Path) -> None:
    """`--port` is where the page is."""
    port = a_free_port()
    process = await launch(tmp_path, "--port", str(port))
    assert (await line_with(process, "The sandbox is open: ")).endswith(f":{port}")
    assert (await told_to_stop(process))[0] == 0


async def test_a_port_that_is_taken_is_told(stand_in: StandIn, tmp_path: Path) -> None:
    """Somebody else listens there: choose another."""
    port = stand_in.url.rpartition(":")[2]
    code, _, err = await ended(await launch(tmp_path, "--port", port))
    assert code == 2
    assert f"Port {port} is not to be had" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("port", ["70000", "-1"])
async def test_a_port_that_cannot_be_is_told(tmp_path: Path, port: str) -> None:
    """No number of a port: a sentence, not a traceback."""
    code, _, err = await ended(await launch(tmp_path, f"--port={port}"))
    assert code == 2
    assert "--port" in err
    assert "Traceback" not in err


async def test_the_claim_link_is_shown_until_somebody_has_claimed(own_rota: Rota) -> None:
    """Printed where no admin is; gone with the first admin, at the next start too."""
    first = own_rota.claim_link
    assert first
    await own_rota.claimed()
    own_rota.claim_link = None
    await own_rota.kill_and_start()
    assert own_rota.claim_link is None


async def test_an_admin_of_the_settings_needs_no_link(stand_in: StandIn, tmp_path: Path) -> None:
    """ADMIN_IDS are admins from the first word, and no link is printed."""
    boss = stand_in.person(700, "Boss")
    settings = {"BOT_TOKEN": stand_in.token, "BOT_API_URL": stand_in.url, "ADMIN_IDS": "699, 700"}
    process = await launch(tmp_path, **settings)
    await line_with(process, "answers. Stop it with Ctrl+C.")
    assert "administrator" in (await say(boss, "/start")).text
    code, out, _ = await told_to_stop(process)
    assert code == 0
    assert not LINK.search(out)


async def test_settings_may_stand_in_a_file(stand_in: StandIn, tmp_path: Path) -> None:
    """`.env` in the working folder is read, and its secrets are not shown."""
    lines = (f"BOT_TOKEN={stand_in.token}", f"BOT_API_URL={stand_in.url}", "CLINIC_TIME_ZONE=Nowhere")
    (tmp_path / ".env").write_text("\n".join(lines))
    code, _, err = await ended(await launch(tmp_path))
    assert code == 2
    assert err.startswith("CLINIC_TIME_ZONE: ")
    assert stand_in.token not in err


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_that_is_told_to_stop_ends_well(tmp_path: Path, kind: signal.Signals) -> None:
    """SIGTERM and Ctrl+C finish what is under way and end with 0."""
    async with running(tmp_path, {}) as rota:
        doctor = await rota.doctor()
        rota.stand_in.stall("sendMessage", 0.3)
        doctor.say("/availability")
        assert rota._process
        rota._process.send_signal(kind)
        assert await rota._process.wait() == 0
        assert "ERROR" not in rota.log
        assert rota.stand_in.token not in rota.log


async def test_a_bot_that_loses_telegram_stops_without_a_traceback(tmp_path: Path) -> None:
    """The last call of all fails: it only says what was fetched, and that is fetched again."""
    async with running(tmp_path, {}) as rota:
        rota.stand_in.fail("getUpdates", status=None, times=1000)
        rota.person("Sam Stone").say("hello")
        async with asyncio.timeout(20):
            while "updates cannot be fetched" not in rota.log:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)
        assert rota._process
        rota._process.terminate()
        assert await rota._process.wait() == 0
        assert "Traceback" not in rota.log


async def test_a_bot_without_a_connection_can_be_stopped(stand_in: StandIn, tmp_path: Path) -> None:
    """While the Bot API is not to be reached, SIGTERM ends the waiting with 0."""
    stand_in.fail("getMe", status=None, times=1000)
    process = await launch(tmp_path, BOT_TOKEN=stand_in.token, BOT_API_URL=stand_in.url)
    assert process.stderr
    async with asyncio.timeout(20):
        await process.stderr.readline()
    code, out, err = await told_to_stop(process)
    stand_in.clear_faults()
    assert code == 0
    assert "Traceback" not in err
    assert stand_in.token.partition(":")[2] not in err + out
