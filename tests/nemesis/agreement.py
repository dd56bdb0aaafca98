"""Log, tables and live numbers say the same: `T` = `L` = `fold(R)` of reliability's invariants.

`look` reads a database; `Seen.differences` is pure, and takes what each node's board said.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from antiphon.domain import agent as shifts
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import fold
from antiphon.domain.events import Event
from antiphon.domain.rules import Rules
from antiphon.journal.codec import conversation_of, shift_of
from antiphon.journal.directory import Directory
from antiphon.journal.store import Store, row_of
from antiphon.journal.tables import conversations, streams
from antiphon.metrics import AgentPlan, Floorplan, Live, QueuePlan
from antiphon.readers.numbers import settings_of
from tests.nemesis.checker import Row

TABLES = ("queues", "agents", "totals")  # of a board


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A database as it was at one moment of quiet."""

    events: Sequence[Event]
    conversations: Mapping[str, Mapping[str, Any]]
    streams: Mapping[str, Mapping[str, Any]]
    rules: Rules
    agents: tuple[AgentPlan, ...]

    @property
    def histories(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.stream].append(event)
        return found

    def log(self) -> dict[str, list[Row]]:
        """The conversations as the history checker reads them."""
        return {
            name: [_row(event) for event in history]
            for name, history in self.histories.items()
            if ":" not in name
        }

    def differences(self, boards: Sequence[Mapping[str, Any]] = ()) -> list[str]:
        """A sentence for each disagreement."""
        wrong = [*self._journal(), *self._tables()]
        return [*wrong, *(one for board in boards for one in self._board(board))]

    def _journal(self) -> Iterator[str]:
        if [event.seq for event in self.events] != list(range(1, len(self.events) + 1)):
            yield "the journal's positions have a gap"
        for name, history in self.histories.items():
            if [event.n for event in history] != list(range(1, len(history) + 1)):
                yield f"{name} counts {[event.n for event in history]}"
        obeyed = Counter((e.stream, e.actor.kind, e.actor.id, e.cmid) for e in self.events if e.cmid)
        yield from (f"{key} was obeyed {times} times" for key, times in obeyed.items() if times > 1)

    def _tables(self) -> Iterator[str]:
        for name, history in self.histories.items():
            if ":" not in name:
                true = fold(name, history)
                kept = self.conversations.get(name)
                if kept is None or conversation_of(kept["doc"]) != true or not _same(kept, row_of(true)):
                    yield f"table conversations: {name} is not the fold of its {len(history)} events"
            elif name.startswith("agent:"):
                kept = self.streams.get(name)
                if kept is None or shift_of(kept["doc"]) != _shift(name, history):
                    yield f"table streams: {name} is not the fold of its {len(history)} events"
        for name in self.conversations.keys() - self.histories.keys():
            yield f"table conversations: {name} has no history"

    def _board(self, board: Mapping[str, Any]) -> Iterator[str]:
        """What a node shows against the same numbers folded anew from the log."""
        live = Live(settings_of({}, self.rules), self._plan())
        live.load(self.histories.values(), now_ms=board["as_of_ms"])
        true = json.loads(json.dumps(live.board(board["as_of_ms"]).wire()))
        for table in TABLES:
            for key, row in _keyed(true[table]).items():
                shown = _keyed(board[table]).get(key, {})
                wrong = [name for name in row if row[name] != shown.get(name)]  # a board may show more
                yield from (
                    f"board {table} {key}: {name} is {row[name]!r}, shown as {shown.get(name)!r}"
                    for name in wrong
                )
        open_ = {name for name, row in self.conversations.items() if row["state"] != "closed"}
        shown_open = {row["conversation"] for row in board["conversations"]}
        if open_ != shown_open:
            yield f"board: {len(open_ ^ shown_open)} open conversations differ"

    def _plan(self) -> Floorplan:
        plans = (
            QueuePlan(id=queue.id, name=queue.name, hours=queue.hours) for queue in self.rules.queues.values()
        )
        return Floorplan(queues=tuple(plans), agents=self.agents)


async def look(store: Store) -> Seen:
    """Everything there is, from one transaction."""
    directory = Directory(store.database)
    rules, users = await directory.rules(), await directory.people.all()
    async with store.database.reading() as connection:
        talks = {row["id"]: dict(row) for row in (await connection.execute(select(conversations))).mappings()}
        others = {row["stream"]: dict(row) for row in (await connection.execute(select(streams))).mappings()}
    every = tuple(rules.queues)
    agents = tuple(
        AgentPlan(id=u.id, name=u.name, queues=tuple(u.queues) or every, max_concurrency=u.max_concurrency)
        for u in sorted(users, key=lambda user: user.id)
        if not u.disabled
    )
    events = await store.read_after(0, limit=10_000_000)
    return Seen(events=events, conversations=talks, streams=others, rules=rules, agents=agents)


def _row(event: Event) -> Row:
    said = event.kind == "message"
    return Row(
        seq=event.n, sender=f"{event.actor.kind}:{event.actor.id}" if said else "",
        cmid=(event.cmid or "") if said else "", text=(event.words or {}).get("text") if said else None,
    )  # fmt: skip


def _shift(name: str, history: Sequence[Event]) -> Shift:
    state = Shift(agent=name.removeprefix("agent:"))
    for event in history:
        state = shifts.evolve(state, event)
    return state


def _same(kept: Mapping[str, Any], true: Mapping[str, Any]) -> bool:
    """But for the state itself, which may be written down in several ways."""
    return all(kept[key] == value for key, value in true.items() if key != "doc")


def _keyed(table: Any) -> dict[str, Any]:
    if isinstance(table, Mapping):
        return dict(table)
    return {row.get("queue") if "waiting" in row else row["agent"]: row for row in table}
