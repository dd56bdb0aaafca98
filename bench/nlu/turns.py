"""A thousand people talking to the bot at once, and what the chats of agents feel of it.

    python -m bench.nlu.turns [--talkers 1000] [--pace 100] [--seconds 20] [--rounds 5] [--encoder FOLDER]

The server, and the rasa-sdk action server it starts, have one core, the load another. Every visitor says
the lines of a script in an open loop; one script needs no action, in the other two turns of three call one
or two.
Agents' chats on a site without a bot go on at the same time, in rounds with and without the bot's load.
"""

import argparse
import asyncio
import os
import resource
import statistics
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from antiphon.load.line import Line
from antiphon.load.talk import Chats, Figures
from bench.hotpath.rigs import Rig, free_port, kill
from bench.nlu.talkers import Talkers, rehearse

PLAIN = (
    "hello", "how long does delivery take", "yes", "what about returns", "how can i pay", "thanks a lot",
    "can i get a discount", "zzz qqq",
)  # fmt: skip
ACTIONS = ("where is my order", "MG-1042", "hello")
GOAL_MS = 300  # for the 95th percentile
CHATS, CHATS_PER_S = 50, 50
STEPS = (1.5, 2, 3, 4, 5, 6, 8)  # times the pace, to find what still holds
READY_S = 120.0


async def main(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with serving(folder, options.encoder) as rig:
            chats = await agents_chats(rig)
            plain = await talking(rig, PLAIN, options.talkers)
            await plain.open_loop(options.seconds / 2, options.pace)  # for warming up
            print(
                f"\n{options.talkers:,} conversations, one core for the server, load {os.getloadavg()[0]:.1f}"
            )
            print("\n| turns | per second | p50 ms | p95 ms | p99 ms | server's CPU a turn, ms |")
            print("| --- | --- | --- | --- | --- | --- |")
            await show(rig, "by words and rules", plain, options.pace, options.seconds)
            for step in STEPS:
                if not await show(rig, "the same", plain, options.pace * step, options.seconds):
                    break
            acting = await talking(rig, ACTIONS, options.talkers // 2)
            await show(rig, "with the action server", acting, options.pace / 2, options.seconds)
            await beside(chats, plain, options)


async def beside(chats: Chats, plain: Talkers, options: argparse.Namespace) -> None:
    """Agents' chats alone and beside the bot, in turns."""
    alone: list[Figures] = []
    both: list[Figures] = []
    for _ in range(options.rounds):
        alone.append(await chats.open_loop(options.seconds / 2, CHATS_PER_S))
        _, found = await asyncio.gather(
            plain.open_loop(options.seconds / 2, options.pace),
            chats.open_loop(options.seconds / 2, CHATS_PER_S),
        )
        both.append(found)
    print(f"\n{CHATS} chats of agents, {CHATS_PER_S} messages a second; medians of {options.rounds} rounds")
    print("\n| agents' chats | p50 ms | p99 ms |\n| --- | --- | --- |")
    for name, rounds in (("alone", alone), (f"beside {options.pace:.0f} turns of the bot a second", both)):
        p50, p99 = (statistics.median(one.percentile(share) for one in rounds) for share in (0.5, 0.99))
        print(f"| {name} | {p50:.1f} | {p99:.1f} |")
    ratios = [b.percentile(0.99) / a.percentile(0.99) for a, b in zip(alone, both, strict=True)]
    print(f"\np99 beside : alone {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


async def show(rig: Rig, name: str, talkers: Talkers, per_s: float, seconds: float) -> bool:
    """One row; whether it held the goal."""
    before_s = rig.cpu_s()
    found = await talkers.open_loop(seconds, per_s)
    cpu_ms = (rig.cpu_s() - before_s) / max(1, found.done) * 1000
    p50, p95, p99 = (found.percentile(share) for share in (0.5, 0.95, 0.99))
    lost = (
        f" ({found.missing} never answered, {found.refused} refused)" if found.missing + found.refused else ""
    )
    print(f"| {name}{lost} | {per_s:.0f} | {p50:.1f} | {p95:.1f} | {p99:.1f} | {cpu_ms:.2f} |", flush=True)
    return p95 <= GOAL_MS and not lost


async def talking(rig: Rig, script: Sequence[str], count: int) -> Talkers:
    talkers = Talkers(script, await rehearse(rig.url, script))
    await talkers.open(rig.url, count)
    return talkers


async def agents_chats(rig: Rig) -> Chats:
    agent = await Line.open(rig.url, "/agent", {"ticket": rig.tickets.pop()})
    visitors = []
    for _ in range(CHATS):
        line = await Line.open(rig.url, "/visitor", {"site": "people"})
        begun = await line.ask("start", {"cmid": uuid.uuid4().hex, "text": "Hello"})
        taken = await agent.ask("accept", {"conversation": begun["conversation"]})
        assert taken["ok"], taken
        visitors.append((line, begun["conversation"]))
    return Chats(visitors, [agent])


@asynccontextmanager
async def serving(folder: str, encoder: str) -> AsyncIterator[Rig]:
    """The server on the first core, ourselves on the others."""
    cores = sorted(os.sched_getaffinity(0))
    port = free_port()
    command = [
        sys.executable,
        str(Path(__file__).parent / "served.py"),
        str(port),
        f"sqlite:///{folder}/turns.db",
    ]
    process = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(cores[0]), *command, *([encoder] if encoder else []),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    os.sched_setaffinity(0, cores[1:] or cores)
    rig = Rig(name="Antiphon", url=f"http://127.0.0.1:{port}", process=process)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_S):
            rig.tickets = (await process.stdout.readline()).decode().split()
        yield rig
    finally:
        process.terminate()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            await kill(rig)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--talkers", type=int, default=1_000)
    parser.add_argument("--pace", type=float, default=100.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--encoder", default="")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(main(parser.parse_args()))
