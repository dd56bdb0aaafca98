"""Random histories for hypothesis: odd, overlapping, unfinished, with ties in time; and short words for "
"stories."""

from typing import Any

from hypothesis import strategies as st

from antiphon.domain.events import Event

DAY_MS = 1_767_571_200_000  # 2026-01-05T00:00:00Z, a Monday
AGENTS = ("ann", "bob", "cid")
QUEUES = ("sales", "help")
STEPS_MS = (0, 1, 5_000, 10_000, 10_001, 30_000, 30_001, 60_000, 60_001, 120_000, 120_001, 600_000)

_agent, _queue = st.sampled_from(AGENTS), st.sampled_from(QUEUES)
_flag = st.booleans()


def _one(kind: str, /, **fields: Any) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


SAYS = _one("message", sender=st.just("visitor"), public=st.just(True))
BOT = _one("message", sender=st.just("bot"), auto=_flag, fallback=_flag)
REPLY = _one("message", sender=st.just("agent"), agent=_agent, auto=st.sampled_from([False, False, True]))
NOTE = _one("message", sender=st.just("agent"), agent=_agent, public=st.just(False))
QUEUE = _one(
    "queue_entered", queue=_queue, reason=st.sampled_from(["new", "handoff", "transfer", "agent_lost"])
)
OFFER = st.one_of(*(_one(kind, agent=_agent) for kind in ("offer_made", "offer_expired", "offer_declined")))
ACCEPT = _one("accepted", agent=_agent, auto=_flag)
CLOSE = _one("closed", by=st.sampled_from(["visitor", "agent", "bot", "system"]), resolved=_flag)
GONE, BACK, ENDED = _one("visitor_disconnected"), _one("visitor_reconnected"), _one("visitor_ended")
WRAP = st.one_of(_one("wrapup_started", agent=_agent), _one("wrapup_ended", agent=_agent))
RATING = st.one_of(
    _one("survey_offered", kinds=st.just(["csat", "nps"])),
    _one("survey_answered", kind=st.just("csat"), score=st.integers(1, 5)),
    _one("survey_answered", kind=st.just("nps"), score=st.integers(0, 10)),
)
ODD = st.one_of(
    _one("bot_started", bot=st.just("bot")),
    _one("bot_confirm", answer=st.sampled_from(["yes", "no"])),
    _one("handoff_requested", by=st.just("visitor")),
    _one("transferred", to_queue=_queue, warm=_flag),
    _one("agent_left", agent=_agent),
    _one("agent_lost", agent=_agent),
    _one("diverted", reason=st.sampled_from(["off_hours", "no_agents"])),
    _one("reopened", by=st.just("visitor")),
    _one("spam_flagged"),
    _one("spam_cleared"),
    NOTE,
)
ANY = st.one_of(SAYS, BOT, REPLY, QUEUE, OFFER, ACCEPT, CLOSE, GONE, BACK, ENDED, WRAP, RATING, ODD)

# What likely comes next; everything else comes, too, only more rarely.
LIKELY = {
    "conversation_started": st.one_of(SAYS, BOT, QUEUE, QUEUE),
    "queue_entered": st.one_of(ACCEPT, ACCEPT, GONE, ENDED, OFFER, CLOSE, BOT),
    "offer_made": st.one_of(ACCEPT, OFFER, GONE),
    "visitor_disconnected": st.one_of(BACK, BACK, ACCEPT, SAYS, CLOSE, QUEUE),
    "visitor_reconnected": st.one_of(SAYS, ACCEPT, GONE),
    "accepted": st.one_of(REPLY, REPLY, REPLY, SAYS, GONE, CLOSE),
    "message": st.one_of(SAYS, SAYS, REPLY, REPLY, REPLY, CLOSE, QUEUE, GONE),
    "closed": st.one_of(WRAP, RATING, ODD),
}


STATUS = _one(
    "agent_status",
    status=st.sampled_from(["online", "busy", "away", "offline"]),
    max_concurrency=st.integers(1, 4),
)


@st.composite
def conversation(draw: st.DrawFn, name: str) -> list[Event]:
    """One conversation: a start and up to fourteen things that may or may not make sense."""
    at_ms = DAY_MS + draw(st.sampled_from([0, 0, 0, 1, -1, 2])) * 3_600_000
    start = {
        "visitor": draw(st.sampled_from(["v1", "v2", "v3"])),
        "channel": draw(st.sampled_from(["web", "sms"])),
    }
    kind, data = "conversation_started", start
    events = [Event(kind=kind, stream=name, at_ms=at_ms, data=data, n=1)]
    for n in range(2, 2 + draw(st.integers(0, 14))):
        likely = LIKELY.get(kind, ANY)
        kind, data = draw(likely if draw(st.integers(0, 3)) else ANY)
        at_ms += draw(st.sampled_from(STEPS_MS))
        events.append(Event(kind=kind, stream=name, at_ms=at_ms, data=data, n=n))
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
