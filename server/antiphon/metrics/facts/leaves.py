"""When a visitor has really left (kpis.md G16): the only look ahead the folds take.

A lost socket is a leave at the instant it was lost, if no reconnect and no message follows within the
grace, inclusive; until the grace has run out it is not known and therefore does not exist.
"""

from collections.abc import Sequence

from antiphon.domain.events import Event
from antiphon.metrics.facts.reading import sender_of
from antiphon.metrics.facts.rows import NEVER

_BACK = frozenset({"visitor_reconnected", "message"})


def effective_leaves(events: Sequence[Event], as_of_ms: int, grace_ms: int) -> tuple[dict[int, int], int]:
    """Positions of the disconnects that are leaves → their instant, and when an undecided one is decided."""
    leaves: dict[int, int] = {}
    undecided = NEVER
    lost = [i for i, event in enumerate(events) if event.kind == "visitor_disconnected"]
    for i in lost:
        at = events[i].at_ms
        if _came_back(events, i, at + grace_ms):
            continue
        if at + grace_ms <= as_of_ms:
            leaves[i] = at
        else:
            undecided = min(undecided, at + grace_ms)
    return leaves, undecided


def _came_back(events: Sequence[Event], lost: int, until_ms: int) -> bool:
    for i in range(lost + 1, len(events)):
        event = events[i]
        if event.at_ms > until_ms:
            return False
        if event.kind in _BACK and (event.kind != "message" or sender_of(event) == "visitor"):
            return True
    return False
