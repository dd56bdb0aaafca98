"""The catalogue's little language: an expression over the columns of one row.

`wait_ms <= sl_threshold_ms and outcome == 'answered'` is plain text, so one declaration can be run by
Python over a row now, translated for a column store later, and printed in the documentation.

Names, in this order: a named expression of the table (`NAMED`), a column of the row, a column of the row's
conversation, a queue's threshold, a value of the question (`Question`). Allowed: constants, names, `and`,
`or`, `not`, comparisons (chains too), `in` a tuple, `+ - *`, `x if c else y`, `min`, `max`, and `open_ms(a,
                                                                                                          b)`:
the row's queue's open time between two instants. No calls else, no attributes, no null logic: what has not
happened is `NEVER`.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.question import Question
from antiphon.metrics.tables import COLUMNS, NAMED

Value = Any  # an int, a float, a bool, a text; None only where a column is documented so
RowFunction = Callable[[Any, Question, Any], Value]

LIMITS = frozenset({"sl_threshold_ms", "short_abandon_ms", "frt_target_ms"})
_NODES: tuple[type[ast.AST], ...] = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq,
    ast.NotEq,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.BinOp, ast.Add, ast.Sub,
    ast.Mult, ast.IfExp, ast.Constant, ast.Name, ast.Load, ast.Call, ast.Tuple,
)  # fmt: skip
FUNCTIONS = {"min": min, "max": max}


_OPEN = "open_ms"


class BadExpression(ValueError):
    """The catalogue itself is wrong: found when it is loaded, never at run time."""


@cache
def expand(source: str, table: str) -> ast.expr:
    """The tree of an expression with the table's named expressions written out."""
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError as wrong:
        raise BadExpression(f"{source!r}: {wrong}") from wrong
    for node in ast.walk(tree):
        if not isinstance(node, _NODES) or (isinstance(node, ast.Call) and not _is_function(node)):
            raise BadExpression(f"{source!r}: {type(node).__name__} is not allowed")
    body = _Named(table).visit(tree.body)
    assert isinstance(body, ast.expr)
    return body


def _is_function(node: ast.Call) -> bool:
    known = {*FUNCTIONS, _OPEN}
    return isinstance(node.func, ast.Name) and node.func.id in known and not node.keywords


class _Named(ast.NodeTransformer):
    def __init__(self, table: str) -> None:
        self._table = table

    def visit_Name(self, node: ast.Name) -> ast.expr:
        named = NAMED.get(self._table, {}).get(node.id)
        return node if named is None else expand(named, self._table)


class _ForRow(ast.NodeTransformer):
    """Names become attributes of the row `r`, its conversation `c`, or the question `q`."""

    def __init__(self, source: str, table: str) -> None:
        self._source, self._table = source, table

    def visit_Call(self, node: ast.Call) -> ast.expr:
        args = [self.visit(arg) for arg in node.args]
        if isinstance(node.func, ast.Name) and node.func.id == _OPEN:
            function, queue = (ast.parse(part, mode="eval").body for part in ("q.open_ms", self._queue()))
            return ast.Call(func=function, args=[queue, *args], keywords=[])
        return ast.Call(func=node.func, args=args, keywords=[])

    def _queue(self) -> str:
        return "r.queue" if "queue" in COLUMNS[self._table] else "c.queue"

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self._target(node.id), mode="eval").body

    def _target(self, name: str) -> str:
        if name in COLUMNS[self._table]:
            return f"r.{name}"
        if name in LIMITS:
            return f"q.limits({self._queue()}).{name}"
        if name in Question.NAMES:
            return f"q.{name}"
        if name in COLUMNS["conversation"] and "conversation" in COLUMNS[self._table]:
            return f"c.{name}"
        raise BadExpression(f"{self._source!r}: no column or value {name!r} for {self._table}")


def expand_text(source: str, table: str) -> str:
    """The expression with named ones written out, `NEVER` by its name: for people."""
    return ast.unparse(expand(source, table)).replace(str(NEVER), "NEVER")


def names_in(sources: Iterable[str], table: str) -> frozenset[str]:
    """Every name the expressions come down to."""
    trees = [expand(source, table) for source in sources]
    return frozenset(node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name))


def on_open_clock(source: str, table: str) -> str:
    """A duration `b - a` on the queue's open clock: `open_ms(a, b)`."""
    tree = expand(source, table)
    if not (isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Sub)):
        raise BadExpression(f"{source!r} is no difference of two instants")
    return f"{_OPEN}({ast.unparse(tree.right)}, {ast.unparse(tree.left)})"


def for_row(source: str, table: str) -> RowFunction:
    """An expression as a function of (row, question, the row's conversation)."""
    return _lambda(python(source, table))


def for_rows(sources: Mapping[str, str], where: str, table: str) -> RowFunction:
    """Several expressions in one call: their values as a tuple, or None where `where` does not hold."""
    tuple_ = f"({''.join(python(source, table) + ',' for source in sources.values())})"
    return _lambda(tuple_ if not where else f"{tuple_} if {python(where, table)} else None")


@cache
def python(source: str, table: str) -> str:
    """The expression as Python text over `r`, `q` and `c`."""
    tree = _ForRow(source, table).visit(ast.parse(ast.unparse(expand(source, table)), mode="eval").body)
    return f"({ast.unparse(ast.fix_missing_locations(tree))})"


def _lambda(body: str) -> RowFunction:
    function = eval(f"lambda r, q, c: {body}", {"__builtins__": {}, **FUNCTIONS})
    return function  # type: ignore[no-any-return]  # compiled from text: it has no static type
