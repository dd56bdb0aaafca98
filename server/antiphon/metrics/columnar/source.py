"""Rows to be counted, as columns: a stored table in the order of one instant, or rows derived for a question.

What was computed over a whole segment once (a column in another order, a segment's column beside its rows, an
expression that does not depend on the question) is kept with the segment, which never changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from antiphon.metrics.columnar.schema import columns_of, order_of
from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.words import Array, Words

Rows = Array | slice
ALL = slice(None)


class NotColumnar(ValueError):
    """Columns cannot say it: it needs a row at a time."""


@dataclass(frozen=True, slots=True)
class Column:
    """An array; a text column's values are codes of `words`."""

    values: Array
    words: Words | None = None

    def at(self, rows: Rows) -> "Column":
        return Column(self.values[rows], self.words)


class Source:
    """Rows of one table. `stream` numbers each row's stream within the segment; None where rows have none."""

    table: str
    size: int
    stream: Array | None = None
    segment: Segment | None = None
    instants: Array | None = None  # what the rows are in the order of

    def column(self, name: str) -> Column | None:
        """A column of the rows themselves, or None."""
        raise NotImplementedError

    def lent(self, name: str) -> Column | None:
        """The column of their conversations or tickets beside the rows; None where nobody has such a
        column."""
        return None

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, remembered for as long as the rows are."""
        return make()


class Stored(Source):
    """A table of a segment, ordered by an instant: a column or an expression that names no question."""

    def __init__(self, segment: Segment, table: str, at: str, read: Callable[[Source, str], Any]) -> None:
        self.segment, self.table = segment, table
        self.size = segment.rows(table)
        self._at = order_of(table)
        self._order: Array | None = None
        self.instants: Array = segment.column(table, self._at)
        if at != self._at:
            self._order, self.instants = self.kept(("order", at), lambda: _ordered(read(self, at)))
            self._at = at

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        assert self.segment is not None
        return self.segment.kept.get((self.table, self._at, key), make)

    @property
    def stream(self) -> Array:  # type: ignore[override]  # stored rows always have one
        assert self.segment is not None
        whole = self.segment.stream(self.table)
        return whole if self._order is None else self.kept("stream", lambda: whole[self._order])

    def column(self, name: str) -> Column | None:
        segment, kind = self.segment, columns_of(self.table).get(name)
        assert segment is not None
        if kind is None:
            return None
        if kind == "text":
            raise NotColumnar(name)
        words = segment.words.of(name) if kind in ("word", "list") else None
        whole = segment.column(self.table, name)
        return Column(whole if self._order is None else self.kept(name, lambda: whole[self._order]), words)

    def lent(self, name: str) -> Column | None:
        segment = self.segment
        assert segment is not None
        if self.table not in BORROWERS:
            return None
        found: Column | None = self.kept(("lent", name), lambda: _lent(segment, name, self.stream))
        return found


# Tables whose rows belong to a conversation or a ticket.
BORROWERS = frozenset({
    "conversation", "visit", "offer", "engagement", "wrapup", "turn", "leg", "heard", "episode", "transfer",
    "asked", "answer", "ticket_status", "solve",
})  # fmt: skip


def _ordered(instants: Array) -> tuple[Array, Array]:
    order = np.argsort(instants, kind="stable")
    return order.astype(np.int32), instants[order]


def _lent(segment: Segment, name: str, stream: Array) -> Column | None:
    """One value a stream, its conversation's or its ticket's, laid beside the rows."""
    owners = ("conversation", "ticket")
    kinds = {table: columns_of(table).get(name) for table in owners}
    kind = kinds["conversation"] or kinds["ticket"]
    if kind is None:
        return None
    if kind not in ("word", "int"):
        raise NotColumnar(name)
    of_streams = np.zeros(len(segment), dtype=np.int64 if kind == "int" else np.int32)
    for table in owners:
        if kinds[table] == kind:
            of_streams[segment.stream(table)] = segment.column(table, name)
    narrow = (
        segment.column("conversation", name).dtype
        if kinds["conversation"] and not segment.rows("ticket")
        else None
    )
    values = (of_streams if narrow is None else of_streams.astype(narrow))[stream]
    return Column(values, segment.words.of(name) if kind == "word" else None)


def owned(segment: Segment, name: str, stream: Array) -> Array | None:
    """Which rows have an owner with such a column; None when all have."""
    of_streams = np.zeros(len(segment), dtype=bool)
    for table in ("conversation", "ticket"):
        of_streams[segment.stream(table)] = name in columns_of(table)
    return None if of_streams.all() else of_streams[stream]


class Made(Source):
    """Rows made for a question, as arrays by name, of one segment's streams or of nobody's."""

    def __init__(
        self,
        table: str,
        columns: Mapping[str, Column],
        segment: Segment | None = None,
        stream: Array | None = None,
    ) -> None:
        self.table, self._columns, self.segment, self.stream = table, columns, segment, stream
        self.size = len(next(iter(columns.values())).values)
        self._kept: dict[Any, Any] = {}

    def column(self, name: str) -> Column | None:
        return self._columns.get(name)

    def lent(self, name: str) -> Column | None:
        if self.segment is None or self.stream is None:
            return None
        return _lent(self.segment, name, self.stream)

    def ordered(self, at: str) -> "Made":
        """The rows in the order of an instant."""

        def make() -> Made:
            order = np.argsort(self._columns[at].values, kind="stable")
            columns = {name: column.at(order) for name, column in self._columns.items()}
            made = Made(
                self.table, columns, self.segment, None if self.stream is None else self.stream[order]
            )
            made.instants = columns[at].values
            return made

        found: Made = self.kept(("ordered", at), make)
        return found

    def with_columns(self, more: Mapping[str, Column]) -> "Made":
        return Made(self.table, {**self._columns, **more}, self.segment, self.stream)

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]
