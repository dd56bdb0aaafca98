"""A conversation cut into named stretches that follow each other and add up to its length."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from antiphon.domain.conversation import Conversation, evolve
from antiphon.domain.events import Event

Name = Literal["new", "bot", "queued", "active", "diverted", "closed"]


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """From one move to the next. The last one of an open conversation ends now."""

    state: Name
    start_ms: int
    end_ms: int
    length_ms: int
    queue: str | None
    agents: list[str]
    open: bool = False


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """`total_ms` is the sum of the stretches: from the first event to the close, or to now."""

    conversation: str
    start_ms: int
    end_ms: int
    total_ms: int
    stretches: list[Stretch]


def timeline(conversation: str, history: Sequence[Event], now_ms: int) -> Timeline:
    """The stretches of a history; what comes after a close and is no reopening adds nothing."""
    stretches: list[Stretch] = []
    c, since_ms = Conversation(id=conversation), history[0].at_ms
    for event in history:
        after = evolve(c, event)
        if _where(after) != _where(c):
            if c.n:
                stretches.append(_stretch(c, since_ms, event.at_ms))
            since_ms = event.at_ms
        c = after
    if c.state != "closed":
        stretches.append(_stretch(c, since_ms, max(now_ms, since_ms), going_on=True))
    told = [stretch for stretch in stretches if stretch.length_ms or stretch.open]
    end_ms = told[-1].end_ms if told else since_ms
    return Timeline(
        conversation=conversation, start_ms=history[0].at_ms, end_ms=end_ms,
        total_ms=sum(stretch.length_ms for stretch in told), stretches=told,
    )  # fmt: skip


def _where(c: Conversation) -> tuple[str, str | None, tuple[str, ...]]:
    queue = c.queue if c.state == "queued" else None
    return c.state, queue, tuple(a.agent for a in c.agents)


def _stretch(c: Conversation, start_ms: int, end_ms: int, *, going_on: bool = False) -> Stretch:
    return Stretch(
        state=c.state, start_ms=start_ms, end_ms=end_ms, length_ms=end_ms - start_ms, open=going_on,
        queue=c.queue if c.state == "queued" else None, agents=[a.agent for a in c.agents],
    )  # fmt: skip
