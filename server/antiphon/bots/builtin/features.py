"""Words as numbers: TF-IDF over word pairs and character n-grams. Pure Python.

A text becomes a sparse vector: sorted feature numbers and their weights, of length one. Characters are taken
within words (as scikit-learn's `char_wb`), which makes up for typing errors and endings.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!€$£%]", re.UNICODE)
CHARS_FROM, CHARS_TO = 2, 4
READ_CHARS = 1_000  # a question has said what it is about by then
CHAR_SHARE = 0.7  # of a vector's length; the rest are words. Chosen by cross-validation on two public sets

Vector = tuple[list[int], list[float]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Feature -> number, and by number how telling it is; a feature never seen is as telling as can be."""

    numbers: dict[str, int]
    idf: Sequence[float]
    unknown: float

    def __len__(self) -> int:
        return len(self.numbers)


def learn(texts: Iterable[str]) -> Vocabulary:
    seen: Counter[str] = Counter()
    count = 0
    for text in texts:
        count += 1
        seen.update(set(_words(tokens := tokenize(text))) | set(_chars(tokens)))
    numbers = {feature: number for number, feature in enumerate(sorted(seen))}
    idf = [math.log((1 + count) / (1 + seen[feature])) + 1 for feature in numbers]
    return Vocabulary(numbers, idf, math.log(1 + count) + 1)


def vector(text: str, vocabulary: Vocabulary) -> Vector:
    tokens = tokenize(text)
    words = _weighed(_words(tokens), vocabulary, 1 - CHAR_SHARE)
    chars = _weighed(_chars(tokens), vocabulary, CHAR_SHARE)
    both = sorted(words + chars)
    return [number for number, _ in both], [weight for _, weight in both]


def tokenize(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text[:READ_CHARS]).casefold().replace("’", "'")
    return TOKEN.findall(plain)


def _words(tokens: list[str]) -> Iterator[str]:
    yield from tokens
    for left, right in pairwise(tokens):
        yield f"{left} {right}"


def _chars(tokens: list[str]) -> Iterator[str]:
    """Pieces of words with their edges; marked, so that they never meet a word of the same letters."""
    for token in tokens:
        word = f" {token} "
        for size in range(CHARS_FROM, CHARS_TO + 1):
            if size >= len(word):
                yield f"#{word}"
                break
            for start in range(len(word) - size + 1):
                yield f"#{word[start : start + size]}"


def _weighed(features: Iterator[str], vocabulary: Vocabulary, share: float) -> list[tuple[int, float]]:
    """Weights of one kind of feature, of the given share of the vector's length.

    What the vocabulary does not know takes its part of the length, so strange texts come out short and far
    from everything: that alone finds a tenth more of the foreign questions.
    """
    counts = Counter(features)
    numbers = vocabulary.numbers
    known: list[tuple[int, float]] = []
    square = 0.0
    for feature, count in counts.items():
        number = numbers.get(feature)
        weight = (1 + math.log(count)) * (
            vocabulary.idf[number] if number is not None else vocabulary.unknown
        )
        square += weight * weight
        if number is not None:
            known.append((number, weight))
    scale = math.sqrt(share / square) if square else 0.0
    return [(number, weight * scale) for number, weight in known]
