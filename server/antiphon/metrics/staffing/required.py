"""Agents required (kpis.md F03, F06): the smallest team that meets the target by a chosen model."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from antiphon.metrics.staffing.concurrency import state_dependent
from antiphon.metrics.staffing.erlang import Waiting, erlang_a, erlang_c, offered_load

MODELS = ("slots", "effective_aht", "state_dependent", "abandonment")
# Call Centre Helper's table of how much k chats at once speed an agent up, for want of own data.
SPEED_UP = {1: 1.0, 2: 1.7, 3: 2.5, 4: 2.9, 5: 3.5}
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One queue, channel and interval: what comes, what it takes, what is promised."""

    arrivals_per_h: float
    handle_s: float
    concurrency: int = 1
    within_s: float = 30
    target: float = 0.80
    max_slot_occupancy: float = 0.85
    max_abandonment: float | None = None
    patience_s: float | None = None
    speed_up: float | None = None  # measured concurrency factor of M2
    chat_s: Sequence[float] = ()  # measured chat lengths at 1, 2, … chats, for M3


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """The answer, and what visitors will meet with it."""

    model: str
    agents: int
    waiting: Waiting


def required(demand: Demand, model: str = "slots") -> Staffing:
    """The fewest agents that meet the target; 0 when nobody comes."""
    if demand.arrivals_per_h <= 0:
        return Staffing(model=model, agents=0, waiting=erlang_c(0, 0, demand.handle_s, demand.within_s))
    meets = _MODELS[model]
    for agents in range(1, _MOST):
        waiting = meets(demand, agents)
        if _good_enough(demand, waiting):
            return Staffing(model=model, agents=agents, waiting=waiting)
    raise ValueError(f"no team of fewer than {_MOST} agents meets {demand}")


def _good_enough(demand: Demand, waiting: Waiting) -> bool:
    if waiting.unstable or waiting.strict < demand.target:
        return False
    if demand.max_abandonment is not None and waiting.p_abandon > demand.max_abandonment:
        return False
    return waiting.model == "state_dependent" or waiting.occupancy <= demand.max_slot_occupancy


def _arrivals(demand: Demand) -> float:
    return demand.arrivals_per_h / 3600


def _slots(demand: Demand, agents: int) -> Waiting:
    """M1: a chat waits only when all slots are full."""
    load = offered_load(_arrivals(demand), demand.handle_s)
    return erlang_c(load, agents * demand.concurrency, demand.handle_s, demand.within_s)


def _effective(demand: Demand, agents: int) -> Waiting:
    """M2: servers are agents, who take each chat the faster the more they hold."""
    factor = demand.speed_up or SPEED_UP.get(demand.concurrency, demand.concurrency * 0.7)
    handle_s = demand.handle_s / factor
    return erlang_c(offered_load(_arrivals(demand), handle_s), agents, handle_s, demand.within_s)


def _states(demand: Demand, agents: int) -> Waiting:
    """M3: chat lengths as measured at each number of chats."""
    chat_s = demand.chat_s or (demand.handle_s,) * demand.concurrency
    return state_dependent(_arrivals(demand), agents, chat_s, demand.within_s)


def _abandonment(demand: Demand, agents: int) -> Waiting:
    """M1 with impatient visitors: Erlang A over slots."""
    load = offered_load(_arrivals(demand), demand.handle_s)
    slots = agents * demand.concurrency
    return erlang_a(load, slots, demand.handle_s, demand.within_s, demand.patience_s)


_MODELS: dict[str, Callable[[Demand, int], Waiting]] = dict(
    zip(MODELS, (_slots, _effective, _states, _abandonment), strict=True)
)


def rostered(agents: int, shrinkage: float) -> int:
    """Agents to plan so that so many are there: divided by what is left, never multiplied by 1 + s."""
    if not 0 <= shrinkage < 1:
        raise ValueError("shrinkage is a share below 1")
    return math.ceil(round(agents / (1 - shrinkage), 9))


def agents_for_work(
    items: float, handle_s: float, hours: float, utilisation: float = 0.85, min_agents: int = 0
) -> int:
    """Agents for work that can wait (tickets, e-mail): no queueing, only hours."""
    need = items * handle_s / 3600 / (hours * utilisation) if hours and utilisation else 0
    return max(min_agents, math.ceil(round(need, 9)))
