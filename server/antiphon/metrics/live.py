"""Today, live: the histories of what was touched today, folded anew only where something happened.

Rules:
1. `apply` takes committed events in their order, any stream; a repeated one changes nothing. It answers False
   when something before it is missing here: read the stream's history and hand it to `adopt`.
2. Nothing is counted when an event arrives. `board` folds what is dirty, whole, and reads the totals.
3. The day is the account's local day. At its end everything closed and settled is forgotten.
4. One owner: not for two threads at once.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics import calendar, derived, linked
from antiphon.metrics.behind import behind
from antiphon.metrics.board import Board, assemble
from antiphon.metrics.catalogue import BY_ID, Kpi
from antiphon.metrics.facts import NEVER, AgentFacts, ConversationFacts, TicketFacts
from antiphon.metrics.floorplan import Floorplan
from antiphon.metrics.ledger import Ledger, Part, Source, Standing, ticking
from antiphon.metrics.question import Question
from antiphon.metrics.scene import Scene
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import fold
from antiphon.metrics.tally import Counter, Figure, Tally, counter_of

Figures = Callable[[str, str, str], Figure]  # KPI, queue or "", agent or ""


class Live:
    """The live numbers of one account."""

    def __init__(
        self, settings: Settings | None = None, floorplan: Floorplan | None = None, *, zone: str = "UTC"
    ) -> None:
        self.settings = settings or Settings()
        self.floorplan = floorplan or Floorplan()
        self._zone = calendar.zone_of(zone)
        self._histories: dict[str, list[Event]] = {}
        self._facts: dict[str, ConversationFacts | TicketFacts | AgentFacts] = {}
        self._agents: set[str] = set()
        self._queues: set[str] = set()
        self._of_agent: dict[str, set[str]] = {}  # agent → conversations he was in
        self._of_chat: dict[str, set[str]] = {}  # conversation → tickets that came out of it
        self._sources: dict[str, Source] = {}
        self._unsettled: dict[str, Source] = {}
        self._dirty: set[str] = set()
        self._alarms: list[tuple[int, str]] = []  # when time itself changes a stream
        self._ledger = Ledger()
        self._day: tuple[int, int] = (0, 0)

    # -- facts in --------------------------------------------------------------------------------

    def load(
        self,
        histories: Iterable[Sequence[Event]],
        agent_histories: Iterable[Sequence[Event]] = (),
        *,
        now_ms: int,
    ) -> None:
        """Takes over whole histories at the start: what is open, what was touched today, every agent."""
        for history in (*histories, *agent_histories):
            self.adopt(history)
        self._settle(now_ms)

    def adopt(self, history: Sequence[Event]) -> None:
        """Replaces one stream's history by a whole one."""
        if history:
            stream = history[0].stream
            self._histories[stream] = list(history)
            self._dirty.add(stream)

    def apply(self, event: Event) -> bool:
        """One committed event. False: the beginning of its stream is missing, call `adopt`."""
        if event.stream.startswith(("customer:", "desk:")):
            return True
        history = self._histories.get(event.stream)
        seen = history[-1].n if history else 0
        if event.n > seen + 1:
            return False
        if event.n == seen + 1:
            self._histories.setdefault(event.stream, []).append(event)
            self._dirty.add(event.stream)
        return True

    def replan(self, floorplan: Floorplan, settings: Settings | None = None) -> None:
        """New queues, agents or thresholds; other thresholds count for the whole day (G24)."""
        self.floorplan = floorplan
        if settings is not None and settings != self.settings:
            self.settings = settings
            self._day = (0, 0)

    # -- numbers out -----------------------------------------------------------------------------

    def board(self, now_ms: int) -> Board:
        """The whole board as of `now_ms`."""
        standing, q = self._standing(now_ms)
        scene = Scene(self._moving(), self._queues, self.floorplan, q)
        return assemble(standing, scene, q)

    def figures(self, now_ms: int) -> Figures:
        """Live KPIs one at a time, all as of `now_ms`: of everything, of one queue or of one agent."""
        standing, q = self._standing(now_ms)

        def read(kpi: str, queue: str = "", agent: str = "") -> Figure:
            entry = BY_ID[kpi]
            if agent:
                return _agents(entry, self._sources.values(), q, queue, agent)
            return standing.figure(entry, q, queue)

        return read

    def _standing(self, now_ms: int) -> tuple[Standing, Question]:
        """The totals of this moment."""
        self._settle(now_ms)
        q = self.question(now_ms)
        parts: list[Part] = []
        for source in self._unsettled.values():
            parts += ticking(source, q)
        return self._ledger.with_parts(parts), q

    def changed(self, since: Board | None, now_ms: int) -> dict[str, Any]:
        """The frame that turns the board `since` into that of now; the whole one when there is none."""
        return self.board(now_ms).since(since)

    def _moving(self) -> Iterable[Any]:
        """The facts that can show on the floor: open conversations and agents."""
        streams = (*self._unsettled, *(f"agent:{agent}" for agent in self._agents))
        return [self._facts[stream] for stream in streams if stream in self._facts]

    def question(self, now_ms: int) -> Question:
        return Question(*self._day, now_ms, self.settings)

    def sources(self) -> Iterable[Source]:
        """Every stream's rows, for the conversations behind a number."""
        return self._sources.values()

    def conversations(self, kpi: str, *, now_ms: int, queue: str = "", agent: str = "") -> list[str]:
        """The conversations behind a tile, newest first."""
        self._settle(now_ms)
        return behind(self._sources.values(), kpi, self.question(now_ms), queue=queue, agent=agent)

    # -- folding ---------------------------------------------------------------------------------

    def _settle(self, now_ms: int) -> None:
        day = calendar.day_of(now_ms, self._zone)
        if day != self._day:
            self._new_day(day)
        while self._alarms and self._alarms[0][0] <= now_ms:
            self._dirty.add(heapq.heappop(self._alarms)[1])
        dirty, self._dirty = self._dirty, set()
        agents: set[str] = set()
        for stream in dirty:
            agents |= self._refold(stream, now_ms)
        for agent in agents:
            self._place_agent(agent, now_ms)

    def _new_day(self, day: tuple[int, int]) -> None:
        """Forgets what is over, and counts the rest again for the new day."""
        for stream, history in list(self._histories.items()):
            facts = self._facts.get(stream)
            over = isinstance(facts, ConversationFacts | TicketFacts) and _settled(facts)
            if over and history[-1].at_ms < day[0]:
                del self._histories[stream]
        self._day, self._ledger = day, Ledger()
        for known in (
            self._facts,
            self._sources,
            self._unsettled,
            self._of_agent,
            self._of_chat,
            self._agents,
            self._queues,
        ):
            known.clear()
        self._dirty |= self._histories.keys()

    def _refold(self, stream: str, now_ms: int) -> set[str]:
        """Folds one stream; returns the agents whose time it touches."""
        history = self._histories.get(stream)
        facts = fold(history, now_ms, self.settings) if history else None
        if history and history[-1].at_ms > now_ms:
            heapq.heappush(self._alarms, (history[-1].at_ms, stream))
        if facts is None:
            return set()
        before = self._facts.get(stream)
        self._facts[stream] = facts
        if isinstance(facts, AgentFacts):
            return {stream.removeprefix("agent:")}
        if isinstance(facts, TicketFacts):
            self._of_chat.setdefault(facts.ticket[0].conversation, set()).add(stream)
            self._place_ticket(stream, facts, now_ms)
            return set()
        if facts.refold_at < NEVER:
            heapq.heappush(self._alarms, (facts.refold_at, stream))
        self._place(Source(stream, _tables(facts), facts.conversation[0], _settled(facts)), now_ms)
        for ticket in self._of_chat.get(stream, ()):
            self._place_ticket(ticket, self._facts[ticket], now_ms)
        self._queues.update(row.queue for row in facts.visit)
        was = _spans(before) if isinstance(before, ConversationFacts) else set()
        agents = {agent for agent, _, _ in was ^ _spans(facts)}
        for agent in agents:
            self._of_agent.setdefault(agent, set()).add(stream)
        return agents

    def _place_ticket(self, stream: str, facts: Any, now_ms: int) -> None:
        """A ticket is no issue of its own while its conversation is open (C12)."""
        chat = self._facts.get(facts.ticket[0].conversation)
        tables: dict[str, Sequence[Any]] = {**facts._asdict()}
        issues = linked.issues(chat.episode if isinstance(chat, ConversationFacts) else (), facts.ticket,
                               facts.ticket_status)  # fmt: skip
        tables["issue"] = [row for row in issues if row.conversation == stream]
        self._place(Source(stream, tables, facts.ticket[0], _settled(facts)), now_ms)

    def _place(self, source: Source, now_ms: int) -> None:
        self._sources[source.id] = source
        self._ledger.put(source, self.question(now_ms))
        if source.settled:
            self._unsettled.pop(source.id, None)
        else:
            self._unsettled[source.id] = source

    def _place_agent(self, agent: str, now_ms: int) -> None:
        """An agent's past is settled; what he is in the middle of is not."""
        facts = self._facts.get(f"agent:{agent}")
        statuses = facts.status if isinstance(facts, AgentFacts) else ()
        self._agents.add(agent)
        found = [self._facts[one] for one in self._of_agent.get(agent, ())]
        mine = [one for one in found if isinstance(one, ConversationFacts)]
        engagements = [row for one in mine for row in one.engagement if row.agent == agent]
        wrapups = [row for one in mine for row in one.wrapup if row.agent == agent]
        pieces = derived.pieces(statuses, engagements, wrapups)
        for id_, tail in ((f"agent:{agent}", False), (f"agent:{agent} now", True)):
            tables: dict[str, Sequence[Any]] = {
                "piece": [row for row in pieces if (row.to_at == NEVER) == tail],
                "post": [row for row in pieces if (row.to_at == NEVER) == tail],
                "status": [row for row in statuses if (row.to_at == NEVER) == tail],
                "shift": facts.shift if tail and isinstance(facts, AgentFacts) else (),
            }
            self._place(Source(id_, tables, None, not tail), now_ms)


def _agents(kpi: Kpi, sources: Iterable[Source], q: Question, queue: str, agent: str) -> Figure:
    """One agent's figure, counted from his rows: the totals know queues only."""
    one = counter_of(kpi)
    mine = [(source, {"queue": queue, "agent": agent}) for source in sources]
    per = _tally(one.per, mine, q) if one.per is not None else None
    return one.finish(_tally(one, mine, q), q, per, bounds=False)


def _tally(one: Counter, mine: Sequence[tuple[Source, dict[str, str]]], q: Question) -> Tally:
    total = Tally()
    for source, wanted in mine:
        total.add(_part(one, source, wanted, q))
    return total


def _part(one: Counter, source: Source, wanted: dict[str, str], q: Question) -> Tally:
    """What one source gives."""
    rows = [
        row
        for row in source.tables.get(one.measure.table, ())
        if all(not v or getattr(row, k, getattr(source.owner, k, "")) == v for k, v in wanted.items())
    ]
    return one.count(rows, q, lambda _: source.owner, spam=False, agent=True)


def _spans(facts: ConversationFacts) -> set[tuple[str, int, int]]:
    """What of a conversation shows in its agents' time."""
    engaged = {(row.agent, row.started_at, row.ended_at) for row in facts.engagement}
    return engaged | {(row.agent, row.from_at, row.to_at) for row in facts.wrapup}


def _tables(facts: ConversationFacts) -> dict[str, Sequence[Any]]:
    tables: dict[str, Sequence[Any]] = {
        name: rows for name, rows in facts._asdict().items() if isinstance(rows, tuple)
    }
    tables["handling"] = derived.handlings(facts.engagement)
    tables["issue"] = linked.issues(facts.episode, (), ())
    return tables


def _settled(facts: ConversationFacts | TicketFacts) -> bool:
    """Can only an event change it, and not the clock? Open things are not settled."""
    if isinstance(facts, TicketFacts):
        return facts.ticket[0].status in ("solved", "closed")
    return facts.conversation[0].state == "closed" and facts.refold_at == NEVER
