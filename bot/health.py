"""For whoever watches over the bot: whether it is alive, whether it can work, and what it has counted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from http import HTTPStatus

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from telegram import Bot as Telegram

from bot.metrics import DELIVERIES, REGISTRY
from clinic.broadcast import DeliveryState
from clinic.errors import StorageBusy
from clinic.ports import Clinic

CHECK_SECONDS = 3.0


def health_routes(clinic: Clinic, bot: Telegram) -> list[web.RouteDef]:
    """Return ``/healthz``, ``/readyz`` and ``/metrics``; they are not for strangers, so no proxy passes them on."""

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(_request: web.Request) -> web.Response:
        database, api = await asyncio.gather(_verdict(_read(clinic)), _verdict(bot.get_me()))
        status = HTTPStatus.OK if database == api == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response({"database": database, "bot_api": api}, status=status)

    async def metrics(_request: web.Request) -> web.Response:
        with suppress(StorageBusy):  # the rest is told all the same
            await _count_deliveries(clinic)
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]


async def _read(clinic: Clinic) -> None:
    async with clinic.storage.read() as work:
        await work.people.has_admin()


async def _count_deliveries(clinic: Clinic) -> None:
    async with clinic.storage.read() as work:
        totals = await work.deliveries.totals()
    for state in DeliveryState:
        DELIVERIES.labels(state.value).set(totals.get(state, 0))


async def _verdict(check: Awaitable[object]) -> str:
    """Return ``ok``, or the kind of what went wrong; not what it says, which may name files and addresses."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the verdict
        return type(error).__name__
    return "ok"
