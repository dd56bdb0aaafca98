"""The conversations behind a number: exactly those whose rows the number was counted from."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from antiphon.metrics.calendar import zone_of
from antiphon.metrics.catalogue import BY_ID, Kpi
from antiphon.metrics.grouping import Grouping
from antiphon.metrics.ledger import Source
from antiphon.metrics.measures import Formula, Measure
from antiphon.metrics.question import Question
from antiphon.metrics.report import Query, lookup
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import Facts
from antiphon.metrics.tally import Counter, counter, counter_of

_OF_TIME = frozenset(
    {"piece", "post", "status", "shift"}
)  # rows without a conversation: who was engaged stands in


def behind(
    sources: Iterable[Source], kpi: str, q: Question, *, queue: str = "", agent: str = ""
) -> list[str]:
    """Ids of the conversations that count in `kpi`, newest first."""
    [entry] = lookup([kpi])
    one = counter_of(entry)
    if one.measure.table in _OF_TIME:
        one = _engaged(entry.klass)
    found: dict[str, int] = {}
    for source in sources:
        for row in source.tables.get(one.measure.table, ()):
            if _matches(row, source.owner, queue=queue, agent=agent) and counts(one, row, q, source.owner):
                id_ = str(getattr(row, "conversation", "") or getattr(row, "ticket", source.id))
                found[id_] = max(found.get(id_, 0), getattr(source.owner, "last_at", 0))
    return sorted(found, key=lambda id_: (-found[id_], id_))


def behind_period(facts: Facts, query: Query, settings: Settings, *, hits: bool = False) -> list[str]:
    """The same for any period and filter, out of all facts; a formula's are those of its parts.

    `hits` leaves only what counts in a numerator.
    """
    zone = zone_of(query.tz)
    q = Question(query.from_ms, query.to_ms, query.as_of_ms, settings, zone=zone, hours=query.hours)
    found: dict[str, int] = {}
    for entry in lookup(query.kpis):
        for one in _counters(entry):
            near = facts.near(one, q)
            cut = Grouping(near, (), query.where, zone, spam=query.include_spam)
            for row in _rows(cut, one, q):
                owner = near.owner(row)
                if counts(one, row, q, owner, spam=query.include_spam, hits=hits):
                    found[_named(row)] = max(found.get(_named(row), 0), getattr(owner, "last_at", 0))
    found.pop("", None)
    return sorted(found, key=lambda id_: (-found[id_], id_))


def _rows(cut: Grouping, one: Counter, q: Question) -> Iterator[Any]:
    return (row for _, groups in cut.parts(one, q) for row in groups.get((), ()))


def _counters(entry: Kpi) -> list[Counter]:
    """What an entry counts; rows of time are stood in for by who was engaged."""
    if isinstance(entry.measure, Formula):
        parts = [BY_ID[name] for name in entry.measure.of.values() if "@" not in name]
        return [one for part in parts for one in _counters(part)]
    one = counter(entry.measure, entry.klass)
    return [_engaged(entry.klass)] if one.measure.table in _OF_TIME else [one]


def _engaged(klass: str) -> Counter:
    engaged = Measure(table="engagement", take="sum", span=("started_at", "ended_at"))
    return counter(engaged, "S" if klass == "S" else "I")


def _named(row: Any) -> str:
    return str(getattr(row, "conversation", "") or getattr(row, "ticket", ""))


def counts(
    one: Counter, row: Any, q: Question, owner: Any, *, spam: bool = False, hits: bool = False
) -> bool:
    """Does the row enter the figure: its numerator, and unless `hits` its denominator or values?"""
    if not one.belongs(row, q, owner):
        return False
    tally = one.count((row,), q, _lends(owner), spam=spam, agent=False)
    hit = tally.num or tally.keys[0] or tally.values
    return bool(hit or (not hits and (tally.den or tally.keys[1])))


def _lends(owner: Any) -> Callable[[Any], Any]:
    return lambda _: owner


def _matches(row: Any, owner: Any, *, queue: str, agent: str) -> bool:
    return all(
        not wanted or getattr(row, name, getattr(owner, name, "")) == wanted
        for name, wanted in (("queue", queue), ("agent", agent))
    )
