"""The catalogue's expressions over whole columns: the same text, another reading.

A comparison gives a boolean array, a text is compared by its code,
a queue's threshold is looked up by the queue's
code, `x if c else y` is `where`. What has no reading over columns (opening hours) raises `NotColumnar`.
"""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from antiphon.metrics.columnar.table import Array, Column, Columns
from antiphon.metrics.expressions import LIMITS, expand
from antiphon.metrics.question import Question
from antiphon.metrics.tables import COLUMNS

Rows = Array | slice


class NotColumnar(ValueError):
    """The expression needs a row at a time."""


class Reader:
    """Reads expressions over some rows of one table."""

    def __init__(self, columns: Columns, table: str, rows: Rows, q: Question) -> None:
        self._columns, self._table, self._rows, self._q = columns, table, rows, q
        self._seen: dict[str, Column] = {}
        self.bound: dict[str, Array] = {}  # values of the question that differ from row to row

    def column(self, name: str) -> Column:
        """A column of the rows, or of their conversations."""
        if name not in self._seen:
            table = self._columns.tables[self._table]
            whole = table.columns.get(name) or self._columns.lent(self._table, name)
            self._seen[name] = whole.at(self._rows)
        return self._seen[name]

    def read(self, source: str) -> Any:
        """The value of an expression: an array, or a plain value when it names no column."""
        return self._node(expand(source, self._table))

    def _node(self, node: ast.expr) -> Any:
        reading = _READINGS.get(type(node))
        if reading is None:
            raise NotColumnar(ast.dump(node))
        return reading(self, node)

    def _name(self, node: ast.Name) -> Any:
        if node.id in COLUMNS[self._table]:
            return self.column(node.id)
        if node.id in LIMITS:
            return self._limit(node.id)
        if node.id in Question.NAMES:
            return self.bound[node.id] if node.id in self.bound else getattr(self._q, node.id)
        return self.column(node.id)

    def _limit(self, name: str) -> Any:
        if not self._q.settings.queues:
            return getattr(self._q.limits(""), name)
        queues = self.column("queue")
        by_code = np.array([getattr(self._q.limits(word), name) for word in queues.words or ("",)])
        return by_code[queues.values] if len(queues.values) else queues.values

    def _compare(self, node: ast.Compare) -> Any:
        left, result = self._node(node.left), None
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._node(right_node)
            one = _compared(op, left, right)
            result = one if result is None else result & one
            left = right
        return result

    def _bool(self, node: ast.BoolOp) -> Any:
        values = [_truth(self._node(value)) for value in node.values]
        result = values[0]
        for value in values[1:]:
            result = result & value if isinstance(node.op, ast.And) else result | value
        return result

    def _if(self, node: ast.IfExp) -> Any:
        return np.where(
            _truth(self._node(node.test)), _plain(self._node(node.body)), _plain(self._node(node.orelse))
        )

    def _call(self, node: ast.Call) -> Any:
        function = _CALLS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None:
            raise NotColumnar(ast.unparse(node))
        first, *others = (_plain(self._node(arg)) for arg in node.args)
        for other in others:
            first = function(first, other)
        return first

    def _binary(self, node: ast.BinOp) -> Any:
        return _ARITHMETIC[type(node.op)](_number(self._node(node.left)), _number(self._node(node.right)))

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self._node(node.operand)
        return ~_truth(value) if isinstance(node.op, ast.Not) else -_number(value)


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
        found = np.isin(left.values, [left.code(word) for word in right])
        return found if isinstance(op, ast.In) else ~found
    if isinstance(op, ast.Is | ast.IsNot):
        unknown = np.isnan(left.values)
        return unknown if isinstance(op, ast.Is) else ~unknown
    if isinstance(left, Column) and isinstance(right, str):
        right = left.code(right)
    return _ORDER[type(op)](_plain(left), _plain(right))


def _plain(value: Any) -> Any:
    return value.values if isinstance(value, Column) else value


def _truth(value: Any) -> Any:
    value = _plain(value)
    return value if isinstance(value, np.ndarray) and value.dtype == bool else np.not_equal(value, 0)


def _number(value: Any) -> Any:
    value = _plain(value)
    return value.astype(np.int64) if isinstance(value, np.ndarray) and value.dtype == bool else value
