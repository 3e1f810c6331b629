"""PostgreSQL for a proof, whose own event loop is running already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TypeVar

Lent = TypeVar("Lent")


@asynccontextmanager
async def beside(context: AbstractContextManager[Lent]) -> AsyncIterator[Lent]:
    """Enter and leave in a thread what runs an event loop of its own."""
    lent = await asyncio.to_thread(context.__enter__)
    try:
        yield lent
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)
