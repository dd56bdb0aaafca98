"""What a client may send. Unknown fields are refused."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from antiphon.gateway.frames.words import (
    MAX_TEXT,
    Cmid,
    Id,
    In,
    Line,
    Reason,
    Seq,
    Status,
    TagName,
    Text,
    Url,
)

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
