"""Whether the bot could start: what Telegram says to its token, and everything in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.app import QuietBot
from bot.network import AiohttpRequest
from bot.settings import BadSettings, hook_of, Settings


@dataclass(frozen=True)
class Finding:
    """One thing that the bot needs, and how it is."""

    name: str
    said: str
    ok: bool = True


async def ask_telegram(settings: Settings) -> list[Finding]:
    """Return what is to be said of the token, and of the webhook where the settings have one."""
    if settings.bot_token is None:
        return [Finding("token", "BOT_TOKEN is not set: the sandbox starts", ok=False)]
    request = AiohttpRequest(1, read_seconds=5.0, tries=1)
    token = settings.bot_token.get_secret_value()
    bot = QuietBot(token, base_url=f"{settings.bot_api_url}/bot", request=request, get_updates_request=request)
    try:
        await bot.initialize()
        findings = [Finding("token", f"@{bot.username} answers")]
        if settings.webhook_url or settings.webhook_secret:
            findings.append(_of_hook(settings, await bot.get_webhook_info()))
    except InvalidToken:
        return [Finding("token", "the Bot API does not know BOT_TOKEN; @BotFather shows the right one", ok=False)]
    except TelegramError as error:
        return [Finding("token", f"{settings.bot_api_url} does not answer ({error.message})", ok=False)]
    finally:
        await bot.shutdown()
    return findings


def _of_hook(settings: Settings, info: WebhookInfo) -> Finding:
    try:
        hook = hook_of(settings)
    except BadSettings as error:
        return Finding("webhook", str(error), ok=False)
    where = "Telegram posts there" if info.url == hook.url else "Telegram is told at the first start with --webhook"
    trouble = f"; its last trouble: {info.last_error_message}" if info.last_error_message else ""
    return Finding("webhook", f"{where}; {info.pending_update_count} updates wait{trouble}")


def table(findings: Sequence[Finding]) -> str:
    """Return a line for each finding."""
    return "".join(f"{'ok ' if one.ok else 'BAD'}  {one.name:<11} {one.said}\n" for one in findings)
