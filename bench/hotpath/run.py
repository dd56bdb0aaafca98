"""The hot path against a floor: visitor says → durable → the agent has it, and the visitor his ack.

    python bench/hotpath/run.py [--rounds 5] [--seconds 4] [--chats 50] [--window 4]

Two servers run side by side: Antiphon (committed to SQLite with synchronous=FULL before the
acknowledgement; authentication, validation, idempotency, guards and live numbers on) and a Node
socket.io relay that stores nothing and checks nothing. Rounds are interleaved. What counts is the
server's own CPU time per message, and the ratio; wall figures of a shared machine are not quoted.
"""

import argparse
import asyncio
import os
import socket
import statistics
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from wire import Socket

HERE = Path(__file__).parent
TEXT = "Where is my order? It should have been here on Tuesday ..."  # 58 characters
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Rig:
    """One server under load."""

    name: str
    pid: int
    visitors: list[tuple[Socket, str]]
    agent: Socket
    arrived: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    us_per_op: list[float] = field(default_factory=list)
    latency_ms: list[float] = field(default_factory=list)
    ops: list[float] = field(default_factory=list)

    def hear(self, event: str, data: Any) -> None:
        if event == "event":
            text = data.get("text") or (data.get("data") or {}).get("text")
            future = self.arrived.pop(text, None)
            if future and not future.done():
                future.set_result(None)


def cpu_s(pid: int) -> float:
    """User and system time of one process, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def one_message(rig: Rig, visitor: Socket, conversation: str) -> None:
    """Done when the agent has it and the visitor has his ack."""
    text = f"{TEXT} {uuid.uuid4().hex[:12]}"
    rig.arrived[text] = asyncio.get_running_loop().create_future()
    arrived, began = rig.arrived[text], time.perf_counter()
    answer = await visitor.ask("say", {"conversation": conversation, "cmid": uuid.uuid4().hex, "text": text})
    assert answer["ok"], answer
    await arrived
    rig.latency_ms.append((time.perf_counter() - began) * 1000)


async def one_round(rig: Rig, seconds: float, window: int) -> None:
    stop, done = time.perf_counter() + seconds, 0

    async def talk(visitor: Socket, conversation: str) -> None:
        nonlocal done
        while time.perf_counter() < stop:
            await one_message(rig, visitor, conversation)
            done += 1

    before, began = cpu_s(rig.pid), time.perf_counter()
    await asyncio.gather(*(talk(*pair) for pair in rig.visitors for _ in range(window)))
    spent = cpu_s(rig.pid) - before
    rig.us_per_op.append(spent / done * 1e6)
    rig.ops.append(done / (time.perf_counter() - began))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def node_rig(http: aiohttp.ClientSession, url: str, pid: int, chats: int) -> Rig:
    rooms = [f"c{i}" for i in range(chats)]
    agent = await Socket.open(http, url, "/")
    await agent.ask("join", rooms)
    visitors = []
    for room in rooms:
        visitor = await Socket.open(http, url, "/")
        await visitor.ask("join", [room])
        visitors.append((visitor, room))
    rig = Rig("Node socket.io, stores nothing", pid, visitors, agent)
    agent.heard = rig.hear
    return rig


async def our_rig(http: aiohttp.ClientSession, url: str, pid: int, chats: int, ticket: str) -> Rig:
    agent = await Socket.open(http, url, "/agent", {"ticket": ticket})
    visitors = []
    for _ in range(chats):
        visitor = await Socket.open(http, url, "/visitor", {"site": "default"})
        begun = await visitor.ask("start", {"cmid": uuid.uuid4().hex, "text": "Hello"})
        taken = await agent.ask("accept", {"conversation": begun["conversation"]})
        assert taken["ok"], taken
        visitors.append((visitor, begun["conversation"]))
    rig = Rig("Antiphon, durable on SQLite", pid, visitors, agent)
    agent.heard = rig.hear
    return rig


async def started(command: list[str], ready: bool) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    line = (await process.stdout.readline()).decode().strip() if ready else ""
    return process, line


async def main(options: argparse.Namespace) -> None:
    ports = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/bench.db"
        ours, ticket = await started([sys.executable, str(HERE / "serve.py"), str(ports[0]), database], True)
        node, _ = await started(["node", str(HERE / "relay.mjs"), str(ports[1])], False)
        await asyncio.sleep(1.0)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            rigs = [
                await our_rig(http, f"http://127.0.0.1:{ports[0]}", ours.pid, options.chats, ticket),
                await node_rig(http, f"http://127.0.0.1:{ports[1]}", node.pid, options.chats),
            ]
            for rig in rigs:
                await one_round(rig, 1.0, options.window)  # warm-up
                rig.us_per_op.clear(), rig.ops.clear(), rig.latency_ms.clear()
            for _ in range(options.rounds):
                for rig in rigs:
                    await one_round(rig, options.seconds, options.window)
            report(rigs, options)
        for process in (ours, node):
            process.kill()
            await process.wait()


def report(rigs: list[Rig], options: argparse.Namespace) -> None:
    print(f"{options.chats} chats x {options.window} in flight, {options.rounds} interleaved rounds")
    print(f"{'server':<34}{'us CPU/op':>10}{'ops/core-s':>12}{'ops/s':>9}{'p50 ms':>9}{'p99 ms':>9}")
    for rig in rigs:
        us = statistics.median(rig.us_per_op)
        cuts = statistics.quantiles(rig.latency_ms, n=100)
        ops = statistics.median(rig.ops)
        print(f"{rig.name:<34}{us:>10.1f}{1e6 / us:>12.0f}{ops:>9.0f}{cuts[49]:>9.2f}{cuts[98]:>9.2f}")
    pairs = [node / ours for ours, node in zip(*(rig.us_per_op for rig in rigs), strict=True)]
    print(f"ratio (Antiphon : Node, ops per core-second): {statistics.median(pairs):.3f}"
          f"  (rounds {min(pairs):.3f}-{max(pairs):.3f})")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--window", type=int, default=4)
    asyncio.run(main(parser.parse_args()))
