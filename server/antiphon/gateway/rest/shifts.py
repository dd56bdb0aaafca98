"""The roster: when agents are paid to be there, and who joins or leaves the team."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from antiphon.domain import commands as ask_for
from antiphon.domain.agent import stream_of
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal import rosters
from antiphon.journal.people import User
from antiphon.metrics.answers import instant
from antiphon.metrics.calendar import zone_of

_LONGEST_MS = 24 * 3_600_000  # of one shift
_FAR_MS = 366 * 86_400_000  # before or after now
_SPAN_MS = 92 * 86_400_000  # of one list

Agent = Annotated[str, Meta(min_length=1, max_length=80)]
Instant = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]


class Period(Query, frozen=True):
    """Instants as reports take them: ISO 8601 or milliseconds, local to `tz` where no zone is said."""

    since: Annotated[str, Meta(max_length=40)] = msgspec.field(name="from")
    until: Annotated[str, Meta(max_length=40)] = msgspec.field(name="to")
    tz: Annotated[str, Meta(max_length=60)] = "UTC"


class RosterQuery(Period, frozen=True):
    agent: Agent | None = None


class ShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """`[start_ms, end_ms)` of paid time."""

    agent: str
    name: str
    start_ms: int
    end_ms: int


class Roster(msgspec.Struct, frozen=True):
    shifts: list[ShiftView]


class NewShift(Body, frozen=True):
    agent: Agent
    start_ms: Instant
    end_ms: Instant


class OldShift(Query, frozen=True):
    agent: Agent
    start_ms: Instant
    end_ms: Instant


class Employment(Body, frozen=True):
    event: Literal["hired", "left"]
    voluntary: bool = False


async def listed(ask: Ask) -> Roster:
    """Every shift that touches the period, agent by agent, in the order of time."""
    query: RosterQuery = ask.query
    zone = zone_of(query.tz)
    from_ms, to_ms = instant(query.since, zone, "from"), instant(query.until, zone, "to")
    if not 0 < to_ms - from_ms <= _SPAN_MS:
        raise Refused("bad_request", "The period must end after it begins, within 92 days.", field="to")
    hall = ask.wire.hall
    found = await rosters.shifts(hall.desk.store.database, from_ms, to_ms)
    return Roster(
        [
            ShiftView(agent=agent, name=hall.roster.person(agent).name, start_ms=start, end_ms=end)
            for agent, mine in found.items()
            if query.agent in (None, agent)
            for start, end in mine
        ]
    )


async def plan(ask: Ask) -> ShiftView:
    """What was planned for the agent in that time before gives way."""
    new: NewShift = ask.body
    user = await _agent(ask, new.agent)
    if user.disabled:
        raise Refused("conflict", f"{user.name} does not work here any more.", field="agent")
    await _put(ask, new, withdrawn=False)
    return ShiftView(agent=user.id, name=user.name, start_ms=new.start_ms, end_ms=new.end_ms)


async def withdraw(ask: Ask) -> None:
    """Nothing is planned for the agent in that time any more, whatever was."""
    await _agent(ask, ask.query.agent)
    await _put(ask, ask.query, withdrawn=True)


async def _put(ask: Ask, given: NewShift | OldShift, *, withdrawn: bool) -> None:
    desk = ask.wire.hall.desk
    if not 0 < given.end_ms - given.start_ms <= _LONGEST_MS:
        raise Refused("bad_request", "A shift ends after it begins, within 24 hours.", field="end_ms")
    if abs(given.start_ms - desk.now_ms()) > _FAR_MS:
        raise Refused("bad_request", "A shift is planned within a year of today.", field="start_ms")
    await desk.of_agent(
        ask_for.PlanShift(
            conversation=stream_of(given.agent), actor=_me(ask), agent=given.agent,
            start_ms=given.start_ms, end_ms=given.end_ms, withdrawn=withdrawn,
        )
    )  # fmt: skip


async def employ(ask: Ask) -> None:
    """From now on: what turnover, retention and tenure are counted from."""
    hall, given = ask.wire.hall, ask.body
    user = await _agent(ask, ask.path["id"])
    left = given.event == "left"
    if await rosters.employed(hall.desk.store.database, user.id) is (not left):
        raise Refused("conflict", f"{user.name} has {given.event} already.", field="event")
    await hall.desk.of_agent(
        ask_for.Employ(
            conversation=stream_of(user.id), actor=_me(ask), agent=user.id, left=left,
            voluntary=given.voluntary,
        )
    )  # fmt: skip
    await hall.directory.audit.add(ask.me.id, f"employee_{given.event}", user.id)


async def _agent(ask: Ask, agent: str) -> User:
    user = await ask.wire.hall.directory.people.by_id(agent)
    if user is None:
        raise Refused("not_found", "There is no such agent.", field="agent")
    return user


def _me(ask: Ask) -> Actor:
    return Actor(kind="agent", id=ask.me.id, name=ask.me.name)


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/shifts", says="Who is paid to be there, and when.", run=listed,
              role="supervisor", query=RosterQuery, gives=Roster),
        Route(method="POST", path="/api/shifts", says="Plan a shift.", run=plan, role="supervisor",
              takes=NewShift, gives=ShiftView, status=201),
        Route(method="DELETE", path="/api/shifts", says="Withdraw what is planned in a stretch of time.",
              run=withdraw, role="supervisor", query=OldShift, gives=None, status=204),
        Route(method="POST", path="/api/agents/{id}/employment", says="An agent joins the team or leaves it.",
              run=employ, role="supervisor", takes=Employment, gives=None, status=204),
    ]  # fmt: skip
