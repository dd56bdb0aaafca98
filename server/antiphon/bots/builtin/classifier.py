"""The intent classifier: trained from examples, kept on disk by the hash of what it learned from.

`train` and `load_or_train` are slow and belong in a thread; `Classifier.rank` takes well under 3 ms. The name
of an intent counts as one more example of it: with few others that is worth almost a point of accuracy.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from antiphon.bots.builtin import features, svm
from antiphon.bots.builtin.calibration import FEW, Thresholds, choose_thresholds, probabilities
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.features import Vector, Vocabulary
from antiphon.bots.builtin.svm import Rows

VERSION = 3  # of everything that a trained model depends on beside the examples
FOLDS = 3
# How familiar a text is: near to a known example, far inside its intent's border, made of known pieces.
# Chosen among a dozen on CLINC150's validation rows: foreign texts found rose from 73 to 86 in a hundred.
NEAREST, MARGIN, KNOWN = 4.0, 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text was taken for: (intent, confidence) from the likeliest on, and how familiar it looked."""

    ranking: tuple[tuple[str, float], ...]
    scope: float


@dataclass(frozen=True, slots=True)
class Classifier:
    intents: tuple[str, ...]
    vocabulary: Vocabulary
    weights: svm.Floats
    examples: Rows
    labels: NDArray[np.int64]
    thresholds: Thresholds

    def rank(self, text: str) -> Guess:
        row = features.vector(text, self.vocabulary)
        margins = svm.margins(self.weights, row).astype(np.float64)
        chances = probabilities(margins, self.thresholds.temperature)
        order = np.argsort(-chances)
        return Guess(
            ranking=tuple((self.intents[i], float(chances[i])) for i in order),
            scope=self.scope(row, margins),
        )

    def scope(self, row: Vector, margins: NDArray[np.float64]) -> float:
        """How much a text looks like anything that was learned; what is low is foreign."""
        if not row[0]:
            return float("-inf")
        dense = np.zeros(len(self.vocabulary), dtype=np.float32)
        dense[row[0]] = row[1]
        alike = np.flatnonzero(self.labels == margins.argmax())
        nearest = max((float(dense[n] @ w) for n, w in map(self.examples.row, alike.tolist())), default=0.0)
        return NEAREST * nearest + MARGIN * float(margins.max()) + KNOWN * float(dense @ dense)


def train(examples: Sequence[Example]) -> Classifier:
    texts = [example.text for example in examples]
    intents = tuple(sorted({example.intent for example in examples}))
    labels = np.array([intents.index(example.intent) for example in examples], dtype=np.int64)
    thresholds = _thresholds(texts, labels, intents)
    return _fit(texts, labels, intents, thresholds)


def _fit(
    texts: list[str], labels: NDArray[np.int64], intents: tuple[str, ...], thresholds: Thresholds
) -> Classifier:
    texts = [*texts, *(intent.replace("_", " ") for intent in intents)]
    labels = np.append(labels, np.arange(len(intents)))
    vocabulary = features.learn(texts)
    data = svm.rows([features.vector(text, vocabulary) for text in texts])
    weights = svm.train(data, labels, len(intents), len(vocabulary))
    return Classifier(intents, vocabulary, weights, data, labels, thresholds)


def _thresholds(texts: list[str], labels: NDArray[np.int64], intents: tuple[str, ...]) -> Thresholds:
    """From cross-validation, where there are examples enough to learn anything about confidence."""
    if len(intents) < 2 or np.bincount(labels).min() < FEW:
        return Thresholds()
    margins, scores = unseen(texts, labels, intents)
    return choose_thresholds(margins, scores, labels)


def unseen(
    texts: list[str], labels: NDArray[np.int64], intents: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Margins and scope of every example, by a model that has not seen it."""
    margins, scopes = np.zeros((len(texts), len(intents))), np.zeros(len(texts))
    folds = _folds(labels)
    for fold in range(FOLDS):
        inside = np.flatnonzero(folds != fold)
        model = _fit([texts[i] for i in inside], labels[inside], intents, Thresholds())
        for i in np.flatnonzero(folds == fold):
            row = features.vector(texts[i], model.vocabulary)
            margins[i] = svm.margins(model.weights, row)
            scopes[i] = model.scope(row, margins[i])
    return margins, scopes


def _folds(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every intent's examples spread evenly over the folds."""
    folds = np.zeros(len(labels), dtype=np.int64)
    chance = np.random.default_rng(1)
    for label in np.unique(labels):
        at = chance.permutation(np.flatnonzero(labels == label))
        folds[at] = np.arange(len(at)) % FOLDS
    return folds


# ------------------------------------------------------------------ kept on disk


def content_hash(examples: Sequence[Example]) -> str:
    digest = hashlib.sha256(f"antiphon intents {VERSION}".encode())
    for example in examples:
        digest.update(f"\0{example.intent}\0{example.text}".encode())
    return digest.hexdigest()[:24]


def kept_at(examples: Sequence[Example], cache: Path) -> Path:
    return cache / f"intents-{content_hash(examples)}.npz"


def load_or_train(examples: Sequence[Example], cache: Path | None) -> Classifier:
    """The classifier of these examples: from the cache if it is there, otherwise trained and put there."""
    if cache is None:
        return train(examples)
    file = kept_at(examples, cache)
    try:
        return _load(file)
    except (OSError, ValueError, KeyError, msgspec.MsgspecError):
        model = train(examples)
    _store(model, file)
    return model


def _store(model: Classifier, file: Path) -> None:
    """Written beside and moved into place: a reader never meets half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}.tmp")
    told = {
        "intents": model.intents,
        "features": list(model.vocabulary.numbers),
        "thresholds": asdict(model.thresholds) | {"scope": max(model.thresholds.scope, -1e9)},
    }
    with beside.open("wb") as out:
        np.savez(
            out,
            told=np.frombuffer(msgspec.json.encode(told), dtype=np.uint8),
            idf=np.asarray([*model.vocabulary.idf, model.vocabulary.unknown]),
            weights=model.weights,
            numbers=model.examples.numbers,
            values=model.examples.weights,
            starts=model.examples.starts,
            labels=model.labels,
        )
    beside.replace(file)


def _load(file: Path) -> Classifier:
    with np.load(file, allow_pickle=False) as kept:
        told = msgspec.json.decode(kept["told"].tobytes())
        numbers = {feature: number for number, feature in enumerate(told["features"])}
        *idf, unknown = kept["idf"].tolist()
        return Classifier(
            intents=tuple(told["intents"]),
            vocabulary=Vocabulary(numbers, idf, unknown),
            weights=kept["weights"],
            examples=Rows(kept["numbers"], kept["values"], kept["starts"]),
            labels=kept["labels"],
            thresholds=Thresholds(**told["thresholds"]),
        )
