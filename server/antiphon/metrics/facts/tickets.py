"""One ticket's history → one row, its stretches of status, its answers to surveys."""

from collections.abc import Sequence
from typing import NamedTuple

from antiphon.domain.events import Event
from antiphon.metrics.facts.book import Book
from antiphon.metrics.facts.conversation import known
from antiphon.metrics.facts.reading import agent_of, text
from antiphon.metrics.facts.rows import NEVER, Answer, Asked
from antiphon.metrics.facts.rows_beside import Solve, Ticket, TicketStatus, TicketWait

SOLVED = frozenset({"solved", "closed"})


class TicketFacts(NamedTuple):
    """All rows of one ticket; the field names are the names of the tables."""

    ticket: tuple[Ticket, ...]
    ticket_status: tuple[TicketStatus, ...]
    ticket_wait: tuple[TicketWait, ...]
    solve: tuple[Solve, ...]
    asked: tuple[Asked, ...]
    answer: tuple[Answer, ...]


class _Work:
    """What is known of a ticket so far."""

    __slots__ = (
        "agent", "agents", "answers", "complaint_at", "created", "escalated_at", "merged", "priority",
        "queue",
        "replied_at", "reply_agent", "solves", "spam", "statuses", "topic", "waits",
    )  # fmt: skip

    def __init__(self, created: Event) -> None:
        d = created.data
        self.created = created
        self.agent, self.queue = "", text(d.get("queue"))
        self.priority, self.topic = text(d.get("priority")), text(d.get("topic"))
        self.replied_at, self.reply_agent, self.spam, self.merged = NEVER, "", 0, 0
        self.complaint_at = self.escalated_at = NEVER
        self.agents: set[str] = set()
        self.statuses: list[TicketStatus] = []
        self.solves: list[Solve] = []
        self.waits = [TicketWait(created.stream, 1, created.at_ms, NEVER)]
        self.answers = Book(created.stream)


def fold_ticket(events: Sequence[Event], as_of_ms: int) -> TicketFacts | None:
    """The rows of one ticket as they were known at `as_of_ms`; None when it did not exist."""
    events = known(events, as_of_ms)
    if not events:
        return None
    created = next((event for event in events if event.kind == "ticket_created"), events[0])
    work = _Work(created)
    _enter(work, created.at_ms, "new")
    for event in events:
        handle = _ON.get(event.kind)
        if handle is not None:
            handle(work, event)
    return TicketFacts(
        (_row(work),), tuple(work.statuses), tuple(work.waits), tuple(work.solves),
        tuple(work.answers.asked), tuple(work.answers.answers),
    )  # fmt: skip


def _enter(w: _Work, at: int, status: str) -> None:
    if w.statuses:
        last = w.statuses[-1]
        if last.status == status:
            return
        w.statuses[-1] = last._replace(to_at=at)
    w.statuses.append(TicketStatus(w.created.stream, status, at, NEVER))


def _status_changed(w: _Work, e: Event) -> None:
    status = text(e.data.get("status"))
    if e.data.get("merged_into"):
        w.merged = 1
    before = w.statuses[-1].status
    if status in SOLVED and before not in SOLVED:
        _solved(w, e.at_ms, solved=status == "solved" and not w.merged)
    elif before in SOLVED and status not in SOLVED:
        _reopen(w, e.at_ms)
    elif status == "solved" and before == "closed" and w.solves and not w.merged:
        w.solves[-1] = w.solves[-1]._replace(solved=1)
    _enter(w, e.at_ms, status)


def _solved(w: _Work, at: int, *, solved: bool) -> None:
    if w.solves:
        w.solves[-1] = w.solves[-1]._replace(next_at=at)
    first = next((one.at for one in w.solves if one.solved), at if solved else NEVER)
    held = sum(min(s.to_at, at) - s.from_at for s in w.statuses if s.status in ("pending", "on_hold"))
    w.solves.append(Solve(
        w.created.stream, len(w.solves) + 1, at, 1 if solved else 0, NEVER, NEVER, w.created.at_ms, first,
        held, w.reply_agent or w.agent, w.queue, len(w.agents),
    ))  # fmt: skip


def _reopen(w: _Work, at: int) -> None:
    if w.solves and w.solves[-1].reopened_at == NEVER:
        w.solves[-1] = w.solves[-1]._replace(reopened_at=at)


def _reopened(w: _Work, e: Event) -> None:
    if w.statuses[-1].status in SOLVED:
        _reopen(w, e.at_ms)
        _enter(w, e.at_ms, "open")


def _replied(w: _Work, e: Event) -> None:
    if e.data.get("public") is False or e.data.get("auto"):
        return
    if e.data.get("by") == "customer" or e.actor.kind == "visitor":
        _waits(w, e.at_ms)
        return
    w.waits[-1] = w.waits[-1]._replace(to_at=min(w.waits[-1].to_at, e.at_ms))
    agent = agent_of(e)
    w.agents.add(agent)
    w.reply_agent = agent
    if w.replied_at == NEVER:
        w.replied_at = e.at_ms


def _waits(w: _Work, at: int) -> None:
    """The customer wrote again; a burst is one wait, from its first word on."""
    if w.waits[-1].to_at < NEVER:
        w.waits.append(TicketWait(w.created.stream, len(w.waits) + 1, at, NEVER))


def _assigned(w: _Work, e: Event) -> None:
    w.agent = agent_of(e) or w.agent
    w.queue = text(e.data.get("queue")) or w.queue


def _prioritised(w: _Work, e: Event) -> None:
    w.priority = text(e.data.get("priority")) or w.priority


def _tagged(w: _Work, e: Event) -> None:
    tags = e.data.get("tags")
    first = tags[0] if isinstance(tags, list | tuple) and tags else e.data.get("value")
    w.topic = text(first) or w.topic


def _offered(w: _Work, e: Event) -> None:
    w.answers.offered(e, w.created.stream, w.reply_agent or w.agent, w.queue)


def _answered(w: _Work, e: Event) -> None:
    w.answers.answered(e, w.created.stream, w.reply_agent or w.agent, w.queue, "human_only")


def _complaint(w: _Work, e: Event) -> None:
    w.complaint_at = min(w.complaint_at, e.at_ms)


def _escalated(w: _Work, e: Event) -> None:
    w.escalated_at = min(w.escalated_at, e.at_ms)


def _spam(w: _Work, e: Event) -> None:
    w.spam = 1 if e.kind == "spam_flagged" else 0


_ON = {
    "ticket_status_changed": _status_changed,
    "ticket_reopened": _reopened,
    "ticket_replied": _replied,
    "ticket_assigned": _assigned,
    "ticket_priority_changed": _prioritised,
    "tagged": _tagged,
    "complaint_flagged": _complaint,
    "escalated": _escalated,
    "survey_offered": _offered,
    "survey_answered": _answered,
    "spam_flagged": _spam,
    "spam_cleared": _spam,
}


def _row(w: _Work) -> Ticket:
    d = w.created.data
    due = d.get("due_ms")
    solved = next((one.at for one in w.solves if one.solved), NEVER)
    by_agent = text(d.get("by")) == "agent" or w.created.actor.kind == "agent"
    return Ticket(
        w.created.stream, w.created.at_ms, text(d.get("conversation")), text(d.get("visitor")),
        text(d.get("customer")), w.queue, text(d.get("queue")), w.reply_agent or w.agent,
        text(d.get("channel")) or "ticket", w.priority, w.topic, w.spam, 1 if by_agent else 0, w.merged,
        w.replied_at, due if isinstance(due, int) else NEVER, solved, w.statuses[-1].status,
        w.complaint_at, w.escalated_at,
    )  # fmt: skip
