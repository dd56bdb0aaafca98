"""The catalogue's expressions over whole columns: the same text, another reading.

A comparison gives a boolean array, a text is compared by its code, a queue's threshold is looked up by the
queue's code, `x if c else y` is `where`. A part that does not name the period or the moment is read once for
all rows of a segment and kept. What has no reading over columns raises `NotColumnar`.
"""

import ast
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from antiphon.domain.hours import Hours
from antiphon.metrics.columnar.source import ALL, Column, NotColumnar, Rows, Source
from antiphon.metrics.columnar.words import Array, Words
from antiphon.metrics.expressions import LIMITS, expand
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.question import Question

TIMED = frozenset({"from_ms", "to_ms", "as_of_ms", "until_ms", "now_ms"})


class Given:
    """Settings and opening hours: what expressions may name that is not of the question's period."""

    def __init__(self, q: Question) -> None:
        self.q = q

    def same(self, q: Question) -> bool:
        return (self.q.settings, self.q.hours) == (q.settings, q.hours)


class Reader:
    """Reads expressions over some rows of a source. `bound` has the question's own values, row by row or
    one."""

    def __init__(
        self, source: Source, rows: Rows, given: Given, bound: Mapping[str, Callable[[], Any]]
    ) -> None:
        self._source, self._rows, self._given, self._bound = source, rows, given, bound
        self._whole = isinstance(rows, slice) and rows == ALL

    def read(self, source: str) -> Any:
        """The value of an expression: an array, a column, or a plain value when it names no column."""
        return self._node(expand(source, self._source.table))

    def column(self, name: str) -> Column:
        """A column of the rows, or of their conversations."""
        found = self._source.column(name) or self._source.lent(name)
        if found is None:
            raise NotColumnar(name)
        return found if self._whole else found.at(self._rows)

    def _node(self, node: ast.expr) -> Any:
        reading = _READINGS.get(type(node))
        if reading is None:
            raise NotColumnar(ast.dump(node))
        if self._whole or not _lasting(node):
            return reading(self, node)
        whole = self._source.kept(
            (self._given, _text(node)),
            lambda: reading(Reader(self._source, ALL, self._given, {}), node),
        )
        return whole[self._rows] if isinstance(whole, np.ndarray) and whole.ndim else whole

    def _name(self, node: ast.Name) -> Any:
        if self._source.column(node.id) is not None:
            return self.column(node.id)
        if node.id in LIMITS:
            return self._limit(node.id)
        if node.id in TIMED:
            if node.id not in self._bound:
                raise NotColumnar(node.id)
            return self._bound[node.id]()
        if node.id in Question.NAMES:
            return getattr(self._given.q, node.id)
        return self.column(node.id)

    def _limit(self, name: str) -> Any:
        q = self._given.q
        if not q.settings.queues:
            return getattr(q.limits(""), name)
        queues = self.column("queue")
        assert queues.words is not None
        by_code = np.array([getattr(q.limits(word), name) for word in queues.words.list])
        return by_code[queues.values]

    def _compare(self, node: ast.Compare) -> Any:
        left, result = self._node(node.left), None
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._node(right_node)
            one = _compared(op, left, right)
            result = one if result is None else result & one
            left = right
        return result

    def _bool(self, node: ast.BoolOp) -> Any:
        """Like Python, it stops when nothing can change any more."""
        both = isinstance(node.op, ast.And)
        result: Any = None
        for value in node.values:
            if result is not None and _decided(result, both=both):
                return result
            one = _truth(self._node(value))
            result = one if result is None else (result & one if both else result | one)
        return result

    def _if(self, node: ast.IfExp) -> Any:
        return np.where(
            _truth(self._node(node.test)), plain(self._node(node.body)), plain(self._node(node.orelse))
        )

    def _call(self, node: ast.Call) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "open_ms":
            return self._open_ms(*(_number(self._node(arg)) for arg in node.args))
        function = _CALLS.get(name)
        if function is None:
            raise NotColumnar(ast.unparse(node))
        first, *others = (_number(self._node(arg)) for arg in node.args)
        for other in others:
            first = function(first, other)
        return first

    def _open_ms(self, from_ms: Any, to_ms: Any) -> Any:
        queues = self.column("queue")
        from_ms, to_ms = np.broadcast_arrays(from_ms, to_ms)
        result = np.maximum(0, to_ms - from_ms)
        assert queues.words is not None
        for queue, hours in self._given.q.hours.items():
            code = queues.words.code(queue)
            rows = (
                np.flatnonzero(queues.values == code)
                if code >= 0 and not hours.always
                else np.zeros(0, dtype=int)
            )
            if len(rows):
                result[rows] = _open_between(hours, from_ms[rows], to_ms[rows])
        return result

    def _binary(self, node: ast.BinOp) -> Any:
        return _ARITHMETIC[type(node.op)](_number(self._node(node.left)), _number(self._node(node.right)))

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self._node(node.operand)
        return np.logical_not(_truth(value)) if isinstance(node.op, ast.Not) else -_number(value)


@cache
def _text(node: ast.expr) -> str:
    return ast.unparse(node)


@cache
def _lasting(node: ast.expr) -> bool:
    """Is it worth keeping: more than a name, and free of the period and the moment?"""
    if isinstance(node, ast.Name | ast.Constant | ast.Tuple):
        return False
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return not names & TIMED


def _open_between(hours: Hours, from_ms: Array, to_ms: Array) -> Array:
    """Open time between instants: the difference of what had been open by each."""
    finite = np.concatenate([from_ms, to_ms])
    finite = finite[np.abs(finite) < NEVER]
    if not len(finite):
        return np.zeros(len(from_ms), dtype=np.int64)
    starts, ends = (
        np.array(hours.openings(int(finite.min()), int(finite.max()) + 1), dtype=np.int64).reshape(-1, 2).T
    )
    if not len(starts):
        return np.zeros(len(from_ms), dtype=np.int64)
    if (starts[1:] < ends[:-1]).any():
        raise NotColumnar("opening hours that overlap")
    before = np.concatenate([[0], np.cumsum(ends - starts)])

    def by(at: Array) -> Array:
        i = np.searchsorted(starts, at, side="right") - 1
        inside = np.minimum(at - starts[i], ends[i] - starts[i])
        return np.where(i < 0, 0, before[i] + inside)

    result: Array = np.maximum(0, by(to_ms) - by(from_ms))
    return result


_READINGS: dict[type[ast.expr], Callable[[Reader, Any], Any]] = {
    ast.Name: Reader._name,
    ast.Compare: Reader._compare,
    ast.BoolOp: Reader._bool,
    ast.IfExp: Reader._if,
    ast.Call: Reader._call,
    ast.BinOp: Reader._binary,
    ast.UnaryOp: Reader._unary,
    ast.Constant: lambda reader, node: node.value,
    ast.Tuple: lambda reader, node: tuple(element.value for element in node.elts),
}
_CALLS: dict[str, Callable[[Any, Any], Any]] = {"min": np.minimum, "max": np.maximum}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply,
}  # fmt: skip
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal,
    ast.Eq: np.equal, ast.NotEq: np.not_equal,
}  # fmt: skip


def _compared(op: ast.cmpop, left: Any, right: Any) -> Any:
    if isinstance(op, ast.In | ast.NotIn):
        found = _among(left, right)
        return found if isinstance(op, ast.In) else ~found
    if isinstance(op, ast.Is | ast.IsNot):
        unknown = np.isnan(left.values)
        return unknown if isinstance(op, ast.Is) else ~unknown
    if isinstance(left, Column) and isinstance(right, Column) and left.words is not right.words:
        raise NotColumnar("texts of different columns")
    if isinstance(left, Column) and isinstance(right, str):
        right = _words(left).code(right)
    return _ORDER[type(op)](plain(left), plain(right))


def _among(left: Any, right: tuple[Any, ...]) -> Array:
    """By a table over the codes: one look a row."""
    if not isinstance(left, Column) or left.words is None:
        return np.isin(plain(left), right)
    wanted = np.zeros(len(left.words.list) + 1, dtype=bool)
    wanted[[left.words.code(word) for word in right]] = True
    wanted[-1] = False  # where −1, a word nobody ever used, points
    return wanted[left.values]


def _words(column: Column) -> Words:
    if column.words is None:
        raise NotColumnar("a text against numbers")
    return column.words


def _decided(result: Any, *, both: bool) -> bool:
    return bool(not np.any(result) if both else np.all(result))


def plain(value: Any) -> Any:
    return value.values if isinstance(value, Column) else value


def _truth(value: Any) -> Any:
    if isinstance(value, Column) and value.words is not None:
        return np.not_equal(value.values, value.words.code(""))
    value = plain(value)
    return (
        value if isinstance(value, np.ndarray | np.bool_) and value.dtype == bool else np.not_equal(value, 0)
    )


def _number(value: Any) -> Any:
    """Wide enough to reckon with: stored columns are as narrow as their values."""
    value = plain(value)
    narrow = isinstance(value, np.ndarray) and value.dtype.kind in "bi" and value.dtype.itemsize < 8
    return value.astype(np.int64) if narrow else value
