"""The periods a question is cut into, and which rows of a source belong to which of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from antiphon.domain.errors import Refused
from antiphon.metrics import calendar
from antiphon.metrics.columnar.source import ALL, NotColumnar, Rows, Source
from antiphon.metrics.columnar.words import Array
from antiphon.metrics.tally import Counter

_PAIRS = 30_000_000  # rows × periods of one question


Cuts = tuple[tuple[int, int], ...]


class Periods:
    """`[from, to)` of each, in the order of the answer; `place` says which of the answer's each counts
    for."""

    def __init__(self, cuts: Sequence[tuple[int, int]], as_of_ms: int, place: Array | None = None) -> None:
        self.from_ms, self.to_ms = np.array(cuts, dtype=np.int64).reshape(-1, 2).T
        self.until_ms, self.now_ms = np.minimum(self.to_ms, as_of_ms + 1), np.minimum(self.to_ms, as_of_ms)
        self.as_of_ms, self.place = as_of_ms, place

    def __len__(self) -> int:
        return len(self.from_ms)

    def by_the_hour(self, zone: ZoneInfo) -> "Periods":
        """The same cut at local hours, each counting for the period it is of."""
        hours: list[tuple[int, int]] = []
        place: list[int] = []
        for i, (a, b) in enumerate(zip(self.from_ms.tolist(), self.until_ms.tolist(), strict=True)):
            cuts = calendar.buckets(a, b, zone, "1h") if b > a else [(a, a)]
            hours += cuts
            place += [i] * len(cuts)
        return Periods(hours, self.as_of_ms, np.array(place, dtype=np.int64))


class Picked(NamedTuple):
    """Rows of a source with the period each is counted in; a row may come several times."""

    source: Source
    rows: Rows
    cut: Array
    periods: Periods

    @property
    def size(self) -> int:
        return len(self.cut)

    def only(self, keep: Array) -> "Picked":
        """Those that `keep` says."""
        if isinstance(self.rows, slice):
            first = self.rows.start or 0
            return self._replace(rows=np.flatnonzero(keep) + first, cut=self.cut[keep])
        return self._replace(rows=self.rows[keep], cut=self.cut[keep])

    def take(self, whole: Array) -> Array:
        return whole[self.rows]

    def bound(self) -> Mapping[str, Callable[[], Any]]:
        """The question's values beside the rows: one for all where there is one period."""
        p = self.periods

        def of(name: str) -> Callable[[], Any]:
            values: Array = getattr(p, name)
            return lambda: int(values[0]) if len(values) == 1 else values[self.cut]

        return {
            "as_of_ms": lambda: p.as_of_ms,
            **{n: of(n) for n in ("from_ms", "to_ms", "until_ms", "now_ms")},
        }


def picked(source: Source, one: Counter, periods: Periods) -> Picked:
    """The rows of each period: by their instant, or by the stretch they last."""
    if one.at is not None:
        return _by_instant(source, one, periods)
    return _by_span(source, one, periods)


def _by_instant(source: Source, one: Counter, periods: Periods) -> Picked:
    """Rows whose instant is in the period, before its end, or in the stretch that ends with it."""
    m, instants = one.measure, source.instants
    if instants is None:
        raise NotColumnar(m.at)
    first, last = periods.from_ms, periods.to_ms
    if m.standing:
        first, last = np.full(len(last), np.iinfo(np.int64).min), periods.until_ms
    elif m.trailing_ms:
        first, last = periods.now_ms - m.trailing_ms, periods.until_ms
    a = np.searchsorted(instants, first)
    return _ranges(source, periods, a, np.maximum(a, np.searchsorted(instants, last)))


def _ranges(source: Source, periods: Periods, a: Array, b: Array) -> Picked:
    counts = b - a
    _limit(int(counts.sum()))
    cut = np.repeat(np.arange(len(counts)), counts)
    if (a[1:] == b[:-1]).all():
        return Picked(source, slice(int(a[0]), int(b[-1])), cut, periods)
    return Picked(source, _places(a, counts), cut, periods)


def _places(first: Array, counts: Array) -> Array:
    """`first[0], first[0] + 1, … first[1], …`: `counts` of each."""
    starts = np.cumsum(counts) - counts
    return np.repeat(first - starts, counts) + np.arange(int(counts.sum()))


def _by_span(source: Source, one: Counter, periods: Periods) -> Picked:
    """Rows that overlap the period (I), or are in force at its end (S): each with each of its periods."""
    start_of, end_of = one.measure.span or ("", "")
    columns = source.column(start_of), source.column(end_of)
    assert columns[0] is not None
    assert columns[1] is not None
    start, end = columns[0].values, columns[1].values
    snapshot = one.klass == "S"
    low, high = (
        (periods.until_ms[0], periods.until_ms[-1]) if snapshot else (periods.from_ms[0], periods.now_ms[-1])
    )
    rows = np.flatnonzero((start < high) & (end >= low if snapshot else end > low))
    start, end = start[rows], end[rows]
    if snapshot:
        first = np.searchsorted(periods.until_ms, start, side="right")
        last = np.searchsorted(periods.until_ms, end, side="right")
    else:
        first = np.searchsorted(periods.now_ms, start, side="right")
        last = np.searchsorted(periods.from_ms, end, side="left")
    counts = np.maximum(0, last - first)
    _limit(int(counts.sum()))
    if len(periods) == 1:
        kept = counts > 0
        rows = rows if kept.all() else rows[kept]
        return Picked(
            source, ALL if len(rows) == source.size else rows, np.zeros(len(rows), dtype=np.int64), periods
        )
    return Picked(source, np.repeat(rows, counts), _places(first, counts), periods)


def _limit(pairs: int) -> None:
    if pairs > _PAIRS:
        raise Refused(
            "too_many", "This report counts too many rows. Ask for a shorter period or longer intervals."
        )
