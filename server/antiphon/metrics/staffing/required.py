"""Agents required (kpis.md F03, F06): the smallest team that meets the target by a chosen model."""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from antiphon.metrics.staffing.concurrency import state_dependent
from antiphon.metrics.staffing.erlang import Waiting, erlang_a, offered_load

MODELS = ("slots", "effective_aht", "state_dependent", "workload")
CAN_WAIT = frozenset({"email", "offline_form"})  # channels whose work is counted in hours, not queued
IMPATIENT = 0.02  # share giving up above which Erlang A replaces C (F04)
# Call Centre Helper's table of how much k chats at once speed an agent up, for want of own data.
SPEED_UP = {1: 1.0, 2: 1.7, 3: 2.5, 4: 2.9, 5: 3.5}
MOST = 10_000  # agents of one team


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One queue, channel and interval: what comes, what it takes, what is promised.

    With a `patience_s` visitors give up (Erlang A), without one they wait for ever (Erlang C).
    """

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

    @property
    def load(self) -> float:
        """Erlangs (F01)."""
        return offered_load(self.arrivals_per_h / 3600, self.handle_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """A team by a model, and what visitors will meet with it."""

    model: str
    agents: int
    waiting: Waiting


def required(demand: Demand, model: str = "slots") -> Staffing:
    """The fewest agents that meet the target; 0 when nobody comes. ValueError: no team of `MOST` does."""
    if demand.arrivals_per_h <= 0:
        return with_agents(demand, 0, model)

    def enough(agents: int) -> bool:
        return meets(demand, with_agents(demand, agents, model))

    low = max(1, math.floor(demand.target * demand.arrivals_per_h / 3600 / _pace(demand, model)))
    high, step = low, 1
    while high < MOST and not enough(high):
        low, high, step = high + 1, high + step, step * 2
    teams = range(low, min(high, MOST) + 1)
    at = bisect_left(teams, True, key=enough)
    if at == len(teams):
        raise ValueError(f"no team of {MOST} agents meets {demand}")
    return with_agents(demand, teams[at], model)


def with_agents(demand: Demand, agents: int, model: str = "slots") -> Staffing:
    """What visitors meet when so many are there."""
    return Staffing(model=model, agents=agents, waiting=_MODELS[model](demand, agents))


def meets(demand: Demand, staffing: Staffing) -> bool:
    """Is everything promised kept?

    The ceiling is one of slots: agents with several chats are rarely idle, and M2 knows agents only.
    """
    waiting = staffing.waiting
    if waiting.unstable or waiting.strict < demand.target:
        return False
    if demand.max_abandonment is not None and waiting.p_abandon > demand.max_abandonment:
        return False
    return staffing.model == "effective_aht" or waiting.occupancy <= demand.max_slot_occupancy


def curve(demand: Demand, teams: Sequence[int], model: str = "slots") -> list[Staffing]:
    """The same demand with teams of several sizes."""
    return [with_agents(demand, agents, model) for agents in teams]


def _pace(demand: Demand, model: str) -> float:
    """What one agent finishes a second at best: fewer than arrivals / pace can never serve all."""
    if model == "slots":
        return demand.concurrency / demand.handle_s
    if model == "effective_aht":
        return _factor(demand) / demand.handle_s
    if model == "workload":
        return 1 / demand.handle_s
    return max(held / chat_s for held, chat_s in enumerate(_chat_s(demand), 1))


def _factor(demand: Demand) -> float:
    return demand.speed_up or SPEED_UP.get(demand.concurrency, demand.concurrency * 0.7)


def _chat_s(demand: Demand) -> Sequence[float]:
    return demand.chat_s or (demand.handle_s,) * demand.concurrency


def _slots(demand: Demand, agents: int) -> Waiting:
    """M1: a chat waits only when all slots are full."""
    slots = agents * demand.concurrency
    return erlang_a(demand.load, slots, demand.handle_s, demand.within_s, demand.patience_s)


def _effective(demand: Demand, agents: int) -> Waiting:
    """M2: servers are agents, who take each chat the faster the more they hold."""
    factor = _factor(demand)
    handle_s = demand.handle_s / factor
    return erlang_a(demand.load / factor, agents, handle_s, demand.within_s, demand.patience_s)


def _states(demand: Demand, agents: int) -> Waiting:
    """M3: chat lengths as measured at each number of chats."""
    arrivals = demand.arrivals_per_h / 3600
    return state_dependent(arrivals, agents, _chat_s(demand), demand.within_s, demand.patience_s)


def _workload(demand: Demand, agents: int) -> Waiting:
    """Work that can wait (F06): nobody stands in line; all is done where there are hours enough for it."""
    load = demand.load
    enough = load <= agents
    return Waiting(
        model="workload", servers=agents, load=load, p_wait=0.0, asa_s=0.0 if enough else None,
        strict=float(enough), neutral=float(enough), positive=float(enough), p_abandon=0.0,
        occupancy=min(1.0, load / agents) if agents else float(load > 0), unstable=not enough,
    )  # fmt: skip


_MODELS: dict[str, Callable[[Demand, int], Waiting]] = dict(
    zip(MODELS, (_slots, _effective, _states, _workload), strict=True)
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
