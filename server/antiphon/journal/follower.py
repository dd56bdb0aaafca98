"""A named reader of the journal that survives restarts: a saved cursor and a lease.

At least once and in order: the cursor is saved after the reaction, so every reaction must be
safe to repeat. Where one node at a time must react, the lease says which.
"""

import uuid
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from antiphon.domain.events import Event
from antiphon.journal.engine import Database
from antiphon.journal.store import Store
from antiphon.journal.tables import cursors

LEASE_MS = 15_000  # a dead node's work is taken over after this
ASK_AGAIN_MS = 1_000  # whose turn it is not does not ask at every event
BATCH = 500
SKIP = 5_000  # events of others between two savings of the cursor

React = Callable[[Sequence[Event]], Awaitable[None]]


class Lease:
    """At most one holder of a name at a time, across nodes."""

    def __init__(self, database: Database, name: str, holder: str, now_ms: Callable[[], int]) -> None:
        self._database, self._name, self._holder, self._now_ms = database, name, holder, now_ms
        self._until_ms = self._refused_until_ms = 0

    @property
    def held(self) -> bool:
        return self._now_ms() < self._until_ms

    async def acquire(self) -> bool:
        """Take or renew it. False while somebody else holds it."""
        now_ms = self._now_ms()
        if self._until_ms - now_ms > LEASE_MS // 2:
            return True
        if now_ms < self._refused_until_ms:
            return False
        free = or_(cursors.c.holder.is_(None), cursors.c.holder == self._holder, cursors.c.until_ms <= now_ms)
        taken = update(cursors).where(cursors.c.name == self._name, free)
        async with self._database.writing() as connection:
            await ensure_cursor(connection, self._database, self._name)
            result = await connection.execute(taken.values(holder=self._holder, until_ms=now_ms + LEASE_MS))
        self._until_ms = now_ms + LEASE_MS if result.rowcount else 0
        self._refused_until_ms = 0 if result.rowcount else now_ms + ASK_AGAIN_MS
        return self.held


def holder_of(database: Database) -> str:
    """A name for this node in its leases. On SQLite there is but one, its own heir after a crash."""
    return uuid.uuid4().hex if database.postgres else "the only node"


async def release_all(database: Database, holder: str) -> None:
    """Give everything back at once, so that another node need not wait."""
    mine = update(cursors).where(cursors.c.holder == holder)
    async with database.writing() as connection:
        await connection.execute(mine.values(holder=None, until_ms=0))


class Follower:
    """Reads the journal after its saved cursor and reacts; whoever drives it holds the turn.

    With a `family` (`ticket:`) it sees only the streams whose names begin so.
    """

    def __init__(self, store: Store, name: str, react: React, family: str = "") -> None:
        self._store, self._name, self._react, self._family = store, name, react, family

    async def catch_up(self) -> None:
        """React to everything after the cursor."""
        seq, end = await self.cursor(), await self._store.head()
        while events := await self._store.read_after(seq, BATCH, self._family):
            await self._react(events)
            seq = events[-1].seq
            await self._save(seq)
        if end - seq > SKIP:
            await self._save(end)  # what concerns others need not be looked through again

    async def cursor(self) -> int:
        query = select(cursors.c.seq).where(cursors.c.name == self._name)
        async with self._store.database.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def _save(self, seq: int) -> None:
        async with self._store.database.writing() as connection:
            await ensure_cursor(connection, self._store.database, self._name)
            await connection.execute(update(cursors).where(cursors.c.name == self._name).values(seq=seq))


async def ensure_cursor(connection: AsyncConnection, database: Database, name: str) -> None:
    """The named row, made when it is missing."""
    insert = postgresql.insert if database.postgres else sqlite.insert
    statement = insert(cursors).on_conflict_do_nothing(index_elements=["name"])
    await connection.execute(statement, [{"name": name, "seq": 0, "holder": None, "until_ms": 0}])
