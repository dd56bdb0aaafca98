"""A batch of folded streams as flat arrays, by name: immutable, in memory or mapped from a file.

Streams stand in this order: conversations as their rows do, tickets as theirs do, the rest. So a stream's
number is the row that lends segments and the spam flag to all other rows of it. Each table is in the order of
its usual instant, with the number of each row's stream beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from antiphon.metrics.columnar.schema import TABLES, Kind, columns_of, order_of
from antiphon.metrics.columnar.words import Array, Texts, Vocabulary, packed

Named = Iterator[tuple[str, Array]]
_OWNERS = ("conversation", "ticket")  # tables with one row a stream, which lends it segments
_OTHER = len(_OWNERS)
_KEEP = 400_000_000  # bytes beside one segment
_NARROW = (np.int8, np.int16, np.int32)


class Folded(NamedTuple):
    """One stream's rows. Questions about `settled_at` or later find the rows as they are."""

    stream: str
    began_at: int
    settled_at: int
    facts: Any


class Keeping:
    """What was computed from something that never changes, up to a number of bytes: the oldest goes first."""

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}
        self._bytes = 0

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self._found.get(key, self)
        if found is self:
            found = self._found[key] = make()
            self._bytes += _bytes(found)
            while self._bytes > _KEEP and len(self._found) > 1:
                self._bytes -= _bytes(self._found.pop(next(iter(self._found))))
        return found


def _bytes(value: Any) -> int:
    if isinstance(value, tuple):
        return sum(map(_bytes, value))
    return int(getattr(getattr(value, "values", value), "nbytes", 0))


class Segment:
    """Named arrays: `NAME` of streams, `TABLE#` the stream of each row, `TABLE.COLUMN` the values."""

    def __init__(self, arrays: Mapping[str, Array], words: Vocabulary) -> None:
        self.arrays, self.words = arrays, words
        self.kept = Keeping()

    def __len__(self) -> int:
        return len(self.arrays["began_at"])

    def rows(self, table: str) -> int:
        return len(self.arrays[f"{table}#"])

    def stream(self, table: str) -> Array:
        return self.arrays[f"{table}#"]

    def column(self, table: str, name: str) -> Array:
        return self.arrays[f"{table}.{name}"]

    def texts(self, name: str) -> Texts:
        """`stream`, or a `TABLE.COLUMN` of texts."""
        return Texts(self.arrays[f"{name}:starts"], self.arrays[f"{name}:bytes"])

    @cached_property
    def name_list(self) -> list[str]:
        """Streams in order."""
        return self.texts("stream").list()

    @cached_property
    def names(self) -> dict[str, int]:
        """Streams by name."""
        return {name: i for i, name in enumerate(self.name_list)}


# -- out of rows ----------------------------------------------------------------------------------


def built(folded: Iterable[Folded], words: Vocabulary) -> Segment:
    """A segment of what was folded."""
    rows: dict[str, list[Any]] = {table: [] for table in TABLES}
    streams: dict[str, list[int]] = {table: [] for table in TABLES}
    about: list[tuple[str, int, int, int, int]] = []
    for number, one in enumerate(folded):
        rank, at = _OTHER, 0
        if one.facts is not None:
            for table, mine in zip(one.facts._fields, one.facts, strict=True):
                if mine and isinstance(mine, tuple):
                    rows[table] += mine
                    streams[table] += [number] * len(mine)
                    if table in _OWNERS:
                        rank, at = _OWNERS.index(table), getattr(mine[0], order_of(table))
        about.append((one.stream, one.began_at, one.settled_at, rank, at))
    arrays = dict(_streams(about))
    place = arrays.pop("place")
    for table in TABLES:
        arrays.update(_table(table, rows[table], place[np.array(streams[table], dtype=np.int64)], words))
    return Segment(arrays, words)


def _streams(about: Sequence[tuple[str, int, int, int, int]]) -> Named:
    names, *numbers = zip(*about, strict=True) if about else ((), (), (), (), ())
    began, settled, rank, at = (np.array(one, dtype=np.int64) for one in numbers)
    order = np.lexsort((at, rank))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    texts = Texts.of(names[i] for i in order.tolist())
    yield "place", place
    yield "stream:starts", texts.starts
    yield "stream:bytes", texts.bytes
    yield "began_at", began[order]
    yield "settled_at", settled[order]
    yield "rank", rank[order].astype(np.int8)


def _table(table: str, rows: Sequence[Any], stream: Array, words: Vocabulary) -> Named:
    kinds = columns_of(table)
    turned: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(kinds)
    values = dict(zip(kinds, turned, strict=True))
    order = np.argsort(np.array(values[order_of(table)], dtype=np.int64), kind="stable")
    yield f"{table}#", stream[order].astype(np.int32)
    for name, kind in kinds.items():
        if kind == "text":
            texts = Texts.of(values[name]).take(order)
            yield f"{table}.{name}:starts", texts.starts
            yield f"{table}.{name}:bytes", texts.bytes
        else:
            yield f"{table}.{name}", _narrow(_array(values[name], kind, words.of(name).__getitem__)[order])


def _array(values: Sequence[Any], kind: Kind, code: Any) -> Array:
    if kind == "word":
        return np.fromiter(map(code, values), dtype=np.int32, count=len(values))
    if kind == "list":
        return np.fromiter(map(code, map(packed, values)), dtype=np.int32, count=len(values))
    if kind == "own":
        return np.fromiter(map(bool, values), dtype=np.int8, count=len(values))
    if kind == "int":
        return np.array(values, dtype=np.int64)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _narrow(values: Array) -> Array:
    """The same numbers in as few bytes as they need."""
    if values.dtype.kind != "i" or not len(values):
        return values
    low, high = int(values.min()), int(values.max())
    for narrow in _NARROW:
        if np.iinfo(narrow).min <= low and high <= np.iinfo(narrow).max:
            return values.astype(narrow)
    return values


# -- out of segments ------------------------------------------------------------------------------


def merged(parts: Sequence[tuple[Segment, Array]], words: Vocabulary) -> Named:
    """The arrays of one segment with what is alive of several, an array at a time."""
    rank, at = (np.concatenate(found) for found in zip(*(_ranked(*part) for part in parts), strict=True))
    order = np.lexsort((at, rank))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    places = _places(parts, place)
    for name in ("began_at", "settled_at", "rank"):
        yield name, np.concatenate([segment.arrays[name][alive] for segment, alive in parts])[order]
    yield from _texts("stream", [(segment, np.flatnonzero(alive)) for segment, alive in parts], order)
    for table in TABLES:
        kept = [np.flatnonzero(alive[segment.stream(table)]) for segment, alive in parts]
        yield from _merged_table(table, [segment for segment, _ in parts], kept, places, words)


def _ranked(segment: Segment, alive: Array) -> tuple[Array, Array]:
    """Each living stream's rank, and the instant it is ordered by within it."""
    at = np.zeros(len(segment), dtype=np.int64)
    for table in _OWNERS:
        at[segment.stream(table)] = segment.column(table, order_of(table))
    return segment.arrays["rank"][alive], at[alive]


def _places(parts: Sequence[tuple[Segment, Array]], place: Array) -> list[Array]:
    found, first = [], 0
    for segment, alive in parts:
        mine = np.full(len(segment), -1, dtype=np.int32)
        count = int(alive.sum())
        mine[alive] = place[first : first + count]
        found.append(mine)
        first += count
    return found


def _merged_table(
    table: str, segments: Sequence[Segment], kept: Sequence[Array], places: Sequence[Array], words: Vocabulary
) -> Named:
    parts = list(zip(segments, kept, strict=True))
    at = np.concatenate([one.column(table, order_of(table))[rows] for one, rows in parts])
    order = np.argsort(at, kind="stable")
    stream = [place[one.stream(table)[rows]] for (one, rows), place in zip(parts, places, strict=True)]
    yield f"{table}#", np.concatenate(stream)[order]
    for name, kind in columns_of(table).items():
        if kind == "text":
            yield from _texts(f"{table}.{name}", parts, order)
            continue
        values = []
        for one, rows in parts:
            recode = words.recode(name, one.words) if kind in ("word", "list") else None
            mine = one.column(table, name)[rows]
            values.append(mine if recode is None else recode[mine])
        yield f"{table}.{name}", _narrow(np.concatenate(values)[order])


def _texts(name: str, parts: Sequence[tuple[Segment, Array]], order: Array) -> Named:
    texts = Texts.joined([segment.texts(name).take(rows) for segment, rows in parts]).take(order)
    yield f"{name}:starts", texts.starts
    yield f"{name}:bytes", texts.bytes
