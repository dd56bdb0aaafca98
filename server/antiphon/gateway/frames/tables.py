"""Namespace → event → what comes in, what it does; and what the server says by itself."""

from typing import Any

import msgspec

from antiphon.gateway.frames.asked import (
    AgentEnd,
    AgentSay,
    Assign,
    Decline,
    OfConversation,
    Page,
    Read,
    SetAgentStatus,
    SetFlag,
    SetStatus,
    SetTags,
    Sync,
    TicketAuth,
    Track,
    Transfer,
    Typing,
    VisitorAuth,
    VisitorEnd,
    VisitorHandoff,
    VisitorLeaveMessage,
    VisitorRate,
    VisitorSay,
    VisitorStart,
    Wrapup,
    WriteNote,
)
from antiphon.gateway.frames.told import (
    AgentMe,
    AgentSession,
    ErrorAnswer,
    EventFrame,
    Head,
    Notice,
    Offer,
    OfferGone,
    Place,
    QueueFrame,
    Signal,
    VisitorSession,
)
from antiphon.gateway.frames.words import In, Out

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
