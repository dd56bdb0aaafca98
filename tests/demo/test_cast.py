"""The cast on a real server, through real sockets, a little faster than life."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest

from antiphon.app import Node, open_node, serving
from antiphon.config import Config
from antiphon.demo import Accounts, Cast, seed
from antiphon.demo.wire import Chat, Line, cmid
from antiphon.domain.events import Event
from tests.flows.conftest import Rest, free_port

WHOLE = {
    "conversation_started", "bot_started", "message", "handoff_requested", "queue_entered", "offer_made",
    "accepted", "closed", "survey_offered", "survey_answered", "wrapup_started", "wrapup_ended", "tagged",
}  # fmt: skip
RACES = {"conflict", "closed"}  # two wanted the same conversation at the same moment: that is life
LIMIT_S = 60  # on a machine that has much else to do


class Watcher:
    """What the journal says from now on."""

    def __init__(self, node: Node) -> None:
        self.seen: list[Event] = []
        self._news = asyncio.Event()
        node.tail.listen(self._hear)

    def _hear(self, events: Sequence[Event]) -> None:
        self.seen.extend(events)
        self._news.set()

    async def until(self, kinds: set[str]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while kinds - {event.kind for event in self.seen}:
                self._news.clear()
                await self._news.wait()


class Person:
    """Somebody real: one socket, and what is said in one conversation."""

    def __init__(self, http: aiohttp.ClientSession, url: str, namespace: str) -> None:
        self.line = Line(http, url, namespace, self._heard)
        self.offers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.chat = Chat("")

    def _heard(self, event: str, data: Any) -> None:
        if event == "offer":
            self.offers.put_nowait(data)
        elif event == "event" and data["conversation"] == self.chat.id:
            self.chat.take(data)

    def follow(self, snapshot: dict[str, Any]) -> None:
        self.chat = Chat(snapshot["id"])
        self.chat.snapshot(snapshot)

    async def says(self, text: str) -> None:
        await self.line.call("say", conversation=self.chat.id, cmid=cmid(), text=text)

    async def hears(self, kind: str, after: int = 0) -> str:
        """The next word of a visitor or an agent."""
        assert await self.chat.until(lambda: bool(self.chat.said_by(kind, after)), LIMIT_S)
        return str(self.chat.said_by(kind, after)[-1]["data"]["text"])


@pytest.fixture(scope="module")
async def node(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    folder = tmp_path_factory.mktemp("demo")
    config = Config(database_url=f"sqlite:///{folder / 'demo.db'}", port=free_port(), bot_name="Marigold")
    async with open_node(config, demo=True, before=seed) as one, serving(one):
        yield one


@pytest.fixture(scope="module")
async def watcher(node: Node) -> Watcher:
    return Watcher(node)


@pytest.fixture(scope="module")
async def cast(node: Node, watcher: Watcher) -> AsyncIterator[Cast]:
    playing = Cast(node.config.public_url, node.extra, pace=2, seed=4, tempo=8)
    task = asyncio.create_task(playing.run())
    yield playing
    task.cancel()
    async with asyncio.timeout(LIMIT_S):  # it ends when it is told to, whatever is under way
        await asyncio.gather(task, return_exceptions=True)
    assert not [one for one in asyncio.all_tasks() if "antiphon/demo" in str(one.get_coro())]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def test_a_newcomer_finds_who_he_can_be_and_history(node: Node) -> None:
    accounts: Accounts = node.extra
    assert [account.role for account in accounts] == ["agent", "supervisor", "admin"]
    for account in accounts:
        user = await node.directory.people.by_email(account.email)
        assert user is not None
        assert user.role == account.role
    assert await node.store.head() > 5_000
    assert len(await node.directory.phrases.of("agent")) == 10
    assert node.desk.rules.sites["default"].name == "Marigold & Co"


async def test_the_shop_lives(node: Node, cast: Cast, watcher: Watcher) -> None:
    await watcher.until(WHOLE)
    assert set(cast.troubles) <= RACES, cast.troubles
    senders = {event.data["sender"] for event in watcher.seen if event.kind == "message"}
    assert senders == {"visitor", "bot", "agent"}
    there = {shift.agent for shift in node.desk.floor.agents.values() if shift.status != "offline"}
    assert there == {account.id for account in node.extra.team}


async def test_a_real_visitor_is_answered(node: Node, cast: Cast, http: aiohttp.ClientSession) -> None:
    ann = Person(http, node.config.public_url, "/visitor")
    await ann.line.open({"site": "default", "locale": "en"})
    begun = await ann.line.call("start", cmid=cmid(), department="orders")
    ann.follow(begun["snapshot"])
    await ann.line.call("handoff", conversation=ann.chat.id, cmid=cmid())
    await ann.says("hmm, no idea where the parcel with my stuff ended up")
    asked = ann.chat.head
    await ann.hears("agent", asked)
    assert await ann.chat.until(lambda: len(ann.chat.said_by("agent")) > 1, LIMIT_S)
    assert any("order number" in m["data"]["text"] for m in ann.chat.said_by("agent"))
    await ann.line.call("end", conversation=ann.chat.id, cmid=cmid())
    assert await ann.chat.until(lambda: ann.chat.state == "closed", LIMIT_S)
    await ann.line.close()


async def test_a_real_agent_gets_offers_like_anybody(
    node: Node, cast: Cast, http: aiohttp.ClientSession
) -> None:
    url, account = node.config.public_url, next(iter(node.extra))
    robin = Person(http, url, "/agent")
    desk = await Rest.login(http, url, account.email, account.password)
    await robin.line.open({"ticket": await desk.ticket()})
    await robin.line.call("status", status="online", max_concurrency=1)
    async with asyncio.timeout(LIMIT_S):
        offer = await robin.offers.get()
    taken = await robin.line.call("accept", conversation=offer["conversation"])
    robin.follow(taken["conversation"])
    await robin.says("Hello, this is Robin, a real person.")
    await robin.says("Let me see: could you tell me a little more about it?")
    assert await robin.hears("visitor", robin.chat.head)  # he plays on, whoever answers
    await robin.line.call("end", conversation=offer["conversation"], cmid=cmid(), resolved=True)
    await robin.line.call("status", status="offline")
    await robin.line.close()


async def test_when_every_line_is_cut_everybody_comes_back(node: Node, cast: Cast, watcher: Watcher) -> None:
    hall, team = node.wire.hall, {account.id for account in node.extra.team}
    await hall.server.close_all()
    async with asyncio.timeout(LIMIT_S):
        while {one for one in team if hall.presence.away_since_ms("agent", one) is not None}:
            watcher.seen.clear()
            await watcher.until({"message"})
    watcher.seen.clear()
    await watcher.until({"accepted", "message", "closed"})
