"""The folder of stored facts: segments as files and a list of them. May be deleted at any time.

One process at a time writes (it holds the lock); others read what is there. The list is replaced in one step
and names only files that are whole, so a process that dies leaves the last state behind.
"""

import contextlib
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec
import numpy as np
from sqlalchemy.engine import make_url

from antiphon.metrics.columnar import disk
from antiphon.metrics.columnar.schema import FORMAT
from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.words import Array, Vocabulary

try:
    import fcntl
except ImportError:  # Windows has no flock: facts are then kept in memory
    fcntl = None  # type: ignore[assignment]  # asked for before use

LIST = "facts"
_LOCK = "lock"


def facts_folder(database_url: str, cache_dir: str | None) -> Path | None:
    """Where a database's facts are kept: beside a SQLite file, else in the cache; None without one."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return Path(f"{url.database or 'antiphon.db'}.facts").expanduser()
    if cache_dir is None:
        return None
    told = hashlib.sha256(url.set(password=None).render_as_string().encode()).hexdigest()[:16]
    return Path(cache_dir).expanduser() / f"facts-{told}"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the list says: the journal up to `cursor` is in the segments, but for the streams in `open`."""

    format: str
    edition: str
    settings: dict[str, float]
    cursor: int
    open: list[str]
    words: dict[str, list[str]]
    files: list[tuple[str, list[int]]]  # a segment's file, and its streams that are not to be counted


class Shelf:
    """A folder, and whether this process may write it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[bytes] | None = None
        self._next = 0

    @property
    def mine(self) -> bool:
        return self._lock is not None

    def claim(self) -> bool:
        """Become its writer; False while another process is, or where nothing can be written."""
        if self.mine or not hasattr(fcntl, "flock"):
            return self.mine
        lock: IO[bytes] | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("ab")
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if lock is not None:
                lock.close()
            return False
        self._lock = lock
        return True

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def load(
        self, edition: str, settings: Mapping[str, float]
    ) -> tuple[Kept, list[tuple[Segment, Array]]] | None:
        """What is kept for this journal by these folds, each segment with its living streams; None if
        nothing."""
        with contextlib.suppress(OSError, ValueError, msgspec.DecodeError):
            kept = msgspec.msgpack.decode((self.folder / LIST).read_bytes(), type=Kept)
            if (kept.format, kept.edition, kept.settings) == (FORMAT, edition, dict(settings)):
                words = Vocabulary(kept.words)
                found = [(disk.read(self.folder / name, words), dead) for name, dead in kept.files]
                self._next = 1 + max((int(name.partition(".")[0]) for name, _ in kept.files), default=0)
                return kept, [(segment, _living(segment, dead)) for segment, dead in found]
        return None

    def put(self, segment: Segment) -> tuple[str, Segment]:
        """A segment into a file: its name, and the segment as read from there."""
        name = f"{self._next:08}.seg"
        self._next += 1
        disk.write(self.folder / name, segment.arrays.items())
        return name, disk.read(self.folder / name, segment.words)

    def keep(self, kept: Kept) -> None:
        """The new list; files that it does not name are removed."""
        fresh = self.folder / f"{LIST}.new"
        with fresh.open("wb") as file:
            file.write(msgspec.msgpack.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / LIST)
        named = {name for name, _ in kept.files} | {LIST, _LOCK}
        for one in self.folder.iterdir():
            if one.name not in named:
                one.unlink(missing_ok=True)


def _living(segment: Segment, dead: Sequence[int]) -> Array:
    alive = np.ones(len(segment), dtype=bool)
    alive[np.array(dead, dtype=np.int64)] = False
    return alive
