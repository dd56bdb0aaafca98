"""Rebuilding what is derived, from the journal, and saying where it had differed.

Derived are the folded states: one row a conversation, one row a shift. They are caches; this
proves it, and mends them.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from antiphon.domain import agent as shifts
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation, evolve
from antiphon.journal.bulk import LATER
from antiphon.journal.codec import conversation_of, shift_of, to_json
from antiphon.journal.store import Store, docs_in, row_of
from antiphon.journal.tables import conversations, streams

PAGE = 500  # streams checked and mended in one transaction

State = Conversation | Shift


async def replay(store: Store) -> list[str]:
    """What differed, a sentence each; it is right afterwards."""
    differences: list[str] = []
    page: list[State] = []
    async for state in _folded(store):
        page.append(state)
        if len(page) == PAGE:
            differences += await _mend(store, page)
            page = []
    return differences + await _mend(store, page)


async def _folded(store: Store) -> Any:
    """The true state of every conversation and shift."""
    state: State | None = None
    name = ""
    async for event in store.by_stream():
        if event.stream != name:
            if state is not None:
                yield state
            name, state = event.stream, _blank(event.stream)
        if isinstance(state, Conversation):
            state = evolve(state, event)
        elif isinstance(state, Shift):
            state = shifts.evolve(state, event)
    if state is not None:
        yield state


def _blank(stream: str) -> State | None:
    if ":" not in stream:
        return Conversation(id=stream)
    return Shift(agent=stream[6:]) if stream.startswith("agent:") else None


async def _mend(store: Store, page: list[State]) -> list[str]:
    return await store.database.commit(lambda connection: _mended(connection, store, page))


def _mended(connection: Connection, store: Store, page: list[State]) -> list[str]:
    talks = {state.id: state for state in page if isinstance(state, Conversation)}
    agents = {shifts.stream_of(state.agent): state for state in page if isinstance(state, Shift)}
    kept = docs_in(connection, conversations, "id", talks)
    wrong = _wrong(talks, kept, conversation_of, "conversation")
    store.rows.upsert(connection, conversations, [row_of(talks[name]) for name, _ in wrong])
    kept = docs_in(connection, streams, "stream", agents)
    bad = _wrong(agents, kept, shift_of, "shift")
    rows = [{"stream": name, "head": agents[name].n, "doc": to_json(agents[name])} for name, _ in bad]
    store.rows.upsert(connection, streams, rows)
    return [sentence for _, sentence in [*wrong, *bad] if sentence]


def _wrong(
    true: dict[str, Any], kept: dict[str, str], read: Callable[[str], State], what: str
) -> list[tuple[str, str]]:
    """Names to write anew; the sentence is empty where nothing had been folded yet."""
    found = []
    for name, state in true.items():
        doc = kept.get(name)
        if doc in (LATER, "{}"):
            found.append((name, ""))
        elif doc is None or read(doc) != state:
            found.append((name, f"{what} {name}: {'missing' if doc is None else 'differed'}"))
    return found
