"""The commands of ``python run_bot.py`` that run no bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox import StandIn
from tests.phone import save
from tests.rota import ended, launch, Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "123456789:AAE_never_to_be_seen"  # noqa: S105 - nobody's


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stand_in() -> AsyncIterator[StandIn]:
    started = StandIn(per_chat=None, overall=None)
    await started.start()
    yield started
    await started.stop()


async def commanded(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    return await ended(await launch(folder, *arguments, **settings))


async def test_a_running_bot_is_backed_up_and_put_back_when_it_is_stopped(tmp_path: Path) -> None:
    """The copy has what was saved; while the bot runs it is not put back, and afterwards it is."""
    async with running(tmp_path, {}) as rota:
        doctor = await rota.doctor()
        await save(doctor, "mon 9-17")
        code, out, err = await commanded(tmp_path, "backup", "copy.db")
        assert (code, out, err) == (0, "The database is copied to copy.db.\n", "")
        await save(doctor, "tue 9-17")
        code, _, err = await commanded(tmp_path, "restore", "copy.db")
        assert code == 2
        assert "Stop the bot first" in err
        await rota.stop()
        code, out, err = await commanded(tmp_path, "restore", "copy.db")
        assert (code, err) == (0, "")
        assert out.startswith("copy.db is in place. What was there is kept as rota.db.before-")
        await rota.start()
        assert rota.week(doctor) == {"Mon": "09:00-17:00"}
        await save(doctor, "wed 9-17")


async def test_a_backup_without_a_database_says_so(tmp_path: Path) -> None:
    """No file is made."""
    code, _, err = await commanded(tmp_path, "backup", "copy.db")
    assert (code, err) == (2, "There is no database to copy: rota.db is not there.\n")
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - it is through


async def test_check_says_that_all_is_well(stand_in: StandIn, tmp_path: Path) -> None:
    """Before the first start and while a bot runs; it makes nothing."""
    wire = {"BOT_TOKEN": stand_in.token, "BOT_API_URL": stand_in.url}
    code, out, err = await commanded(tmp_path, "check", **wire)
    assert (code, err) == (0, "")
    assert [line[:2] for line in out.splitlines()] == ["ok"] * 4
    assert "rota.db is not there yet" in out
    assert "@rota_sandbox_bot answers" in out
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - it is through
    rota = Rota(stand_in, tmp_path, {})
    await rota.start()
    code, out, _ = await commanded(tmp_path, "check", **wire)
    await rota.stop()
    assert code == 0
    assert "rota.db: sound" in out
    assert "up to date" in out


async def test_check_says_what_is_wrong(stand_in: StandIn, tmp_path: Path) -> None:
    """All of it at once, without a secret, and the exit code says so too."""
    (tmp_path / "rota.db").write_bytes(b"no database" * 1000)
    code, out, err = await commanded(
        tmp_path, "check", BOT_TOKEN=SECRET, BOT_API_URL=stand_in.url, WEBHOOK_URL="https://example.org/"
    )
    assert (code, err) == (1, "")
    assert [line[:3] for line in out.splitlines()] == ["ok ", "BAD", "BAD"]
    assert "is not an SQLite database" in out
    assert "does not know BOT_TOKEN" in out
    assert SECRET.partition(":")[2] not in out


async def test_check_looks_at_the_webhook(stand_in: StandIn, tmp_path: Path) -> None:
    """What is missing for it is told."""
    wire = {"BOT_TOKEN": stand_in.token, "BOT_API_URL": stand_in.url, "WEBHOOK_URL": "https://example.org/"}
    code, out, _ = await commanded(tmp_path, "check", **wire)
    assert code == 1
    assert "WEBHOOK_SECRET: --webhook does not work without it" in out
    code, out, _ = await commanded(tmp_path, "check", **wire, WEBHOOK_SECRET="s" * 32)
    assert code == 0
    assert "0 updates wait" in out


async def test_bad_settings_end_every_command(tmp_path: Path) -> None:
    """With the key's name and 2, as they end the start."""
    code, _, err = await commanded(tmp_path, "check", LOG_LEVEL="loud")
    assert code == 2
    assert err.startswith("LOG_LEVEL: ")


async def test_help_names_the_commands(tmp_path: Path) -> None:
    """Each with what it does."""
    _, out, _ = await commanded(tmp_path, "--help")
    assert [name for name in ("check", "backup", "restore", "export", "import") if f"\n    {name} " not in out] == []


async def test_doctors_and_hours_go_out_and_come_in_again(tmp_path: Path) -> None:
    """What came out changes nothing; what was edited is previewed first, and kept with --yes while the bot runs."""
    async with running(tmp_path, {}) as rota:
        doctor = await rota.doctor()
        await save(doctor, "mon-tue 9-17, wed 22-6")
        for name in ("doctors.csv", "doctors.json"):
            assert await commanded(tmp_path, "export", name) == (0, f"1 doctors are in {name}.\n", "")
            code, out, _ = await commanded(tmp_path, "import", name)
            assert (code, out.splitlines()[0]) == (0, "1 of 1 stay as they are.")
        edited = (tmp_path / "doctors.csv").read_text("utf-8").replace("mon 09:00-17:00", "mon 10-12")
        (tmp_path / "edited.csv").write_text(edited + ",Ben Ek,dermatology,fri 9-13,\n", "utf-8")
        code, out, _ = await commanded(tmp_path, "import", "edited.csv")
        assert code == 0
        assert out.splitlines() == [
            "line 2: Ana Ruiz, cardiology: hours changed",
            "line 3: Ben Ek, dermatology: new",
            "0 of 2 stay as they are.",
            "Nothing is changed yet. Add --yes to do it.",
        ]
        assert rota.week(doctor)["Mon"] == "09:00-17:00"
        code, out, _ = await commanded(tmp_path, "import", "edited.csv", "--yes")
        assert (code, out.splitlines()[-1]) == (0, "Done.")
        assert rota.week(doctor) == {"Mon": "10:00-12:00", "Tue": "09:00-17:00", "Wed": "22:00-30:00"}
        assert rota.rows("SELECT name FROM doctors ORDER BY doctor_id") == [("Ana Ruiz",), ("Ben Ek",)]


async def test_a_bad_import_changes_nothing(tmp_path: Path) -> None:
    """Each mistake is told by its line, and the good lines wait for the bad ones."""
    (tmp_path / "bad.csv").write_text(
        "name,specialization,hours\nAna Ruiz,GP,mon 9-13\nBen Ek,GP,mon 9-13 and tea\nBo,GP,mon 9-13; mon 14-15\n,GP,\n"
    )
    code, out, err = await commanded(tmp_path, "import", "bad.csv", "--yes")
    assert (code, out) == (2, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["line 3", "line 4", "line 5"]
    code, _, _ = await commanded(tmp_path, "export", "all.json")
    assert (tmp_path / "all.json").read_text() == "[]\n"
