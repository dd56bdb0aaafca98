"""Writing many events at once, of many streams, already numbered: imports and seeds.

The same tables and the same order as `store.append`, without a desk: positions follow the order
given, the folded state of a conversation is left to be folded when somebody asks for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from antiphon.domain.conversation import TARGET
from antiphon.domain.events import Event
from antiphon.journal.codec import to_json
from antiphon.journal.store import IN, LOCK, Store
from antiphon.journal.tables import conversations, events, messages, streams

_EVENT_COLUMNS = tuple(column.name for column in events.columns)
_MESSAGE_COLUMNS = tuple(column.name for column in messages.columns)
LATER = ""  # a conversation's doc that has still to be folded


class Bulk:
    """Appends of one writer; other nodes' tails find them like any event."""

    def __init__(self, store: Store) -> None:
        self._store, self._database = store, store.database

    async def heads(self, names: Iterable[str]) -> dict[str, int]:
        async with self._database.reading() as connection:
            return await self._store.heads_in(connection, names)

    async def cmids(self, names: Iterable[str]) -> dict[str, set[str]]:
        """Every stream's keys."""
        ordered = sorted(names)
        found: dict[str, set[str]] = {name: set() for name in ordered}
        async with self._database.reading() as connection:
            for at in range(0, len(ordered), IN):
                query = select(events.c.stream, events.c.cmid).where(
                    events.c.stream.in_(ordered[at : at + IN]), events.c.cmid.is_not(None)
                )
                for name, cmid in await connection.execute(query):
                    found[name].add(cmid)
        return found

    async def append(self, numbered: Sequence[Event]) -> None:
        """All of them in one transaction."""
        if not numbered:
            return
        async with self._database.writing() as connection:
            if self._database.postgres:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            seq = (await connection.execute(select(func.coalesce(func.max(events.c.seq), 0)))).scalar_one()
            rows = [_row(seq + i, event) for i, event in enumerate(numbered, start=1)]
            words = [(e.stream, e.n, to_json(e.words)) for e in numbered if e.words]
            await self._insert(connection, "events", _EVENT_COLUMNS, rows)
            await self._insert(connection, "messages", _MESSAGE_COLUMNS, words)
            await self._heads(connection, numbered)

    async def _insert(
        self, connection: AsyncConnection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
    ) -> None:
        if not rows:
            return
        if self._database.postgres:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            await raw.copy_records_to_table(table, records=rows, columns=list(columns))
            return
        marks = ",".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})"
        await connection.exec_driver_sql(statement, rows)

    async def _heads(self, connection: AsyncConnection, numbered: Sequence[Event]) -> None:
        by_stream: dict[str, list[Event]] = {}
        for event in numbered:
            by_stream.setdefault(event.stream, []).append(event)
        talks = {name: mine for name, mine in by_stream.items() if ":" not in name}
        others = {name: mine for name, mine in by_stream.items() if ":" in name}
        known = {row.id: row for row in await self._known(connection, talks)}
        rows = [summary(name, mine, known.get(name)) for name, mine in talks.items()]
        await self._store.rows.upsert(connection, conversations, rows)
        heads = [{"stream": name, "head": mine[-1].n, "doc": "{}"} for name, mine in others.items()]
        await self._store.rows.upsert(connection, streams, heads, changing=("head",))

    async def _known(self, connection: AsyncConnection, names: Iterable[str]) -> list[Any]:
        found: list[Any] = []
        ordered = sorted(names)
        for at in range(0, len(ordered), IN):
            query = select(conversations).where(conversations.c.id.in_(ordered[at : at + IN]))
            found += list(await connection.execute(query))
        return found


def _row(seq: int, e: Event) -> tuple[Any, ...]:
    who = e.actor
    return (
        seq, e.stream, e.n, e.kind, e.at_ms, who.kind, who.id, who.name, e.cmid, e.cause, to_json(e.data),
    )  # fmt: skip


def summary(name: str, mine: Sequence[Event], before: Any) -> dict[str, Any]:
    """What lists and filters must know of a conversation that nobody has folded yet."""
    row: dict[str, Any] = {
        "id": name, "state": "new", "site": None, "visitor": None, "queue": None, "agent": None,
        "started_at_ms": mine[0].at_ms, "updated_at_ms": 0, "closed_at_ms": None,
    }  # fmt: skip
    if before is not None:
        row |= {key: getattr(before, key) for key in row}
    for event in mine:
        row["state"] = TARGET.get(event.kind, row["state"])
        row["updated_at_ms"] = max(row["updated_at_ms"], event.at_ms)
        if event.kind in _NOTED:
            row |= {key: event.data.get(key) or row[key] for key in _NOTED[event.kind]}
        if event.kind == "conversation_started":
            row["started_at_ms"] = event.at_ms
        elif event.kind == "closed":
            row["closed_at_ms"] = event.at_ms
        elif event.kind == "reopened":
            row["closed_at_ms"] = None
    return {**row, "head": mine[-1].n, "doc": LATER}


_NOTED = {
    "conversation_started": ("visitor", "site"),
    "queue_entered": ("queue",),
    "accepted": ("agent",),
}
