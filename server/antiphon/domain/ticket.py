"""A ticket: something to answer later. What may be asked of it, and what it has come to.

    new ─reply─► open ─► pending · on_hold ─► solved ─► closed
     ▲ everything that is solved or closed may be reopened (kpis.md G19)

Rules: a person's first public reply opens a new ticket; leaving `solved` or `closed` is a
reopening; what is so already makes no event.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from antiphon.domain.commands import Command
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event

Status = Literal["new", "open", "pending", "on_hold", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]

PREFIX = "ticket:"
DONE = ("solved", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Folded from its stream. `replied_at_ms` is the first public answer of a person."""

    stream: str
    n: int = 0
    status: Status = "new"
    queue: str | None = None
    agent: str | None = None
    priority: str | None = None
    topic: str | None = None
    channel: str | None = None
    conversation: str | None = None
    visitor: str | None = None
    created_at_ms: int = 0
    replied_at_ms: int | None = None
    last_at_ms: int = 0

    @property
    def id(self) -> str:
        return self.stream.removeprefix(PREFIX)


# -- what may be asked ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Make a ticket: of a visitor's, or of nobody known."""

    subject: str
    text: str = ""
    queue: str
    priority: Priority = "normal"
    topic: str | None = None
    visitor: str | None = None
    chat: str | None = None  # the conversation it came from
    channel: str = "api"
    due_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Command):
    """Answer it, or with `public` False leave a note."""

    text: str
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Command):
    """Set what is given; `unassign` takes it from whoever has it."""

    status: Status | None = None
    priority: Priority | None = None
    agent: str | None = None
    unassign: bool = False
    queue: str | None = None


TicketCommand = Open | Reply | Change


# -- what it comes to -----------------------------------------------------------------------------


def evolve(ticket: Ticket, event: Event) -> Ticket:
    """The ticket after an event; what is not known changes nothing but the count."""
    seen = replace(ticket, n=event.n, last_at_ms=max(ticket.last_at_ms, event.at_ms))
    fold = _FOLDS.get(event.kind)
    return fold(seen, event) if fold else seen


def fold(stream: str, events: Iterable[Event]) -> Ticket:
    """A ticket from its whole history."""
    ticket = Ticket(stream=stream)
    for event in events:
        ticket = evolve(ticket, event)
    return ticket


def _created(t: Ticket, e: Event) -> Ticket:
    d = e.data
    return replace(
        t, created_at_ms=e.at_ms, queue=d.get("queue"), priority=d.get("priority"), topic=d.get("topic"),
        channel=d.get("channel"), conversation=d.get("conversation"), visitor=d.get("visitor"),
    )  # fmt: skip


def _replied(t: Ticket, e: Event) -> Ticket:
    counts = e.data.get("public", True) and not e.data.get("auto") and e.data.get("by") != "customer"
    return replace(t, replied_at_ms=e.at_ms) if counts and t.replied_at_ms is None else t


def _assigned(t: Ticket, e: Event) -> Ticket:
    agent = t.agent if e.data.get("agent") is None else e.data["agent"] or None
    return replace(t, agent=agent, queue=e.data.get("queue") or t.queue)


_FOLDS: Mapping[str, Callable[[Ticket, Event], Ticket]] = {
    "ticket_created": _created,
    "ticket_status_changed": lambda t, e: replace(t, status=e.data["status"]),
    "ticket_reopened": lambda t, e: replace(t, status="open"),
    "ticket_replied": _replied,
    "ticket_assigned": _assigned,
    "ticket_priority_changed": lambda t, e: replace(t, priority=e.data["priority"]),
}


def decide(t: Ticket, command: TicketCommand, now_ms: int, queues: Mapping[str, Any]) -> list[Event]:
    """The events that obey `command`. Raises `Refused`; then nothing has happened."""
    if not t.n and not isinstance(command, Open):
        raise Refused("not_found", "There is no such ticket.")
    if isinstance(command, Open):
        return list(_open(t, command, now_ms, queues))
    if isinstance(command, Reply):
        return list(_reply(t, command, now_ms))
    return list(_change(t, command, now_ms, queues))


def _open(t: Ticket, cmd: Open, now_ms: int, queues: Mapping[str, Any]) -> Iterator[Event]:
    if t.n:
        raise Refused("conflict", "There is a ticket of this name.")
    _known(cmd.queue, queues)
    words = {"subject": cmd.subject, "text": cmd.text}
    yield _event(
        t, cmd, now_ms, "ticket_created", words=words, queue=cmd.queue, priority=cmd.priority,
        topic=cmd.topic, visitor=cmd.visitor, conversation=cmd.chat, channel=cmd.channel, by=cmd.actor.kind,
        due_ms=cmd.due_ms,
    )  # fmt: skip


def _reply(t: Ticket, cmd: Reply, now_ms: int) -> Iterator[Event]:
    if t.status == "closed":
        raise Refused("closed", "This ticket is closed. Reopen it first.")
    yield _event(
        t, cmd, now_ms, "ticket_replied", words={"text": cmd.text}, agent=cmd.actor.id, public=cmd.public,
        by="agent",
    )  # fmt: skip
    if cmd.public and t.status == "new":
        yield _event(t, cmd, now_ms, "ticket_status_changed", main=False, status="open", agent=cmd.actor.id)


def _change(t: Ticket, cmd: Change, now_ms: int, queues: Mapping[str, Any]) -> Iterator[Event]:
    if cmd.queue is not None:
        _known(cmd.queue, queues)
    agent = "" if cmd.unassign else cmd.agent
    moved = (cmd.queue or t.queue, t.agent if agent is None else agent or None)
    if moved != (t.queue, t.agent):
        yield _event(t, cmd, now_ms, "ticket_assigned", main=False, agent=agent, queue=cmd.queue)
    if cmd.priority not in (None, t.priority):
        yield _event(t, cmd, now_ms, "ticket_priority_changed", main=False, priority=cmd.priority)
    status = t.status
    if cmd.status is not None and status in DONE and cmd.status not in DONE:
        yield _event(t, cmd, now_ms, "ticket_reopened", main=False, by=cmd.actor.kind)
        status = "open"
    if cmd.status not in (None, status):
        yield _event(
            t, cmd, now_ms, "ticket_status_changed", main=False, status=cmd.status, agent=cmd.actor.id
        )


def _known(queue: str, queues: Mapping[str, Any]) -> None:
    if queue not in queues:
        raise Refused("not_found", "There is no such queue.", field="queue")


def _event(
    t: Ticket, cmd: Command, now_ms: int, kind: str, *, words: Mapping[str, str] | None = None,
    main: bool = True, **data: Any,
) -> Event:  # fmt: skip
    """`main` is the one that the command's cmid names."""
    said = {name: text for name, text in (words or {}).items() if text}
    return Event(
        kind=kind, stream=t.stream, at_ms=max(now_ms, t.last_at_ms), actor=cmd.actor,
        data={"ticket": t.id, **{key: value for key, value in data.items() if value is not None}},
        words=said or None, cmid=cmd.cmid if main else None, cause=cmd.cause,
    )  # fmt: skip
