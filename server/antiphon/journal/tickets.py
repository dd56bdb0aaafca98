"""Tickets as a reader of the journal keeps them: for lists and filters.

A cache: emptied, and its cursor set back, it fills itself again.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.domain.errors import Refused
from antiphon.domain.ticket import Ticket
from antiphon.journal.codec import to_json
from antiphon.journal.engine import Database
from antiphon.journal.tables import tickets

CURSOR = "tickets"
ticket_of = msgspec.json.Decoder(Ticket).decode
c = tickets.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """None does not narrow. `queues`: only tickets of these queues, of none, or of the agent `mine`."""

    status: Sequence[str] = ()
    queue: str | None = None
    agent: str | None = None
    priority: str | None = None
    visitor: str | None = None
    queues: Sequence[str] | None = None
    mine: str | None = None


class Tickets:
    """The table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, folded: Sequence[Ticket]) -> None:
        """As they now are; an older state never replaces a newer one, for one node writes at a time."""
        rows = [row_of(ticket) for ticket in folded]
        if not rows:
            return
        dialect = postgresql if self._database.postgres else sqlite
        adding = dialect.insert(tickets)
        fresh = {name: adding.excluded[name] for name in rows[0] if name != "id"}
        async with self._database.writing() as db:
            await db.execute(adding.on_conflict_do_update(index_elements=["id"], set_=fresh), rows)

    async def search(
        self, wanted: Wanted, *, limit: int, cursor: str | None
    ) -> tuple[list[Ticket], str | None]:
        """The latest made first, and the cursor of the next page. Raises `Refused` for a wrong cursor."""
        query = select(c.doc).where(*_conditions(wanted)).order_by(c.created_at_ms.desc(), c.id.desc())
        if cursor is not None:
            query = query.where(tuple_(c.created_at_ms, c.id) < tuple_(*_open(cursor)))
        async with self._database.reading() as db:
            found = [ticket_of(doc) for doc in await db.scalars(query.limit(limit + 1))]
        return found[:limit], _seal(found[limit - 1]) if len(found) > limit else None


def row_of(ticket: Ticket) -> dict[str, object]:
    columns = ("status", "queue", "agent", "priority", "visitor", "created_at_ms")
    return {
        "id": ticket.id, **{name: getattr(ticket, name) for name in columns}, "doc": to_json(ticket),
    }  # fmt: skip


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (c.queue, wanted.queue), (c.agent, wanted.agent), (c.priority, wanted.priority),
            (c.visitor, wanted.visitor),
        )
        if value is not None
    ]  # fmt: skip
    if wanted.status:
        found.append(c.status.in_(list(wanted.status)))
    if wanted.queues is not None:
        found.append(or_(c.queue.in_(list(wanted.queues)), c.queue.is_(None), c.agent == wanted.mine))
    return found


def _seal(last: Ticket) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([last.created_at_ms, last.id])).decode().rstrip("=")


def _open(cursor: str) -> tuple[int, str]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=="), type=tuple[int, str])
    except (ValueError, msgspec.DecodeError):
        raise Refused("bad_request", "This is no cursor of ours.", field="cursor") from None
