"""Where the rows of a table come from: the parts of a view, or made for the question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from antiphon.metrics.columnar.groups import kept, living
from antiphon.metrics.columnar.made import Taken, handlings, pieces
from antiphon.metrics.columnar.periods import Periods, Picked
from antiphon.metrics.columnar.schema import order_of
from antiphon.metrics.columnar.source import ALL, BORROWERS, Column, Made, NotColumnar, Source, Stored
from antiphon.metrics.columnar.vector import Given, Reader, plain
from antiphon.metrics.columnar.warehouse import Part, View
from antiphon.metrics.columnar.words import Array, Vocabulary
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.grouping import place_filters
from antiphon.metrics.tally import Counter

if TYPE_CHECKING:
    from antiphon.metrics.columnar.linked import Links

STORED = BORROWERS | {"status", "shift"}
LINKED = frozenset({"contact", "case", "leg_case", "issue", "closing"})
MADE = frozenset({"piece", "handling"})
_SPANS = {"engagement": ("started_at", "ended_at"), "wrapup": ("from_at", "to_at")}


class Asking(NamedTuple):
    """What a query says of every number: names are those of columns."""

    as_of_ms: int
    zone: ZoneInfo
    where: Mapping[str, str]
    spam: bool
    agent: bool  # agents' own figures are asked for


class Counted(NamedTuple):
    """Rows, which of their streams count (None: all), and the filters they have been through already."""

    source: Source
    streams: Array | None
    settled: frozenset[str] = frozenset()


class Sources:
    """The tables of one view."""

    def __init__(self, view: View, given: Given, links: "Links | None") -> None:
        self.view, self.given, self._links = view, given, links
        self._words: Vocabulary = view[0].segment.words
        self._stored: dict[tuple[int, str, str], Stored] = {}

    def of(self, one: Counter, periods: Periods, by: Sequence[str], asking: Asking) -> list[Counted]:
        """The rows a measure is counted over."""
        m = one.measure
        if m.table in STORED:
            at = m.at or order_of(m.table)
            return [Counted(self.stored(part, m.table, at), part.alive) for part in self.view]
        if self._links is not None and m.table in LINKED:
            rows = self._links.of(m.table)
            return [Counted(row.ordered(m.at) if m.at else row, None) for row in rows]
        low, high = _window(one, periods)
        if m.table == "piece":
            return [Counted(self._pieces(by, asking, low, high), None, place_filters(asking.where, "piece"))]
        if m.table == "handling":
            made = self._handlings(by, asking, low, high)
            return [Counted(one, None, place_filters(asking.where, "handling")) for one in made]
        raise NotColumnar(m.table)

    def stored(self, part: Part, table: str, at: str = "") -> Stored:
        if table not in STORED:
            raise NotColumnar(table)
        key = (id(part.segment), table, at or order_of(table))
        if key not in self._stored:
            self._stored[key] = Stored(part.segment, table, key[2], self._whole)
        return self._stored[key]

    def _whole(self, source: Source, expression: str) -> Array:
        return np.asarray(plain(Reader(source, ALL, self.given, {}).read(expression)))

    # -- made rows ---------------------------------------------------------------------------------

    def _pieces(self, by: Sequence[str], asking: Asking, low: int, high: int) -> Made:
        cut = _cut(by, "piece")
        places = self._places(cut, asking, "piece")
        spans = []
        seen = np.zeros((places.count, len(self._words.of("agent").list)), dtype=bool)
        for table, engaged in (("engagement", 1), ("wrapup", 0)):
            names = {"agent": "agent", "from_at": _SPANS[table][0], "to_at": _SPANS[table][1]}
            parts = []
            for part in self.view:
                source = self.stored(part, table)
                parts.append(
                    _taken(
                        _chosen(source, part, asking, "piece", _overlapping(source, low, high)), places, names
                    )
                )
                self._see(seen, source, part, asking, places, low)
            whole = Taken.joined(parts)
            spans.append((whole.only(whole.place >= 0), engaged))
        known = self._known(NEVER)
        seen[:, self._known(low)] = True
        near = self._statuses(asking, low, high)
        return places.named(pieces(near, known, spans, seen, self._words, low), cut, self._words)

    def _known(self, before_ms: int) -> Array:
        """Of which agents a status was known by then."""
        known = np.zeros(len(self._words.of("agent").list), dtype=bool)
        for part in self.view:
            source = self.stored(part, "status")
            first = _first(source, "from_at", "to_at")
            known[: len(first)] |= first < before_ms
        return known

    def _see(
        self, seen: Array, source: Stored, part: Part, asking: Asking, places: "_Places", low: int
    ) -> None:
        """Notes whose time began before `low`: theirs goes on, with or without anything in it."""
        start, end = _SPANS[source.table]
        if not places.cut and not place_filters(asking.where, "piece"):
            # Dead rows are in it: those that replace them are of the same agents.
            first = _first(source, start, end)
            seen[0, : len(first)] |= first < low
            return
        rows = _taken(
            _chosen(source, part, asking, "piece"), places, {"agent": "agent", "from_at": start, "to_at": end}
        )
        before = (rows["from_at"] < low) & (rows["to_at"] > rows["from_at"]) & (rows.place >= 0)
        seen[rows.place[before], rows["agent"][before]] = True

    def _statuses(self, asking: Asking, low: int, high: int) -> Taken:
        """Everybody's statuses around a stretch of time, whatever the place."""
        names = ("agent", "status", "reason", "capacity", "queues", "from_at", "to_at")
        parts = []
        for part in self.view:
            source = self.stored(part, "status")
            b = int(np.searchsorted(source.instants, high))
            near = np.flatnonzero(_of_rows(source, "to_at")[:b] >= low)
            pick = _all_of(source, part.alive, {}, asking.zone, near)
            parts.append(_taken(pick, _NOWHERE, {name: name for name in names}))
        whole = Taken.joined(parts)
        return whole.only(np.argsort(whole["from_at"], kind="stable")) if len(parts) > 1 else whole

    def _handlings(self, by: Sequence[str], asking: Asking, low: int, high: int) -> Iterator[Made]:
        cut = _cut(by, "handling")
        places = self._places(cut, asking, "handling")
        names = {name: name for name in ("k", "queue", "started_at", "ended_at")}
        for part in self.view:
            source = self.stored(part, "engagement")
            near = np.zeros(len(part.segment), dtype=bool)
            near[source.stream[_overlapping(source, low, high)]] = True
            rows = _chosen(source, part, asking, "handling", np.flatnonzero(near[source.stream]))
            taken = _taken(rows, places, names)
            stream = {"stream": rows.take(source.stream).astype(np.int64)}
            stretches, of = handlings(Taken({**taken.columns, **stream}, taken.place))
            columns = {name: Column(values) for name, values in stretches.items()}
            columns["queue"] = Column(stretches["queue"], self._words.of("queue"))
            yield places.named(Made("handling", columns, part.segment, of), cut, self._words)

    def _places(self, cut: Sequence[str], asking: Asking, made: str) -> "_Places":
        sizes = [len(self._words.of(dim).list) for dim in cut]
        if not cut:
            return _Places(np.zeros(1, dtype=np.int64), sizes, cut)
        counts = np.zeros(int(np.prod(sizes)), dtype=np.int64)
        for part in self.view:
            rows = _chosen(self.stored(part, "engagement"), part, asking, made)
            counts += np.bincount(_place_codes(rows, cut, sizes), minlength=len(counts))
        return _Places(np.flatnonzero(counts), sizes, cut)


@dataclass(frozen=True, slots=True)
class _Places:
    """Every combination of the places that occurs, by its code."""

    codes: Array
    sizes: Sequence[int]
    cut: Sequence[str]

    @property
    def count(self) -> int:
        return max(1, len(self.codes))

    def number(self, codes: Array) -> Array:
        """The number of each code; −1 for one that no engagement has."""
        if not self.cut:
            return codes
        if not len(self.codes):
            return np.full(len(codes), -1)
        found = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[found] == codes, found, -1)

    def named(self, made: Made, cut: Sequence[str], words: Vocabulary) -> Made:
        """The made rows with the places they were made for."""
        if not cut or not len(self.codes):
            return made
        place = made.column("place")
        assert place is not None
        codes = np.unravel_index(self.codes[place.values], tuple(self.sizes))
        more = {dim: Column(code, words.of(dim)) for dim, code in zip(cut, codes, strict=True)}
        return made.with_columns(more)


_NOWHERE = _Places(np.zeros(1, dtype=np.int64), (), ())


def _cut(by: Sequence[str], table: str) -> tuple[str, ...]:
    return tuple(dim for dim in by if dim in place_filters(by, table))


def _window(one: Counter, periods: Periods) -> tuple[int, int]:
    if one.klass == "S":
        return int(periods.until_ms.min()), int(periods.until_ms.max()) + 1
    return int(periods.from_ms.min()), int(periods.now_ms.max())


def _overlapping(source: Stored, low: int, high: int) -> Array:
    """Rows that touch a stretch of time."""
    start, end = (_of_rows(source, name) for name in _SPANS[source.table])
    a = np.searchsorted(source.instants, low) if source.table == "engagement" else 0  # done after their end
    rows = (start[a:] < high) & (end[a:] >= low) & (end[a:] > start[a:])
    return np.flatnonzero(rows) + a


def _first(source: Stored, start: str, end: str) -> Array:
    """Each agent's first instant; `NEVER` of those who have none."""

    def make() -> Array:
        agent, from_at, to_at = (_of_rows(source, name) for name in ("agent", start, end))
        first = np.full(int(agent.max(initial=0)) + 1, NEVER)
        real = to_at > from_at
        np.minimum.at(first, agent[real], from_at[real])
        return first

    found: Array = source.kept("first", make)
    return found


def _of_rows(source: Stored, name: str) -> Array:
    column = source.column(name)
    assert column is not None
    return column.values


def _chosen(source: Stored, part: Part, asking: Asking, made: str, rows: Array | None = None) -> Picked:
    """Rows to make others of: of streams that count and the places asked for; spam is no handling."""
    wanted = {dim: asking.where[dim] for dim in place_filters(asking.where, made)}
    pick = _all_of(source, part.alive, wanted, asking.zone, rows)
    if made != "handling" or asking.spam:
        return pick
    flagged = source.lent("spam")
    assert flagged is not None
    return pick.only(pick.take(flagged.values) == 0)


def _all_of(
    source: Stored, alive: Array, where: Mapping[str, str], zone: ZoneInfo, rows: Array | None = None
) -> Picked:
    size = source.size if rows is None else len(rows)
    pick = Picked(source, ALL if rows is None else rows, np.zeros(size, dtype=np.int8), _WHENEVER)
    masks = [kept(pick, where, zone), living(pick, alive)]
    found = [mask for mask in masks if mask is not None]
    return pick.only(np.logical_and.reduce(found)) if found else pick


_WHENEVER = Periods([(0, 0)], 0)


def _values(pick: Picked, name: str) -> Array:
    column = pick.source.column(name) or pick.source.lent(name)
    assert column is not None
    return pick.take(column.values)


def _place_codes(pick: Picked, cut: Sequence[str], sizes: Sequence[int]) -> Array:
    codes = np.zeros(pick.size, dtype=np.int64)
    for dim, size in zip(cut, sizes, strict=True):
        codes = codes * size + _values(pick, dim)
    return codes


def _taken(pick: Picked, places: _Places, names: Mapping[str, str]) -> Taken:
    columns = {name: _values(pick, column) for name, column in names.items()}
    return Taken(columns, places.number(_place_codes(pick, places.cut, places.sizes)))
