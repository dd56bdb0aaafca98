"""A number for each row's period and segments, and how to read it again; and the rows that filters keep."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from antiphon.metrics import calendar
from antiphon.metrics.columnar.periods import Picked
from antiphon.metrics.columnar.schema import columns_of
from antiphon.metrics.columnar.source import Column, NotColumnar, Stored, owned
from antiphon.metrics.columnar.words import Array, Words
from antiphon.metrics.grouping import CLOCK

_DENSE = 4_000_000  # groups that may be told by a place in an array
_QUARTER_MS = 900_000


class Dim(NamedTuple):
    """One segment of all rows: how many values it may have, the first, and their words."""

    size: int
    first: int
    words: Sequence[Any] | None

    def read(self, codes: Array) -> list[Any]:
        """The values behind codes."""
        values: list[Any] = (codes + self.first).tolist()
        return values if self.words is None else [self.words[code] for code in values]

    def rank(self, codes: Array) -> Array:
        """Codes in the order of their values."""
        if self.words is None:
            return codes
        used = np.flatnonzero(np.bincount(codes, minlength=1))
        order = sorted(used.tolist(), key=self.words.__getitem__)
        rank = np.zeros(int(used.max(initial=0)) + 1, dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank[codes]


class Keys(NamedTuple):
    """The segments of groups, by dimension; read only when somebody wants to see them."""

    dims: Sequence[Dim]
    codes: Sequence[Array]

    @classmethod
    def of(cls, columns: Sequence[Sequence[Any]]) -> "Keys":
        """Of values, dimension by dimension."""
        dims = [Dim(len(column), 0, column) for column in columns]
        return cls(dims, [np.arange(len(column)) for column in columns])

    def lists(self) -> list[list[Any]]:
        """The values, dimension by dimension."""
        return [dim.read(codes) for dim, codes in zip(self.dims, self.codes, strict=True)]


class Groups:
    """`number` of each pick's rows; `size` numbers there may be; `read` tells period and segments of some."""

    def __init__(
        self, periods: int, dims: Sequence[Dim], cuts: Sequence[Array], codes: Sequence[Sequence[Array]]
    ) -> None:
        self.periods, self._dims = periods, dims
        self._shape = (periods, *(dim.size for dim in dims))
        self.size = int(np.prod([float(size) for size in self._shape]))
        self._names: Array | None = None
        self.number = [self._numbered(cut, of) for cut, of in zip(cuts, codes, strict=True)]
        if self.size > _DENSE:
            self._names, inverse = np.unique(np.concatenate(self.number), return_inverse=True)
            self.number = np.split(inverse, np.cumsum([len(one) for one in self.number])[:-1])
            self.size = len(self._names)

    def _numbered(self, cut: Array, codes: Sequence[Array]) -> Array:
        number = cut
        for dim, code in zip(self._dims, codes, strict=True):
            number = number * dim.size
            number += code - dim.first if dim.first else code
        return number

    def ordered(self, numbers: Array) -> tuple[Array, Array, "Keys"]:
        """The groups period by period, segment by segment; each one's period, and its segments."""
        names = numbers if self._names is None else self._names[numbers]
        cut, *codes = np.unravel_index(names, self._shape)
        ranks = [dim.rank(code) for dim, code in zip(self._dims, codes, strict=True)]
        order = np.lexsort((*reversed(ranks), cut))
        return numbers[order], cut[order], Keys(self._dims, [code[order] for code in codes])

    def without(self, dim: int | None) -> Array:
        """A number for each group that is the same for all values of one dimension."""
        names = np.arange(self.size) if self._names is None else self._names
        if dim is None:
            return np.arange(self.size)
        codes = list(np.unravel_index(names, self._shape))
        codes[1 + dim] = np.zeros_like(names)
        return np.unique(np.ravel_multi_index(codes, self._shape), return_inverse=True)[1]

    def cut(self) -> Array:
        """Each group's period."""
        names = np.arange(self.size) if self._names is None else self._names
        return names // max(1, int(np.prod(self._shape[1:])))


def grouped(picks: Sequence[Picked], by: Sequence[str], periods: int, zone: ZoneInfo) -> Groups:
    """The groups of all picks together."""
    cuts = [pick.cut if pick.periods.place is None else pick.periods.place[pick.cut] for pick in picks]
    columns = [[_dimension(pick, dim, zone) for dim in by] for pick in picks]
    dims = [_dim([of[i] for of in columns], name) for i, name in enumerate(by)]
    return Groups(periods, dims, cuts, [[one.values for one in of] for of in columns])


def _dim(columns: Sequence[Column], name: str) -> Dim:
    words = next((one.words for one in columns if one.words is not None), None)
    if words is not None:
        if any(one.words is not words for one in columns):
            raise NotColumnar(name)
        return Dim(len(words.list), 0, words.list)
    filled = [one.values for one in columns if len(one.values)]
    low, high = min((int(v.min()) for v in filled), default=0), max((int(v.max()) for v in filled), default=0)
    if high - low > _DENSE:
        raise NotColumnar(name)
    return Dim(high - low + 1, low, None)


def _dimension(pick: Picked, dim: str, zone: ZoneInfo) -> Column:
    if dim in CLOCK:
        return Column(clock(pick, zone)[CLOCK.index(dim)])
    found = _segment(pick, dim)
    return Column(np.zeros(pick.size, dtype=np.int64), Words()) if found is None else found.at(pick.rows)


def _segment(pick: Picked, dim: str) -> Column | None:
    """The segment of whole rows: their own, else their owner's; None where nobody has one."""
    source = pick.source
    if isinstance(source, Stored):
        kinds = columns_of(source.table)
        if kinds.get(dim, "word") not in ("word", "int") or (dim == "queue" and "queues" in kinds):
            raise NotColumnar(dim)
    return source.column(dim) or source.lent(dim)


def clock(pick: Picked, zone: ZoneInfo) -> tuple[Array, Array]:
    """Local hour and weekday of each row: of its instant, or of the hour it is counted in."""
    hourly = pick.periods.place is not None
    instants = pick.source.instants
    instants = pick.periods.from_ms[pick.cut] if hourly or instants is None else pick.take(instants)
    return _clock(instants, zone)


def _clock(instants: Array, zone: ZoneInfo) -> tuple[Array, Array]:
    quarters = instants // _QUARTER_MS
    if not len(quarters):
        return quarters, quarters
    low, high = int(quarters.min()), int(quarters.max())
    hours = np.array(
        [calendar.hour_and_weekday(quarter, zone) for quarter in range(low, high + 1)], dtype=np.int64
    )
    found = hours[quarters - low]
    return found[:, 0], found[:, 1]


def kept(pick: Picked, where: Mapping[str, str], zone: ZoneInfo) -> Array | None:
    """Which rows the filters keep; None for all. A row without such a segment is kept, as it always was."""
    keep: Array | None = None
    for dim, value in where.items():
        one = _clocked(pick, dim, value, zone) if dim in CLOCK else _wanted(pick, dim, value)
        if one is not None:
            keep = one if keep is None else keep & one
    return keep


def _clocked(pick: Picked, dim: str, value: str, zone: ZoneInfo) -> Array:
    found: Array = clock(pick, zone)[CLOCK.index(dim)] == _int(value)
    return found


def _wanted(pick: Picked, dim: str, value: str) -> Array | None:
    column = _segment(pick, dim)
    if column is None:
        return None
    code = column.words.code(value) if column.words is not None else _int(value)
    found: Array = pick.take(column.values) == code
    source = pick.source
    if source.column(dim) is None and source.segment is not None and source.stream is not None:
        has = owned(source.segment, dim, pick.take(source.stream))
        found = found if has is None else found | ~has
    return found


def _int(text: str) -> int:
    """A whole number as people write it; one that no row has when it is none."""
    return int(text) if text.lstrip("-").isdigit() and str(int(text)) == text else -(1 << 62)


def living(pick: Picked, streams: Array) -> Array | None:
    """Which rows are of streams that count; None for all."""
    if pick.source.stream is None or streams.all():
        return None
    return streams[pick.take(pick.source.stream)]
