"""A desk on a real database, without a wire."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from antiphon.desk import Desk
from antiphon.domain.events import Event
from antiphon.domain.floor import Floor
from antiphon.domain.rules import Queue, Rules, Site
from antiphon.journal.committer import Committer
from antiphon.journal.engine import open_database
from antiphon.journal.migrate import epoch, migrate
from antiphon.journal.store import Store
from antiphon.journal.tail import Tail

RULES = Rules(
    queues={"support": Queue(id="support", name="Support")},
    sites={"default": Site(id="default", name="Shop", queue="support")},
)


@dataclass
class Office:
    """One node's desk with its journal."""

    desk: Desk
    store: Store
    tail: Tail
    committer: Committer
    seen: list[Event]


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def office(url: str, now_ms: Callable[[], int] = wall_ms) -> AsyncIterator[Office]:
    """A node on the database at `url`; several on one URL are several nodes."""
    database = open_database(url)
    await migrate(database)
    store, floor, seen = Store(database), Floor(), list[Event]()
    tail = Tail(store)
    await tail.start()
    committer = Committer(store, tail.push)
    desk = Desk(store, committer, floor, RULES, await epoch(database), now_ms)
    for listener in (desk.follow, floor.follow, seen.extend):
        tail.listen(listener)
    tasks = [asyncio.create_task(committer.run()), asyncio.create_task(tail.run())]
    try:
        yield Office(desk=desk, store=store, tail=tail, committer=committer, seen=seen)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[Office]:
    async with office(database_url) as one:
        yield one
