"""Settings: what they are, how they are read, and that nothing secret is shown."""

from __future__ import annotations

from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.app import build_application
from bot.settings import BadSettings, hook_of, read_settings, Settings
from clinic.ports import Clinic
from clinic.time_range import TimeRange

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"  # noqa: S105 - nobody's
SECRET = TOKEN.rpartition(":")[2]
KEYS = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine and no ``.env`` of this folder."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for key, value in values.items():
        monkeypatch.setenv(key, value)
    return read_settings()


DEFAULTS: dict[str, object] = {
    "bot_token": None,
    "bot_api_url": "https://api.telegram.org",
    "database_url": "sqlite+aiosqlite:///rota.db",
    "admin_ids": frozenset(),
    "clinic_name": "the clinic",
    "clinic_time_zone": ZoneInfo("UTC"),
    "broadcast_rate": 25,
    "bookings_kept_days": 365,
    "quiet_hours": TimeRange(1260, 1860),
    "log_level": "INFO",
    "log_format": "text",
    "webhook_url": None,
    "webhook_secret": None,
    "listen_host": "127.0.0.1",
    "listen_port": None,
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_defaults(name: str) -> None:
    """With nothing set, everything has a value; the token alone has none."""
    assert getattr(read_settings(), name) == DEFAULTS[name]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    """``--help`` prints the descriptions."""
    assert Settings.model_fields[name].description


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("BOT_API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("DATABASE_URL", "postgresql+asyncpg://localhost/rota", "postgresql+asyncpg://localhost/rota"),
        ("ADMIN_IDS", "1001", frozenset({1001})),
        ("ADMIN_IDS", " 1001, 1002 ,,1001", frozenset({1001, 1002})),
        ("ADMIN_IDS", ",", frozenset()),
        ("CLINIC_NAME", "Höhe 3 & Söhne", "Höhe 3 & Söhne"),
        ("CLINIC_TIME_ZONE", "Europe/Madrid", ZoneInfo("Europe/Madrid")),
        ("BROADCAST_RATE", "1000", 1000),
        ("BOOKINGS_KEPT_DAYS", "30", 30),
        ("QUIET_HOURS", "22:30 - 6:00", TimeRange(1350, 1800)),
        ("QUIET_HOURS", "OFF", None),
        ("LOG_LEVEL", " debug ", "DEBUG"),
        ("LOG_FORMAT", " JSON ", "json"),
        ("WEBHOOK_URL", "https://rota.example.org/telegram", "https://rota.example.org/telegram"),
        ("WEBHOOK_URL", "http://127.0.0.1:8443/", "http://127.0.0.1:8443/"),
        ("WEBHOOK_SECRET", "Aa0_-" * 7, SecretStr("Aa0_-" * 7)),
        ("LISTEN_PORT", "8081", 8081),
    ],
)
def test_values(monkeypatch: pytest.MonkeyPatch, key: str, text: str, value: object) -> None:
    """Texts from outside become values."""
    assert getattr(given(monkeypatch, **{key: text}), key.lower()) == value


def test_the_token_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is there for whoever asks for it by name."""
    token = given(monkeypatch, BOT_TOKEN=TOKEN).bot_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize("key", KEYS)
def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """``KEY=`` in a file means the default."""
    assert getattr(given(monkeypatch, **{key: ""}), key.lower()) == DEFAULTS[key.lower()]


BAD = [
    ("BOT_TOKEN", "has blanks 4711"),
    ("BOT_TOKEN", f"{TOKEN}\n4711"),
    ("BOT_TOKEN", "a:b:c4711"),
    ("BOT_API_URL", "api4711.telegram.org"),
    ("BOT_API_URL", "ftp://x4711"),
    ("ADMIN_IDS", "1001,@alma4711"),
    ("ADMIN_IDS", "-4711"),
    ("ADMIN_IDS", "0,4711.5"),
    ("CLINIC_NAME", "4711" + "x" * 64),
    ("CLINIC_TIME_ZONE", "Europe/Town4711"),
    ("CLINIC_TIME_ZONE", "../../etc/4711"),
    ("CLINIC_TIME_ZONE", "/etc/4711"),
    ("BROADCAST_RATE", "0"),
    ("BROADCAST_RATE", "4711"),
    ("BOOKINGS_KEPT_DAYS", "-4711"),
    ("BOOKINGS_KEPT_DAYS", "0"),
    ("BOOKINGS_KEPT_DAYS", "47110"),
    ("BOOKINGS_KEPT_DAYS", "4711 days"),
    ("QUIET_HOURS", "21-4711"),
    ("QUIET_HOURS", "25:00-47:11"),
    ("QUIET_HOURS", "04:11-04:11"),
    ("LOG_LEVEL", "LOUD4711"),
    ("LOG_FORMAT", "xml4711"),
    ("WEBHOOK_URL", "http://example.org/4711"),
    ("WEBHOOK_URL", "https:///4711"),
    ("WEBHOOK_SECRET", "4711" + "x" * 27),
    ("WEBHOOK_SECRET", "4711" + "x" * 253),
    ("WEBHOOK_SECRET", "4711 " + "x" * 32),
    ("LISTEN_PORT", "471100"),
    ("LISTEN_PORT", "-4711"),
]


@pytest.mark.parametrize(("key", "value"), BAD, ids=[f"{key}-{number}" for number, (key, _) in enumerate(BAD)])
def test_a_bad_value_names_its_key_alone(monkeypatch: pytest.MonkeyPatch, key: str, value: str) -> None:
    """One line with the key and what is wrong; the value is nobody's to read."""
    with pytest.raises(BadSettings) as refused:
        given(monkeypatch, **{key: value})
    said = str(refused.value)
    assert said.startswith(f"{key}: ")
    assert "4711" not in said
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_every_bad_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """All mistakes are told at once."""
    with pytest.raises(BadSettings) as refused:
        given(monkeypatch, LOG_LEVEL="loud", CLINIC_TIME_ZONE="Mars", BOT_API_URL="x")
    assert {line.partition(":")[0] for line in str(refused.value).splitlines()} == {
        "LOG_LEVEL",
        "CLINIC_TIME_ZONE",
        "BOT_API_URL",
    }


def test_a_webhook_needs_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that is missing has its line; with all of them there is a hook."""
    with pytest.raises(BadSettings) as refused:
        hook_of(given(monkeypatch, BOT_TOKEN=TOKEN))
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == ["WEBHOOK_URL", "WEBHOOK_SECRET"]
    hook = hook_of(given(monkeypatch, WEBHOOK_URL="https://example.org/x", WEBHOOK_SECRET="s" * 32))
    assert (hook.url, hook.secret.get_secret_value()) == ("https://example.org/x", "s" * 32)
    assert "s" * 32 not in repr(hook)


def test_a_file_is_read(tmp_path: Path) -> None:
    """``.env`` in the working folder says the same as the environment."""
    (tmp_path / ".env").write_text("CLINIC_NAME=Hill Street\nADMIN_IDS=1,2\nUNKNOWN=whatever\n")
    settings = read_settings()
    assert (settings.clinic_name, settings.admin_ids) == ("Hill Street", frozenset({1, 2}))


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is exported overrides ``.env``."""
    (tmp_path / ".env").write_text("CLINIC_NAME=from the file\n")
    assert given(monkeypatch, CLINIC_NAME="from outside").clinic_name == "from outside"


def test_settings_do_not_show_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither ``repr`` nor ``str`` nor a dump has it."""
    settings = given(monkeypatch, BOT_TOKEN=TOKEN)
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert SECRET not in shown


def test_the_bot_and_the_application_do_not_show_the_token() -> None:
    """A log line with either is no leak."""
    application = build_application(cast("Clinic", None), TOKEN, "http://127.0.0.1:1")
    shown = f"{application!r} {application} {application.bot!r} {application.bot} {application.updater!r}"
    assert "QuietBot" in shown
    assert SECRET not in shown
