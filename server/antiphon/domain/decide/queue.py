"""Asking for a person: into the queue or to a ticket, offers, and who takes it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.decide.event import event
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.rules import Rules


def request_handoff(c: Conversation, cmd: ask.RequestHandoff, now: int, rules: Rules) -> Iterator[Event]:
    if c.state in ("queued", "active"):
        return
    if c.state == "closed":
        raise Refused("closed", "This conversation is over. Start a new one.")
    if cmd.queue not in rules.queues:
        raise Refused("not_found", "There is no such department.", field="department")
    if c.state == "diverted":
        if not rules.queues[cmd.queue].hours.is_open(now):
            return
    else:
        yield event(
            c, cmd, now, "handoff_requested", main=True, by=cmd.by, reason=cmd.reason,
            intents=list(cmd.intents) or None, words={"summary": cmd.summary, "slots": dict(cmd.slots)},
        )  # fmt: skip
    yield from enter(c, cmd, now, rules, cmd.queue, "handoff", estimate_s=cmd.estimate_s)


def enter(
    c: Conversation, cmd: ask.Command, now: int, rules: Rules, queue: str, reason: str,
    *, rank_ms: int | None = None, estimate_s: tuple[int, int] | None = None,
) -> Iterator[Event]:  # fmt: skip
    """Into the queue, or, outside its hours, to a ticket (G20)."""
    if not rules.queues[queue].hours.is_open(now):
        yield from _ticket(c, cmd, now, "off_hours", queue)
        return
    yield event(
        c, cmd, now, "queue_entered", queue=queue, reason=reason, rank_ms=rank_ms,
        estimate_s=list(estimate_s) if estimate_s else None,
    )  # fmt: skip


def _ticket(c: Conversation, cmd: ask.Command, now: int, reason: str, queue: str | None) -> Iterator[Event]:
    if c.ticket:
        yield event(c, cmd, now, "diverted", to="ticket", reason=reason, ticket=c.ticket, queue=queue)
        return
    ticket = f"t-{c.id}"
    yield event(c, cmd, now, "diverted", to="ticket", reason=reason, ticket=ticket, queue=queue)
    yield replace(
        event(
            c, cmd, now, "ticket_created", ticket=ticket, conversation=c.id, visitor=c.visitor or None,
            queue=queue, channel=c.channel, by=cmd.actor.kind,
        ),
        stream=f"ticket:{ticket}",
    )  # fmt: skip


def divert(c: Conversation, cmd: ask.Divert, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "diverted":
        return
    yield from _ticket(c, cmd, now, cmd.reason, c.queue)


def make_offer(c: Conversation, cmd: ask.MakeOffer, now: int, rules: Rules) -> Iterator[Event]:
    if c.state != "queued" or c.offers:
        raise Refused("conflict", "The conversation is not waiting for an agent.")
    yield offer(c, cmd, now, cmd.agent, cmd.timeout_ms)


def offer(c: Conversation, cmd: ask.Command, now: int, agent: str, timeout_ms: int) -> Event:
    return event(c, cmd, now, "offer_made", agent=agent, queue=c.queue, expires_ms=now + timeout_ms)


def expire_offer(c: Conversation, cmd: ask.ExpireOffer, now: int, rules: Rules) -> Iterator[Event]:
    if c.offered_to(cmd.agent):
        yield event(c, cmd, now, "offer_expired", agent=cmd.agent)


def decline_offer(c: Conversation, cmd: ask.DeclineOffer, now: int, rules: Rules) -> Iterator[Event]:
    if not c.offered_to(cmd.agent):
        raise Refused("conflict", "This offer is gone.")
    yield event(c, cmd, now, "offer_declined", agent=cmd.agent, words={"reason": cmd.reason})


def accept(c: Conversation, cmd: ask.Accept, now: int, rules: Rules) -> Iterator[Event]:
    if c.has(cmd.agent):
        return
    if c.state == "active" and not c.offered_to(cmd.agent):
        winner = c.agents[-1].agent if c.agents else None
        raise Refused("conflict", "A colleague has already taken this conversation.", winner=winner)
    if c.state == "closed":
        raise Refused("closed", "This conversation is over.")
    if c.state == "bot":
        raise Refused("conflict", "The bot has this conversation; it has not asked for a person.")
    if c.state == "diverted":
        yield event(c, cmd, now, "queue_entered", queue=c.queue or _any_queue(rules), reason="new")
    yield accepted(c, cmd, now, cmd.agent, auto=cmd.auto)


def accepted(c: Conversation, cmd: ask.Command, now: int, agent: str, **data: Any) -> Event:
    return event(c, cmd, now, "accepted", main=True, agent=agent, **data)


def _any_queue(rules: Rules) -> str:
    return next(iter(rules.queues))
