"""A whole server in a process of its own, and people who use it."""

import asyncio
import contextlib
import os
import signal
import socket
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from tests.zygote import Ran, kept

ADMIN = ("admin@example.org", "correct horse battery")
READY_S = 90  # a machine that is busy with other things too
WAIT_S = 15


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Server:
    """`antiphon serve` on one database; may be killed and started again on the same port."""

    database_url: str
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    pid: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, str]:
        """What it is started with, and commands on its database."""
        return {
            "ANTIPHON_DATABASE_URL": self.database_url, "ANTIPHON_PORT": str(self.port),
            "ANTIPHON_ADMIN_EMAIL": ADMIN[0], "ANTIPHON_ADMIN_PASSWORD": ADMIN[1],
            **self.environment,
        }  # fmt: skip

    def environ(self) -> dict[str, str]:
        """The same for a process of one's own."""
        given = {k: v for k, v in os.environ.items() if not k.startswith("ANTIPHON_")}
        return given | self.settings()

    async def antiphon(self, *words: str) -> Ran:
        """A command on the server's database."""
        return await (await kept()).run(self.settings(), *words)

    async def start(self) -> "Server":
        zygote = await kept()
        self.pid = await zygote.fork(self.settings())
        try:
            async with asyncio.timeout(READY_S), aiohttp.ClientSession() as http:
                while not await self._ready(http):
                    assert zygote.alive(self.pid), "the server ended by itself"
                    await asyncio.sleep(0.05)
        except BaseException:
            await self.kill()
            raise
        return self

    async def _ready(self, http: aiohttp.ClientSession) -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            async with http.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        return False

    async def kill(self) -> None:
        """As the power cut does it."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        zygote = await kept()
        if zygote.alive(self.pid):
            os.kill(self.pid, how)
            await zygote.ended(self.pid)


_known: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}  # who is logged in where


class Rest:
    """Somebody who is logged in."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str, user: dict[str, Any]) -> None:
        self._http, self.url, self.token, self.user = http, url, token, user
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def login(cls, http: aiohttp.ClientSession, url: str, email: str, password: str) -> "Rest":
        """Logging in is counted, so who is logged in stays so, from test to test."""
        known = _known.get((url, email))
        if known is not None:
            who = cls(http, url, *known)
            async with http.get(f"{url}/api/me", headers=who.headers) as answer:
                if answer.status == 200:
                    return who
        async with http.post(f"{url}/api/login", json={"email": email, "password": password}) as answer:
            told = await answer.json()
            assert answer.status == 200, told
            _known[url, email] = told["token"], told["user"]
            return cls(http, url, told["token"], told["user"])

    async def ask(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        async with self._http.request(method, f"{self.url}{path}", json=body, headers=self.headers) as answer:
            told = await answer.json()
            assert answer.status == status if status else answer.status < 300, (path, answer.status, told)
            return told

    async def ticket(self) -> str:
        told: str = (await self.ask("POST", "/api/socket-ticket"))["ticket"]
        return told

    async def hire(self, name: str, role: str = "agent") -> "Rest":
        """A new colleague, logged in."""
        email, password = f"{name.lower()}-{uuid.uuid4().hex[:6]}@example.org", f"password of {name}!"
        person = {"email": email, "name": name, "role": role, "password": password}
        await self.ask("POST", "/api/agents", person)
        return await Rest.login(self._http, self.url, email, password)


class Client:
    """A python-socketio client that remembers what it was told."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.io = socketio.AsyncClient(reconnection=False)
        self.told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.io.on("*", self._hear, namespace=namespace)

    async def _hear(self, event: str, data: Any = None) -> None:
        self.told.put_nowait((event, data))

    async def connect(self, url: str, auth: dict[str, Any]) -> "Client":
        await self.io.connect(
            url, namespaces=[self.namespace], auth=auth, transports=["websocket"], wait_timeout=WAIT_S
        )
        return self

    async def call(self, event: str, **payload: Any) -> Any:
        return await self.io.call(event, payload, namespace=self.namespace, timeout=WAIT_S)

    async def ok(self, event: str, **payload: Any) -> Any:
        answer = await self.call(event, **payload)
        assert answer["ok"], answer
        return answer

    async def until(self, event: str, kind: str | None = None) -> Any:
        """The next `event` frame (of `kind`); what comes before it is passed over."""
        async with asyncio.timeout(WAIT_S):
            while True:
                name, data = await self.told.get()
                if name == event and kind in (None, data.get("kind")):
                    return data

    async def close(self) -> None:
        await self.io.disconnect()


def cmid() -> str:
    return uuid.uuid4().hex


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WAIT_S)) as session:
        yield session


@pytest.fixture(scope="module")
async def running(database_url: str) -> AsyncIterator[Server]:
    """One server for a module, on both databases."""
    server = await Server(database_url).start()
    yield server
    await server.stop()


@pytest.fixture
async def sqlite_server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server of one's own, which may be killed."""
    server = await Server(f"sqlite:///{tmp_path / 'antiphon.db'}").start()
    yield server
    await server.kill()
