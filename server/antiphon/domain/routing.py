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
    online = [shift for shift in floor.agents.values() if shift.status == "online"]
    loads = {shift.agent: floor.load(shift.agent) + floor.ringing(shift.agent) for shift in online}
    free = sum(max(0, shift.capacity - loads[shift.agent]) for shift in online)
    for c in floor.waiting() if free else ():
        if c.offers or not c.connected:
            continue
        ready = [shift for shift in floor.online(c.queue or "") if _ready(shift, c, loads, now_ms)]
        if ready:
            chosen = min(ready, key=lambda shift: _preference(shift, c, loads, floor)).agent
            loads[chosen] += 1
            free -= 1
            yield c, chosen
        if not free:
            return


def _ready(shift: Shift, c: Conversation, loads: dict[str, int], now_ms: int) -> bool:
    """Has he a free slot, and has he had his pause from this one?"""
    paused_until_ms = c.missed_at_ms.get(shift.agent, 0) + PAUSE_MS * c.missed.get(shift.agent, 0)
    return shift.capacity > loads[shift.agent] and now_ms >= paused_until_ms


def _preference(
    shift: Shift, c: Conversation, loads: dict[str, int], floor: Floor
) -> tuple[int, float, int, str]:
    load = loads[shift.agent] / max(1, shift.max_concurrency)
    return c.missed.get(shift.agent, 0), load, floor.last_accept_ms.get(shift.agent, 0), shift.agent
