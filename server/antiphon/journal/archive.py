"""Finding conversations: by state, queue, agent, visitor, words, tag and time; and their heads.

Reads only. The latest started first; a page ends with a cursor to the next one.
"""

import base64
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, cast, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.journal.blocks import LATER
from antiphon.journal.codec import conversation_of
from antiphon.journal.engine import Database
from antiphon.journal.store import Store
from antiphon.journal.tables import conversations, messages, visitors

c = conversations.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; None does not narrow. `queues`: only conversations of these queues."""

    state: Sequence[str] = ()
    queue: str | None = None
    agent: str | None = None
    visitor: str | None = None
    site: str | None = None
    q: str | None = None
    tag: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    queues: Sequence[str] | None = None
    mine: str | None = None  # with `queues`: or those this agent had


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of conversations, as folded, and where the next page begins."""

    conversations: list[Conversation]
    cursor: str | None


class Archive:
    """All conversations ever."""

    def __init__(self, database: Database) -> None:
        self._database, self._store = database, Store(database)

    async def search(self, wanted: Search, *, limit: int = 50, cursor: str | None = None) -> Found:
        """Raises `Refused("bad_request")` for a cursor that is none of ours."""
        where = list(_conditions(wanted))
        if wanted.tag is not None:
            where.append(self._tagged(wanted.tag))
        if cursor is not None:
            where.append(tuple_(c.started_at_ms, c.id) < tuple_(*_open(cursor)))
        query = select(c.id, c.doc).where(*where).order_by(c.started_at_ms.desc(), c.id.desc())
        found = await self._store.folded(query.limit(limit + 1))
        more = len(found) > limit
        return Found(conversations=found[:limit], cursor=_seal(found[limit - 1]) if more else None)

    async def tags(self, newest: int = 5_000) -> list[dict[str, int | str]]:
        """Tags of the newest conversations, the most used first."""
        some = c.doc.not_like('%"tags":[]%')
        query = select(c.doc).where(some, c.doc != LATER).order_by(c.started_at_ms.desc())
        async with self._database.reading() as db:
            docs = await db.scalars(query.limit(newest))
            counted = Counter(tag for doc in docs for tag in conversation_of(doc).tags)
        return [{"tag": tag, "conversations": count} for tag, count in counted.most_common()]

    def _tagged(self, tag: str) -> ColumnElement[bool]:
        doc = func.nullif(c.doc, LATER)
        if self._database.postgres:
            return cast(doc, JSONB)["tags"].contains([tag])
        tags = func.json_each(doc, "$.tags").table_valued("value")
        return exists().select_from(tags).where(tags.c.value == tag)


def _conditions(wanted: Search) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (c.queue, wanted.queue), (c.agent, wanted.agent), (c.visitor, wanted.visitor), (c.site, wanted.site),
    ):  # fmt: skip
        if value is not None:
            yield column == value
    if wanted.state:
        yield c.state.in_(wanted.state)
    if wanted.from_ms is not None:
        yield c.started_at_ms >= wanted.from_ms
    if wanted.to_ms is not None:
        yield c.started_at_ms < wanted.to_ms
    if wanted.queues is not None:
        own = _had_by(wanted.mine) if wanted.mine else c.id.is_(None)
        yield or_(c.queue.in_(wanted.queues), own)
    if wanted.q:
        yield _says(wanted.q)


def _had_by(agent: str) -> ColumnElement[bool]:
    """He has it or had it: his id stands in the folded state as somebody's agent."""
    quoted = msgspec.json.encode(agent).decode()
    return or_(
        c.agent == agent,
        c.doc.contains(f'"agent":{quoted}', autoescape=True),
        c.doc.contains(f'"last_agent":{quoted}', autoescape=True),
    )


def _says(text: str) -> ColumnElement[bool]:
    """Its id, words said in it, or the visitor's name and address."""
    quoted = msgspec.json.encode(text).decode()[1:-1]
    said = exists().where(messages.c.stream == c.id, messages.c.words.icontains(quoted, autoescape=True))
    named = (column.icontains(text, autoescape=True) for column in (visitors.c.name, visitors.c.email))
    person = exists().where(visitors.c.id == c.visitor, or_(*named))
    return or_(c.id == text, said, person)


def _seal(last: Conversation) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([last.started_at_ms, last.id])).decode().rstrip("=")


def _open(cursor: str) -> tuple[int, str]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=="), type=tuple[int, str])
    except (ValueError, msgspec.DecodeError):
        raise Refused("bad_request", "This is no cursor of ours.", field="cursor") from None
