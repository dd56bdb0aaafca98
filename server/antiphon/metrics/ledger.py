"""Running totals of the live KPIs, kept exact by taking a source's old contribution out before the new "
"goes in.

A source is one conversation, or one agent's past or present, with its rows by table. A settled source cannot
change by the passing of time alone, so everything it gives is in the totals. Of an unsettled one only what no
clock moves is; the rest is counted anew for each board. Sums are of integers, so nothing drifts.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from antiphon.metrics.catalogue import CATALOGUE, Kpi
from antiphon.metrics.expressions import names_in
from antiphon.metrics.measures import Measure
from antiphon.metrics.question import Question
from antiphon.metrics.tally import Counter, Figure, Tally, counter

LIVE: tuple[Kpi, ...] = tuple(kpi for kpi in CATALOGUE if kpi.live)
Cell = tuple[Counter, str]  # what is counted, for which queue; "" is all of them
Part = tuple[Cell, Tally]


class Source(NamedTuple):
    """One stream's rows by table, and the conversation or ticket that lends them segments."""

    id: str
    tables: Mapping[str, Sequence[Any]]
    owner: Any
    settled: bool


def _counters() -> list[Counter]:
    found: dict[Counter, None] = {}
    for kpi in LIVE:
        one = counter(kpi.measure, kpi.klass)
        found[one] = None
        if one.per is not None:
            found[one.per] = None
    return list(found)


def _ticks(one: Counter) -> bool:
    """Can the mere passing of time change what an unsettled source gives?"""
    if one.klass in ("I", "S") or one.measure.span:
        return True
    named = names_in(one.measure.parts().values(), one.measure.table)
    return bool(named & {"as_of_ms", "now_ms"})


def _by_table(counters: Iterable[Counter]) -> Mapping[str, list[Counter]]:
    found: dict[str, list[Counter]] = {}
    for one in counters:
        found.setdefault(one.measure.table, []).append(one)
    return found


_ALL = _counters()
_STILL = _by_table(one for one in _ALL if not _ticks(one))
_TICKING = _by_table(one for one in _ALL if _ticks(one))
_PASSED = _by_table(one for one in _ALL if _ticks(one) and one.klass != "S")


def still(source: Source, q: Question) -> list[Part]:
    """What may go into the totals: all of a settled source, the clockless part of another."""
    parts = _count(source, q, _STILL)
    return parts + _count(source, q, _PASSED) if source.settled else parts


def ticking(source: Source, q: Question) -> list[Part]:
    """What an unsettled source gives at this moment."""
    return [] if source.settled else _count(source, q, _TICKING)


def _count(source: Source, q: Question, counters: Mapping[str, list[Counter]]) -> list[Part]:
    parts: list[Part] = []
    owner = source.owner
    for table, rows in source.tables.items():
        if not rows or table not in counters:
            continue
        by_queue = _by_queue(rows, owner)
        for one in counters[table]:
            whole = one.count(rows, q, lambda _: owner, spam=False, agent=False)
            if not whole.empty:
                parts.append(((one, ""), whole))
                parts += _cut(one, whole, by_queue, q, owner)
    return parts


def _cut(one: Counter, whole: Tally, by_queue: Mapping[str, list[Any]], q: Question,
         owner: Any) -> list[Part]:
    if len(by_queue) == 1:
        [queue] = by_queue
        return [((one, queue), whole)] if queue else []
    cut = [
        ((one, queue), one.count(rows, q, lambda _: owner, spam=False, agent=False))
        for queue, rows in by_queue.items()
        if queue
    ]
    return [part for part in cut if not part[1].empty]


def _by_queue(rows: Sequence[Any], owner: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        queue = getattr(row, "queue", None)
        found.setdefault(queue if queue is not None else getattr(owner, "queue", ""), []).append(row)
    return found


class Ledger:
    """The totals, cell by cell."""

    def __init__(self) -> None:
        self._totals: dict[Cell, Tally] = {}
        self._given: dict[str, list[Part]] = {}

    def put(self, source: Source, q: Question) -> None:
        """Replaces what the source gave before."""
        self.drop(source.id)
        parts = self._given[source.id] = still(source, q)
        for cell, tally in parts:
            total = self._totals.get(cell)
            if total is None:
                total = self._totals[cell] = Tally()
            _put_in(total, tally)

    def drop(self, source: str) -> None:
        for cell, tally in self._given.pop(source, ()):
            _take_out(self._totals[cell], tally)

    def with_parts(self, parts: Iterable[Part]) -> "Standing":
        """The totals as they stand with what is counted for this moment only."""
        now: dict[Cell, Tally] = {}
        for cell, tally in parts:
            mine = now.get(cell)
            if mine is None:
                mine = now[cell] = Tally()
                if cell in self._totals:
                    mine.add(self._totals[cell])
            mine.add(tally)
        return Standing(self._totals, now)


class Standing:
    """Totals at one moment, to be read as figures."""

    def __init__(self, totals: Mapping[Cell, Tally], now: Mapping[Cell, Tally]) -> None:
        self._totals, self._now = totals, now

    def figure(self, kpi: Kpi, q: Question, queue: str = "") -> Figure:
        one = counter(kpi.measure, kpi.klass)
        per = self._tally(one.per, "") if one.per is not None else None
        return one.finish(self._tally(one, queue), q, per)

    def _tally(self, one: Counter, queue: str) -> Tally:
        cell = (one, queue)
        return self._now.get(cell) or self._totals.get(cell) or Tally()


_SUMS = ("num", "den", "squares", "either", "n", "pending", "immature", "spam", "short")


def _put_in(total: Tally, part: Tally) -> None:
    for name in _SUMS:
        setattr(total, name, getattr(total, name) + getattr(part, name))
    for value in part.values:
        insort(total.values, value)


def _take_out(total: Tally, part: Tally) -> None:
    for name in _SUMS:
        setattr(total, name, getattr(total, name) - getattr(part, name))
    for value in part.values:
        del total.values[bisect_left(total.values, value)]


def check_live(measures: Iterable[Measure]) -> None:
    """Distinct counts cannot be taken out again; no live total may need one."""
    for measure in measures:
        assert measure.take != "distinct" or measure.span is not None, measure


check_live(one.measure for one in _ALL)
