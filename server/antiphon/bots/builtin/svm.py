"""A linear one-against-all classifier (L2-loss SVM) by dual coordinate descent, all classes at once.

Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM" (ICML 2008): the update of one
example is the same for every class but for its sign, so a row of numpy does all classes in one go, and no
library beyond numpy is needed. An example is a sparse vector and a dense one (of any width, also none),
side by side. Imported only off the event loop: numpy takes a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.bots.builtin.features import Vector

Floats = NDArray[np.float32]

EPOCHS = 8
CALM = 0.02  # the largest step of an epoch at which there is nothing left to learn
COST = 3.0  # as EPOCHS: chosen on validation rows of two public sets


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse vectors one after another: row i is `numbers[starts[i]:starts[i+1]]`."""

    numbers: NDArray[np.int32]
    weights: Floats
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, i: int) -> tuple[NDArray[np.int32], Floats]:
        span = slice(self.starts[i], self.starts[i + 1])
        return self.numbers[span], self.weights[span]


def rows(vectors: Sequence[Vector]) -> Rows:
    starts = np.zeros(len(vectors) + 1, dtype=np.int64)
    np.cumsum([len(numbers) for numbers, _ in vectors], out=starts[1:])
    return Rows(
        numbers=np.array([n for numbers, _ in vectors for n in numbers], dtype=np.int32),
        weights=np.array([w for _, weights in vectors for w in weights], dtype=np.float32),
        starts=starts,
    )


def train(
    data: Rows, dense: Floats, labels: NDArray[np.int64], classes: int, features: int, epochs: int = EPOCHS
) -> Floats:
    """Weights of shape (features + width of `dense` + 1, classes); the last row is the bias."""
    tails = np.hstack([dense, np.ones((len(dense), 1), dtype=np.float32)])
    model: Floats = np.zeros((features + tails.shape[1], classes), dtype=np.float32)
    signs = np.where(np.arange(classes) == labels[:, None], 1.0, -1.0).astype(np.float32)
    alphas: Floats = np.zeros((len(data), classes), dtype=np.float32)
    chance = np.random.default_rng(1)  # the same project gives the same model
    for _ in range(epochs):
        largest = 0.0
        for i in chance.permutation(len(data)):
            largest = max(largest, _improve(model, data, tails, int(i), signs[i], alphas[i]))
        if largest < CALM:
            break
    return model


def _improve(model: Floats, data: Rows, tails: Floats, i: int, signs: Floats, alphas: Any) -> float:
    """One example's step for every class, in place; the size of the largest."""
    (numbers, weights), tail = data.row(i), tails[i]
    rest = model[len(model) - len(tail) :]
    damping = 1 / (2 * COST)
    gradient = signs * (weights @ model[numbers] + tail @ rest) - 1 + damping * alphas
    better = np.maximum(alphas - gradient / (weights @ weights + tail @ tail + damping), 0)
    step = better - alphas
    alphas[:] = better
    model[numbers] += weights[:, None] * (signs * step)
    rest += tail[:, None] * (signs * step)
    return float(np.abs(step).max())


def margins(model: Floats, row: Vector, dense: Floats) -> Floats:
    """How far on the right side of each class's border a text is."""
    numbers, weights = row
    found: Floats = np.asarray(weights, dtype=np.float32) @ model[np.asarray(numbers, dtype=np.int32)]
    if len(dense):
        found += dense @ model[-1 - len(dense) : -1]
    found += model[-1]
    return found
