"""Who is there and where: what the board must know that is not an event. Handed in, never looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from antiphon.domain.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """A queue's name and opening hours."""

    id: str
    name: str = ""
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPlan:
    """An agent's name, the queues he serves and his cap before his first status says otherwise."""

    id: str
    name: str = ""
    queues: tuple[str, ...] = ()
    max_concurrency: int = 3


@dataclass(frozen=True, kw_only=True)
class Floorplan:
    """All queues and agents of one account."""

    queues: tuple[QueuePlan, ...] = ()
    agents: tuple[AgentPlan, ...] = ()

    @cached_property
    def queue(self) -> Mapping[str, QueuePlan]:
        return {queue.id: queue for queue in self.queues}

    @cached_property
    def agent(self) -> Mapping[str, AgentPlan]:
        return {agent.id: agent for agent in self.agents}
