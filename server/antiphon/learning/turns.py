"""How sure the bot was of its turns in a period, and what it took them for.

A turn is a visitor's message and all the bot said to it; greetings are none. Spam and tests are left out.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from antiphon.domain.events import Event
from antiphon.journal.store import Store
from antiphon.learning.asked import FLAGS, left_out

BINS = 20


class Bin(msgspec.Struct, frozen=True):
    """Turns with `since` ≤ confidence < `until`; the last bin has its end, too."""

    since: float = msgspec.field(name="from")
    until: float = msgspec.field(name="to")
    understood: int
    fallback: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """`silent`: turns without a confidence. `sure`: of each intent, the mean confidence of its turns."""

    turns: int
    silent: int
    confidence: list[Bin]
    sure: dict[str, float]


class _Turn:
    """What is known of one turn; the first reply that says something says it for all."""

    __slots__ = ("confidence", "fallback", "intent")

    def __init__(self) -> None:
        self.confidence: float | None = None
        self.intent: str | None = None
        self.fallback = False

    def add(self, event: Event) -> None:
        confidence, intent = event.data.get("confidence"), event.data.get("intent")
        if self.confidence is None and isinstance(confidence, int | float):
            self.confidence = float(confidence)
        self.intent = self.intent or intent
        self.fallback |= bool(event.data.get("fallback"))


async def count_turns(store: Store, from_ms: int, to_ms: int) -> Counted:
    """Of `[from_ms, to_ms)`."""
    found: dict[str, dict[int, _Turn]] = {}
    async for event in store.by_bots(from_ms, to_ms):
        if event.kind == "message" and not event.data.get("auto"):
            turns = found.setdefault(event.stream, {})
            turns.setdefault(event.cause or event.n, _Turn()).add(event)
    async for history in store.histories(found, FLAGS):
        if left_out(history):
            del found[history[0].stream]
    return _counted([turn for turns in found.values() for turn in turns.values()])


def _counted(turns: list[_Turn]) -> Counted:
    sure = [turn for turn in turns if turn.confidence is not None]
    return Counted(
        turns=len(turns), silent=len(turns) - len(sure), confidence=_bins(sure),
        sure=_by_intent(sure),
    )  # fmt: skip


def _bins(turns: list[_Turn]) -> list[Bin]:
    counts = Counter((_bin(turn.confidence or 0.0), turn.fallback) for turn in turns)
    return [
        Bin(round(i / BINS, 4), round((i + 1) / BINS, 4), counts[i, False], counts[i, True])
        for i in range(BINS)
    ]


def _bin(confidence: float) -> int:
    return min(max(int(confidence * BINS), 0), BINS - 1)


def _by_intent(turns: Iterable[_Turn]) -> dict[str, float]:
    by: dict[str, list[float]] = {}
    for turn in turns:
        if turn.intent and turn.confidence is not None:
            by.setdefault(turn.intent, []).append(turn.confidence)
    return {intent: round(sum(some) / len(some), 4) for intent, some in by.items()}
