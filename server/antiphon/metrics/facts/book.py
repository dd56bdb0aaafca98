"""Questions that were on a screen and their answers (kpis.md §7, common rules).

One answer per unit, kind and item: the latest counts, the time of the first attributes it. A skipped
question is not an answer. Units are conversations, tickets, or customers (relational surveys).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import NEVER, Answer, Asked

Key = tuple[str, str]  # kind, item


class Book:
    """The questions and answers of one unit, in the order they came."""

    __slots__ = ("answers", "asked", "last", "unit")

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.last: dict[Key, int] = {}

    def offered(self, e: Event, conversation: str, agent: str, queue: str) -> None:
        for kind in dict.fromkeys(_kinds(e.data)):
            if not any(one.kind == kind for one in self.asked):
                self.asked.append(Asked(conversation, self.unit, kind, e.at_ms, NEVER, agent, queue))

    def answered(self, e: Event, conversation: str, agent: str, queue: str, handled_by: str) -> None:
        score = e.data.get("score")
        if e.data.get("skipped") or not isinstance(score, int | float):
            return
        key = text(e.data.get("kind")), text(e.data.get("item"))
        first_at = self._supersede(key, e.at_ms)
        self._mark(key[0], e.at_ms)
        self.last[key] = len(self.answers)
        self.answers.append(Answer(
            conversation, self.unit, *key, score, e.at_ms, first_at, NEVER, agent, queue, handled_by,
            0 if conversation else 1, text(e.data.get("customer")),
        ))  # fmt: skip

    def _supersede(self, key: Key, at: int) -> int:
        before = self.last.get(key)
        if before is None:
            return at
        old = self.answers[before]
        self.answers[before] = old._replace(superseded_at=at)
        return old.first_at

    def _mark(self, kind: str, at: int) -> None:
        for i, one in enumerate(self.asked):
            if one.kind == kind and one.answered_at == NEVER:
                self.asked[i] = one._replace(answered_at=at)


def _kinds(data: Mapping[str, Any]) -> Iterable[str]:
    kinds, questions = data.get("kinds"), data.get("questions")
    if isinstance(kinds, list | tuple) and kinds:
        return [text(kind) for kind in kinds]
    if isinstance(questions, list | tuple) and questions:
        return [text(q.get("kind")) for q in questions if isinstance(q, Mapping)]
    return [text(data.get("kind"))]
