"""Replies by how many chats their agent had at once (kpis.md F07): what one chat more does to visitors."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from antiphon.metrics.derived import Piece
from antiphon.metrics.facts.rows import NEVER, Answer, Conversation, Turn


class Paced(NamedTuple):
    """A visitor's wait for a later human reply, and what became of the conversation."""

    conversation: str
    agent: str
    queue: str
    started_at: int
    waited_ms: int
    engaged: int  # the agent's chats when the wait began for him
    score: float  # the satisfaction in force; 0 without one
    dropped: int  # it ended with the visitor's word


def paced(
    turns: Iterable[Turn],
    pieces: Iterable[Piece],
    answers: Iterable[Answer],
    owners: Mapping[str, Conversation],
) -> list[Paced]:
    """Turns ended by people, the first reply of a conversation left out, as in the response time (C05)."""
    held = _Held(pieces)
    scores = {a.conversation: a.score for a in answers if a.kind == "csat" and a.superseded_at == NEVER}
    rows = []
    for turn in turns:
        if turn.by == "human" and not turn.first:
            owner = owners.get(turn.conversation)
            rows.append(Paced(
                turn.conversation, turn.agent, turn.queue, turn.started_at, turn.ended_at - turn.agent_from,
                max(1, held.at(turn.agent, turn.agent_from)), scores.get(turn.conversation, 0),
                1 if owner is not None and owner.outcome == "served" and owner.lost else 0,
            ))  # fmt: skip
    return rows


class _Held:
    """How many chats an agent had at an instant."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._cuts: dict[str, tuple[list[int], list[int]]] = {}
        for piece in pieces:
            cuts, engaged = self._cuts.setdefault(piece.agent, ([], []))
            cuts.append(piece.from_at)
            engaged.append(piece.engaged)

    def at(self, agent: str, at: int) -> int:
        cuts, engaged = self._cuts.get(agent, ((), ()))
        i = bisect_right(cuts, at) - 1
        return engaged[i] if i >= 0 else 0
