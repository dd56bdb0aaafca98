"""Two nodes behind a proxy, started as an operator starts them: any node serves anybody, and one may go."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from antiphon.journal.engine import open_database
from antiphon.journal.migrate import epoch
from antiphon.journal.store import Store
from tests.flows.conftest import ADMIN, Client, Rest, Server, cmid, free_port
from tests.flows.network import Network
from tests.nemesis.checker import check
from tests.nemesis.people import Book, Manner, World
from tests.nemesis.roles import Agent, Visitor
from tests.nemesis.run import HTTP, last_look

pytestmark = pytest.mark.timeout(400)  # three processes start, and on a busy machine slowly
SCRIPT = Path("scripts/cluster.py")
READY_S = 150
WITHOUT_REDIS_S = 2.0  # the promise: so much slower and nothing else
SLACK_S = 3.0  # of a machine that runs all the other tests, too


@dataclass
class Cluster:
    """The running script, the network between its nodes and Redis, and the nodes' own ports."""

    process: asyncio.subprocess.Process
    url: str
    redis: Network
    nodes: list[str]

    async def said(self, word: str) -> list[str]:
        """The next line that begins with a word."""
        assert self.process.stdout
        async with asyncio.timeout(READY_S):
            while True:
                line = (await self.process.stdout.readline()).decode().split()
                assert line, "the cluster has ended"
                if line[0].startswith(word):
                    return line


@pytest.fixture(scope="module")
async def cluster(postgres_url: str, redis_url: str) -> AsyncIterator[Cluster]:
    port, number = int(redis_url.rsplit(":", 1)[1].split("/")[0]), redis_url.rsplit("/", 1)[1]
    async with Network(port) as network:
        settings = {
            "ANTIPHON_BOT": "none",
            "ANTIPHON_REDIS_URL": f"redis://127.0.0.1:{network.port}/{number}",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), "--port", str(free_port()),
            env=Server(postgres_url, settings).environ(), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        here = Cluster(process, "", network, [])
        try:
            for _ in range(3):
                name, *_, where = await here.said("")
                here.url, here.nodes = (
                    (where.rstrip("/"), here.nodes) if name == "open"
                    else (here.url, [*here.nodes, f"http://127.0.0.1:{where}"])
                )  # fmt: skip
            await _ready(here.nodes)
            yield here
        finally:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                await process.wait()


async def _ready(urls: list[str]) -> None:
    async with asyncio.timeout(READY_S), aiohttp.ClientSession() as http:
        for url in urls:
            while not await _is_ready(http, url):  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(0.1)


async def _is_ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def _talk(cluster: Cluster, http: aiohttp.ClientSession, name: str) -> tuple[Client, Client, str]:
    """A visitor on the first node, his agent on the second, and the chat."""
    admin = await Rest.login(http, cluster.url, *ADMIN)
    ann = await admin.hire(name)
    agent = await Client("/agent").connect(cluster.nodes[1], {"ticket": await ann.ticket()})
    await agent.until("session")
    await agent.ok("status", status="online", max_concurrency=3)
    visitor = await Client("/visitor").connect(cluster.nodes[0], {"site": "default"})
    await visitor.until("session")
    c = (await visitor.ok("start", cmid=cmid(), text="hello"))["conversation"]
    async with asyncio.timeout(10):
        while not (await agent.call("accept", conversation=c))["ok"]:  # noqa: ASYNC110 - his node may not have heard of it yet
            await asyncio.sleep(0.1)
    await visitor.until("event", "accepted")
    return visitor, agent, c


async def _slowest_s(visitor: Client, agent: Client, c: str, n: int) -> float:
    """Words across the nodes, one after the other: the longest way of them, in seconds."""
    slowest = 0.0
    for _ in range(n):
        began = time.monotonic()
        said = await visitor.ok("say", conversation=c, cmid=cmid(), text="across")
        acked = time.monotonic()
        assert acked - began < WITHOUT_REDIS_S, "an acknowledgement waits for nobody but the database"
        while (await agent.until("event", "message"))["seq"] != said["seq"]:
            pass
        slowest = max(slowest, time.monotonic() - acked)
        await asyncio.sleep(0.05)
    return slowest


@pytest.mark.parametrize("trouble", ["cut", "stall"])
async def test_redis_away_is_two_seconds_slower_and_nothing_else(
    cluster: Cluster, http: aiohttp.ClientSession, trouble: str
) -> None:
    visitor, agent, c = await _talk(cluster, http, f"Ann{trouble}")
    assert await _slowest_s(visitor, agent, c, 5) < WITHOUT_REDIS_S
    getattr(cluster.redis, trouble)()
    try:
        assert await _slowest_s(visitor, agent, c, 5) < WITHOUT_REDIS_S + SLACK_S
    finally:
        cluster.redis.heal()
    await asyncio.sleep(2.5)  # it is found again by itself
    assert await _slowest_s(visitor, agent, c, 5) < WITHOUT_REDIS_S
    await asyncio.gather(visitor.close(), agent.close())


async def test_a_rolling_restart_loses_nothing_and_never_leaves_everybody_outside(
    cluster: Cluster, postgres_url: str
) -> None:
    async with aiohttp.ClientSession(timeout=HTTP) as http:
        world = World(http, Book(), random.Random(3), lambda: cluster.url)
        world.going.set()
        people = await _people(cluster, world)
        tasks = [asyncio.create_task(work) for one in people for work in (one.live(), one.chat())]
        await asyncio.gather(*(person.up.wait() for person in people))
        await asyncio.sleep(1)
        assert await _roll(cluster) == 0
        await asyncio.sleep(1)
        world.going.clear()
        await _quiet(people)
        database = open_database(postgres_url)
        seen, entries = await last_look(Store(database), people, world.book)
        now = await epoch(database)
        await database.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for person in people:
            await person.leave()
    mine = {name: rows for name, rows in seen.log().items() if name in people[0].views}
    assert check(entries, mine, now, late_s=10) == []
    assert seen.differences() == []
    assert sum(entry.kind == "ok" for entry in entries) > 50


async def _people(cluster: Cluster, world: World) -> list[Agent | Visitor]:
    """One agent, who takes everybody, and two visitors, of whom one does not wait for answers."""
    hired = await (await Rest.login(world.http, cluster.url, *ADMIN)).hire("Rolla")
    bearer = hired.headers["Authorization"].removeprefix("Bearer ")
    visitors = [Visitor(world, f"w{number}", Manner(window=1 + 3 * number)) for number in range(2)]
    return [Agent(world, "rolla", Manner(window=4), bearer, hired.user["id"]), *visitors]


async def _roll(cluster: Cluster) -> int:
    """Restart one node after the other: how often nobody was ready meanwhile."""
    outside = 0
    cluster.process.send_signal(signal.SIGHUP)
    rolled = asyncio.create_task(cluster.said("rolled"))
    async with aiohttp.ClientSession() as http:
        while not rolled.done():
            outside += not any([await _is_ready(http, url) for url in cluster.nodes])
            await asyncio.sleep(0.05)
    assert await rolled
    return outside


async def _quiet(people: list[Agent | Visitor]) -> None:
    """Until everything that was said is answered, and has arrived."""

    def unsent() -> bool:
        boxes = [box for one in people if isinstance(one, Agent) for box in one.outboxes.values()]
        boxes += [one.outbox for one in people if isinstance(one, Visitor) and one.outbox]
        return any(box.waiting and not box.over for box in boxes)

    async with asyncio.timeout(30):
        while unsent():  # noqa: ASYNC110 - outboxes have no event for a test
            await asyncio.sleep(0.05)
    await asyncio.sleep(2.5)
