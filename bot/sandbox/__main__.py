"""The stand-in and its page alone, so that a bot can be killed and started again under a running chat."""

import argparse
import asyncio
import sys

from bot.sandbox.server import StandIn


async def _serve(port: int) -> None:
    stand_in = StandIn()
    stand_in.person(1001, "Ada", hint="first person")
    await stand_in.start(port=port)
    sys.stdout.write(
        f"Chat page:  {stand_in.url}\n"
        f"Bot API:    {stand_in.url}/bot{stand_in.token}/getMe\n"
        f"Start a bot against it:\n"
        f"  BOT_TOKEN={stand_in.token} BOT_API_URL={stand_in.url} python run_bot.py\n",
    )
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await stand_in.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    try:
        asyncio.run(_serve(parser.parse_args().port))
    except KeyboardInterrupt:
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
