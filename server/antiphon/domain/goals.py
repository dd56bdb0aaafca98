"""What a number shall be: a target per KPI, with an amber zone beside it.

One shape says three directions: only `low` means that higher is better, only `high` that lower
is, both that it belongs between them. Ends are inclusive (kpis.md G4), in the KPI's own unit.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """For everything, or for one `queue` or `agent` ("" is all); within `margin` outside it is amber."""

    id: str
    kpi: str
    queue: str = ""
    agent: str = ""
    low: float | None = None
    high: float | None = None
    margin: float = 0.0


def senseless(goal: Goal) -> str | None:
    """Why this is no goal, in a sentence; None when it is one."""
    if goal.low is None and goal.high is None:
        return "Say at least one end."
    if goal.low is not None and goal.high is not None and goal.low > goal.high:
        return "The low end is above the high end."
    if goal.queue and goal.agent:
        return "For a queue or for an agent, not for both."
    return None
