"""The visitors: who they say they are, what they look at, and how they are forgotten.

A visitor is whoever holds the token; its hash is all that is stored. A shop may vouch for a
name (`identify`). Erasing blanks this row and the words of his conversations, never history.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, insert, literal, or_, select, update

from antiphon.domain.ticket import PREFIX
from antiphon.journal.engine import Database
from antiphon.journal.sessions import hash_of
from antiphon.journal.store import IN
from antiphon.journal.tables import conversations, messages, tickets, trackers, visitors
from antiphon.journal.together import Together

TRAIL = 20  # pages remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """`verified`: the shop vouched for `external_id`, name and e-mail with its secret."""

    id: str
    site: str
    external_id: str | None
    name: str | None
    email: str | None
    verified: bool
    locale: str | None
    user_agent: str | None
    attributes: Mapping[str, Any]
    page: Mapping[str, Any] | None
    trail: Sequence[Mapping[str, Any]]
    blocked: bool
    first_seen_ms: int
    last_seen_ms: int


class Visitors:
    """Visitors by id and token."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._now_ms = now_ms
        self._strangers: dict[str, dict[str, Any]] = {}  # not written yet
        self._written = Together(self._write)
        self._by_token = Together(self._of_tokens)
        self._latest = Together(self._latest_of)

    async def create(
        self, site: str, *, locale: str | None = None, user_agent: str | None = None,
        name: str | None = None, email: str | None = None, token: str | None = None,
    ) -> tuple[Visitor, str]:  # fmt: skip
        """A stranger, and the token that is all he needs to come back."""
        token, now_ms = token or secrets.token_urlsafe(32), self._now_ms()
        row: dict[str, Any] = {
            "id": secrets.token_hex(12), "site": site, "token_hash": hash_of(token), "external_id": None,
            "name": name, "email": email, "verified": False, "locale": locale,
            "user_agent": (user_agent or "")[:300] or None, "attributes": {}, "page": None, "trail": [],
            "blocked": False, "first_seen_ms": now_ms, "last_seen_ms": now_ms,
        }  # fmt: skip
        self._strangers[row["id"]] = row
        await self._written.get(row["id"])
        return _visitor(row), token

    async def _write(self, ids: list[str]) -> dict[str, None]:
        rows = [self._strangers.pop(key) for key in ids]
        await self._database.commit(lambda db: db.execute(insert(visitors), rows))
        return {}

    async def by_token(self, site: str, token: str) -> Visitor | None:
        found = await self._by_token.get(hash_of(token))
        return found if found is not None and found.site == site else None

    async def _of_tokens(self, hashes: list[str]) -> dict[str, Visitor]:
        query = select(visitors).where(visitors.c.token_hash.in_(hashes))
        rows = await self._database.look(lambda db: db.execute(query).mappings().all())
        return {row["token_hash"]: _visitor(row) for row in rows}

    async def by_id(self, visitor_id: str) -> Visitor | None:
        return await self._one(select(visitors).where(visitors.c.id == visitor_id))

    async def by_ids(self, ids: Sequence[str]) -> dict[str, Visitor]:
        async with self._database.reading() as db:
            rows = await db.execute(select(visitors).where(visitors.c.id.in_(list(ids))))
            return {row["id"]: _visitor(row) for row in rows.mappings()}

    async def change(self, visitor_id: str, fields: Mapping[str, Any]) -> Visitor | None:
        """Set some columns and note that he was seen."""
        values = {**fields, "last_seen_ms": self._now_ms()}
        async with self._database.writing() as db:
            await db.execute(update(visitors).where(visitors.c.id == visitor_id).values(values))
        return await self.by_id(visitor_id)

    async def identify(
        self, visitor_id: str, *, external_id: str, name: str | None, email: str | None, verified: bool
    ) -> Visitor | None:
        """Who the shop says he is. An unvouched word never overwrites a vouched one."""
        known = await self.by_id(visitor_id)
        if known is None or (known.verified and not verified):
            return known
        fields = {"external_id": external_id, "verified": verified, "name": name, "email": email}
        return await self.change(visitor_id, {k: v for k, v in fields.items() if v is not None})

    async def saw(self, visitor_id: str, page: Mapping[str, Any]) -> Visitor | None:
        """He moved on to `page`; the trail keeps the last few."""
        known = await self.by_id(visitor_id)
        if known is None:
            return None
        trail = list(known.trail)
        if not trail or trail[-1].get("url") != page.get("url"):
            trail.append({**page, "at_ms": self._now_ms()})
        return await self.change(visitor_id, {"page": dict(page), "trail": trail[-TRAIL:]})

    async def conversations(self, visitor_id: str, limit: int = 100) -> list[str]:
        """His conversations, the latest first."""
        query = select(conversations.c.id).where(conversations.c.visitor == visitor_id)
        async with self._database.reading() as db:
            latest = query.order_by(conversations.c.started_at_ms.desc(), conversations.c.id.desc())
            return list(await db.scalars(latest.limit(limit)))

    async def latest(self, visitor_id: str) -> str | None:
        """The conversation he is or was in last."""
        return await self._latest.get(visitor_id)

    async def _latest_of(self, ids: list[str]) -> dict[str, str]:
        c = conversations.c
        place = func.row_number().over(partition_by=c.visitor, order_by=(c.started_at_ms.desc(), c.id.desc()))
        placed = select(c.visitor, c.id, place.label("place")).where(c.visitor.in_(ids)).subquery()
        query = select(placed.c.visitor, placed.c.id).where(placed.c.place == 1)
        rows = await self._database.look(lambda db: db.execute(query).all())
        return {row.visitor: row.id for row in rows}

    async def count_conversations(self, ids: Sequence[str]) -> dict[str, int]:
        query = (
            select(conversations.c.visitor, func.count())
            .where(conversations.c.visitor.in_(list(ids)))
            .group_by(conversations.c.visitor)
        )
        async with self._database.reading() as db:
            return {row[0]: row[1] for row in await db.execute(query)}

    async def search(self, text: str = "", limit: int = 50) -> list[Visitor]:
        """By a piece of name, e-mail or the shop's id; the last seen first."""
        query = select(visitors).order_by(visitors.c.last_seen_ms.desc(), visitors.c.id).limit(limit)
        if text:
            columns = (visitors.c.name, visitors.c.email, visitors.c.external_id)
            query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
        async with self._database.reading() as db:
            return [_visitor(row) for row in (await db.execute(query)).mappings()]

    async def erase(self, visitor_id: str) -> int:
        """Forget the person, and what the bot learned of him: how many messages were blanked.

        Counts, times and numbers stay.
        """
        blank: dict[str, Any] = {
            "external_id": None, "name": None, "email": None, "verified": False, "locale": None,
            "user_agent": None, "attributes": {}, "page": None, "trail": [],
            "token_hash": hash_of(secrets.token_urlsafe(32)),
        }  # fmt: skip
        his = select(conversations.c.id).where(conversations.c.visitor == visitor_id)
        asked = select(literal(PREFIX).concat(tickets.c.id)).where(tickets.c.visitor == visitor_id)
        said = messages.c.stream.in_(his) | messages.c.stream.in_(asked)
        async with self._database.writing() as db:
            blanked = await db.execute(update(messages).where(said).values(words="{}"))
            await db.execute(delete(trackers).where(trackers.c.conversation.in_(his)))
            await db.execute(update(visitors).where(visitors.c.id == visitor_id).values(blank))
        return int(blanked.rowcount)

    async def _one(self, query: Select[Any]) -> Visitor | None:
        async with self._database.reading() as db:
            row = (await db.execute(query)).mappings().first()
        return _visitor(row) if row else None


def _visitor(row: Mapping[str, Any] | RowMapping) -> Visitor:
    return Visitor(**{key: value for key, value in row.items() if key != "token_hash"})


async def names_of(database: Database, ids: Iterable[str]) -> dict[str, str]:
    """What visitors are called; who is not known by a name is left out."""
    found: dict[str, str] = {}
    ordered = sorted(ids)
    for at in range(0, len(ordered), IN):
        some = visitors.c.id.in_(ordered[at : at + IN])
        query = select(visitors.c.id, visitors.c.name).where(some, visitors.c.name.is_not(None))
        async with database.reading() as db:
            found |= {row.id: row.name for row in await db.execute(query)}
    return found
