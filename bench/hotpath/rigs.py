"""The servers under load, each in a process of its own, and their CPU and memory by the kernel's count."""

import asyncio
import os
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from antiphon.load.line import Line
from antiphon.load.talk import Chats

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
READY_S = 30.0


@dataclass(slots=True)
class Rig:
    """One server; `auth` is what an idle client joins `namespace` with."""

    name: str
    url: str
    process: asyncio.subprocess.Process
    namespace: str = "/"
    auth: Any = None
    tickets: list[str] = field(default_factory=list)

    def cpu_s(self) -> float:
        """User and system time, threads included, children not."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def kib(self) -> int:
        """Proportional set size."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))

    async def line(self, **more: Any) -> Line:
        return await Line.open(self.url, self.namespace, self.auth, **more)

    async def chats(self, count: int) -> Chats:
        """Visitors in conversations of their own, and the agents who have them all."""
        return await (self._desk if self.namespace == "/visitor" else self._rooms)(count)

    async def _rooms(self, count: int) -> Chats:
        rooms = [uuid.uuid4().hex for _ in range(count)]
        agent = await self.line()
        await agent.ask("join", rooms)
        visitors = []
        for room in rooms:
            line = await self.line()
            await line.ask("join", [room])
            visitors.append((line, room))
        return Chats(visitors, [agent])

    async def _desk(self, count: int) -> Chats:
        agent = await Line.open(self.url, "/agent", {"ticket": self.tickets.pop()})
        return Chats(await self.talking(count, agent), [agent])

    async def talking(self, count: int, agent: Line) -> list[tuple[Line, str]]:
        """Visitors here, in chats that the agent (here or on another node) has taken."""
        visitors = []
        for _ in range(count):
            line = await self.line()
            begun = await line.ask("start", {"cmid": uuid.uuid4().hex, "text": "Hello"})
            taken = await agent.ask("accept", {"conversation": begun["conversation"]})
            assert taken["ok"], taken
            visitors.append((line, begun["conversation"]))
        return visitors


async def crowd(rig: Rig, count: int, **more: Any) -> list[Line]:
    """Many idle clients, fifty at a time."""
    gate = asyncio.Semaphore(50)

    async def one() -> Line:
        async with gate:
            return await rig.line(**more)

    return await asyncio.gather(*(one() for _ in range(count)))


async def echoes(lines: Sequence[Line], seconds: float, window: int = 4) -> int:
    """How many frames an echo gave back."""
    until_s, back = time.perf_counter() + seconds, 0

    def again(line: Line) -> Callable[[bytes], None]:
        def heard(body: bytes) -> None:
            nonlocal back
            back += 1
            if time.perf_counter() < until_s:
                line.emit(body.decode())

        return heard

    for line in lines:
        line.heard = again(line)
        for _ in range(window):
            line.emit('["say",{"text":"Where is my order? It should have been here on Tuesday ..."}]')
    await asyncio.sleep(seconds + 0.2)
    return back


@asynccontextmanager
async def running(*rigs: str, folder: str, guarded: bool = False) -> AsyncIterator[list[Rig]]:
    """Named servers, started; killed at the end. `guarded` keeps ours to its usual pace of frames."""
    async with AsyncExitStack() as stack:
        started = [await start(name, folder, guarded=guarded) for name in rigs]
        for rig in started:
            stack.push_async_callback(kill, rig)
        yield started


async def start(
    name: str, folder: str, database_url: str | None = None, redis_url: str | None = None,
    port: int | None = None, guarded: bool = False,
) -> Rig:  # fmt: skip
    """One server that listens; by default on a database of its own."""
    port = port or free_port()
    url = database_url or f"sqlite:///{folder}/{uuid.uuid4().hex}.db"
    commands: dict[str, list[str]] = {
        OURS: [
            sys.executable,
            str(HERE / "serve.py"),
            str(port),
            url,
            redis_url or "",
            *(["guarded"] if guarded else []),
        ],
        NODE: ["node", str(HERE / "relay.mjs"), str(port)],
        NAIVE: [sys.executable, str(HERE / "naive.py"), str(port), f"{folder}/naive.db"],
        ECHO: [sys.executable, str(HERE / "echo.py"), str(port)],
    }
    process = await asyncio.create_subprocess_exec(*commands[name], stdout=asyncio.subprocess.PIPE)
    rig = Rig(name=name, url=f"http://127.0.0.1:{port}", process=process)
    if name == OURS:
        assert process.stdout is not None
        rig.namespace, rig.auth = "/visitor", {"site": "default"}
        rig.tickets = (await process.stdout.readline()).decode().split()
    await _listens(port)
    return rig


async def _listens(port: int) -> None:
    async with asyncio.timeout(READY_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def kill(rig: Rig) -> None:
    """As kill -9 does."""
    if rig.process.returncode is None:
        rig.process.kill()
    await rig.process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


OURS, NODE, NAIVE, ECHO = "Antiphon, durable", "Node socket.io, stores nothing", "stock + ORM", "aiohttp echo"
ALL: Sequence[str] = (OURS, NODE, NAIVE)
