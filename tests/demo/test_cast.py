"""The cast on a real server, through real sockets, a little faster than life."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from antiphon.app import Node, open_node, serving
from antiphon.config import Config
from antiphon.demo import Accounts, Cast, seed
from antiphon.domain.events import Event
from tests.flows.conftest import free_port

WHOLE = {
    "conversation_started", "bot_started", "message", "handoff_requested", "queue_entered", "offer_made",
    "accepted", "closed", "survey_offered", "survey_answered", "wrapup_started", "wrapup_ended", "tagged",
}  # fmt: skip
RACES = {"conflict", "closed"}  # two wanted the same conversation at the same moment: that is life
LIMIT_S = 45


@pytest.fixture(scope="module")
async def node(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    folder = tmp_path_factory.mktemp("demo")
    config = Config(database_url=f"sqlite:///{folder / 'demo.db'}", port=free_port(), bot_name="Marigold")
    async with open_node(config, demo=True, before=seed) as one, serving(one):
        yield one


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


async def test_the_shop_lives(node: Node) -> None:
    accounts: Accounts = node.extra
    watcher = Watcher(node)
    cast = Cast(node.config.public_url, accounts, pace=2, seed=4, tempo=6)
    running = asyncio.create_task(cast.run())
    try:
        await watcher.until(WHOLE)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert set(cast.troubles) <= RACES, cast.troubles
    senders = {event.data["sender"] for event in watcher.seen if event.kind == "message"}
    assert senders == {"visitor", "bot", "agent"}
    online = {s.agent for s in node.desk.floor.agents.values() if s.n}
    assert online == {account.id for account in accounts.team}


async def test_who_can_log_in_is_told(node: Node) -> None:
    accounts: Accounts = node.extra
    assert [account.role for account in accounts] == ["agent", "supervisor", "admin"]
    for account in accounts:
        user = await node.directory.people.by_email(account.email)
        assert user is not None
        assert user.role == account.role


async def test_a_newcomer_finds_history(node: Node) -> None:
    assert await node.store.head() > 5_000
    assert len(await node.directory.library.of("agent")) == 10
    assert node.desk.rules.sites["default"].name == "Marigold & Co"
