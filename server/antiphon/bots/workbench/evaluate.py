"""How well the bot would understand: cross-validation over the project's own examples.

Figures are of messages the model had not seen. Precision and recall per intent, pairs that are mixed up, and
what the thresholds come to: how much is answered, and how much of that is right.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.bots.builtin.calibration import (
    Thresholds,
    choose_thresholds,
    expected_calibration_error,
    probabilities,
)
from antiphon.bots.builtin.classifier import read, unseen
from antiphon.bots.builtin.embedding import Embedder
from antiphon.bots.builtin.examples import Example

PAIRS = 10
FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    name: str
    examples: int
    precision: float | None
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """An example of one intent that was taken for another."""

    said: str
    intent: str
    taken_for: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    examples: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    thresholds: Thresholds
    answered: float  # share of messages above the threshold
    precision: float | None  # share of those that are right
    intents: tuple[Intent, ...]
    confusions: tuple[Confusion, ...]
    pairs: tuple[tuple[tuple[str, str], int], ...]


def evaluate(examples: Sequence[Example], embedder: Embedder | None = None) -> Evaluation:
    """Slow (trains several times): call it in a thread, or from a command."""
    lesson = read(examples, embedder)
    intents, labels = lesson.intents, lesson.labels
    _, scores, scopes = unseen(lesson)
    thresholds = choose_thresholds(scores, scopes, labels)
    chances = probabilities(scores, thresholds.temperature)
    best, confidence = chances.argmax(axis=1), chances.max(axis=1)
    right = best == labels
    answered = (confidence >= thresholds.answer) & (scopes >= thresholds.scope)
    judged = tuple(_intent(i, name, labels, best) for i, name in enumerate(intents))
    wrong = [
        _confusion(examples[i], intents[best[i]], confidence[i]) for i in map(int, np.flatnonzero(~right))
    ]
    return Evaluation(
        examples=len(examples),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([intent.f1 for intent in judged])),
        calibration_error=expected_calibration_error(confidence, right),
        thresholds=thresholds,
        answered=float(answered.mean()),
        precision=float(right[answered].mean()) if answered.any() else None,
        intents=judged,
        confusions=tuple(sorted(wrong, key=lambda confusion: -confusion.confidence)),
        pairs=tuple(Counter((c.intent, c.taken_for) for c in wrong).most_common(PAIRS)),
    )


def _intent(i: int, name: str, labels: NDArray[np.int64], best: NDArray[np.int64]) -> Intent:
    hits = int(((best == i) & (labels == i)).sum())
    taken, there = int((best == i).sum()), int((labels == i).sum())
    return Intent(
        name=name,
        examples=there,
        precision=hits / taken if taken else None,
        recall=hits / there,
        f1=2 * hits / (taken + there),
    )


def _confusion(example: Example, taken_for: str, confidence: float) -> Confusion:
    return Confusion(
        said=example.text, intent=example.intent, taken_for=taken_for, confidence=float(confidence)
    )


def report(found: Evaluation) -> Iterator[str]:
    """The evaluation as lines of text."""
    yield from _summary(found)
    yield ""
    width = max(len(intent.name) for intent in found.intents)
    yield f"{'intent':{width}}  examples  precision  recall     F1"
    for intent in sorted(found.intents, key=lambda intent: intent.f1):
        yield _line(intent, width)
    if found.pairs:
        yield ""
        yield "mixed up most:"
        yield from (f"  {count} × `{a}` taken for `{b}`" for (a, b), count in found.pairs)


def _summary(found: Evaluation) -> Iterator[str]:
    yield f"{found.examples} examples of {len(found.intents)} intents, each judged by a model new to it"
    yield (
        f"accuracy {found.accuracy:.1%} · macro F1 {found.macro_f1:.1%} · "
        f"calibration error {found.calibration_error:.3f}"
    )
    precision = "–" if found.precision is None else f"{found.precision:.1%}"
    yield (
        f"answers from confidence {found.thresholds.answer:.2f} on: "
        f"{found.answered:.1%} of messages, {precision} of them right"
    )


def _line(intent: Intent, width: int) -> str:
    precision = "–" if intent.precision is None else f"{intent.precision:.1%}"
    hint = "  (few examples)" if intent.examples < FEW else ""
    return (
        f"{intent.name:{width}}  {intent.examples:8}  {precision:>9}"
        f"  {intent.recall:6.1%}  {intent.f1:5.1%}{hint}"
    )
