"""What the board shows of queues and agents themselves: who is there, with what, since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from antiphon.metrics.facts import NEVER, AgentFacts, ConversationFacts
from antiphon.metrics.facts.rows import Status
from antiphon.metrics.floorplan import AgentPlan, Floorplan
from antiphon.metrics.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNow:
    """One agent at this moment."""

    plan: AgentPlan
    status: str
    reason: str
    since_ms: int
    max_concurrency: int
    queues: tuple[str, ...]
    conversations: tuple[str, ...]
    wrapups: int

    @property
    def load(self) -> int:
        return len(self.conversations) + self.wrapups

    @property
    def free(self) -> int:
        return max(0, self.max_concurrency - self.load) if self.status == "online" else 0


class Scene:
    """The floor as the folds see it."""

    def __init__(
        self, facts: Iterable[Any], queues: Iterable[str], floorplan: Floorplan, q: Question
    ) -> None:
        self.floorplan, self.now_ms = floorplan, q.now_ms
        self._engaged: dict[str, list[str]] = {}
        self._wrapups: dict[str, int] = {}
        self._statuses: dict[str, Status] = {}
        self._entered: dict[str, list[int]] = {}
        self._seen_queues = set(queues)
        for rows in facts:
            if isinstance(rows, ConversationFacts):
                self._conversation(rows)
            elif isinstance(rows, AgentFacts) and rows.status:
                self._statuses[rows.status[-1].agent] = rows.status[-1]

    def _conversation(self, facts: ConversationFacts) -> None:
        for one in facts.engagement:
            if one.ended_at == NEVER:
                self._engaged.setdefault(one.agent, []).append(one.conversation)
        for wrap in facts.wrapup:
            if wrap.to_at == NEVER:
                self._wrapups[wrap.agent] = self._wrapups.get(wrap.agent, 0) + 1
        if not facts.conversation[0].spam:
            for visit in facts.visit:
                if visit.known_at == NEVER:
                    self._entered.setdefault(visit.queue, []).append(visit.entered_at)

    def queues(self) -> list[str]:
        """Planned queues in their order, then those only the journal knows."""
        planned = [queue.id for queue in self.floorplan.queues]
        return planned + sorted(self._seen_queues - set(planned))

    def waiting_since(self, queue: str) -> list[int]:
        """When those who wait in the queue entered it, longest first."""
        return sorted(self._entered.get(queue, ()))

    def agents(self) -> list[AgentNow]:
        """Planned agents in their order, then those only the journal knows."""
        planned = [agent.id for agent in self.floorplan.agents]
        known = self._statuses.keys() | self._engaged.keys() | self._wrapups.keys()
        return [self._agent(agent) for agent in (*planned, *sorted(known - set(planned)))]

    def _agent(self, agent: str) -> AgentNow:
        plan = self.floorplan.agent.get(agent) or AgentPlan(id=agent, name=agent)
        status = self._statuses.get(agent)
        return AgentNow(
            plan=plan,
            status=status.status if status else "offline",
            reason=status.reason if status else "",
            since_ms=status.from_at if status else 0,
            max_concurrency=status.capacity if status else plan.max_concurrency,
            queues=(status.queues if status else ()) or plan.queues,
            conversations=tuple(sorted(self._engaged.get(agent, ()))),
            wrapups=self._wrapups.get(agent, 0),
        )


def serving(agents: Iterable[AgentNow], queue: str) -> list[AgentNow]:
    """The agents who serve a queue; one without any named queue serves all."""
    return [agent for agent in agents if not agent.queues or queue in agent.queues]
