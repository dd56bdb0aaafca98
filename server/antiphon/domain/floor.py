"""The floor: every open conversation and every agent, as they are now.

A pure projection of the journal, kept by each node in memory: `apply` each event in order.
The router, the boards and a visitor's place in the queue are all read from here, so they
cannot disagree.
"""

import heapq
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from statistics import fmean, quantiles

from antiphon.domain import agent as shifts
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation, Handled, evolve
from antiphon.domain.events import Event

_HISTORY = 100  # engagements of a queue that an estimate looks back on (kpis.md Q16)
_ENOUGH = 20  # fewer say nothing
_CLOSED = 5_000  # closed conversations kept at hand: a survey answer or a reopening may follow


class Floor:
    """`open`: conversations not closed, or closed with wrap-up still going on. `agents`: shifts.

    `missing` names conversations whose beginning is not known here (reopened long after they
    were closed): who keeps the floor loads and `put`s them.
    """

    def __init__(self) -> None:
        self.open: dict[str, Conversation] = {}
        self.missing: set[str] = set()
        self._of_visitor: dict[str, str] = {}  # his latest one that is open
        self._closed: OrderedDict[str, Conversation] = OrderedDict()
        self.agents: dict[str, Shift] = {}
        self.last_accept_ms: dict[str, int] = {}
        self._lines: dict[str, list[tuple[int, str]]] = {}  # of a queue: who waits, in order
        self._slots: dict[str, dict[str, int]] = {}  # of an agent: slots in use by conversation
        self._rings: dict[str, dict[str, int]] = {}  # of an agent: offers by conversation
        self._handled: dict[
            str, OrderedDict[tuple[str, int], int]
        ] = {}  # of a queue: handle times, latest last
        self._spread: dict[str, tuple[float, float]] = {}  # of a queue: their mean, and half their quartiles'

    def put(self, conversation: Conversation) -> None:
        """Take a conversation as it is (at start, or after a gap)."""
        self.missing.discard(conversation.id)
        before = self.open.get(conversation.id)
        if conversation.state != "closed" or conversation.wrapups:
            self.open[conversation.id] = conversation
            self._of_visitor[conversation.visitor] = conversation.id
            self._index(before, conversation)
            return
        self._index(self.open.pop(conversation.id, None), None)
        if self._of_visitor.get(conversation.visitor) == conversation.id:
            del self._of_visitor[conversation.visitor]
        self._closed[conversation.id] = conversation
        while len(self._closed) > _CLOSED:
            self._closed.popitem(last=False)

    def _index(self, before: Conversation | None, after: Conversation | None) -> None:
        """Where it waits, whose it is, and at whom it rings."""
        was, is_ = (None if c is None else _waits(c) for c in (before, after))
        if was != is_:
            if was is not None:
                line = self._lines[was[0]]
                del line[bisect_left(line, was[1])]
            if is_ is not None:
                insort(self._lines.setdefault(is_[0], []), is_[1])
        _note(self._slots, before, after, _holders)
        _note(self._rings, before, after, _rung)

    def put_shift(self, shift: Shift) -> None:
        self.agents[shift.agent] = shift

    def remember(self, conversation: Conversation) -> None:
        """Learn handle times from a conversation that is over."""
        self._learn(conversation, ())

    def follow(self, events: Iterable[Event]) -> None:
        """The next events of the journal (a `Tail` listener)."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """The next event of the journal. What was imported waits for nobody here."""
        if event.imported:
            return
        if event.stream.startswith("agent:"):
            agent = event.stream[6:]
            self.put_shift(shifts.evolve(self.agents.get(agent, Shift(agent=agent)), event))
        elif ":" not in event.stream:
            known = self.open.get(event.stream) or self._closed.pop(event.stream, None)
            self._apply(known or Conversation(id=event.stream), event)

    def _apply(self, before: Conversation, event: Event) -> None:
        if event.n <= before.n:
            return
        if event.n != before.n + 1:
            self.missing.add(event.stream)
            return
        after = evolve(before, event)
        self._learn(after, before.handled)
        if event.kind == "accepted":
            self.last_accept_ms[event.data["agent"]] = event.at_ms
        self.put(after)

    def _learn(self, c: Conversation, known: tuple[Handled, ...]) -> None:
        """Engagements that are over, and what a wrap-up added to one."""
        for i, past in enumerate(c.handled):
            if i < len(known) and past is known[i]:
                continue
            of_queue = self._handled.setdefault(past.queue or "", OrderedDict())
            of_queue.pop((c.id, i), None)
            of_queue[c.id, i] = past.end_ms - past.start_ms
            if len(of_queue) > _HISTORY:
                of_queue.popitem(last=False)
            self._spread.pop(past.queue or "", None)

    # -- questions --------------------------------------------------------------------------------

    def waiting(self, queue: str | None = None) -> list[Conversation]:
        """Who waits, longest first; of one queue or of all."""
        lines = self._lines.values() if queue is None else (self._lines.get(queue, ()),)
        return [self.open[key] for _, key in heapq.merge(*lines)]

    def queued(self, queue: str) -> int:
        """How many wait for a queue."""
        return len(self._lines.get(queue, ()))

    def position(self, conversation: str) -> int | None:
        """1 is next. None when it does not wait."""
        c = self.open.get(conversation)
        waits = None if c is None else _waits(c)
        return None if waits is None else 1 + bisect_left(self._lines[waits[0]], waits[1])

    def of_visitor(self, visitor: str) -> Conversation | None:
        """What a visitor has open."""
        return self.open.get(self._of_visitor.get(visitor, ""))

    def of_agent(self, agent: str) -> list[Conversation]:
        """What an agent has: engagements and wrap-ups."""
        return [self.open[key] for key in self._slots.get(agent, ())]

    def offers_to(self, agent: str) -> Iterator[Conversation]:
        return (self.open[key] for key in tuple(self._rings.get(agent, ())))

    def load(self, agent: str) -> int:
        """Slots in use: engagements plus wrap-ups (kpis.md Q17)."""
        return sum(self._slots.get(agent, {}).values())

    def loads(self) -> dict[str, int]:
        """Every busy agent's load."""
        return {agent: sum(held.values()) for agent, held in self._slots.items()}

    def ringing(self, agent: str) -> int:
        """Offers an agent has not answered yet."""
        return len(self._rings.get(agent, ()))

    def online(self, queue: str) -> list[Shift]:
        """Agents online for a queue."""
        return [s for s in self.agents.values() if s.status == "online" and queue in s.queues]

    def estimate_s(self, conversation: str) -> tuple[int, int] | None:
        """How long this visitor will still wait: a range in seconds, or None if nobody can say.

        Q16's figure for his place, give or take half the spread of the quartiles of the last 100
        handle times. None without slots or with fewer than 20 engagements to go by.
        """
        position, c = self.position(conversation), self.open.get(conversation)
        if c is None or position is None:
            return None
        return self.estimate_at(c.queue or "", position)

    def estimate_at(self, queue: str, position: int) -> tuple[int, int] | None:
        """The same for a given place in a queue."""
        expected_s = self.expected_s(queue, position)
        if expected_s is None:
            return None
        mean, half = self._usual(queue)
        half_s = expected_s * half / max(1, mean)
        return max(1, round(expected_s - half_s)), max(1, round(expected_s + half_s))

    def expected_s(self, queue: str, position: int) -> float | None:
        """Q16: position × mean handle time / slots, in seconds; None if nobody can say."""
        slots = sum(shift.max_concurrency for shift in self.online(queue))
        if not slots or len(self._handled.get(queue, ())) < _ENOUGH:
            return None
        return position * self._usual(queue)[0] / slots / 1000

    def _usual(self, queue: str) -> tuple[float, float]:
        """The mean of a queue's handle times, and half the spread of their quartiles."""
        if queue not in self._spread:
            times = self._handled[queue].values()
            low, _, high = quantiles(times, n=4, method="inclusive")
            self._spread[queue] = fmean(times), (high - low) / 2
        return self._spread[queue]


def _waits(c: Conversation) -> tuple[str, tuple[int, str]] | None:
    """Its queue, and what it is sorted by there."""
    return (c.queue or "", (c.rank_ms or 0, c.id)) if c.state == "queued" else None


def _holders(c: Conversation) -> list[str]:
    return [*(a.agent for a in c.agents), *(w.agent for w in c.wrapups)]


def _rung(c: Conversation) -> list[str]:
    return [offer.agent for offer in c.offers]


def _note(
    index: dict[str, dict[str, int]], before: Conversation | None, after: Conversation | None,
    agents: Callable[[Conversation], list[str]],
) -> None:  # fmt: skip
    """Count a conversation with the agents it is now with, no longer with those it was with."""
    was, are = ([] if c is None else agents(c) for c in (before, after))
    if was == are:
        return
    for agent in {*was, *are}:
        held = index.setdefault(agent, {})
        for c in (before, after):
            if c is not None:
                held.pop(c.id, None)
        if after is not None and agent in are:
            held[after.id] = are.count(agent)
        if not held:
            del index[agent]


def floor_of(
    conversations: Iterable[Conversation], agents: Iterable[Shift], past: Iterable[Conversation]
) -> Floor:
    """The floor as the tables have it; `past` are recently closed ones, oldest first."""
    floor = Floor()
    for conversation in past:
        floor.remember(conversation)
    for conversation in conversations:
        floor.put(conversation)
    for shift in agents:
        floor.put_shift(shift)
    return floor
