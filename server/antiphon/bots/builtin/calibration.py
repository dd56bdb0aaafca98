"""From margins to honest probabilities, and from those to thresholds.

Everything here is learned from predictions about examples that the model had not seen (cross-validation):
the temperature that makes "0.8" mean right four times out of five, and from which confidence an answer is
right as often as asked for. numpy only; imported off the event loop.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TEMPERATURES = np.geomspace(0.02, 2.0, 60)
PRECISION = 0.97  # of the answers given without asking back
OFFERED_RIGHT = 0.90  # how often one of three "did you mean" must be right
IN_SCOPE_KEPT = 0.97  # of what the bot does know, so much must not be taken for foreign
ANSWER_RANGE = (0.30, 0.95)
FEW = 5  # examples per intent below which nothing can be learned about confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`answer`: confidence to act on; `offer`: for a "did you mean"; `scope`: below it a text is foreign."""

    answer: float = 0.6
    offer: float = 0.1
    ambiguity: float = 0.1
    scope: float = float("-inf")
    temperature: float = 0.25
    calibrated: bool = False


def probabilities(margins: Floats, temperature: float) -> Floats:
    scaled = margins / temperature
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    found: Floats = scaled / scaled.sum(axis=-1, keepdims=True)
    return found


def best_temperature(margins: Floats, labels: NDArray[np.int64]) -> float:
    """The temperature under which the truth is least surprising."""
    at = np.arange(len(labels))
    surprise = [
        -np.log(np.maximum(probabilities(margins, t)[at, labels], 1e-12)).mean() for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(surprise))])


def choose_thresholds(margins: Floats, scores: Floats, labels: NDArray[np.int64]) -> Thresholds:
    """From predictions on unseen examples; `scores` say how much each looked like something known."""
    temperature = best_temperature(margins, labels)
    found = probabilities(margins, temperature)
    right = found.argmax(axis=1) == labels
    confidence = found.max(axis=1)
    return Thresholds(
        answer=float(np.clip(_precise_from(confidence, right), *ANSWER_RANGE)),
        offer=_offer_from(found, labels),
        scope=float(np.quantile(scores[right], 1 - IN_SCOPE_KEPT)) if right.any() else float("-inf"),
        temperature=temperature,
        calibrated=True,
    )


def _precise_from(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """The lowest confidence from which on answers are right often enough."""
    order = np.argsort(-confidence)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    return float(confidence[order][good[-1]]) if len(good) else 1.0


def _offer_from(found: Floats, labels: NDArray[np.int64]) -> float:
    """The lowest best-guess confidence from which on one of the three best is right often enough."""
    confidence = found.max(axis=1)
    among = (np.argsort(-found, axis=1)[:, :3] == labels[:, None]).any(axis=1)
    order = np.argsort(-confidence)
    share = np.cumsum(among[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= OFFERED_RIGHT)
    return float(confidence[order][good[-1]]) if len(good) else 1.0


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 15) -> float:
    """The mean gap between how sure and how right, weighed by how often (Guo et al. 2017)."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[which == b].mean() - right[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))
