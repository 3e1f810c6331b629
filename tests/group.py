"""Several processes of Rota behind one webhook, which takes turns among them as nginx does."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.sandbox import StandIn
from tests.rota import Rota

SECRET = "a-secret-of-thirty-two-characters"  # noqa: S105 - a test's own
PATH = "/telegram"


def a_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Balancer:
    """Passes each request on to the next of the ports, or by chance; to the one after it where nobody listens."""

    def __init__(self, ports: list[int], chance: random.Random | None = None) -> None:
        self.statuses: list[int] = []
        self._ports = ports
        turns: Iterator[int] = itertools.cycle(range(len(ports)))
        self._turn = iter(lambda: chance.randrange(len(ports)), None) if chance else turns
        self._runner: web.AppRunner | None = None
        self.port = a_free_port()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        app.cleanup_ctx.append(self._connected)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _connected(self, _app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as self._session:
            yield

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, first = await request.read(), next(self._turn)
        answer = web.Response(status=502)
        for port in self._ports[first:] + self._ports[:first]:
            url = f"http://127.0.0.1:{port}{request.path}"
            try:
                async with self._session.request(request.method, url, data=body, headers=request.headers) as given:
                    kind = given.content_type
                    answer = web.Response(status=given.status, body=await given.read(), content_type=kind)
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                pass
            break
        self.statuses.append(answer.status)
        return answer


class Group(Rota):
    """A ``Rota`` of several processes on one database; what it starts, kills and stops is one of them, or all."""

    def __init__(
        self,
        stand_in: StandIn,
        folder: Path,
        settings: Mapping[str, str],
        count: int,
        chance: random.Random | None = None,
    ) -> None:
        super().__init__(stand_in, folder, settings)
        self.ports = [a_free_port() for _ in range(count)]
        self.balancer = Balancer(self.ports, chance)
        self.processes: dict[int, asyncio.subprocess.Process] = {}

    async def start(self) -> None:
        await self.balancer.start()
        for port in self.ports:
            await self.start_one(port)

    async def start_one(self, port: int) -> None:
        if not self.admin:
            self.claim_link = None  # each that starts while nobody is an admin makes a new one
        url = f"http://127.0.0.1:{self.balancer.port}{PATH}"
        hook = {"WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET, "LISTEN_PORT": str(port)}
        self.processes[port] = await self._started("--webhook", **hook)

    async def end(self, port: int, kind: signal.Signals) -> int:
        """Send a process a signal and return how it ended."""
        process = self.processes.pop(port)
        process.send_signal(kind)
        code = await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # or its pipe warns after the loop is gone
        return code

    async def stop(self) -> None:
        await asyncio.gather(*(self.end(port, signal.SIGTERM) for port in list(self.processes)))
        await self.balancer.stop()


@asynccontextmanager
async def grouped(folder: Path, count: int, **settings: str) -> AsyncIterator[Group]:
    """Start a stand-in and so many bots behind its webhook, and stop them all."""
    stand_in = StandIn(per_chat=None, overall=None)
    await stand_in.start()
    group = Group(stand_in, folder, settings, count)
    try:
        await group.start()
        yield group
    finally:
        await group.stop()
        await stand_in.stop()
