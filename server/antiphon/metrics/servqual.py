"""SERVQUAL forms as gaps between what was perceived and what was expected (kpis.md S09)."""

from collections.abc import Iterable
from typing import NamedTuple

from antiphon.metrics.facts.rows import NEVER, Answer


class Gap(NamedTuple):
    """One respondent's SERVQUAL dimension: perception minus expectation, mean of its answered pairs."""

    conversation: str
    at: int
    dimension: str
    gap: float
    weight: float  # the respondent's own share of 100; equal shares when he gave none


_ITEMS = {"tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5}


def gaps(answers: Iterable[Answer]) -> list[Gap]:
    """SERVQUAL answers (item `dimension.1.P`, `dimension.1.E`, `dimension.w`) as gaps per respondent.

    Pairs only; half of a dimension's items at least, where the full form of 22 was asked; a short form has
    one.
    """
    forms: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.kind == "servqual" and answer.superseded_at == NEVER:
            forms.setdefault(answer.unit, []).append(answer)
    return [row for form in forms.values() for row in _form(form)]


def _form(form: list[Answer]) -> Iterable[Gap]:
    scores = {answer.item: answer.score for answer in form}
    weights = {dim: scores.get(f"{dim}.w", 0.0) for dim in _ITEMS}
    total = sum(weights.values())
    for dim, items in _ITEMS.items():
        numbers = {
            item.split(".")[1] for item in scores if item.startswith(f"{dim}.") and item.count(".") == 2
        }
        pairs = [(f"{dim}.{n}.P", f"{dim}.{n}.E") for n in numbers]
        full = [scores[p] - scores[e] for p, e in pairs if p in scores and e in scores]
        if full and (len(numbers) == 1 or 2 * len(full) >= items):
            weight = weights[dim] / total if total else 1 / len(_ITEMS)
            yield Gap(form[0].conversation, form[0].first_at, dim, sum(full) / len(full), weight)
