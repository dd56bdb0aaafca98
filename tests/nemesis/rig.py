"""What the nemesis breaks: nodes behind a network, their database and their Redis, all on this machine."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import asyncpg
from redis.asyncio import Redis

from antiphon.journal.engine import open_database
from antiphon.journal.store import Store
from tests.flows.conftest import ADMIN
from tests.flows.network import Network
from tests.postgres import on_postgres, postgres_database
from tests.zygote import Zygote

Mode = Literal["sqlite", "postgresql", "two nodes"]
MODES: tuple[Mode, ...] = ("sqlite", "postgresql", "two nodes")
READY_S = 120  # a machine that is busy with other things too


@dataclass
class Node:
    """One server process on a port of its own, which clients reach over `network`."""

    zygote: Zygote
    environment: dict[str, str]
    network: Network
    log: Path
    pid: int = 0
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)  # one fault at a time ends or starts it
    drained_s: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its own door, past the network."""
        return f"http://127.0.0.1:{self.network.to_port}"

    async def start(self) -> None:
        """Running and ready; started again if it ends before, as a service manager does."""
        async with asyncio.timeout(READY_S), aiohttp.ClientSession() as http:
            while not (await self._ready(http) and self.zygote.alive(self.pid)):
                if not self.zygote.alive(self.pid):
                    self.pid = await self.zygote.fork(self.environment, self.log)
                await asyncio.sleep(0.02)

    async def _ready(self, http: aiohttp.ClientSession) -> bool:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with http.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        return False

    async def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        await self.zygote.ended(self.pid)

    async def stop(self) -> None:
        """SIGTERM; how long it takes is kept."""
        began_s = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        await self.zygote.ended(self.pid)
        self.drained_s.append(time.monotonic() - began_s)

    async def freeze(self, seconds: float) -> None:
        os.kill(self.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(self.pid, signal.SIGCONT)


@dataclass
class Rig:
    """Everything of one run."""

    mode: Mode
    nodes: list[Node]
    database_url: str  # past the network
    database: Network | None = None  # between the nodes and PostgreSQL
    redis: "OwnRedis | None" = None

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The journal, past the network."""
        opened = open_database(self.database_url)
        try:
            yield Store(opened)
        finally:
            await opened.close()

    async def lock_database(self, seconds: float) -> None:
        """Somebody else holds what every commit needs."""
        if self.mode == "sqlite":
            await asyncio.to_thread(_lock_sqlite, urlsplit(self.database_url).path[1:], seconds)
            return
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError):  # ended by another fault
            connection = await asyncpg.connect(self.database_url)
            async with connection.transaction():
                await connection.execute("LOCK TABLE events IN EXCLUSIVE MODE")
                await asyncio.sleep(seconds)
            await connection.close()

    async def terminate_backends(self) -> None:
        """PostgreSQL ends all connections to our database."""
        await on_postgres(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{urlsplit(self.database_url).path[1:]}'"
        )


def _lock_sqlite(path: str, seconds: float) -> None:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    try:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def lasting_port() -> int:
    """A port that stays ours while nobody listens on it: outside the range that connections are given."""
    while True:
        port = random.randrange(12_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port


class OwnRedis:
    """A Redis of our own, which may be killed, and the network to it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, lasting_port()
        self.network = Network(self.port)
        self.hands = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            "redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no",
            "--dir", str(self._folder), stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(10), Redis(port=self.port) as client:
            while True:
                with contextlib.suppress(Exception):
                    await client.ping()
                    return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def order(self, *words: str | bytes) -> None:
        async with Redis(port=self.port) as client:
            await client.execute_command(*words)


@asynccontextmanager
async def rigged(
    mode: Mode, folder: Path, zygote: Zygote, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Rig]:
    """A desk of one or two nodes, running; `environment` is for all of them."""
    async with AsyncExitStack() as stack:
        database: Network | None = None
        redis: OwnRedis | None = None
        url = nodes_url = f"sqlite:///{folder / 'antiphon.db'}"
        settings = {
            "ANTIPHON_BOT": "none", "ANTIPHON_ADMIN_EMAIL": ADMIN[0], "ANTIPHON_ADMIN_PASSWORD": ADMIN[1],
            "ANTIPHON_LOG": "json", **(environment or {}),
        }  # fmt: skip
        if mode != "sqlite":
            url = await stack.enter_async_context(postgres_database())
            database = await stack.enter_async_context(Network(urlsplit(url).port or 5432))
            nodes_url = urlunsplit(
                urlsplit(url)._replace(netloc=f"{urlsplit(url).username}@127.0.0.1:{database.port}")
            )
        if mode == "two nodes":
            redis = OwnRedis(folder)
            await redis.start()
            stack.push_async_callback(redis.kill)
            await stack.enter_async_context(redis.network)
            settings["ANTIPHON_REDIS_URL"] = f"redis://127.0.0.1:{redis.network.port}/0"
        nodes = []
        for number in range(2 if mode == "two nodes" else 1):
            network = await stack.enter_async_context(Network(lasting_port()))
            own = {"ANTIPHON_DATABASE_URL": nodes_url, "ANTIPHON_PORT": str(network.to_port)}
            node = Node(zygote, settings | own, network, folder / f"node{number}.log")
            stack.push_async_callback(_end(node))
            await node.start()
            nodes.append(node)
        yield Rig(mode, nodes, url, database, redis)


def _end(node: Node) -> Callable[[], Awaitable[None]]:
    async def end() -> None:
        if node.zygote.alive(node.pid):
            await node.kill()

    return end
