"""From hand to hand: joining, taking over, assigning, transferring, leaving, being lost."""

from collections.abc import Iterator

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.decide.event import event
from antiphon.domain.decide.queue import accepted, offer
from antiphon.domain.decide.talk import note
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.rules import Rules


def join(c: Conversation, cmd: ask.Join, now: int, rules: Rules) -> Iterator[Event]:
    if c.has(cmd.agent):
        return
    if c.state not in ("queued", "active"):
        raise Refused("conflict", f"Nobody can join now: the conversation is {c.state}.")
    yield accepted(c, cmd, now, cmd.agent, auto=False, joined=True if c.state == "active" else None)


def take_over(c: Conversation, cmd: ask.TakeOver, now: int, rules: Rules) -> Iterator[Event]:
    if [a.agent for a in c.agents] == [cmd.agent]:
        return
    if c.state == "closed":
        raise Refused("closed", "This conversation is over.")
    yield event(c, cmd, now, "escalated", level="supervisor", value="take_over")
    yield from _hand_to(c, cmd, now, rules, cmd.agent, auto=False)


def assign(c: Conversation, cmd: ask.Assign, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "closed":
        raise Refused("closed", "This conversation is over.")
    if cmd.agent:
        yield from _hand_to(c, cmd, now, rules, cmd.agent, auto=True)
        return
    if not cmd.queue or cmd.queue not in rules.queues:
        raise Refused("not_found", "There is no such queue.", field="queue")
    yield from _release(c, cmd, now, to_queue=cmd.queue)
    yield event(
        c, cmd, now, "queue_entered", queue=cmd.queue, rank_ms=c.rank_ms,
        reason={"active": "transfer", "queued": "overflow"}.get(c.state, "new"),
    )  # fmt: skip


def _hand_to(
    c: Conversation, cmd: ask.Command, now: int, rules: Rules, agent: str, *, auto: bool
) -> Iterator[Event]:
    """From wherever it is to one agent, at once."""
    if c.state == "active":
        yield from _release(c, cmd, now, to_agent=agent)
    elif c.state in ("bot", "diverted"):
        yield from _release(c, cmd, now)
        queue = c.queue or rules.queue_of(c.site, c.department).id
        yield event(c, cmd, now, "queue_entered", queue=queue, reason="handoff")
    if not c.has(agent):
        yield accepted(c, cmd, now, agent, auto=auto)


def _release(
    c: Conversation, cmd: ask.Command, now: int, to_queue: str | None = None, to_agent: str | None = None
) -> Iterator[Event]:
    """End what holds the conversation now: the bot's leg, or every other agent's engagement."""
    if c.state == "bot":
        yield event(c, cmd, now, "handoff_requested", by="supervisor", reason="taken")
    for engagement in c.agents:
        if engagement.agent != to_agent:
            yield event(
                c, cmd, now, "transferred", from_=engagement.agent, to_queue=to_queue,
                to_agent=to_agent, warm=False, by="supervisor",
            )  # fmt: skip


def transfer(c: Conversation, cmd: ask.Transfer, now: int, rules: Rules) -> Iterator[Event]:
    if not c.has(cmd.agent):
        raise Refused("conflict", "Only who has the conversation can hand it on.")
    if cmd.note:
        written = ask.Note(conversation=c.id, actor=cmd.actor, text=cmd.note)
        yield from note(c, written, now, rules)
    handed = event(
        c, cmd, now, "transferred", main=True, from_=cmd.agent, to_queue=cmd.to_queue,
        to_agent=cmd.to_agent, to_bot=True if cmd.to_bot else None, by="agent",
        warm=cmd.warm and bool(cmd.to_agent),
    )  # fmt: skip
    yield handed
    alone = len(c.agents) == 1
    if cmd.to_bot:
        yield event(c, cmd, now, "bot_started", bot=cmd.to_bot)
    elif cmd.to_queue:
        yield from _enter_open(c, cmd, now, rules, cmd.to_queue)
    elif cmd.to_agent:
        if alone and not handed.data["warm"]:
            queue = c.queue or rules.queue_of(c.site, c.department).id
            yield event(c, cmd, now, "queue_entered", queue=queue, reason="transfer", rank_ms=c.rank_ms)
        yield offer(c, cmd, now, cmd.to_agent, cmd.offer_timeout_ms)
    else:
        raise Refused("bad_request", "Say where to: a queue, an agent or the bot.", field="to_queue")


def _enter_open(c: Conversation, cmd: ask.Command, now: int, rules: Rules, queue: str) -> Iterator[Event]:
    if queue not in rules.queues:
        raise Refused("not_found", "There is no such queue.", field="to_queue")
    if not rules.queues[queue].hours.is_open(now):
        raise Refused("conflict", f"{rules.queues[queue].name} is closed now.", field="to_queue")
    yield event(c, cmd, now, "queue_entered", queue=queue, reason="transfer")


def leave(c: Conversation, cmd: ask.Leave, now: int, rules: Rules) -> Iterator[Event]:
    if not c.has(cmd.agent):
        return
    yield event(c, cmd, now, "agent_left", agent=cmd.agent)
    yield from _requeue(c, cmd, now, "transfer")


def lose_agent(c: Conversation, cmd: ask.LoseAgent, now: int, rules: Rules) -> Iterator[Event]:
    if c.offered_to(cmd.agent):
        yield event(c, cmd, now, "offer_expired", agent=cmd.agent)
    if any(wrapup.agent == cmd.agent for wrapup in c.wrapups):
        yield event(c, cmd, now, "wrapup_ended", agent=cmd.agent)
    if c.has(cmd.agent):
        yield event(c, cmd, now, "agent_lost", agent=cmd.agent)
        yield from _requeue(c, cmd, now, "agent_lost")


def _requeue(c: Conversation, cmd: ask.Command, now: int, reason: str) -> Iterator[Event]:
    """Back to the queue it came from, in its old place, when the last agent is gone."""
    if len(c.agents) == 1:
        queue = c.agents[0].queue or c.queue
        yield event(c, cmd, now, "queue_entered", queue=queue, reason=reason, rank_ms=c.rank_ms)
