"""Everything that can have happened.

One `Event` type and one table, `KINDS`: the vocabulary of the journal, of the import file
and of the wire. Rules:

1. An event is never changed and never removed.
2. `data` holds facts and numbers only. What a person wrote is `words`, stored apart, so that
   erasing a person blanks rows and never history.
3. A kind lives on one kind of stream (a conversation, an agent, a ticket, ...).
4. A new fact is a new row in `KINDS`; readers ignore kinds and fields they do not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ActorKind = Literal["visitor", "bot", "agent", "system"]
Stream = Literal["conversation", "agent", "ticket", "customer", "desk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it. `id` is the visitor's, agent's or bot's id; the system has none."""

    kind: ActorKind
    id: str | None = None
    name: str | None = None


SYSTEM = Actor(kind="system")
IMPORTED = "i:"  # begins the cmid of an event that another system's history brought


@dataclass(frozen=True, kw_only=True)  # no slots: `made` and `_copy` fill the dict, which every message does
class Event:
    """One fact on one stream.

    `stream` is a conversation's id, or `agent:ID`, `ticket:ID`, `customer:ID`, `desk:ID`;
    `n` counts 1, 2, 3 ... within it; `seq` is the journal's global order; both are 0 until
    the event is appended. `at_ms` is UTC milliseconds by the server's clock. `cmid` is the
    client's id of the command that caused it, for idempotency.
    """

    kind: str
    stream: str
    at_ms: int
    actor: Actor = SYSTEM
    data: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] | None = None
    cmid: str | None = None
    cause: int | None = None
    n: int = 0
    seq: int = 0
    id: str = ""

    @classmethod
    def made(
        cls, kind: str, stream: str, at_ms: int, actor: Actor, data: Mapping[str, Any],
        words: Mapping[str, Any] | None, cmid: str | None, cause: int | None,
    ) -> "Event":  # fmt: skip
        """A new event, not yet at its place; four times as fast as the constructor."""
        event = object.__new__(cls)
        event.__dict__.update(
            kind=kind, stream=stream, at_ms=at_ms, actor=actor, data=data, words=words, cmid=cmid,
            cause=cause, n=0, seq=0, id="",
        )  # fmt: skip
        return event

    def numbered(self, n: int) -> "Event":
        """The same at its place in its stream."""
        return _copy(self, n=n, seq=0, id=f"{self.stream}-{n}")

    def placed(self, seq: int) -> "Event":
        """The same at its place in the journal."""
        return _copy(self, seq=seq)

    @property
    def imported(self) -> bool:
        """Somebody else's history: counted like ours, never routed."""
        return self.cmid is not None and self.cmid.startswith(IMPORTED)


def _copy(event: Event, **changes: int | str) -> Event:
    """`dataclasses.replace` by hand: it is done twice for every event there is."""
    copy = object.__new__(Event)
    copy.__dict__.update(event.__dict__, **changes)
    return copy


@dataclass(frozen=True, slots=True)
class Field:
    """One payload field: its type, whether it must be there, and what it may be."""

    type: Literal["text", "int", "number", "bool", "object", "list"]
    required: bool = False
    one_of: tuple[str, ...] = ()
    words: bool = False  # a person wrote it: stored apart from the journal


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the vocabulary."""

    stream: Stream
    says: str
    fields: Mapping[str, Field]


TEXT, NEED = Field("text"), Field("text", required=True)
FLAG, INT, NUM, OBJ, LIST = (
    Field("bool"), Field("int"), Field("number"), Field("object"), Field("list")
)  # fmt: skip
WORDS = Field("text", words=True)


def _of(*values: str, required: bool = True) -> Field:
    return Field("text", required=required, one_of=values)


_AGENT = {"agent": NEED}
_FLAG = {"value": TEXT, "level": TEXT, "agent": TEXT}
_ANSWER_KINDS = _of("csat", "nps", "ces", "fcr", "servqual", "brand", "compare")
_TICKET_STATUS = _of("new", "open", "pending", "on_hold", "solved", "closed")

KINDS: dict[str, Kind] = {
    # -- a conversation's life --------------------------------------------------------------
    "conversation_started": Kind("conversation", "the visitor's first own action", {
        "visitor": NEED, "channel": TEXT, "initiator": _of("visitor", "agent", "trigger", required=False),
        "site": TEXT, "page": TEXT, "language": TEXT, "segment": TEXT, "device": TEXT,
        "country": TEXT, "campaign": TEXT, "department": TEXT, "customer": TEXT,
        "pre_chat": Field("object", words=True), "test": FLAG, "returning": FLAG}),
    "message": Kind("conversation", "somebody wrote", {
        "sender": _of("visitor", "bot", "agent"), "agent": TEXT, "public": FLAG, "auto": FLAG,
        "canned_id": TEXT, "fallback": FLAG, "intent": TEXT, "confidence": NUM, "sentiment": NUM,
        "length": INT, "attachments": Field("int"), "text": WORDS, "whisper": FLAG, "courtesy": FLAG,
        "print": TEXT}),
    "bot_started": Kind("conversation", "the bot took the conversation", {"bot": TEXT}),
    "bot_confirm": Kind("conversation", "the visitor said whether the bot had helped", {
        "bot": TEXT, "answer": _of("yes", "no")}),
    "handoff_requested": Kind("conversation", "the bot leg ends: a person is wanted", {
        "by": _of("visitor", "bot", "rule", "supervisor"), "reason": TEXT, "intents": LIST,
        "summary": WORDS, "slots": Field("object", words=True)}),
    "queue_entered": Kind("conversation", "a queue visit opens", {
        "queue": NEED, "priority": INT, "reason": _of("new", "handoff", "transfer", "overflow", "agent_lost"),
        "rank_ms": INT, "estimate_s": LIST}),
    "diverted": Kind("conversation", "left live handling", {
        "to": _of("ticket", "other", required=False), "ticket": TEXT,
        "reason": _of("off_hours", "no_agents", "timeout", "visitor_choice", required=False),
        "queue": TEXT}),
    "offer_made": Kind("conversation", "an agent's console rings", {
        **_AGENT, "queue": TEXT, "expires_ms": INT}),
    "offer_expired": Kind("conversation", "the agent did not answer in time", _AGENT),
    "offer_declined": Kind("conversation", "the agent said no", {**_AGENT, "reason": WORDS}),
    "accepted": Kind("conversation", "an agent took it: the visit is answered", {
        **_AGENT, "auto": FLAG, "warm": FLAG, "name": TEXT, "joined": FLAG}),
    "transferred": Kind("conversation", "handed on", {
        "from": TEXT, "to_queue": TEXT, "to_agent": TEXT, "to_bot": FLAG, "warm": FLAG,
        "by": _of("agent", "supervisor", required=False)}),
    "agent_left": Kind("conversation", "the agent stepped out", _AGENT),
    "agent_lost": Kind("conversation", "the agent's connection is gone", _AGENT),
    "visitor_disconnected": Kind("conversation", "the visitor's last socket dropped", {}),
    "visitor_reconnected": Kind("conversation", "the visitor is back", {}),
    "visitor_ended": Kind("conversation", "the visitor ended the chat", {}),
    "closed": Kind("conversation", "over", {
        "by": _of("visitor", "agent", "bot", "system"), "agent": TEXT, "resolved": FLAG,
        "reason": TEXT}),
    "reopened": Kind("conversation", "it goes on", {"by": TEXT}),
    "wrapup_started": Kind("conversation", "after-chat work begins", _AGENT),
    "wrapup_ended": Kind("conversation", "after-chat work is done", {**_AGENT, "disposition": TEXT}),
    "survey_offered": Kind("conversation", "the questions are on the visitor's screen", {
        "survey": TEXT, "kind": Field("text"), "kinds": LIST, "item": TEXT, "customer": TEXT,
        "questions": LIST}),
    "survey_answered": Kind("conversation", "one answer to one question", {
        "survey": TEXT, "kind": _ANSWER_KINDS, "item": TEXT, "score": NUM, "skipped": FLAG,
        "scale": TEXT, "reversed": FLAG, "customer": TEXT, "text": WORDS}),
    "tagged": Kind("conversation", "a topic was set", {
        "value": TEXT, "tags": LIST, "level": TEXT, "agent": TEXT}),
    "complaint_flagged": Kind("conversation", "this is a complaint", _FLAG),
    "escalated": Kind("conversation", "a tier up", _FLAG),
    "spam_flagged": Kind("conversation", "not a customer", _FLAG),
    "spam_cleared": Kind("conversation", "a customer after all", _FLAG),
    # -- an agent's shift ---------------------------------------------------------------------
    "agent_status": Kind("agent", "every change, log-in and log-out included", {
        **_AGENT, "status": _of("online", "busy", "away", "offline"), "reason": TEXT,
        "max_concurrency": INT, "queues": LIST, "by": TEXT}),
    "shift_planned": Kind("agent", "paid time", {
        **_AGENT, "start_ms": INT, "end_ms": INT, "from": INT, "to": INT}),
    "shift_withdrawn": Kind("agent", "paid time that will not be", {
        **_AGENT, "start_ms": Field("int", required=True), "end_ms": Field("int", required=True)}),
    "employee_hired": Kind("agent", "joined the team", _AGENT),
    "employee_left": Kind("agent", "left the team", {**_AGENT, "voluntary": FLAG}),
    # -- a ticket -----------------------------------------------------------------------------
    "ticket_created": Kind("ticket", "something to answer later", {
        "ticket": NEED, "conversation": TEXT, "visitor": TEXT, "customer": TEXT, "queue": TEXT,
        "channel": TEXT, "priority": TEXT, "by": TEXT, "topic": TEXT, "due_ms": INT,
        "subject": WORDS, "text": WORDS}),
    "ticket_status_changed": Kind("ticket", "moved on", {
        "ticket": NEED, "status": _TICKET_STATUS, "agent": TEXT, "merged_into": TEXT}),
    "ticket_replied": Kind("ticket", "answered", {
        "ticket": NEED, "agent": TEXT, "public": FLAG, "auto": FLAG,
        "by": _of("agent", "customer", required=False), "text": WORDS}),
    "ticket_assigned": Kind("ticket", "somebody's", {"ticket": NEED, "agent": TEXT, "queue": TEXT}),
    "ticket_priority_changed": Kind("ticket", "more or less urgent", {"ticket": NEED, "priority": NEED}),
    "ticket_reopened": Kind("ticket", "not solved after all", {"ticket": NEED, "by": TEXT}),
    # -- the customer's side ------------------------------------------------------------------
    **{kind: Kind("customer", says, {
        "visitor": TEXT, "customer": TEXT, "amount": NUM, "currency": TEXT, "page": TEXT,
        "name": TEXT, "session": TEXT, "campaign": TEXT, "device": TEXT, "segment": TEXT, "order": TEXT})
       for kind, says in {
        "visit_started": "a session on the site", "page_view": "a page was seen",
        "invitation_shown": "a greeting was shown", "invitation_accepted": "and taken up",
        "goal_reached": "a goal of the site", "order_paid": "money in", "order_refunded": "money back",
        "signed_up": "a new user", "activated": "first real use", "login": "logged in"}.items()},
    "customer_state": Kind("customer", "for retention and churn", {
        "customer": NEED, "active": FLAG, "plan": TEXT, "amount": NUM, "currency": TEXT}),
    # -- the world outside --------------------------------------------------------------------
    "mention": Kind("desk", "somebody spoke of us", {
        "network": TEXT, "author": TEXT, "brand": TEXT, "sentiment": TEXT, "replied_at": INT, "text": WORDS,
        "needs_reply": FLAG, "language": TEXT, "topic": TEXT, "own": FLAG, "repost": FLAG, "spam": FLAG}),
    "benchmark": Kind("desk", "somebody else's number", {
        "metric": TEXT, "competitor": TEXT, "industry": TEXT, "value": NUM, "date": TEXT,
        "source": TEXT, "definition_matches": FLAG}),
}  # fmt: skip
