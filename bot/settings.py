"""What is set from outside: the environment, or a ``.env`` file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from clinic.errors import BadTimeRange
from clinic.reminder import USUAL_QUIET
from clinic.time_range import TimeRange

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BadSettings(Exception):
    """One line a bad value: its key and what is wrong, never the value itself."""


def _token(value: SecretStr | None) -> SecretStr | None:
    if value and not re.fullmatch(r"[\w-]+(:[\w-]+)?", value.get_secret_value()):
        raise ValueError("a token looks like 123456789:AAE… and has no blanks")
    return value


def _ids(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _zone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (KeyError, OSError, ValueError):
        raise ValueError("no IANA time zone has this name; one is Europe/Madrid") from None


def _quiet_hours(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.strip().lower() == "off":
        return None
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)", value.replace(" ", ""))
    try:
        begin, begins, end, ends = map(int, found.groups() if found else ())
        return TimeRange.from_clock(60 * begin + begins, 60 * end + ends)
    except (ValueError, BadTimeRange):
        raise ValueError("quiet hours look like 21:00-07:00, or are off") from None


def _base_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("an address begins with https:// or http://")
    return value.rstrip("/")


def _webhook_url(value: str) -> str:
    parts = urlsplit(value)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ValueError("Telegram posts to an address that begins with https:// and names a host")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", value.get_secret_value()):
        raise ValueError("a secret takes 32 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return value


def _in_capitals(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _in_small_letters(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


class Settings(BaseSettings):
    """The bot's settings; ``python run_bot.py --help`` prints them from here."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        frozen=True,
        arbitrary_types_allowed=True,
    )

    bot_token: Annotated[SecretStr | None, AfterValidator(_token)] = Field(
        None, description="the token from @BotFather; without one the sandbox starts"
    )
    bot_api_url: Annotated[str, AfterValidator(_base_url)] = Field(
        "https://api.telegram.org", description="where the Bot API is: /bot<token>/<method> hangs below it"
    )
    database_url: str = Field("sqlite+aiosqlite:///rota.db", description="where everything is kept (SQLAlchemy URL)")
    admin_ids: Annotated[frozenset[Annotated[int, Field(ge=1)]], NoDecode, BeforeValidator(_ids)] = Field(
        frozenset(), description="Telegram user ids of the admins, between commas"
    )
    clinic_name: str = Field("the clinic", min_length=1, max_length=64, description="what people are told they talk to")
    clinic_time_zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = Field(
        ZoneInfo("UTC"), description="the clinic's IANA time zone: all hours are on its clock"
    )
    broadcast_rate: Annotated[int, Field(ge=1, le=1000)] = Field(
        25, description="messages a second of a broadcast, 1 to 1000; above 30 Telegram is paid in stars for each"
    )
    bookings_kept_days: int = Field(
        365, ge=1, le=36_500, description="so many days after it is over, a booking is erased with its notes"
    )
    quiet_hours: Annotated[TimeRange | None, NoDecode, BeforeValidator(_quiet_hours)] = Field(
        USUAL_QUIET, description="when no reminder wakes anybody, on their own clock: 21:00-07:00, or off"
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_in_capitals)] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_in_small_letters)] = Field(
        "text", description="text or json, one line an event"
    )
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] | None = Field(
        None, description="with --webhook: the https address to which Telegram posts"
    )
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None, description="with --webhook: what Telegram shows with each post, 32 or more of A-Z a-z 0-9 _ -"
    )
    listen_host: str = Field("127.0.0.1", min_length=1, description="where --webhook, health and metrics listen")
    listen_port: int | None = Field(
        None, ge=0, lt=2**16, description="their port; none, and nothing listens (with --webhook 8080)"
    )


@dataclass(frozen=True)
class Hook:
    """What is needed to be reached by webhook: where Telegram posts to, and what it shows with each post."""

    url: str
    secret: SecretStr


def hook_of(settings: Settings) -> Hook:
    """Return what ``--webhook`` runs on.

    Raises:
        BadSettings: a line for each key that it needs and that is not set.
    """
    needed = {"BOT_TOKEN": settings.bot_token, "WEBHOOK_URL": settings.webhook_url}
    missing = [key for key, value in {**needed, "WEBHOOK_SECRET": settings.webhook_secret}.items() if not value]
    if missing or not settings.webhook_url or not settings.webhook_secret:
        raise BadSettings("\n".join(f"{key}: --webhook does not work without it" for key in missing))
    return Hook(settings.webhook_url, settings.webhook_secret)


def read_settings() -> Settings:
    """Read the environment and ``.env``.

    Raises:
        BadSettings: a line for each key whose value cannot be.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{str(line['loc'][0]).upper()}: {line['msg']}" for line in error.errors(include_input=False)]
        raise BadSettings("\n".join(lines)) from None
