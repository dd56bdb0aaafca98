"""Do two segments say the same of every stream, in whatever order and by whatever vocabulary?"""

from typing import Any

import numpy as np

from antiphon.metrics.columnar.schema import TABLES, Kind, columns_of
from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.words import Array

_PRIME = np.uint64(0x100000001B3)
_SHIFT = np.uint64(29)


def differing(one: Segment, other: Segment) -> list[str]:
    """The streams whose rows differ, by name."""
    mine, theirs = (dict(zip(s.name_list, _digests(s).tolist(), strict=True)) for s in (one, other))
    return sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))


def _digests(segment: Segment) -> Array:
    """A number for each stream's rows; by this process's own hashes of texts."""
    found = segment.arrays["began_at"].astype(np.uint64)
    for number, table in enumerate(TABLES):
        rows = np.full(segment.rows(table), number + 1, dtype=np.uint64)
        for name, kind in columns_of(table).items():
            rows = (rows ^ _numbers(segment, table, name, kind)) * _PRIME
            rows ^= rows >> _SHIFT
        np.add.at(found, segment.stream(table), rows)
    return found


def _numbers(segment: Segment, table: str, name: str, kind: Kind) -> Array:
    if kind == "text":
        return _hashes(segment.texts(f"{table}.{name}").list())
    values = segment.column(table, name)
    if kind in ("word", "list"):
        return _hashes(segment.words.of(name).list)[values]
    if kind == "real":
        return (values + 0.0).view(np.uint64)
    return values.astype(np.int64).view(np.uint64)


def _hashes(texts: list[Any]) -> Array:
    return np.fromiter(map(hash, texts), dtype=np.int64, count=len(texts)).view(np.uint64)
