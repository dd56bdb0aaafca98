"""Conversations: the list with its filters, one of them, its events, its timeline, a note."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from antiphon.domain import commands as ask_
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor
from antiphon.domain.moves import STATES
from antiphon.gateway import frames
from antiphon.gateway.access import at_least
from antiphon.gateway.inbound.common import stored
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.rest.timeline import Timeline, timeline
from antiphon.gateway.sockets import Wire
from antiphon.gateway.views import flags_of
from antiphon.journal.archive import Search

_OPEN = ("new", "bot", "queued", "active", "diverted")
Id = Annotated[str, Meta(max_length=80)]


class ListQuery(Query, frozen=True):
    """`state`: one or several with commas, or `open`. Times are UTC milliseconds, `[from, to)`."""

    state: Annotated[str, Meta(max_length=80)] | None = None
    queue: Id | None = None
    agent: Id | None = None
    visitor: Id | None = None
    site: Id | None = None
    q: Annotated[str, Meta(max_length=200)] | None = None
    tag: Annotated[str, Meta(max_length=60)] | None = None
    from_: Annotated[int, Meta(ge=0)] | None = msgspec.field(default=None, name="from")
    to: Annotated[int, Meta(ge=0)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(max_length=300)] | None = None


class EventsQuery(Query, frozen=True):
    after: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 200


class NoteBody(Body, frozen=True):
    cmid: frames.Cmid
    text: frames.Text


class VisitorBrief(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str | None
    email: str | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in a list."""

    id: str
    state: str
    site: str
    channel: str
    department: str | None
    queue: str | None
    language: str | None
    agent: frames.Person | None
    agents: list[frames.Person]
    last_agent: frames.Person | None
    visitor: VisitorBrief
    head: int
    started_at_ms: int
    queued_at_ms: int | None
    waiting_reply_since_ms: int | None
    last_at_ms: int
    closed_at_ms: int | None
    closed_by: str | None
    resolved: bool | None
    tags: list[str]
    flags: list[str]
    answers: dict[str, float | None]
    last_text: str | None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    conversations: list[Row]
    cursor: str | None


class Events(msgspec.Struct, frozen=True, kw_only=True):
    events: list[frames.EventFrame]
    head: int
    epoch: str
    more: bool


async def listed(ask: Ask) -> Page:
    """An agent finds what he may read, a supervisor everything."""
    hall, query = ask.wire.hall, ask.query
    everything = at_least(ask.me, "supervisor")
    found = await hall.directory.archive.search(
        Search(
            state=_states(query.state), queue=query.queue, agent=query.agent, visitor=query.visitor,
            site=query.site, q=query.q or None, tag=query.tag, from_ms=query.from_, to_ms=query.to,
            queues=None if everything else hall.views.queues_of(ask.me),
            mine=None if everything else ask.me.id,
        ),
        limit=query.limit, cursor=query.cursor,
    )  # fmt: skip
    return Page(conversations=await rows_of(ask, found.conversations), cursor=found.cursor)


def _states(asked: str | None) -> Sequence[str]:
    if not asked:
        return ()
    states = [state for word in asked.split(",") for state in (_OPEN if word == "open" else (word,))]
    if any(state not in STATES for state in states):
        raise Refused("bad_request", "There is no such state.", field="state")
    return states


async def rows_of(ask: Ask, conversations: Sequence[Conversation]) -> list[Row]:
    hall = ask.wire.hall
    visitors = await hall.directory.visitors.by_ids([c.visitor for c in conversations])
    person = hall.roster.person
    rows = []
    for c in conversations:
        known = visitors.get(c.visitor)
        agents = [person(a.agent) for a in c.agents]
        rows.append(Row(
            id=c.id, state=c.state, site=c.site, channel=c.channel, department=c.department, queue=c.queue,
            language=c.language, agent=agents[0] if agents else None, agents=agents, head=c.n,
            last_agent=person(c.last_agent) if c.last_agent else None,
            visitor=VisitorBrief(
                id=c.visitor, name=known.name if known else None, email=known.email if known else None
            ),
            started_at_ms=c.started_at_ms, queued_at_ms=c.queued_at_ms, last_at_ms=c.last_at_ms,
            waiting_reply_since_ms=c.waiting_reply_since_ms, closed_at_ms=c.closed_at_ms,
            closed_by=c.closed_by, resolved=c.resolved, tags=list(c.tags), flags=flags_of(c),
            answers=dict(c.survey.answers) if c.survey else {}, last_text=await hall.views.preview(c.id),
        ))  # fmt: skip
    return rows


async def one(ask: Ask) -> frames.AgentSnapshot:
    c = await _readable(ask)
    found = await ask.wire.hall.views.for_staff(c.id, ask.me.id)
    if found is None:
        raise Refused("not_found", "There is no such conversation.")
    return found


async def events(ask: Ask) -> Events:
    c, hall = await _readable(ask), ask.wire.hall
    committed = await hall.views.committed(c.id)
    head = committed.n if committed else 0
    found = await hall.desk.history(c.id, ask.query.after, ask.query.limit)
    last = found[-1].n if found else ask.query.after
    return Events(
        events=hall.render.frames(found, "staff"), head=max(head, last), epoch=hall.desk.epoch,
        more=last < head,
    )  # fmt: skip


async def stretches(ask: Ask) -> Timeline:
    c, hall = await _readable(ask), ask.wire.hall
    return timeline(c.id, await hall.desk.history(c.id), hall.desk.now_ms())


async def note(ask: Ask) -> dict[str, Any]:
    hall = ask.wire.hall
    c = await hall.access.write(ask.me, ask.path["id"])
    actor = Actor(kind="agent", id=ask.me.id, name=ask.me.name)
    return stored(await hall.desk.handle(
        ask_.Note(conversation=c.id, actor=actor, cmid=ask.body.cmid, text=ask.body.text)
    ))  # fmt: skip


async def _readable(ask: Ask) -> Conversation:
    return await ask.wire.hall.access.read(ask.me, ask.path["id"])


def routes(wire: Wire) -> list[Route]:
    base = "/api/conversations/{id}"
    return [
        Route(method="GET", path="/api/conversations", says="Find conversations, the latest first.",
              run=listed, query=ListQuery, gives=Page),
        Route(method="GET", path=base, says="One conversation with its last events.", run=one,
              gives=frames.AgentSnapshot),
        Route(method="GET", path=f"{base}/events", says="What happened, in order.", run=events,
              query=EventsQuery, gives=Events),
        Route(method="GET", path=f"{base}/timeline", says="Named stretches that add up.", run=stretches,
              gives=Timeline),
        Route(method="POST", path=f"{base}/notes", says="Write a private note.", run=note, takes=NoteBody,
              status=201),
    ]  # fmt: skip
