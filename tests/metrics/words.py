"""Short words for stories: a chat is its moves, each with its second; T0 is a Monday's midnight, UTC."""

from collections.abc import Sequence
from typing import Any

from antiphon.domain.events import Event

T0 = 1_767_571_200_000  # 2026-01-05T00:00:00Z
DAY_S = 86_400
Move = tuple[float, str, dict[str, Any]]


def chat(name: str, *moves: Move, at: float = 0, **start: Any) -> list[Event]:
    """A conversation begun at second `at`; the moves' seconds are counted from T0."""
    first = {"visitor": f"v-{name}", "channel": "web", **start}
    return stream(name, (at, "conversation_started", first), *moves)


def stream(name: str, *moves: Move) -> list[Event]:
    return [
        Event(kind=kind, stream=name, at_ms=T0 + round(s * 1000), data=data, n=n)
        for n, (s, kind, data) in enumerate(moves, 1)
    ]


def shift(agent: str, *moves: tuple[float, str], cap: int = 3, **more: Any) -> list[Event]:
    """An agent's statuses, each with its second."""
    data = {"agent": agent, "max_concurrency": cap, **more}
    return stream(f"agent:{agent}", *((s, "agent_status", {**data, "status": status}) for s, status in moves))


def move(s: float, kind: str, /, **data: Any) -> Move:
    return (s, kind, data)


def says(s: float, **more: Any) -> Move:
    return (s, "message", {"sender": "visitor", "public": True, "auto": False, **more})


def bot(s: float, **more: Any) -> Move:
    return (s, "message", {"sender": "bot", "public": True, "auto": False, **more})


def reply(s: float, agent: str = "ann", **more: Any) -> Move:
    return (s, "message", {"sender": "agent", "agent": agent, "public": True, "auto": False, **more})


def queue(s: float, name: str = "A", reason: str = "new", **more: Any) -> Move:
    return (s, "queue_entered", {"queue": name, "reason": reason, **more})


def accept(s: float, agent: str = "ann", **more: Any) -> Move:
    return (s, "accepted", {"agent": agent, **more})


def close(s: float, by: str = "agent", *, resolved: bool = True) -> Move:
    return (s, "closed", {"by": by, "resolved": resolved})


def ends(s: float) -> Move:
    return (s, "visitor_ended", {})


def handoff(s: float) -> Move:
    return (s, "handoff_requested", {"by": "visitor", "reason": "asked"})


def wrapup(s: float, until: float, agent: str = "ann") -> Sequence[Move]:
    return ((s, "wrapup_started", {"agent": agent}), (until, "wrapup_ended", {"agent": agent}))


def rating(s: float, kind: str, score: float, **more: Any) -> Move:
    return (s, "survey_answered", {"kind": kind, "score": score, **more})
