"""Facts as arrays. A table is kept in the order of its usual instant, so a period is a slice without a "
"copy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.store import Facts
from antiphon.metrics.tables import ROWS

Array = NDArray[Any]

# The instant most questions about a table ask for; rows are sorted by it.
USUAL: Mapping[str, str] = {
    "conversation": "started_at", "visit": "entered_at", "offer": "ended_at", "engagement": "done_at",
    "turn": "started_at", "leg": "started_at", "episode": "closed_at", "asked": "offered_at",
    "answer": "first_at", "ticket": "created_at", "solve": "at", "transfer": "at",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """An array; a text column's values are positions in `words`, which are in order."""

    values: Array
    words: tuple[str, ...] | None = None

    def code(self, word: str) -> int:
        """The position of a word; −1, which no row has, when nobody ever used it."""
        words = self.words or ()
        i = int(np.searchsorted(np.array(words, dtype=object), word)) if words else 0
        return i if i < len(words) and words[i] == word else -1

    def at(self, rows: Array | slice) -> "Column":
        return Column(self.values[rows], self.words)


class Table:
    """The columns of one table, and for each row the position of its owner."""

    def __init__(self, name: str, columns: Mapping[str, Column], owner: Array | None, spam: Array) -> None:
        self.name, self.columns, self.owner, self.spam = name, dict(columns), owner, spam
        self._orders: dict[str, tuple[Array, Array]] = {}

    def __len__(self) -> int:
        return len(self.spam)

    def between(self, column: str, from_ms: int, to_ms: int) -> Array | slice:
        """The rows whose instant is in `[from_ms, to_ms)`: a slice when the table is in that order."""
        if USUAL.get(self.name) == column:
            a, b = np.searchsorted(self.columns[column].values, [from_ms, to_ms])
            return slice(int(a), int(b))
        if column not in self._orders:
            order = np.argsort(self.columns[column].values, kind="stable")
            self._orders[column] = order, self.columns[column].values[order]
        order, instants = self._orders[column]
        a, b = np.searchsorted(instants, [from_ms, to_ms])
        return order[a:b]


class Columns:
    """All tables of an account's facts as arrays, as they were known at `as_of_ms`."""

    def __init__(self, tables: Mapping[str, Table], as_of_ms: int) -> None:
        self.tables, self.as_of_ms = tables, as_of_ms
        self._lent: dict[tuple[str, str], Column] = {}

    @classmethod
    def of(cls, facts: Facts) -> "Columns":
        """Every plain table of the facts; those with owners that lend segments know their position."""
        conversations = sorted(facts.rows("conversation"), key=lambda row: row.started_at)
        position = {row.conversation: i for i, row in enumerate(conversations)}
        tables = {
            name: _table(name, facts.rows(name) if name != "conversation" else conversations, position)
            for name in USUAL
            if name not in ("ticket", "solve")
        }
        return cls(tables, facts.as_of_ms)

    def lent(self, table: str, column: str) -> Column:
        """A conversation's column laid beside another table's rows; kept, for it is asked for again."""
        key = (table, column)
        if key not in self._lent:
            owner = self.tables[table].owner
            source = self.tables["conversation"].columns[column]
            self._lent[key] = source if owner is None else _lend(source, owner)
        return self._lent[key]

    @cached_property
    def bytes(self) -> int:
        """Memory held by the arrays."""
        return sum(c.values.nbytes for t in self.tables.values() for c in t.columns.values())


def _lend(source: Column, owner: Array) -> Column:
    """A conversation's values beside other rows; those of a ticket or a customer get nothing."""
    if not (owner < 0).any():
        return source.at(owner)
    if source.words is None:
        return Column(np.where(owner < 0, 0, source.values[owner] if len(source.values) else 0))
    words = source.words if "" in source.words else ("", *source.words)
    shift = len(words) - len(source.words)
    codes = source.values[owner] + shift if len(source.values) else np.zeros(len(owner), dtype=np.int32)
    return Column(np.where(owner < 0, words.index(""), codes), words)


def _table(name: str, rows: Sequence[Any], position: Mapping[str, int]) -> Table:
    rows = sorted(rows, key=lambda row: getattr(row, USUAL[name]))
    fields: tuple[str, ...] = ROWS[name]._fields  # type: ignore[attr-defined]  # every row is a NamedTuple
    kinds: Mapping[str, Any] = ROWS[name].__annotations__
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
    columns = {field: column(values, kinds[field]) for field, values in zip(fields, turned, strict=True)}
    owner = np.array([position.get(row.conversation, -1) for row in rows], dtype=np.int64)
    if name == "conversation":
        return Table(name, columns, None, columns["spam"].values)
    return Table(name, columns, owner, np.zeros(len(rows), dtype=np.int64))


def column(values: Iterable[Any], kind: Any) -> Column:
    """One column of Python values as an array of its kind."""
    if kind is str:
        words, codes = np.unique(np.array(list(values), dtype=object), return_inverse=True)
        return Column(codes.astype(np.int32), tuple(words.tolist()))
    if kind is int:
        return Column(np.array(list(values), dtype=np.int64))
    return Column(np.array([np.nan if v is None else v for v in values], dtype=np.float64))


__all__ = ["NEVER", "USUAL", "Array", "Column", "Columns", "Table", "column"]
