"""Texts as numbers: one growing vocabulary for each name of a column, shared by all segments."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Words(dict[str, int]):
    """Word → code. Asking for a new word gives it the next code; codes are never given twice."""

    def __init__(self, known: Iterable[str] = ("",)) -> None:
        super().__init__()
        self.list: list[str] = []
        for word in known:
            self[word]

    def __missing__(self, word: str) -> int:
        code = self[word] = len(self.list)
        self.list.append(word)
        return code

    def code(self, word: str) -> int:
        """The code of a word; −1, which no row has, when nobody ever used it."""
        return self.get(word, -1)


class Vocabulary:
    """Words by the name of their column; code 0 is the empty text everywhere."""

    def __init__(self, known: Mapping[str, Sequence[str]] | None = None) -> None:
        self._words = {name: Words(words) for name, words in (known or {}).items()}

    def of(self, name: str) -> Words:
        return self._words.setdefault(name, Words())

    def lists(self) -> dict[str, list[str]]:
        return {name: words.list for name, words in self._words.items()}

    def recode(self, name: str, theirs: "Vocabulary") -> Array | None:
        """Their codes as ours; None when they are the same."""
        if theirs is self:
            return None
        mine = self.of(name)
        return np.array([mine[word] for word in theirs.of(name).list], dtype=np.int32)


def packed(several: tuple[str, ...]) -> str:
    """Several words as one."""
    return json.dumps(several) if several else ""


def unpacked(word: str) -> tuple[str, ...]:
    return tuple(json.loads(word)) if word else ()


class Texts:
    """Many different texts as bytes and where each begins."""

    __slots__ = ("bytes", "starts")

    def __init__(self, starts: Array, bytes_: Array) -> None:
        self.starts, self.bytes = starts, bytes_

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        encoded = [text.encode() for text in texts]
        starts = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)), out=starts[1:])
        return cls(starts, np.frombuffer(b"".join(encoded), dtype=np.uint8))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def list(self, rows: Array | None = None) -> list[str]:
        """The texts of some rows, or of all."""
        starts, blob = self.starts, self.bytes.tobytes() if rows is None or len(rows) > 1000 else None
        which = range(len(self)) if rows is None else rows.tolist()
        if blob is None:
            return [self.bytes[starts[i] : starts[i + 1]].tobytes().decode() for i in which]
        bounds = starts.tolist()
        return [blob[bounds[i] : bounds[i + 1]].decode() for i in which]

    def take(self, rows: Array) -> "Texts":
        """The texts of some rows, copied."""
        lengths = np.diff(self.starts)[rows]
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.repeat(self.starts[:-1][rows] - starts[:-1], lengths) + np.arange(starts[-1])
        return Texts(starts, self.bytes[places])

    @staticmethod
    def joined(parts: "Sequence[Texts]") -> "Texts":
        shifts = np.cumsum([0, *(part.starts[-1] for part in parts)])
        starts = [part.starts[:-1] + shift for part, shift in zip(parts, shifts, strict=False)]
        return Texts(np.concatenate([*starts, shifts[-1:]]), np.concatenate([part.bytes for part in parts]))
