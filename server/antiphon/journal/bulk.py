"""Writing many events at once, of many streams, already numbered: imports and seeds.

The same tables and the same order as `store.append`, without a desk: positions follow the order
given, the folded state of a conversation is left to be folded when somebody asks for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from antiphon.domain.conversation import TARGET
from antiphon.domain.events import Event
from antiphon.journal.codec import event_row, to_json
from antiphon.journal.store import IN, Store, last_seq
from antiphon.journal.tables import conversations, events, messages, streams

LATER = ""  # a conversation's doc that has still to be folded


class Bulk:
    """Appends of one writer; other nodes' tails find them like any event."""

    def __init__(self, store: Store) -> None:
        self._store, self._database = store, store.database

    async def heads(self, names: Iterable[str]) -> dict[str, int]:
        return await self._store.heads(names)

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
        if numbered:
            await self._database.commit(lambda connection: self._append(connection, numbered))

    def _append(self, connection: Connection, numbered: Sequence[Event]) -> None:
        rows = self._store.rows
        self._store.take_turn(connection)
        seq = last_seq(connection)
        rows.insert(
            connection, events, [event_row(e.placed(seq + i)) for i, e in enumerate(numbered, start=1)]
        )
        words = [{"stream": e.stream, "n": e.n, "words": to_json(e.words)} for e in numbered if e.words]
        rows.insert(connection, messages, words)
        by_stream: dict[str, list[Event]] = {}
        for event in numbered:
            by_stream.setdefault(event.stream, []).append(event)
        talks = {name: mine for name, mine in by_stream.items() if ":" not in name}
        known = _known(connection, talks)
        rows.upsert(connection, conversations, [summary(n, mine, known.get(n)) for n, mine in talks.items()])
        heads = [
            {"stream": name, "head": mine[-1].n, "doc": "{}"}
            for name, mine in by_stream.items()
            if ":" in name
        ]
        rows.upsert(connection, streams, heads, changing=("head",))


def _known(connection: Connection, names: Iterable[str]) -> dict[str, Any]:
    """The rows of conversations that are there already."""
    found: dict[str, Any] = {}
    ordered = sorted(names)
    for at in range(0, len(ordered), IN):
        query = select(conversations).where(conversations.c.id.in_(ordered[at : at + IN]))
        found.update((row.id, row) for row in connection.execute(query))
    return found


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
