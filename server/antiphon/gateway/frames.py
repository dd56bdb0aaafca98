"""The protocol: every frame that may cross a socket, once.

From these structs come the checks on the way in, the JSON Schema, the browser's types
(`widget/src/protocol/frames.gen.ts`) and `docs/protocol.md`. Unknown fields are refused.
`python -m antiphon.gateway.frames` prints the schema.
"""

import sys
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

MAX_TEXT = 4000  # characters of one message

Id = Annotated[str, Meta(min_length=1, max_length=80)]
Cmid = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Line = Annotated[str, Meta(max_length=200)]
Url = Annotated[str, Meta(max_length=2000)]
Reason = Annotated[str, Meta(max_length=200)]
TagName = Annotated[str, Meta(min_length=1, max_length=60)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]

State = Literal["new", "bot", "queued", "active", "diverted", "closed"]
Status = Literal["online", "busy", "away", "offline"]
Role = Literal["agent", "supervisor", "admin"]


class In(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Something a client sent."""


class Out(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=False):
    """Something the server says."""


# -- connecting -------------------------------------------------------------------------------


class Identity(In, frozen=True):
    """Who the shop says the visitor is; `hash` = HMAC-SHA256(site secret, id) in hex."""

    id: Id
    name: Line | None = None
    email: Line | None = None
    hash: Annotated[str, Meta(max_length=128)] | None = None


class Page(In, frozen=True):
    """Where the visitor is."""

    url: Url
    title: Annotated[str, Meta(max_length=300)] | None = None
    referrer: Url | None = None


class VisitorAuth(In, frozen=True):
    site: Id
    token: Annotated[str, Meta(max_length=200)] | None = None
    identity: Identity | None = None
    locale: Annotated[str, Meta(max_length=35)] | None = None
    page: Page | None = None


class TicketAuth(In, frozen=True):
    ticket: Annotated[str, Meta(min_length=1, max_length=200)]


# -- what a visitor may send ------------------------------------------------------------------


class QuickReply(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A button: what is read, and what it stands for."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    payload: Annotated[str, Meta(min_length=1, max_length=1000)]


class VisitorStart(In, frozen=True):
    cmid: Cmid
    text: Text | None = None
    department: Id | None = None
    pre_chat: dict[Annotated[str, Meta(max_length=60)], Annotated[str, Meta(max_length=500)]] | None = None


class VisitorSay(In, frozen=True):
    conversation: Id
    cmid: Cmid
    text: Text | None = None
    attachments: Annotated[list[Id], Meta(max_length=10)] | None = None
    quick_reply: QuickReply | None = None


class Sync(In, frozen=True):
    conversation: Id
    after: Seq
    epoch: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 200


class VisitorHandoff(In, frozen=True):
    conversation: Id
    cmid: Cmid
    department: Id | None = None


class VisitorEnd(In, frozen=True):
    conversation: Id
    cmid: Cmid


class Answers(In, frozen=True):
    """One score a question; null skips it, absent says nothing of it."""

    csat: Annotated[int, Meta(ge=1, le=5)] | None | UnsetType = UNSET
    nps: Annotated[int, Meta(ge=0, le=10)] | None | UnsetType = UNSET
    ces: Annotated[int, Meta(ge=1, le=7)] | None | UnsetType = UNSET
    fcr: Annotated[int, Meta(ge=0, le=1)] | None | UnsetType = UNSET
    comment: Annotated[str, Meta(max_length=MAX_TEXT)] | None = None


class VisitorRate(In, frozen=True):
    conversation: Id
    survey: Id
    cmid: Cmid
    answers: Answers


class Typing(In, frozen=True):
    conversation: Id
    on: bool
    draft: Annotated[str, Meta(max_length=MAX_TEXT)] | None = None


class Read(In, frozen=True):
    conversation: Id
    seq: Seq


class Track(In, frozen=True):
    cmid: Cmid
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    value: float | None = None
    currency: Annotated[str, Meta(min_length=3, max_length=3)] | None = None


class VisitorLeaveMessage(In, frozen=True):
    """Leave the queue for a written answer later."""

    conversation: Id
    cmid: Cmid
    email: Line | None = None
    text: Text | None = None


# -- what an agent may send -------------------------------------------------------------------


class SetStatus(In, frozen=True):
    status: Status
    reason: Reason | None = None
    max_concurrency: Annotated[int, Meta(ge=1, le=50)] | None = None


class OfConversation(In, frozen=True):
    conversation: Id


class Decline(In, frozen=True):
    conversation: Id
    reason: Reason | None = None


class AgentSay(In, frozen=True):
    conversation: Id
    cmid: Cmid
    text: Text
    canned: Id | None = None


class WriteNote(In, frozen=True):
    conversation: Id
    cmid: Cmid
    text: Text


class Transfer(In, frozen=True):
    conversation: Id
    cmid: Cmid
    to_queue: Id | None = None
    to_agent: Id | None = None
    to_bot: bool | None = None
    warm: bool = False
    note: Text | None = None


class AgentEnd(In, frozen=True):
    conversation: Id
    cmid: Cmid
    resolved: bool
    reason: Reason | None = None


class Wrapup(In, frozen=True):
    conversation: Id
    done: bool
    disposition: Reason | None = None
    tags: Annotated[list[TagName], Meta(max_length=20)] | None = None


class SetTags(In, frozen=True):
    conversation: Id
    tags: Annotated[list[TagName], Meta(max_length=20)]


class SetFlag(In, frozen=True):
    conversation: Id
    flag: Literal["complaint", "escalate", "spam", "not_spam"]
    level: Reason | None = None


# -- what a supervisor may send ---------------------------------------------------------------


class Assign(In, frozen=True):
    conversation: Id
    agent: Id | None = None
    queue: Id | None = None


class SetAgentStatus(In, frozen=True):
    agent: Id
    status: Status
    reason: Reason | None = None


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
    answers: dict[str, Any] = {}
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
    trail: list[dict[str, Any]] = []
    user_agent: str | None = None
    first_seen_ms: int | None = None
    last_seen_ms: int | None = None
    conversations: int = 0
    attributes: dict[str, Any] = {}
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
    agents: list[dict[str, Any]] = []


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


# -- the tables: namespace → event → (what comes in, what it does) ------------------------------


class Call(msgspec.Struct, frozen=True):
    """A row of the protocol: the request's struct, the ok answer's fields, one sentence."""

    takes: type[In]
    gives: str
    says: str


VISITOR: dict[str, Call] = {
    "start": Call(VisitorStart, "{conversation, seq, state, snapshot}",
                  "Begin; the same cmid gives the same conversation."),
    "say": Call(VisitorSay, "{seq, id, at_ms, dup?}", "Write, or press a quick reply."),
    "sync": Call(Sync, "{events, head, epoch, more}", "Read what is missing, in order."),
    "handoff": Call(VisitorHandoff, "{state, queue: {position, eta_s}}", "Ask for a person."),
    "leave_message": Call(VisitorLeaveMessage, "{state}", "Leave the queue for a written answer later."),
    "end": Call(VisitorEnd, "{state, survey}", "End the conversation."),
    "rate": Call(VisitorRate, "{survey}", "Answer the survey; again within 24 h to change it."),
    "typing": Call(Typing, "{}", "The visitor is (not) writing."),
    "read": Call(Read, "{}", "Seen up to seq."),
    "page": Call(Page, "{}", "The visitor moved on."),
    "track": Call(Track, "{}", "Something of value happened on the shop's page."),
}  # fmt: skip

AGENT: dict[str, Call] = {
    "status": Call(SetStatus, "{agent}", "Say whether one is there."),
    "accept": Call(OfConversation, "{conversation: snapshot}", "Take an offer, or pick from the queue."),
    "decline": Call(Decline, "{}", "Refuse an offer."),
    "say": Call(AgentSay, "{seq, id, at_ms, dup?}", "Write to the visitor."),
    "note": Call(WriteNote, "{seq, id, at_ms, dup?}", "Write to colleagues only."),
    "typing": Call(Typing, "{}", "The agent is (not) writing."),
    "read": Call(Read, "{}", "Seen up to seq."),
    "sync": Call(Sync, "{events, head, epoch, more}", "Read what is missing, in order."),
    "transfer": Call(Transfer, "{state}", "Hand on to a queue, an agent or the bot."),
    "leave": Call(OfConversation, "{state}", "Step out."),
    "end": Call(AgentEnd, "{state}", "End the conversation."),
    "wrapup": Call(Wrapup, "{}", "After-chat work."),
    "tag": Call(SetTags, "{tags}", "Set the topics."),
    "flag": Call(SetFlag, "{flags}", "Complaint, escalation, spam."),
    "watch": Call(OfConversation, "{conversation: snapshot}", "Read along."),
    "unwatch": Call(OfConversation, "{}", "Stop reading along."),
}  # fmt: skip

SUPERVISOR: dict[str, Call] = {
    "watch": Call(OfConversation, "{conversation: snapshot}", "Read along, unseen by the visitor."),
    "unwatch": Call(OfConversation, "{}", "Stop reading along."),
    "sync": Call(Sync, "{events, head, epoch, more}", "Read what is missing, in order."),
    "whisper": Call(WriteNote, "{seq, id, at_ms, dup?}", "Write to the agent, not to the visitor."),
    "join": Call(OfConversation, "{state}", "Step in beside the agent; the visitor is told."),
    "take_over": Call(OfConversation, "{state}", "Take the conversation."),
    "assign": Call(Assign, "{state}", "Give the conversation to an agent or a queue."),
    "set_status": Call(SetAgentStatus, "{agent}", "Change an agent's status; it is written down."),
}  # fmt: skip

NAMESPACES: dict[str, dict[str, Call]] = {"/visitor": VISITOR, "/agent": AGENT, "/supervisor": SUPERVISOR}

_ALWAYS: dict[str, type[Out] | None] = {"event": EventFrame, "head": Head, "signal": Signal, "notice": Notice}

SAID: dict[str, dict[str, type[Out] | None]] = {
    "/visitor": {"session": VisitorSession, **_ALWAYS, "queue": Place},
    "/agent": {"session": AgentSession, **_ALWAYS, "offer": Offer, "offer_gone": OfferGone,
               "queue": QueueFrame, "me": AgentMe},
    "/supervisor": {**_ALWAYS, "board": None},
}  # fmt: skip


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of all frames, under `$defs`, names as the classes."""
    structs: list[Any] = [VisitorAuth, TicketAuth, ErrorAnswer]
    structs += [call.takes for calls in NAMESPACES.values() for call in calls.values()]
    structs += [out for said in SAID.values() for out in said.values() if out]
    _, defs = msgspec.json.schema_components(dict.fromkeys(structs), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "AntiphonProtocol",
        "$defs": dict(sorted(defs.items())),
    }


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n")
