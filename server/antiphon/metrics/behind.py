"""The conversations behind a number: exactly those whose rows the number was counted from."""

from collections.abc import Callable, Iterable
from typing import Any

from antiphon.metrics.ledger import Source
from antiphon.metrics.measures import Measure
from antiphon.metrics.question import Question
from antiphon.metrics.report import lookup
from antiphon.metrics.tally import Counter, counter, counter_of

_OF_TIME = frozenset({"piece", "status", "shift"})  # rows without a conversation: who was engaged stands in


def behind(
    sources: Iterable[Source], kpi: str, q: Question, *, queue: str = "", agent: str = ""
) -> list[str]:
    """Ids of the conversations that count in `kpi`, newest first."""
    [entry] = lookup([kpi])
    one = counter_of(entry)
    if one.measure.table in _OF_TIME:
        engaged = Measure(table="engagement", take="sum", span=("started_at", "ended_at"))
        one = counter(engaged, "S" if entry.klass == "S" else "I")
    found: dict[str, int] = {}
    for source in sources:
        for row in source.tables.get(one.measure.table, ()):
            if _matches(row, source.owner, queue=queue, agent=agent) and counts(one, row, q, source.owner):
                id_ = str(getattr(row, "conversation", "") or getattr(row, "ticket", source.id))
                found[id_] = max(found.get(id_, 0), getattr(source.owner, "last_at", 0))
    return sorted(found, key=lambda id_: (-found[id_], id_))


def counts(one: Counter, row: Any, q: Question, owner: Any, *, spam: bool = False) -> bool:
    """Does the row enter the figure: its numerator, its denominator or its values?"""
    if not one.belongs(row, q, owner):
        return False
    tally = one.count((row,), q, _lends(owner), spam=spam, agent=False)
    return bool(tally.num or tally.den or tally.values or tally.keys[0] or tally.keys[1])


def _lends(owner: Any) -> Callable[[Any], Any]:
    return lambda _: owner


def _matches(row: Any, owner: Any, *, queue: str, agent: str) -> bool:
    return all(
        not wanted or getattr(row, name, getattr(owner, name, "")) == wanted
        for name, wanted in (("queue", queue), ("agent", agent))
    )
