"""Tell the desk what doctors said on the day itself."""

from __future__ import annotations

import html
import logging

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.agenda import time_off_text
from bot.screen import bold
from bot.words import Words, words_for
from clinic.dates import DateChange, TimeOff
from clinic.ports import Clinic
from clinic.use_cases.notices import claim_notice, finish_notice

log = logging.getLogger(__name__)


async def send_notices(clinic: Clinic, bot: Bot) -> None:
    """Send all that is owed. What Telegram does not take now stays owed; whom it cannot reach is left alone.

    A process that is killed between sending one and noting it sends that one again.
    """
    while owed := await claim_notice(clinic):
        words = words_for(owed.person.language)
        text = notice_text(owed.doctor.name, owed.change, words)
        try:
            await bot.send_message(owed.person.user_id, text, ParseMode.HTML)
        except (BadRequest, Forbidden) as error:
            log.info("a notice cannot be delivered (%s)", type(error).__name__)
        except TelegramError as error:
            log.warning("a notice stays owed (%s)", type(error).__name__)
            return
        await finish_notice(clinic, owed)


def notice_text(doctor: str, change: DateChange, words: Words) -> str:
    """Return as HTML what a change of today means to the desk."""
    said = [rule for rule in change.after if isinstance(rule, TimeOff)]
    taken = [rule for rule in change.before if isinstance(rule, TimeOff)]
    if said:
        lines = [html.escape(time_off_text(off, words), quote=False) for off in said]
    else:
        lines = [words.rich("No longer: {what}", what=time_off_text(off, words)) for off in taken]
    return "\n".join([bold(doctor), *lines])
