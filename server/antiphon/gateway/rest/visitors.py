"""Visitors: finding them, what is kept of one, and forgetting him."""

from typing import Annotated, Any

from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway import frames
from antiphon.gateway.access import at_least
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal.tickets import Wanted
from antiphon.journal.visitors import Visitor


class FindQuery(Query, frozen=True):
    q: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class BlockBody(Body, frozen=True):
    blocked: bool


async def found(ask: Ask) -> dict[str, Any]:
    listed = await ask.wire.hall.directory.visitors.search(ask.query.q, ask.query.limit)
    return {"visitors": [await _view(ask, visitor) for visitor in listed]}


async def one(ask: Ask) -> dict[str, Any]:
    """The person and his conversations; an agent must be able to read one of them."""
    visitor = await _visitor(ask)
    mine = await _readable(ask, visitor)
    return {"visitor": await _view(ask, visitor), "conversations": mine}


async def export(ask: Ask) -> dict[str, Any]:
    """Everything that is kept of a person, as he may ask for it."""
    visitor, hall = await _visitor(ask), ask.wire.hall
    ids = await hall.directory.visitors.conversations(visitor.id, 10_000)
    history = []
    for key in ids:
        events = hall.render.frames(await hall.desk.history(key), "visitor")
        history.append({"conversation": key, "events": events})
    found, _ = await hall.directory.tickets.search(Wanted(visitor=visitor.id), limit=10_000, cursor=None)
    tickets = [
        {"ticket": one.id, "events": hall.render.frames(await hall.desk.history(one.stream), "staff")}
        for one in found
    ]
    await hall.directory.audit.add(ask.me.id, "visitor_exported", visitor.id)
    return {"visitor": await _view(ask, visitor), "conversations": history, "tickets": tickets}


async def erase(ask: Ask) -> dict[str, Any]:
    """Blank his name and all words of his conversations. Counts and numbers stay."""
    visitor, hall = await _visitor(ask), ask.wire.hall
    blanked = await hall.directory.visitors.erase(visitor.id)
    hall.teacher.forget()
    for seat in hall.seats.of_visitor(visitor.id):
        hall.server.drop(seat.sid, seat.namespace, "erased")
    ask.wire.pulse.forget(visitor.id)
    await hall.directory.audit.add(ask.me.id, "visitor_erased", visitor.id, messages=blanked)
    return {"erased": visitor.id, "messages": blanked}


async def block(ask: Ask) -> dict[str, Any]:
    visitor, hall = await _visitor(ask), ask.wire.hall
    await hall.directory.visitors.change(visitor.id, {"blocked": ask.body.blocked})
    if ask.body.blocked:
        for seat in hall.seats.of_visitor(visitor.id):
            hall.server.drop(seat.sid, seat.namespace, "blocked")
    await hall.directory.audit.add(ask.me.id, "visitor_blocked", visitor.id, blocked=ask.body.blocked)
    return {"visitor": visitor.id, "blocked": ask.body.blocked}


async def _visitor(ask: Ask) -> Visitor:
    visitor = await ask.wire.hall.directory.visitors.by_id(ask.path["id"])
    if visitor is None:
        raise _no_such()
    return visitor


async def _readable(ask: Ask, visitor: Visitor) -> list[str]:
    hall = ask.wire.hall
    states = [await hall.desk.state(key) for key in await hall.directory.visitors.conversations(visitor.id)]
    mine = [c.id for c in states if c is not None and hall.access.may_read(ask.me, c)]
    if not mine and not at_least(ask.me, "supervisor"):
        raise _no_such()
    return mine


async def _view(ask: Ask, visitor: Visitor) -> frames.VisitorView:
    connected = ask.wire.hall.presence.connected("visitor", visitor.id)
    return await ask.wire.hall.views.visitor(visitor.id, visitor, connected)


def _no_such() -> Refused:
    return Refused("not_found", "There is no such visitor.")


def routes(wire: Wire) -> list[Route]:
    base = "/api/visitors/{id}"
    return [
        Route(method="GET", path="/api/visitors", says="Find visitors, the last seen first.", run=found,
              role="supervisor", query=FindQuery),
        Route(method="GET", path=base, says="One visitor and his conversations.", run=one),
        Route(method="GET", path=f"{base}/export", says="All that is kept of a visitor.", run=export,
              role="supervisor"),
        Route(method="POST", path=f"{base}/erase", says="Forget a visitor; counts stay.", run=erase,
              role="admin"),
        Route(method="PUT", path=f"{base}/blocked", says="Shut a visitor out, or not.", run=block,
              role="supervisor", takes=BlockBody),
    ]  # fmt: skip
