"""Writing many events at once, of many streams, already numbered: imports.

The same tables and the same order as `store.append`, without a desk: positions follow the order
given, the folded state of a conversation is left to be folded when somebody asks for it.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from antiphon.journal.blocks import HEAD, LATER, Block, Summary
from antiphon.journal.rows import Rows
from antiphon.journal.store import IN, last_seq
from antiphon.journal.tables import conversations, events, messages, streams

_EVENT = ("seq", "stream", "n", "kind", "at_ms", "actor_kind", "actor_id", "cmid", "data")
_WORDS = ("stream", "n", "words")
SUMMARY = tuple(column.name for column in conversations.columns)  # the order of a Summary


def append(connection: Connection, rows: Rows, block: Block) -> None:
    """The block's events and words, and what its streams have become."""
    e = block.events
    seq = last_seq(connection) + 1
    stream = list(map(block.streams.__getitem__, e.of))
    columns = (stream, e.n, e.kind, e.at_ms, e.actor, e.actor_id, e.cmid, e.data)
    rows.pour(connection, events, _EVENT, zip(range(seq, seq + len(stream)), *columns, strict=True))
    rows.pour(connection, messages, _WORDS, ((stream[at], e.n[at], text) for at, text in block.words.items()))
    talks: list[Summary] = []
    changed: list[Summary] = []
    others: list[dict[str, str | int]] = []
    for at, (name, head, talk) in enumerate(zip(block.streams, block.heads, block.summaries, strict=True)):
        before = block.old.get(at, 0)
        if head == before:
            continue
        if talk is None:
            others.append({"stream": name, "head": head, "doc": "{}"})
        else:
            talk[HEAD] = head
            (changed if before else talks).append(talk)
    rows.pour(connection, conversations, SUMMARY, map(tuple, talks))
    rows.upsert(connection, conversations, [dict(zip(SUMMARY, talk, strict=True)) for talk in changed])
    rows.upsert(connection, streams, others, changing=("head",))


def keys_in(connection: Connection, names: Iterable[str]) -> dict[str, set[str]]:
    """The keys of each stream's events."""
    ordered = sorted(names)
    found: dict[str, set[str]] = {name: set() for name in ordered}
    for some in _parts(ordered):
        query = select(events.c.stream, events.c.cmid).where(
            events.c.stream.in_(some), events.c.cmid.is_not(None)
        )
        for name, cmid in connection.execute(query):
            found[name].add(cmid)
    return found


def summaries_in(connection: Connection, names: Iterable[str]) -> dict[str, Summary]:
    """The rows of conversations that are there, to be folded anew when somebody asks."""
    found: dict[str, Summary] = {}
    for some in _parts(sorted(names)):
        for row in connection.execute(select(conversations).where(conversations.c.id.in_(some))):
            found[row.id] = [*row[:-1], LATER]
    return found


def _parts(ordered: list[str]) -> Iterator[list[str]]:
    return (ordered[at : at + IN] for at in range(0, len(ordered), IN))
