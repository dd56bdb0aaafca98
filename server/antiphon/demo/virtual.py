"""VirtualDesk: a whole desk in virtual time. The pure core under a clock that jumps.

Rules:
1. Nothing of the desk's behaviour is written again here: `decide`, `evolve`, `Floor` and
   `routing.offers` do it; this only says *when*.
2. `now_ms` goes from one planned action to the next; actions of one instant run in the order
   they were planned. With the same actions and seed the same journal comes out.
3. `journal` is in the order of time, each entry ready for `Store.append`.

Used for the demo's history; anybody who wants to simulate a desk may use it.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from itertools import count
from typing import Any

from antiphon.domain import agent as shifts
from antiphon.domain import commands as ask
from antiphon.domain import surveys
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation, evolve
from antiphon.domain.decide import decide
from antiphon.domain.errors import Refused
from antiphon.domain.events import SYSTEM, Actor, Event
from antiphon.domain.floor import Floor
from antiphon.domain.routing import offers
from antiphon.domain.rules import Queue, Rules, Site
from antiphon.journal.store import Append

Play = Iterator[int]  # somebody's doings: each item is how long until he does the next, in ms


class VirtualDesk:
    """`on_offer(conversation, agent)` is told when a console rings; it plans what the agent does."""

    def __init__(self, rules: Rules, start_ms: int) -> None:
        self.rules, self.now_ms = rules, start_ms
        self.floor = Floor()
        self.journal: list[Append] = []
        self.on_offer: Callable[[str, str], None] = lambda conversation, agent: None
        self._states: dict[str, Conversation] = {}
        self._asked_nps_ms: dict[str, int] = {}
        self._plans: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()

    # -- time -------------------------------------------------------------------------------------

    def at(self, at_ms: int, action: Callable[[], object]) -> None:
        """Plan an action; what is already past happens next."""
        heapq.heappush(self._plans, (max(at_ms, self.now_ms), next(self._order), action))

    def after(self, delay_ms: int, action: Callable[[], object]) -> None:
        self.at(self.now_ms + delay_ms, action)

    def play(self, doings: Play) -> None:
        """Let somebody act: run to his next pause, and go on after it."""
        delay_ms = next(doings, None)
        if delay_ms is not None:
            self.after(delay_ms, lambda: self.play(doings))

    def run(self, until_ms: int) -> None:
        """Everything planned before `until_ms`; then it is `until_ms`."""
        while self._plans and self._plans[0][0] < until_ms:
            self.now_ms, _, action = heapq.heappop(self._plans)
            action()
        self.now_ms = max(self.now_ms, until_ms)

    # -- asking -----------------------------------------------------------------------------------

    def state(self, conversation: str) -> Conversation:
        return self._states.get(conversation) or Conversation(id=conversation)

    def conversations(self) -> list[Conversation]:
        return list(self._states.values())

    def handle(self, command: ask.Command) -> bool:
        """Obey a command. False when it was refused; then nothing has happened."""
        c = self.state(command.conversation)
        try:
            events = decide(c, self._estimated(command), self.now_ms, self.rules)
        except Refused:
            return False
        if events:
            self._happened(c, events)
            self._route()
        return True

    def of_agent(self, command: ask.SetStatus | ask.PlanShift) -> None:
        """An agent's presence, or when he is paid to be there."""
        shift = self.floor.agents.get(command.agent) or Shift(agent=command.agent)
        events = [replace(e, n=shift.n + 1) for e in shifts.decide(shift, command, self.now_ms)]
        for event in events:
            self.floor.apply(event)
            after = self.floor.agents[command.agent]
            self.journal.append(Append(stream=event.stream, expected=shift.n, events=(event,), state=after))
        self._route()

    def end(
        self, conversation: str, actor: Actor = SYSTEM, *, resolved: bool = False, reason: str | None = None
    ) -> bool:
        """Close it, with the survey that applies and wrap-up for its agents."""
        c = self.state(conversation)
        return self.handle(
            ask.End(
                conversation=conversation, actor=actor, resolved=resolved, reason=reason, wrapup=True,
                survey=surveys.survey_id(c), questions=self._questions(c),
            )
        )  # fmt: skip

    # -- inside -----------------------------------------------------------------------------------

    def _happened(self, c: Conversation, events: list[Event]) -> None:
        numbered, n = [], c.n
        for event in events:
            own = event.stream == c.id
            n += own
            numbered.append(replace(event, n=n if own else 1))
            self.floor.apply(numbered[-1])
        after = self._after(c, numbered)
        self._states[c.id] = after
        self.journal.append(Append(stream=c.id, expected=c.n, events=tuple(numbered), state=after))
        for event in numbered:
            self._deadline(after, event)

    def _after(self, c: Conversation, events: list[Event]) -> Conversation:
        """The floor has folded them already, unless it keeps the conversation no longer."""
        known = self.floor.open.get(c.id)
        if known is None:
            return reduce(evolve, (event for event in events if event.stream == c.id), c)
        return known

    def _deadline(self, c: Conversation, event: Event) -> None:
        """What will happen by itself (the timers' part)."""
        queue = self.rules.queues.get(c.queue or "") or Queue(id="", name="")
        if event.kind == "offer_made":
            self.at(event.data["expires_ms"], lambda: self._expire(c.id, event))
            self.on_offer(c.id, event.data["agent"])
        elif event.kind == "wrapup_started":
            done = ask.Wrapup(conversation=c.id, agent=event.data["agent"], done=True)
            self.after(queue.wrapup_max_s * 1000, lambda: self._wrapped(done, event.at_ms))
        elif event.kind == "visitor_disconnected":
            gone = ask.VisitorGone(conversation=c.id)
            self.after(self._site(c).disconnect_grace_s * 1000 + 1, lambda: self._gone(gone, event.at_ms))
        elif event.kind == "survey_offered" and "nps" in event.data["kinds"]:
            self._asked_nps_ms[c.visitor] = event.at_ms

    def _expire(self, conversation: str, offered: Event) -> None:
        offer = self.state(conversation).offered_to(offered.data["agent"])
        if offer and offer.made_ms == offered.at_ms:
            self.handle(ask.ExpireOffer(conversation=conversation, agent=offer.agent))

    def _wrapped(self, done: ask.Wrapup, since_ms: int) -> None:
        open_ = self.state(done.conversation).wrapups
        if any(w.agent == done.agent and w.since_ms == since_ms for w in open_):
            self.handle(done)

    def _gone(self, gone: ask.VisitorGone, since_ms: int) -> None:
        if self.state(gone.conversation).away_since_ms == since_ms:
            self.handle(gone)

    def _route(self) -> None:
        """Ring the consoles whose turn it is."""
        for c, agent in list(offers(self.floor, self.now_ms)):
            queue = self.rules.queues[c.queue or ""]
            self.handle(
                ask.MakeOffer(conversation=c.id, agent=agent, timeout_ms=queue.offer_timeout_s * 1000)
            )

    def _estimated(self, command: ask.Command) -> ask.Command:
        """What the visitor is told of the wait (the desk's part)."""
        if isinstance(command, ask.BotAnswer) and command.handoff:
            handoff = self._estimated(command.handoff)
            assert isinstance(handoff, ask.RequestHandoff)
            return replace(command, handoff=handoff)
        if isinstance(command, ask.RequestHandoff):
            place = self.floor.queued(command.queue) + 1
            return replace(command, estimate_s=self.floor.estimate_at(command.queue, place))
        return command

    def _questions(self, c: Conversation) -> tuple[Mapping[str, Any], ...]:
        last_ms = self._asked_nps_ms.get(c.visitor)
        wanted = self._site(c).surveys
        return surveys.questions(wanted, c.language, last_nps_ms=last_ms, now_ms=self.now_ms)

    def _site(self, c: Conversation) -> Site:
        return self.rules.sites[c.site]
