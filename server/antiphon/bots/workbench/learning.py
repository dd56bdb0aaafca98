"""Learning from what was not understood: suggestions that a person accepts or drops. Never by itself.

What visitors asked in vain is cleaned of personal data, gathered into clusters of the same question, and each
cluster becomes a suggestion: more examples for an intent it is close to, or a new article with the answer
that agents gave. Accepting one changes `data/nlu.yml` or a guide in `knowledge/`, so that it can be reviewed
and undone like any other change. Reading the journal is the caller's business.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from antiphon.bots.articles import Articles, Placed, Words
from antiphon.bots.builtin import features
from antiphon.bots.builtin.classifier import Classifier
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.features import Vector
from antiphon.bots.builtin.project import files_of
from antiphon.bots.builtin.source import Node, ProjectError, example_lines, parse_yaml
from antiphon.bots.files import write_whole
from antiphon.bots.privacy import clean

SAME = 0.45  # cosine from which on two texts ask the same; average over the cluster
SHARED = 0.5  # of the conversations, from which on two clusters are one question
VISITORS = 3  # who ask something before it is worth an answer
CLOSE = 0.35  # confidence from which on a cluster belongs to an intent rather than to a new article
TEXTS = 2_000  # considered at once; newest first is the caller's choice
SHOWN = 8
LEARNED = "Learned from conversations"  # the guide of accepted articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something a bot could not answer; `answer` is what an agent replied, if one did.

    What the same people asked in the same conversations is taken for one question in several words.
    """

    visitor: str
    text: str
    answer: str | None = None
    at_ms: int = 0
    conversation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`intent` is set when the texts are more examples of one the bot has. `times` and `last_ms`: how often,
    and when last, it was asked."""

    question: str
    texts: tuple[str, ...]
    visitors: int
    answer: str | None
    intent: str | None
    confidence: float
    times: int = 0
    last_ms: int = 0

    @property
    def id(self) -> str:
        """The same for the same question, whoever computes it and whenever."""
        return key_of(self.question)


def key_of(text: str) -> str:
    """A cleaned text as a name that does not say it."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:24]


def suggest(
    asked: Sequence[Asked],
    classifier: Classifier,
    examples: Sequence[Example],
    dropped: Collection[str] = (),
) -> list[Suggestion]:
    """The questions worth answering, most asked first. Two thousand texts take seconds: in another process.

    `examples` are the project's: they tell which words are common here. Whatever is the same question as one
    whose id was `dropped` is left out.
    """
    kept = [(one, clean(one.text)) for one in asked[:TEXTS]]
    kept = [(one, text) for one, text in kept if features.tokenize(text)]
    if not kept:
        return []
    vocabulary = features.learn([*(text for _, text in kept), *(example.text for example in examples)])
    rows = [features.vector(text, vocabulary) for _, text in kept]
    asking = [one for one, _ in kept]
    clusters = [c for c in _clusters(rows) if len({asking[i].visitor for i in c}) >= VISITORS]
    groups = _together(clusters, asking)
    wanted = [g for g in groups if not any(key_of(kept[i][1]) in dropped for c in g for i in c)]
    found = [_suggestion(group, kept, rows, classifier) for group in wanted]
    return sorted(found, key=lambda suggestion: -suggestion.visitors)


def _clusters(rows: Sequence[Vector]) -> list[list[int]]:
    """Greedy average linkage: each text joins the cluster it is most like, or begins its own.

    The mean cosine of a text and a cluster is its product with the sum of the cluster's rows; what only one
    text has adds nothing to any.
    """
    seen = Counter(number for numbers, _ in rows for number in numbers)
    column = {number: at for at, number in enumerate(n for n, count in seen.items() if count > 1)}
    sums = np.zeros((len(column), len(rows)), dtype=np.float32)  # of the rows of each cluster
    clusters: list[list[int]] = []
    for i, (numbers, weights) in enumerate(rows):
        shared = [(column[n], w) for n, w in zip(numbers, weights, strict=True) if n in column]
        at, row = [n for n, _ in shared], np.array([w for _, w in shared], dtype=np.float32)
        sizes = [len(cluster) for cluster in clusters]
        alike = row @ sums[at, : len(clusters)] / np.maximum(sizes, 1)
        best = int(alike.argmax()) if len(alike) else -1
        if best < 0 or alike[best] < SAME:
            best = len(clusters)
            clusters.append([])
        clusters[best].append(i)
        sums[at, best] += row
    return clusters


def _together(clusters: list[list[int]], asking: Sequence[Asked]) -> list[list[list[int]]]:
    """Clusters that share half of their conversations: who is not understood says it again in other words.

    The one that most ask comes first; of equals, the one that is asked first.
    """

    def first(cluster: list[int]) -> tuple[int, float]:
        return -len(cluster), sum(asking[i].at_ms for i in cluster) / len(cluster)

    def talks(clusters: Iterable[list[int]]) -> set[str]:
        return {asking[i].conversation for cluster in clusters for i in cluster} - {""}

    groups: list[list[list[int]]] = []
    for cluster in sorted(clusters, key=first):
        mine = talks([cluster])
        same = (g for g in groups if mine and len(mine & talks(g)) >= len(mine) * SHARED)
        group = next(same, None)
        if group is None:
            groups.append([cluster])
        else:
            group.append(cluster)
    return groups


def _most_like_all(some: Sequence[int], rows: Sequence[Vector]) -> int:
    """Which of them is nearest to all of them."""
    total: Counter[int] = Counter()
    for i in some:
        total.update(dict(zip(*rows[i], strict=True)))
    return max(some, key=lambda i: sum(w * total[n] for n, w in zip(*rows[i], strict=True)))


def _suggestion(
    group: list[list[int]], kept: list[tuple[Asked, str]], rows: list[Vector], classifier: Classifier
) -> Suggestion:
    cluster = [i for some in group for i in some]
    votes: defaultdict[str, float] = defaultdict(float)
    for i in cluster:
        intent, confidence = classifier.rank(kept[i][1]).ranking[0]
        votes[intent] += confidence
    intent, share = max(votes.items(), key=lambda vote: vote[1])
    confidence = share / len(cluster)
    return Suggestion(
        question=kept[_most_like_all(group[0], rows)][1],
        texts=tuple(dict.fromkeys(kept[i][1] for i in cluster))[:SHOWN],
        visitors=len({kept[i][0].visitor for i in cluster}),
        answer=_usual_answer([a for i in cluster if (a := kept[i][0].answer)]),
        intent=intent if confidence >= CLOSE else None,
        confidence=round(confidence, 3),
        times=len(cluster),
        last_ms=max(kept[i][0].at_ms for i in cluster),
    )


def _usual_answer(answers: list[str]) -> str | None:
    """The answer that is most like the others: what agents say, in one agent's words."""
    if not answers:
        return None
    cleaned = [clean(answer) for answer in answers]
    vocabulary = features.learn(cleaned)
    rows = [features.vector(answer, vocabulary) for answer in cleaned]
    return cleaned[_most_like_all(range(len(rows)), rows)]


# ------------------------------------------------------------------ accepting


def accept_as_examples(project: Path, intent: str, texts: Iterable[str]) -> int:
    """Add texts to an intent's examples; nothing else in the file changes. How many were new.

    Raises `ProjectError` where there are none to add to, or the file is written so that only a person can.
    """
    for file in files_of(project, "data"):
        words = file.read_text(encoding="utf-8")
        examples = _examples_of(intent, words, str(file.relative_to(project)))
        if examples is not None:
            return _insert(file, words, examples, (intent, texts))
    raise ProjectError(f"data:1: no examples of the intent `{intent}`")


def _examples_of(intent: str, words: str, shown: str) -> Node | None:
    section = parse_yaml(words, shown).get("nlu")
    for block in section.items() if section else []:
        named, examples = block.get("intent"), block.get("examples")
        if named and examples and named.text() == intent:
            return examples
    return None


def _texts_of(intent: str, words: str) -> list[str]:
    """The examples as they will be read; none where they cannot be."""
    try:
        found = _examples_of(intent, words, "")
        return [line.text() for line in example_lines(found)] if found else []
    except ProjectError:
        return []


def _insert(file: Path, words: str, examples: Node, wanted: tuple[str, Iterable[str]]) -> int:
    intent, texts = wanted
    existing = list(example_lines(examples))
    known = {line.text().lower() for line in existing}
    new = [line for line in dict.fromkeys(map(as_example, texts)) if line and line.lower() not in known]
    lines = words.splitlines(keepends=True)
    after = existing[-1].line
    indent = lines[after - 1].partition("-")[0]
    lines[after:after] = [f"{indent}- {text}\n" for text in new]
    if _texts_of(intent, "".join(lines)) != [*(line.text() for line in existing), *new]:
        raise examples.wrong(f"the examples of `{intent}` are written in a way that only a person can add to")
    write_whole(file, "".join(lines))
    return len(new)


def accept_as_article(
    project: Path, suggestion: Suggestion, answer: str, question: str = "", guide: str = ""
) -> Placed:
    """Append an article to a guide, in the words as a person edited them. Raises `Refused`."""
    asked = question or as_example(suggestion.question)
    ways = dict.fromkeys(as_example(text) for text in suggestion.texts)
    also = tuple(way for way in ways if way and way.casefold() != asked.casefold())
    words = Words(question=asked, also=also, answer=answer.strip())
    return Articles(project).add(guide or LEARNED, words)


def as_example(text: str) -> str:
    """A text as one line of a list: no annotation, no heading, no separator of ours."""
    return re.sub(r"[\[\]{}#;]", " ", " ".join(text.split())).strip().lstrip("- ")
