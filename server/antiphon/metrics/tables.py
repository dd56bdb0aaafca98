"""The tables of facts: their columns, and expressions that have a name because several KPIs use them."""

from collections.abc import Mapping

from antiphon.metrics import (
    audience,
    coverage,
    derived,
    expected,
    linked,
    pace,
    promises,
    recent,
    sales,
    servqual,
)  # fmt: skip
from antiphon.metrics.facts import rows, rows_beside

ROWS: Mapping[str, type[tuple[object, ...]]] = {
    "conversation": rows.Conversation,
    "visit": rows.Visit,
    "offer": rows.Offer,
    "engagement": rows.Engagement,
    "wrapup": rows.Wrapup,
    "turn": rows.Turn,
    "leg": rows.Leg,
    "heard": rows.Heard,
    "episode": rows.Episode,
    "transfer": rows.Transfer,
    "asked": rows.Asked,
    "answer": rows.Answer,
    "status": rows.Status,
    "shift": rows.Shift,
    "employment": rows.Employment,
    "ticket": rows_beside.Ticket,
    "ticket_status": rows_beside.TicketStatus,
    "solve": rows_beside.Solve,
    "piece": derived.Piece,
    "handling": derived.Handling,
    "effort": derived.Effort,
    "case": linked.Case,
    "contact": linked.Contact,
    "leg_case": linked.LegCase,
    "issue": linked.Issue,
    "ticket_wait": rows_beside.TicketWait,
    "target": promises.Target,
    "backlog": promises.Backlog,
    "flow": linked.Flow,
    "browse": linked.Browse,
    "gap": servqual.Gap,
    "closing": linked.Closing,
    "routine": linked.Routine,
    "paced": pace.Paced,
    "post": derived.Piece,
    "expected": expected.Expected,
    "recent": recent.Recent,
    "action": rows_beside.Action,
    "session": rows_beside.Session,
    "order": rows_beside.Order,
    "signup": rows_beside.Signup,
    "membership": rows_beside.Membership,
    "mention": rows_beside.Mention,
    "benchmark": rows_beside.Benchmark,
    "sale": sales.Sale,
    "assist": sales.Assist,
    "retained": audience.Retained,
    "user_day": audience.UserDay,
    "newcomer": audience.Newcomer,
    "prospect": audience.Prospect,
    "staff": audience.Staff,
    "cover": coverage.Cover,
}

COLUMNS: Mapping[str, frozenset[str]] = {
    name: frozenset(row._fields)  # type: ignore[attr-defined]  # every row is a NamedTuple
    for name, row in ROWS.items()
}

_OVER = {
    "over": "ended_at < 9007199254740992",
    "contained": "ended_at < 9007199254740992 and handoff == 0 and engaged == 0",
}
_LAST_CLOSE = {"closed": "closed_at < 9007199254740992", "last_close": "next_closed_at >= to_ms"}
_CLOSES = {
    **_LAST_CLOSE,
    "stays_closed": "reopened_at >= to_ms",
    "resolved": "resolved_at < to_ms",
}
_STOOD = {"stood_ms": "max(0, min(to_at, now_ms) - max(from_at, from_ms))"}
_MISSED = "('abandoned_in_queue', 'abandoned_after_accept', 'unanswered_closed')"

NAMED: Mapping[str, Mapping[str, str]] = {
    "conversation": {
        "requested": "requested_at < 9007199254740992",
        "served": "outcome == 'served'",
        "missed": f"outcome in {_MISSED}",
        "decided": f"outcome == 'served' or outcome in {_MISSED}",
        "response_ms": "served_at - response_from",
        "short_left": "outcome == 'abandoned_in_queue' and short_left_ms <= short_abandon_ms",
        "was_diverted": "diverted_at < 9007199254740992",
        "by_person": "initiator != 'agent'",
        "late": "outcome == 'pending' and as_of_ms - response_from > frt_target_ms",
    },
    "visit": {
        "answered": "outcome == 'answered'",
        "abandoned": "outcome == 'abandoned'",
        "system_closed": "outcome == 'system_closed'",
        "waiting": "outcome == 'waiting'",
        "wait_ms": "min(left_at, as_of_ms) - entered_at",
        "decided": "outcome in ('answered', 'abandoned', 'system_closed')",
        "short": "outcome == 'abandoned' and left_at - entered_at <= short_abandon_ms",
        "in_time": "outcome == 'answered' and left_at - entered_at <= sl_threshold_ms",
        "gone_in_time": "outcome == 'abandoned' and left_at - entered_at <= sl_threshold_ms",
        "breached": "outcome == 'waiting' and as_of_ms - entered_at > sl_threshold_ms",
        "undecided": "outcome == 'waiting' and as_of_ms - entered_at <= sl_threshold_ms",
        "stood_ms": "max(0, min(left_at, now_ms) - max(entered_at, from_ms))",
    },
    "engagement": {
        "engaged_ms": "ended_at - started_at",
        "handled_ms": "ended_at - started_at + wrap_ms",
    },
    "handling": _STOOD,
    "status": _STOOD,
    "cover": _STOOD,
    "shift": _STOOD,
    "piece": {
        **_STOOD,
        "finished": "ended if from_ms < to_at and to_at <= now_ms else 0",
        "online": "status == 'online'",
        "busy": "load >= 1 and status not in ('offline', '')",
        "idle": "load == 0 and status == 'online'",
        "slots": "max(capacity if status == 'online' else 0, load)",
    },
    "turn": {
        "later_human": "by == 'human' and first == 0",
        "waited_ms": "ended_at - started_at",
        "agent_waited_ms": "ended_at - agent_from",
    },
    "leg": {**_OVER, "stood_ms": "max(0, min(ended_at, now_ms) - max(started_at, from_ms))"},
    "heard": {"over": "ended_at < 9007199254740992"},
    "leg_case": _OVER,
    "answer": {"in_force": "superseded_at >= until_ms and next_at >= until_ms"},
    "episode": _CLOSES,
    "case": _CLOSES,
    "closing": {
        **_LAST_CLOSE,
        "complaint": "complaint_at < to_ms",
        "escalated": "escalated_at < to_ms",
    },
    "routine": _LAST_CLOSE,
    "expected": {"over": "to_at <= min(to_ms, as_of_ms)"},
}
