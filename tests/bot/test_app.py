"""The bot reaches Telegram, however long that takes."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Any, cast

import pytest
from telegram.error import RetryAfter, TelegramError

from bot.app import connect

WAIT = timedelta(milliseconds=50)


class Refused:
    """An application that fails to start, each time with the next of the errors."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)

    async def initialize(self) -> None:
        if self.errors:
            raise self.errors.pop(0)


async def test_a_long_flood_control_is_waited_out(caplog: pytest.LogCaptureFixture) -> None:
    """A process that was started too often waits as long as Telegram says, and goes on."""
    application = Refused(RetryAfter(WAIT), RetryAfter(WAIT))
    began = monotonic()
    await connect(cast("Any", application))
    assert monotonic() - began >= 2 * WAIT.total_seconds()
    assert application.errors == []
    assert caplog.text.count("asks to be left alone") == 2
