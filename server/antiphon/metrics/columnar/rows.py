"""Rows out of columns again: for what needs a row at a time, and for handing out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from antiphon.domain.errors import Refused
from antiphon.metrics.columnar.periods import Periods, picked
from antiphon.metrics.columnar.schema import TABLES, Kind, columns_of
from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.source import NotColumnar
from antiphon.metrics.columnar.sources import Sources
from antiphon.metrics.columnar.vector import Given
from antiphon.metrics.columnar.warehouse import Part, View
from antiphon.metrics.columnar.words import Array, unpacked
from antiphon.metrics.question import Question
from antiphon.metrics.store import Facts
from antiphon.metrics.tables import ROWS
from antiphon.metrics.tally import Counter

_MOST = 4_000_000  # rows in memory for one question


class StoredFacts(Facts):
    """The plain engine's facts: a table is made of rows when it is asked for; `Refused` when too long."""

    def __init__(self, view: View, as_of_ms: int) -> None:
        super().__init__(_Tables(view), as_of_ms)
        self._view = view

    def near(self, one: Counter, q: Question) -> Facts:
        """The streams with a row in the period: their rows of all tables."""
        sources, periods = Sources(self._view, Given(q), None), Periods([(q.from_ms, q.to_ms)], q.as_of_ms)
        try:
            return StoredFacts(
                tuple(_near(sources, part, one, periods) for part in self._view), self.as_of_ms
            )
        except NotColumnar:
            return self


def _near(sources: Sources, part: Part, one: Counter, periods: Periods) -> Part:
    rows = picked(sources.stored(part, one.measure.table, one.measure.at), one, periods)
    touched = np.zeros(len(part.alive), dtype=bool)
    touched[rows.take(sources.stored(part, one.measure.table, one.measure.at).stream)] = True
    return Part(part.segment, part.alive & touched)


class _Tables(Mapping[str, Sequence[Any]]):
    def __init__(self, view: View) -> None:
        self._view, self._made, self._rows = view, dict[str, Sequence[Any]](), 0

    def __getitem__(self, table: str) -> Sequence[Any]:
        if table not in self._made:
            self._rows += sum(int(part.alive[part.segment.stream(table)].sum()) for part in self._view)
            if self._rows > _MOST:
                raise Refused(
                    "too_many", f"This needs more than {_MOST} rows at once. Ask about fewer conversations."
                )
            self._made[table] = [row for part in self._view for row in rows_of(part, table)]
        return self._made[table]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


def rows_of(part: Part, table: str) -> Iterator[Any]:
    """The living rows of one table."""
    segment, alive = part
    stream = segment.stream(table)
    rows = np.flatnonzero(alive[stream]) if not alive.all() else np.arange(len(stream))
    columns = [_values(segment, table, name, kind, rows) for name, kind in columns_of(table).items()]
    return map(ROWS[table]._make, zip(*columns, strict=True))  # type: ignore[attr-defined]  # every row is a NamedTuple


def _values(segment: Segment, table: str, name: str, kind: Kind, rows: Array) -> list[Any]:
    if kind == "text":
        return segment.texts(f"{table}.{name}").list(rows)
    values = segment.column(table, name)[rows]
    if kind == "own":
        names = segment.texts("stream").list(segment.stream(table)[rows])
        return [name if own else "" for name, own in zip(names, values.tolist(), strict=True)]
    if kind in ("word", "list"):
        words: list[Any] = segment.words.of(name).list
        words = [unpacked(word) for word in words] if kind == "list" else words
        return [words[code] for code in values.tolist()]
    if kind == "real":
        return [None if value != value else value for value in values.tolist()]
    return values.tolist()  # type: ignore[no-any-return]  # numpy does not say so
