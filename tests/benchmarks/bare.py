"""The bot to compare with: python-telegram-bot as it comes, one handler that answers and edits, nothing kept.

``python -m tests.benchmarks.bare TOKEN URL``
"""

from __future__ import annotations

import sys
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import ApplicationBuilder, CallbackContext, CallbackQueryHandler


async def tapped(update: Update, _context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Show what was tapped, above the same keyboard."""
    query = update.callback_query
    assert isinstance(query, CallbackQuery)
    assert isinstance(query.message, Message)
    await query.answer()
    await query.edit_message_text(f"You tapped {query.data}.", reply_markup=query.message.reply_markup)


def main(token: str, url: str) -> None:
    application = ApplicationBuilder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(CallbackQueryHandler(tapped))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
