"""One agent's history → status stretches, shifts, employment.

A status lasts until the next change; two tabs are one agent, which the desk has settled before it wrote.
A cap that a change does not name stays what it was.
"""

from collections.abc import Sequence
from typing import NamedTuple

from antiphon.domain.events import Event
from antiphon.domain.roster import planned
from antiphon.metrics.facts.conversation import known
from antiphon.metrics.facts.reading import agent_of, text
from antiphon.metrics.facts.rows import NEVER, Employment, Shift, Status
from antiphon.metrics.settings import Settings


class AgentFacts(NamedTuple):
    """All rows of one agent; the field names are the names of the tables."""

    status: tuple[Status, ...]
    shift: tuple[Shift, ...]
    employment: tuple[Employment, ...]


def fold_agent(events: Sequence[Event], as_of_ms: int, settings: Settings) -> AgentFacts:
    """The rows of one agent as they were known at `as_of_ms`."""
    events = known(events, as_of_ms)
    return AgentFacts(_statuses(events, settings.max_concurrency), _shifts(events), _employments(events))


def _statuses(events: Sequence[Event], capacity: int) -> tuple[Status, ...]:
    rows: list[Status] = []
    queues: tuple[str, ...] = ()
    for event in events:
        if event.kind != "agent_status":
            continue
        cap = event.data.get("max_concurrency")
        capacity = cap if isinstance(cap, int) and cap >= 0 else capacity
        named = event.data.get("queues")
        queues = tuple(text(q) for q in named) if isinstance(named, list | tuple) else queues
        if rows:
            rows[-1] = rows[-1]._replace(to_at=event.at_ms)
        status, reason = text(event.data.get("status")), text(event.data.get("reason"))
        rows.append(Status(agent_of(event), status, reason, event.at_ms, NEVER, capacity, queues))
    return tuple(rows)


def _shifts(events: Sequence[Event]) -> tuple[Shift, ...]:
    return tuple(Shift(agent_of(events[0]), start, end) for start, end in planned(events))


def _employments(events: Sequence[Event]) -> tuple[Employment, ...]:
    rows: list[Employment] = []
    for event in events:
        if event.kind == "employee_hired":
            rows.append(Employment(agent_of(event), event.at_ms, NEVER, 0))
        elif event.kind == "employee_left":
            started = rows.pop().from_at if rows and rows[-1].to_at == NEVER else -NEVER
            voluntary = 1 if event.data.get("voluntary") else 0
            rows.append(Employment(agent_of(event), started, event.at_ms, voluntary))
    return tuple(rows)
