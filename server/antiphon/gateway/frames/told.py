"""What the server says."""

from typing import Any, Literal

import msgspec

from antiphon.gateway.frames.words import Out, Role, State, Status

# -- what the server says ---------------------------------------------------------------------


class Person(Out, frozen=True):
    id: str
    name: str
    avatar: str | None = None


class WireActor(Out, frozen=True, omit_defaults=True):
    kind: Literal["visitor", "bot", "agent", "system"]
    id: str | None = None
    name: str | None = None


class EventFrame(Out, frozen=True, omit_defaults=True):
    """One fact, as one audience may see it. Kind `hidden` has neither actor nor data."""

    conversation: str
    seq: int
    epoch: str
    kind: str
    id: str | None = None
    at_ms: int | None = None
    actor: WireActor | None = None
    data: dict[str, Any] | None = None


class Head(Out, frozen=True):
    conversation: str
    head: int
    epoch: str


class Signal(Out, frozen=True):
    """Best effort: the latest wins, nothing is kept."""

    conversation: str
    kind: Literal["typing", "read", "presence", "draft"]
    actor: WireActor
    on: bool | None = None
    seq: int | None = None
    draft: str | None = None


class Notice(Out, frozen=True):
    kind: Literal["draining"]
    retry_in_ms: int


class Place(Out, frozen=True):
    """A place in a queue; `eta_s` is a range in seconds, null when nobody can say."""

    position: int
    eta_s: tuple[int, int] | None = None
    queue: str | None = None


class Question(Out, frozen=True):
    kind: Literal["csat", "nps", "ces", "fcr"]
    text: str
    low: str | None = None
    high: str | None = None


class SurveyCard(Out, frozen=True):
    id: str
    questions: list[Question]
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    expires_ms: int | None = None


class Snapshot(Out, frozen=True):
    """A conversation as the visitor sees it on (re)joining."""

    id: str
    state: State
    department: str | None
    head: int
    epoch: str
    agent: Person | None
    queue: Place | None
    survey: SurveyCard | None
    events: list[EventFrame]
    started_at_ms: int = 0


class VisitorView(Out, frozen=True):
    """What the console's side panel shows of a visitor."""

    id: str
    name: str | None = None
    email: str | None = None
    verified: bool = False
    locale: str | None = None
    timezone: str | None = None
    page: dict[str, Any] | None = None
    trail: list[dict[str, Any]] = msgspec.field(default_factory=list)
    user_agent: str | None = None
    first_seen_ms: int | None = None
    last_seen_ms: int | None = None
    conversations: int = 0
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    connected: bool = False


class AgentSnapshot(Out, frozen=True):
    """The same conversation as an agent or supervisor sees it."""

    id: str
    state: State
    department: str | None
    head: int
    epoch: str
    agent: Person | None
    agents: list[Person]
    queue: str | None
    queued_at_ms: int | None
    waiting_reply_since_ms: int | None
    started_at_ms: int
    last_at_ms: int
    closed_at_ms: int | None
    resolved: bool | None
    site: str
    channel: str
    tags: list[str]
    flags: list[str]
    visitor: VisitorView
    last_text: str | None
    wrapup_since_ms: int | None
    events: list[EventFrame]


class AgentMe(Out, frozen=True):
    id: str
    name: str
    email: str
    role: Role
    avatar: str | None
    status: Status
    reason: str | None
    max_concurrency: int
    queues: list[str]


class QueueWaiting(Out, frozen=True):
    conversation: str
    queue: str
    queued_at_ms: int
    position: int
    visitor: str
    last_text: str | None = None
    offered_to: str | None = None
    reason: str | None = None


class QueueFrame(Out, frozen=True):
    """All who wait, for every agent: the console's "queued" list."""

    queues: list[dict[str, Any]]
    waiting: list[QueueWaiting]
    as_of_ms: int
    agents: list[dict[str, Any]] = msgspec.field(default_factory=list)


class SiteSettings(Out, frozen=True):
    """What a widget must know of its site."""

    id: str
    name: str
    locale: str
    theme: dict[str, Any]
    hours: dict[str, Any]
    surveys: list[str]
    greeting: str | None
    departments: list[dict[str, str]]
    uploads: bool = False
    drafts: bool = False
    reply_time_s: int | None = None


class VisitorSession(Out, frozen=True):
    visitor: dict[str, Any]
    token: str
    site: SiteSettings
    conversation: Snapshot | None
    epoch: str


class AgentSession(Out, frozen=True):
    agent: AgentMe
    site: dict[str, Any]
    conversations: list[AgentSnapshot]
    queue: QueueFrame
    offers: list["Offer"]
    agents: list[dict[str, Any]]
    canned: list[dict[str, Any]]
    epoch: str


class Offer(Out, frozen=True):
    conversation: str
    queue: str | None
    waiting_ms: int
    expires_in_ms: int
    summary: dict[str, Any]


class OfferGone(Out, frozen=True):
    conversation: str
    why: Literal["accepted", "expired", "declined", "left", "assigned", "closed"]


class ErrorShape(Out, frozen=True, omit_defaults=True):
    code: str
    message: str
    retryable: bool
    request_id: str
    field: str | None = None
    retry_after_ms: int | None = None


class ErrorAnswer(Out, frozen=True):
    ok: Literal[False]
    error: ErrorShape
