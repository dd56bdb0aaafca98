"""Questions that were on a screen and their answers (kpis.md §7, common rules).

One answer per unit, kind and item: the latest counts, the time of the first attributes it. A skipped
question is not an answer; an answer on another scale is of another kind. Units are conversations, tickets,
or one asking of a customer, who is asked again and again (relational surveys).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import NEVER, Answer, Asked

Key = tuple[str, str, str]  # unit, kind, item

SCALES: Mapping[str, tuple[int, int]] = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7), "compare": (1, 5)}
_REVISED_MS = 7 * 86_400_000  # a customer's answer that comes later than this was asked for anew
_BAD = 2  # a satisfaction that wants somebody to follow it up (S04)


class Book:
    """The questions and answers of one stream, in the order they came."""

    __slots__ = ("_returns", "_units", "answers", "asked", "last", "unit")

    def __init__(self, unit: str, *, returns: bool = False) -> None:
        self.unit, self._returns = unit, returns
        self._units: dict[str, str] = {}  # the asking that a customer's next answer of a kind belongs to
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.last: dict[Key, int] = {}

    def offered(self, e: Event, conversation: str, agent: str, queue: str) -> None:
        for kind in dict.fromkeys(_kinds(e.data)):
            if self._returns:
                self._units[kind] = f"{self.unit} {e.at_ms}"
            elif any(one.kind == kind for one in self.asked):
                continue
            self.asked.append(Asked(conversation, self._unit(kind), kind, e.at_ms, NEVER, agent, queue))

    def answered(self, e: Event, conversation: str, agent: str, queue: str, handled_by: str) -> None:
        score = _score(e.data)
        if score is None:
            return
        kind, item = _kind(e.data, score), text(e.data.get("item"))
        first_at = self._supersede(kind, item, e.at_ms)
        key = self._unit(kind), kind, item
        self._mark(text(e.data.get("kind")), e.at_ms)
        self.last[key] = len(self.answers)
        self.answers.append(Answer(
            conversation, *key, score, e.at_ms, first_at, NEVER, agent, queue, handled_by,
            0 if conversation else 1, text(e.data.get("customer")), NEVER, NEVER,
        ))  # fmt: skip

    def followed(self, at: int) -> None:
        """Somebody saw to the bad ratings given so far."""
        for i, one in enumerate(self.answers):
            if one.kind == "csat" and one.score <= _BAD and one.followed_at == NEVER:
                self.answers[i] = one._replace(followed_at=at)

    def _unit(self, kind: str) -> str:
        return self._units.get(kind, self.unit)

    def _supersede(self, kind: str, item: str, at: int) -> int:
        before = self.last.get((self._unit(kind), kind, item))
        if self._returns and (before is None or at - self.answers[before].first_at > _REVISED_MS):
            return self._asked_again(kind, item, at, before)
        if before is None:
            return at
        old = self.answers[before]
        self.answers[before] = old._replace(superseded_at=at)
        return old.first_at

    def _asked_again(self, kind: str, item: str, at: int, before: int | None) -> int:
        """The first answer of a new asking; the customer's earlier ones know when it came."""
        if before is not None:
            self._units[kind] = f"{self.unit} {at}"
        for i, one in enumerate(self.answers):
            if (one.kind, one.item) == (kind, item) and one.next_at == NEVER:
                self.answers[i] = one._replace(next_at=at)
        return at

    def _mark(self, kind: str, at: int) -> None:
        unit = self._unit(kind)
        for i, one in enumerate(self.asked):
            if (one.unit, one.kind) == (unit, kind) and one.answered_at == NEVER:
                self.asked[i] = one._replace(answered_at=at)


def _score(data: Mapping[str, Any]) -> float | None:
    """The score as the scale of its kind has it; nothing when the question was skipped."""
    score = data.get("score")
    if data.get("skipped") or isinstance(score, bool) or not isinstance(score, int | float):
        return None
    if data.get("scale") == "thumbs":
        return 5 if score > 0 else 1
    return 8 - score if data.get("reversed") else score


def _kind(data: Mapping[str, Any], score: float) -> str:
    """The kind; another one for an answer on another scale, so that they are never mixed."""
    kind, scale = text(data.get("kind")), text(data.get("scale")).replace("–", "-")
    low, high = SCALES.get(kind, (score, score))
    known = kind not in SCALES or scale in ("", "thumbs", f"{low}-{high}")
    return kind if known and low <= score <= high else f"{kind} {scale or 'off the scale'}"


def _kinds(data: Mapping[str, Any]) -> Iterable[str]:
    kinds, questions = data.get("kinds"), data.get("questions")
    if isinstance(kinds, list | tuple) and kinds:
        return [text(kind) for kind in kinds]
    if isinstance(questions, list | tuple) and questions:
        return [text(q.get("kind")) for q in questions if isinstance(q, Mapping)]
    return [text(data.get("kind"))]
