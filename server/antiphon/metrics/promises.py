"""What tickets were promised, and whether it was kept (kpis.md T03, T07). Rows made for one question.

A promise is frozen where the ticket began: its queue and priority then choose the policy of the settings. Its
clock is the queue's opening hours or the calendar, and stands still while the customer is asked only if the
policy says so. A ticket that came with a due time of its own is promised that resolution instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.facts.rows_beside import Ticket, TicketStatus, TicketWait
from antiphon.metrics.facts.tickets import SOLVED
from antiphon.metrics.question import Question
from antiphon.metrics.settings import Promise

_PAUSED = frozenset({"pending", "on_hold"})
Stretches = Mapping[str, Sequence[TicketStatus]]


class Target(NamedTuple):
    """One promise of one ticket: a first reply, a next reply, or the resolution."""

    ticket: str
    at: int  # since when it runs
    target: str  # first_reply | next_reply | resolution
    queue: str
    agent: str
    priority: str
    met: int
    breached: int  # too late, or still open past its time


class Backlog(NamedTuple):
    """A stretch in which a ticket was in the backlog."""

    ticket: str
    from_at: int
    to_at: int
    created_at: int
    overdue: int  # past the promised resolution at the question's moment


def targets(
    tickets: Iterable[Ticket], waits: Iterable[TicketWait], statuses: Iterable[TicketStatus], q: Question
) -> list[Target]:
    """Every promise as it stands at the question's `as_of`."""
    stretches, waited = _by_ticket(statuses), _waits(waits)
    rows = []
    for t in tickets:
        if t.merged or t.by_agent:
            continue
        for name, start, done, allowed_ms, promise in _made(t, waited.get(t.ticket, ()), q):
            spent_ms = _spent_ms(t, start, min(done, q.as_of_ms), promise, stretches, q)
            late = spent_ms > allowed_ms
            met = 1 if done < NEVER and not late else 0
            rows.append(Target(t.ticket, start, name, t.queue, t.agent, t.priority, met, 1 if late else 0))
    return rows


def backlogs(tickets: Iterable[Ticket], statuses: Sequence[TicketStatus], q: Question) -> list[Backlog]:
    """The stretches in which tickets were neither solved nor closed."""
    about, stretches = {t.ticket: t for t in tickets}, _by_ticket(statuses)
    return [
        Backlog(
            s.ticket, s.from_at, s.to_at, about[s.ticket].created_at, _overdue(about[s.ticket], stretches, q)
        )
        for s in statuses
        if s.status not in SOLVED
    ]


def _overdue(t: Ticket, stretches: Stretches, q: Question) -> int:
    for _, start, _, allowed_ms, promise in _resolution(t, q):
        return 1 if _spent_ms(t, start, q.now_ms, promise, stretches, q) > allowed_ms else 0
    return 0


_Made = tuple[str, int, int, int, Promise]  # name, start, when kept, time allowed, on whose clock


def _made(t: Ticket, waits: Sequence[TicketWait], q: Question) -> Iterable[_Made]:
    promise = q.settings.promise(t.first_queue, t.priority)
    for wait in waits:
        name = "first_reply" if wait.k == 1 else "next_reply"
        allowed_ms = promise.first_reply_ms if wait.k == 1 else promise.next_reply_ms
        if allowed_ms is not None:
            yield name, wait.from_at, wait.to_at, allowed_ms, promise
    yield from _resolution(t, q)


def _resolution(t: Ticket, q: Question) -> Iterable[_Made]:
    promise = q.settings.promise(t.first_queue, t.priority)
    if t.due_at < NEVER:
        yield "resolution", t.created_at, t.solved_at, t.due_at - t.created_at, Promise()
    elif promise.resolution_ms is not None:
        yield "resolution", t.created_at, t.solved_at, promise.resolution_ms, promise


def _spent_ms(t: Ticket, start: int, end: int, promise: Promise, stretches: Stretches, q: Question) -> int:
    clock = q.open_ms if promise.business_hours else _calendar_ms
    spent_ms = clock(t.first_queue, start, end)
    if promise.pause:
        for s in stretches.get(t.ticket, ()):
            if s.status in _PAUSED:
                spent_ms -= clock(t.first_queue, max(start, s.from_at), min(end, s.to_at))
    return spent_ms


def _calendar_ms(queue: str, start: int, end: int) -> int:
    return max(0, end - start)


def _by_ticket(statuses: Iterable[TicketStatus]) -> Stretches:
    found: dict[str, list[TicketStatus]] = {}
    for one in statuses:
        found.setdefault(one.ticket, []).append(one)
    return found


def _waits(waits: Iterable[TicketWait]) -> Mapping[str, Sequence[TicketWait]]:
    found: dict[str, list[TicketWait]] = {}
    for one in waits:
        found.setdefault(one.ticket, []).append(one)
    return found
