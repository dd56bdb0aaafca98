"""Articles in Markdown, found by what somebody asks. Pure but for reading the files; no numpy.

A file is a guide (`# title`); every `## question` in it is an article: a line `Also: …; …` gives other ways
to ask it, the rest is the answer. Found by BM25 over question and answer, and by how alike question and text
are letter by letter, so that endings and typing errors do not matter; where there is a sentence encoder, by
how near they are in meaning, with a little of the other score. A score of 1 is as sure as it gets.
Used by the built-in bot when no intent fits; good for agents' suggestions too.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from antiphon.bots.builtin import features
from antiphon.bots.builtin.features import Vector
from antiphon.bots.builtin.source import ProjectError

if TYPE_CHECKING:
    from antiphon.bots.builtin.embedding import Embedder

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
ALSO = re.compile(r"^\s*also:\s*(.+)$", re.IGNORECASE)
FILE_BYTES = 1_000_000
K1, B = 1.2, 0.75  # Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009)
ALIKE, COVERED = 0.7, 0.3  # what the two scores count for
# By meaning, foreign questions lie higher by so much: without it, 0.35 lets in as few of them (3 in 100) as
# by letters, and finds three times as many of an article's other wordings.
HIGHER, LETTERS = 0.15, 0.1
# Words that are in every question say nothing about which one it is.
COMMON = frozenset(
    features.tokenize(
        "a an and are as at be can could do does for from have how i if in is it me my of on or our please "
        "should so that the there this to what when where which who why will with would you your"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    guide: str
    question: str
    also: tuple[str, ...] = ()
    answer: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    article: Article
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An article where it stands: lines `start` to `end` of its file, from 0, the second excluded."""

    article: Article
    marks: str  # of its heading
    start: int
    end: int


def read_articles(folder: Path) -> list[Article]:
    """The articles of every `.md` file under a folder, in the order of their names; none without a folder."""
    return [one.article for file in guides(folder) for one in sections(read_guide(file, folder), file.name)]


def guides(folder: Path) -> list[Path]:
    """The files there are, without those too large to be read."""
    files = sorted(folder.rglob("*.md")) if folder.is_dir() else []
    return [file for file in files if file.stat().st_size <= FILE_BYTES]


def read_guide(file: Path, folder: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as broken:
        place = f"{folder.name}/{file.relative_to(folder)}"
        raise ProjectError(f"{place}:1: not UTF-8: {broken.reason}") from broken


def sections(words: str, file: str) -> Iterator[Section]:
    """The articles of a file, in order; a heading without an answer is none."""
    lines = words.splitlines()
    guide, marks, question, start = Path(file).stem.replace("-", " "), "", "", 0
    for number, line in enumerate([*lines, "## "]):
        heading = HEADING.match(line)
        if heading is None and number < len(lines):
            continue
        article = _article(guide, question, lines[start + 1 : number], f"{file}:{start + 1}")
        if question and article:
            yield Section(article=article, marks=marks, start=start, end=number)
        marks, title = (heading[1], heading[2]) if heading else ("", "")
        guide = title if marks == "#" else guide
        question, start = ("" if marks == "#" else title), number


def _article(guide: str, question: str, body: list[str], place: str) -> Article | None:
    also = [found[1] for line in body if (found := ALSO.match(line))]
    answer = "\n".join(line for line in body if not ALSO.match(line)).strip()
    ways = tuple(way.strip() for line in also for way in line.split(";") if way.strip())
    return Article(guide=guide, question=question, also=ways, answer=answer, place=place) if answer else None


Key = TypeVar("Key")
Index = dict[Key, list[tuple[int, float]]]


class Knowledge:
    """An index over articles, built at start. With an encoder it takes a millisecond or two: threads only."""

    def __init__(self, articles: Iterable[Article], embedder: "Embedder | None" = None) -> None:
        self.articles = tuple(articles)
        self._meant = _Meant(self.articles, embedder) if embedder and self.articles else None
        asked = [way for article in self.articles for way in (article.question, *article.also)]
        self._vocabulary = features.learn([*asked, *(article.answer for article in self.articles)])
        self._of = [i for i, article in enumerate(self.articles) for _ in (article.question, *article.also)]
        self._features = _features(features.vector(way, self._vocabulary) for way in asked)
        bags = [Counter(_content(_whole(article))) for article in self.articles]
        self._rarity, self._words = _rarity(bags), _words(bags)

    def search(self, text: str, most: int = 3) -> list[Found]:
        """The best articles for a text, best first; empty when there is nothing in common."""
        alike, covered = self._alike(features.vector(text, self._vocabulary)), self._covered(_content(text))
        scores = [ALIKE * one + COVERED * other for one, other in zip(alike, covered, strict=True)]
        if self._meant:
            near = self._meant.near(text)
            scores = [cos - HIGHER + LETTERS * score for cos, score in zip(near, scores, strict=True)]
        found = [
            Found(article, round(min(score, 1.0), 4))
            for article, score in zip(self.articles, scores, strict=True)
        ]
        return sorted((f for f in found if f.score > 0), key=lambda f: -f.score)[:most]

    def _alike(self, row: Vector) -> list[float]:
        """By article, how much its likest way to ask it has in common with a text, letter by letter."""
        by_way = [0.0] * len(self._of)
        for number, weight in zip(*row, strict=True):
            for way, other in self._features.get(number, ()):
                by_way[way] += weight * other
        found = [0.0] * len(self.articles)
        for i, score in zip(self._of, by_way, strict=True):
            found[i] = max(found[i], score)
        return found

    def _covered(self, words: Iterable[str]) -> list[float]:
        """BM25 by article, as a share of what an article that has every word often could reach."""
        got, could = [0.0] * len(self.articles), 0.0
        for word in words:
            rare = self._rarity.get(word, math.log(1 + 2 * len(self.articles)))
            could += rare
            for i, share in self._words.get(word, ()):
                got[i] += rare * share
        return [min(one / could, 1.0) for one in got] if could else got


class _Meant:
    """The articles' vectors: each way to ask one, and its question together with its answer."""

    def __init__(self, articles: Sequence[Article], embedder: "Embedder") -> None:
        ways = [(a.question, *a.also, f"{a.question} {a.answer}") for a in articles]
        self._embedder = embedder
        self._vectors = embedder.encode([way for of in ways for way in of])
        self._of = [i for i, of in enumerate(ways) for _ in of]
        self._count = len(articles)

    def near(self, text: str) -> list[float]:
        """The cosine of a text and the nearest wording of each article."""
        found = [0.0] * self._count
        for i, cosine in zip(
            self._of, (self._vectors @ self._embedder.encode([text])[0]).tolist(), strict=True
        ):
            found[i] = max(found[i], cosine)
        return found


def _rarity(bags: list[Counter[str]]) -> dict[str, float]:
    seen = Counter(word for bag in bags for word in bag)
    n = len(bags)
    return {word: math.log(1 + (n - count + 0.5) / (count + 0.5)) for word, count in seen.items()}


def _whole(article: Article) -> str:
    return " ".join((article.question, *article.also, article.answer))


def _content(text: str) -> Iterator[str]:
    """The words that matter, without the commonest endings."""
    for token in features.tokenize(text):
        if token not in COMMON and token.isalnum():
            yield _stem(token)


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _features(rows: Iterable[Vector]) -> Index[int]:
    """By feature, the rows that have it and how much of it."""
    found: Index[int] = {}
    for way, row in enumerate(rows):
        for number, weight in zip(*row, strict=True):
            found.setdefault(number, []).append((way, weight))
    return found


def _words(bags: Sequence[Counter[str]]) -> Index[str]:
    """By word, the articles that have it and their BM25 for it, without how rare it is."""
    usual = sum(bag.total() for bag in bags) / max(len(bags), 1)
    found: Index[str] = {}
    for i, bag in enumerate(bags):
        length = K1 * (1 - B + B * bag.total() / usual)
        for word, count in bag.items():
            found.setdefault(word, []).append((i, count * (1 + length) / (count + length)))
    return found
