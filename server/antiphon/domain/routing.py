"""Whose turn is it: `(queue, agents) -> offers`.

Longest-waiting visitor first; least-loaded agent first, then the one who has been idle longest.
Pure and whole: called with the floor after any change, it says which offers to make now.
"""

from collections.abc import Iterator

from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation
from antiphon.domain.floor import Floor

PAUSE_MS = 20_000  # who missed or declined a chat is left in peace with it, longer every time


def offers(floor: Floor, now_ms: int) -> Iterator[tuple[Conversation, str]]:
    """Offers to make now, at most one per waiting conversation.

    An offer that rings takes a slot of its agent. An agent who missed or declined this
    conversation is asked again after a pause, and only when no other agent has missed it less often.
    """
    loads = floor.loads()
    for c in floor.open.values():
        for offer in c.offers:
            loads[offer.agent] = loads.get(offer.agent, 0) + 1
    for c in floor.waiting():
        if c.offers or not c.connected:
            continue
        ready = [shift for shift in floor.online(c.queue or "") if _ready(shift, c, loads, now_ms)]
        if ready:
            chosen = min(ready, key=lambda shift: _preference(shift, c, loads, floor)).agent
            loads[chosen] = loads.get(chosen, 0) + 1
            yield c, chosen


def _ready(shift: Shift, c: Conversation, loads: dict[str, int], now_ms: int) -> bool:
    """Has he a free slot, and has he had his pause from this one?"""
    paused_until_ms = c.missed_at_ms.get(shift.agent, 0) + PAUSE_MS * c.missed.get(shift.agent, 0)
    return shift.capacity > loads.get(shift.agent, 0) and now_ms >= paused_until_ms


def _preference(
    shift: Shift, c: Conversation, loads: dict[str, int], floor: Floor
) -> tuple[int, float, int, str]:
    load = loads.get(shift.agent, 0) / max(1, shift.max_concurrency)
    return c.missed.get(shift.agent, 0), load, floor.last_accept_ms.get(shift.agent, 0), shift.agent
