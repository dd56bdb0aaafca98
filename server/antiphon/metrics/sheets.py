"""Many measures of one table counted in one pass: the fast form of `tally.Counter`, for the live board.

A sheet is compiled from the same expressions; it keeps of each measure only what a tile shows: num, den, n,
pending (`WIDTH` numbers a measure) and raw values where a percentile,
an extreme or a peak needs them. That it
counts as `Counter` does is a test (live board = report of today).
"""

from collections.abc import Sequence
from typing import Any, Protocol

from antiphon.metrics.expressions import FUNCTIONS, python
from antiphon.metrics.question import Question
from antiphon.metrics.tally import Counter, Tally

WIDTH = 4
_NUM, _DEN, _N, _PENDING = range(WIDTH)
_VALUED = frozenset({"quantile", "max", "min", "peak", "distinct"})
_LEAVE_PENDING = frozenset({"mean", "quantile", "max"})

Values = list[tuple[int, Any]]  # position of the measure in the sheet, value


class _Fold(Protocol):
    def __call__(
        self, rows: Sequence[Any], q: Question, c: Any, spam: int, v: list[Any], x: Values
    ) -> None: ...


class Sheet:
    """Compiled measures of one table."""

    def __init__(self, table: str, counters: Sequence[Counter]) -> None:
        self.table = table
        self.counters = tuple(counters)
        self.place = {one: i for i, one in enumerate(self.counters)}
        self._fold = _compiled(self.counters)

    def count(self, rows: Sequence[Any], q: Question, owner: Any) -> tuple[list[Any], Values]:
        """The sums of all measures over the rows, and the raw values of those that need them."""
        sums: list[Any] = [0] * (WIDTH * len(self.counters))
        values: Values = []
        self._fold(rows, q, owner, owner.spam if owner is not None else 0, sums, values)
        return sums, values

    def tally(self, one: Counter, sums: Sequence[Any], values: list[Any]) -> Tally:
        """One measure's part of the sums as a tally that `Counter.finish` understands."""
        at = WIDTH * self.place[one]
        tally = Tally()
        tally.num, tally.den, tally.n, tally.pending = sums[at : at + WIDTH]
        if one.measure.take == "distinct":
            tally.keys[0].update(values)
        else:
            tally.values = values
        return tally


def _compiled(counters: Sequence[Counter]) -> _Fold:
    lines = ["def fold(rows, q, c, spam, v, x):", "    for r in rows:"]
    by_period: dict[tuple[str, bool], list[str]] = {}
    for i, one in enumerate(counters):
        key = (_period(one), one.measure.with_spam)
        by_period.setdefault(key, []).extend(_lines(one, i))
    for (period, with_spam), body in by_period.items():
        test = period if with_spam else f"not spam and {period}"
        lines += [f"        if {test}:", *(f"            {line}" for line in body)]
    space: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS}
    exec("\n".join(lines), space)
    fold: _Fold = space["fold"]
    return fold


def _period(one: Counter) -> str:
    """`Counter.belongs` as text."""
    m = one.measure
    if m.at:
        at = python(m.at, m.table)
        if m.trailing_ms:
            return f"q.now_ms - {m.trailing_ms} <= {at} < q.until_ms"
        return f"q.from_ms <= {at} < q.to_ms"
    start, end = m.span or ("", "")
    if one.klass == "S":
        return f"r.{start} < q.until_ms <= r.{end}"
    return f"r.{start} < q.now_ms and r.{end} > q.from_ms"


def _lines(one: Counter, i: int) -> list[str]:
    m = one.measure
    text = {role: python(source, m.table) for role, source in m.parts().items()}
    body = _take(one, i, text)
    if "pending" in text:
        body = _pending(m.take, i, text["pending"], body)
    gates = [python(m.where, m.table)] if m.where else []
    if "mature" in text:
        gates.append(f"{text['mature']} <= q.as_of_ms")
    return [f"if {' and '.join(gates)}:", *(f"    {line}" for line in body)] if gates else body


def _pending(take: str, i: int, test: str, body: list[str]) -> list[str]:
    count = f"v[{WIDTH * i + _PENDING}] += 1"
    if take in _LEAVE_PENDING:
        return [f"if {test}: {count}", "else:", *(f"    {line}" for line in body)]
    return [f"if {test}: {count}", *body]


def _take(one: Counter, i: int, text: dict[str, str]) -> list[str]:
    take, at = one.measure.take, WIDTH * i
    if take in ("sum", "level"):
        return [f"n = {text['num']}", f"v[{at}] += n", f"if n: v[{at + _N}] += 1"]
    if take == "ratio":
        den = text["den"]
        return [f"v[{at}] += {text['num']}", f"d = {den}", f"v[{at + _DEN}] += d", f"if d: v[{at + _N}] += 1"]
    if take == "mean":
        return [f"v[{at}] += {text['value']}", f"v[{at + _DEN}] += 1", f"v[{at + _N}] += 1"]
    if take == "nps":
        return [f"v[{at}] += {text['num']}", f"v[{at + _DEN}] += 1", f"v[{at + _N}] += 1"]
    if take == "distinct":
        return [f"if {text['num']}: x.append(({i}, {text['key']}))"]
    if take == "peak":
        start, end = one.measure.span or ("", "")
        return [
            f"x.append(({i}, (max(r.{start}, q.from_ms), 1)))",
            f"x.append(({i}, (min(r.{end}, q.now_ms), -1)))",
        ]
    return [f"x.append(({i}, {text['value']}))", f"v[{at + _N}] += 1"]
