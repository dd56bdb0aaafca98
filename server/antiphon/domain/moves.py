"""The life of a conversation as a table.

`MOVES` is the whole life cycle. A kind that is not in it is a remark: it moves nothing and is allowed in the
states `REMARKS` names. Only new events are asked (`lawful`); history is taken as it was.
"""

from collections.abc import Mapping
from typing import Literal, get_args

State = Literal["new", "bot", "queued", "active", "diverted", "closed"]
STATES: tuple[State, ...] = get_args(State)

MOVES: Mapping[State, Mapping[str, State]] = {
    "new": {"bot_started": "bot", "queue_entered": "queued", "diverted": "diverted", "closed": "closed"},
    "bot": {"queue_entered": "queued", "diverted": "diverted", "closed": "closed"},
    "queued": {
        "accepted": "active", "queue_entered": "queued", "diverted": "diverted", "closed": "closed",
    },
    "active": {
        "accepted": "active", "queue_entered": "queued", "bot_started": "bot", "diverted": "diverted",
        "closed": "closed",
    },
    "diverted": {"queue_entered": "queued", "closed": "closed"},
    "closed": {"reopened": "bot"},
}  # fmt: skip

TARGET: Mapping[str, State] = {kind: to for moves in MOVES.values() for kind, to in moves.items()}

_LIVE: tuple[State, ...] = ("bot", "queued", "active", "diverted")
_ANY: tuple[State, ...] = (*_LIVE, "closed")
REMARKS: Mapping[str, tuple[State, ...]] = {
    "conversation_started": ("new",),
    "message": _ANY,
    "bot_confirm": ("bot", "closed"),
    "handoff_requested": ("bot",),
    "offer_made": ("queued", "active"),
    "offer_expired": ("queued", "active"),
    "offer_declined": ("queued", "active"),
    "transferred": ("active",),
    "agent_left": ("active",),
    "agent_lost": ("active",),
    "visitor_disconnected": _LIVE,
    "visitor_reconnected": _LIVE,
    "visitor_ended": _LIVE,
    "wrapup_started": ("active", "queued", "closed"),
    "wrapup_ended": _ANY,
    "survey_offered": ("closed",),
    "survey_answered": ("closed",),
    "tagged": _ANY,
    "complaint_flagged": _ANY,
    "escalated": _ANY,
    "spam_flagged": _ANY,
    "spam_cleared": _ANY,
}


def lawful(state: State, kind: str) -> bool:
    """May an event of `kind` happen in `state`?"""
    return kind in MOVES[state] or state in REMARKS.get(kind, ())
