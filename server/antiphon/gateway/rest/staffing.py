"""How many agents it takes, interval by interval, and what would be if (kpis.md §12)."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway.rest.body import Body
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.rest.shifts import Period
from antiphon.gateway.sockets import Wire
from antiphon.journal import rosters
from antiphon.metrics.answers import instant
from antiphon.metrics.calendar import zone_of
from antiphon.metrics.staffing import Demand
from antiphon.metrics.staffing.outlook import INTERVALS, Floor, Member, Outlook, Wanted, outlook
from antiphon.metrics.staffing.plan import Promise
from antiphon.metrics.staffing.what_if import WhatIf, what_if

_LOAD = 10_000  # erlangs of one interval
_WORK = 300_000  # erlangs of all intervals of one question

Model = Literal["slots", "effective_aht", "state_dependent", "workload"]
Share = Annotated[float, Meta(ge=0, le=1)]
Shrinkage = Annotated[float, Meta(ge=0, le=0.95)]
Seconds = Annotated[float, Meta(ge=1, le=86_400)]
Name = Annotated[str, Meta(max_length=80)]


class StaffingQuery(Period, frozen=True):
    """`shrinkage` instead of the measured one; `trend` and `weighted` as kpis.md F08 has them."""

    interval: Literal["15m", "30m", "1h"] = "30m"
    queue: Name = ""
    channel: Name = ""
    by: Literal["queue", "queue,channel"] = "queue"
    model: Model = "slots"
    shrinkage: Shrinkage | None = None
    max_occupancy: Annotated[float, Meta(ge=0.05, le=1)] = 0.85
    max_abandonment: Share | None = None
    min_agents: Annotated[int, Meta(ge=0, le=1_000)] = 0
    trend: bool = False
    weighted: bool = False


class What(Body, frozen=True):
    """Figures to try. `agents`: a team to look at; `of`: the interval of the curve, else the busiest."""

    arrivals_per_h: Annotated[
        list[Annotated[float, Meta(ge=0, le=100_000)]], Meta(min_length=1, max_length=INTERVALS)
    ]
    handle_s: Seconds
    concurrency: Annotated[int, Meta(ge=1, le=50)] = 1
    model: Model = "slots"
    within_s: Annotated[float, Meta(ge=0, le=86_400)] = 30
    target: Annotated[float, Meta(ge=0, le=0.999)] = 0.80
    max_occupancy: Annotated[float, Meta(ge=0.05, le=1)] = 0.85
    max_abandonment: Annotated[float, Meta(ge=0.001, le=1)] | None = None
    patience_s: Seconds | None = None
    speed_up: Annotated[float, Meta(ge=1, le=50)] | None = None
    chat_s: Annotated[list[Seconds], Meta(max_length=50)] = msgspec.field(default_factory=list)
    shrinkage: Shrinkage = 0.0
    agents: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    of: Annotated[int, Meta(ge=0)] | None = None


async def forecast(ask: Ask) -> Outlook:
    """What comes, who is needed, who is there; inputs are the KPIs of the weeks before."""
    hall, query = ask.wire.hall, ask.query
    zone = zone_of(query.tz)
    wanted = Wanted(
        from_ms=instant(query.since, zone, "from"), to_ms=instant(query.until, zone, "to"),
        now_ms=hall.desk.now_ms(), tz=query.tz, interval=query.interval, queue=query.queue,
        channel=query.channel, by_channel=query.by != "queue", shrinkage=query.shrinkage,
        promise=Promise(
            model=query.model, max_slot_occupancy=query.max_occupancy, max_abandonment=query.max_abandonment,
            min_agents=query.min_agents, trend=query.trend, weighted=query.weighted,
        ),
    )  # fmt: skip
    return await outlook(hall.answers, wanted, await _floor(ask, wanted))


async def _floor(ask: Ask, wanted: Wanted) -> Floor:
    hall = ask.wire.hall
    return Floor(
        team={
            user.id: Member(
                queues=frozenset(hall.views.queues_of(user)), max_concurrency=user.max_concurrency
            )
            for user in hall.roster.all()
            if not user.disabled
        },
        shifts=await rosters.shifts(hall.desk.store.database, wanted.from_ms, wanted.to_ms),
        hours={queue.id: queue.hours for queue in hall.desk.rules.queues.values()},
    )


async def suppose(ask: Ask) -> WhatIf:
    """Reckoned beside the event loop: a thousand agents are a second's work."""
    what: What = ask.body
    loads = [arrivals * what.handle_s / 3600 for arrivals in what.arrivals_per_h]
    if max(loads) > _LOAD or sum(loads) > _WORK:
        raise Refused("too_many", "That is more work than one team can have.", field="arrivals_per_h")
    if what.of is not None and what.of >= len(loads):
        raise Refused("bad_request", "There is no such interval.", field="of")
    demand = Demand(
        arrivals_per_h=0, handle_s=what.handle_s, concurrency=what.concurrency, within_s=what.within_s,
        target=what.target, max_slot_occupancy=what.max_occupancy, max_abandonment=what.max_abandonment,
        patience_s=what.patience_s, speed_up=what.speed_up, chat_s=what.chat_s,
    )  # fmt: skip
    more: dict[str, Any] = {"model": what.model, "shrinkage": what.shrinkage, "agents": what.agents}
    try:
        return await asyncio.to_thread(what_if, demand, what.arrivals_per_h, **more, of=what.of)
    except ValueError:
        raise Refused(
            "bad_request", "No team is large enough to keep that promise.", field="target"
        ) from None


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/staffing", says="Who is needed, interval by interval.", run=forecast,
              role="supervisor", query=StaffingQuery, gives=Outlook, long=True),
        Route(method="POST", path="/api/staffing/what-if", says="Who would be needed, with other figures.",
              run=suppose, role="supervisor", takes=What, gives=WhatIf),
    ]  # fmt: skip
