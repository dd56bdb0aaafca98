"""The core under a virtual clock and a store that fails: two nodes, everybody at once, any order, crashes.

Desk, committer, tail, floor and SQLite are the product's own; only when a commit fails, and whether it was
written all the same, decides hypothesis. After every step the promises must hold.
"""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.conversation import fold
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.domain.floor import Floor, floor_of
from antiphon.journal.committer import Committer
from antiphon.journal.engine import Database, open_database
from antiphon.journal.migrate import epoch, migrate
from antiphon.journal.store import Append, Store
from antiphon.journal.tail import Tail
from tests.nemesis.agreement import look
from tests.nemesis.checker import Entry, check
from tests.ports.conftest import RULES

TALKS = ("c0", "c1")
ANN = Actor(kind="agent", id="ann", name="Ann")


class Flaky(Store):
    """Fails the next commits as it was told: `before` nothing is written, `after` it is, and nobody knows."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.trouble: list[str] = []

    async def append(self, wanted: Sequence[Append]) -> list[tuple[Event, ...] | None]:
        how = self.trouble.pop(0) if self.trouble else ""
        if how == "before":
            raise OSError("not written")
        done = await super().append(wanted)
        if how == "after":
            raise OSError("written, but who knows")
        return done


class Node:
    """A node without a wire; `seen` is what its tail told, in order."""

    def __init__(self, url: str, now: list[int]) -> None:
        self._url, self._now = url, now

    async def open(self) -> "Node":
        self.database = open_database(self._url)
        self.store = Flaky(self.database)
        self.tail = Tail(self.store)
        await self.tail.start()
        self.begun_at, self.seen = self.tail.seq, list[Event]()
        live = await self.store.conversations()
        floor: Floor = floor_of([c for c in live if c.state != "closed"], await self.store.shifts(), [])
        self.committer = Committer(self.store, self.tail.push)
        name = await epoch(self.database)
        self.desk = Desk(self.store, self.committer, floor, RULES, name, lambda: self._now[0])
        for listener in (self.desk.follow, floor.follow, self.seen.extend):
            self.tail.listen(listener)
        self._running = asyncio.create_task(self.committer.run())
        return self

    async def close(self) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self.database.close()


class Simulation(RuleBasedStateMachine):
    """Rules are what may happen; `Entry`s are what clients saw of it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.url = f"sqlite:///{self.folder.name}/antiphon.db"
        self.now, self.count, self.clock = [1_000_000], itertools.count(), itertools.count()
        self.entries: list[Entry] = []
        self.unsure: dict[tuple[str, str], Any] = {}  # who is not sure whether his command was obeyed
        self.nodes: list[Node] = self.do(self._open())

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    async def _open(self) -> list[Node]:
        database = open_database(self.url)
        await migrate(database)
        await database.close()
        nodes = [await Node(self.url, self.now).open() for _ in range(2)]
        for talk in TALKS:
            await nodes[0].desk.handle(ask.Start(
                conversation=talk, actor=_visitor(talk), cmid="start", visitor=f"v-{talk}", site="default",
                queue="support", bot=None,
            ))  # fmt: skip
            await nodes[0].desk.handle(ask.Accept(conversation=talk, actor=ANN, agent="ann"))
        return nodes

    # -- what may happen ----------------------------------------------------------------------------

    @rule(who=st.lists(
        st.tuples(st.sampled_from(TALKS), st.sampled_from(["visitor", "agent"]), st.integers(0, 1)),
        min_size=1, max_size=4, unique_by=lambda one: one[:2],
    ))  # fmt: skip
    def talk(self, who: list[tuple[str, str, int]]) -> None:
        """Several at once, on any node; who is not sure says the same again before anything else."""
        self.do(self._together([self._say(talk, kind, self.nodes[node]) for talk, kind, node in who]))

    async def _together(self, work: list[Any]) -> None:
        await asyncio.gather(*work)

    async def _say(self, talk: str, kind: str, node: Node) -> None:
        actor = _visitor(talk) if kind == "visitor" else ANN
        client = f"{kind} {talk}"
        command = self.unsure.get((talk, kind))
        if command is None:
            cmid = f"m{next(self.count)}"
            command = ask.Say(conversation=talk, actor=actor, cmid=cmid, text=f"text {cmid}")
        facts = {
            "conversation": talk, "attempt": next(self.count), "cmid": command.cmid, "text": command.text,
            "sender": f"{actor.kind}:{actor.id}",
        }  # fmt: skip
        self._note(client, "invoke", **facts)
        try:
            done = await node.desk.handle(command)
        except Refused as no:
            self._note(client, "unknown" if no.retryable else "refused", **facts)
            self.unsure[talk, kind] = command if no.retryable else None
            return
        assert done.event
        self._note(client, "ok", seq=done.event.n, dup=done.dup, **facts)
        self.unsure[talk, kind] = None

    def _note(self, client: str, kind: Any, **facts: Any) -> None:
        self.entries.append(Entry(at_s=next(self.clock) * 1e-6, client=client, kind=kind, **facts))

    @rule(talk=st.sampled_from(TALKS), node=st.integers(0, 1))
    def end_and_come_back(self, talk: str, node: int) -> None:
        """The life of a conversation goes on meanwhile."""
        self.do(self._quietly(self.nodes[node].desk.end(talk, ANN, resolved=True)))
        self.do(self._quietly(self.nodes[1 - node].desk.handle(
            ask.Say(conversation=talk, actor=_visitor(talk), text="back", cmid=None)
        )))  # fmt: skip
        self.do(self._quietly(self.nodes[node].desk.handle(
            ask.Accept(conversation=talk, actor=ANN, agent="ann")
        )))  # fmt: skip

    async def _quietly(self, work: Any) -> None:
        try:
            await work
        except Refused:
            return

    @rule(node=st.integers(0, 1), how=st.lists(st.sampled_from(["before", "after", ""]), max_size=3))
    def the_next_commits_fail(self, node: int, how: list[str]) -> None:
        self.nodes[node].store.trouble = how

    @rule(node=st.integers(0, 1))
    def crash(self, node: int) -> None:
        self.do(self.nodes[node].close())
        self.nodes[node] = self.do(Node(self.url, self.now).open())

    @rule(node=st.integers(0, 1))
    def nudge(self, node: int) -> None:
        self.do(self.nodes[node].tail.catch_up())

    @rule(ms=st.integers(-5_000, 60_000))
    def time_passes(self, ms: int) -> None:
        """Backwards, too: a clock may be set."""
        self.now[0] += ms

    @precondition(lambda self: any(self.unsure.values()))
    @rule(node=st.integers(0, 1))
    def all_who_are_unsure_ask_again(self, node: int) -> None:
        self.nodes[node].store.trouble = []
        unsure = [key for key, command in self.unsure.items() if command]
        self.do(self._together([self._say(*key, self.nodes[node]) for key in unsure]))

    # -- what must hold -----------------------------------------------------------------------------

    @invariant()
    def the_promises_hold(self) -> None:
        seen = self.do(look(self.nodes[0].store))
        assert seen.differences() == []
        assert check(self.entries, seen.log(), "") == []
        for node in self.nodes:
            assert [event.seq for event in node.seen] == list(range(node.begun_at + 1, node.tail.seq + 1))
            for talk in TALKS:
                state = node.desk.at_hand(talk)
                history = [event for event in seen.histories[talk] if state and event.n <= state.n]
                assert state is None or state == fold(talk, history), "a cached state that never was"

    def teardown(self) -> None:
        for node in self.nodes:
            self.do(node.close())
        self.loop.close()
        self.folder.cleanup()


def _visitor(talk: str) -> Actor:
    return Actor(kind="visitor", id=f"v-{talk}")


TestSimulation = pytest.mark.timeout(400)(Simulation.TestCase)
TestSimulation.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
