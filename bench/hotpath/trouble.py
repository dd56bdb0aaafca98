"""What happens to the others when many vanish, misbehave or come back at once, and between two nodes."""

import argparse
import asyncio
import json
import random
import signal
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from antiphon.load.line import Line
from antiphon.load.talk import Chats
from bench.hotpath.rigs import NODE, OURS, Rig, free_port, kill, running, start

CHATS, PER_S = 50, 500
VANISH = 5_000
HOSTILE = 40
BACK_S = 60.0


@asynccontextmanager
async def others(rig: Rig, manner: str, count: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Clients in another process, connected."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.hotpath.others", rig.url, rig.namespace, json.dumps(rig.auth), manner,
        str(count), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def drop(options: argparse.Namespace) -> None:
    """5,000 of 5,100 connections vanish at once (their process is killed) while 50 chats say 500 a second."""
    found: dict[str, list[float]] = {OURS: [], NODE: []}
    with tempfile.TemporaryDirectory() as folder:
        async with running(OURS, NODE, folder=folder) as rigs:
            talks = [(rig, await rig.chats(CHATS)) for rig in rigs]
            for _ in range(options.rounds):
                for rig, chats in talks:
                    async with others(rig, "idle", VANISH) as crowd:
                        talking = asyncio.create_task(chats.open_loop(4.0, PER_S))
                        await asyncio.sleep(0.5)
                        crowd.kill()
                        figures = await talking
                    found[rig.name].append(figures.percentile(0.99))
                    print(f"{rig.name}: p50 {figures.percentile(0.5):.1f}, p99 {found[rig.name][-1]:.0f} ms")
    ours, node = (statistics.median(found[name]) for name in (OURS, NODE))
    print(f"\np99 of the rest: Antiphon {ours:.0f} ms, Node {node:.0f} ms, ratio {ours / node:.2f}")


async def abuse(options: argparse.Namespace) -> None:
    """40 hostile clients (floods, one-byte segments, bad JSON, deaf) beside 50 chats at 200 a second."""
    calm: list[float] = []
    beset: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with running(OURS, folder=folder, guarded=True) as [rig]:
            chats = await rig.chats(CHATS)
            async with others(rig, "hostile", HOSTILE) as crowd:
                for _ in range(2 * options.rounds):
                    crowd.send_signal(signal.SIGSTOP)
                    await asyncio.sleep(0.5)
                    calm.append((await chats.open_loop(options.seconds, 200)).percentile(0.99))
                    crowd.send_signal(signal.SIGCONT)
                    beset.append((await chats.open_loop(options.seconds, 200)).percentile(0.99))
    quiet, loud = statistics.median(calm), statistics.median(beset)
    print(f"\np99 {quiet:.1f} ms without them, {loud:.1f} ms with them: {loud / quiet:.2f}")


async def storm(options: argparse.Namespace) -> None:
    """kill -9 with clients in chats, each with a message under way; restart; all come back and repeat it."""
    with tempfile.TemporaryDirectory() as folder:
        url, port = f"sqlite:///{folder}/storm.db", free_port()
        rig = await start(OURS, folder, url, port=port)
        homes = await _settled(rig, options.idle)
        print(f"{len(homes):,} clients in chats, server {rig.kib() / 1024:.0f} MiB", flush=True)
        for home in homes:
            home.speak()
        await asyncio.sleep(0.02)
        await kill(rig)
        began_s = time.perf_counter()
        rig = await start(OURS, folder, url, port=port)
        ready_s = time.perf_counter() - began_s
        async with asyncio.timeout(BACK_S):
            back_s = sorted(await asyncio.gather(*(home.return_(rig.url, began_s) for home in homes)))
        stored = [await home.count() for home in homes]
        print(
            f"listening again after {ready_s:.1f} s, half back after {back_s[len(back_s) // 2]:.1f} s, "
            f"all after {back_s[-1]:.1f} s; lost {stored.count(0)}, twice {sum(n > 1 for n in stored)}; "
            f"{rig.kib() / 1024:.0f} MiB"
        )
        await kill(rig)


class Home:
    """A visitor who keeps his token, his conversation and a message that was not acknowledged."""

    def __init__(self, line: Line, session: dict[str, str]) -> None:
        self.line, self.token = line, session["token"]
        self.conversation, self.cmid = "", uuid.uuid4().hex

    def speak(self) -> None:
        self.line.emit(self._said(), lambda answer: None)

    def _said(self) -> str:
        payload = {"conversation": self.conversation, "cmid": self.cmid, "text": "Are you there?"}
        return json.dumps(["say", payload])

    async def return_(self, url: str, began_s: float) -> float:
        """Back with a random pause that doubles; seconds until the message was acknowledged."""
        pause_s = 2.0
        while True:
            await asyncio.sleep(random.uniform(0, pause_s))
            pause_s = min(10.0, pause_s * 2)
            try:
                self.line = await Line.open(url, "/visitor", {"site": "default", "token": self.token})
                answer = await self.line.ask(*json.loads(self._said()))
            except (OSError, TimeoutError):
                continue
            if answer["ok"]:
                return time.perf_counter() - began_s

    async def count(self) -> int:
        """How often the message is in the log."""
        asked = {"conversation": self.conversation, "after": 0, "limit": 200}
        answer = await self.line.ask("sync", asked)
        return sum((event.get("data") or {}).get("cmid") == self.cmid for event in answer["events"])


async def _settled(rig: Rig, count: int) -> list[Home]:
    gate = asyncio.Semaphore(50)

    async def one() -> Home:
        async with gate:
            told: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

            def heard(body: bytes) -> None:
                if body.startswith(b'["session"') and not told.done():
                    told.set_result(json.loads(body)[1])

            line = await Line.open(rig.url, rig.namespace, rig.auth, heard=heard)
            home = Home(line, await told)
            asked, begun = {"cmid": uuid.uuid4().hex, "text": "Hello"}, {}
            while "conversation" not in begun:
                begun = await line.ask("start", asked)
            home.conversation = begun["conversation"]
            return home

    return await asyncio.gather(*(one() for _ in range(count)))


async def nodes(options: argparse.Namespace) -> None:
    """Two nodes over PostgreSQL and Redis, visitors on one and their agent on the other, against one node."""
    admin = await asyncpg.connect(options.postgres)
    name = f"bench_{uuid.uuid4().hex[:8]}"
    await admin.execute(f"CREATE DATABASE {name}")
    url = options.postgres.rsplit("/", 1)[0] + f"/{name}"
    rigs: list[Rig] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            rigs.append(await start(OURS, folder, url, options.redis))
            alone = await rigs[0].chats(CHATS)
            rigs.append(await start(OURS, folder, url, options.redis))
            agent = await Line.open(rigs[1].url, "/agent", {"ticket": rigs[1].tickets.pop()})
            apart = Chats(await rigs[0].talking(CHATS, agent), [agent])
            us: tuple[list[float], list[float]] = ([], [])
            for number in range(options.rounds + 1):
                for which, chats in enumerate((alone, apart)):
                    before_s = sum(rig.cpu_s() for rig in rigs)
                    done = (await chats.closed_loop(options.seconds, 4)).done
                    if number:
                        us[which].append((sum(rig.cpu_s() for rig in rigs) - before_s) / done * 1e6)
    finally:
        for rig in rigs:
            await kill(rig)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
    one, two = (statistics.median(column) for column in us)
    print(f"\nCPU per message: on one node {one:.0f} us, between two {two:.0f} us: {one / two:.2f} per core")
