"""What if: the same models with figures somebody sets, for many intervals; and how much one agent matters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from antiphon.metrics.staffing.plan import Met, met
from antiphon.metrics.staffing.required import Demand, curve, required, rostered, with_agents

_POINTS = 8  # of the curve, on either side of what is required


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One interval's answer; `at_agents` is what the asked team gives."""

    arrivals_per_h: float
    load: float
    required: int
    rostered: int
    at_required: Met
    at_agents: Met | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`curve` is the sensitivity of interval number `of`: the same demand with fewer and with more agents."""

    intervals: Sequence[Need]
    of: int
    curve: Sequence[Met]


def what_if(
    demand: Demand, arrivals_per_h: Sequence[float], *, model: str = "slots", shrinkage: float = 0.0,
    agents: int | None = None, of: int | None = None,
) -> WhatIf:  # fmt: skip
    """Needs of every interval with `demand`'s figures; the curve is of interval `of`, else of the busiest.

    ValueError when no team in the world is large enough.
    """
    needs: dict[float, Need] = {}
    for arrivals in dict.fromkeys(arrivals_per_h):
        needs[arrivals] = _need(replace(demand, arrivals_per_h=arrivals), model, shrinkage, agents)
    at = of if of is not None else max(range(len(arrivals_per_h)), key=lambda i: arrivals_per_h[i])
    one = needs[arrivals_per_h[at]]
    return WhatIf(
        intervals=[needs[arrivals] for arrivals in arrivals_per_h], of=at,
        curve=_curve(replace(demand, arrivals_per_h=one.arrivals_per_h), one.required, model, agents),
    )  # fmt: skip


def _need(demand: Demand, model: str, shrinkage: float, agents: int | None) -> Need:
    found = required(demand, model)
    return Need(
        arrivals_per_h=demand.arrivals_per_h, load=demand.load, required=found.agents,
        rostered=rostered(found.agents, shrinkage), at_required=met(found),
        at_agents=None if agents is None else met(with_agents(demand, agents, model)),
    )  # fmt: skip


def _curve(demand: Demand, needed: int, model: str, agents: int | None) -> list[Met]:
    """Teams around the required one, in steps that show the bend; the asked team is one of them."""
    step = max(1, needed // (2 * _POINTS))
    teams = {max(0, needed + step * n) for n in range(-_POINTS, _POINTS + 1)}
    teams |= {agents} if agents is not None else set()
    return [met(one) for one in curve(demand, sorted(teams), model)]
