"""Rebuilding what is derived, from the journal, and saying where it had differed.

Derived are the rows of conversations and of streams: heads, the folded states, what lists filter by; and
the list of tickets, as far as its reader has come. They are caches; this proves it, and mends them. What was
imported and never looked at has no state yet, and gets none here: nobody waits for it. Whoever chats
meanwhile is not held up: a row is first compared by the way, and decided on and mended within a
transaction, when it is its turn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, select

from antiphon.domain import agent as shifts
from antiphon.domain import ticket
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import fold
from antiphon.domain.events import Event
from antiphon.domain.ticket import PREFIX
from antiphon.journal import tickets as listed
from antiphon.journal.blocks import HEAD, LATER, note, opening
from antiphon.journal.bulk import SUMMARY
from antiphon.journal.codec import conversation_of, event_of, shift_of, to_json
from antiphon.journal.rows import Row
from antiphon.journal.store import IN, Store, row_of
from antiphon.journal.tables import conversations, cursors, events, streams, tickets

PAGE = 500  # streams compared at a time

History = Sequence[Event]
_NOTHING = "{}"  # the doc of a stream that keeps no state


async def replay(store: Store) -> list[str]:
    """What differed, a sentence each; it is right afterwards."""
    differences: list[str] = []
    page: list[History] = []
    history: list[Event] = []
    async for event in store.by_stream():
        if history and history[0].stream != event.stream:
            page.append(history)
            history = []
            if len(page) == PAGE:
                differences += await _checked(store, page)
                page = []
        history.append(event)
    differences += await _checked(store, [*page, history] if history else page)
    return differences + await _tickets(store)


async def _tickets(store: Store) -> list[str]:
    """The same for the list of tickets: what its reader has not come to yet cannot be wrong."""
    async with store.database.reading() as connection:
        reached = select(cursors.c.seq).where(cursors.c.name == listed.CURSOR)
        upto = (await connection.execute(reached)).scalar_one_or_none() or 0
        found = await connection.execute(select(streams.c.stream).where(streams.c.stream.like(f"{PREFIX}%")))
        names = list(found.scalars())
    told: list[str] = []
    for at in range(0, len(names), PAGE):
        seen = [one async for one in store.histories(names[at : at + PAGE]) if one[-1].seq <= upto]
        rows = [listed.row_of(ticket.fold(one[0].stream, one)) for one in seen]
        told += await store.database.commit(partial(_listed, store, rows))
    return told


def _listed(store: Store, true: Sequence[Row], connection: Connection) -> list[str]:
    """Rows of tickets that are missing or wrong; a newer one than ours is right."""
    kept: dict[str, Row] = {}
    for at in range(0, len(true), IN):
        mine = select(tickets).where(tickets.c.id.in_([row["id"] for row in true[at : at + IN]]))
        kept.update((row.id, dict(row._mapping)) for row in connection.execute(mine))
    wrong = [row for row in true if not _is_listed(row, kept.get(row["id"]))]
    store.rows.upsert(connection, tickets, wrong)
    return [f"ticket {row['id']}: {'differed' if row['id'] in kept else 'missing'}" for row in wrong]


def _is_listed(true: Row, kept: Row | None) -> bool:
    if kept is None or {**kept, "doc": ""} != {**true, "doc": ""}:
        return kept is not None and listed.ticket_of(kept["doc"]).n > listed.ticket_of(true["doc"]).n
    return listed.ticket_of(kept["doc"]) == listed.ticket_of(true["doc"])


async def _checked(store: Store, page: Sequence[History]) -> list[str]:
    async with store.database.reading() as connection:
        odd = await connection.run_sync(lambda sync: list(_differing(sync, page)))
    if not odd:
        return []
    names = [history[0].stream for history, _ in odd]
    return await store.database.commit(lambda connection: _mended(connection, store, names))


def _mended(connection: Connection, store: Store, names: list[str]) -> list[str]:
    """Looks again where nobody can write, and writes what is still wrong."""
    store.take_turn(connection)
    told = []
    for history, kept in _differing(connection, _histories(connection, names)):
        name, true = history[0].stream, _true(history, kept)
        store.rows.upsert(connection, streams if ":" in name else conversations, [true])
        what = "missing" if kept is None else f"{', '.join(_wrong(true, kept))} differed"
        told.append(f"{'stream' if ':' in name else 'conversation'} {name}: {what}")
    return told


def _histories(connection: Connection, names: Sequence[str]) -> Iterator[History]:
    for at in range(0, len(names), IN):
        query = select(events).where(events.c.stream.in_(names[at : at + IN]))
        found = connection.execute(query.order_by(events.c.stream, events.c.n))
        for _, history in groupby(map(event_of, found), key=attrgetter("stream")):
            yield list(history)


def _differing(connection: Connection, histories: Iterable[History]) -> Iterator[tuple[History, Row | None]]:
    """Histories whose row is missing or wrong, with the row."""
    page = list(histories)
    rows = _kept(connection, [history[0].stream for history in page])
    for history in page:
        kept = rows.get(history[0].stream)
        if kept is None or _wrong(_true(history, kept), kept):
            yield history, kept


def _kept(connection: Connection, names: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for table, key in ((conversations, conversations.c.id), (streams, streams.c.stream)):
        mine = [name for name in names if (":" in name) == (table is streams)]
        for at in range(0, len(mine), IN):
            rows = connection.execute(select(table).where(key.in_(mine[at : at + IN])))
            found.update((row[0], dict(row._mapping)) for row in rows)
    return found


# -- what a row should say ------------------------------------------------------------------------


def _true(history: History, kept: Row | None) -> Row:
    """The row as the journal has it, with a state if there is one or some of it happened here."""
    name, head = history[0].stream, history[-1].n
    there = kept is not None and kept["doc"] not in (LATER, _NOTHING)
    ours = there or (kept is None and not all(event.imported for event in history))
    if ":" not in name:
        return row_of(fold(name, history)) if ours else _summary(name, history)
    doc = to_json(_shift(name, history)) if ours and name.startswith("agent:") else _NOTHING
    return {"stream": name, "head": head, "doc": kept["doc"] if kept and doc == _NOTHING else doc}


def _summary(name: str, history: History) -> Row:
    row = opening(name)
    for event in history:
        note(row, event.kind, event.at_ms, event.data)
    row[HEAD] = history[-1].n
    return dict(zip(SUMMARY, row, strict=True))


def _shift(name: str, history: History) -> Shift:
    return reduce(shifts.evolve, history, Shift(agent=name.partition(":")[2]))


def _wrong(true: Row, kept: Row) -> list[str]:
    """The columns that differ."""
    return [name for name, value in true.items() if value != kept[name] and not _same(name, true, kept)]


def _same(column: str, true: Row, kept: Row) -> bool:
    """States are compared as states: an older version wrote fewer fields. A shift's `n` is its head."""
    if column != "doc" or LATER in (true["doc"], kept["doc"]):
        return False
    if "id" in true:
        return conversation_of(kept["doc"]) == conversation_of(true["doc"])
    mine, theirs = shift_of(true["doc"]), shift_of(kept["doc"])
    return replace(theirs, n=mine.n) == mine
