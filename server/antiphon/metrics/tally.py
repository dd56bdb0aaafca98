"""Counting rows by a measure, and what the count comes to. The one place where numbers are made.

`Counter` is a compiled measure; `Tally` what it has seen so far; `finish` turns tallies into a figure.
Reports, the board and the conversations behind a number all pass through here.
"""

import math
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from antiphon.metrics import stats
from antiphon.metrics.catalogue.declare import Kpi
from antiphon.metrics.derived import peak
from antiphon.metrics.expressions import RowFunction, for_row, for_rows
from antiphon.metrics.measures import Class, Measure
from antiphon.metrics.question import Question

Row = Any
Owner = Callable[[Row], Row | None]


class Tally:
    """Sums, counts and raw values of the rows of one group."""

    __slots__ = (
        "den",
        "either",
        "immature",
        "keys",
        "lasted",
        "n",
        "num",
        "pending",
        "seen",
        "short",
        "spam",
        "squares",
        "values",
    )

    def __init__(self) -> None:
        self.num: float = 0
        self.den: float = 0
        self.squares: float = 0
        self.either: float = 0
        self.n = self.pending = self.immature = self.spam = self.short = 0
        self.lasted = 0  # milliseconds of the hours asked for, where only some were
        self.seen = 0  # rows of the period, whatever became of them
        self.values: list[Any] = []
        self.keys: tuple[set[Any], set[Any]] = (set(), set())

    @property
    def empty(self) -> bool:
        """Nothing at all was seen, not even something to leave out."""
        seen = self.n or self.num or self.den or self.pending or self.immature or self.spam or self.short
        return not (seen or self.values or self.keys[0])

    def add(self, other: "Tally") -> None:
        """Puts two groups together: sums are added, values joined, never averaged."""
        self.num += other.num
        self.den += other.den
        self.squares += other.squares
        self.either += other.either
        self.n += other.n
        self.pending += other.pending
        self.immature += other.immature
        self.spam += other.spam
        self.short += other.short
        self.seen += other.seen
        self.values += other.values
        self.keys[0].update(other.keys[0])
        self.keys[1].update(other.keys[1])


class Figure(NamedTuple):
    """What a tally came to, in the KPI's unit."""

    value: Any  # a number, a verdict in words, or None
    num: float | None
    den: float | None
    n: int
    pending: int
    immature: int
    spam: int
    short: int
    low: float | None
    high: float | None


class Counter:
    """A measure ready to count. `belongs` decides by class what is in the period."""

    def __init__(self, measure: Measure, klass: Class) -> None:
        self.measure, self.klass = measure, klass
        m = measure
        self._roles = tuple(m.parts())
        self._read = for_rows(m.parts(), m.where, m.table)
        agent_parts = {**m.parts(), "value": m.agent_value or m.value}
        self._read_agent = for_rows(agent_parts, m.where, m.table) if m.agent_value else self._read
        self.at: RowFunction | None = for_row(m.at, m.table) if m.at else None
        self._from, self._to = m.span or ("", "")
        self.per = counter(m.per, _class_of(m.per)) if m.per else None

    def belongs(self, row: Row, q: Question, owner: Row | None) -> bool:
        """Is the row in the period (A, C), within it (I), or in force at its end (S)?"""
        if self.at is not None:
            at: int = self.at(row, q, owner)
            if self.measure.standing:
                return at < q.until_ms
            if self.measure.trailing_ms:
                return q.now_ms - self.measure.trailing_ms <= at < q.until_ms
            return q.from_ms <= at < q.to_ms
        start, end = getattr(row, self._from), getattr(row, self._to)
        if self.klass == "S":
            return bool(start < q.until_ms <= end)
        return bool(start < q.now_ms and end > q.from_ms)

    def count(self, rows: Iterable[Row], q: Question, owner_of: Owner, *, spam: bool, agent: bool) -> Tally:
        """The tally of one group. `spam` keeps flagged units; `agent` uses the agent's own clock."""
        tally = Tally()
        read = self._read_agent if agent else self._read
        spam = spam or self.measure.with_spam
        for row in rows:
            owner = owner_of(row)
            if self.belongs(row, q, owner):
                tally.seen += 1
                if owner is not None and owner.spam and not spam:
                    tally.spam += 1
                    continue
                values = read(row, q, owner)
                if values is not None:
                    self._add(tally, row, q, dict(zip(self._roles, values, strict=True)))
        return tally

    def _add(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        if v.get("mature", 0) > q.as_of_ms:
            t.immature += 1
            return
        t.short += v.get("short", 0)
        if v.get("pending"):
            t.pending += 1
            if self.measure.take in ("mean", "quantile", "max"):
                return
        _TAKES[self.measure.take](self, t, row, q, v)

    # -- one small step a take -------------------------------------------------------------------

    def take_sum(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        t.num += v["num"]
        t.n += 1 if v["num"] else 0

    def take_once(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        t.keys[0].add((v["key"], v["num"]))

    def take_ratio(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        t.num += v["num"]
        t.den += v.get("den", 0)
        t.n += 1 if v.get("den") else 0

    def take_mean(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        x = v["value"]
        t.num += x
        t.squares += x * x
        t.den += 1
        t.n += 1

    def take_value(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        t.values.append(v["value"])
        t.n += 1

    def take_distinct(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        if v["num"]:
            t.keys[0].add(v["key"])
        if v.get("den", 1):
            t.keys[1].add(v["key"])

    def take_span(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        start, end = getattr(row, self._from), getattr(row, self._to)
        t.values += ((max(start, q.from_ms), 1), (min(end, q.now_ms), -1))

    def take_score(self, t: Tally, row: Row, q: Question, v: dict[str, Any]) -> None:
        t.num += v["num"]
        t.either += v["value"]
        t.den += 1
        t.n += 1

    # -- what it comes to ------------------------------------------------------------------------

    def finish(
        self,
        t: Tally,
        q: Question,
        per: Tally | None = None,
        whole: float | None = None,
        *,
        bounds: bool = True,
    ) -> Figure:
        """The figure of a tally. `per` is the other table's tally, `whole` the denominator of all groups."""
        m = self.measure
        num, den, n = _sums(m, t, q)
        other = self.per.finish(per, q).value if per is not None and self.per is not None else None
        if self.per is not None and m.take != "ratio":
            den = other
        if whole is not None:
            den = whole
        value = plain(_value(m, t, num, den))
        if self.per is not None and m.take == "ratio":
            value = value / other if value is not None and other else None
        low, high = _interval(m, t, num, den) if bounds else (None, None)
        return Figure(value, plain(num), plain(den), n, t.pending, t.immature, t.spam, t.short, low, high)


_TAKES: dict[str, Callable[[Counter, Tally, Row, Question, dict[str, Any]], None]] = {
    "sum": Counter.take_sum,
    "once": Counter.take_once,
    "level": Counter.take_sum,
    "ratio": Counter.take_ratio,
    "mean": Counter.take_mean,
    "quantile": Counter.take_value,
    "max": Counter.take_value,
    "min": Counter.take_value,
    "distinct": Counter.take_distinct,
    "peak": Counter.take_span,
    "nps": Counter.take_score,
}


@cache
def counter(measure: Measure, klass: Class) -> Counter:
    """One compiled counter for each measure."""
    return Counter(measure, klass)


def counter_of(kpi: Kpi) -> Counter:
    """The counter of an entry that counts rows itself."""
    if not isinstance(kpi.measure, Measure):
        raise TypeError(f"{kpi.id} is made of other figures")
    return counter(kpi.measure, kpi.klass)


def plain(x: float | None) -> float | None:
    """Whole numbers without a point: 1 and not 1.0."""
    return None if x is None else int(x) if x == int(x) else x


def _class_of(measure: Measure) -> Class:
    return "I" if measure.span else "C"


def _sums(m: Measure, t: Tally, q: Question) -> tuple[float | None, float | None, int]:
    if m.take == "distinct":
        of = len(t.keys[1]) if m.den else None
        return len(t.keys[0]), of, len(t.keys[0]) if of is None else of
    if m.take == "once":
        return math.fsum(num for _, num in t.keys[0]) / m.scale, None, len(t.keys[0])
    if m.take in ("quantile", "max", "min", "peak"):
        return None, None, t.n or len(t.values) // 2
    num = t.num / m.scale
    if m.over_period:  # of the hours that were asked for, where some were
        return num, (t.lasted or max(0, q.now_ms - q.from_ms)) / 1000, t.n
    if m.take in ("sum", "level"):
        return num, None, t.n
    return num, t.den / m.den_scale, t.n


def _scaled(m: Measure, x: float) -> float:
    return x / m.scale


def _value(m: Measure, t: Tally, num: float | None, den: float | None) -> float | None:
    if m.take == "quantile":
        return stats.percentile(sorted(t.values), m.q, lambda x: _scaled(m, x))
    if m.take in ("max", "min"):
        return _scaled(m, (max if m.take == "max" else min)(t.values)) if t.values else None
    if m.take == "peak":
        return peak(t.values)
    if m.margin:
        return stats.nps_margin(t.num, t.either, t.n)
    if num is None:
        return None
    bare = m.take in ("sum", "once", "level") or (m.take == "distinct" and not m.den)
    if den is None:
        return num if bare and m.per is None else None
    return num / den * m.times if den else None


def _interval(
    m: Measure, t: Tally, num: float | None, den: float | None
) -> tuple[float | None, float | None]:
    found: tuple[float, float] | None = None
    if m.interval == "wilson" and num is not None and den:
        found = stats.wilson(num, den)
    elif m.interval == "t":
        bounds = stats.t_interval(t.num, t.squares, t.n)
        found = (_scaled(m, bounds[0]), _scaled(m, bounds[1])) if bounds else None
    elif m.interval == "nps" and t.n:
        margin = stats.nps_margin(t.num, t.either, t.n) or 0.0
        score = 100 * t.num / t.n
        found = (max(-100.0, score - margin), min(100.0, score + margin))
    if found is None or math.isnan(found[0]):
        return None, None
    return found
