"""Reading and appending. `append` is called by the committer alone.

The global order: on PostgreSQL an advisory transaction lock is taken before the first insert,
so that positions are committed in the order they were given and a reader of `seq > cursor`
never skips one (measured without it: 17-23 % skipped). SQLite has one writer anyway.
"""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, text

from antiphon import failpoints
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation, fold
from antiphon.domain.events import Event
from antiphon.journal.codec import State, conversation_of, event_of, event_row, shift_of, to_json
from antiphon.journal.engine import Database
from antiphon.journal.rows import Rows, plainly
from antiphon.journal.tables import conversations, events, messages, meta, streams
from antiphon.journal.together import Together

LOCK = 0x616E7469  # "anti"
IN = 400  # values of one IN list
PAGE = 5_000  # rows of one fetch when everything is read
_SAMPLES = 255  # places looked at to cut the journal into equal parts

_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({LOCK})")
_BY_KEY = text("SET LOCAL enable_seqscan = off")
_ANALYSE = text("ANALYZE events, messages, conversations, streams")
_EDITION = select(meta.c.value).where(meta.c.key.in_(("epoch", "folded"))).order_by(meta.c.key)
_HEADS = (  # of conversations, and of the other streams, whose names have a colon
    ("SELECT id, head FROM conversations WHERE id IN ({})", False),
    ("SELECT stream, head FROM streams WHERE stream IN ({})", True),
)


@dataclass(slots=True)
class Basis:
    """What commands decided one upon the other share: once one was not written, none after it is."""

    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """What one command wants written: its events, numbered after `expected`, and the new state.

    An event of another stream (a ticket) opens that stream; if it exists already it stays as it is.
    `expected` alone would not do: what another node wrote meanwhile may be just as long.
    """

    stream: str
    expected: int
    events: tuple[Event, ...]
    state: State
    basis: Basis = field(default_factory=Basis)


class Store:
    """The journal's tables."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows = Rows(database.write.dialect)
        self._talks = Together(self._talks_of)
        self._short = Together(self._short_of)
        self._cmids = Together(self._cmids_of)

    # -- writing ----------------------------------------------------------------------------------

    async def append(self, wanted: Sequence[Append]) -> list[tuple[Event, ...] | None]:
        """All of `wanted` in one transaction; None where somebody else was first.

        Events come back with their global position. Raises what the driver raises when the
        transaction failed; then nothing at all was written.
        """
        return await self.database.commit(lambda connection: self._append(connection, wanted))

    def _append(self, connection: Connection, wanted: Sequence[Append]) -> list[tuple[Event, ...] | None]:
        self.take_turn(connection)
        names = {event.stream for append in wanted for event in append.events}
        done = _place(wanted, heads_in(connection, names), last_seq(connection))
        written = [append for append, placed in zip(wanted, done, strict=True) if placed]
        self._write(connection, written, [e for placed in done if placed for e in placed])
        if failpoints.ARMED:
            failpoints.strike("in_commit")
        return done

    def take_turn(self, connection: Connection) -> None:
        """Positions are given in the order they are committed: before the first insert."""
        if self.database.postgres:
            connection.execute(_TAKE_TURN)

    def look_up(self, connection: Connection) -> None:
        """This transaction reads by keys: a table being filled has no statistics to say that it pays."""
        if self.database.postgres:
            connection.execute(_BY_KEY)

    async def analyse(self) -> None:
        """Statistics, after much was written: PostgreSQL gathers them by itself only a minute later."""
        if self.database.postgres:
            async with self.database.writing() as connection:
                await connection.execute(_ANALYSE)

    def _write(self, connection: Connection, written: Sequence[Append], placed: Sequence[Event]) -> None:
        self.rows.insert(connection, events, [event_row(event) for event in placed])
        words = [(e.stream, e.n, to_json(e.words)) for e in placed if e.words]
        self.rows.insert(connection, messages, words)
        states = {append.stream: append.state for append in written}
        talks = [row_of(state) for state in states.values() if isinstance(state, Conversation)]
        self.rows.upsert(connection, conversations, talks)
        others = [
            {"stream": name, "head": state.n, "doc": to_json(state)}
            for name, state in states.items()
            if not isinstance(state, Conversation)
        ]
        opened = {append.stream for append in written}
        others += [{"stream": e.stream, "head": e.n, "doc": "{}"} for e in placed if e.stream not in opened]
        self.rows.upsert(connection, streams, others)

    # -- reading ----------------------------------------------------------------------------------

    async def read_after(self, seq: int, limit: int = 500, family: str = "") -> list[Event]:
        """Events of the whole journal after a position, in order, with their words.

        With a `family` (`ticket:`) only of the streams whose names begin so.
        """
        query = _full().where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
        return await self._events(query.where(events.c.stream.startswith(family)) if family else query)

    async def history(self, stream: str, after: int = 0, limit: int | None = None) -> list[Event]:
        """A stream's events with `n > after`, in order, with their words."""
        query = _full().where(events.c.stream == stream, events.c.n > after).order_by(events.c.n)
        return await self._events(query.limit(limit) if limit else query)

    async def whole(self, stream: str) -> list[Event]:
        """All of a short history: as `history`, and many at once cost little more than one."""
        return await self._short.get(stream) or []

    async def _short_of(self, names: list[str]) -> dict[str, list[Event]]:
        return {found[0].stream: found async for found in self.histories(names, words=True)}

    async def by_stream(self, after: str = "", upto: str | None = None) -> AsyncIterator[Event]:
        """The journal stream by stream, each in order, without words: what facts are folded from.

        All of it, or the streams whose names are in `(after, upto]` by the database's order.
        """
        query = select(events).order_by(events.c.stream, events.c.n).where(events.c.stream > after)
        query = query if upto is None else query.where(events.c.stream <= upto)
        async with self.database.reading() as connection:
            found = await connection.stream(query.execution_options(yield_per=PAGE))
            async for page in found.partitions():
                for row in page:
                    yield event_of(row)

    async def histories(
        self, names: Iterable[str], kinds: Sequence[str] = (), *, words: bool = False
    ) -> AsyncIterator[list[Event]]:
        """The histories of some streams, each in order, whole or of some kinds only."""
        ordered = sorted(names)
        for at in range(0, len(ordered), IN):
            query = (_full() if words else select(events)).order_by(events.c.stream, events.c.n)
            query = query.where(events.c.stream.in_(ordered[at : at + IN]))
            query = query.where(events.c.kind.in_(kinds)) if kinds else query
            async with self.database.reading() as connection:
                found = [event_of(row) for row in await connection.execute(query)]
            for _, history in groupby(found, key=attrgetter("stream")):
                yield list(history)

    async def by_bots(self, from_ms: int, to_ms: int) -> AsyncGenerator[Event]:
        """What bots said and whom they handed over in `[from_ms, to_ms)`, the latest first, without words."""
        c = events.c
        said = or_(and_(c.kind == "message", c.actor_kind == "bot"), c.kind == "handoff_requested")
        query = select(events).where(c.at_ms >= from_ms, c.at_ms < to_ms, said)
        query = query.order_by(c.at_ms.desc(), c.seq.desc())
        async with self.database.reading() as connection:
            found = await connection.stream(query.execution_options(yield_per=PAGE))
            async for page in found.partitions():
                for row in page:
                    yield event_of(row)

    async def changed(self, after: int, upto: int) -> set[str]:
        """The streams that grew between two positions, the second included."""
        query = select(events.c.stream).where(events.c.seq > after, events.c.seq <= upto).distinct()
        async with self.database.reading() as connection:
            return set((await connection.execute(query)).scalars())

    async def borders(self, parts: int) -> list[str]:
        """Names of streams between which lie about equal parts of the journal, in the database's order."""
        head = await self.head()
        places = [head * i // (_SAMPLES + 1) for i in range(1, _SAMPLES + 1)]
        query = select(events.c.stream).where(events.c.seq.in_(places)).order_by(events.c.stream)
        async with self.database.reading() as connection:
            found = list((await connection.execute(query)).scalars())
        return list(dict.fromkeys(found[len(found) * i // parts] for i in range(1, parts) if found))

    async def edition(self) -> tuple[str, int]:
        """What changes when all folded from the log is void (a restore, `renew`); and the last position."""
        async with self.database.reading() as connection:
            told = (await connection.execute(_EDITION)).scalars().all()
            return "/".join(told), await connection.run_sync(last_seq)

    async def renew(self) -> None:
        """Everybody is to fold the log anew."""
        row = {"key": "folded", "value": secrets.token_hex(8)}
        await self.database.commit(lambda connection: self.rows.upsert(connection, meta, [row]))

    async def last(self, stream: str, limit: int = 50) -> list[Event]:
        """A stream's last events, in order."""
        query = _full().where(events.c.stream == stream).order_by(events.c.n.desc()).limit(limit)
        return (await self._events(query))[::-1]

    async def cmids(self, stream: str) -> dict[tuple[str, str | None, str], int]:
        """(actor kind, actor id, cmid) → n, of all commands that named themselves."""
        return await self._cmids.get(stream) or {}

    async def _cmids_of(self, names: list[str]) -> dict[str, dict[tuple[str, str | None, str], int]]:
        c = events.c
        query = select(c.stream, c.actor_kind, c.actor_id, c.cmid, c.n)
        query = query.where(c.stream.in_(names), c.cmid.is_not(None))
        found: dict[str, dict[tuple[str, str | None, str], int]] = {}
        for stream, kind, actor, cmid, n in await self.database.look(lambda db: db.execute(query).all()):
            found.setdefault(stream, {})[kind, actor, cmid] = n
        return found

    async def head(self) -> int:
        """The journal's last position; 0 when it is empty."""
        async with self.database.reading() as connection:
            return int(
                (await connection.execute(select(func.coalesce(func.max(events.c.seq), 0)))).scalar_one()
            )

    async def conversation(self, conversation: str) -> Conversation | None:
        return await self._talks.get(conversation)

    async def _talks_of(self, names: list[str]) -> dict[str, Conversation]:
        query = select(conversations.c.id, conversations.c.doc).where(conversations.c.id.in_(names))
        rows = await self.database.look(lambda db: db.execute(query).all())
        return {c.id: c for c in await self._opened(rows)}

    async def conversations(
        self, *where: Any, order: Any = None, limit: int | None = None
    ) -> list[Conversation]:
        """Folded conversations by conditions on the table's columns."""
        query = select(conversations.c.id, conversations.c.doc).where(*where)
        query = query.order_by(order) if order is not None else query
        return await self.folded(query.limit(limit) if limit else query)

    async def folded(self, query: Select[str, str]) -> list[Conversation]:
        """Of a query for `id` and `doc`; what was imported and never looked at is folded here."""
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return await self._opened(rows)

    async def _opened(self, rows: Sequence[Row[str, str]]) -> list[Conversation]:
        return [conversation_of(doc) if doc else fold(name, await self.history(name)) for name, doc in rows]

    async def shifts(self) -> list[Shift]:
        query = select(streams.c.doc).where(streams.c.stream.like("agent:%"), streams.c.doc != "{}")
        async with self.database.reading() as connection:
            return [shift_of(doc) for doc in (await connection.execute(query)).scalars()]

    async def shift(self, stream: str) -> Shift | None:
        query = select(streams.c.doc).where(streams.c.stream == stream, streams.c.doc != "{}")
        async with self.database.reading() as connection:
            doc = (await connection.execute(query)).scalar_one_or_none()
        return shift_of(doc) if doc else None

    async def heads(self, names: Iterable[str]) -> dict[str, int]:
        """How long each stream is; a missing one is left out."""
        async with self.database.reading() as connection:
            return await connection.run_sync(heads_in, names)

    async def length(self, stream: str) -> int:
        """How many events a stream other than a conversation has."""
        query = select(streams.c.head).where(streams.c.stream == stream)
        async with self.database.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def streams_since(self, at_ms: int) -> list[str]:
        """Streams with an event at or after an instant: what today's numbers are made of."""
        query = select(events.c.stream).where(events.c.at_ms >= at_ms).distinct()
        async with self.database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def _events(self, query: Select[Any]) -> list[Event]:
        async with self.database.reading() as connection:
            return [event_of(row) for row in await connection.execute(query)]


def last_seq(connection: Connection) -> int:
    """The journal's last position, as this transaction sees it."""
    return int(plainly(connection, "SELECT coalesce(max(seq), 0) FROM events")[0][0])


def heads_in(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """How long each stream is, as this transaction sees it; a missing one is left out."""
    heads: dict[str, int] = {}
    ordered = sorted(names)
    for text_, others in _HEADS:
        mine = [name for name in ordered if (":" in name) == others]
        for at in range(0, len(mine), IN):
            some = mine[at : at + IN]
            heads.update(plainly(connection, text_.format(", ".join("?" * len(some))), some))
    return heads


def _full() -> Select[Any]:
    joined = and_(messages.c.stream == events.c.stream, messages.c.n == events.c.n)
    return select(events, messages.c.words).select_from(events.outerjoin(messages, joined))


def _place(wanted: Sequence[Append], heads: dict[str, int], seq: int) -> list[tuple[Event, ...] | None]:
    """Give each append that still fits its stream's head the next global positions."""
    done: list[tuple[Event, ...] | None] = []
    for append in wanted:
        append.basis.broken |= heads.get(append.stream, 0) != append.expected
        if append.basis.broken:
            done.append(None)
            continue
        fit = [e for e in append.events if e.stream == append.stream or e.stream not in heads]
        placed = tuple(e.placed(seq + i) for i, e in enumerate(fit, start=1))
        seq += len(placed)
        heads.update((event.stream, event.n) for event in placed)
        done.append(placed)
    return done


def row_of(state: Conversation) -> dict[str, Any]:
    return {
        "id": state.id,
        "head": state.n,
        "state": state.state,
        "site": state.site,
        "visitor": state.visitor,
        "queue": state.queue,
        "agent": state.last_agent,
        "started_at_ms": state.started_at_ms,
        "updated_at_ms": state.last_at_ms,
        "closed_at_ms": state.closed_at_ms,
        "doc": to_json(state),
    }
