"""Everything that may be asked of the desk.

Commands are imperative, frozen and complete: who asks (`actor`), of which conversation, and
the client's id of the asking (`cmid`), under which a repeat gets the same answer. `cause` is
the journal position of the event a reader reacted to; the same cause is obeyed once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from antiphon.domain.events import SYSTEM, Actor

Status = Literal["online", "busy", "away", "offline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`conversation` names the stream; an agent's command uses `agent:ID`."""

    conversation: str
    actor: Actor = SYSTEM
    cmid: str | None = None
    cause: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Command):
    """The visitor's first own action. With `text` the first message comes with it.

    `bot` is the bot's name or None; without one the visitor goes straight to `queue`.
    """

    visitor: str
    site: str
    queue: str
    bot: str | None
    text: str | None = None
    channel: str = "web"
    initiator: Literal["visitor", "agent", "trigger"] = "visitor"
    department: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # page, language, segment, device, country
    pre_chat: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Command):
    """A public message of a visitor, a bot or an agent (by `actor.kind`).

    `payload` is what a pressed quick reply stands for; the bot reads it instead of `text`.
    """

    text: str = ""
    payload: str | None = None
    quick_replies: tuple[Mapping[str, str], ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None
    canned_id: str | None = None
    auto: bool = False
    fallback: bool = False
    intent: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """Words among colleagues: a private note, or a supervisor's `whisper` to the agent."""

    text: str
    whisper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHandoff(Command):
    """A person is wanted. Outside the queue's hours the conversation is diverted instead."""

    queue: str
    by: Literal["visitor", "bot", "rule"] = "visitor"
    reason: str = "asked"
    summary: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    intents: tuple[str, ...] = ()
    estimate_s: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAnswer(Command):
    """All that a bot makes of one turn, at once; `cause` is the `n` of the message it answers.

    A turn is answered once: a second answer to the same `cause`, or one that comes after a
    person took over, is dropped. `confirm` is the visitor's answer to "did this help?".
    """

    replies: tuple[Say, ...] = ()
    handoff: RequestHandoff | None = None
    confirm: bool | None = None
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOffer(Command):
    """Ring an agent's console for `timeout_ms`."""

    agent: str
    timeout_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOffer(Command):
    """The agent did not answer in time."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer(Command):
    """The agent says no."""

    agent: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command):
    """An agent takes the conversation: an offer, or a pick-up from the queue."""

    agent: str
    auto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Command):
    """A second person steps in beside the agent; the visitor is told."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Command):
    """A supervisor takes the conversation from whoever has it, the bot included."""

    agent: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Command):
    """A supervisor gives the conversation to an agent or a queue."""

    agent: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Command):
    """Hand on to a queue, an agent or the bot. Warm: both stay until the first leaves."""

    agent: str
    to_queue: str | None = None
    to_agent: str | None = None
    to_bot: str | None = None
    warm: bool = False
    note: str | None = None
    offer_timeout_ms: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Command):
    """An agent steps out; if nobody is left the conversation returns to its queue."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseAgent(Command):
    """An agent's connection is gone for good; the chat returns to the head of its queue."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Command):
    """Close it. `survey` are the questions to ask, if the visitor is there to be asked."""

    resolved: bool = False
    reason: str | None = None
    survey: str | None = None
    questions: tuple[Mapping[str, Any], ...] = ()
    wrapup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Divert(Command):
    """Leave live handling for a ticket."""

    reason: Literal["off_hours", "no_agents", "timeout", "visitor_choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapup(Command):
    """After-chat work: a disposition, tags, and whether it is done."""

    agent: str
    disposition: str | None = None
    tags: tuple[str, ...] | None = None
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Command):
    """Set the conversation's topics."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Command):
    """Mark a complaint, an escalation, spam, or take the spam mark back."""

    flag: Literal["complaint", "escalate", "spam", "not_spam"]
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Command):
    """Answers to the survey: question kind → score; None is a skipped question."""

    survey: str
    answers: Mapping[str, int | None]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorAway(Command):
    """The visitor's last socket dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorBack(Command):
    """The visitor reconnected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorGone(Command):
    """The disconnect grace ran out while the visitor was in a queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(Command):
    """An agent's presence; `by` is somebody else who set it."""

    agent: str
    status: Status
    reason: str | None = None
    max_concurrency: int = 3
    queues: tuple[str, ...] = ()
    at_ms: int | None = None  # back-dated when a connection was lost (kpis.md W01)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShift(Command):
    """Paid time of an agent, `[start_ms, end_ms)`; what was planned there before gives way to it.

    `withdrawn`: nothing is planned there any more.
    """

    agent: str
    start_ms: int
    end_ms: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Employ(Command):
    """An agent joined the team, or left it; `voluntary` is his own wish."""

    agent: str
    left: bool = False
    voluntary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Command):
    """The shop's page reports something of value; `conversation` is `customer:VISITOR`."""

    visitor: str
    name: str
    value: float | None = None
    currency: str | None = None
    page: str | None = None
