"""The hot path beside its floors, interleaved in one run; what counts is the servers' CPU time and ratios.

    python -m bench.hotpath [echo] [messages] [latency] [idle] [accept] [drop] [abuse] [storm] [nodes]

One process makes the load with raw sockets (`antiphon.load`); each server has a process of its own. Wall
figures of a shared machine are shown only where the same run shows the floor's beside them.
"""

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable

import uvloop

from bench.hotpath.rigs import ALL, ECHO, NODE, OURS, crowd, echoes, running
from bench.hotpath.trouble import abuse, drop, nodes, storm

CHATS, WINDOW = 50, 4


async def messages(options: argparse.Namespace) -> None:
    """Closed loop: CPU per message, committed with synchronous=FULL before it is fanned out and acked."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(*ALL, folder=folder) as rigs:
            talks = [(rig, await rig.chats(CHATS)) for rig in rigs]
            us: dict[str, list[float]] = {rig.name: [] for rig in rigs}
            for number in range(options.rounds + 1):
                for rig, chats in talks:
                    before_s = rig.cpu_s()
                    done = (await chats.closed_loop(options.seconds, WINDOW)).done
                    if number:  # the first round is for warming up
                        us[rig.name].append((rig.cpu_s() - before_s) / done * 1e6)
    print(f"\n{CHATS} chats x {WINDOW} in flight, medians of {options.rounds} interleaved rounds\n")
    print("| server | CPU us per message | per core-second | x Node | x stock + ORM |")
    print("| --- | --- | --- | --- | --- |")
    for rig in rigs:
        mine = us[rig.name]
        ratios = [statistics.median(b / a for a, b in zip(mine, us[one], strict=True)) for one in ALL[1:]]
        middle = statistics.median(mine)
        print(f"| {rig.name} | {middle:.0f} | {1e6 / middle:,.0f} | {ratios[0]:.2f} | {ratios[1]:.1f} |")


async def echo(options: argparse.Namespace) -> None:
    """The floor: aiohttp gives back each frame, one in, one out."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(ECHO, folder=folder) as [rig]:
            lines = await crowd(rig, CHATS)
            us = []
            for _ in range(options.rounds):
                before_s = rig.cpu_s()
                done = await echoes(lines, options.seconds)
                us.append((rig.cpu_s() - before_s) / done * 1e6)
    print(f"\n{statistics.median(us):.1f} us CPU per frame")


async def latency(options: argparse.Namespace) -> None:
    """In an open loop at a fixed rate, from when a message was meant to be sent until the agent has it."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(OURS, NODE, folder=folder) as rigs:
            talks = [(rig, await rig.chats(CHATS)) for rig in rigs]
            found: dict[str, list[tuple[float, float]]] = {rig.name: [] for rig in rigs}
            for _ in range(options.rounds):
                for rig, chats in talks:
                    figures = await chats.open_loop(options.seconds, options.rate)
                    assert figures.missing + figures.refused == 0, figures
                    found[rig.name].append((figures.percentile(0.5), figures.percentile(0.99)))
    print(f"\nopen loop, {options.rate}/s over {CHATS} chats, medians of {options.rounds} rounds\n")
    print("| server | p50 ms | p99 ms |\n| --- | --- | --- |")
    for rig in rigs:
        p50, p99 = (statistics.median(column) for column in zip(*found[rig.name], strict=True))
        print(f"| {rig.name} | {p50:.2f} | {p99:.2f} |")
    ratios = [ours[1] / node[1] for ours, node in zip(found[OURS], found[NODE], strict=True)]
    print(
        f"\np99, Antiphon : Node {statistics.median(ratios):.2f} (rounds {min(ratios):.2f}-{max(ratios):.2f})"
    )


async def idle(options: argparse.Namespace) -> None:
    """Memory of connections that say nothing, each offering permessage-deflate as browsers do."""
    print("\n| server | connections | PSS MiB | KiB per connection |\n| --- | --- | --- | --- |")
    per: dict[str, float] = {}
    for name in (OURS, NODE):
        with tempfile.TemporaryDirectory() as folder:
            async with running(name, folder=folder) as [rig]:
                first = [await rig.line(deflate=True) for _ in range(50)]
                before = rig.kib()
                lines = await crowd(rig, options.idle, deflate=True)
                await asyncio.sleep(3)
                per[name] = (rig.kib() - before) / len(lines)
                print(f"| {name} | {options.idle:,} | {rig.kib() / 1024:.0f} | {per[name]:.1f} |", flush=True)
                for line in [*first, *lines]:
                    line.cut()
    print(f"\nAntiphon : Node {per[OURS] / per[NODE]:.2f}")


async def accept(options: argparse.Namespace) -> None:
    """Connect and join: CPU per connection; ours makes a visitor with a token in the database each time."""
    print("\n| server | CPU us per connect and join |\n| --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        async with running(OURS, NODE, folder=folder) as rigs:
            for rig in rigs:
                await crowd(rig, 50)
                before_s = rig.cpu_s()
                await crowd(rig, 1_000)
                print(f"| {rig.name} | {(rig.cpu_s() - before_s) / 1_000 * 1e6:.0f} |")


SCENES: dict[str, Callable[[argparse.Namespace], Awaitable[None]]] = {
    "echo": echo, "messages": messages, "latency": latency, "idle": idle, "accept": accept, "drop": drop,
    "abuse": abuse, "storm": storm, "nodes": nodes,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenes", nargs="*", help=" ".join(SCENES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--idle", type=int, default=5_000)
    parser.add_argument("--postgres", default="postgresql://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/9")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for name in options.scenes or list(SCENES):
        began = time.perf_counter()
        print(f"\n## {name}\n\n{SCENES[name].__doc__}", flush=True)
        uvloop.run(SCENES[name](options))
        print(f"\n({time.perf_counter() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
