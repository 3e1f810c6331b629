"""The bot's own HTTP server: for Telegram's posts, and for whoever watches over the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

DRAIN_SECONDS = 30.0
"""For so long requests that are under way may take to end, once the server is told to stop."""


class CannotListen(Exception):
    """The address is not to be had; the message says why."""


@asynccontextmanager
async def listening(host: str, port: int, routes: Iterable[web.RouteDef], most_bytes: int) -> AsyncIterator[None]:
    """Answer requests of at most so many bytes while the context lasts, then finish those that were begun.

    Raises:
        CannotListen: the address is taken, or none of this machine's.
    """
    app = web.Application(client_max_size=most_bytes)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotListen(f"LISTEN_PORT: {host} port {port} is not to be had ({error.strerror}).") from None
        yield
    finally:
        await runner.cleanup()
