"""The intent classifier: trained from examples, by words alone or by words and meaning.

`train` is slow and belongs in a thread; `Classifier.rank` takes well under 3 ms by words, and what the
sentence encoder takes besides. The name of an intent counts as one more example of it: with few others that
is worth almost a point of accuracy. Where there is an encoder (`embedding`), an example's two vectors stand
side by side in one linear classifier, and a regression on meaning alone has its say: the logarithms of both
are averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.bots.builtin import features, softmax, svm
from antiphon.bots.builtin.calibration import FEW, Thresholds, choose_thresholds, probabilities
from antiphon.bots.builtin.embedding import Embedder
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.features import Vector, Vocabulary
from antiphon.bots.builtin.svm import Floats, Rows

FOLDS = 3
JUDGED = 6_000  # examples from which on one fold is enough to learn about confidence
# How familiar a text is: near to a known example, far inside its intent's border, made of known pieces.
# Chosen among a dozen on CLINC150's validation rows: foreign texts found rose from 73 to 86 in a hundred.
NEAREST, MARGIN, KNOWN = 4.0, 3.0, 1.0
# The same with meaning: nearest by both, by meaning, margin, known pieces, and the regression's energy.
BY_MEANING = (2.0, 2.0, 1.0, 1.0, 0.7)
SHARPNESS = 0.1  # of the borders' chances beside the regression's


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text was taken for: (intent, confidence) from the likeliest on, and how familiar it looked."""

    ranking: tuple[tuple[str, float], ...]
    scope: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an encoder adds. `share` of a vector's squared length is meaning; `say` weighs the regression.

    Meaning counts for more where there are few examples, as words are then seldom known.
    """

    embedder: Embedder
    share: float
    say: float
    weights: Floats  # of the regression
    vectors: Floats  # of the examples


@dataclass(frozen=True, slots=True)
class Look:
    """A text as both vectors; `dense` is empty where there is no encoder."""

    row: Vector
    dense: Floats


@dataclass(frozen=True, slots=True)
class Classifier:
    intents: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Floats  # of the borders between intents
    examples: Rows
    labels: NDArray[np.int64]
    thresholds: Thresholds
    meaning: Meaning | None = None

    def rank(self, text: str) -> Guess:
        dense = self.meaning.embedder.encode([text])[0] if self.meaning else NOTHING
        scores, scope = self.judge(Look(features.vector(text, self.vocabulary), dense))
        chances = probabilities(scores, self.thresholds.temperature)
        order = np.argsort(-chances)
        return Guess(tuple((self.intents[i], float(chances[i])) for i in order), scope)

    def judge(self, look: Look) -> tuple[NDArray[np.float64], float]:
        """How much a text looks like each intent, and how much like anything that was learned."""
        if self.meaning is None:
            margins = svm.margins(self.weights, look.row, NOTHING)
            return margins.astype(np.float64), self._familiar(look.row, margins)
        row, dense = _side_by_side(look, self.meaning.share)
        margins = svm.margins(self.weights, row, dense)
        logits = softmax.logits(self.meaning.weights, look.dense)
        say = self.meaning.say
        scores = (1 - say) * softmax.log_softmax(margins / SHARPNESS) + say * softmax.log_softmax(logits)
        energy = float(np.log(np.exp(logits - logits.max()).sum()) + logits.max())
        best = int(scores.argmax())
        return scores.astype(np.float64), self._meant(row, look.dense, best, float(margins.max()), energy)

    def _familiar(self, row: Vector, margins: Floats) -> float:
        if not row[0]:
            return float("-inf")
        alike = np.flatnonzero(self.labels == margins.argmax())
        nearest = max(self._likeness(row, alike), default=0.0)
        return NEAREST * nearest + MARGIN * float(margins.max()) + KNOWN * _square(row)

    def _meant(self, row: Vector, dense: Floats, best: int, margin: float, energy: float) -> float:
        assert self.meaning is not None
        alike = np.flatnonzero(self.labels == best)
        meant = self.meaning.vectors[alike] @ dense
        both = np.array(self._likeness(row, alike)) + self.meaning.share * meant
        told = (float(both.max()), float(meant.max()), margin, _square(row), energy)
        return sum(weight * one for weight, one in zip(BY_MEANING, told, strict=True))

    def _likeness(self, row: Vector, alike: NDArray[np.int64]) -> list[float]:
        """The inner products of a text's words with those of some examples."""
        dense = np.zeros(len(self.vocabulary), dtype=np.float32)
        dense[row[0]] = row[1]
        return [float(dense[n] @ w) for n, w in map(self.examples.row, alike.tolist())]


NOTHING: Floats = np.empty(0, dtype=np.float32)


def _square(row: Vector) -> float:
    return sum(weight * weight for weight in row[1])


def _side_by_side(look: Look, share: float) -> tuple[Vector, Floats]:
    """Both vectors, each shortened to its share of a common length of one."""
    numbers, weights = look.row
    words = (1 - share) ** 0.5
    return (numbers, [weight * words for weight in weights]), look.dense * np.float32(share**0.5)


# ------------------------------------------------------------------ learning


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to learn from: texts, their vectors by meaning (or none), their intents."""

    texts: list[str]
    vectors: Floats
    labels: NDArray[np.int64]
    intents: tuple[str, ...]
    embedder: Embedder | None

    def part(self, rows: NDArray[np.int64]) -> "Lesson":
        texts = [self.texts[i] for i in rows]
        return Lesson(texts, self.vectors[rows], self.labels[rows], self.intents, self.embedder)


def train(examples: Sequence[Example], embedder: Embedder | None = None) -> Classifier:
    lesson = read(examples, embedder)
    return _fit(lesson, _names(lesson), _thresholds(lesson))


def read(examples: Sequence[Example], embedder: Embedder | None = None) -> Lesson:
    """The examples of a project as a lesson; encodes them, which takes a second a thousand."""
    texts = [example.text for example in examples]
    intents = tuple(sorted({example.intent for example in examples}))
    number = {intent: i for i, intent in enumerate(intents)}
    labels = np.array([number[example.intent] for example in examples], dtype=np.int64)
    vectors = embedder.encode(texts) if embedder else np.empty((len(texts), 0), dtype=np.float32)
    return Lesson(texts, vectors, labels, intents, embedder)


def _names(lesson: Lesson) -> Lesson:
    """The intents' own names, to be learned along."""
    names = [Example(intent.replace("_", " "), intent) for intent in lesson.intents]
    return read(names, lesson.embedder)


def _fit(lesson: Lesson, names: Lesson, thresholds: Thresholds) -> Classifier:
    texts, labels = [*lesson.texts, *names.texts], np.append(lesson.labels, names.labels)
    vectors = np.vstack([lesson.vectors, names.vectors])
    vocabulary = features.learn(texts)
    share, say = _shares(len(texts) / len(lesson.intents)) if lesson.embedder else (0.0, 0.0)
    looks = [
        _side_by_side(Look(features.vector(text, vocabulary), vector), share)
        for text, vector in zip(texts, vectors, strict=True)
    ]
    data, dense = svm.rows([row for row, _ in looks]), np.array([tail for _, tail in looks])
    classes = len(lesson.intents)
    weights = svm.train(data, dense, labels, classes, len(vocabulary))
    meaning = None
    if lesson.embedder:
        regression = softmax.train(vectors, labels, classes)
        meaning = Meaning(lesson.embedder, share, say, regression, vectors)
    return Classifier(lesson.intents, vocabulary, weights, data, labels, thresholds, meaning)


def _shares(per_intent: float) -> tuple[float, float]:
    """Meaning's share and the regression's say, from ten examples an intent (or fewer) to fifty (or more).

    Ends chosen by cross-validation on the training rows of two public sets.
    """
    many = min(max((per_intent - 10) / 40, 0.0), 1.0)
    return 0.55 - 0.15 * many, 0.7 - 0.2 * many


def _thresholds(lesson: Lesson) -> Thresholds:
    """From cross-validation, where there are examples enough to learn anything about confidence."""
    if len(lesson.intents) < 2 or np.bincount(lesson.labels).min() < FEW:
        return Thresholds()
    rows, scores, scopes = unseen(lesson, folds=1 if len(lesson.texts) > JUDGED else FOLDS)
    return choose_thresholds(scores, scopes, lesson.labels[rows])


def unseen(
    lesson: Lesson, folds: int = FOLDS
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The examples of so many thirds, and scores and scope of each by a model that has not seen it."""
    of, names = _folds(lesson.labels), _names(lesson)
    judged = np.flatnonzero(of < folds)
    found = {}
    for fold in range(folds):
        model = _fit(lesson.part(np.flatnonzero(of != fold)), names, Thresholds())
        for i in np.flatnonzero(of == fold).tolist():
            row = features.vector(lesson.texts[i], model.vocabulary)
            found[i] = model.judge(Look(row, lesson.vectors[i]))
    scores = np.array([found[i][0] for i in judged.tolist()])
    return judged, scores, np.array([found[i][1] for i in judged.tolist()])


def _folds(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every intent's examples spread evenly over the folds."""
    folds = np.zeros(len(labels), dtype=np.int64)
    chance = np.random.default_rng(1)
    for label in np.unique(labels):
        at = chance.permutation(np.flatnonzero(labels == label))
        folds[at] = np.arange(len(at)) % FOLDS
    return folds
