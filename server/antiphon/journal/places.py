"""What is set up: sites, queues, canned answers, and the audit log of who changed what.

Settings are stored as JSON and read through the domain's own dataclasses, so a stored value
that no longer fits is an error here and nowhere else.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from antiphon.domain.rules import Queue, Rules, Site
from antiphon.journal.engine import Database
from antiphon.journal.tables import audit, canned, queues, sites

DEFAULT_QUEUE = Queue(id="support", name="Support")
DEFAULT_SITE = Site(id="default", name="Our shop", queue=DEFAULT_QUEUE.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """An answer kept ready. `owner` None: everybody's."""

    id: str
    owner: str | None
    shortcut: str
    title: str
    text: str
    uses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One thing somebody did."""

    id: int
    at_ms: int
    actor: str | None
    action: str
    subject: str | None
    details: Mapping[str, Any]


class Places:
    """Sites and queues."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self) -> Rules:
        """All of them. An empty desk is given one site and one queue first."""
        async with self._database.reading() as db:
            found = await _read(db)
        if found.sites and found.queues:
            return found
        await self._furnish(found)
        async with self._database.reading() as db:
            return await _read(db)

    async def put_queue(self, queue: Queue) -> None:
        await self._put(queues, queue)

    async def put_site(self, site: Site) -> None:
        await self._put(sites, site)

    async def _furnish(self, found: Rules) -> None:
        if not found.queues:
            await self.put_queue(DEFAULT_QUEUE)
        if not found.sites:
            first = next(iter(found.queues), DEFAULT_QUEUE.id)
            await self.put_site(replace(DEFAULT_SITE, queue=first))

    async def _put(self, table: Any, thing: Queue | Site) -> None:
        settings = msgspec.to_builtins(thing)
        values = {"name": settings.pop("name"), "settings": settings}
        key = settings.pop("id")
        async with self._database.writing() as db:
            changed = await db.execute(update(table).where(table.c.id == key).values(values))
            if not changed.rowcount:
                await db.execute(insert(table).values(id=key, **values))


class Phrases:
    """Canned answers: everybody's and one's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user: str) -> list[Canned]:
        query = select(canned).where(or_(canned.c.owner.is_(None), canned.c.owner == user))
        async with self._database.reading() as db:
            rows = await db.execute(query.order_by(canned.c.shortcut, canned.c.id))
            return [Canned(**row) for row in rows.mappings()]

    async def get(self, key: str) -> Canned | None:
        async with self._database.reading() as db:
            row = (await db.execute(select(canned).where(canned.c.id == key))).mappings().first()
        return Canned(**row) if row else None

    async def put(
        self, *, shortcut: str, title: str, text: str, owner: str | None = None, key: str | None = None
    ) -> Canned:
        """Add one, or change the one named by `key`."""
        values = {"owner": owner, "shortcut": shortcut, "title": title, "text": text}
        async with self._database.writing() as db:
            if key is None:
                key = secrets.token_hex(8)
                await db.execute(insert(canned).values(id=key, uses=0, **values))
            else:
                await db.execute(update(canned).where(canned.c.id == key).values(values))
            row = (await db.execute(select(canned).where(canned.c.id == key))).mappings().one()
        return Canned(**row)

    async def used(self, key: str) -> None:
        async with self._database.writing() as db:
            await db.execute(update(canned).where(canned.c.id == key).values(uses=canned.c.uses + 1))

    async def remove(self, key: str) -> None:
        async with self._database.writing() as db:
            await db.execute(delete(canned).where(canned.c.id == key))


class AuditLog:
    """Who did what to the desk itself. Only ever grows."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._now_ms = now_ms

    async def add(self, actor: str | None, action: str, subject: str | None = None, **details: Any) -> None:
        what = {"actor": actor, "action": action, "subject": subject, "details": details}
        async with self._database.writing() as db:
            await db.execute(insert(audit).values(at_ms=self._now_ms(), **what))

    async def read(self, before: int | None = None, limit: int = 100) -> Sequence[Audited]:
        """The latest first; `before` is the id of the last one seen."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.id < before)
        async with self._database.reading() as db:
            return [Audited(**row) for row in (await db.execute(query)).mappings()]


async def _read(db: AsyncConnection) -> Rules:
    found: dict[str, dict[str, Any]] = {}
    for table, shape in ((queues, Queue), (sites, Site)):
        rows = (await db.execute(select(table).order_by(table.c.id))).mappings()
        docs = ({**row["settings"], "id": row["id"], "name": row["name"]} for row in rows)
        found[table.name] = {doc["id"]: msgspec.convert(doc, shape) for doc in docs}
    return Rules(**found)
