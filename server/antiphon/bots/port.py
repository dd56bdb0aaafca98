"""The bot port: a Turn in, an Outcome out.

A bot is a participant, not a master: it never touches the desk, the journal or a socket.
`readers/bot.py` asks it under a time limit and turns its outcome into ordinary commands;
an error or silence becomes a hand-off, so no visitor is ever stranded by a bot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Reason = Literal["asked", "low_confidence", "rule", "sentiment", "loop", "failure", "no_bot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing the visitor said (or a payload such as `/greet{"name":"Ann"}`).

    `text` is empty and `start` true when the conversation opens and the bot may greet first.
    `conversation` is unguessable and may be given to the outside as the sender id.
    """

    conversation: str
    text: str
    at_ms: int
    start: bool = False
    locale: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReply:
    """A button: what the visitor reads and what is sent back when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message of the bot. `auto` marks a greeting: it is no reply (kpis.md G12)."""

    text: str = ""
    quick_replies: tuple[QuickReply, ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None
    fallback: bool = False
    auto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """The bot asks for a person. `summary` is plain text for the agent, `slots` what it learned."""

    reason: Reason
    by: Literal["visitor", "bot", "rule"] = "bot"
    department: str | None = None
    summary: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWish:
    """Something to be answered later. The desk makes it a ticket of this `number` before the visitor reads
    the replies; the same wish of the same turn makes one ticket. `topic` is a word for reports."""

    number: str
    subject: str
    text: str = ""
    topic: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a turn. `confirm` is the visitor's yes or no to "did this help?"; `end`
    says that the flow is over and the conversation may be closed as resolved."""

    replies: tuple[Reply, ...] = ()
    handoff: Handoff | None = None
    ticket: TicketWish | None = None
    intent: str | None = None
    confidence: float | None = None
    confirm: bool | None = None
    end: bool = False


class Trackers(Protocol):
    """Where a bot keeps what it knows of a conversation between turns (JSON-able)."""

    async def load(self, conversation: str) -> dict[str, Any] | None: ...

    async def save(self, conversation: str, tracker: dict[str, Any]) -> None: ...


class Bot(Protocol):
    """Any engine that can hold a conversation. `reply` may raise `BotFailed` or time out."""

    name: str

    async def start(self) -> None: ...

    async def reply(self, turn: Turn) -> Outcome: ...

    async def close(self) -> None: ...


class BotFailed(Exception):
    """The engine, its action server or its peer could not answer; the reason is for the log."""


class MemoryTrackers:
    """The in-memory twin of the journal's tracker table."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, Any]] = {}

    async def load(self, conversation: str) -> dict[str, Any] | None:
        return self._kept.get(conversation)

    async def save(self, conversation: str, tracker: dict[str, Any]) -> None:
        self._kept[conversation] = tracker
