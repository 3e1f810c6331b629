"""What the bot counts, for Prometheus. No label says anything of a person, and none has more than a few values."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from telegram import Update

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
UPDATES = Counter("rota_updates", "Updates that came in", ("kind", "outcome"), registry=REGISTRY)
UNDER_WAY = Gauge("rota_updates_under_way", "Updates that are being handled or wait for their turn", registry=REGISTRY)
TAPS = Histogram(
    "rota_tap_seconds",
    "From a tap's arrival to the last call that answers it",
    registry=REGISTRY,
    buckets=(0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
DELIVERIES = Gauge("rota_deliveries", "Copies of broadcasts by state", ("state",), registry=REGISTRY)
CALLS = Counter("rota_api_calls", "Calls to the Bot API, each try", ("method", "status"), registry=REGISTRY)


class Outcome(Enum):
    """What became of an update."""

    HANDLED = "handled"
    FAILED = "failed"
    """Nobody foresaw it; the person was told an incident's id."""
    REPEATED = "repeated"
    """It was handled before."""
    PUT_OFF = "put off"
    """Another process has it, or one of the same person: Telegram posts it again."""
    UNREADABLE = "unreadable"


class _Counted:
    outcome = Outcome.HANDLED


_COUNTED: ContextVar[_Counted | None] = ContextVar("_COUNTED", default=None)


@contextmanager
def counted(update: object) -> Iterator[None]:
    """Count an update that is handled inside, as ``note`` says or else as handled."""
    counting, began = _Counted(), time.perf_counter()
    token = _COUNTED.set(counting)
    UNDER_WAY.inc()
    try:
        yield
    finally:
        _COUNTED.reset(token)
        UNDER_WAY.dec()
        kind = _kind(update)
        UPDATES.labels(kind, counting.outcome.value).inc()
        if kind == "tap":
            TAPS.observe(time.perf_counter() - began)


def note(outcome: Outcome) -> None:
    """Say what becomes of the update that is being handled, if one is."""
    if counting := _COUNTED.get():
        counting.outcome = outcome


def count_unreadable() -> None:
    """Count an update of which not even the kind could be read."""
    UPDATES.labels("unknown", Outcome.UNREADABLE.value).inc()


def count_call(url: str, status: str) -> None:
    """Count a call by its method. The URL holds the token, and a file's also a name: of these nothing is kept."""
    _calls("file" if "/file/bot" in url else url.rpartition("/")[2], status).inc()


@lru_cache
def _calls(method: str, status: str) -> Counter:
    return CALLS.labels(method, status)


def _kind(update: object) -> str:
    match update:
        case Update(callback_query=query) if query:
            return "tap"
        case Update(message=message) if message:
            return "message"
        case Update(inline_query=query) if query:
            return "inline query"
    return "other"
