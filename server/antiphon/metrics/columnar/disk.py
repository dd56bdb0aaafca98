"""A segment as one flat file: arrays on 64-byte borders, then a table of them, then where it begins."""

import mmap
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.words import Array, Vocabulary

_ALIGN = 64
_TAIL = 16  # bytes: where the table begins, and how long it is


def write(
    path: Path, arrays: Iterable[tuple[str, Array]], words: Mapping[str, list[str]] | None = None
) -> None:
    """Arrays as they come; `words` where the reader has another vocabulary. On the disk when it returns."""
    with path.open("wb") as file:
        table: dict[str, tuple[str, int, int]] = {}
        for name, array in arrays:
            file.write(b"\0" * (-file.tell() % _ALIGN))
            table[name] = (array.dtype.str, file.tell(), len(array))
            file.write(np.ascontiguousarray(array).tobytes())
        at = file.tell()
        file.write(msgspec.msgpack.encode({"arrays": table, "words": words}))
        file.write(at.to_bytes(8, "little") + (file.tell() - at).to_bytes(8, "little"))
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, words: Vocabulary | None = None) -> Segment:
    """The segment of a file, mapped; its own words where none are given. Raises OSError, ValueError."""
    with path.open("rb") as file:
        blob = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    at, length = (int.from_bytes(blob[-_TAIL + i : len(blob) - _TAIL + i + 8], "little") for i in (0, 8))
    about: dict[str, Any] = msgspec.msgpack.decode(blob[at : at + length])
    arrays = {
        name: np.frombuffer(blob, dtype=dtype, count=count, offset=offset)
        for name, (dtype, offset, count) in about["arrays"].items()
    }
    return Segment(arrays, words if words is not None else Vocabulary(about["words"]))
