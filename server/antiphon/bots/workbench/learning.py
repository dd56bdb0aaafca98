"""Learning from what was not understood: suggestions that a person accepts or drops. Never by itself.

What visitors asked in vain is cleaned of personal data, gathered into clusters of the same question, and each
cluster becomes a suggestion: more examples for an intent it is close to, or a new article with the answer
that agents gave. Accepting one changes `data/nlu.yml` or `knowledge/learned.md`, so that it can be reviewed
and undone like any other change. Reading the journal is the caller's business.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from antiphon.bots.builtin import features
from antiphon.bots.builtin.classifier import Classifier
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.source import Node, ProjectError, example_lines, read_yaml
from antiphon.bots.privacy import clean

SAME = 0.45  # cosine from which on two texts ask the same; average over the cluster
VISITORS = 3  # who ask something before it is worth an answer
CLOSE = 0.35  # confidence from which on a cluster belongs to an intent rather than to a new article
TEXTS = 2_000  # considered at once; newest first is the caller's choice
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something a bot could not answer; `answer` is what an agent replied, if one did."""

    visitor: str
    text: str
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`intent` is set when the texts are more examples of one the bot has."""

    question: str
    texts: tuple[str, ...]
    visitors: int
    answer: str | None
    intent: str | None
    confidence: float


def suggest(asked: Sequence[Asked], classifier: Classifier, examples: Sequence[Example]) -> list[Suggestion]:
    """The questions worth answering, most asked first. Takes a while for many texts: call it in a thread.

    `examples` are the project's: they tell which words are common here.
    """
    kept = [(one, clean(one.text)) for one in asked[:TEXTS]]
    kept = [(one, text) for one, text in kept if features.tokenize(text)]
    if not kept:
        return []
    vocabulary = features.learn([*(text for _, text in kept), *(example.text for example in examples)])
    rows = [dict(zip(*features.vector(text, vocabulary), strict=True)) for _, text in kept]
    clusters = [c for c in _clusters(rows) if len({kept[i][0].visitor for i in c}) >= VISITORS]
    found = [_suggestion(c, kept, rows, classifier) for c in clusters]
    return sorted(found, key=lambda suggestion: -suggestion.visitors)


Row = dict[int, float]


def _clusters(rows: Sequence[Row]) -> list[list[int]]:
    """Greedy average linkage: each text joins the cluster it is most like, or begins its own."""
    clusters: list[list[int]] = []
    for i, row in enumerate(rows):
        alike = [(_mean(row, [rows[j] for j in cluster]), cluster) for cluster in clusters]
        best = max(alike, key=lambda found: found[0], default=(0.0, []))
        if best[0] >= SAME:
            best[1].append(i)
        else:
            clusters.append([i])
    return clusters


def _mean(row: Row, others: Iterable[Row]) -> float:
    found = [_cosine(row, other) for other in others]
    return sum(found) / len(found) if found else 0.0


def _cosine(one: Row, other: Row) -> float:
    return sum(weight * other.get(number, 0.0) for number, weight in one.items())


def _suggestion(
    cluster: list[int], kept: list[tuple[Asked, str]], rows: list[Row], classifier: Classifier
) -> Suggestion:
    medoid = max(cluster, key=lambda i: _mean(rows[i], [rows[j] for j in cluster]))
    votes: defaultdict[str, float] = defaultdict(float)
    for i in cluster:
        intent, confidence = classifier.rank(kept[i][1]).ranking[0]
        votes[intent] += confidence
    intent, share = max(votes.items(), key=lambda vote: vote[1])
    confidence = share / len(cluster)
    return Suggestion(
        question=kept[medoid][1],
        texts=tuple(dict.fromkeys(kept[i][1] for i in cluster))[:SHOWN],
        visitors=len({kept[i][0].visitor for i in cluster}),
        answer=_usual_answer([a for i in cluster if (a := kept[i][0].answer)]),
        intent=intent if confidence >= CLOSE else None,
        confidence=round(confidence, 3),
    )


def _usual_answer(answers: list[str]) -> str | None:
    """The answer that is most like the others: what agents say, in one agent's words."""
    if not answers:
        return None
    cleaned = [clean(answer) for answer in answers]
    vocabulary = features.learn(cleaned)
    rows = [dict(zip(*features.vector(answer, vocabulary), strict=True)) for answer in cleaned]
    return max(zip(cleaned, rows, strict=True), key=lambda one: _mean(one[1], rows))[0]


# ------------------------------------------------------------------ accepting


def accept_as_examples(project: Path, intent: str, texts: Iterable[str]) -> int:
    """Add texts to an intent's examples; nothing else in the file changes. How many were new."""
    for file in sorted((project / "data").rglob("*.yml")):
        section = read_yaml(file, file.name).get("nlu")
        for block in section.items() if section else []:
            named, examples = block.get("intent"), block.get("examples")
            if named and examples and named.text() == intent:
                return _insert(file, examples, texts)
    raise ProjectError(f"{project / 'data'}:1: no examples of the intent `{intent}`")


def _insert(file: Path, examples: Node, texts: Iterable[str]) -> int:
    existing = list(example_lines(examples))
    known = {line.text().lower() for line in existing}
    new = [line for line in dict.fromkeys(map(_one_line, texts)) if line and line.lower() not in known]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    after = existing[-1].line
    indent = lines[after - 1].partition("-")[0]
    lines[after:after] = [f"{indent}- {text}\n" for text in new]
    file.write_text("".join(lines), encoding="utf-8")
    return len(new)


def accept_as_article(project: Path, suggestion: Suggestion, answer: str) -> Path:
    """Append an article to `knowledge/learned.md`, in the answer's words as a person edited them."""
    file = project / "knowledge" / "learned.md"
    file.parent.mkdir(exist_ok=True)
    before = file.read_text(encoding="utf-8").rstrip() if file.is_file() else "# Learned from conversations"
    also = "; ".join(_one_line(t) for t in suggestion.texts if t != suggestion.question)
    words = [before, "", f"## {_one_line(suggestion.question)}", *([f"Also: {also}"] if also else []), ""]
    body = "\n".join(line for line in answer.splitlines() if not line.startswith("#"))
    file.write_text("\n".join([*words, body.strip(), ""]), encoding="utf-8")
    return file


def _one_line(text: str) -> str:
    """A text as one line of a list: no annotation, no heading, no separator of ours."""
    return re.sub(r"[\[\]{}#;]", " ", " ".join(text.split())).strip().lstrip("- ")
