"""Running totals of the live KPIs, kept exact by taking a source's old contribution out before the new "
"goes in.

A source is one conversation, or one agent's past or present, with its rows by table. A settled source cannot
change by the passing of time alone, so everything it gives is in the totals. Of an unsettled one only what no
clock moves is; the rest is counted anew for each board. Sums are of integers, so nothing drifts.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from operator import add, sub
from typing import Any, NamedTuple

from antiphon.metrics.catalogue import CATALOGUE, Kpi
from antiphon.metrics.expressions import names_in
from antiphon.metrics.measures import Measure
from antiphon.metrics.question import Question
from antiphon.metrics.sheets import WIDTH, Sheet, Values
from antiphon.metrics.tally import Counter, Figure, Tally, counter_of

LIVE: tuple[Kpi, ...] = tuple(kpi for kpi in CATALOGUE if kpi.live and isinstance(kpi.measure, Measure))


class Source(NamedTuple):
    """One stream's rows by table, and the conversation or ticket that lends them segments."""

    id: str
    tables: Mapping[str, Sequence[Any]]
    owner: Any
    settled: bool


class Part(NamedTuple):
    """What one source gives to one sheet, for one queue."""

    sheet: Sheet
    queue: str
    sums: list[Any]
    values: Values


def _counters() -> list[Counter]:
    found: dict[Counter, None] = {}
    for kpi in LIVE:
        one = counter_of(kpi)
        found[one] = None
        if one.per is not None:
            found[one.per] = None
    return list(found)


def _ticks(one: Counter) -> bool:
    """Can the mere passing of time change what an unsettled source gives?"""
    if one.measure.span:
        return True
    named = names_in(one.measure.parts().values(), one.measure.table)
    return bool(named & {"as_of_ms", "now_ms"})


def _sheets(counters: Iterable[Counter]) -> Mapping[str, Sheet]:
    found: dict[str, list[Counter]] = {}
    for one in counters:
        found.setdefault(one.measure.table, []).append(one)
    return {table: Sheet(table, of_table) for table, of_table in found.items()}


_ALL = _counters()
_STILL = _sheets(one for one in _ALL if not _ticks(one))
_PASSED = _sheets(one for one in _ALL if _ticks(one) and one.klass != "S")
_NOW = _sheets(one for one in _ALL if one.klass == "S")


def still(source: Source, q: Question) -> list[Part]:
    """What may go into the totals: all of a settled source, the clockless part of another."""
    parts = _count(source, q, _STILL)
    return parts + _count(source, q, _PASSED) if source.settled else parts


def ticking(source: Source, q: Question) -> list[Part]:
    """What an unsettled source gives at this moment."""
    return [] if source.settled else _count(source, q, _PASSED) + _count(source, q, _NOW)


def _count(source: Source, q: Question, sheets: Mapping[str, Sheet]) -> list[Part]:
    parts: list[Part] = []
    owner = source.owner
    for table, rows in source.tables.items():
        sheet = sheets.get(table)
        if rows and sheet is not None:
            for queue, mine in _by_queue(rows, owner):
                sums, values = sheet.count(mine, q, owner)
                if values or any(sums):
                    parts.append(Part(sheet, queue, sums, values))
    return parts


def _by_queue(rows: Sequence[Any], owner: Any) -> Iterable[tuple[str, Sequence[Any]]]:
    """Rows by their queue, or their conversation's when they have none of their own."""
    if not hasattr(rows[0], "queue"):
        return ((getattr(owner, "queue", ""), rows),)
    first = rows[0].queue
    if all(row.queue == first for row in rows):
        return ((first, rows),)
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.queue, []).append(row)
    return found.items()


class Total:
    """The sums of one sheet for one queue, with each measure's values in order."""

    __slots__ = ("sums", "values")

    def __init__(self, sheet: Sheet) -> None:
        self.sums: list[Any] = [0] * (WIDTH * len(sheet.counters))
        self.values: dict[int, list[Any]] = {}

    def put_in(self, part: Part) -> None:
        self.sums = list(map(add, self.sums, part.sums))
        for place, value in part.values:
            insort(self.values.setdefault(place, []), value)

    def take_out(self, part: Part) -> None:
        self.sums = list(map(sub, self.sums, part.sums))
        for place, value in part.values:
            values = self.values[place]
            del values[bisect_left(values, value)]


Totals = dict[tuple[Sheet, str], Total]


class Ledger:
    """The totals, sheet by sheet and queue by queue; "" is all queues together."""

    def __init__(self) -> None:
        self._totals: Totals = {}
        self._given: dict[str, list[Part]] = {}

    def put(self, source: Source, q: Question) -> None:
        """Replaces what the source gave before."""
        self.drop(source.id)
        parts = self._given[source.id] = still(source, q)
        _put_in(self._totals, parts)

    def drop(self, source: str) -> None:
        for part in self._given.pop(source, ()):
            for queue in {part.queue, ""}:
                self._totals[part.sheet, queue].take_out(part)

    def with_parts(self, parts: Iterable[Part]) -> "Standing":
        """The totals as they stand with what is counted for this moment only."""
        now: Totals = {}
        _put_in(now, parts)
        return Standing(self._totals, now)


def _put_in(totals: Totals, parts: Iterable[Part]) -> None:
    for part in parts:
        for queue in {part.queue, ""}:
            total = totals.get((part.sheet, queue))
            if total is None:
                total = totals[part.sheet, queue] = Total(part.sheet)
            total.put_in(part)


_HOME: Mapping[Counter, Sheet] = {
    one: sheet for sheets in (_STILL, _PASSED, _NOW) for sheet in sheets.values() for one in sheet.counters
}


class Standing:
    """Totals at one moment, to be read as figures."""

    def __init__(self, totals: Totals, now: Totals) -> None:
        self._totals, self._now = totals, now

    def figure(self, kpi: Kpi, q: Question, queue: str = "") -> Figure:
        one = counter_of(kpi)
        per = self._tally(one.per, "") if one.per is not None else None
        return one.finish(self._tally(one, queue), q, per, bounds=False)

    def _tally(self, one: Counter, queue: str) -> Tally:
        sheet = _HOME[one]
        place = sheet.place[one]
        found = [totals[sheet, queue] for totals in (self._totals, self._now) if (sheet, queue) in totals]
        if not found:
            return Tally()
        sums = found[0].sums if len(found) == 1 else list(map(add, found[0].sums, found[1].sums))
        values = [value for total in found for value in total.values.get(place, ())]
        return sheet.tally(one, sums, values)
