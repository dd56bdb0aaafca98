"""Counting by columns: which rows, which period and group, and the sums of each group in one pass.

One `Counting` answers one query over one view. Everything two KPIs of it share (the rows of a period, their
groups) is made once. What columns cannot say raises `NotColumnar`; the plain engine counts that.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from antiphon.metrics.columnar.groups import Groups, grouped, kept, living
from antiphon.metrics.columnar.periods import Cuts, Periods, Picked, picked
from antiphon.metrics.columnar.schema import columns_of
from antiphon.metrics.columnar.source import NotColumnar
from antiphon.metrics.columnar.sources import Asking, Sources
from antiphon.metrics.columnar.vector import Reader, plain
from antiphon.metrics.columnar.words import Array
from antiphon.metrics.grouping import CLOCK
from antiphon.metrics.tally import Counter

_LATER = ("mean", "quantile", "max")  # takes that leave out what is not decided
_CELLS = 8_000_000  # groups × combinations of flags counted in one go
_TOGETHER = 3  # flags counted in one go


class Sums:
    """What was counted, by group number: sums by name, and raw values beside their group."""

    def __init__(self, groups: Groups, by: tuple[str, ...]) -> None:
        self.groups, self._by = groups, by
        self._of: dict[str, Array] = {}
        self.values: list[tuple[Array, ...]] = []  # group, value; or group, instant, step

    def __getitem__(self, name: str) -> Array:
        found = self._of.get(name)
        return np.zeros(self.groups.size) if found is None else found

    def rest(self, dim: str) -> Array:
        """Groups numbered as if that dimension did not cut."""
        return self.groups.without(self._by.index(dim) if dim in self._by else None)

    def add(self, name: str, sums: Array) -> None:
        self._of[name] = sums if name not in self._of else self._of[name] + sums

    def weigh(self, name: str, group: Array, weights: Array) -> None:
        self.add(name, np.bincount(group, weights=weights, minlength=self.groups.size))

    def count(self, group: Array, flags: dict[str, Array]) -> None:
        """How many rows of each group have each flag; `seen` is how many there are."""
        names = list(flags)
        for at in range(0, max(1, len(names)), _TOGETHER):
            some = names[at : at + _TOGETHER]
            found = self._counted(group, [flags[name] for name in some])
            if not at:
                self.add("seen", found.sum(axis=1))
            for bit, name in enumerate(some):
                self.add(name, found[:, [i for i in range(found.shape[1]) if i >> bit & 1]].sum(axis=1))

    def _counted(self, group: Array, flags: Sequence[Array]) -> Array:
        size, many = self.groups.size, 1 << len(flags)
        if size * many > _CELLS:
            apart = [np.bincount(group, minlength=size)]
            apart += [np.bincount(group[flag], minlength=size) for flag in flags]
            return _inclusive(apart)
        number = group if not flags else group << len(flags)
        for bit, flag in enumerate(flags):
            number = number + (flag if not bit else flag.astype(np.int8) << bit)
        return np.bincount(number, minlength=size * many).reshape(size, many)


def _inclusive(apart: Sequence[Array]) -> Array:
    """Counts of all and of each flag, laid out as if at most one flag were set: sums over a flag's columns
    are right."""
    total, *flags = apart
    cells = np.zeros((len(total), 1 << len(flags)), dtype=np.int64)
    for bit, counts in enumerate(flags):
        cells[:, 1 << bit] = counts
    cells[:, 0] = total - sum(flags)
    return cells


class Counting:
    """`sums` for as many counters as one likes."""

    def __init__(self, sources: Sources, asking: Asking) -> None:
        self._sources, self._asking = sources, asking
        self._periods: dict[Cuts, Periods] = {}
        self._picked: dict[Any, tuple[list[Picked], Groups]] = {}

    def periods(self, cuts: Cuts) -> Periods:
        """Some periods, as this query knows them."""
        if cuts not in self._periods:
            self._periods[cuts] = Periods(cuts, self._asking.as_of_ms)
        return self._periods[cuts]

    def sums(self, one: Counter, cuts: Cuts, by: tuple[str, ...]) -> Sums:
        """The sums of a measure in some periods, by some segments."""
        picks, groups = self._picks(one, cuts, by)
        sums = Sums(groups, by)
        for pick, group in zip(picks, groups.number, strict=True):
            if pick.size:
                _Pass(self._sources, self._asking, one, pick, group, sums).run()
        return sums

    def _picks(self, one: Counter, cuts: Cuts, by: tuple[str, ...]) -> tuple[list[Picked], Groups]:
        m = one.measure
        key = (m.table, m.at, m.span, one.klass == "S", m.standing, m.trailing_ms, cuts, by)
        if key not in self._picked:
            picks = self._fresh(one, self.periods(cuts), by)
            self._picked[key] = picks, grouped(picks, by, len(cuts), self._asking.zone)
        return self._picked[key]

    def _fresh(self, one: Counter, periods: Periods, by: tuple[str, ...]) -> list[Picked]:
        asking, picks = self._asking, []
        if one.at is None and any(dim in CLOCK for dim in (*by, *asking.where)):
            if one.measure.over_period:
                raise NotColumnar("the length of some hours of a period")
            periods = periods.by_the_hour(asking.zone)
        for source, streams, settled in self._sources.of(one, periods, by, asking):
            pick = picked(source, one, periods)
            where = {dim: value for dim, value in asking.where.items() if dim not in settled}
            masks = [kept(pick, where, asking.zone), living(pick, streams) if streams is not None else None]
            found = [mask for mask in masks if mask is not None]
            picks.append(pick.only(np.logical_and.reduce(found)) if found else pick)
        return picks


class _Pass:
    """One measure over the picked rows of one source."""

    def __init__(
        self, sources: Sources, asking: Asking, one: Counter, pick: Picked, group: Array, sums: Sums
    ) -> None:
        self._asking, self._one, self._m, self._pick = asking, one, one.measure, pick
        self._group, self._sums = group, sums
        self._reader = Reader(pick.source, pick.rows, sources.given, pick.bound())

    def run(self) -> None:
        m, flags = self._m, dict[str, Array]()
        units = self._truth(m.where)
        spam = self._spam()
        if spam is not None:
            flags["spam"] = spam
            units = ~spam if units is None else units & ~spam
        if m.mature:
            late = np.greater(self._read(m.mature), self._asking.as_of_ms)
            flags["immature"] = late if units is None else units & late
            units = ~late if units is None else units & ~late
        if m.short:
            flags["short"] = self._among(units, m.short)
        if m.pending:
            pending = flags["pending"] = self._among(units, m.pending)
            if m.take in _LATER and pending.any():
                units = ~pending if units is None else units & ~pending
        _TAKES[m.take](self, units, flags)
        self._sums.count(self._group, {name: flag for name, flag in flags.items() if flag.any()})

    # -- one step a take ---------------------------------------------------------------------------

    def _sum(self, units: Array | None, flags: dict[str, Array]) -> None:
        self._put("num", units, self._m.num, flags, also="n")

    def _ratio(self, units: Array | None, flags: dict[str, Array]) -> None:
        self._put("num", units, self._m.num, flags)
        self._put("den", units, self._m.den, flags, also="n")

    def _nps(self, units: Array | None, flags: dict[str, Array]) -> None:
        self._put("num", units, self._m.num, flags)
        self._put("either", units, self._m.value, flags)
        flags["n"] = self._all(units)

    def _mean(self, units: Array | None, flags: dict[str, Array]) -> None:
        group, values = self._chosen(units)
        values = values.astype(np.float64)
        self._sums.weigh("num", group, values)
        self._sums.weigh("squares", group, values * values)
        flags["n"] = self._all(units)

    def _values(self, units: Array | None, flags: dict[str, Array]) -> None:
        self._sums.values.append(self._chosen(units))

    def _peak(self, units: Array | None, flags: dict[str, Array]) -> None:
        which = slice(None) if units is None else units
        p, cut, group = self._pick.periods, self._pick.cut[which], self._group[which]
        start, end = (self._reader.column(name).values[which] for name in self._m.span or ())
        self._sums.values.append((
            np.concatenate([group, group]),
            np.concatenate([np.maximum(start, p.from_ms[cut]), np.minimum(end, p.now_ms[cut])]),
            np.repeat([1, -1], len(group)),
        ))  # fmt: skip

    def _distinct(self, units: Array | None, flags: dict[str, Array]) -> None:
        pick, key = self._pick, self._m.key
        source = pick.source
        if source.stream is None or columns_of(source.table).get(key) != "own":
            raise NotColumnar(key)
        named = self._reader.column(key).values
        if not named.all():
            raise NotColumnar(key)
        stream = pick.take(source.stream).astype(np.int64)
        hits = self._among(units, self._m.num)
        of = self._among(units, self._m.den) if self._m.den else self._all(units)
        for name, which in (("num", hits), ("den", of)):
            self._sums.add(name, self._different(self._group[which], stream[which], self._sums.groups.size))
        if self._m.of_all:
            rest = self._sums.rest(self._m.of_all)
            self._sums.add(
                "whole", self._different(rest[self._group[of]], stream[of], self._sums.groups.size)
            )

    def _different(self, group: Array, stream: Array, size: int) -> Array:
        many = int(stream.max(initial=0)) + 1
        return np.bincount(np.unique(group * many + stream) // many, minlength=size)

    # -- reading -----------------------------------------------------------------------------------

    def _put(
        self, name: str, units: Array | None, source: str, flags: dict[str, Array], also: str = ""
    ) -> None:
        """Adds an expression up: as a flag where it is one."""
        value = self._read(source)
        flag = _as_flag(value)
        if flag is not None:
            if flag is not True:
                units = flag if units is None else units & flag
            flags[name] = self._all(units)
            if also:
                flags[also] = flags[name]
            return
        value = np.broadcast_to(value, (self._pick.size,))
        group, value = (self._group, value) if units is None else (self._group[units], value[units])
        self._sums.weigh(name, group, value.astype(np.float64))
        if also:
            self._sums.add(also, np.bincount(group[np.not_equal(value, 0)], minlength=self._sums.groups.size))

    def _chosen(self, units: Array | None) -> tuple[Array, Array]:
        m = self._m
        value = self._read(m.agent_value if self._asking.agent and m.agent_value else m.value)
        value = np.broadcast_to(value, (self._pick.size,))
        return (self._group, value) if units is None else (self._group[units], value[units])

    def _read(self, source: str) -> Any:
        return plain(self._reader.read(source))

    def _truth(self, source: str) -> Array | None:
        """Where an expression holds; None for everywhere."""
        if not source:
            return None
        value = self._read(source)
        value = value if isinstance(value, np.ndarray) and value.dtype.kind == "b" else np.not_equal(value, 0)
        return np.broadcast_to(value, (self._pick.size,))

    def _among(self, units: Array | None, source: str) -> Array:
        found = self._truth(source)
        assert found is not None
        return found if units is None else units & found

    def _all(self, units: Array | None) -> Array:
        return np.ones(self._pick.size, dtype=bool) if units is None else units

    def _spam(self) -> Array | None:
        flagged = None if self._m.with_spam or self._asking.spam else self._pick.source.lent("spam")
        if flagged is None:
            return None
        found = np.not_equal(self._pick.take(flagged.values), 0)
        return found if found.any() else None


def _as_flag(value: Any) -> Any:
    """A boolean array, or True for one; None when it is a number to be added up."""
    if not isinstance(value, np.ndarray) or not value.ndim:
        return True if value in (1, True) else None
    if value.dtype.kind == "b":
        return value
    narrow = value.dtype == np.int8 and len(value) and value.min() >= 0 and value.max() <= 1
    return value.astype(bool) if narrow else None


_TAKES = {
    "sum": _Pass._sum, "level": _Pass._sum, "ratio": _Pass._ratio, "nps": _Pass._nps, "mean": _Pass._mean,
    "quantile": _Pass._values, "max": _Pass._values, "min": _Pass._values, "peak": _Pass._peak,
    "distinct": _Pass._distinct,
}  # fmt: skip
