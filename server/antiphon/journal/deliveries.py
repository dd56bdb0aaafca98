"""What is still to be told outside, kept until it was: webhooks' posts and mails.

At least once: a delivery waits in its table from the transaction that made it until the other end
has taken it. Of one lane (a conversation, an alert) of one target only the oldest goes, so order is
kept; what fails is tried again, ever more seldom, and in the end is `dead`: visible, and sent again
when asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, Select, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from antiphon.journal.engine import Database
from antiphon.journal.tables import deliveries

State = Literal["waiting", "sent", "dead"]
MAIL = "mail"  # the target of mails; a webhook's is `webhook:ID`
KEPT_MS: Mapping[str, int] = {"sent": 7 * 86_400_000, "dead": 90 * 86_400_000}
_TRIES = 16  # the last about a day after the first
_FIRST_MS, _LONGEST_MS = 5_000, 6 * 3_600_000
_PROBLEM = 300  # characters

d = deliveries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something to tell `target`: an event by its place (`lane` is its stream), or a ready `body`."""

    target: str
    lane: str
    kind: str
    seq: int | None = None
    n: int | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A parcel on its way. `status` and `problem` are of the last try; times are UTC ms."""

    id: int
    target: str
    lane: str
    kind: str
    seq: int | None
    n: int | None
    body: str | None
    state: State
    attempts: int
    due_ms: int
    created_at_ms: int
    ended_at_ms: int | None
    status: int | None
    problem: str | None


class Deliveries:
    """The table. `share` is where between half and all of a pause to wait: chance, from 0 to 1."""

    def __init__(self, database: Database, now_ms: Callable[[], int], share: Callable[[], float]) -> None:
        self._database, self._now_ms, self._share = database, now_ms, share

    async def put(self, parcels: Sequence[Parcel]) -> None:
        async with self._database.writing() as db:
            await self.put_in(db, parcels)

    async def put_in(self, db: AsyncConnection, parcels: Sequence[Parcel]) -> None:
        """In the caller's transaction. An event that is there for this target is left as it is."""
        now_ms = self._now_ms()
        rows = [
            {
                "target": p.target, "lane": p.lane, "kind": p.kind, "seq": p.seq, "n": p.n, "body": p.body,
                "state": "waiting", "attempts": 0, "due_ms": now_ms, "created_at_ms": now_ms,
            }
            for p in parcels
        ]  # fmt: skip
        if rows:
            dialect = postgresql if self._database.postgres else sqlite
            await db.execute(dialect.insert(deliveries).on_conflict_do_nothing(), rows)

    async def targets(self, besides: Sequence[str] = ()) -> list[str]:
        """Who has something due, but for `besides`."""
        query = select(d.target).where(*self._may_go(), d.target.not_in(list(besides))).distinct()
        async with self._database.reading() as db:
            return list(await db.scalars(query))

    async def due(self, target: str, limit: int) -> list[Delivery]:
        """What may go to one target now, the oldest first."""
        query = select(deliveries).where(*self._may_go(), d.target == target)
        return await self._read(query.order_by(d.id).limit(limit))

    def _may_go(self) -> tuple[ColumnElement[bool], ...]:
        older = deliveries.alias()
        before = (older.c.target == d.target, older.c.lane == d.lane, older.c.id < d.id)
        blocked = exists().where(*before, older.c.state == "waiting")
        return d.state == "waiting", d.due_ms <= self._now_ms(), ~blocked

    async def sent(self, key: int, status: int | None = None) -> None:
        await self._set(
            key, state="sent", attempts=d.attempts + 1, ended_at_ms=self._now_ms(), status=status,
            problem=None,
        )  # fmt: skip

    async def failed(self, tried: Delivery, problem: str, status: int | None = None) -> State:
        """Wait twice as long as before, or give up."""
        attempts, now_ms = tried.attempts + 1, self._now_ms()
        told = {"attempts": attempts, "status": status, "problem": problem[:_PROBLEM]}
        if attempts >= _TRIES:
            await self._set(tried.id, state="dead", ended_at_ms=now_ms, **told)
            return "dead"
        pause_ms = min(_LONGEST_MS, _FIRST_MS * 2 ** (attempts - 1))
        await self._set(tried.id, due_ms=now_ms + round(pause_ms * (1 + self._share()) / 2), **told)
        return "waiting"

    async def again(self, key: int) -> bool:
        """Send it once more, from the beginning. False when there is no such delivery."""
        fresh = {"state": "waiting", "attempts": 0, "due_ms": self._now_ms(), "ended_at_ms": None}
        return await self._set(key, **fresh)

    async def listed(
        self, *, target: str | None = None, state: str | None = None, before: int | None = None,
        limit: int = 50,
    ) -> list[Delivery]:  # fmt: skip
        """The latest first; `before` is the id of the last one seen."""
        query = select(deliveries).order_by(d.id.desc()).limit(limit)
        for column, value in ((d.target, target), (d.state, state)):
            query = query.where(column == value) if value is not None else query
        return await self._read(query.where(d.id < before) if before is not None else query)

    async def counts(self) -> dict[tuple[str, str], int]:
        """(target, state) → how many."""
        query = select(d.target, d.state, func.count()).group_by(d.target, d.state)
        async with self._database.reading() as db:
            return {(target, state): count for target, state, count in await db.execute(query)}

    async def forget(self, target: str | None = None) -> None:
        """What ended long ago; with a `target`, everything of it."""
        async with self._database.writing() as db:
            if target is not None:
                await db.execute(delete(deliveries).where(d.target == target))
                return
            for state, kept_ms in KEPT_MS.items():
                old = d.ended_at_ms < self._now_ms() - kept_ms
                await db.execute(delete(deliveries).where(d.state == state, old))

    async def _set(self, key: int, **values: Any) -> bool:
        async with self._database.writing() as db:
            changed = await db.execute(update(deliveries).where(d.id == key).values(values))
        return bool(changed.rowcount)

    async def _read(self, query: Select[Any]) -> list[Delivery]:
        async with self._database.reading() as db:
            return [_delivery(row) for row in (await db.execute(query)).mappings()]


def _delivery(row: Mapping[str, Any] | RowMapping) -> Delivery:
    return Delivery(**row)
