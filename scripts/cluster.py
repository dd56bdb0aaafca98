#!/usr/bin/env python
"""The topology of docker-compose.yml from plain processes: a proxy, several nodes, one action server.

    export ANTIPHON_DATABASE_URL=postgresql://… ANTIPHON_REDIS_URL=redis://…
    scripts/cluster.py [--nodes 2] [--port 8080]

PostgreSQL and Redis must run already. The proxy sends who comes to the ready node with the fewest
connections; a node that ends is started again. SIGHUP restarts the nodes one after the other, each when the
one before it is ready again; SIGTERM ends everything, clients told.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

import aiohttp

LOOK_S = 0.5  # between two looks at a node's readiness
TRY_S = 5.0  # a request waits this long for a node that takes it
HEAD_S = 10.0  # and its first line may take this long
HEAD_BYTES = 16_384
READY_S = 60.0
END_S = 12.0  # a node is gone ten seconds after it was asked; then it is made to
TIME_OUT = aiohttp.ClientTimeout(total=2)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(eq=False)
class Node:
    """One `antiphon serve`, kept running."""

    name: str
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    ready: bool = False
    connections: int = 0
    wanted: bool = True
    process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Start it, and again when it ends, until it is not wanted any more."""
        while self.wanted:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "antiphon", "serve",
                env=self.environment | {"ANTIPHON_PORT": str(self.port), "ANTIPHON_HOST": "127.0.0.1"},
                stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            print(f"{self.name} {self.process.pid} {self.port}", flush=True)
            status = await self.process.wait()
            self.ready = False
            if self.wanted and status:
                await asyncio.sleep(LOOK_S)  # not in a circle

    async def look(self, http: aiohttp.ClientSession) -> None:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                    self.ready = answer.status == 200
            except (aiohttp.ClientError, OSError, TimeoutError):
                self.ready = False
            await asyncio.sleep(LOOK_S)

    async def restart(self) -> None:
        """Ask it to end; `run` starts it anew. Back when it is ready."""
        before = self.process
        self.ready = False
        await self.end()
        async with asyncio.timeout(READY_S):
            while not (self.ready and self.process is not before):  # noqa: ASYNC110 - `look` has no event
                await asyncio.sleep(LOOK_S / 5)

    async def end(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                async with asyncio.timeout(END_S):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()


class Door:
    """The proxy: whole connections, to one node each."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            async with asyncio.timeout(HEAD_S):  # who sends his first line byte by byte is cut off
                first = await reader.readuntil(b"\n")
            node, back, there = await self._reach(first)
            node.connections += 1
            try:
                there.write(first)
                await asyncio.gather(_pump(reader, there), _pump(back, writer))
            finally:
                node.connections -= 1
                there.close()
        writer.close()

    async def _reach(self, first: bytes) -> tuple[Node, asyncio.StreamReader, asyncio.StreamWriter]:
        """A ready node that takes the connection; raises TimeoutError when there is none for a while."""
        until_s = time.monotonic() + TRY_S
        while time.monotonic() < until_s:
            for node in self._order(first):
                with contextlib.suppress(OSError):
                    return node, *await asyncio.open_connection("127.0.0.1", node.port)
                node.ready = False
            await asyncio.sleep(LOOK_S / 5)
        raise TimeoutError

    def _order(self, first: bytes) -> list[Node]:
        """Sockets go where there is room. Who polls must find his node again: all to the first one."""
        ready = [node for node in self._nodes if node.ready]
        polls = b"transport=polling" in first or b"sid=" in first
        return ready if polls else sorted(ready, key=lambda node: node.connections)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


async def _actions(port: int, api_url: str) -> asyncio.subprocess.Process:
    """The one action server of all nodes; it asks them by the door."""
    words = ("-m", "rasa_sdk", "--actions", "antiphon_bot.actions", "--port", str(port))
    environment = {**os.environ, "ANTIPHON_API_URL": api_url}
    return await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.DEVNULL, env=environment
    )


async def _migrate() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "antiphon", "migrate", stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        sys.exit("the database could not be brought up to date")


async def _roll(nodes: list[Node], hup: asyncio.Event) -> None:
    while True:
        await hup.wait()
        hup.clear()
        for node in nodes:
            await node.restart()
        print("rolled", flush=True)


async def run(count: int, port: int) -> None:
    await _migrate()
    environment = dict(os.environ)
    actions = None
    if environment.get("ANTIPHON_BOT", "builtin") != "none" and "ANTIPHON_ACTION_URL" not in environment:
        actions_port = free_port()
        actions = await _actions(actions_port, f"http://127.0.0.1:{port}")
        environment["ANTIPHON_ACTION_URL"] = f"http://127.0.0.1:{actions_port}/webhook"
    nodes = [Node(f"node-{number}", environment) for number in range(1, count + 1)]
    told, hup = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number, event in ((signal.SIGTERM, told), (signal.SIGINT, told), (signal.SIGHUP, hup)):
        loop.add_signal_handler(number, event.set)
    async with aiohttp.ClientSession(timeout=TIME_OUT) as http:
        work = [asyncio.create_task(node.run()) for node in nodes]
        looks = [asyncio.create_task(node.look(http)) for node in nodes]
        looks.append(asyncio.create_task(_roll(nodes, hup)))
        server = await asyncio.start_server(Door(nodes).serve, "127.0.0.1", port, limit=HEAD_BYTES)
        print(f"open http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
        await told.wait()
        for node in nodes:
            node.wanted = False
        await asyncio.gather(*(node.end() for node in nodes))
        await asyncio.gather(*work)
        for look in looks:
            look.cancel()
        server.close()
    if actions is not None:
        actions.terminate()
        await actions.wait()


def main() -> None:
    words = argparse.ArgumentParser(description="Several nodes behind one door, on this machine.")
    words.add_argument("--nodes", type=int, default=2)
    words.add_argument("--port", type=int, default=8080)
    told = words.parse_args()
    asyncio.run(run(told.nodes, told.port))


if __name__ == "__main__":
    main()
