"""What whoever watches over the bot is told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.group import a_free_port
from tests.phone import handled, say, tap
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

PORT = a_free_port()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rota]:
    """Under polling, with a port of its own for those who watch."""
    async with running(tmp_path_factory.mktemp("watched"), {"LISTEN_PORT": str(PORT)}) as started:
        yield started


async def told(path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as watcher, watcher.get(f"http://127.0.0.1:{PORT}{path}") as answer:
        return answer.status, await answer.text()


async def value(sample: str) -> float:
    """Return what a sample of the metrics counts; 0 where it is not there yet."""
    _, text = await told("/metrics")
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_it_is_alive_and_ready(watched: Rota) -> None:
    """With its database and the Bot API at hand."""
    assert await told("/healthz") == (200, '{"alive": true}')
    assert await told("/readyz") == (200, '{"database": "ok", "bot_api": "ok"}')


async def test_without_the_bot_api_it_is_alive_and_not_ready(watched: Rota) -> None:
    """The kind of the failure is told, and nothing that names the token."""
    watched.stand_in.fail("getMe", status=None, times=4)
    assert await told("/readyz") == (503, '{"database": "ok", "bot_api": "NetworkError"}')
    assert (await told("/healthz"))[0] == 200
    watched.stand_in.clear_faults()


async def test_taps_and_calls_are_counted(watched: Rota) -> None:
    """Each tap is one, with its time; each call with its method and status, the failed ones too."""
    doctor = await watched.doctor()
    form = await say(doctor, "/availability")
    samples = (
        'rota_updates_total{kind="tap",outcome="handled"}',
        "rota_tap_seconds_count",
        'rota_api_calls_total{method="editMessageText",status="200"}',
        'rota_api_calls_total{method="editMessageText",status="429"}',
    )
    before = [await value(sample) for sample in samples]
    watched.stand_in.fail("editMessageText", status=429, retry_after=0)
    await tap(doctor, "Mon–Fri", "Next", form=form)
    await handled(doctor)
    assert [await value(sample) for sample in samples] == [n + m for n, m in zip(before, (2, 2, 2, 1), strict=True)]
    assert await value("rota_updates_under_way") == 0


async def test_the_queue_of_broadcasts_is_told(watched: Rota) -> None:
    """Each state has its figure, before there is any broadcast too."""
    states = ("waiting", "sent", "blocked", "failed", "cancelled")
    _, text = await told("/metrics")
    assert [state for state in states if f'rota_deliveries{{state="{state}"}} 0.0' not in text] == []


async def test_failures_are_counted(watched: Rota) -> None:
    """What the person is told an incident's id for is no handled update."""
    doctor = await watched.doctor()
    sample = 'rota_updates_total{kind="message",outcome="failed"}'
    before = await value(sample)
    watched.stand_in.fail("sendMessage", status=None)
    doctor.say("/availability")
    await doctor.sees("Sorry, something went wrong")
    await handled(doctor)
    assert await value(sample) == before + 1


async def test_the_metrics_say_nothing_of_people(watched: Rota) -> None:
    """No id, no name, no token; and a label has few values, whatever strangers send."""
    person = watched.person("Sam Stone")
    await say(person, "/start nonsense")
    _, text = await told("/metrics")
    assert not re.search(rf"{person.user_id}|Sam|Stone|nonsense|{watched.stand_in.token.partition(':')[2]}", text)
    assert set(re.findall(r'kind="([^"]+)"', text)) <= {"tap", "message", "inline query", "other", "unknown"}


async def test_the_port_takes_no_posts_under_polling(watched: Rota) -> None:
    """There is no webhook where none was asked for."""
    async with aiohttp.ClientSession() as stranger, stranger.post(f"http://127.0.0.1:{PORT}/telegram") as answer:
        assert answer.status == 404
