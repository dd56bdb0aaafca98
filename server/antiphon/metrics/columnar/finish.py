"""What sums come to, for all groups at once: `tally.Counter.finish` with arrays. NaN is nothing."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from antiphon.metrics import stats
from antiphon.metrics.columnar.count import Sums
from antiphon.metrics.columnar.periods import Periods
from antiphon.metrics.columnar.words import Array
from antiphon.metrics.measures import Measure
from antiphon.metrics.tally import Counter

COUNTS = ("n", "pending", "immature", "spam", "short")
_WHOLE = 1 << 60  # a key of group and value must fit into 63 bits


class Figures(NamedTuple):
    """A figure of each group: what `tally.Figure` has, as arrays."""

    value: Array
    num: Array
    den: Array
    low: Array
    high: Array
    counts: Mapping[str, Array]


def finish(one: Counter, sums: Sums, groups: Array, periods: Periods) -> Figures:
    """The figures of some groups, by number. `per` is left to the caller, who has the other table's
    figures."""
    m = one.measure
    counts = {name: sums[name][groups].astype(np.int64) for name in COUNTS}
    nothing = np.full(len(groups), np.nan)
    if m.take in ("quantile", "max", "min", "peak"):
        value, n = _ordered(m, sums)
        counts["n"] = n[groups]
        return Figures(value[groups], nothing, nothing, nothing, nothing, counts)
    num, den, n = _sums(m, sums, groups, periods)
    if m.of_all:
        den = _whole(m, sums, groups)
    counts["n"] = n.astype(np.int64)
    value = num if den is None else _divided(num, den) * m.times
    if m.margin:
        value = _margin(sums["num"][groups], sums["either"][groups], counts["n"])
    low, high = _bounds(m, sums, groups, num, den)
    return Figures(value, num, nothing if den is None else den, low, high, counts)


def _sums(m: Measure, sums: Sums, groups: Array, periods: Periods) -> tuple[Array, Array | None, Array]:
    num, n = sums["num"][groups] / m.scale, sums["n"][groups]
    if m.take == "distinct":
        num, den = sums["num"][groups], sums["den"][groups] if m.den else None
        return num, den, num if den is None else den
    if m.over_period:
        length = np.maximum(0, periods.now_ms - periods.from_ms) / 1000
        return num, length[sums.groups.cut()[groups]], n
    if m.take in ("sum", "level"):
        return num, None, n
    den = n if m.take in ("mean", "nps") else sums["den"][groups]
    return num, den / m.den_scale, n


def _whole(m: Measure, sums: Sums, groups: Array) -> Array:
    """The denominator of all values of one dimension together."""
    rest = sums.rest(m.of_all)[groups]
    if m.take == "distinct":
        return sums["whole"][rest]
    whole: Array = np.bincount(sums.rest(m.of_all), weights=sums["den"], minlength=sums.groups.size)
    return whole[rest]


def _divided(num: Array, den: Array) -> Array:
    """Nothing over nothing is nothing."""
    result: Array = np.divide(num, den, out=np.full(len(num), np.nan), where=np.not_equal(den, 0))
    return result


# -- values in order --------------------------------------------------------------------------------


def _ordered(m: Measure, sums: Sums) -> tuple[Array, Array]:
    """Percentile, largest, smallest or peak of every group, and of how many."""
    size = sums.groups.size
    group = np.concatenate([found[0] for found in sums.values] or [np.zeros(0, dtype=np.int64)])
    value = np.concatenate([found[1] for found in sums.values] or [np.zeros(0, dtype=np.int64)])
    n = np.bincount(group, minlength=size)
    if m.take == "peak":
        step = np.concatenate([found[2] for found in sums.values] or [np.zeros(0, dtype=np.int64)])
        return _peaks(group, value, step, n), n // 2
    value = _sorted(group, value)
    last = np.cumsum(n)
    at = last - n
    found = np.full(size, np.nan)
    some = n > 0
    if m.take == "quantile":
        found[some] = _percentiles(value, at[some], n[some], m.q, m.scale)
    elif m.take == "max":
        found[some] = value[last[some] - 1] / m.scale
    else:
        found[some] = value[at[some]] / m.scale
    return found, n


def _sorted(group: Array, value: Array) -> Array:
    """Values in the order of (group, value)."""
    if value.dtype.kind in "bui" and len(value):
        low, high = int(value.min()), int(value.max())
        bits = max(1, (high - low).bit_length())
        if int(group.max()) < _WHOLE >> bits:
            keys = (group << bits) | (value.astype(np.int64) - low)
            keys.sort()
            return (keys & ((1 << bits) - 1)) + low
    return value[np.lexsort((value, group))]


def _percentiles(value: Array, at: Array, n: Array, q: float, scale: float) -> Array:
    """Type 7, with numpy's own rounding, like `stats.percentile`."""
    place = (n - 1) * q
    i = np.floor(place).astype(np.int64)
    low, high = value[at + i] / scale, value[at + np.minimum(i + 1, n - 1)] / scale
    t = place - i
    between: Array = np.where(t >= 0.5, high - (high - low) * (1 - t), low + (high - low) * t)
    return between


def _peaks(group: Array, at: Array, step: Array, n: Array) -> Array:
    """The most at once: an end comes before a start of the same instant. No row at all is a peak of nothing:
    0."""
    order = np.lexsort((step, at, group))
    level = np.cumsum(step[order])  # every span ends: each group begins at 0
    found = np.zeros(len(n))
    some = n > 0
    if some.any():
        found[some] = np.maximum.reduceat(level, (np.cumsum(n) - n)[some])
    return np.maximum(found, 0)


# -- intervals --------------------------------------------------------------------------------------


def _bounds(m: Measure, sums: Sums, groups: Array, num: Array, den: Array | None) -> tuple[Array, Array]:
    if m.interval == "wilson" and den is not None:
        return _wilson(num, den)
    if m.interval == "t":
        low, high = _student(sums["num"][groups], sums["squares"][groups], sums["n"][groups])
        return low / m.scale, high / m.scale
    if m.interval == "nps":
        n = sums["n"][groups]
        margin, score = (
            _margin(sums["num"][groups], sums["either"][groups], n),
            _divided(100 * sums["num"][groups], n),
        )
        return np.maximum(-100.0, score - margin), np.minimum(100.0, score + margin)
    nothing = np.full(len(groups), np.nan)
    return nothing, nothing


def _wilson(hits: Array, n: Array) -> tuple[Array, Array]:
    fine = (n > 0) & (hits >= 0) & (hits <= n)
    n = np.where(fine, n, np.nan)
    p, z2 = hits / n, stats.Z95 * stats.Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = stats.Z95 * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)


def _student(total: Array, squares: Array, n: Array) -> tuple[Array, Array]:
    n = np.where(n >= 2, n, np.nan)
    mean = total / n
    variance = np.maximum(0.0, (squares - total * total / n) / (n - 1))
    different, which = np.unique(n, return_inverse=True)
    t = np.array([np.nan if np.isnan(one) else stats.t_quantile(int(one) - 1) for one in different])
    half = t[which] * np.sqrt(variance / n)
    return mean - half, mean + half


def _margin(net: Array, either: Array, n: Array) -> Array:
    net, either = _divided(net, n), _divided(either, n)
    margin: Array = 1.96 * 100 * np.sqrt(np.maximum(0.0, either - net * net) / np.where(n > 0, n, np.nan))
    return margin
