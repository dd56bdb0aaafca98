"""A thousand people talking to the built-in bot at once: `python -m bench.nlu.turns [CHATS [THINK_S]]`.

Each says the nine lines below with a pause of THINK_S on average between them; order numbers go through a
real action server. Prints how long a reply took and how far the event loop was behind meanwhile, which is
what everybody else on the server would feel.
"""

import asyncio
import random
import sys
import time

import aiohttp
import structlog

from antiphon.bots import build
from antiphon.bots.build import Engine
from antiphon.bots.port import MemoryTrackers, Turn

LINES = (
    "hello",
    "how long does delivery take",
    "yes",
    "where is my order",
    "when are you open",
    "MG-1042",
    "yes thanks",
    "can i get a discount",
    "zzz qqq",
)
GOAL_MS = 300  # for the 95th percentile
BEAT_S = 0.01


async def main(chats: int, think_s: float) -> int:
    async with aiohttp.ClientSession() as http:
        bot = build("builtin", http=http, trackers=MemoryTrackers())
        await bot.start()
        try:
            return await measure(bot, chats, think_s)
        finally:
            await bot.close()


async def measure(bot: Engine, chats: int, think_s: float) -> int:
    took_ms: list[float] = []
    behind_ms: list[float] = []
    failed = 0
    beating = asyncio.create_task(beat(behind_ms))
    began = time.perf_counter()
    talks = [talk(bot, f"chat-{n}", think_s, took_ms) for n in range(chats)]
    failed = sum(await asyncio.gather(*talks))
    seconds = time.perf_counter() - began
    beating.cancel()
    print(f"{chats} conversations, {len(took_ms)} turns in {seconds:.0f} s ({len(took_ms) / seconds:.0f}/s)")
    print(f"reply        p50 {share(took_ms, 0.5):6.1f} ms   p95 {share(took_ms, 0.95):6.1f} ms")
    print(f"loop behind  p50 {share(behind_ms, 0.5):6.1f} ms   p95 {share(behind_ms, 0.95):6.1f} ms")
    print(f"handed over for a failure: {failed}; the goal for p95 is {GOAL_MS} ms")
    return 0 if share(took_ms, 0.95) <= GOAL_MS and not failed else 1


async def talk(bot: Engine, conversation: str, think_s: float, took_ms: list[float]) -> int:
    """One conversation; how many turns failed."""
    failed = 0
    for at_ms, line in enumerate(LINES):
        await asyncio.sleep(random.expovariate(1 / think_s))
        began = time.perf_counter()
        outcome = await bot.reply(Turn(conversation=conversation, text=line, at_ms=at_ms))
        took_ms.append((time.perf_counter() - began) * 1_000)
        failed += bool(outcome.handoff and outcome.handoff.reason == "failure")
    return failed


async def beat(behind_ms: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(BEAT_S)
        behind_ms.append((time.perf_counter() - began - BEAT_S) * 1_000)


def share(values: list[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))]


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    words = sys.argv[1:]
    sys.exit(asyncio.run(main(int(words[0]) if words else 1_000, float(words[1]) if words[1:] else 15.0)))
