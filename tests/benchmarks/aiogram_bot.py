"""The peer to compare with: aiogram on its defaults, one handler that answers and edits.

``python -m tests.benchmarks.aiogram_bot TOKEN URL [FILE]``: with a file the tap is stored first, as SQLAlchemy's pages
on its async ORM have it: read the draft's row, change it, commit.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, UTC
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from sqlalchemy import event, JSON
from sqlalchemy.ext.asyncio import async_sessionmaker, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.benchmarks.kept import url_of

BUSY_SECONDS = 60.0
HOURS = {"hours": [[540, 780], [900, 1140]], "on": False}


class Base(DeclarativeBase):
    pass


class DraftRow(Base):
    """What somebody has picked so far in a message."""

    __tablename__ = "drafts"

    chat_id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime]


Tapped = Callable[[CallbackQuery], Awaitable[None]]


async def show(query: CallbackQuery) -> None:
    """Show what was tapped, above the same keyboard."""
    assert isinstance(query.message, Message)
    await query.answer()
    await query.message.edit_text(f"You tapped {query.data}.", reply_markup=query.message.reply_markup)


def kept(sessions: async_sessionmaker[AsyncSession]) -> Tapped:
    """Return the handler that stores a tap before it shows it."""

    async def tapped(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        expires = datetime.now(UTC) + timedelta(days=14)
        async with sessions() as session:
            draft = await session.get(DraftRow, (query.message.chat.id, query.message.message_id))
            if draft is None:
                body: dict[str, Any] = {str(day): HOURS for day in range(7)}
                ids = {"chat_id": query.message.chat.id, "message_id": query.message.message_id}
                session.add(DraftRow(**ids, body=body, expires_at=expires))
            else:
                draft.body = {**draft.body, "tapped": query.data}
                draft.expires_at = expires
            await session.commit()
        await show(query)

    return tapped


def sessions_on(file: Path) -> tuple[async_sessionmaker[AsyncSession], Callable[[], Awaitable[None]]]:
    """Return sessions on a file that is opened as Rota opens its own, and what makes its table."""
    engine = create_async_engine(url_of(file), connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine.sync_engine, "connect")
    def as_rota(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    async def make() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    return async_sessionmaker(engine, expire_on_commit=False), make


def main(token: str, url: str, file: str = "") -> None:
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher()
    tapped: Tapped = show
    if file:
        sessions, make = sessions_on(Path(file))
        tapped = kept(sessions)
        dispatcher.startup.register(make)
    dispatcher.callback_query.register(tapped)
    dispatcher.run_polling(bot, handle_signals=False)  # it would say that it was told to end


if __name__ == "__main__":
    main(*sys.argv[1:])
