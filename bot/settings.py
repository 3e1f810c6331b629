"""What is set from outside: the environment, or a ``.env`` file."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


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


def _base_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("an address begins with https:// or http://")
    return value.rstrip("/")


def _in_capitals(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


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
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_in_capitals)] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )


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
