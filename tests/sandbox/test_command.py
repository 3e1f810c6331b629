"""The stand-in started by itself."""

import asyncio
import re
import sys

import aiohttp


async def test_it_prints_what_a_developer_needs(session: aiohttp.ClientSession) -> None:
    """The page's address, and the line that starts a bot against it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        printed = (await asyncio.wait_for(process.stdout.readuntil(b"run_bot.py\n"), 30)).decode()
        command = re.search(r"BOT_TOKEN=(\S+) BOT_API_URL=(\S+) python run_bot.py", printed)
        assert command is not None
        token, url = command.groups()
        async with session.get(f"{url}/bot{token}/getMe") as response:
            assert (await response.json())["result"]["is_bot"]
        async with session.get(url) as response:
            assert response.content_type == "text/html"
    finally:
        process.terminate()
        await process.wait()
