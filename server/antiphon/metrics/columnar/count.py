"""Counting by columns: which rows, which group, and the sums of each group in one pass.

Gives the results of `report.report` for the measures it can count: by arrival or completion, any grouping by
columns and clock, any interval.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from antiphon.metrics import calendar
from antiphon.metrics.catalogue import Kpi
from antiphon.metrics.columnar.table import USUAL, Array, Columns
from antiphon.metrics.columnar.vector import Reader
from antiphon.metrics.grouping import CLOCK, named
from antiphon.metrics.measures import Measure
from antiphon.metrics.question import Question
from antiphon.metrics.report import Query, key_order, lookup
from antiphon.metrics.results import Result, result
from antiphon.metrics.settings import Settings
from antiphon.metrics.tally import Figure, Tally, counter

_TAKES = frozenset({"sum", "ratio", "mean", "quantile", "max", "nps"})
Cuts = Sequence[tuple[int, int]]


def can_count(kpi: Kpi) -> bool:
    """Is this KPI's measure one that columns can count?"""
    m = kpi.measure
    return (
        isinstance(m, Measure) and m.take in _TAKES and m.table in USUAL and m.table not in ("ticket",
                                                                                             "solve")
        and m.at.isidentifier() and m.at not in Question.NAMES and m.per is None
        and not (m.standing or m.trailing_ms or m.of_all or m.over_period or m.margin)
        and "open_ms" not in m.value + m.num + m.den
    )  # fmt: skip


def columnar_report(columns: Columns, query: Query, settings: Settings) -> list[Result]:
    """The results of KPIs that `can_count`; nothing else may be asked."""
    return [line for kpi in lookup(query.kpis) for line in _Count(columns, query, settings, kpi).lines()]


class _Count:
    """One KPI of one query."""

    def __init__(self, columns: Columns, query: Query, settings: Settings, kpi: Kpi) -> None:
        assert isinstance(kpi.measure, Measure), kpi.id
        self.columns, self.query, self.kpi, self.m = columns, query, kpi, kpi.measure
        self.zone = calendar.zone_of(query.tz)
        self.q = Question(query.from_ms, query.to_ms, query.as_of_ms, settings, zone=self.zone)
        self.agent = "agent" in query.by or "agent" in query.where
        table = columns.tables[self.m.table]
        rows = table.between(self.m.at, query.from_ms, query.to_ms)
        self.reader = Reader(columns, self.m.table, rows, self.q)

    def lines(self) -> list[Result]:
        query, cuts = self.query, self._cuts()
        self._bind(cuts)
        group, shape, words = self._groups(cuts)
        tallies = self._tallies(group, int(np.prod(shape)))
        one = counter(self.m, self.kpi.klass)
        lines = []
        asked = [self.q.within(a, b) for a, b in cuts]
        for cut, key, index in sorted(
            self._places(tallies, shape, words), key=lambda p: (p[0], key_order(p[1]))
        ):
            q = asked[cut]
            figure: Figure = one.finish(tallies[index], q)
            start = q.from_ms if query.interval else None
            named_group = dict(zip(query.by, key, strict=True))
            lines.append(result(self.kpi, figure, q, query, named_group, start, agent=self.agent))
        return lines

    def _places(
        self, tallies: Mapping[int, Tally], shape: tuple[int, ...], words: Sequence[Sequence[Any]]
    ) -> Iterable[tuple[int, tuple[Any, ...], int]]:
        """The interval and the segments behind each group's number."""
        indices = list(tallies)
        places = np.unravel_index(np.array(indices, dtype=np.int64), shape)
        for index, (cut, *codes) in zip(
            indices, zip(*(p.tolist() for p in places), strict=True), strict=True
        ):
            yield cut, tuple(w[code] for w, code in zip(words, codes, strict=True)), index

    def _cuts(self) -> Cuts:
        query = self.query
        if not query.interval:
            return [(query.from_ms, query.to_ms)]
        return calendar.buckets(query.from_ms, query.to_ms, self.zone, query.interval)

    def _bind(self, cuts: Cuts) -> None:
        """Each row's own period: what an expression calls `from_ms` and `to_ms`."""
        starts, ends = np.array([a for a, _ in cuts]), np.array([b for _, b in cuts])
        self._cut_of = np.searchsorted(starts, self.reader.column(self.m.at).values, side="right") - 1
        to_ms = ends[self._cut_of]
        self.reader.bound = {
            "from_ms": starts[self._cut_of], "to_ms": to_ms,
            "until_ms": np.minimum(to_ms, self.q.as_of_ms + 1), "now_ms": np.minimum(to_ms, self.q.as_of_ms),
        }  # fmt: skip

    # -- groups ------------------------------------------------------------------------------------

    def _groups(self, cuts: Cuts) -> tuple[Array, tuple[int, ...], list[Sequence[Any]]]:
        """A number for each row's interval and segments, and how to read it."""
        at = self.reader.column(self.m.at).values
        codes: list[Array] = [self._cut_of]
        shape, words = [len(cuts)], []
        for dim in self.query.by:
            code, of = self._segment(named(dim), at)
            codes.append(code)
            words.append(of)
            shape.append(len(of))
        return np.ravel_multi_index(tuple(codes), tuple(shape)), tuple(shape), words

    def _segment(self, dim: str, at: Array) -> tuple[Array, Sequence[Any]]:
        if dim in CLOCK:
            quarters, inverse = np.unique(at // 900_000, return_inverse=True)
            which = CLOCK.index(dim)
            clock = [calendar.hour_and_weekday(int(quarter), self.zone)[which] for quarter in quarters]
            return np.array(clock, dtype=np.int64)[inverse], range(24 if dim == "hour" else 7)
        column = self.reader.column(dim)
        if column.words is not None:
            return column.values, column.words
        values, inverse = np.unique(column.values, return_inverse=True)
        return inverse, [int(value) for value in values]

    # -- tallies -----------------------------------------------------------------------------------

    def _tallies(self, group: Array, size: int) -> dict[int, Tally]:
        kept = self._kept(len(group))
        spam = self._spam(len(group))
        present = np.bincount(group[kept], minlength=size) > 0
        tallies = {int(i): Tally() for i in np.flatnonzero(present)}
        if not self.query.by:
            tallies |= {i: Tally() for i in range(size) if i not in tallies}
        _fill(tallies, "spam", group[kept & spam], None, size)
        live = kept & ~spam
        units = live & self._truth(self.m.where, len(group))
        if self.m.mature:
            late = units & np.greater(self._number(self.m.mature, len(group)), self.q.as_of_ms)
            _fill(tallies, "immature", group[late], None, size)
            units &= ~late
        if self.m.short:
            _fill(tallies, "short", group[units & self._truth(self.m.short, len(group))], None, size)
        if self.m.pending:
            pending = units & self._truth(self.m.pending, len(group))
            _fill(tallies, "pending", group[pending], None, size)
            if self.m.take in ("mean", "quantile", "max"):
                units &= ~pending
        self._take(tallies, group, units, size)
        return tallies

    def _kept(self, n: int) -> Array:
        kept = np.ones(n, dtype=bool)
        for dim, wanted in self.query.where.items():
            column = self.reader.column(named(dim))
            code: Any = column.code(wanted) if column.words is not None else int(wanted)
            kept &= column.values == code
        return kept

    def _spam(self, n: int) -> Array:
        if self.m.with_spam or self.query.include_spam:
            return np.zeros(n, dtype=bool)
        return np.not_equal(self.reader.column("spam").values, 0)

    def _truth(self, source: str, n: int) -> Array:
        return np.not_equal(self._number(source, n), 0) if source else np.ones(n, dtype=bool)

    def _number(self, source: str, n: int) -> Array:
        value = self.reader.read(source)
        value = getattr(value, "values", value)
        return np.broadcast_to(value, (n,))

    def _take(self, tallies: Mapping[int, Tally], group: Array, units: Array, size: int) -> None:
        m, n = self.m, len(group)
        mine = group[units]
        if m.take in ("sum", "ratio", "nps"):
            num = self._number(m.num, n)[units]
            _fill(tallies, "num", mine, num, size)
            if m.take == "sum":
                _fill(tallies, "n", mine, np.not_equal(num, 0), size)
                return
            den = self._number(m.den, n)[units] if m.take == "ratio" else np.ones(len(mine), dtype=np.int64)
            _fill(tallies, "den", mine, den, size)
            _fill(tallies, "n", mine, np.not_equal(den, 0), size)
            if m.take == "nps":
                _fill(tallies, "either", mine, self._number(m.value, n)[units], size)
            return
        value = self._number(m.agent_value if self.agent and m.agent_value else m.value, n)[units]
        if m.take == "mean":
            _fill(tallies, "num", mine, value, size)
            _fill(tallies, "squares", mine, value.astype(np.float64) ** 2, size)
            for name in ("den", "n"):
                _fill(tallies, name, mine, None, size)
            return
        _values(tallies, mine, value)


def _fill(tallies: Mapping[int, Tally], name: str, group: Array, weights: Array | None, size: int) -> None:
    """Sums by group. Integers stay exact: bincount's doubles hold every sum below 2⁵³."""
    whole = weights is None or weights.dtype.kind in "bui"
    sums = np.bincount(group, weights=None if weights is None else weights.astype(np.float64), minlength=size)
    for i in np.flatnonzero(sums):
        if int(i) in tallies:
            setattr(tallies[int(i)], name, int(sums[i]) if whole else float(sums[i]))


def _values(tallies: Mapping[int, Tally], group: Array, value: Array) -> None:
    """Raw values of each group, in order."""
    if not len(group):
        return
    order = np.lexsort((value, group))
    groups, values = group[order], value[order]
    found, starts = np.unique(groups, return_index=True)
    for i, part in zip(found, np.split(values, starts[1:]), strict=True):
        tally = tallies[int(i)]
        tally.values = part.tolist()
        tally.n = len(part)
