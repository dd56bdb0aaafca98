"""Tickets: what is answered later. An agent sees those of his queues, of none, and his own."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from antiphon.domain import ticket as tickets
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor
from antiphon.domain.ticket import Priority, Status, Ticket
from antiphon.gateway import frames
from antiphon.gateway.access import at_least
from antiphon.gateway.auth import conversation_id
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal.tickets import Wanted

Id = Annotated[str, Meta(min_length=1, max_length=73)]
Text = Annotated[str, Meta(min_length=1, max_length=10_000)]
_STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")
_TODO = ("new", "open", "pending", "on_hold")


class ListQuery(Query, frozen=True):
    """`status`: one or several with commas, or `todo`: neither solved nor closed."""

    status: Annotated[str, Meta(max_length=80)] | None = None
    queue: Id | None = None
    agent: Id | None = None
    priority: Annotated[str, Meta(max_length=40)] | None = None
    visitor: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(max_length=300)] | None = None


class NewTicket(Body, frozen=True, kw_only=True):
    """A repeat of its `cmid` makes no second ticket."""

    cmid: frames.Cmid
    subject: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(max_length=10_000)] = ""
    queue: Id
    priority: Priority = "normal"
    topic: Annotated[str, Meta(max_length=80)] | None = None
    visitor: Id | None = None
    due_ms: Annotated[int, Meta(ge=0)] | None = None


class ReplyBody(Body, frozen=True):
    """`public` False: a note among colleagues. `status`: what it is from now on."""

    cmid: frames.Cmid
    text: Text
    public: bool = True
    status: Status | None = None


class ChangeBody(Body, frozen=True):
    """What is left out stays as it is; `agent` null takes it from whoever has it."""

    status: Status | None = None
    priority: Priority | None = None
    agent: Id | None | msgspec.UnsetType = msgspec.UNSET
    queue: Id | None = None


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it now is; times are UTC milliseconds."""

    id: str
    status: str
    priority: str | None
    queue: str | None
    agent: frames.Person | None
    topic: str | None
    channel: str | None
    conversation: str | None
    visitor: str | None
    visitor_name: str | None
    subject: str | None
    created_at_ms: int
    replied_at_ms: int | None
    last_at_ms: int
    head: int


class TicketList(msgspec.Struct, frozen=True):
    tickets: list[TicketView]
    cursor: str | None


class WholeTicket(msgspec.Struct, frozen=True):
    """With everything that happened to it, words included."""

    ticket: TicketView
    events: list[frames.EventFrame]


async def listed(ask: Ask) -> TicketList:
    hall, query = ask.wire.hall, ask.query
    everything = at_least(ask.me, "supervisor")
    wanted = Wanted(
        status=_statuses(query.status), queue=query.queue, agent=query.agent, priority=query.priority,
        visitor=query.visitor, queues=None if everything else hall.views.queues_of(ask.me),
        mine=None if everything else ask.me.id,
    )  # fmt: skip
    found, cursor = await hall.directory.tickets.search(wanted, limit=query.limit, cursor=query.cursor)
    return TicketList([await _view(ask, ticket) for ticket in found], cursor)


def _statuses(asked: str | None) -> tuple[str, ...]:
    if asked is None:
        return ()
    names = _TODO if asked == "todo" else tuple(asked.split(","))
    if any(name not in _STATUSES for name in names):
        raise Refused("bad_request", "There is no such status.", field="status")
    return names


async def one(ask: Ask) -> WholeTicket:
    return await _whole(ask, await _ticket(ask))


async def add(ask: Ask) -> WholeTicket:
    hall, body = ask.wire.hall, ask.body
    if body.visitor is not None and await hall.directory.visitors.by_id(body.visitor) is None:
        raise Refused("not_found", "There is no such visitor.", field="visitor")
    if body.queue in hall.desk.rules.queues and not _may(ask, Ticket(stream="", queue=body.queue)):
        raise Refused("forbidden", "This queue is not yours.", field="queue")
    # The same person's cmid always names the same ticket, so that a repeat finds it.
    key = "t" + conversation_id(hall.settings.secret, ask.me.id, body.cmid)[1:]
    await hall.desk.handle(
        tickets.Open(
            conversation=tickets.PREFIX + key, actor=_actor(ask), cmid=body.cmid, subject=body.subject,
            text=body.text, queue=body.queue, priority=body.priority, topic=body.topic, visitor=body.visitor,
            due_ms=body.due_ms,
        )
    )  # fmt: skip
    made = await hall.desk.ticket(key)
    assert made is not None
    return await _whole(ask, made)


async def reply(ask: Ask) -> WholeTicket:
    ticket, body = await _ticket(ask), ask.body
    command = tickets.Reply(
        conversation=ticket.stream, actor=_actor(ask), cmid=body.cmid, text=body.text, public=body.public
    )
    done = await ask.wire.hall.desk.handle(command)
    if body.status is not None and not done.dup:
        await _change(ask, ticket, status=body.status)
    return await _whole(ask, await _ticket(ask))


async def change(ask: Ask) -> WholeTicket:
    ticket, body = await _ticket(ask), ask.body
    agent = None if body.agent is msgspec.UNSET else body.agent
    if agent is not None and ask.wire.hall.roster.get(agent) is None:
        raise Refused("bad_request", "There is no such agent.", field="agent")
    await _change(
        ask, ticket, status=body.status, priority=body.priority, agent=agent, queue=body.queue,
        unassign=body.agent is None,
    )  # fmt: skip
    changed = await ask.wire.hall.desk.ticket(ticket.id)
    return await _whole(ask, changed or ticket)


async def _change(ask: Ask, ticket: Ticket, **fields: Any) -> None:
    command = tickets.Change(conversation=ticket.stream, actor=_actor(ask), **fields)
    await ask.wire.hall.desk.handle(command)


async def _ticket(ask: Ask) -> Ticket:
    """One that may be seen. "Not yours" and "does not exist" are the same answer."""
    found = await ask.wire.hall.desk.ticket(ask.path["id"])
    if found is None or not _may(ask, found):
        raise Refused("not_found", "There is no such ticket.")
    return found


def _may(ask: Ask, ticket: Ticket) -> bool:
    mine = ticket.queue is None or ticket.queue in ask.wire.hall.views.queues_of(ask.me)
    return at_least(ask.me, "supervisor") or mine or ticket.agent == ask.me.id


def _actor(ask: Ask) -> Actor:
    return Actor(kind="agent", id=ask.me.id, name=ask.me.name)


async def _whole(ask: Ask, ticket: Ticket) -> WholeTicket:
    hall = ask.wire.hall
    events = hall.render.frames(await hall.desk.history(ticket.stream), "staff")
    return WholeTicket(await _view(ask, ticket), events)


async def _view(ask: Ask, ticket: Ticket) -> TicketView:
    hall = ask.wire.hall
    first = next(iter(await hall.desk.history(ticket.stream, 0, 1)), None)
    visitor = await hall.directory.visitors.by_id(ticket.visitor) if ticket.visitor else None
    return TicketView(
        id=ticket.id, status=ticket.status, priority=ticket.priority, queue=ticket.queue,
        agent=hall.roster.person(ticket.agent) if ticket.agent else None, topic=ticket.topic,
        channel=ticket.channel, conversation=ticket.conversation, visitor=ticket.visitor,
        visitor_name=visitor.name if visitor else None,
        subject=(first.words or {}).get("subject") if first else None, created_at_ms=ticket.created_at_ms,
        replied_at_ms=ticket.replied_at_ms, last_at_ms=ticket.last_at_ms, head=ticket.n,
    )  # fmt: skip


def routes(wire: Wire) -> list[Route]:
    at = "/api/tickets/{id}"
    return [
        Route(method="GET", path="/api/tickets", says="What is answered later, the latest first.", run=listed,
              query=ListQuery, gives=TicketList),
        Route(method="POST", path="/api/tickets", says="Make a ticket.", run=add, takes=NewTicket,
              gives=WholeTicket, status=201),
        Route(method="GET", path=at, says="One ticket, with its history.", run=one, gives=WholeTicket),
        Route(method="POST", path=f"{at}/reply", says="Answer it, or leave a note.", run=reply,
              takes=ReplyBody, gives=WholeTicket),
        Route(method="PATCH", path=at, says="Its status, priority, queue or agent.", run=change,
              takes=ChangeBody, gives=WholeTicket),
    ]  # fmt: skip
