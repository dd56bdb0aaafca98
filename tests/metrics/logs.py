"""Random histories for hypothesis: odd, overlapping, unfinished, with ties in time; and short words for "
"stories."""

from typing import Any

from hypothesis import strategies as st

from antiphon.domain.events import Event

DAY_MS = 1_767_571_200_000  # 2026-01-05T00:00:00Z, a Monday
AGENTS = ("ann", "bob", "cid")
QUEUES = ("sales", "help")
STEPS_MS = (0, 1, 999, 1_000, 5_000, 10_000, 10_001, 30_000, 60_000, 60_001, 120_000, 600_000)

_agent, _queue = st.sampled_from(AGENTS), st.sampled_from(QUEUES)
_flag = st.booleans()


def _one(kind: str, /, **fields: Any) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


MOVE = st.one_of(
    _one("message", sender=st.just("visitor"), public=st.just(True)),
    _one("message", sender=st.just("bot"), auto=_flag, fallback=_flag),
    _one(
        "message",
        sender=st.just("agent"),
        agent=_agent,
        auto=_flag,
        public=st.sampled_from([True, True, False]),
    ),
    _one("bot_started", bot=st.just("bot")),
    _one("bot_confirm", answer=st.sampled_from(["yes", "no"])),
    _one("handoff_requested", by=st.just("visitor")),
    _one("queue_entered", queue=_queue, reason=st.sampled_from(["new", "transfer", "agent_lost"])),
    _one("queue_entered", queue=_queue, reason=st.just("handoff")),
    _one("offer_made", agent=_agent),
    _one("offer_expired", agent=_agent),
    _one("offer_declined", agent=_agent),
    _one("accepted", agent=_agent, auto=_flag),
    _one("accepted", agent=_agent),
    _one("transferred", to_queue=_queue, warm=_flag),
    _one("agent_left", agent=_agent),
    _one("agent_lost", agent=_agent),
    _one("diverted", reason=st.sampled_from(["off_hours", "no_agents"])),
    _one("visitor_disconnected"),
    _one("visitor_reconnected"),
    _one("visitor_ended"),
    _one("closed", by=st.sampled_from(["visitor", "agent", "bot", "system"]), resolved=_flag),
    _one("reopened", by=st.just("visitor")),
    _one("wrapup_started", agent=_agent),
    _one("wrapup_ended", agent=_agent),
    _one("survey_offered", kinds=st.just(["csat", "nps"])),
    _one("survey_answered", kind=st.just("csat"), score=st.integers(1, 5)),
    _one("survey_answered", kind=st.just("nps"), score=st.integers(0, 10)),
    _one("spam_flagged"),
    _one("spam_cleared"),
)
STATUS = _one(
    "agent_status",
    status=st.sampled_from(["online", "busy", "away", "offline"]),
    max_concurrency=st.integers(1, 4),
)


@st.composite
def conversation(draw: st.DrawFn, name: str) -> list[Event]:
    """One conversation: a start and up to sixteen things that may or may not make sense."""
    at_ms = DAY_MS + draw(st.integers(-3, 6)) * 3_600_000
    start = {
        "visitor": draw(st.sampled_from(["v1", "v2", "v3"])),
        "channel": draw(st.sampled_from(["web", "sms"])),
    }
    moves = [("conversation_started", start), *draw(st.lists(MOVE, max_size=16))]
    events = []
    for n, (kind, data) in enumerate(moves, 1):
        events.append(Event(kind=kind, stream=name, at_ms=at_ms, data=data, n=n))
        at_ms += draw(st.sampled_from(STEPS_MS))
    return events


@st.composite
def shift(draw: st.DrawFn, agent: str) -> list[Event]:
    """An agent's changes of status."""
    at_ms = DAY_MS + draw(st.integers(-2, 3)) * 3_600_000
    events = []
    for n, (kind, data) in enumerate(draw(st.lists(STATUS, max_size=5)), 1):
        events.append(
            Event(kind=kind, stream=f"agent:{agent}", at_ms=at_ms, data={**data, "agent": agent}, n=n)
        )
        at_ms += draw(st.integers(0, 90)) * 60_000
    return events


@st.composite
def logs(draw: st.DrawFn, conversations: int = 4) -> list[list[Event]]:
    """A small centre's histories, one a stream."""
    streams = [draw(conversation(f"c{i}")) for i in range(draw(st.integers(1, conversations)))]
    return [*streams, *(history for agent in AGENTS if (history := draw(shift(agent))))]
