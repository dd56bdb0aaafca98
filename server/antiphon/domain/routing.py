"""Whose turn is it: `(queue, agents) -> offers`.

Longest-waiting visitor first; least-loaded agent first, then the one who has been idle longest.
Pure and whole: called with the floor after any change, it says which offers to make now.
"""

from collections.abc import Iterator

from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation
from antiphon.domain.floor import Floor


def offers(floor: Floor) -> Iterator[tuple[Conversation, str]]:
    """Offers to make now, at most one per waiting conversation.

    An offer that rings takes a slot of its agent. An agent who missed or declined this
    conversation is asked again only when no other agent has missed it less often.
    """
    loads = floor.loads()
    for c in floor.open.values():
        for offer in c.offers:
            loads[offer.agent] = loads.get(offer.agent, 0) + 1
    for c in floor.waiting():
        if c.offers or not c.connected:
            continue
        ready = [shift for shift in floor.online(c.queue or "") if _free(shift, loads) > 0]
        if ready:
            chosen = min(ready, key=lambda shift: _preference(shift, c, loads, floor)).agent
            loads[chosen] = loads.get(chosen, 0) + 1
            yield c, chosen


def _free(shift: Shift, loads: dict[str, int]) -> int:
    return shift.capacity - loads.get(shift.agent, 0)


def _preference(
    shift: Shift, c: Conversation, loads: dict[str, int], floor: Floor
) -> tuple[int, float, int, str]:
    load = loads.get(shift.agent, 0) / max(1, shift.max_concurrency)
    return c.missed.get(shift.agent, 0), load, floor.last_accept_ms.get(shift.agent, 0), shift.agent
