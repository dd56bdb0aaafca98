"""Goals: what a number shall be. Supervisors read them to colour by, administrators set them."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.domain.goals import Goal, senseless
from antiphon.gateway.hall import Hall
from antiphon.gateway.rest.body import Body
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.metrics.catalogue import BY_ID, Kpi

Key = Annotated[str, Meta(min_length=1, max_length=80)]
Amount = Annotated[float, Meta(ge=-1e12, le=1e12)]


class GoalBody(Body, frozen=True):
    """`low`, `high` or both, inclusive, in the KPI's unit; amber is outside them by at most `margin`."""

    kpi: Key
    queue: Key | None = None
    agent: Key | None = None
    low: Amount | None = None
    high: Amount | None = None
    margin: Annotated[float, Meta(ge=0, le=1e12)] = 0.0


class GoalView(msgspec.Struct, frozen=True, kw_only=True):
    """A goal; `queue` and `agent` null: for everything."""

    id: str
    kpi: str
    queue: str | None
    agent: str | None
    low: float | None
    high: float | None
    margin: float


class GoalList(msgspec.Struct, frozen=True):
    goals: list[GoalView]


def kpi_of(hall: Hall, kpi: str, queue: str | None, agent: str | None) -> Kpi:
    """The catalogue's entry, if it can be cut that way and the place is there. Raises `Refused`."""
    entry = BY_ID.get(kpi)
    if entry is None:
        raise Refused("bad_request", "There is no such KPI.", field="kpi")
    places = (
        ("queue", queue, queue in hall.desk.rules.queues),
        ("agent", agent, hall.roster.get(agent) is not None),
    )
    for name, given, known in places:
        if given is not None and not known:
            raise Refused("bad_request", f"There is no such {name}.", field=name)
        if given is not None and name not in entry.segments:
            raise Refused("bad_request", f"{entry.name} is not counted by {name}.", field=name)
    return entry


async def goals(ask: Ask) -> GoalList:
    return GoalList([_view(goal) for goal in await ask.wire.hall.directory.goals.all()])


async def add(ask: Ask) -> GoalView:
    return await _put(ask, "")


async def change(ask: Ask) -> GoalView:
    return await _put(ask, (await _goal(ask)).id)


async def drop(ask: Ask) -> None:
    goal = await _goal(ask)
    await ask.wire.hall.directory.goals.remove(goal.id)
    await ask.wire.hall.directory.audit.add(ask.me.id, "goal_removed", goal.id, kpi=goal.kpi)


async def _put(ask: Ask, key: str) -> GoalView:
    hall, asked = ask.wire.hall, ask.body
    kpi_of(hall, asked.kpi, asked.queue, asked.agent)
    goal = Goal(
        id=key, kpi=asked.kpi, queue=asked.queue or "", agent=asked.agent or "", low=asked.low,
        high=asked.high, margin=asked.margin,
    )  # fmt: skip
    why_not = senseless(goal)
    if why_not:
        raise Refused("bad_request", why_not, field="low")
    kept = await hall.directory.goals.put(goal)
    told = {"kpi": kept.kpi, "low": kept.low, "high": kept.high, "margin": kept.margin}
    await hall.directory.audit.add(ask.me.id, "goal_changed" if key else "goal_added", kept.id, **told)
    return _view(kept)


async def _goal(ask: Ask) -> Goal:
    found = await ask.wire.hall.directory.goals.get(ask.path["id"])
    if found is None:
        raise Refused("not_found", "There is no such goal.")
    return found


def _view(goal: Goal) -> GoalView:
    return GoalView(
        id=goal.id, kpi=goal.kpi, queue=goal.queue or None, agent=goal.agent or None, low=goal.low,
        high=goal.high, margin=goal.margin,
    )  # fmt: skip


def routes(wire: Wire) -> list[Route]:
    admin: dict[str, Any] = {"role": "admin", "takes": GoalBody, "gives": GoalView}
    return [
        Route(method="GET", path="/api/goals", says="What the numbers shall be.", run=goals,
              role="supervisor", gives=GoalList),
        Route(method="POST", path="/api/goals", says="Set a goal.", run=add, status=201, **admin),
        Route(method="PUT", path="/api/goals/{id}", says="Change a goal.", run=change, **admin),
        Route(method="DELETE", path="/api/goals/{id}", says="Drop a goal.", run=drop, role="admin",
              gives=None, status=204),
    ]  # fmt: skip
